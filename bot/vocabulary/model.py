"""Who and where: references to what lives on a platform, and people as Madang knows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


@dataclass(frozen=True, slots=True)
class SpaceRef:
    """A guild or a workspace: the platform's name and its own id there."""

    platform: str
    id: str


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account on a platform. The id is unique on the whole platform."""

    platform: str
    id: str


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel, a thread or a DM of a space. A thread names the channel above it as `parent`."""

    space: SpaceRef
    id: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that stands on a platform."""

    channel: ChannelRef
    id: str

    @property
    def source(self) -> str:
        """What awards and facts name as their origin; equal for a post, its edit and its removal."""
        channel = self.channel
        return f"message:{channel.space.platform}:{channel.space.id}:{channel.id}:{self.id}"


@dataclass(frozen=True, slots=True)
class RoleRef:
    """A role of a space; on Slack, a user group."""

    space: SpaceRef
    id: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that waits in the outbox, by the outbox row's id."""

    outbox: int


class Access(IntEnum):
    """What a member may do; a higher level includes the lower ones."""

    MEMBER = 0
    MODERATOR = 1
    MANAGER = 2
    OWNER = 3


@dataclass(frozen=True, slots=True)
class Account:
    """Someone as a platform shows them in an event. `locale` and `zone` only where it tells."""

    ref: AccountRef
    name: str
    bot: bool = False
    locale: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands in a space: its roles, the rank of the highest, and what it owns.

    `known` is false where the platform could not tell; such a standing is never trusted with an act.
    """

    roles: frozenset[str] = frozenset()
    rank: int = 0
    admin: bool = False
    owner: bool = False
    bot: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Community:
    """A village: one or several spaces whose members share one ledger. `zone` is an IANA name."""

    id: int
    name: str
    locale: str
    zone: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a community, with every account they hold there."""

    id: int
    community: int
    person: int
    name: str
    accounts: tuple[AccountRef, ...] = ()
    locale: str | None = None
    zone: str | None = None
    hidden: bool = False
    quiet: bool = False
    bot: bool = False

    def account_on(self, platform: str) -> AccountRef | None:
        return next((account for account in self.accounts if account.platform == platform), None)


class Visibility(Enum):
    """Who sees an answer: its reader alone, or the channel."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a member posted; never fetched by the core."""

    name: str
    media_type: str
    size: int
