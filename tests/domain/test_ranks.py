from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ranks import SHIFTS, coalesce, deltas, ranges_above

TOTALS = st.integers(0, 400) | st.integers(16_000, 17_000) | st.integers(-300, 3_000_000)
STEPS = st.lists(st.tuples(st.integers(0, 8), st.none() | TOTALS), max_size=60)

Counters = Counter[tuple[int, int]]


def counted(totals: list[int]) -> Counters:
    return Counter({(level, bucket): change for level, bucket, change in coalesce(entries(totals))})


def entries(totals: list[int]) -> list[tuple[int, int, int]]:
    return [delta for total in totals for delta in deltas(None, total)]


def above(counters: Counters, points: int) -> int:
    return sum(
        count
        for wanted, low, high in ranges_above(points)
        for (level, bucket), count in counters.items()
        if level == wanted and bucket > low and (high is None or bucket < high)
    )


@given(st.lists(TOTALS, max_size=50), TOTALS)
def test_the_count_above_is_that_of_a_sort(totals: list[int], points: int) -> None:
    assert above(counted(totals), points) == sum(total > points for total in totals)


@given(STEPS, TOTALS)
def test_counters_follow_every_change(steps: list[tuple[int, int | None]], points: int) -> None:
    board: dict[int, int] = {}
    counters: Counters = Counter()
    for member, after in steps:
        for level, bucket, change in deltas(board.pop(member, None), after):
            counters[level, bucket] += change
        if after is not None:
            board[member] = after
    assert above(counters, points) == sum(total > points for total in board.values())
    assert {key: count for key, count in counters.items() if count} == counted(list(board.values()))


@given(STEPS)
def test_coalescing_changes_nothing_but_the_number_of_rows(steps: list[tuple[int, int | None]]) -> None:
    changes = [delta for before, after in steps for delta in deltas(before, after)]
    sums: Counters = Counter()
    for level, bucket, change in changes:
        sums[level, bucket] += change
    rows = coalesce(changes)
    assert {(level, bucket): change for level, bucket, change in rows} == {k: n for k, n in sums.items() if n}
    assert rows == sorted(rows)


def test_ties_share_a_rank() -> None:
    totals = [500, 500, 20]
    assert [1 + above(counted(totals), total) for total in totals] == [1, 1, 3]


def test_a_small_step_touches_only_what_changes() -> None:
    assert deltas(10, 30) == [(0, 10, -1), (0, 30, 1)]
    assert deltas(120, 130) == [(0, 120, -1), (0, 130, 1), (1, 0, -1), (1, 1, 1)]
    assert deltas(7, 7) == deltas(None, None) == []
    assert deltas(None, 130) == [(0, 130, 1), (1, 1, 1), (2, 0, 1)]
    assert deltas(130, None) == [(0, 130, -1), (1, 1, -1), (2, 0, -1)]


def test_the_lower_ranges_hold_at_most_127_buckets() -> None:
    for points in (0, 127, 128, 16_383, 16_384, 123_456):
        *lower, top = ranges_above(points)
        assert all(high is not None and 0 < high - low <= 128 for _, low, high in lower)
        assert top == (len(SHIFTS) - 1, points >> SHIFTS[-1], None)
