"""Time zones by what people type: an IANA name, or a city in English or Korean, also one half written."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.api import Choice, Invocation
from cogs.me.cities import AUTOMATIC_WORDS, CITIES
from cogs.me.words import say

AUTO = "auto"
SHOWN = 25
NEAR = 3
LIKENESS = 0.7

_REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
_NO_ZONES = frozenset(("Factory", "localtime", "posixrules"))


@dataclass(frozen=True, slots=True)
class Place:
    """A zone under the names of one city. `keys` are all of them, ready to be compared."""

    zone: str
    english: str
    korean: str
    keys: tuple[str, ...]


def key_of(name: str) -> str:
    """What two spellings of a name have in common.

    Hangul comes apart into its letters, so that the half-written `서우` begins `서울`; accents and separators go.
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalnum())


AUTOMATIC = frozenset(map(key_of, AUTOMATIC_WORDS))
"""How people write that they want no zone of their own."""


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """Well-known cities first, then every zone by its own name."""
    known = available_timezones() - _NO_ZONES
    own = [_place(zone, name, "") for zone in sorted(known) if (name := _city_of(zone)) is not None]
    return tuple([_place(*city) for city in CITIES if city[0] in known] + own)


@lru_cache(maxsize=1)
def _by_key() -> dict[str, str]:
    """Each spelling's zone: full names, then cities, the well-known before its namesakes, then names such as ROK."""
    known = sorted(available_timezones() - _NO_ZONES)
    found = {key_of(zone): zone for zone in known if "/" in zone}
    for key, zone in ((key, place.zone) for place in places() for key in place.keys):
        found.setdefault(key, zone)
    for zone in known:
        found.setdefault(key_of(zone), zone)
    return found


def find(typed: str) -> str | None:
    """The zone that somebody means; None where it is no zone's and no city's name."""
    return _by_key().get(key_of(typed))


def near(typed: str) -> list[str]:
    """Zones that somebody may have meant, the likeliest first."""
    begun = [place.zone for place in _matching(key_of(typed))] if key_of(typed) else []
    alike = difflib.get_close_matches(key_of(typed), _by_key(), NEAR, LIKENESS)
    return list(dict.fromkeys([*begun, *(_by_key()[key] for key in alike)]))[:NEAR]


async def suggest(ctx: Invocation, typed: str) -> Sequence[Choice]:
    """Cities that begin as typed, each with the time it is there."""
    wanted = key_of(typed)
    if not wanted:
        return [Choice(AUTO, say("zone-choice-auto")), *_choices(ctx, places())][:SHOWN]
    return _choices(ctx, _matching(wanted))


def clock(ctx: Invocation, zone: str) -> str:
    """What a clock shows there now."""
    return f"{ctx.now.astimezone(ZoneInfo(zone)):%H:%M}"


def _matching(wanted: str) -> list[Place]:
    """Names that begin so, then those that have it somewhere inside."""
    begins = [place for place in places() if any(key.startswith(wanted) for key in place.keys)]
    holds = [place for place in places() if any(wanted in key[1:] for key in place.keys)]
    return begins + holds


def _choices(ctx: Invocation, found: Iterable[Place]) -> list[Choice]:
    korean = ctx.locale.startswith("ko")
    chosen: dict[str, Choice] = {}
    for place in found:
        city = (place.korean if korean else "") or place.english
        # One value may be offered once: the first city of a zone that fits stands for it.
        label = say("zone-choice", city=city, zone=place.zone, time=clock(ctx, place.zone))
        chosen.setdefault(place.zone, Choice(place.zone, label))
        if len(chosen) == SHOWN:
            break
    return list(chosen.values())


def _place(zone: str, english: str, korean: str) -> Place:
    here, there = ([name.strip() for name in names.split(",")] for names in (english, korean))
    keys = dict.fromkeys(key for name in (*here, *there, zone) if (key := key_of(name)))
    return Place(zone, here[0], there[0], tuple(keys))


def _city_of(zone: str) -> str | None:
    """`America/Argentina/Salta` is Salta's; None for zones that are no city's."""
    region, _, rest = zone.partition("/")
    return rest.rpartition("/")[2].replace("_", " ") if region in _REGIONS and rest else None
