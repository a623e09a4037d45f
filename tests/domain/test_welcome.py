from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.welcome import Joins, needs_nudge, pick_variant, raid


def picks(count: int, length: int, seed: str = "join") -> list[int]:
    used: list[int] = []
    for number in range(length):
        used.append(pick_variant(count, used, f"{seed}:{number}"))
    return used


@given(st.integers(1, 12), st.integers(0, 60), st.text(max_size=5))
def test_no_variant_comes_twice_before_all_have_come(count: int, length: int, seed: str) -> None:
    used = picks(count, length, seed)
    for start in range(0, length, count):
        turn = used[start : start + count]
        assert len(set(turn)) == len(turn)
    assert count == 1 or all(earlier != later for earlier, later in pairwise(used))


@given(st.integers(1, 6), st.lists(st.integers(0, 9), max_size=20), st.text(max_size=5))
def test_a_library_may_grow_and_shrink(count: int, used: list[int], seed: str) -> None:
    picked = pick_variant(count, used, seed)
    assert 0 <= picked < count
    assert picked == pick_variant(count, list(used), seed)


def test_a_new_variant_does_not_come_again_and_again() -> None:
    used = picks(3, 30)
    used += [pick_variant(4, used, "a")]
    used += [pick_variant(4, used, "b")]
    assert used[-1] != used[-2]


def test_a_library_that_grew_is_used_up_first() -> None:
    used = [0, 1, 2, 0]
    for number in range(4):
        used.append(pick_variant(5, used, f"join:{number}"))
    assert sorted(used[4:]) == [1, 2, 3, 4]


def test_the_seed_decides() -> None:
    assert {pick_variant(4, [], f"join:{number}") for number in range(100)} == {0, 1, 2, 3}


def floods(times: list[int], limit: int = 10, window: int = 60) -> list[bool]:
    joins: Joins = ()
    told: list[bool] = []
    for at in times:
        joins, flood = raid(joins, at, limit, window)
        told.append(flood)
    return told


@given(st.lists(st.integers(0, 20_000), max_size=60), st.integers(1, 8))
def test_a_flood_is_so_many_joins_in_the_window(times: list[int], limit: int) -> None:
    times.sort()
    expected = [sum(at - 5000 < join for join in times[: number + 1]) >= limit for number, at in enumerate(times)]
    assert floods(times, limit, 5) == expected


def test_the_tenth_join_within_a_minute_is_a_raid() -> None:
    assert floods([second * 6_000 for second in range(10)]) == [False] * 9 + [True]
    assert floods([0, *range(59_992, 60_001)]) == [False] * 10
    assert floods([second * 6_700 for second in range(30)]) == [False] * 30


def test_a_late_join_hides_no_raid() -> None:
    assert floods([*range(100_000, 109_000, 1000), 1, 110_000])[-2:] == [False, True]


def test_a_clock_set_back_blinds_nothing() -> None:
    assert floods([*range(9_000_000, 9_009_000, 1000), *range(10)])[-1]


@pytest.mark.parametrize(
    ("messages", "agreed", "nudge"),
    [(0, True, True), (0, None, True), (1, False, True), (1, True, False), (7, None, False)],
)
def test_a_nudge_is_for_those_who_are_not_active(messages: int, agreed: bool | None, nudge: bool) -> None:
    assert needs_nudge(messages, agreed) is nudge
