from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.days import Period, UnknownZone, board_day, day_of, period_key, period_keys

ZONES = sorted(available_timezones() - {"localtime"})
MOMENTS = st.integers(94_694_400, 2_840_140_800).map(lambda at: datetime.fromtimestamp(at + 0.25, UTC))
"""From 1973 to 2060."""


@given(MOMENTS, st.sampled_from(ZONES))
def test_days_end_by_the_wall_clock_in_every_zone(moment: datetime, zone: str) -> None:
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert board_day(moment, zone) == wall.date()
    assert day_of(moment, zone) == (wall - timedelta(hours=4)).date()


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-11-21T18:59:59", "Asia/Seoul", "2026-11-21"),
        ("2026-11-21T19:00:00", "Asia/Seoul", "2026-11-22"),
        ("2026-11-22T03:59:59", "UTC", "2026-11-21"),
        ("2026-11-22T04:00:00", "UTC", "2026-11-22"),
        ("2026-11-21T22:15:00", "Asia/Kathmandu", "2026-11-22"),
        ("2026-11-21T22:14:59", "Asia/Kathmandu", "2026-11-21"),
        ("2026-03-29T01:59:59", "Europe/Berlin", "2026-03-28"),  # 03:59:59, after the gap
        ("2026-03-29T02:00:00", "Europe/Berlin", "2026-03-29"),
        ("2026-11-01T08:59:59", "America/New_York", "2026-10-31"),  # the night has an hour more
        ("2026-11-01T09:00:00", "America/New_York", "2026-11-01"),
    ],
)
def test_a_members_day_begins_at_four(at: str, zone: str, day: str) -> None:
    assert day_of(datetime.fromisoformat(at).replace(tzinfo=UTC), zone) == date.fromisoformat(day)


def test_the_zone_of_the_moment_does_not_matter() -> None:
    moment = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    there = moment.astimezone(ZoneInfo("Pacific/Auckland"))
    assert board_day(there, "Asia/Seoul") == board_day(moment, "Asia/Seoul")


def test_keys_of_the_periods() -> None:
    moment = datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)
    keys = [period_key(period, moment, "Asia/Seoul") for period in Period]
    assert keys == ["d2026-11-22", "w2026-W47", "m2026-11", "all"]
    assert period_keys(moment, "Asia/Seoul") == tuple(keys)
    later = moment + timedelta(seconds=1)
    assert period_keys(later, "Asia/Seoul") == ("d2026-11-23", "w2026-W48", "m2026-11", "all")


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert period_key(Period.WEEK, datetime(2027, 1, 3, 12, tzinfo=UTC), "UTC") == "w2026-W53"
    assert period_key(Period.WEEK, datetime(2027, 1, 4, 12, tzinfo=UTC), "UTC") == "w2027-W01"


@pytest.mark.parametrize("zone", ["", "Asia/Soul", "../etc/passwd", "Asia", "\0"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        day_of(datetime(2026, 1, 1, tzinfo=UTC), zone)
