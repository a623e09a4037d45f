from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import (
    MOST_AT_ONCE,
    BadSchedule,
    Cron,
    Every,
    Once,
    Plan,
    Policy,
    Trigger,
    catch_up,
    check,
    next_after,
    next_runs,
    occurrence_key,
)

NEW_YORK = "America/New_York"
ZONES = [
    NEW_YORK,
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Seoul",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
]
MOMENTS = st.integers(1_420_070_400, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at + 0.25, UTC))
"""From 2015 to 2035."""

DAILY = st.builds("{} {} * * *".format, st.integers(0, 59), st.integers(0, 23))
CRONS = st.builds(
    Cron,
    DAILY | st.sampled_from(["*/7 * * * *", "0 9 * * mon", "30 1,2 * * *", "15 */2 * * sat-sun", "0 0 last * *"]),
    st.sampled_from(ZONES),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def due(trigger: Trigger, moment: datetime) -> datetime:
    found = next_after(trigger, moment)
    assert found is not None
    return found


def weekday_runs(field: str) -> str:
    """The weekdays, from Monday as 1, on which "0 12 * * field" runs in a week."""
    runs = next_runs(Cron(f"0 12 * * {field}", "UTC"), utc("2026-11-15T23:59"), 7)
    return "".join(str(run.isoweekday()) for run in runs if run < utc("2026-11-23T00:00"))


# ----------------------------------------------------------------- wall time


@given(CRONS, MOMENTS)
def test_the_next_run_is_later_and_in_utc(trigger: Cron, moment: datetime) -> None:
    found = due(trigger, moment)
    assert found > moment
    assert found.tzinfo is UTC
    assert due(trigger, found) > found


@given(CRONS, MOMENTS, st.floats(0, 1))
def test_no_run_is_jumped_over(trigger: Cron, moment: datetime, part: float) -> None:
    """From any moment before a run, that run is the next: a restart between changes nothing."""
    found = due(trigger, moment)
    between = moment + (found - moment) * part
    assert due(trigger, between) == found or between == found


@given(DAILY, st.sampled_from(ZONES), MOMENTS)
def test_a_daily_post_comes_once_every_local_day(expression: str, zone: str, moment: datetime) -> None:
    runs = next_runs(Cron(expression, zone), moment, 400)
    days = [local(run, zone).date() for run in runs]
    assert days == [days[0] + timedelta(days=number) for number in range(400)]


@given(CRONS, MOMENTS)
def test_a_run_is_the_first_moment_of_its_wall_time(trigger: Cron, moment: datetime) -> None:
    found = due(trigger, moment).astimezone(ZoneInfo(trigger.zone))
    assert found.fold == 0
    assert (found.second, found.microsecond) == (0, 0)


@given(CRONS, MOMENTS)
def test_keys_are_unique(trigger: Cron, moment: datetime) -> None:
    runs = next_runs(trigger, moment, 60)
    assert len({occurrence_key(trigger, run) for run in runs}) == 60


@pytest.mark.parametrize(
    ("zone", "expression", "after", "runs"),
    [
        (NEW_YORK, "30 2 * * *", "2026-03-07T12:00", ["2026-03-08T07:00", "2026-03-09T06:30"]),
        (NEW_YORK, "0 3 * * *", "2026-03-07T12:00", ["2026-03-08T07:00", "2026-03-09T07:00"]),
        (NEW_YORK, "0,30 2,3 * * *", "2026-03-08T05:00", ["2026-03-08T07:00", "2026-03-08T07:30"]),
        (NEW_YORK, "30 1 * * *", "2026-10-31T12:00", ["2026-11-01T05:30", "2026-11-02T06:30"]),
        (NEW_YORK, "30 * * * *", "2026-11-01T05:00", ["2026-11-01T05:30", "2026-11-01T07:30"]),
        ("Europe/Berlin", "30 2 * * *", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        ("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00", ["2026-10-03T15:30", "2026-10-04T15:15"]),
        ("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T00:00", ["2026-04-04T14:45", "2026-04-05T15:15"]),
        ("America/Sao_Paulo", "0 0 * * *", "2018-11-03T12:00", ["2018-11-04T03:00", "2018-11-05T02:00"]),
        ("Pacific/Apia", "0 9 * * *", "2011-12-29T19:30", ["2011-12-30T10:00", "2011-12-30T19:00"]),
        ("Asia/Seoul", "0 9 * * mon", "2026-11-22T23:59", ["2026-11-23T00:00", "2026-11-30T00:00"]),
    ],
)
def test_gaps_and_hours_that_occur_twice(zone: str, expression: str, after: str, runs: list[str]) -> None:
    assert next_runs(Cron(expression, zone), utc(after), 2) == [utc(run) for run in runs]


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_a_restart_in_the_second_pass_of_an_hour_posts_nothing_again(minute: int) -> None:
    daily = Cron("30 1 * * *", NEW_YORK)
    ran = utc("2026-11-01T05:30")
    restart = utc("2026-11-01T06:00") + timedelta(minutes=minute)
    assert due(daily, restart) == utc("2026-11-02T06:30")
    assert due(Cron("* * * * *", NEW_YORK), restart) == utc("2026-11-01T07:00")
    assert occurrence_key(daily, ran) == occurrence_key(daily, ran + timedelta(hours=1)) == "2026-11-01T01:30"


def test_keys_by_wall_time_or_by_utc() -> None:
    at = utc("2026-11-22T00:00")
    assert occurrence_key(Cron("0 9 * * *", "Asia/Seoul"), at) == "2026-11-22T09:00"
    assert occurrence_key(Every(60, at), at) == occurrence_key(Once(at), at) == "2026-11-22T00:00:00+00:00"


# --------------------------------------------------------------- expressions


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("mon", "1"),
        ("1", "1"),
        ("0", "7"),
        ("7", "7"),
        ("1-5", "12345"),
        ("mon-fri", "12345"),
        ("0-6", "1234567"),
        ("*", "1234567"),
        ("sun,WED", "37"),
        ("fri-mon", "1567"),
        ("6-7", "67"),
        ("*/2", "2467"),
        ("1-5/2", "135"),
        ("mon/2", "135"),
    ],
)
def test_weekdays_are_crontabs(field: str, days: str) -> None:
    assert weekday_runs(field) == days


