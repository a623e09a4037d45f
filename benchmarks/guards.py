"""A word filter as a cog, so that the intake is measured with one: 1,000 words over normalised text."""

from __future__ import annotations

import random
from collections.abc import Sequence
from unicodedata import normalize

import ahocorasick_rs

from bot.api import Cog, Verdict
from bot.cog import Watched

WORDS = 1_000
_SYLLABLES = "bakezurolimopatigeshuvynawodre"
_HANGUL = "갉굵늙닭떫맑밟삶싥앓잃흙쿫퀡핥훑뷁"


def words(count: int = WORDS, seed: int = 7) -> list[str]:
    """Words that hardly anyone writes, half of them Korean."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        letters, length = (_HANGUL, (3, 5)) if chance.random() < 0.5 else (_SYLLABLES, (6, 10))
        found["".join(chance.choice(letters) for _ in range(chance.randint(*length)))] = None
    return list(found)


def start(_: object) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick([normalize("NFKC", word).lower() for word in words()])


def judge(
    found: ahocorasick_rs.AhoCorasick, batch: Sequence[Watched]
) -> tuple[ahocorasick_rs.AhoCorasick, Sequence[Verdict]]:
    """Takes messages with such a word out of what follows."""
    hits = [event for event in batch if found.find_matches_as_indexes(normalize("NFKC", event.text).lower())]
    return found, [Verdict(event.key, drop=True) for event in hits]


def guard_cog() -> Cog:
    cog = Cog("bench_guard", package="benchmarks")
    cog.guard(start)(judge)
    return cog
