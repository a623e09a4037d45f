"""Events in batches: seen? guard, listen, outbox, in one transaction; only then is a platform told "received"."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import structlog
from pydantic import BaseModel

from bot.cog import Guard, Listener, Verdict
from bot.context import Arrived, Batch, Services
from bot.engine.activity import count_activity
from bot.engine.presence import Presence, account_of
from bot.engine.rounds import WHOLE, Rounds
from bot.metrics import Metrics
from bot.storage.database import Tx, is_database_fault
from bot.storage.events import Events
from bot.storage.people import Space
from bot.storage.schedules import Schedules
from bot.storage.types import storable
from bot.vocabulary.events import (
    Event,
    JobDue,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.vocabulary.model import AccountRef, Community, Member

CAPACITY = 20_000
"""Events that may wait. Beyond it platforms are held back, and reactions are shed."""

TARGET_SECONDS = 0.025
"""How long one batch should hold the writer, since a member's command waits behind it."""

CAREFUL_EVENTS = 16
"""A batch that fails is halved down to so many events before it is run with savepoints."""

SMALLEST, LARGEST = 64, 2_000
EASE = 0.25
"""How far one batch moves the size of the next, so that one slow write to the disk does not halve it."""
PAUSES = (0.05, 0.2, 1.0, 5.0)
"""Seconds to wait after the database failed, one after the other."""

Taken: TypeAlias = Event | JobDue
GuardStates: TypeAlias = dict[tuple[int, str, int], tuple[BaseModel | None, Any]]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Group:
    """A batch's events of one community, in arrival order, with whoever caused them."""

    community: Community
    spaces: dict[str, Space] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    who: dict[AccountRef, Member] = field(default_factory=dict)


