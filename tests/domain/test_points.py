from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.points import (
    STRAGGLER_MS,
    Earner,
    EarnRules,
    cost,
    decide,
    has_letters,
    level_of,
    message_points,
    progress,
    total_for,
)

RULES = EarnRules()
MINUTE = 60_000
START = 1_700_000_000_000
DAY = 739_000


def say(state: Earner, text: str, at_ms: int = START, day: int = DAY, rules: EarnRules = RULES) -> int:
    return decide(state, f"discord:{text}:{at_ms}", at_ms, day, text, rules)


def words(number: int) -> str:
    """Texts that are nothing like one another."""
    return "".join(chr(0xAC00 + (number * 7919 + at * 613) % 11172) for at in range(12))


# -------------------------------------------------------------------- levels


@pytest.mark.parametrize(("level", "total"), [(0, 0), (1, 100), (5, 1150), (10, 4675), (50, 268_375), (100, 1_899_250)])
def test_totals_that_users_of_mee6_know(level: int, total: int) -> None:
    assert total_for(level) == total
    assert (level_of(total), level_of(total - 1)) == (level, max(level - 1, 0))


def test_a_total_is_the_sum_of_the_costs() -> None:
    assert [total_for(level + 1) - total_for(level) for level in range(500)] == [cost(n) for n in range(500)]


@given(st.integers(-(10**6), 10**7) | st.integers(0, 10**60))
def test_the_level_is_exact(total: int) -> None:
    level = level_of(total)
    assert total_for(level) <= max(total, 0) < total_for(level + 1)


@given(st.integers(0, 10**20))
def test_the_level_changes_at_its_total(level: int) -> None:
    assert level_of(total_for(level)) == level
    assert level_of(total_for(level + 1) - 1) == level


@given(st.integers(-1000, 10**9))
def test_progress_adds_up(total: int) -> None:
    at = progress(total)
    assert 0 <= at.into < at.needed == cost(at.level)
    assert total_for(at.level) + at.into == max(total, 0)


# ------------------------------------------------------------------ messages


@given(st.text(), st.integers(0, 30), st.integers(0, 30))
def test_points_lie_in_their_range(key: str, least: int, more: int) -> None:
    assert least <= message_points(key, least, least + more) <= least + more


def test_points_are_spread_evenly() -> None:
    counts = dict.fromkeys(range(15, 26), 0)
    for number in range(11_000):
        counts[message_points(f"discord:message:{1_200_000_000_000_000_000 + number * 4_194_304}")] += 1
    assert all(800 < count < 1200 for count in counts.values())


def test_points_are_the_same_in_another_process() -> None:
    code = "from bot.domain.points import message_points; print(message_points('slack:Ev1'))"
    root = Path(__file__).parents[2]
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=root,
            env={"PYTHONHASHSEED": seed},
        )
        assert int(told.stdout) == message_points("slack:Ev1")


def test_a_first_message_earns() -> None:
    state = Earner()
    earned = say(state, "good morning")
    assert 15 <= earned <= 25
    assert (state.last_award_ms, state.day, state.day_points) == (START, DAY, earned)


def test_the_cooldown() -> None:
    state = Earner()
    assert say(state, words(1))
    assert not say(state, words(2), START + MINUTE - 1)
    assert say(state, words(3), START + MINUTE)


def test_what_earns_nothing_does_not_start_the_cooldown() -> None:
    state = Earner()
    assert not say(state, "ok")
    assert say(state, words(1), START + 1)


def test_the_last_award_is_cut_to_the_cap() -> None:
    state = Earner(day=DAY, day_points=295)
    assert say(state, words(1)) == 5
    assert not say(state, words(2), START + MINUTE)
    assert say(state, words(3), START + 2 * MINUTE, DAY + 1) >= 15


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "!!!",
        "12345",
        "🎉🎉🎉",
        "\u3164\u3164\u3164",
        "ㅋㅋ",
        "<@123456789>",
        "https://example.org",
        "<:party:12345>",
        ":tada:",
        "<@U02ABCDEF> ok",
        "<https://example.org|a label>",
    ],
)
def test_too_few_letters(text: str) -> None:
    assert not has_letters(text, 3)
    assert not say(Earner(), text)


