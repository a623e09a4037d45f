"""The world's tables, what can be looked up in them, and how they look in an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from adapters.playground.model import (
    ALL_CAPABILITIES,
    Asked,
    Channel,
    Json,
    Membership,
    Message,
    OpenForm,
    Role,
    Space,
    User,
    WorldError,
)
from adapters.playground.stream import Stream


def system_now() -> datetime:
    return datetime.now(UTC)


class WorldState:
    """`now` is the world's own clock. `tag` marks the ids of what happens: a later world repeats none."""

    def __init__(self, now: Callable[[], datetime] = system_now, tag: str = "") -> None:
        self.now = now
        self.capabilities: set[str] = set(ALL_CAPABILITIES)
        self.answer_within = timedelta(seconds=3)
        self.revoked = False
        self.stream = Stream()
        self._tag = f".{tag}" if tag else ""
        self._counts: Counter[str] = Counter()
        self._users: dict[str, User] = {}
        self._spaces: dict[str, Space] = {}
        self._roles: dict[str, Role] = {}
        self._channels: dict[str, Channel] = {}
        self._dms: dict[tuple[str, str], str] = {}
        self._messages: dict[str, Message] = {}
        self._homes: dict[tuple[str, str], Json] = {}
        self._forms: dict[str, OpenForm] = {}
        self._asked: dict[str, Asked] = {}
        self.bot = self._new_user("Madang", bot=True, identity="bot")

    # What there is.

    def user(self, identity: str) -> User:
        return _found(self._users, identity, "unknown_user")

    def space(self, identity: str) -> Space:
        return _found(self._spaces, identity, "unknown_space")

    def role(self, identity: str) -> Role:
        return _found(self._roles, identity, "unknown_role")

    def channel(self, identity: str) -> Channel:
        channel = _found(self._channels, identity, "unknown_channel")
        if channel.gone:
            raise WorldError("unknown_channel", detail=identity)
        return channel

    def message(self, identity: str) -> Message:
        message = _found(self._messages, identity, "unknown_message")
        if message.deleted:
            raise WorldError("unknown_message", detail=identity)
        return message

    def asked(self, identity: str) -> Asked:
        return _found(self._asked, identity, "unknown_interaction")

    def membership(self, space: Space, user: str) -> Membership:
        return _found(space.members, user, "not_a_member")

    def spaces_of(self, user: str) -> Iterator[Space]:
        return (space for space in self._spaces.values() if user in space.members)

    def shared_space(self, user: str, space: str | None) -> Space:
        """The named space, or the first one where the user meets the bot."""
        if space is not None:
            return self.space(space)
        for candidate in self.spaces_of(user):
            if self.bot in candidate.members:
                return candidate
        raise WorldError("not_a_member", detail=user)

    # Who may what.

    def rank(self, space: Space, user: str) -> int:
        return max((self._roles[role].rank for role in self._held(space, user)), default=0)

    def reads(self, user: str, channel: Channel) -> bool:
        if channel.gone or user not in self.space(channel.space).members:
            return False
        if channel.kind == "thread":
            return self.reads(user, self._channels[channel.parent or ""])
        return channel.members is None or user in channel.members

    def moderates(self, user: str, space: Space) -> bool:
        if user == space.owner or self.membership(space, user).admin:
            return True
        return any(self._roles[role].moderates for role in self._held(space, user))

    def timed_out(self, user: str, space: Space) -> bool:
        until = self.membership(space, user).timeout
        return until is not None and until > self.now()

    # How it looks in an event.

    def user_json(self, identity: str) -> Json:
        user = self._users[identity]
        return {"id": user.id, "name": user.name, "bot": user.bot, "locale": user.locale, "zone": user.zone}

    def standing_json(self, space: Space, user: str) -> Json:
        member = self.membership(space, user)
        return {
            "roles": sorted(member.roles),
            "rank": self.rank(space, user),
            "admin": member.admin,
            "owner": user == space.owner,
            "bot": self._users[user].bot,
        }

    def place_json(self, channel: Channel) -> Json:
        return {"id": channel.id, "parent": channel.parent}

    def message_json(self, message: Message) -> Json:
        """Where a message stands and whose it is."""
        parent = self._channels[message.channel].parent
        return {"id": message.id, "channel": message.channel, "parent": parent, "author": message.author}

    # What happens.

    def _emit(self, space: Space, kind: str, /, **fields: object) -> None:
        """Tells the bot, where it is."""
        if self.bot in space.members:
            self._tell(self._next("E"), space, kind, fields)

    def _tell(self, identity: str, space: Space, kind: str, fields: dict[str, object]) -> None:
        frame = {"id": identity, "type": kind, "ts": self.now().isoformat(), "space": space.id, **fields}
        self.stream.emit(frame)

    def _emit_in(self, channel: Channel, kind: str, /, **fields: object) -> None:
        """Tells the bot, if it can see the channel."""
        if self.reads(self.bot, channel):
            self._emit(self.space(channel.space), kind, **fields)

    def _add_message(self, message: Message) -> Message:
        self._messages[message.id] = message
        self._channels[message.channel].messages.append(message.id)
        return message

    def remove_message(self, message: Message) -> None:
        message.deleted = True
        channel = self._channels[message.channel]
        if message.private_to is None:
            self._emit_in(channel, "message.deleted", message=self.message_json(message))

    def start_thread(self, message: Message, name: str, by: str) -> Channel:
        """The thread under a message; there is one at most, and none inside another."""
        above = self._channels[message.channel]
        if above.kind != "text":
            raise WorldError("no_threads_here", detail=above.id)
        if message.thread is not None:
            return self.channel(message.thread)
        thread = Channel(self._next("T"), above.space, name, "thread", parent=above.id)
        self._channels[thread.id] = thread
        message.thread = thread.id
        self._emit_in(thread, "thread.opened", channel=self.place_json(thread), user=self.user_json(by), name=name)
        return thread

    def dm(self, user: str, space: str | None = None) -> str:
        """The channel between one person and the bot."""
        where = self.shared_space(user, space)
        if user not in where.members or self.bot not in where.members:
            raise WorldError("not_a_member", detail=user)
        key = (where.id, user)
        if key not in self._dms:
            channel = Channel(f"D-{where.id}-{user}", where.id, "", "dm", members={user, self.bot})
            self._channels[channel.id] = channel
            self._dms[key] = channel.id
        return self._dms[key]

    def _new_user(self, name: str, *, bot: bool, identity: str | None) -> str:
        user = User(self._fresh("U", identity), name, bot)
        self._users[user.id] = user
        return user.id

    def member_left(self, space: Space, user: str) -> None:
        del space.members[user]
        for channel in self._channels.values():
            if channel.space == space.id:
                channel.voices.discard(user)
        self._emit(space, "member.left", user=self.user_json(user))

    def member_changed(self, space: Space, user: str) -> None:
        standing = self.standing_json(space, user)
        self._emit(space, "member.changed", user=self.user_json(user), standing=standing)

    def _held(self, space: Space, user: str) -> set[str]:
        return self.membership(space, user).roles

    def _next(self, letter: str) -> str:
        self._counts[letter] += 1
        mark = self._tag if letter in _HAPPENINGS else ""
        return f"{letter}{self._counts[letter]}{mark}"

    def _fresh(self, letter: str, wanted: str | None) -> str:
        """An id of the caller's choice, or the next one."""
        identity = wanted or self._next(letter)
        if any(identity in table for table in (self._users, self._spaces, self._roles, self._channels)):
            raise WorldError("id_taken", detail=identity)
        return identity


_HAPPENINGS = frozenset("EIMTF")
"""What comes into being while a world runs: events, interactions, messages, threads, forms."""


Record = TypeVar("Record")


def _found(table: dict[str, Record], identity: str, code: str) -> Record:
    record = table.get(identity)
    if record is None:
        raise WorldError(code, detail=identity)
    return record
