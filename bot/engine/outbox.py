"""Delivers what the outbox holds: at least once, each with its key, one at a time to a place."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.context import Services
from bot.engine.fallback import instead_of
from bot.metrics import Metrics
from bot.platform import Delivery, Platform, Receipt
from bot.storage.database import Tx, is_database_fault
from bot.storage.outbox import LEASE_MS, Claimed, Outbox
from bot.storage.people import People
from bot.vocabulary.actions import Action, DirectMessage, Post, PublishHome, need_of
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import PlatformGone, Refused, TryLater
from bot.vocabulary.events import Delivered, DeliveryRefused
from bot.vocabulary.model import AccountRef, SpaceRef, Undelivered
from bot.vocabulary.text import Voice

AT_ONCE = 32
"""Rows that one platform has on the way at a time."""
MOST_ATTEMPTS = 12
"""After these a row is dead: with the back-off below, some two hours."""
FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 900.0
GONE_SECONDS = 300.0
"""Back-off while a platform does not let the bot in."""
LOOK_AGAIN = 5.0
"""Seconds after which rows of a process that died, or of another one, are looked for."""

DELIVERY_SECONDS = 0.75 * LEASE_MS / 1000
"""How long one delivery may take: less than its lease, or another worker would send it at the same time."""

NOTHING = Receipt()

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a delivery ended. `after` is set where it is tried again."""

    state: str
    receipt: Receipt = NOTHING
    error: str = ""
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Attempted:
    """What watchers are told of one attempt to deliver."""

    row: Claimed
    outcome: Outcome


