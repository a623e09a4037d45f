"""Domain time is a parameter: the system's clock, or one that a test or the playground moves."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Protocol

LONGEST_SLEEP = 60.0
"""Seconds after which a sleeper looks at the clock again, so that a clock set by hand is noticed."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    async def sleep_until(self, moment: datetime | None, wake: asyncio.Event) -> None:
        """Returns at `moment`, or when `wake` is set; with no moment, only then. May return early."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime | None, wake: asyncio.Event) -> None:
        wait = LONGEST_SLEEP if moment is None else (moment - self.now()).total_seconds()
        if wait <= 0:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), min(wait, LONGEST_SLEEP))


class ManualClock:
    """Stands still until it is moved. Moving it wakes every sleeper."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Also backwards: a clock that jumps is one of the things that happen."""
        self._now = moment
        self._moved.set()
        self._moved = asyncio.Event()

    def advance(self, **parts: float) -> None:
        """`advance(hours=3)`; the keywords are timedelta's."""
        self.move_to(self._now + timedelta(**parts))

    async def sleep_until(self, moment: datetime | None, wake: asyncio.Event) -> None:
        if moment is not None and moment <= self._now:
            return
        waiters = [asyncio.ensure_future(event.wait()) for event in (wake, self._moved)]
        try:
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiter in waiters:
                waiter.cancel()
