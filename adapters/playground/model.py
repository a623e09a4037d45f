"""What lives in the world: its people, places and messages. Plain records, changed only by the world."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Rich: TypeAlias = list[Json]

ALL_CAPABILITIES = frozenset(
    {
        "direct-messages",
        "private-replies",
        "edits",
        "delete-others",
        "reactions",
        "threads",
        "roles",
        "timeouts",
        "kicks",
        "bans",
        "home",
        "forms",
        "form-errors",
        "buttons",
        "selects",
        "pictures",
        "files",
        "native-times",
    }
)
"""The switches of `World.capabilities`."""

INTERACTIONS = frozenset({"command.used", "control.pressed", "form.submitted", "completion.asked"})
"""The events that somebody waits for; they overtake the others and expire."""


class WorldError(Exception):
    """The world says no, to a person or to the bot. `code` is for programs, `detail` for people."""

    def __init__(self, code: str, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.retry_after = retry_after
        self.detail = detail


@dataclass(slots=True)
class User:
    id: str
    name: str
    bot: bool = False
    locale: str | None = None
    zone: str | None = None
    takes_dms: bool = True


@dataclass(slots=True)
class Role:
    id: str
    space: str
    name: str
    rank: int
    moderates: bool = False


@dataclass(slots=True)
class Membership:
    joined: datetime
    roles: set[str] = field(default_factory=set)
    admin: bool = False
    timeout: datetime | None = None


@dataclass(slots=True)
class Space:
    id: str
    name: str
    locale: str | None = None
    owner: str | None = None
    members: dict[str, Membership] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)


ChannelKind: TypeAlias = Literal["text", "voice", "thread", "dm"]


@dataclass(slots=True)
class Channel:
    """`members` of None means everyone in the space; a thread asks its parent."""

    id: str
    space: str
    name: str
    kind: ChannelKind = "text"
    parent: str | None = None
    members: set[str] | None = None
    gone: bool = False
    messages: list[str] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Message:
    """`body` is what is shown; `typed` what a person wrote. A private one is shown to one person."""

    id: str
    channel: str
    author: str
    at: datetime
    body: Json
    typed: str = ""
    reply_to: str | None = None
    private_to: str | None = None
    edited: bool = False
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    thread: str | None = None


@dataclass(slots=True)
class OpenForm:
    """A form in front of one person. `errors` are what the bot said about the last attempt."""

    id: str
    user: str
    space: str
    channel: str | None
    message: str | None
    form: Json
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class State(Enum):
    """How far an interaction has come."""

    WAITING = "waiting"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(slots=True)
class Asked:
    """An interaction: who asked what, and what the bot made of it."""

    id: str
    type: str
    user: str
    space: str
    channel: str | None
    at: datetime
    message: str | None = None
    form: OpenForm | None = None
    state: State = State.WAITING
    private: bool | None = None
    reply: str | None = None
    opened: str | None = None
    suggestions: tuple[tuple[str, str], ...] = ()
    settled: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as one person sees it now. `text` is plain; `body` is everything that was sent."""

    id: str
    channel: str
    author: str
    author_name: str
    at: datetime
    text: str
    body: Mapping[str, Any]
    reactions: Mapping[str, tuple[str, ...]]
    reply_to: str | None = None
    thread: str | None = None
    private: bool = False
    edited: bool = False
    bot: bool = False

    @property
    def controls(self) -> tuple[Json, ...]:
        return tuple(self.body.get("controls", ()))

    @property
    def cards(self) -> tuple[Json, ...]:
        return tuple(self.body.get("cards", ()))


@dataclass(frozen=True, slots=True)
class FormView:
    """An open form: the bot's `form`, what was filled in, and what is wrong with it."""

    id: str
    form: Mapping[str, Any]
    values: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What became of an interaction, for the person who asked."""

    state: State
    private: bool | None = None
    message: MessageView | None = None
    form: FormView | None = None
    suggestions: tuple[tuple[str, str], ...] = ()