@pytest.mark.parametrize("text", ["yes", "안녕요", "네 <@1> 좋아", "да!да", "1a2b3c", "a < b, c > d", "see: this"])
def test_enough_letters(text: str) -> None:
    assert has_letters(text, 3)
    assert say(Earner(), text)


def test_a_duplicate_earns_nothing_within_the_last_five() -> None:
    state = Earner()
    assert say(state, "good morning everyone")
    assert not say(state, "Good morning  everyone!", START + MINUTE)
    for number in range(5):
        say(state, words(number), START + MINUTE + number)
    assert say(state, "good morning everyone", START + 3 * MINUTE)


def test_messages_that_earn_nothing_are_remembered_too() -> None:
    state = Earner()
    assert say(state, words(1))
    assert not say(state, "said during the cooldown", START + 1)
    assert not say(state, "said during the cooldown", START + MINUTE)
    state = Earner(day=DAY, day_points=300)
    assert not say(state, "said above the cap")
    assert not say(state, "said above the cap", START + 1, DAY + 1)


def test_a_duplicate_is_judged_by_the_rules() -> None:
    state = Earner()
    assert say(state, "good morning everyone")
    assert say(state, "good morning everybody", START + MINUTE, rules=replace(RULES, similarity=0.95))


def test_a_late_event_earns_nothing_and_opens_no_second_cooldown() -> None:
    state = Earner()
    assert say(state, words(1), START)
    assert not say(state, words(2), START - 10 * MINUTE)
    assert not say(state, words(3), START + MINUTE - 1)
    assert say(state, words(4), START + MINUTE)


def test_a_clock_set_back_costs_one_cooldown() -> None:
    state = Earner()
    assert say(state, words(1), START + 365 * 1440 * MINUTE, DAY + 365)
    assert not say(state, words(2), START)
    assert not say(state, words(3), START + MINUTE - 1)
    assert say(state, words(4), START + MINUTE)
    assert state.day == DAY


def test_a_zone_further_west_gives_no_second_cap() -> None:
    state = Earner(day=DAY, day_points=300)
    for step, day in enumerate((DAY - 1, DAY - 2, DAY)):
        assert not say(state, words(step), START + step * MINUTE, day)


ARRIVALS = st.lists(
    st.tuples(st.integers(-STRAGGLER_MS, 5 * MINUTE), st.integers(-2, 1), st.integers(0, 30)), max_size=60
)


@given(ARRIVALS)
def test_neither_cap_nor_cooldown_can_be_passed_by_order(arrivals: list[tuple[int, int, int]]) -> None:
    """Events arrive up to an hour late, and on days that zones shift."""
    state, rules, clock, today = Earner(), replace(RULES, daily=60), START, DAY
    awards: list[int] = []
    by_day: dict[int, int] = {}
    for shift, day_shift, number in arrivals:
        at, day = clock + shift, today + day_shift
        clock, today = max(clock, at), max(today, day)
        earned = say(state, words(number), at, day, rules)
        if earned:
            awards.append(at)
            by_day[state.day] = by_day.get(state.day, 0) + earned
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(awards))
    assert all(points <= 60 for points in by_day.values())
    assert list(by_day) == sorted(by_day)


@given(st.lists(st.tuples(st.integers(0, 3 * MINUTE), st.text(max_size=30)), max_size=20))
def test_a_replay_earns_the_same(messages: list[tuple[int, str]]) -> None:
    one, other = Earner(), Earner()
    for at, text in messages:
        assert say(one, text, START + at) == say(other, text, START + at)
        assert one == other
