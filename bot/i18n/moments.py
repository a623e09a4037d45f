"""Moments in words, as each language writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_timedelta

from bot.i18n.fluent import babel_locale
from bot.vocabulary.text import TimeStyle

_PATTERNS: dict[str, dict[TimeStyle, str]] = {
    "en": {"date": "EEE, MMM d, y", "time": "h:mm a", "datetime": "EEE, MMM d, y, h:mm a"},
    "ko": {"date": "y년 M월 d일 (EEE)", "time": "aaaa h:mm", "datetime": "y년 M월 d일 (EEE) aaaa h:mm"},
}
_NOW = {"en": "now", "ko": "지금"}


def in_words(at: datetime, style: TimeStyle, locale: str, zone: str, now: datetime) -> str:
    """The moment in the zone's time, or its distance from now; without a zone it is UTC. Never raises."""
    moment = _aware(at)
    if style == "relative":
        return _distance(moment - _aware(now), babel_locale(locale))
    language = babel_locale(locale)
    pattern = _PATTERNS.get(language.language, _PATTERNS["en"])[style]
    try:
        return format_datetime(moment.astimezone(zone_of(zone)), pattern, locale=language)
    except OverflowError:  # the first or last day that a datetime can hold
        return moment.isoformat(" ", "minutes")


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo:
    """The IANA zone; UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return UTC


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _distance(distance: timedelta, language: Locale) -> str:
    if abs(distance) < timedelta(seconds=1):
        return _NOW.get(language.language, _NOW["en"])
    return format_timedelta(distance, add_direction=True, locale=language)
