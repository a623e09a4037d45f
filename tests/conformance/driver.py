"""How people act on a platform and what they see, whatever the platform is. Adapters are tested through this alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.platform import Platform
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.model import AccountRef, ChannelRef, MessageRef, RoleRef, SpaceRef

Failure = Literal["busy", "limited", "cut", "lost"]
"""A server error, a rate limit, a connection that breaks before the act, and one that breaks after it."""

Part = Literal["post", "direct", "edit", "delete", "react", "grant", "reply", "open"]
"""What the next failure is for."""

OLGA, MINA, BEN, KEN = "olga", "mina", "ben", "ken"
"""The owner, a moderator, a member who reads English, and one who reads Korean."""
GENERAL, STAFF, LOUNGE = "general", "staff", "lounge"
"""A channel for all, one for the moderators' notes, and one to talk in."""
MODS, HELPERS, CAPTAINS = "mods", "helpers", "captains"
"""The moderators' role, one below the bot's, and one above it."""


@dataclass(frozen=True, slots=True)
class Control:
    """A button, a link or a select that somebody sees."""

    kind: Literal["button", "link", "select"]
    label: str
    url: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one person sees it. `text` is what stands in it, `words` what stands anywhere in it."""

    id: str
    channel: str
    author: str
    text: str
    words: str
    controls: tuple[Control, ...] = ()
    files: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    pinged: tuple[str, ...] = ()
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    private: bool = False
    edited: bool = False

    def control(self, label: str) -> int:
        """The place of a control, by what stands on it."""
        return [control.label for control in self.controls].index(label)


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    label: str
    required: bool
    value: str
    error: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form that is open in front of somebody."""

    id: str
    title: str
    questions: tuple[Question, ...]

    @property
    def names(self) -> list[str]:
        return [question.name for question in self.questions]

    def error(self, name: str) -> str:
        return next(question.error for question in self.questions if question.name == name)

    def value(self, name: str) -> str:
        return next(question.value for question in self.questions if question.name == name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of something that was asked, for whoever asked."""

    state: Literal["waiting", "deferred", "answered", "failed"]
    message: Seen | None = None
    form: Sheet | None = None
    suggestions: tuple[str, ...] = ()

    @property
    def said(self) -> Seen:
        assert self.message is not None, f"nothing was said: {self}"
        return self.message

    @property
    def sheet(self) -> Sheet:
        assert self.form is not None, f"no form was opened: {self}"
        return self.form


class Driver(Protocol):
    """One platform with one space: OLGA owns it, MINA moderates, BEN and KEN are members.

    Methods that make something return its id. What is asked of the bot returns the id of the question.
    """

    @property
    def platform(self) -> Platform: ...

    @property
    def space(self) -> SpaceRef: ...

    @property
    def types_commands(self) -> bool:
        """Whether a command can be written out by hand."""
        ...

    # Names.

    def account(self, user: str) -> AccountRef: ...

    def channel(self, name: str) -> ChannelRef: ...

    def role(self, name: str) -> RoleRef: ...

    def message(self, message: str) -> MessageRef: ...

    # What people do.

    async def add_person(self, user: str, name: str, *, locale: str | None = None) -> None:
        """Somebody comes into being, and joins."""
        ...

    async def post(self, user: str, channel: str, text: str, *, reply_to: str | None = None) -> str: ...

    async def post_dm(self, user: str, text: str) -> str: ...

    async def edit(self, user: str, message: str, text: str) -> None: ...

    async def delete(self, user: str, message: str) -> None: ...

    async def bulk_delete(self, user: str, messages: Sequence[str]) -> None: ...

    async def react(self, user: str, message: str, emoji: str) -> None: ...

    async def unreact(self, user: str, message: str, emoji: str) -> None: ...

    async def join(self, user: str) -> None: ...

    async def leave(self, user: str) -> None: ...

    async def rename(self, user: str, name: str) -> None: ...

    async def set_roles(self, user: str, roles: Sequence[str]) -> None: ...

    async def rename_channel(self, channel: str, name: str) -> None: ...

    async def open_thread(self, user: str, message: str, name: str) -> str: ...

    async def join_voice(self, user: str, channel: str) -> None: ...

    async def leave_voice(self, user: str, channel: str) -> None: ...

    async def break_native_rule(self, user: str, channel: str, rule: str, text: str) -> None: ...

    async def open_home(self, user: str) -> None: ...

    async def lose_space(self) -> None:
        """The bot is thrown out."""
        ...

    # What people ask.

    async def command(
        self, user: str, path: Sequence[str], options: Mapping[str, str], *, channel: str = GENERAL
    ) -> str: ...

    async def typed(self, user: str, line: str, *, channel: str = GENERAL) -> str: ...

    async def press(self, user: str, message: str, control: int, picked: Sequence[str] = ()) -> str: ...

    async def press_home(self, user: str, control: int) -> str: ...

    async def press_old(self, user: str, packed: str) -> str:
        """Presses a button that an earlier version of the bot has left behind."""
        ...

    async def submit(self, user: str, form: str, values: Mapping[str, str]) -> str: ...

    async def complete(self, user: str, path: Sequence[str], option: str, typed: str) -> str: ...

    async def answered(self, asked: str) -> Answer:
        """Waits until the answer is there."""
        ...

    async def answer(self, asked: str) -> Answer:
        """The answer as far as it is there now."""
        ...

    async def deferred(self, asked: str) -> Answer:
        """Waits until the bot has asked for patience, or has answered."""
        ...

    # What people see.

    async def messages(self, user: str, channel: str) -> list[Seen]:
        """What stands in a channel or a thread, the oldest first."""
        ...

    async def dms(self, user: str) -> list[Seen]: ...

    async def forms(self, user: str) -> list[Sheet]: ...

    async def home(self, user: str) -> Seen | None: ...

    async def roles(self, user: str) -> set[str]: ...

    async def is_member(self, user: str) -> bool: ...

    async def timed_out(self, user: str) -> bool: ...

    async def banned(self, user: str) -> bool: ...

    async def thread(self, message: str) -> str | None:
        """The thread under a message."""
        ...

    # What goes wrong.

    async def refuse_dms(self, user: str) -> None: ...

    def lack(self, capability: Capability) -> None:
        """Before the start: this platform cannot do it."""
        ...

    def fail(self, part: Part, failure: Failure, *, times: int = 1, seconds: float = 0.0) -> None:
        """The next calls go wrong."""
        ...

    def revoke(self, *, back: bool = False) -> None:
        """The platform does not let the bot in any more, or does again."""
        ...

    async def again(self) -> None:
        """Delivers what happened last once more."""
        ...

    async def throw(self, payload: bytes) -> None:
        """Sends what no platform should, where the platform's own payloads come in."""
        ...

    async def drained(self) -> None:
        """Returns when the bot has confirmed everything that happened."""
        ...
