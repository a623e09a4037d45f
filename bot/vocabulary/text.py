"""What is said: keys with values, and the spans they become at the edge.

Values enter as leaves after the markup is parsed, so that no user text is ever read as markup,
as a mention or as a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from bot.vocabulary.model import AccountRef, ChannelRef, Member, MessageRef, RoleRef

Style: TypeAlias = Literal["bold", "italic", "code", "quote"]
TimeStyle: TypeAlias = Literal["date", "time", "datetime", "relative"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in a text: the display name, and the accounts that a platform may link."""

    name: str
    accounts: tuple[AccountRef, ...] = ()
    leaf: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class ChannelLink:
    channel: ChannelRef
    name: str = ""
    leaf: Literal["channel"] = "channel"


@dataclass(frozen=True, slots=True)
class RoleName:
    role: RoleRef
    name: str = ""
    leaf: Literal["role"] = "role"


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in the reader's zone."""

    at: datetime
    style: TimeStyle = "datetime"
    leaf: Literal["when"] = "when"


@dataclass(frozen=True, slots=True)
class CommandName:
    """A command as its platform writes it: `/points rank`, or `/madang points rank` on Slack."""

    cog: str
    command: str | None = None
    leaf: Literal["command"] = "command"


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A way to a message, as the platform links to one."""

    message: MessageRef
    leaf: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class Url:
    """A link of the community's own settings; `label` is plain text."""

    url: str
    label: str = ""
    leaf: Literal["url"] = "url"


@dataclass(frozen=True, slots=True)
class Say:
    """A key of a cog's catalogue with its values. `cog` is "core" for the core's own texts."""

    cog: str
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    leaf: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Template:
    """A text that a manager wrote: the same small markup, and `{name}` for a fixed set of values."""

    source: str
    values: Mapping[str, Value] = field(default_factory=dict)
    leaf: Literal["template"] = "template"


@dataclass(frozen=True, slots=True)
class Lines:
    """Phrases below one another."""

    phrases: tuple[Phrase, ...]
    leaf: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True)
class Listed:
    """Values side by side, separated as the reader's language does."""

    items: tuple[Value, ...]
    leaf: Literal["listed"] = "listed"


Leaf: TypeAlias = Mention | ChannelLink | RoleName | When | CommandName | MessageLink | Url
Phrase: TypeAlias = Say | Template | Lines
Value: TypeAlias = str | int | Leaf | Phrase | Listed


@dataclass(frozen=True, slots=True)
class Plain:
    """Text with no meaning of its own: every encoder escapes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    style: Style
    spans: Spans


@dataclass(frozen=True, slots=True)
class Anchor:
    url: str
    spans: Spans


Span: TypeAlias = Plain | Styled | Anchor | Mention | ChannelLink | RoleName | When | CommandName | MessageLink
Spans: TypeAlias = tuple[Span, ...]


class Voice(Protocol):
    """One reader's language and zone; what encoders ask for the words."""

    @property
    def locale(self) -> str: ...

    @property
    def zone(self) -> str: ...

    def spans(self, phrase: Phrase) -> Spans: ...

    def plain(self, phrase: Phrase) -> str:
        """The phrase without styles, for labels and notifications; still to be escaped."""
        ...

    def command(self, command: CommandName) -> str:
        """A command as people of this language write it: `/points rank`."""
        ...

    def when(self, when: When) -> str:
        """The moment in words, for platforms that have no time of their own."""
        ...


def mention(member: Member) -> Mention:
    return Mention(member.name, member.accounts)
