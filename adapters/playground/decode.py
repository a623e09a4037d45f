"""From the world's event frames to events. Pure: a frame that cannot be read becomes a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.playground.reading import (
    Frame,
    attachment,
    identity,
    listed,
    moment,
    optional,
    standing,
    table,
    text,
    texts,
)
from bot.vocabulary import events
from bot.vocabulary.events import Event
from bot.vocabulary.model import Account, AccountRef, ChannelRef, MessageRef, SpaceRef

PLATFORM = "playground"
CACHED = 10_000
"""References kept for the next frame; when there are more, all are forgotten."""

Fields: TypeAlias = dict[str, Any]
Reader: TypeAlias = Callable[[Frame, SpaceRef], Fields]


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a frame says nothing to us; holds no text of any person."""

    reason: str


class Decoder:
    """Keeps the references that it has made: the same few channels come again and again."""

    def __init__(self) -> None:
        self._spaces: dict[str, SpaceRef] = {}
        self._channels: dict[tuple[str, str, str | None], ChannelRef] = {}
        self._accounts: dict[str, AccountRef] = {}
        self._kinds = self._table()

    def decode(self, frame: Frame) -> Event | Unread:
        kind = frame.get("type")
        known = self._kinds.get(kind) if type(kind) is str else None
        if known is None:
            return Unread("unknown type")
        event, read = known
        try:
            space = self._space(frame["space"])
            key = f"{PLATFORM}:{identity(frame['id'])}"
            return event(key=key, at=moment(frame["ts"]), space=space, **read(frame, space))
        except KeyError as missing:
            return Unread(f"{kind}: lacks {missing.args[0]}")
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            return Unread(f"{kind}: {type(error).__name__}")

    def _table(self) -> dict[str, tuple[type[Event], Reader]]:
        return {
            "message.posted": (events.MessagePosted, self._posted),
            "message.edited": (events.MessageEdited, self._edited),
            "message.deleted": (events.MessageDeleted, self._deleted),
            "reaction.added": (events.ReactionAdded, self._reaction),
            "reaction.removed": (events.ReactionRemoved, self._reaction),
            "member.joined": (events.MemberJoined, self._member),
            "member.left": (events.MemberLeft, self._member),
            "member.changed": (events.MemberChanged, self._changed),
            "thread.opened": (events.ThreadOpened, self._thread),
            "voice.joined": (events.VoiceJoined, self._voice),
            "voice.left": (events.VoiceLeft, self._voice),
            "channel.changed": (events.ChannelChanged, self._renamed),
            "space.seen": (events.SpaceSeen, _seen),
            "space.lost": (events.SpaceLost, _nothing),
            "home.opened": (events.HomeOpened, self._member),
            "rule.hit": (events.NativeRuleHit, self._rule),
            "command.used": (events.CommandUsed, self._command),
            "control.pressed": (events.Pressed, self._pressed),
            "form.submitted": (events.FormSubmitted, self._submitted),
            "completion.asked": (events.CompletionAsked, self._completion),
        }

    # Messages.

    def _posted(self, frame: Frame, space: SpaceRef) -> Fields:
        message = frame["message"]
        fields: Fields = {
            "message": self._message(message, space),
            "author": self._account(message["author"]),
            "text": text(message["text"]),
            "direct": message.get("direct") is True,
        }
        if answered := message.get("reply_to"):
            fields["reply_to"] = self._message(answered, space)
            fields["reply_author"] = self._author(answered)
        if mentions := message.get("mentions"):
            fields["mentions"] = tuple(map(self._account_ref, listed(mentions)))
        if attachments := message.get("attachments"):
            fields["attachments"] = tuple(map(attachment, listed(attachments)))
        if held := message.get("standing"):
            fields["standing"] = standing(held)
        return fields

    def _edited(self, frame: Frame, space: SpaceRef) -> Fields:
        message = frame["message"]
        return {
            "message": self._message(message, space),
            "author": self._account(message["author"]),
            "text": text(message["text"]),
        }

    def _deleted(self, frame: Frame, space: SpaceRef) -> Fields:
        return {"message": self._message(frame["message"], space)}

    def _reaction(self, frame: Frame, space: SpaceRef) -> Fields:
        message = frame["message"]
        return {
            "message": self._message(message, space),
            "by": self._account(frame["user"]),
            "emoji": text(frame["emoji"]),
            "author": self._author(message),
        }

    # People and places.

    def _member(self, frame: Frame, _: SpaceRef) -> Fields:
        return {"account": self._account(frame["user"])}

    def _changed(self, frame: Frame, space: SpaceRef) -> Fields:
        held = frame.get("standing")
        return self._member(frame, space) | {"standing": None if held is None else standing(held)}

    def _thread(self, frame: Frame, space: SpaceRef) -> Fields:
        user = frame.get("user")
        return {
            "thread": self._place(frame["channel"], space),
            "by": None if user is None else self._account(user),
            "name": text(frame.get("name", "")),
        }

    def _voice(self, frame: Frame, space: SpaceRef) -> Fields:
        return {"channel": self._place(frame["channel"], space), "account": self._account(frame["user"])}

    def _renamed(self, frame: Frame, space: SpaceRef) -> Fields:
        return {
            "channel": self._place(frame["channel"], space),
            "name": text(frame["name"]),
            "gone": frame.get("gone") is True,
        }

    def _rule(self, frame: Frame, space: SpaceRef) -> Fields:
        return {
            "account": self._account(frame["user"]),
            "channel": self._place_or_none(frame, space),
            "rule": text(frame["rule"]),
            "action": text(frame["action"]),
            "text": text(frame.get("text", "")),
        }

    # Interactions.

    def _asking(self, frame: Frame, space: SpaceRef) -> Fields:
        """What every interaction tells: who asks, as what, and where."""
        return {
            "by": self._account(frame["user"]),
            "standing": standing(frame["standing"]),
            "channel": self._place_or_none(frame, space),
            "locale": optional(frame.get("locale")),
            "accounts": {name: self._account(user) for name, user in (frame.get("users") or {}).items()},
        }

    def _command(self, frame: Frame, space: SpaceRef) -> Fields:
        message = frame.get("message")
        return self._asking(frame, space) | {
            "path": texts(frame["path"]),
            "options": table(frame.get("options")),
            "message": self._message_or_none(frame, space),
            "author": None if message is None else self._account(message["author"]),
            "typed": optional(frame.get("typed")),
        }

    def _pressed(self, frame: Frame, space: SpaceRef) -> Fields:
        return self._asking(frame, space) | {
            "packed": text(frame["packed"]),
            "picked": texts(frame.get("picked")),
            "message": self._message_or_none(frame, space),
        }

    def _submitted(self, frame: Frame, space: SpaceRef) -> Fields:
        return self._asking(frame, space) | {
            "packed": text(frame["packed"]),
            "values": table(frame.get("values")),
            "message": self._message_or_none(frame, space),
        }

    def _completion(self, frame: Frame, space: SpaceRef) -> Fields:
        return self._asking(frame, space) | {
            "path": texts(frame["path"]),
            "option": text(frame["option"]),
            "typed": text(frame.get("typed", "")),
        }

    # References.

    def _space(self, found: object) -> SpaceRef:
        ref = self._spaces.get(found) if type(found) is str else None
        if ref is None:
            ref = SpaceRef(PLATFORM, identity(found))
            _keep(self._spaces, ref.id, ref)
        return ref

    def _channel(self, space: SpaceRef, found: object, parent: object) -> ChannelRef:
        key: Any = (space.id, found, parent)
        ref = self._channels.get(key)
        if ref is None:
            ref = ChannelRef(space, identity(found), None if parent is None else identity(parent))
            _keep(self._channels, key, ref)
        return ref

    def _place(self, channel: Frame, space: SpaceRef) -> ChannelRef:
        return self._channel(space, channel["id"], channel.get("parent"))

    def _place_or_none(self, frame: Frame, space: SpaceRef) -> ChannelRef | None:
        channel = frame.get("channel")
        return None if channel is None else self._place(channel, space)

    def _message(self, message: Frame, space: SpaceRef) -> MessageRef:
        channel = self._channel(space, message["channel"], message.get("parent"))
        return MessageRef(channel, identity(message["id"]))

    def _message_or_none(self, frame: Frame, space: SpaceRef) -> MessageRef | None:
        message = frame.get("message")
        return None if message is None else self._message(message, space)

    def _account_ref(self, found: object) -> AccountRef:
        ref = self._accounts.get(found) if type(found) is str else None
        if ref is None:
            ref = AccountRef(PLATFORM, identity(found))
            _keep(self._accounts, ref.id, ref)
        return ref

    def _account(self, user: Frame) -> Account:
        return Account(
            self._account_ref(user["id"]),
            text(user["name"]),
            user.get("bot") is True,
            optional(user.get("locale")),
            optional(user.get("zone")),
        )

    def _author(self, message: Frame) -> AccountRef | None:
        author = message.get("author")
        return None if author is None else self._account_ref(author)


def _seen(frame: Frame, _: SpaceRef) -> Fields:
    return {"name": text(frame["name"]), "locale": optional(frame.get("locale"))}


def _nothing(_: Frame, __: SpaceRef) -> Fields:
    return {}


def _keep(cache: dict[Any, Any], key: object, value: object) -> None:
    if len(cache) >= CACHED:
        cache.clear()
    cache[key] = value
