"""Effects as values: what the outbox delivers to a platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.vocabulary.capabilities import Capability
from bot.vocabulary.model import AccountRef, ChannelRef, MessageRef, RoleRef, SpaceRef, Undelivered
from bot.vocabulary.replies import Message
from bot.vocabulary.text import Phrase

Target: TypeAlias = MessageRef | Undelivered
"""A message that stands, or one that is still in the outbox."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message in a channel, or under `thread` where one is named."""

    channel: ChannelRef
    message: Message
    thread: Target | None = None
    kind: Literal["post"] = "post"


@dataclass(frozen=True, slots=True)
class DirectMessage:
    """A message to one account, as a member of `space`.

    `instead` is where it is posted when the DM is refused, for all to read. None: it is dropped, and whoever sent it
    is told by DeliveryRefused.
    """

    to: AccountRef
    space: SpaceRef
    message: Message
    instead: ChannelRef | None = None
    kind: Literal["direct"] = "direct"


@dataclass(frozen=True, slots=True)
class Edit:
    target: Target
    message: Message
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True, slots=True)
class Delete:
    """Removes a message: that of an `author`, who is told where the platform cannot, or without one the bot's own."""

    target: Target
    author: AccountRef | None = None
    reason: Phrase | None = None
    kind: Literal["delete"] = "delete"


@dataclass(frozen=True, slots=True)
class React:
    target: Target
    emoji: str
    remove: bool = False
    kind: Literal["react"] = "react"


@dataclass(frozen=True, slots=True)
class OpenThread:
    target: Target
    name: str
    kind: Literal["thread"] = "thread"


@dataclass(frozen=True, slots=True)
class GrantRole:
    account: AccountRef
    role: RoleRef
    reason: Phrase | None = None
    kind: Literal["grant"] = "grant"


@dataclass(frozen=True, slots=True)
class RevokeRole:
    account: AccountRef
    role: RoleRef
    reason: Phrase | None = None
    kind: Literal["revoke"] = "revoke"


@dataclass(frozen=True, slots=True)
class TimeOut:
    """Keeps an account from writing until a moment; None ends it."""

    account: AccountRef
    space: SpaceRef
    until: datetime | None
    reason: Phrase | None = None
    kind: Literal["timeout"] = "timeout"


@dataclass(frozen=True, slots=True)
class Kick:
    account: AccountRef
    space: SpaceRef
    reason: Phrase | None = None
    kind: Literal["kick"] = "kick"


@dataclass(frozen=True, slots=True)
class Ban:
    """`lift` takes a ban back."""

    account: AccountRef
    space: SpaceRef
    reason: Phrase | None = None
    lift: bool = False
    kind: Literal["ban"] = "ban"


@dataclass(frozen=True, slots=True)
class PublishHome:
    """The cogs' home panels, shown on the platform's own dashboard."""

    account: AccountRef
    space: SpaceRef
    panels: Message
    kind: Literal["home"] = "home"


Action: TypeAlias = (
    Post
    | DirectMessage
    | Edit
    | Delete
    | React
    | OpenThread
    | GrantRole
    | RevokeRole
    | TimeOut
    | Kick
    | Ban
    | PublishHome
)

_NEEDS: dict[str, Capability] = {
    "direct": Capability.DIRECT_MESSAGES,
    "edit": Capability.EDITS,
    "delete": Capability.DELETE_OTHERS,
    "react": Capability.REACTIONS,
    "thread": Capability.THREADS,
    "grant": Capability.ROLES,
    "revoke": Capability.ROLES,
    "timeout": Capability.TIMEOUTS,
    "kick": Capability.KICKS,
    "ban": Capability.BANS,
    "home": Capability.HOME,
}


def need_of(action: Action) -> Capability | None:
    """What a platform must be able to do for an action; a post, and taking back one's own message, need nothing."""
    if isinstance(action, Delete) and action.author is None:
        return None
    return _NEEDS.get(action.kind)