class Deliverer:
    """One platform's way out."""

    def __init__(self, services: Services, platform: Platform, metrics: Metrics) -> None:
        self._services = services
        self._platform = platform
        self._metrics = metrics
        self._wake = asyncio.Event()
        self._worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._under_way: set[asyncio.Task[None]] = set()
        self._ended: list[Attempted] = []
        self._recording = asyncio.Lock()
        self._idle = asyncio.Event()
        self._quiet = asyncio.Event()
        self.gone: str | None = None

    @property
    def name(self) -> str:
        return self._platform.name

    @property
    def is_idle(self) -> bool:
        return self._idle.is_set()

    async def drained(self) -> None:
        """Returns when nothing waits to leave and nothing is under way."""
        await self._idle.wait()

    async def quiet(self) -> None:
        """Returns when nothing may leave now and nothing is under way; what was put off stays for the next start."""
        await self._quiet.wait()

    def wake(self) -> None:
        self._idle.clear()
        self._quiet.clear()
        self._wake.set()

    async def run(self) -> None:
        """Runs until cancelled; what is under way then is finished by `finish`."""
        while True:
            self._wake.clear()
            try:
                claimed, pause = await self._claim()
            except Exception as error:
                if not is_database_fault(error):
                    log.exception("the outbox could not be read")
                claimed, pause = [], 1.0
            for row in claimed:
                task = asyncio.create_task(self._deliver(row))
                self._under_way.add(task)
                task.add_done_callback(self._landed)
            if not claimed:
                await self._sleep(pause)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()

    async def finish(self) -> None:
        """Waits for what is under way."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _claim(self) -> tuple[list[Claimed], float]:
        """Rows to deliver, or the seconds until there may be some."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return [], LOOK_AGAIN
        async with self._services.database.read() as tx:
            wait = await Outbox(tx).next_ms(self._platform.name)
        if wait == 0:
            async with self._services.database.write(urgent=False) as tx:
                claimed = await Outbox(tx).claim(self._platform.name, self._worker, room)
            if claimed:
                return claimed, 0.0
        if wait != 0 and not self._under_way and not self._wake.is_set():
            self._quiet.set()
            if wait is None:
                self._idle.set()
        return [], LOOK_AGAIN if not wait else min(LOOK_AGAIN, wait / 1000)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    async def _deliver(self, row: Claimed) -> None:
        structlog.contextvars.bind_contextvars(outbox=row.id)
        started = time.perf_counter()
        outcome = await self._attempt(row)
        kind = row.action.kind
        self._metrics.deliveries.labels(row.platform, kind, outcome.state).inc()
        log.debug("delivered", kind=kind, state=outcome.state, seconds=time.perf_counter() - started)
        await self._keep(Attempted(row, outcome))

    async def _keep(self, attempted: Attempted) -> None:
        """Records how a delivery ended, in one transaction with whatever else ended while the one before ran."""
        self._ended.append(attempted)
        async with self._recording:
            await asyncio.sleep(0)  # What ends in the same turn of the loop comes along.
            together, self._ended = self._ended, []
            if together:
                await self._record_until_it_works(together)

    async def _record_until_it_works(self, together: Sequence[Attempted]) -> None:
        """What cannot be recorded with others is recorded alone, and so spoils nothing but itself."""
        while True:
            try:
                await self._record(together)
                self._services.tell_watchers(together)
                return
            except Exception as error:
                if is_database_fault(error):
                    # The lease would have it sent again; its key makes that harmless, but recording it is better.
                    await asyncio.sleep(0.2)
                elif len(together) == 1:
                    log.exception("how a delivery ended could not be recorded", outbox=together[0].row.id)
                    return
                else:
                    break
        for attempted in together:
            await self._record_until_it_works([attempted])

    async def _attempt(self, row: Claimed) -> Outcome:
        need = need_of(row.action)
        if need is not None and need not in self._platform.capabilities:
            return Outcome("fallback", error=f"no {need.value}")
        try:
            action = await self._resolved(row.action)
            if action is None:
                return Outcome("refused", error="its message was never delivered")
            voice = await self._voice(row)
            receipt = await self._hand_over(Delivery(row.id, action, row.attempts), voice)
        except Refused as refused:
            return Outcome("refused", error=refused.reason)
        except PlatformGone as gone:
            self.gone = gone.reason
            return Outcome("waiting", error=gone.reason, after=GONE_SECONDS)
        except TryLater as later:
            return self._later(row, later.reason, later.after)
        except Exception as error:
            log.exception("a delivery failed", outbox=row.id, kind=row.action.kind)
            return self._later(row, repr(error), 0.0)
        self.gone = None
        return Outcome("done", receipt)

    async def _hand_over(self, delivery: Delivery, voice: Voice) -> Receipt:
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                return await self._platform.deliver(delivery, voice)
        except TimeoutError as late:
            raise TryLater("no answer in time", doubtful=True) from late

    def _later(self, row: Claimed, reason: str, after: float) -> Outcome:
        if row.attempts >= MOST_ATTEMPTS:
            return Outcome("dead", error=reason)
        backoff = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (row.attempts - 1))
        # Jitter keeps many rows that failed together from coming back together.
        return Outcome("waiting", error=reason, after=max(after, backoff * random.uniform(0.5, 1.0)))  # noqa: S311

    async def _resolved(self, action: Action) -> Action | None:
        """The action with its message's real place; None where that message never came to be."""
        if isinstance(action, Post):
            if Capability.THREADS not in self._platform.capabilities:
                return replace(action, thread=None)
            if not isinstance(action.thread, Undelivered):
                return action
            async with self._services.database.read() as tx:
                found = await Outbox(tx).result(action.thread.outbox)
            # A lost parent is no reason to lose the post.
            return replace(action, thread=found)
        target = getattr(action, "target", None)
        if not isinstance(target, Undelivered):
            return action
        async with self._services.database.read() as tx:
            found = await Outbox(tx).result(target.outbox)
        return None if found is None else replace(action, target=found)  # type: ignore[arg-type]

    async def _voice(self, row: Claimed) -> Voice:
        """A DM and a home speak their reader's language, everything else the community's."""
        known = self._services.directory.known_community(row.community)
        if known is not None and not isinstance(row.action, DirectMessage | PublishHome):
            return self._services.voice(known.locale, known.zone)
        async with self._services.database.read() as tx:
            community = await self._services.directory.community(tx, row.community)
            if isinstance(row.action, DirectMessage | PublishHome):
                to = row.action.to if isinstance(row.action, DirectMessage) else row.action.account
                found = await People(tx).members_by_account(community, to.platform, [to.id])
                reader = found.get(to)
                if reader is not None:
                    return self._services.voice(reader.locale or community.locale, reader.zone or community.zone)
        return self._services.voice(community.locale, community.zone)

    async def _record(self, together: Sequence[Attempted]) -> None:
        now = self._services.clock.now()
        async with self._services.database.write() as tx:
            await self._services.refresh(tx, lock=True)
            for attempted in sorted(together, key=lambda each: each.row.id):
                await self._end(tx, attempted.row, attempted.outcome, now)
            await self._services.settler.settle(tx, now)

    async def _end(self, tx: Tx, row: Claimed, outcome: Outcome, now: datetime) -> None:
        if outcome.after is not None:
            await Outbox(tx).postpone(row, int(outcome.after * 1000), outcome.error)
            # Others may wait behind it, and look due; only this one's time is known here.
            asyncio.get_running_loop().call_later(outcome.after, self._wake.set)
            return
        result = outcome.receipt.message
        if not await Outbox(tx).close(row, outcome.state, result=result, error=outcome.error):
            return
        if outcome.state == "done":
            lag = max(timedelta(0), now - row.made_at)
            observe = self._metrics.delivery_lag_seconds.labels(row.platform).observe
            tx.after_commit.append(partial(observe, lag.total_seconds()))
        if outcome.state == "done" and row.tag:
            tx.emitted.append(Delivered(community=row.community, at=now, outbox=row.id, tag=row.tag, message=result))
        if outcome.state in ("refused", "fallback", "dead"):
            await self._fall_back(tx, row, outcome)

    async def _fall_back(self, tx: Tx, row: Claimed, outcome: Outcome) -> None:
        """Tells whoever sent it, and does what can be done instead."""
        now = self._services.clock.now()
        account, space = _concerned(row.action)
        log.info("not delivered", outbox=row.id, kind=row.action.kind, state=outcome.state, reason=outcome.error)
        tx.emitted.append(
            DeliveryRefused(
                community=row.community,
                at=now,
                outbox=row.id,
                tag=row.tag,
                kind=row.action.kind,
                reason=outcome.error,
                account=account,
                space=space,
            )
        )
        for action in await instead_of(tx, self._services, self._platform, row, outcome.state):
            Outbox(tx).put(row.community, action, at=now, tag=row.tag)


def _concerned(action: Action) -> tuple[AccountRef | None, SpaceRef | None]:
    if isinstance(action, DirectMessage):
        return action.to, action.space
    return getattr(action, "account", None), getattr(action, "space", None)
