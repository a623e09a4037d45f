"""Who may do what to whom: the one place that decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.settings import CommunitySettings
from bot.vocabulary.model import Access, SpaceRef, Standing


def access_of(standing: Standing, space: SpaceRef, settings: CommunitySettings) -> Access:
    """What someone may do here: by owning the space, by administering it, or by a role the community named."""
    if standing.bot or not standing.known:
        return Access.MEMBER
    if standing.owner:
        return Access.OWNER
    roles = {f"{space.platform}:{space.id}:{role}" for role in standing.roles}
    if standing.admin or not roles.isdisjoint(settings.manager_roles):
        return Access.MANAGER
    if not roles.isdisjoint(settings.moderator_roles):
        return Access.MODERATOR
    return Access.MEMBER


class Obstacle(StrEnum):
    """Why one may not act on another; the value is the key of what is said about it."""

    NEEDS_MODERATOR = "needs-moderator"
    SELF = "not-yourself"
    BOT = "not-a-bot"
    ABOVE_INVOKER = "not-above-you"
    ABOVE_BOT = "not-above-me"


@dataclass(frozen=True, slots=True)
class Party:
    """Someone who takes part in an act: the member's id, where they stand, what they may do."""

    member: int
    standing: Standing
    access: Access


def obstacle(invoker: Party, target: Party, bot: Standing, *, by_bot: bool = True) -> Obstacle | None:
    """What stands between an invoker and an act on a target; None where nothing does.

    The invoker must stand above the target and, where the bot acts for them (`by_bot`), so must the bot.
    An unknown standing counts as the highest.
    """
    if invoker.access < Access.MODERATOR:
        return Obstacle.NEEDS_MODERATOR
    if invoker.member == target.member:
        return Obstacle.SELF
    if target.standing.bot:
        return Obstacle.BOT
    if not _above(invoker, target):
        return Obstacle.ABOVE_INVOKER
    if by_bot and not _bot_above(bot, target.standing):
        return Obstacle.ABOVE_BOT
    return None


def _above(invoker: Party, target: Party) -> bool:
    if target.standing.owner or not target.standing.known:
        return False
    if invoker.access != target.access:
        return invoker.access > target.access
    return invoker.standing.owner or invoker.standing.rank > target.standing.rank


def _bot_above(bot: Standing, target: Standing) -> bool:
    if not bot.known or target.owner:
        return False
    return bot.owner or bot.rank > target.rank
