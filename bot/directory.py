"""Who is behind an account, remembered between batches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Generic, TypeVar

from bot.storage.database import Tx
from bot.storage.people import NAMELESS, People, Space
from bot.storage.types import storable
from bot.vocabulary.model import Account, AccountRef, Community, Member, SpaceRef

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 40_000
"""Members kept in memory; some 500 bytes each."""


class Memory(Generic[K, V]):
    """Two generations: what is asked for stays, what is not is dropped when the younger one is full."""

    def __init__(self, size: int) -> None:
        self._half = max(1, size // 2)
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        if len(self._young) >= self._half:
            self._young, self._old = {}, self._young
        self._young[key] = value

    def clear(self) -> None:
        self._young, self._old = {}, {}


class Directory:
    """`homes` says which community a space belongs to; a space it does not name is a community of its own."""

    def __init__(self, homes: Mapping[SpaceRef, Community], default: Community) -> None:
        self._homes = homes
        self._default = default
        self._spaces: dict[SpaceRef, Space] = {}
        # By the space's id and not the community's: an account is met in each space of a community.
        self._members: Memory[tuple[str, AccountRef], Member] = Memory(REMEMBERED)
        self._forgotten = 0

    def forget(self) -> None:
        """Somebody changed people or spaces: look them up again."""
        self._forgotten += 1
        self._spaces = {}
        self._members.clear()

    async def space(self, tx: Tx, ref: SpaceRef, name: str = "") -> Space:
        """The space and its community, made where they are new."""
        name = storable(name)
        known = self._spaces.get(ref)
        if known is None:
            stored = await self._stored(tx)
            if ref not in stored:
                # Another transaction may be making it at this moment, with a community of its own.
                await People(tx).lock_spaces()
                stored = await self._stored(tx)
            # Some of them may be this transaction's own, which could still be undone.
            tx.after_commit.append(lambda: self._spaces.update(stored))
            known = stored.get(ref)
        if known is None or (name and name != known.name):
            known = await self._save_space(tx, ref, name, known)
        return known

    async def _stored(self, tx: Tx) -> dict[SpaceRef, Space]:
        return {space.ref: space for space in await People(tx).spaces()}

    async def community(self, tx: Tx, community_id: int) -> Community:
        """Raises KeyError for one that does not exist."""
        found = self.known_community(community_id) or await People(tx).community(community_id)
        if found is None:
            raise KeyError(community_id)
        return found

    def known_community(self, community_id: int) -> Community | None:
        return next((s.community for s in self._spaces.values() if s.community.id == community_id), None)

    def known_space(self, ref: SpaceRef) -> Space | None:
        return self._spaces.get(ref)

    async def _save_space(self, tx: Tx, ref: SpaceRef, name: str, known: Space | None) -> Space:
        people = People(tx)
        home = self._homes.get(ref) or replace(self._default, id=tx.ids.next(), name=name or ref.id)
        community = known.community if known else await self._find_home(people, home)
        if known is None:
            await people.save_community(community)
        space = Space(ref, community, name or (known.name if known else ref.id))
        await people.save_space(space)
        tx.after_commit.append(lambda: self._spaces.update({ref: space}))
        return space

    async def _find_home(self, people: People, home: Community) -> Community:
        """A community that the configuration names keeps its id from the first of its spaces on."""
        stored = {community.id: community for community in await people.communities()}
        return stored.get(home.id, home)

    def recall(self, space: SpaceRef, account: AccountRef) -> Member | None:
        return self._members.get((space.id, account))

    async def members(self, tx: Tx, space: Space, accounts: Iterable[Account]) -> dict[AccountRef, Member]:
        """The members behind accounts of a space; those who are new are made, those forgotten get their name again.

        A new name comes with MemberChanged or MemberJoined.
        """
        found: dict[AccountRef, Member] = {}
        missing: dict[AccountRef, Account] = {}
        for account in accounts:
            known = self.recall(space.ref, account.ref)
            if known is None or known.bot != account.bot:
                missing[account.ref] = account
            else:
                found[account.ref] = known
        if missing:
            found |= await self._look_up(tx, space, missing)
        return found

    async def _look_up(self, tx: Tx, space: Space, missing: Mapping[AccountRef, Account]) -> dict[AccountRef, Member]:
        people = People(tx)
        ids = [ref.id for ref in missing]
        community, platform = space.community, space.ref.platform
        found = await people.members_by_account(community, platform, ids)
        new = [account for ref, account in missing.items() if ref not in found]
        if new:
            await people.add(space, new)
            found |= await people.members_by_account(community, platform, [account.ref.id for account in new])
        if len(new) < len(missing):
            await people.meet(space.ref, {ref.id for ref in missing} - {account.ref.id for account in new})
        for ref, member in found.items():
            account = missing[ref]
            if member.bot != account.bot or (member.name == NAMELESS and account.name):
                await people.refresh(account)
                name = storable(account.name) if member.name == NAMELESS else member.name
                found[ref] = replace(member, bot=account.bot, name=name)
        looked_up = self._forgotten
        tx.after_commit.append(lambda: self._remember(space.ref, found, looked_up))
        return found

    async def find(self, tx: Tx, space: Space, ids: Collection[str]) -> dict[AccountRef, Member]:
        """Members behind a platform's own ids, for those that are known; makes nobody."""
        refs = [AccountRef(space.ref.platform, account) for account in ids]
        known = {ref: member for ref in refs if (member := self.recall(space.ref, ref))}
        missing = [ref.id for ref in refs if ref not in known]
        if missing:
            known |= await People(tx).members_by_account(space.community, space.ref.platform, missing)
        return known

    def _remember(self, space: SpaceRef, found: Mapping[AccountRef, Member], looked_up: int) -> None:
        if looked_up != self._forgotten:
            return  # somebody changed people while this transaction ran, and it may have seen the old ones
        for ref, member in found.items():
            self._members.put((space.id, ref), member)
