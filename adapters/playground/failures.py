"""What a world's refusal means to whoever sent the action."""

from __future__ import annotations

from adapters.playground.model import WorldError
from bot.vocabulary.errors import DeliveryError, PlatformGone, Refused, TryLater

LATER = frozenset({"rate_limited", "unavailable"})
DOUBTFUL = frozenset({"connection_lost", "timeout"})
GONE = frozenset({"revoked"})

ALREADY = {
    "messages.delete": "unknown_message",
    "reactions.remove": "unknown_reaction",
    "members.unban": "unknown_ban",
    "threads.open": "thread_exists",
}
"""Errors that say: what you want is the case."""


def delivery_error(error: WorldError) -> DeliveryError:
    reason = str(error)
    if error.code in DOUBTFUL:
        return TryLater(reason, doubtful=True)
    if error.code in LATER:
        return TryLater(reason, error.retry_after or 0.0)
    if error.code in GONE:
        return PlatformGone(reason)
    return Refused(reason)