def test_day_and_weekday_must_both_hold() -> None:
    runs = next_runs(Cron("0 9 1-7 * mon", "UTC"), utc("2026-11-10T00:00"), 3)
    assert [run.date().isoformat() for run in runs] == ["2026-12-07", "2027-01-04", "2027-02-01"]


def test_the_last_day_of_a_month() -> None:
    runs = next_runs(Cron("0 9 last 2 *", "UTC"), utc("2026-01-01T00:00"), 3)
    assert [run.date().isoformat() for run in runs] == ["2026-02-28", "2027-02-28", "2028-02-29"]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "0 9 * *",
        "0 9 * * * *",
        "60 9 * * *",
        "0 24 * * *",
        "0 9 0 * *",
        "0 9 32 * *",
        "0 9 * 13 *",
        "0 9 * foo *",
        "0 9 * january *",
        "0 9 * * 8",
        "0 9 * * monday",
        "0 9 * * */0",
        "0 9 * * mon,",
        "*/0 9 * * *",
        "10-5 9 * * *",
        "0 9 lastly * *",
        "0 9 30 2 *",
        "@daily",
        "a b c d e",
    ],
)
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(BadSchedule):
        check(Cron(expression, "UTC"), utc("2026-11-22T00:00"))


def test_other_schedules_that_cannot_be() -> None:
    now = utc("2026-11-22T00:00")
    for trigger in (Cron("0 9 * * *", "Asia/Soul"), Every(0, now), Once(now)):
        with pytest.raises(BadSchedule):
            check(trigger, now)
    assert check(Once(now), now - timedelta(seconds=1)) == now


def test_a_date_that_is_rare_is_found() -> None:
    assert due(Cron("0 9 29 2 mon", "UTC"), utc("2026-01-01T00:00")) == utc("2044-02-29T09:00")
    assert next_after(Cron("* * * * *", "UTC"), utc("2200-01-01T00:00")) is None


# ------------------------------------------------------- intervals, one-offs


@given(MOMENTS, MOMENTS, st.integers(1, 10**7))
def test_intervals_keep_their_step(anchor: datetime, moment: datetime, seconds: int) -> None:
    found = due(Every(seconds, anchor), moment)
    assert found > moment
    assert found.microsecond % 1000 == 0
    assert due(Every(seconds, anchor), found) - found == timedelta(seconds=seconds)
    if anchor <= moment:
        assert found - moment <= timedelta(seconds=seconds)


