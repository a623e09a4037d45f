"""An exact rank from counters alone: how many members stand above a total, whatever their number.

Members are counted at three levels: by total, by block of 128 totals, by block of 16,384. Above a total lie
the rest of its block, the rest of its large block, and the large blocks beyond: three sums over ranges, the
first two of at most 127 rows. Members with equal totals share a rank: 1, 1, 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

SHIFTS = (0, 7, 14)
"""Bits that a total is shifted by to give its bucket, for each level."""

Delta: TypeAlias = tuple[int, int, int]
"""(level, bucket, change): so many members more, or fewer, in a bucket."""

Range: TypeAlias = tuple[int, int, int | None]
"""(level, low, high): the buckets of a level above `low` and below `high`; without `high`, all above."""


def deltas(before: int | None, after: int | None) -> list[Delta]:
    """What changes when a member goes from one total to another; None is "not on the board"."""
    changes: list[Delta] = []
    for level, shift in enumerate(SHIFTS):
        left = None if before is None else before >> shift
        entered = None if after is None else after >> shift
        if left == entered:
            continue
        if left is not None:
            changes.append((level, left, -1))
        if entered is not None:
            changes.append((level, entered, 1))
    return changes


def coalesce(changes: Iterable[Delta]) -> list[Delta]:
    """One change a bucket, by level and bucket; what comes to nothing is left out."""
    sums: dict[tuple[int, int], int] = {}
    for level, bucket, change in changes:
        sums[level, bucket] = sums.get((level, bucket), 0) + change
    return [(level, bucket, change) for (level, bucket), change in sorted(sums.items()) if change]


def ranges_above(points: int) -> list[Range]:
    """The ranges whose counts add up to the members with more than `points`; one more is the rank."""
    ranges: list[Range] = []
    for level, shift in enumerate(SHIFTS):
        low = points >> shift
        ranges.append((level, low, _block_end(low, level)))
    return ranges


def _block_end(bucket: int, level: int) -> int | None:
    """The first bucket of a level that belongs to the next block of the level above."""
    if level + 1 == len(SHIFTS):
        return None
    width = SHIFTS[level + 1] - SHIFTS[level]
    return ((bucket >> width) + 1) << width
