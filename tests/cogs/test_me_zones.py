"""Time zones by what people type."""

from __future__ import annotations

import pytest

from cogs.me.cities import CITIES
from cogs.me.zones import find, key_of, near, places


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Seoul", "Asia/Seoul"),
        ("asia/seoul", "Asia/Seoul"),
        ("서울", "Asia/Seoul"),
        (" 부산 ", "Asia/Seoul"),
        ("kst", "Asia/Seoul"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("뉴욕", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("샌프란시스코", "America/Los_Angeles"),
        ("Salta", "America/Argentina/Salta"),
        ("UTC", "UTC"),
        ("london", "Europe/London"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, zone: str) -> None:
    assert find(typed) == zone


@pytest.mark.parametrize(
    "typed", ["", "   ", "/", "Atlantis", "Asia/Seoul; DROP", "../../etc/passwd", "localtime", "\x00"]
)
def test_what_is_no_zone_is_none(typed: str) -> None:
    assert find(typed) is None


@pytest.mark.parametrize(
    ("typed", "zone"), [("Seul", "Asia/Seoul"), ("tokio", "Asia/Tokyo"), ("뉴요", "America/New_York")]
)
def test_what_is_nearly_right_is_recognised(typed: str, zone: str) -> None:
    assert zone in near(typed)


def test_nonsense_is_near_nothing() -> None:
    assert near("qqqqqqqq") == []
    assert near("") == []


@pytest.mark.parametrize("half", ["ㅅ", "서", "서우", "서울"])
def test_a_half_written_syllable_begins_the_whole_one(half: str) -> None:
    assert key_of("서울").startswith(key_of(half))


def test_every_city_has_a_zone_and_a_name_in_both_languages() -> None:
    known = {place.zone for place in places()}
    for zone, english, korean in CITIES:
        assert zone in known
        assert english
        assert korean
        assert find(english.split(",", maxsplit=1)[0]) == zone
        assert find(korean.split(",", maxsplit=1)[0]) == zone