def test_an_interval_begins_at_its_anchor() -> None:
    anchor = utc("2026-11-22T00:00")
    assert due(Every(60, anchor), anchor - timedelta(days=9)) == anchor
    assert due(Every(60, anchor), anchor) == anchor + timedelta(seconds=60)


def test_a_one_off_is_due_once() -> None:
    at = datetime(2026, 11, 22, 9, 0, 0, 123_456, tzinfo=ZoneInfo("Asia/Seoul"))
    once = Once(at)
    kept = due(once, utc("2026-11-21T00:00"))
    assert kept == utc("2026-11-22T00:00:00.123")
    assert next_after(once, kept) is None


# ------------------------------------------------------------------ catching up

NINE = Cron("0 9 * * *", "UTC")
FIRST = utc("2026-11-20T09:00")


@pytest.mark.parametrize(
    ("policy", "now", "run", "then"),
    [
        ("once", "2026-11-20T08:59", [], "2026-11-20T09:00"),
        ("once", "2026-11-20T09:00", ["2026-11-20T09:00"], "2026-11-21T09:00"),
        ("once", "2026-11-20T20:59", ["2026-11-20T09:00"], "2026-11-21T09:00"),
        ("once", "2026-11-20T21:00", [], "2026-11-21T09:00"),
        ("once", "2026-11-22T10:00", ["2026-11-22T09:00"], "2026-11-23T09:00"),
        ("skip", "2026-11-20T09:01", ["2026-11-20T09:00"], "2026-11-21T09:00"),
        ("skip", "2026-11-20T09:03", [], "2026-11-21T09:00"),
        ("skip", "2026-11-22T09:01", ["2026-11-22T09:00"], "2026-11-23T09:00"),
        ("all", "2026-11-21T22:00", ["2026-11-20T09:00", "2026-11-21T09:00"], "2026-11-22T09:00"),
    ],
)
def test_after_downtime(policy: Policy, now: str, run: list[str], then: str) -> None:
    assert catch_up(policy, NINE, FIRST, utc(now)) == Plan(tuple(utc(each) for each in run), utc(then))


def test_a_one_off_after_downtime() -> None:
    once = Once(FIRST)
    assert catch_up("once", once, FIRST, FIRST + timedelta(hours=11)) == Plan((FIRST,), None)
    assert catch_up("once", once, FIRST, FIRST + timedelta(hours=13)) == Plan((), None)
    assert catch_up("all", once, FIRST, FIRST + timedelta(days=13)) == Plan((FIRST,), None)
    assert catch_up("once", once, FIRST, FIRST + timedelta(days=1), timedelta(days=2)) == Plan((FIRST,), None)


def test_what_is_too_much_at_once_follows() -> None:
    every = Every(60, FIRST)
    now, seen = FIRST + timedelta(minutes=250), list[datetime]()
    plan = catch_up("all", every, FIRST, now)
    while plan.run:
        assert len(plan.run) <= MOST_AT_ONCE
        seen += plan.run
        assert plan.next is not None
        plan = catch_up("all", every, plan.next, now)
    assert seen == [FIRST + timedelta(minutes=number) for number in range(251)]
    assert plan.next == now + timedelta(minutes=1)


TRIGGERS = CRONS | st.builds(Every, st.integers(3_000, 500_000), MOMENTS)


@given(TRIGGERS, MOMENTS, st.integers(0, 5 * 86_400), st.sampled_from(["once", "skip", "all"]))
def test_a_plan_is_what_stepping_would_find(trigger: Trigger, moment: datetime, seconds: int, policy: Policy) -> None:
    first = due(trigger, moment)
    now = first + timedelta(seconds=seconds)
    missed = [first]
    while (following := due(trigger, missed[-1])) <= now and len(missed) < 2000:
        missed.append(following)
    plan = catch_up(policy, trigger, first, now)
    if policy == "all":
        assert plan == Plan(tuple(missed[:MOST_AT_ONCE]), due(trigger, plan.run[-1]))
        return
    late = now - missed[-1]
    bar = timedelta(minutes=2) if policy == "skip" else timedelta(hours=12)
    assert bool(plan.run) == (late < bar or (policy == "skip" and late == bar))
    assert plan.run in {(), (missed[-1],)}
    assert plan.next == following
