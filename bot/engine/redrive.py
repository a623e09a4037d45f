"""Dead events, once more: for an operator, after whatever was wrong with a listener has been mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.context import Arrived, Batch, Services
from bot.engine.presence import Presence, account_of
from bot.engine.rounds import WHOLE, Rounds, read
from bot.storage.database import Tx
from bot.storage.events import DeadEvent, Events
from bot.vocabulary import events
from bot.vocabulary.events import DomainEvent, Event
from bot.vocabulary.model import AccountRef, Community, Member


class NotDead(LookupError):
    """No dead event has this id."""


class NobodyListens(LookupError):
    """The listener that failed, or the event's kind, does not exist any more."""


async def redrive(services: Services, rounds: Rounds, dead_id: int) -> None:
    """Tells a dead event to the listener that failed on it, or to everyone where it failed as a whole.

    Raises NotDead, NobodyListens, and whatever the listener raises; the event stays dead then.
    """
    async with services.database.write() as tx:
        await services.refresh(tx, lock=True)
        dead = await Events(tx).one(dead_id)
        if dead is None:
            raise NotDead(dead_id)
        await Events(tx).unbury(dead_id)
        await _tell(tx, services, rounds, dead)
        await rounds.settle(tx, services.clock.now(), careful=False)


async def _tell(tx: Tx, services: Services, rounds: Rounds, dead: DeadEvent) -> None:
    try:
        event = read(dead.event, _kinds(services))
    except KeyError as unknown:
        raise NobodyListens(str(unknown)) from unknown
    whole = (dead.cog, dead.listener) == (WHOLE.cog, WHOLE.name)
    listeners = [one for one in rounds.listeners(event) if whole or (one.cog, one.name) == (dead.cog, dead.listener)]
    if not listeners and not whole:
        raise NobodyListens(f"{dead.cog}.{dead.listener}")
    now = services.clock.now()
    community, who = await _around(tx, services, event, whole=whole)
    for listener in listeners:
        context = rounds.context(tx, listener.cog, community, now, who)
        if listener.batch and isinstance(event, Event):
            account = account_of(event)
            arrived = [Arrived(event, who.get(account.ref) if account else None)]
            await listener.function(Batch(services, context.cog, community, now, tx, who, arrived))
        else:
            await listener.function(context, event)


async def _around(
    tx: Tx, services: Services, event: Event | DomainEvent, *, whole: bool
) -> tuple[Community, Mapping[AccountRef, Member]]:
    """The community, and whoever caused the event; who came or left is noted only where it never was."""
    if isinstance(event, DomainEvent):
        return await services.directory.community(tx, event.community), {}
    presence = Presence(services)
    space = await presence.space(tx, event)
    account = account_of(event)
    if not whole:
        return space.community, await services.directory.find(tx, space, [account.ref.id] if account else [])
    who: dict[AccountRef, Member] = {}
    await presence.introduce(tx, {event.space.id: space}, [event], who)
    return space.community, who


def _kinds(services: Services) -> Mapping[str, Any]:
    """Every kind of event by its name, those of cogs included."""
    own = {kind.__name__: kind for cog in services.catalogue.cogs for one in cog.listeners for kind in one.kinds}
    return {**vars(events), **own}
