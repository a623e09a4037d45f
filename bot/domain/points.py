"""Levels, and what a message earns: MEE6's curve and cooldown, so that its points can be imported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

from bot.domain.similarity import print_of, remember, similar_to_any, visible

LEAST = 15
MOST = 25
"""Points for one message, both ends included (MEE6)."""

STRAGGLER_MS = 3_600_000
"""An event this much older than the last award is late; one older still means that the clock was set back."""

STRAGGLER_DAYS = 2
"""Two zones on earth are at most 26 hours apart, so the same moment is at most this many days earlier."""

_TOKEN = re.compile(
    r"<(?:[@#!:]|a:|https?://|mailto:)[^<>]{0,500}>"  # mentions, custom emoji, links
    r"|https?://\S+"
    r"|:[A-Za-z0-9_+'-]{1,50}:"  # an emoji by its name
)


# -------------------------------------------------------------------- levels


@dataclass(frozen=True, slots=True)
class Progress:
    """`into` of the `needed` points that lead from `level` to the next."""

    level: int
    into: int
    needed: int


def cost(level: int) -> int:
    """Points from a level to the next: 5n² + 50n + 100 (MEE6, Carl-bot)."""
    return 5 * level * level + 50 * level + 100


def total_for(level: int) -> int:
    """Points at which a level begins: the sum of the costs below it. 5 → 1,150; 100 → 1,899,250."""
    return 5 * level * (2 * level * level + 27 * level + 91) // 6


def level_of(total: int) -> int:
    """The level that a total has reached, exactly; 0 for a total below 0."""
    if total <= 0:
        return 0
    # total_for(n) is above n³, so the level is below the cube root of the next power of two.
    level, beyond = 0, 1 << (total.bit_length() + 2) // 3
    while beyond - level > 1:
        middle = (level + beyond) // 2
        if total_for(middle) <= total:
            level = middle
        else:
            beyond = middle
    return level


def progress(total: int) -> Progress:
    level = level_of(total)
    return Progress(level, max(total, 0) - total_for(level), cost(level))


# ------------------------------------------------------------------ messages


@dataclass(frozen=True, slots=True)
class EarnRules:
    """What messages earn in a community; the defaults.

    `least` to `most` points a message, once in `cooldown` seconds a member (MEE6: 15 to 25 in 60); at most
    `daily` points a day (ours: value outweighs volume). Fewer `letters` earn nothing (ours), and neither does
    what is like one of the own last messages by a Jaccard index of `similarity` (VRT LevelUp: 85 of 100).
    """

    least: int = LEAST
    most: int = MOST
    cooldown: int = 60
    daily: int = 300
    letters: int = 3
    similarity: float = 0.85
    rule_version: int = 1


@dataclass(slots=True)
class Earner:
    """What must be known of a member to judge their next message.

    `last_award_ms` in milliseconds since 1970; `day` as date.toordinal() of the member's day, with the points
    that messages earned in it; `prints` is the ring of bot.domain.similarity.
    """

    last_award_ms: int | None = None
    day: int = 0
    day_points: int = 0
    prints: bytes = b""


def message_points(key: str, least: int = LEAST, most: int = MOST) -> int:
    """From `least` to `most`, by the event's key alone: a replay earns the same, in any process."""
    return least + crc32(key.encode("utf-8", "surrogatepass")) % (most - least + 1)


def decide(state: Earner, key: str, at_ms: int, day: int, text: str, rules: EarnRules) -> int:
    """The points that a human's message earns, 0 for none; what is judged next time is kept in `state`."""
    new, earlier = print_of(text), state.prints
    state.prints = remember(earlier, new)
    _enter(state, day)
    left = rules.daily - state.day_points
    if left <= 0 or not _rested(state, at_ms, rules.cooldown * 1000):
        return 0
    if not has_letters(text, rules.letters) or similar_to_any(earlier, new, rules.similarity):
        return 0
    earned = min(left, message_points(key, rules.least, rules.most))
    state.last_award_ms = at_ms
    state.day_points += earned
    return earned


def has_letters(text: str, least: int) -> bool:
    """Whether a text holds that many letters of any script, mentions, links and emoji names left aside."""
    found = 0
    for letter in _TOKEN.sub("", visible(text)):
        if found >= least:
            break
        found += letter.isalpha()
    return found >= least


def _enter(state: Earner, day: int) -> None:
    """Begins a day's account. A straggler, or a member who flew west, still counts against the later day."""
    if state.day - STRAGGLER_DAYS <= day <= state.day:
        return
    state.day, state.day_points = day, 0


def _rested(state: Earner, at_ms: int, cooldown_ms: int) -> bool:
    """Whether the cooldown is over.

    Nothing older than the last award earns, or two events that arrive in the wrong order would both. After a
    clock that was set back, the cooldown starts anew instead of lasting until the clock has caught up.
    """
    last = state.last_award_ms
    if last is None or at_ms - last >= cooldown_ms:
        return True
    if at_ms < last - STRAGGLER_MS:
        state.last_award_ms = at_ms
    return False
