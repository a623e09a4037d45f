"""What every event tells about who is where, before any cog hears of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from bot.context import Services
from bot.storage.database import Tx
from bot.storage.people import People, Space
from bot.storage.settings import SettingsRows
from bot.vocabulary.events import (
    Event,
    HomeOpened,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MessageEdited,
    MessagePosted,
    NativeRuleHit,
    ReactionAdded,
    ReactionRemoved,
    SpaceLost,
    SpaceSeen,
    ThreadOpened,
    VoiceJoined,
    VoiceLeft,
)
from bot.vocabulary.model import Account, AccountRef, Community, Member, SpaceRef

_AUTHOR, _BY, _ACCOUNT = attrgetter("author"), attrgetter("by"), attrgetter("account")
_ACTORS: dict[type[Event], Callable[[Any], Account | None]] = {
    MessagePosted: _AUTHOR,
    MessageEdited: _AUTHOR,
    ReactionAdded: _BY,
    ReactionRemoved: _BY,
    ThreadOpened: _BY,
    MemberJoined: _ACCOUNT,
    MemberLeft: _ACCOUNT,
    MemberChanged: _ACCOUNT,
    VoiceJoined: _ACCOUNT,
    VoiceLeft: _ACCOUNT,
    HomeOpened: _ACCOUNT,
    NativeRuleHit: _ACCOUNT,
}


def account_of(event: Event) -> Account | None:
    """Whoever caused an event, where anyone did."""
    actor = _ACTORS.get(type(event))
    return actor(event) if actor is not None else None


class Presence:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._tx: Tx | None = None
        self._met: dict[SpaceRef, Space] = {}
        self._installed: set[SpaceRef] = set()

    async def space(self, tx: Tx, event: Event) -> Space:
        """The event's space; a new one gets its community and the cogs' standing schedules.

        The directory knows what was looked up only after the commit: until then it is remembered here, or
        every event of a batch would ask again.
        """
        if tx is not self._tx:
            self._tx, self._met = tx, {}
        directory, ref, seen = self._services.directory, event.space, isinstance(event, SpaceSeen)
        known = self._met.get(ref) or directory.known_space(ref)
        if known is not None and not seen:
            return known
        space = self._met[ref] = await directory.space(tx, ref, event.name if isinstance(event, SpaceSeen) else "")
        if seen or ref not in self._installed:
            await self.install(tx, space.community)
            tx.after_commit.append(lambda: self._installed.add(ref))
        return space

    async def install(self, tx: Tx, community: Community) -> None:
        """Sets the schedules that cogs declare, by the community's clock."""
        await self._services.install(tx, community)

    async def introduce(
        self,
        tx: Tx,
        spaces: Mapping[str, Space],
        events: Sequence[Event],
        who: dict[AccountRef, Member],
    ) -> None:
        """Looks up everyone who acts in a batch, making members of those who are new."""
        actors: dict[str, dict[AccountRef, Account]] = {}
        for event in events:
            account = account_of(event)
            if account is not None:
                actors.setdefault(event.space.id, {})[account.ref] = account
        for space_id in sorted(actors):
            who |= await self._services.directory.members(tx, spaces[space_id], actors[space_id].values())
        for event in events:
            if isinstance(event, MemberJoined | MemberLeft | MemberChanged | SpaceLost):
                await self._note(tx, event, who)

    async def _note(
        self,
        tx: Tx,
        event: MemberJoined | MemberLeft | MemberChanged | SpaceLost,
        who: Mapping[AccountRef, Member],
    ) -> None:
        people = People(tx)
        match event:
            case MemberJoined(account=account):
                await people.came(who[account.ref], event.space, account.ref, event.at)
                await self._refresh(tx, account)
            case MemberLeft(account=account):
                await people.went(who[account.ref], event.space, account.ref, event.at)
            case MemberChanged(account=account):
                await self._refresh(tx, account)
            case SpaceLost():
                await people.lose_space(event.space, event.at)

    async def _refresh(self, tx: Tx, account: Account) -> None:
        """Every process looks people up again, but only where there is anything new to see: roles change often."""
        if await People(tx).refresh(account):
            await SettingsRows(tx).touch()
