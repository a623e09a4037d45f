"""Domain events, round after round, inside the transaction in which they happened."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.cog import AnyEvent, Listener
from bot.context import Context, Services
from bot.metrics import Metrics
from bot.storage.codec import dump, load
from bot.storage.database import Tx, is_database_fault
from bot.storage.events import DeadEvent, Events
from bot.storage.outbox import Outbox
from bot.storage.types import storable
from bot.vocabulary.events import DomainEvent, JobDue
from bot.vocabulary.model import AccountRef, Community, Member

MOST_ROUNDS = 16
"""Rounds after which a circle of events is taken for a mistake."""

ERROR_LENGTH = 4000
"""Characters kept of a traceback."""

log = structlog.get_logger(__name__)


async def nobody(_context: Context, _event: AnyEvent) -> None:
    """Listens to nothing."""


WHOLE = Listener("core", "", (), nobody)
"""Stands for everyone who listens, among dead events."""


class EndlessRounds(RuntimeError):
    """Listeners keep causing one another."""


class Rounds:
    """Settles transactions. With `careful`, what a listener breaks is undone and buried, and the rest goes on."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services = services
        self._metrics = metrics

    async def settle(self, tx: Tx, now: datetime, *, careful: bool = True) -> None:
        for _ in range(MOST_ROUNDS):
            events, tx.emitted = tx.emitted, []
            if not events:
                break
            if self._services.watchers:
                tx.after_commit.append(partial(self._services.tell_watchers, events))
            for event in events:
                await self._tell(tx, event, now, careful)
        else:
            await self._give_up(tx, now, careful)
        if await Outbox(tx).flush():
            tx.after_commit.append(self._services.wake_outbox)

    async def _give_up(self, tx: Tx, now: datetime, careful: bool) -> None:
        error = EndlessRounds(f"more than {MOST_ROUNDS} rounds of domain events")
        if tx.emitted and not careful:
            raise error
        for event in tx.emitted:
            await self.bury(tx, WHOLE, event, now, error)
        tx.emitted.clear()

    async def _tell(self, tx: Tx, event: DomainEvent, now: datetime, careful: bool) -> None:
        listeners = self.listeners(event)
        if not listeners:
            return
        community = await self._services.directory.community(tx, event.community)
        for listener in listeners:
            context = self.context(tx, listener.cog, community, now, {})
            await self.run(listener, event, context, listener.function(context, event), careful=careful)

    def listeners(self, event: AnyEvent) -> list[Listener]:
        """Everyone who is told of an event; of a due schedule also its job."""
        return [*self._services.catalogue.listeners(type(event)), *self._job(event)]

    def _job(self, event: AnyEvent) -> list[Listener]:
        if not isinstance(event, JobDue):
            return []
        job = self._services.catalogue.jobs.get((event.cog, event.job))
        if job is None:
            log.warning("a schedule names a job that is not there", cog=event.cog, job=event.job)
            return []
        return [Listener(job.cog, job.name, (JobDue,), job.function)]

    def context(
        self, tx: Tx, cog: str, community: Community, now: datetime, who: Mapping[AccountRef, Member]
    ) -> Context:
        found = self._services.catalogue.cog(cog)
        assert found is not None, "listeners come from the catalogue"
        return Context(self._services, found, community, now, tx, who)

    async def run(
        self, listener: Listener, event: AnyEvent, context: Context, call: Awaitable[None], *, careful: bool
    ) -> bool:
        """Awaits a listener's call; whether it went well. Only a careful run survives what the listener raises."""
        if not careful:
            await call
            return True
        tx = context.tx
        emitted, outgoing, told = len(tx.emitted), len(tx.outgoing), len(tx.after_commit)
        try:
            async with tx.savepoint():
                await call
        except Exception as error:
            if is_database_fault(error):
                raise
            del tx.emitted[emitted:]
            del tx.outgoing[outgoing:]
            del tx.after_commit[told:]
            await self.bury(tx, listener, event, context.now, error)
            return False
        return True

    async def bury(self, tx: Tx, listener: Listener, event: AnyEvent, now: datetime, error: Exception) -> None:
        """Keeps an event that a listener could not handle, for `redrive`."""
        key = event.key if hasattr(event, "key") else ""
        log.error("a listener failed", cog=listener.cog, listener=listener.name, key=key, exc_info=error)
        dead = DeadEvent(
            id=tx.ids.next(),
            key=storable(key),
            cog=listener.cog,
            listener=listener.name,
            event=written(event),
            error=storable("".join(traceback.format_exception(error)))[-ERROR_LENGTH:],
            at=now,
        )
        await Events(tx).bury(dead)
        kind = type(event).__name__
        tx.after_commit.append(lambda: self._metrics.events_dead.labels(kind).inc())


def written(event: AnyEvent) -> str:
    """An event as `Kind {json}`, from which `read` makes it again."""
    return f"{type(event).__name__} {dump(event, type(event))}"


def read(text: str, kinds: Mapping[str, Any]) -> AnyEvent:
    """Raises KeyError or ValueError for what this version does not know."""
    name, _, body = text.partition(" ")
    event: AnyEvent = load(body, kinds[name])
    return event
