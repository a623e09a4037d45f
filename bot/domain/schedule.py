"""When a schedule is due. Truth is the clock on the wall.

APScheduler's cron trigger steps over wall times and knows nothing of zones; the time line comes after.
A wall time that does not exist runs at the first minute after the gap, as one with whatever else is due then.
One that occurs twice runs once, at the first. Moments in and out are aware; those out are in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, Literal, TypeAlias, cast

from apscheduler.triggers.cron import CronTrigger

from bot.domain.days import UnknownZone, zone_info

LATE_LIMIT = timedelta(hours=12)
"""How late an occurrence may be and still run once after downtime."""

ON_TIME = timedelta(minutes=2)
"""An occurrence this late was not missed: a sleeper may wake up to a minute after its time."""

MOST_AT_ONCE = 100
"""Occurrences of one schedule that are run in one go; the rest follow at the next look."""

LAST: Final = datetime(2199, 12, 31, 23, 59, tzinfo=UTC)
"""Where the search for a cron's next date stops."""

_TICK = timedelta(microseconds=1)
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NUMBERS = r"(?:\*|\d+(?:-\d+)?)(?:/\d+)?"
_SHAPES = {
    "minute": _NUMBERS,
    "hour": _NUMBERS,
    "day": rf"last|{_NUMBERS}",
    "month": rf"[a-z]{{3}}(?:-[a-z]{{3}})?|{_NUMBERS}",
    "day_of_week": r"(?:\*|(?:[a-z]{3}|\d)(?:-(?:[a-z]{3}|\d))?)(?:/\d)?",
}


class BadSchedule(ValueError):
    """A schedule that cannot be: a malformed expression, an unknown zone, or a date that never comes."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A crontab line on the clock of an IANA zone: minute, hour, day, month, weekday.

    Weekdays are names, or crontab's numbers (0 and 7 are Sunday). The day may be "last". Where both a day and
    a weekday are given, both must hold: "0 9 1-7 * mon" is the first Monday of the month.
    """

    expression: str
    zone: str


@dataclass(frozen=True, slots=True)
class Every:
    """At `anchor`, and every so many seconds after it; blind to the clock on the wall."""

    seconds: int
    anchor: datetime


@dataclass(frozen=True, slots=True)
class Once:
    at: datetime


Trigger: TypeAlias = Cron | Every | Once
Policy: TypeAlias = Literal["once", "skip", "all"]
"""After downtime: the last missed occurrence if it is not too late, none, or every one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run now, oldest first, and when to look again: at once if `next` lies in the past."""

    run: tuple[datetime, ...]
    next: datetime | None


def check(trigger: Trigger, moment: datetime) -> datetime:
    """The first run after a moment. Raises BadSchedule where there is none."""
    if isinstance(trigger, Every) and trigger.seconds < 1:
        raise BadSchedule(f"every {trigger.seconds} seconds")
    first = next_after(trigger, moment)
    if first is None:
        raise BadSchedule(f"{trigger} is never due")
    return first


