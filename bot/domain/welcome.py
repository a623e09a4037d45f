"""Choices around a newcomer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias
from zlib import crc32

RAID_JOINS = 10
RAID_SECONDS = 60
"""So many joins in so many seconds are a raid. Source: the middle of Nadeko's 2 to 30 in 2 to 300 s."""

Joins: TypeAlias = tuple[int, ...]
"""The last joins in order of arrival, in milliseconds since 1970; at most twice the limit."""


def pick_variant(count: int, used: Sequence[int], seed: str) -> int:
    """One of `count` variants; none comes twice before all have come, nor twice in a row.

    `used` holds every pick so far, oldest first; `seed` decides among what is left, the same on a replay.
    """
    left = sorted(set(range(count)) - _current_round(count, used))
    if len(left) == count > 1 and used:
        left = [variant for variant in left if variant != used[-1]]
    return left[crc32(seed.encode("utf-8", "surrogatepass")) % len(left)]


def raid(joins: Joins, at_ms: int, limit: int = RAID_JOINS, window: int = RAID_SECONDS) -> tuple[Joins, bool]:
    """The joins with one more, and whether `limit` of them lie within `window` seconds of it.

    Joins may arrive out of order: a late one takes nothing away, and a clock set back blinds nothing.
    """
    kept = (*joins, at_ms)[-2 * limit :]
    near = sum(abs(at_ms - join) < window * 1000 for join in kept)
    return kept, near >= limit


def needs_nudge(messages: int, agreed: bool | None) -> bool:
    """Whether to write on day 3: no message yet, or rules not agreed to (None: there are no rules)."""
    return messages == 0 or agreed is False


def _current_round(count: int, used: Iterable[int]) -> set[int]:
    """What the current round has used; a round ends when all have come, or one comes again."""
    current: set[int] = set()
    for variant in used:
        if variant in current:
            current = set()
        if variant < count:
            current.add(variant)
        if len(current) == count:
            current = set()
    return current
