"""Which day a moment belongs to: a member's own, from 04:00 on, or a board's, from midnight on.

Every offset from UTC in force since 1973, and every change of one, falls on a quarter of an hour of UTC. So a
day is remembered by zone and quarter hour, and found again without any calendar arithmetic.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_STARTS = timedelta(hours=4)
"""Local time at which a member's day begins: what users of streaks asked for instead of midnight."""

_QUARTER = 900
"""Seconds."""

_REMEMBERED = 16_384


class Period(Enum):
    """What a board counts over. Weeks are ISO weeks and begin on Monday. The values are stored."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


class UnknownZone(ValueError):
    """Not the name of an IANA time zone."""


@lru_cache(maxsize=1024)
def zone_info(zone: str) -> ZoneInfo:
    """The zone of an IANA name such as "Asia/Seoul". Raises UnknownZone."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(zone) from error


def day_of(moment: datetime, zone: str) -> date:
    """The member's day: 04:00 to 04:00 on the clock of `zone`. `moment` is aware."""
    return _member_day(zone, int(moment.timestamp() // _QUARTER))


def board_day(moment: datetime, zone: str) -> date:
    """The community's day: midnight to midnight on the clock of `zone`. `moment` is aware."""
    return _calendar_day(zone, int(moment.timestamp() // _QUARTER))


def period_key(period: Period, moment: datetime, zone: str) -> str:
    """One of "all", "d2026-11-22", "w2026-W47" and "m2026-11", by the community's midnight."""
    day, week, month, ever = _keys(board_day(moment, zone))
    if period is Period.DAY:
        return day
    if period is Period.WEEK:
        return week
    return month if period is Period.MONTH else ever


def period_keys(moment: datetime, zone: str) -> tuple[str, str, str, str]:
    """The keys of every Period at a moment, in the order of their declaration."""
    return _keys(board_day(moment, zone))


@lru_cache(maxsize=_REMEMBERED)
def _member_day(zone: str, quarter: int) -> date:
    return (_local(zone, quarter) - DAY_STARTS).date()


@lru_cache(maxsize=_REMEMBERED)
def _calendar_day(zone: str, quarter: int) -> date:
    return _local(zone, quarter).date()


def _local(zone: str, quarter: int) -> datetime:
    """The local clock at the start of a quarter hour, without its zone: the wall clock ends a day."""
    moment = datetime.fromtimestamp(quarter * _QUARTER, UTC)
    return moment.astimezone(zone_info(zone)).replace(tzinfo=None)


@lru_cache(maxsize=256)
def _keys(day: date) -> tuple[str, str, str, str]:
    year, week, _ = day.isocalendar()
    return f"d{day.isoformat()}", f"w{year:04d}-W{week:02d}", f"m{day.year:04d}-{day.month:02d}", "all"