def next_after(trigger: Trigger, moment: datetime) -> datetime | None:
    """The first occurrence later than a moment, in UTC; None where there is none. Raises BadSchedule."""
    if isinstance(trigger, Cron):
        return _next_on_the_wall(trigger, moment)
    if isinstance(trigger, Once):
        at = _storable(trigger.at)
        return at if at > moment else None
    anchor, step = _storable(trigger.anchor), timedelta(seconds=trigger.seconds)
    return anchor if anchor > moment else anchor + ((moment - anchor) // step + 1) * step


def next_runs(trigger: Trigger, moment: datetime, count: int = 5) -> list[datetime]:
    """The next occurrences, as shown to whoever sets up a schedule."""
    runs: list[datetime] = []
    while len(runs) < count and (due := next_after(trigger, moment)) is not None:
        runs.append(due)
        moment = due
    return runs


def occurrence_key(trigger: Trigger, due: datetime) -> str:
    """What makes an occurrence unique within its schedule.

    The wall time for a cron, so that an hour that happens twice, or a change of zone, posts once; else UTC.
    """
    if isinstance(trigger, Cron):
        return due.astimezone(_zone(trigger)).replace(tzinfo=None).isoformat(timespec="minutes")
    return _utc(due).isoformat()


def catch_up(
    policy: Policy,
    trigger: Trigger,
    due: datetime,
    now: datetime,
    late_limit: timedelta = LATE_LIMIT,
) -> Plan:
    """What to do at `now` about a schedule that was to run at `due`. What is on time always runs."""
    if due > now:
        return Plan((), due)
    if policy == "all":
        missed = [due, *_until(now, trigger, due)]
        return Plan(tuple(missed), next_after(trigger, missed[-1]))
    latest = _latest(trigger, due, now)
    late = now - latest
    runs = late <= ON_TIME or (policy == "once" and late < late_limit)
    return Plan((latest,) if runs else (), next_after(trigger, latest))


def _until(now: datetime, trigger: Trigger, due: datetime) -> list[datetime]:
    return [moment for moment in next_runs(trigger, due, MOST_AT_ONCE - 1) if moment <= now]


def _latest(trigger: Trigger, due: datetime, now: datetime) -> datetime:
    """The last occurrence up to `now`, found by halving: a year of minutes takes some 20 steps."""
    latest, high = due, now
    while (following := next_after(trigger, latest)) is not None and following <= now:
        middle = following + (high - following) / 2
        beyond = next_after(trigger, middle)
        if beyond is not None and beyond <= now:
            latest = beyond
        else:
            latest, high = following, middle
    return latest


# ----------------------------------------------------------------- wall time


def _next_on_the_wall(trigger: Cron, moment: datetime) -> datetime | None:
    zone = _zone(trigger)
    wall = moment.astimezone(zone).replace(tzinfo=None)
    while (following := _next_wall(trigger.expression, wall + _TICK)) is not None:
        due = _on_the_time_line(following, zone)
        if due > moment:
            return due
        wall = following  # `moment` is in the second pass of an hour, and this ran in the first
    return None


def _next_wall(expression: str, wall: datetime) -> datetime | None:
    """The first wall time of a cron from `wall` on, neither having a zone."""
    start = wall.replace(tzinfo=UTC)
    if start > LAST:
        return None
    found = cast("datetime | None", _cron(expression).get_next_fire_time(None, start))
    return found.replace(tzinfo=None) if found else None


def _on_the_time_line(wall: datetime, zone: tzinfo) -> datetime:
    """When a wall time happens first; for one that never does, the end of the gap it falls into."""
    first = _utc(wall.replace(tzinfo=zone))
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return _gap_end(_utc(wall.replace(tzinfo=zone, fold=1)), first, zone)


def _gap_end(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first minute with the new offset, `before` still having the old one and `after` the new."""
    old = before.astimezone(zone).utcoffset()
    early, late = int(before.timestamp()) // 60, int(after.timestamp()) // 60
    while late - early > 1:
        middle = (early + late) // 2
        if _minute(middle).astimezone(zone).utcoffset() == old:
            early = middle
        else:
            late = middle
    return _minute(late)


def _minute(count: int) -> datetime:
    return datetime.fromtimestamp(count * 60, UTC)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _storable(moment: datetime) -> datetime:
    """In UTC and whole milliseconds, as the database gives it back: or a run would follow upon itself."""
    return _utc(moment).replace(microsecond=moment.microsecond // 1000 * 1000)


def _zone(trigger: Cron) -> tzinfo:
    try:
        return zone_info(trigger.zone)
    except UnknownZone as error:
        raise BadSchedule(f"{trigger.zone!r} is no time zone") from error


# --------------------------------------------------------------- expressions


@lru_cache(maxsize=1024)
def _cron(expression: str) -> CronTrigger:
    """APScheduler's trigger for a crontab line, in UTC: here it is a calendar of wall times."""
    values = dict(zip(_SHAPES, re.split(r"\s+", expression.strip().lower()), strict=False))
    if len(values) != len(_SHAPES) or len(expression.split()) != len(_SHAPES):
        raise BadSchedule(f"{expression!r}: minute, hour, day, month and weekday are needed")
    for name, value in values.items():
        if not all(re.fullmatch(_SHAPES[name], part) for part in value.split(",")):
            raise BadSchedule(f"{expression!r}: {value!r} is no {name.replace('_', ' ')}")
    try:
        values["day_of_week"] = ",".join(_weekdays(values["day_of_week"]))
        return CronTrigger(**values, timezone=UTC, end_date=LAST)
    except ValueError as error:
        raise BadSchedule(f"{expression!r}: {error}") from error


def _weekdays(field: str) -> list[str]:
    """A crontab weekday field as names; APScheduler counts weekdays from Monday, crontab from Sunday."""
    if field == "*":
        return ["*"]
    days = {day % 7 for part in field.split(",") for day in _weekday_range(part)}
    return [_WEEKDAYS[day] for day in sorted(days)]


def _weekday_range(part: str) -> range:
    """0 is Sunday; what goes past Saturday ("fri-mon") ends in the next week."""
    span, _, step = part.partition("/")
    first, _, last = ("0-6" if span == "*" else span).partition("-")
    start = _weekday(first)
    end = _weekday(last) if last else (6 if step else start)
    if end < start:
        end += 7
    if step == "0":
        raise ValueError("a step of 0")
    return range(start, end + 1, int(step or 1))


def _weekday(name: str) -> int:
    """Raises ValueError for what is neither a name nor 0 to 7."""
    if name.isdecimal() and int(name) <= len(_WEEKDAYS):
        return int(name)
    if name not in _WEEKDAYS:
        raise ValueError(f"{name!r} is no weekday")
    return _WEEKDAYS.index(name)
