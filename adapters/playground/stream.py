"""The world's event stream: every frame is kept, in order, until a bot says that it has it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from adapters.playground.model import INTERACTIONS, Json

WINDOW = 5000
"""How many frames may be on their way to one subscriber; interactions do not count."""

Push: TypeAlias = Callable[[int, Json], None]


class Stream:
    """Numbers frames, hands them to every subscriber, and again to whoever comes back."""

    def __init__(self) -> None:
        self._last = 0
        self._kept: dict[int, Json] = {}
        self._subscriptions: list[Subscription] = []
        self._emptied: asyncio.Event | None = None

    def emit(self, frame: Json) -> None:
        self._last += 1
        self._kept[self._last] = frame
        for subscription in self._subscriptions:
            subscription.offer(self._last, frame)

    def acknowledge(self, number: int) -> None:
        """Forgets a frame; an unknown number is nobody's fault."""
        if self._kept.pop(number, None) is None:
            return
        if not self._kept and self._emptied is not None:
            self._emptied.set()
            self._emptied = None
        for subscription in self._subscriptions:
            subscription.settle(number)

    def subscribe(self, push: Push, window: int = WINDOW) -> Subscription:
        """Pushes what was not acknowledged, and from now on what happens."""
        subscription = Subscription(self, push, window)
        self._subscriptions.append(subscription)
        for number, frame in self._kept.copy().items():
            subscription.offer(number, frame)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def keeps(self, number: int) -> bool:
        return number in self._kept

    @property
    def unacknowledged(self) -> Iterator[Json]:
        """The frames that no bot has confirmed yet, in order."""
        return iter(self._kept.values())

    @property
    def pending(self) -> int:
        return len(self._kept)

    async def drained(self) -> None:
        """Returns when everything was acknowledged."""
        while self._kept:
            self._emptied = self._emptied or asyncio.Event()
            await self._emptied.wait()


class Subscription:
    """One bot's connection, with no more than `window` frames in flight."""

    def __init__(self, stream: Stream, push: Push, window: int) -> None:
        self._stream = stream
        self._push = push
        self._window = window
        self._flying: set[int] = set()
        self._waiting: deque[tuple[int, Json]] = deque()

    def offer(self, number: int, frame: Json) -> None:
        if frame["type"] in INTERACTIONS:
            self._push(number, frame)
        else:
            self._waiting.append((number, frame))
            self._advance()

    def settle(self, number: int) -> None:
        self._flying.discard(number)
        self._advance()

    def close(self) -> None:
        self._stream.unsubscribe(self)

    def _advance(self) -> None:
        while self._waiting and len(self._flying) < self._window:
            number, frame = self._waiting.popleft()
            if self._stream.keeps(number):
                self._flying.add(number)
                self._push(number, frame)
