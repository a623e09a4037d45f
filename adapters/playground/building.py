"""How the world is set up and how it changes: spaces, channels, roles, and who is where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.playground.model import Channel, ChannelKind, Membership, Role, Space, WorldError
from adapters.playground.state import WorldState

BOT_RANK = 50
"""Where the bot's own role stands, unless a space says otherwise."""


class Building(WorldState):
    """Every `add_…` takes an id of the caller's choice, or makes one, and returns it."""

    def add_user(
        self,
        name: str,
        *,
        locale: str | None = None,
        zone: str | None = None,
        bot: bool = False,
        takes_dms: bool = True,
        id: str | None = None,
    ) -> str:
        identity = self._new_user(name, bot=bot, identity=id)
        user = self._users[identity]
        user.locale, user.zone, user.takes_dms = locale, zone, takes_dms
        return identity

    def add_space(
        self,
        name: str,
        *,
        locale: str | None = None,
        owner: str | None = None,
        bot_rank: int = BOT_RANK,
        id: str | None = None,
    ) -> str:
        """A space with the bot in it; its owner joins first."""
        space = Space(self._fresh("S", id), name, locale, owner)
        self._spaces[space.id] = space
        if owner is not None:
            space.members[self.user(owner).id] = Membership(self.now())
        self.invite_bot(space.id, rank=bot_rank)
        return space.id

    def add_role(self, space: str, name: str, *, rank: int = 1, moderates: bool = False, id: str | None = None) -> str:
        role = Role(self._fresh("R", id), self.space(space).id, name, rank, moderates)
        self._roles[role.id] = role
        return role.id

    def add_channel(
        self,
        space: str,
        name: str,
        *,
        private: Iterable[str] | None = None,
        voice: bool = False,
        id: str | None = None,
    ) -> str:
        """`private` names who is in it, the bot included or not; without it everyone is."""
        members = None if private is None else set(private)
        kind: ChannelKind = "voice" if voice else "text"
        channel = Channel(self._fresh("C", id), self.space(space).id, name, kind, members=members)
        self._channels[channel.id] = channel
        self._channel_changed(channel)
        return channel.id

    def rename_channel(self, channel: str, name: str) -> None:
        found = self.channel(channel)
        found.name = name
        self._channel_changed(found)

    def delete_channel(self, channel: str) -> None:
        found = self.channel(channel)
        self._channel_changed(found, gone=True)
        found.gone = True

    def invite_bot(self, space: str, *, rank: int = BOT_RANK) -> None:
        """The bot comes in, with a role of its own."""
        found = self.space(space)
        found.members[self.bot] = Membership(self.now(), {self.add_role(space, "Madang", rank=rank)})
        self._emit(found, "space.seen", name=found.name, locale=found.locale)

    def remove_bot(self, space: str) -> None:
        """The bot is thrown out; it is told, and then hears nothing more."""
        found = self.space(space)
        self._emit(found, "space.lost")
        del found.members[self.bot]

    def announce_spaces(self) -> None:
        """Tells a bot that has just connected where it is, unless that news is still on its way."""
        told = {frame["space"] for frame in self.stream.unacknowledged if frame["type"] == "space.seen"}
        for space in self._spaces.values():
            if space.id not in told:
                self._emit(space, "space.seen", name=space.name, locale=space.locale)

    def join(self, space: str, user: str, *, roles: Iterable[str] = (), admin: bool = False) -> None:
        found = self.space(space)
        if user in found.banned:
            raise WorldError("banned", detail=user)
        if self.user(user).id in found.members:
            raise WorldError("already_a_member", detail=user)
        found.members[user] = Membership(self.now(), set(map(self._role_id, roles)), admin)
        self._emit(found, "member.joined", user=self.user_json(user), standing=self.standing_json(found, user))

    def settle_in(self, space: str, users: Mapping[str, Iterable[str]]) -> None:
        """People who were there before the bot came, with their roles: nobody hears of their joining."""
        for user, roles in users.items():
            membership = self.space(space).members[self.user(user).id] = Membership(self.now())
            membership.roles = {self._role_id(role) for role in roles}

    def leave(self, space: str, user: str) -> None:
        found = self.space(space)
        self.membership(found, user)
        self.member_left(found, user)

    def change_user(self, user: str, **changes: Any) -> None:
        """`name`, `locale`, `zone` and `takes_dms`; every space of theirs that has the bot tells it."""
        found = self.user(user)
        unknown = changes.keys() - {"name", "locale", "zone", "takes_dms"}
        if unknown:
            raise TypeError(f"a user has no {', '.join(sorted(unknown))}")
        for name, value in changes.items():
            setattr(found, name, value)
        for space in self.spaces_of(user):
            self.member_changed(space, user)

    def change_member(
        self, space: str, user: str, *, roles: Iterable[str] | None = None, admin: bool | None = None
    ) -> None:
        """What somebody is in one space."""
        found = self.space(space)
        member = self.membership(found, user)
        if roles is not None:
            member.roles = set(map(self._role_id, roles))
        if admin is not None:
            member.admin = admin
        self.member_changed(found, user)

    def _role_id(self, role: str) -> str:
        return self.role(role).id

    def _channel_changed(self, channel: Channel, *, gone: bool = False) -> None:
        place = self.place_json(channel)
        self._emit_in(channel, "channel.changed", channel=place, name=channel.name, gone=gone)
