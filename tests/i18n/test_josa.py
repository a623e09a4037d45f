"""Particles: by the last sound of what is read aloud."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.josa import Sound, last_sound, particle

PAIRS = [
    "을/를",
    "이/가",
    "은/는",
    "과/와",
    "으로/로",
    "아/야",
    "이에요/예요",
    "이나/나",
    "이랑/랑",
    "이라고/라고",
]


@pytest.mark.parametrize(
    ("pair", "consonant", "rieul", "vowel", "unknown"),
    [
        ("을/를", "을", "을", "를", "을(를)"),
        ("이/가", "이", "이", "가", "이(가)"),
        ("은/는", "은", "은", "는", "은(는)"),
        ("과/와", "과", "과", "와", "과(와)"),
        ("으로/로", "으로", "로", "로", "(으)로"),
        ("으로서/로서", "으로서", "로서", "로서", "(으)로서"),
        ("아/야", "아", "아", "야", "아(야)"),
        ("이에요/예요", "이에요", "이에요", "예요", "이에요(예요)"),
        ("이나/나", "이나", "이나", "나", "(이)나"),
        ("이랑/랑", "이랑", "이랑", "랑", "(이)랑"),
        ("이라고/라고", "이라고", "이라고", "라고", "(이)라고"),
    ],
)
def test_pairs(pair: str, consonant: str, rieul: str, vowel: str, unknown: str) -> None:
    chosen = [particle(word, pair) for word in ("수민", "하늘", "민수", "李")]
    assert chosen == [consonant, rieul, vowel, unknown]
    reversed_pair = "/".join(reversed(pair.split("/")))
    assert [particle(word, reversed_pair) for word in ("수민", "하늘", "민수", "李")] == chosen


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("0", Sound.CONSONANT),
        ("1", Sound.RIEUL),
        ("2", Sound.VOWEL),
        ("3", Sound.CONSONANT),
        ("4", Sound.VOWEL),
        ("5", Sound.VOWEL),
        ("6", Sound.CONSONANT),
        ("7", Sound.RIEUL),
        ("8", Sound.RIEUL),
        ("9", Sound.VOWEL),
        ("10", Sound.CONSONANT),
        ("1,000", Sound.CONSONANT),
        ("100,000,000", Sound.CONSONANT),
        ("1" + "0" * 12, Sound.VOWEL),
        ("1" + "0" * 16, Sound.CONSONANT),
        ("1,234", Sound.VOWEL),
        ("민수2", Sound.VOWEL),
        ("50%", Sound.VOWEL),
    ],
)
def test_numbers_are_read_in_korean(word: str, sound: Sound) -> None:
    assert last_sound(word) is sound


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (Sound.RIEUL, "Paul Daniel Google Michelle SQL VR html"),
        (Sound.CONSONANT, "Tom Ben Jane Chrome Ming Slack Eric Jacob Philip Robot Bot Jisub PM CDN"),
        (Sound.VOWEL, "Mark Mike Kate David Peter Jeff Jisoo Minji Zoe René Rust Discord API FAQ css"),
    ],
)
def test_latin_words_are_read_roughly_as_korean_writes_them(sound: Sound, words: str) -> None:
    assert {word: last_sound(word) for word in words.split()} == dict.fromkeys(words.split(), sound)


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("수민!!", Sound.CONSONANT),
        ("수민 🎉", Sound.CONSONANT),
        ("민수👩‍👩‍👧", Sound.VOWEL),
        ("민수(Ben)", Sound.VOWEL),
        ("민수 [운영진] ✨", Sound.VOWEL),
        ("(Ben)", Sound.CONSONANT),
        ("민수_", Sound.VOWEL),
        ("1️⃣", Sound.RIEUL),
        ("𝗕𝗲𝗻", Sound.CONSONANT),
        ("ㅋㅋ", Sound.CONSONANT),
        ("ㄹ", Sound.RIEUL),
        ("ㅠㅠ", Sound.VOWEL),
        (unicodedata.normalize("NFD", "하늘"), Sound.RIEUL),
        ("", Sound.UNKNOWN),
        ("🎉!?", Sound.UNKNOWN),
        ("さくら", Sound.UNKNOWN),
    ],
)
def test_only_what_is_read_counts(word: str, sound: Sound) -> None:
    assert last_sound(word) is sound


@pytest.mark.parametrize("pair", ["", "을", "/", "을/", "/를", "을/를/은"])
def test_what_is_no_pair_is_an_error(pair: str) -> None:
    with pytest.raises(ValueError, match="no pair"):
        particle("민수", pair)


@given(st.text(), st.sampled_from(PAIRS))
def test_every_word_gets_a_particle(word: str, pair: str) -> None:
    closed, opened = pair.split("/")
    assert particle(word, pair) in (closed, opened, f"{closed}({opened})", f"({closed[0]}){opened}")
