"""What happens: on a platform, in an interaction, in the domain. Every event has a key, counted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.vocabulary.model import (
    Account,
    AccountRef,
    Attachment,
    ChannelRef,
    MessageRef,
    SpaceRef,
    Standing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`key` is unique across all platforms; `at` is the platform's time in UTC."""

    key: str
    at: datetime
    space: SpaceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(Event):
    message: MessageRef
    author: Account
    text: str
    reply_to: MessageRef | None = None
    reply_author: AccountRef | None = None
    mentions: tuple[AccountRef, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    standing: Standing | None = None
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(Event):
    message: MessageRef
    author: Account
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(Event):
    """One event a message, also where a platform deletes many at once."""

    message: MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionAdded(Event):
    message: MessageRef
    by: Account
    emoji: str
    author: AccountRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRemoved(Event):
    message: MessageRef
    by: Account
    emoji: str
    author: AccountRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(Event):
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(Event):
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged(Event):
    """A new name, language, zone or set of roles."""

    account: Account
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadOpened(Event):
    thread: ChannelRef
    by: Account | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceJoined(Event):
    channel: ChannelRef
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceLeft(Event):
    channel: ChannelRef
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged(Event):
    """A channel was made, renamed or removed (`gone`)."""

    channel: ChannelRef
    name: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSeen(Event):
    """The bot is in a space: at start, and when it is invited."""

    name: str
    locale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceLost(Event):
    """The bot was removed from a space, or its tokens were revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened(Event):
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeRuleHit(Event):
    """The platform's own moderation acted on a message."""

    account: Account
    channel: ChannelRef | None
    rule: str
    action: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Event):
    """Someone asks for an answer. `locale` is the reader's, where the platform tells.

    `accounts` holds those that the options name, by id, as far as the platform describes them.
    """

    by: Account
    standing: Standing
    channel: ChannelRef | None
    locale: str | None = None
    accounts: Mapping[str, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandUsed(Interaction):
    """`path` is `(cog, command)`; options are raw: strings, or an account, a channel, a role by its id.

    `typed` is a command that a person wrote out by hand, from its path on: `points rank @kim`.
    """

    path: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    message: MessageRef | None = None
    author: Account | None = None
    typed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Interaction):
    """A button, or a select with what was `picked`. `packed` is the call as the platform gave it back."""

    packed: str
    picked: tuple[str, ...] = ()
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(Interaction):
    packed: str
    values: Mapping[str, str] = field(default_factory=dict)
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionAsked(Interaction):
    path: tuple[str, ...]
    option: str
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """Something that Madang itself brought about, in one community."""

    community: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDue(DomainEvent):
    """A schedule's occurrence. `key` is unique to the occurrence; `due` is when it should have run."""

    key: str
    cog: str
    job: str
    due: datetime
    schedule: int
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsAwarded(DomainEvent):
    member: int
    points: int
    total: int
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReversed(DomainEvent):
    """An award was taken back: `points` are those it had given, `total` what is left of all."""

    member: int
    points: int
    total: int
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReached(DomainEvent):
    """`level` is the highest reached, `before` where the member stood."""

    member: int
    level: int
    before: int
    total: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChosen(DomainEvent):
    member: int
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged(DomainEvent):
    """Settings of a cog, or the `community`'s own: each field's old and new value as JSON.

    `member` is None where an operator changed them.
    """

    cog: str
    changes: Mapping[str, tuple[str, str]]
    member: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersMerged(DomainEvent):
    """Two members became one: `gone` is part of `member` now."""

    member: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(DomainEvent):
    """An outbox row reached its platform; `tag` is what the sender called it."""

    outbox: int
    tag: str
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRefused(DomainEvent):
    """A platform said no for good: DMs closed, a missing permission, a channel that is gone."""

    outbox: int
    tag: str
    kind: str
    reason: str
    account: AccountRef | None = None
    space: SpaceRef | None = None