class Intake:
    """Takes what waits, never waiting for more. One batch is in work at a time."""

    def __init__(self, services: Services, rounds: Rounds, metrics: Metrics, *, capacity: int = CAPACITY) -> None:
        self._services = services
        self._rounds = rounds
        self._metrics = metrics
        self._presence = Presence(services)
        self._capacity = capacity
        self._waiting: deque[tuple[Taken, asyncio.Future[None]]] = deque()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._guards: GuardStates = {}
        self.size = 256
        self.healthy = True

    async def offer(self, event: Taken) -> Awaitable[None]:
        """Takes an event in; what it returns is done after the commit. Waits while there is no room."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        while len(self._waiting) >= self._capacity:
            if isinstance(event, ReactionAdded | ReactionRemoved):
                self._metrics.events_shed.labels(type(event).__name__).inc()
                done.set_result(None)
                return done
            self._room.clear()
            await self._room.wait()
        self._waiting.append((event, done))
        self._idle.clear()
        self._arrived.set()
        return done

    async def run(self) -> None:
        """Runs until cancelled; whatever is not committed by then is cancelled, and so never confirmed."""
        batch: list[tuple[Taken, asyncio.Future[None]]] = []
        try:
            while True:
                await self._arrived.wait()
                batch = self._take()
                await self._commit_until_it_works([event for event, _ in batch])
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)
                if not self._waiting:
                    self._arrived.clear()
                    self._idle.set()
        finally:
            for _, done in (*batch, *self._waiting):
                done.cancel()

    async def drained(self) -> None:
        """Returns when nothing waits and nothing is in work."""
        await self._idle.wait()

    @property
    def is_idle(self) -> bool:
        return self._idle.is_set()

    def _take(self) -> list[tuple[Taken, asyncio.Future[None]]]:
        count = min(self.size, len(self._waiting))
        batch = [self._waiting.popleft() for _ in range(count)]
        self._metrics.intake_waiting.set(len(self._waiting))
        self._room.set()
        return batch

    async def _commit_until_it_works(self, events: Sequence[Taken]) -> None:
        """A failing listener makes the second run careful, a failing guard has the events run one by one."""
        try:
            await self._persist(lambda: self._commit(events, careful=False))
            return
        except Exception as error:
            log.warning("a batch is run again, listener by listener", events=len(events), error=repr(error))
        if len(events) > CAREFUL_EVENTS:
            # Savepoints cost ten times the statements: only the part that fails is to pay for them.
            middle = len(events) // 2
            await self._commit_until_it_works(events[:middle])
            await self._commit_until_it_works(events[middle:])
            return
        try:
            await self._persist(lambda: self._commit(events, careful=True))
        except Exception as error:
            if len(events) == 1:
                await self._lay_to_rest(events[0], error)
                return
            for event in events:
                await self._commit_until_it_works([event])

    async def _persist(self, run: Callable[[], Awaitable[None]]) -> None:
        """Runs a transaction until the database takes it. Raises what is not the database's fault."""
        failures = 0
        while True:
            try:
                await run()
            except Exception as error:
                if not is_database_fault(error):
                    raise
                await self._pause(failures, error)
                failures += 1
            else:
                self.healthy = True
                return

    async def _lay_to_rest(self, event: Taken, error: Exception) -> None:
        try:
            await self._persist(partial(self._bury, event, error))
        except Exception:
            # Nobody may hold up all others, not even one that cannot be written down.
            log.exception("an event is lost", key=event.key, kind=type(event).__name__)

    async def _bury(self, event: Taken, error: Exception) -> None:
        """Keeps an event that nothing could be made of; it counts as taken."""
        now = self._services.clock.now()
        async with self._services.database.write(urgent=False) as tx:
            if await Events(tx).take([storable(event.key)], now):
                await self._jobs_first(tx, [event], [])
                await self._rounds.bury(tx, WHOLE, event, now, error)

    async def _pause(self, failures: int, error: Exception) -> None:
        if failures:
            self.healthy = False
            log.warning("the database does not take events; waiting", error=repr(error), failures=failures)
        await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])

    async def _commit(self, events: Sequence[Taken], careful: bool) -> None:
        now = self._services.clock.now()
        async with self._services.database.write(urgent=False) as tx:
            started = time.perf_counter()
            await self._services.refresh(tx, lock=True)
            fresh = await self._fresh(tx, events, now)
            await self._jobs_first(tx, events, fresh)
            if self._services.watchers:
                tx.after_commit.append(lambda: self._services.tell_watchers(fresh))
            states: GuardStates = {}
            for group in await self._groups(tx, fresh):
                await self._handle(tx, group, now, states, careful)
            await self._rounds.settle(tx, now, careful=careful)
            tx.after_commit.append(lambda: self._guards.update(states))
        self._measure(events, fresh, time.perf_counter() - started)

    async def _fresh(self, tx: Tx, events: Sequence[Taken], now: datetime) -> list[Taken]:
        """The events that were not seen before, each once, in arrival order."""
        once = {event.key: event for event in events}
        known = await Events(tx).take(list(once), now)
        return [event for key, event in once.items() if key in known]

    async def _jobs_first(self, tx: Tx, events: Sequence[Taken], fresh: Sequence[Taken]) -> None:
        """Every occurrence moves its schedule on, also one that ran before; only a fresh one runs."""
        for event in events:
            if isinstance(event, JobDue):
                await Schedules(tx).advance(event.schedule, event.due)
        tx.emitted.extend(event for event in fresh if isinstance(event, JobDue))

    async def _groups(self, tx: Tx, fresh: Sequence[Taken]) -> list[Group]:
        """Events by community, in the order of the communities' ids so that two processes lock rows alike."""
        groups: dict[int, Group] = {}
        for event in fresh:
            if isinstance(event, JobDue):
                continue
            space = await self._presence.space(tx, event)
            group = groups.get(space.community.id)
            if group is None:
                group = groups[space.community.id] = Group(space.community)
            group.events.append(event)
            group.spaces[event.space.id] = space
        ordered = [groups[community] for community in sorted(groups)]
        for group in ordered:
            await self._presence.introduce(tx, group.spaces, group.events, group.who)
        return ordered

    async def _handle(self, tx: Tx, group: Group, now: datetime, states: GuardStates, careful: bool) -> None:
        dropped = self._judge(tx, group, states)
        events = [event for event in group.events if event.key not in dropped] if dropped else group.events
        await count_activity(tx, group.community, events, group.who)
        for listener in self._services.catalogue.batch_listeners:
            await self._tell_batch(tx, listener, group, events, now, careful)
        catalogue = self._services.catalogue
        for event in events:
            for listener in catalogue.listeners(type(event)):
                if not listener.batch:
                    context = self._rounds.context(tx, listener.cog, group.community, now, group.who)
                    call = listener.function(context, event)
                    await self._rounds.run(listener, event, context, call, careful=careful)

    def _judge(self, tx: Tx, group: Group, states: GuardStates) -> set[str]:
        """Runs the guards; the keys that fall out. Their new states are kept only after the commit."""
        watched = [event for event in group.events if isinstance(event, MessagePosted | MessageEdited)]
        dropped: set[str] = set()
        for index, (cog, guard) in enumerate(self._services.catalogue.guards if watched else ()):
            key = (group.community.id, cog.name, index)
            model = self._services.settings.models.get(guard.cog)
            settings = self._services.settings.of(group.community.id, model) if model else None
            state, verdicts = guard.judge(self._state(key, guard, settings), watched)
            states[key] = (settings, state)
            dropped |= self._apply(tx, group.community, verdicts)
            watched = [event for event in watched if event.key not in dropped]
        return dropped

    def _state(self, key: tuple[int, str, int], guard: Guard[Any], settings: BaseModel | None) -> Any:
        """What the guard remembers, unless its settings have changed since."""
        kept = self._guards.get(key)
        return kept[1] if kept is not None and kept[0] == settings else guard.start(settings)

    def _apply(self, tx: Tx, community: Community, verdicts: Sequence[Verdict]) -> set[str]:
        """Tells what a guard has to tell, in the community that it judged for and need not know."""
        for verdict in verdicts:
            tx.emitted.extend(replace(event, community=community.id) for event in verdict.tell)
        return {verdict.key for verdict in verdicts if verdict.drop}

    async def _tell_batch(
        self, tx: Tx, listener: Listener, group: Group, events: Sequence[Event], now: datetime, careful: bool
    ) -> None:
        arrived = [
            Arrived(event, group.who.get(account.ref) if (account := account_of(event)) else None)
            for event in events
            if type(event) in listener.kinds
        ]
        if not arrived:
            return
        if not careful:
            await listener.function(self._batch(tx, listener, group, now, arrived))
            return
        whole = self._batch(tx, listener, group, now, arrived)
        for one in arrived:
            batch = self._batch(tx, listener, group, now, [one])
            await self._rounds.run(listener, one.event, whole, listener.function(batch), careful=True)

    def _batch(self, tx: Tx, listener: Listener, group: Group, now: datetime, arrived: Sequence[Arrived]) -> Batch:
        cog = self._services.catalogue.cog(listener.cog)
        assert cog is not None, "listeners come from the catalogue"
        return Batch(self._services, cog, group.community, now, tx, group.who, arrived)

    def _measure(self, events: Sequence[Taken], fresh: Sequence[Taken], seconds: float) -> None:
        """Sizes the next batch by how long this one held the writer, and counts."""
        if seconds > TARGET_SECONDS or len(events) >= self.size:
            pace = min(2.0, TARGET_SECONDS / max(seconds, 0.0005)) ** EASE
            self.size = min(LARGEST, max(SMALLEST, round(self.size * pace)))
        self._metrics.batch_events.observe(len(events))
        self._metrics.batch_seconds.observe(seconds)
        counts: dict[str, int] = {}
        for event in fresh:
            name = type(event).__name__
            counts[name] = counts.get(name, 0) + 1
        for name, count in counts.items():
            self._metrics.events_taken.labels(name).inc(count)
        if len(fresh) < len(events):
            self._metrics.events_deduplicated.labels("event").inc(len(events) - len(fresh))
