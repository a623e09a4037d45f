from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.similarity import (
    READ,
    REMEMBERED,
    SKETCH,
    print_of,
    recall,
    remember,
    similar,
    similar_to_any,
)

LETTERS = "abcdefghij 가나다"


def trigrams(text: str) -> set[str]:
    text = " ".join(text.split()).ljust(3)
    return {text[at : at + 3] for at in range(len(text) - 2)}


def jaccard(a: str, b: str) -> float:
    one, other = trigrams(a), trigrams(b)
    return len(one & other) / len(one | other)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two short texts, the second often an edit of the first."""
    a = draw(st.text(LETTERS, min_size=1, max_size=60).filter(str.strip))
    at = draw(st.integers(0, len(a)))
    b = a[:at] + draw(st.text(LETTERS, max_size=4)) + a[at + draw(st.integers(0, 3)) :]
    return a, (b if b.strip() else a)


@given(pairs(), st.sampled_from([0.3, 0.5, 0.85, 1.0]))
def test_short_texts_are_compared_exactly(pair: tuple[str, str], bar: float) -> None:
    a, b = pair
    assert similar(print_of(a), print_of(b), bar) == (jaccard(a, b) >= bar)


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_mutual(a: str, b: str) -> None:
    one, other = print_of(a), print_of(b)
    assert similar(one, other, 0.5) == similar(other, one, 0.5)
    assert similar(one, one, 1.0) == bool(one)


@given(st.text(LETTERS, min_size=1, max_size=300).filter(str.strip))
def test_what_is_kept_is_bounded_and_in_order(text: str) -> None:
    packed = print_of(text)
    assert len(packed) <= 4 * (SKETCH + 1)
    words = [int.from_bytes(packed[at : at + 4], "little") for at in range(0, len(packed), 4)]
    assert words[0] == len(trigrams(text))
    assert words[1:] == sorted(set(words[1:]))


def test_long_texts_are_estimated() -> None:
    rolls = random.Random(5)
    words = [f"word{rolls.randrange(1000)}" for _ in range(250)]
    near, far = list(words), list(words)
    for at in range(0, 250, 50):
        near[at] = "another"
    for at in range(0, 250, 3):
        far[at] = f"else{rolls.randrange(1000)}"
    whole = " ".join(words)
    assert similar(print_of(whole), print_of(" ".join(near)), 0.85)
    assert not similar(print_of(whole), print_of(" ".join(far)), 0.85)


def test_prints_are_the_same_on_every_machine() -> None:
    assert print_of("마당 is open").hex() == (
        "080000001c0f1001770f4e1a74696d1cbba9c34cb7a3bb81681032b275a9cad551d647fe"
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Good  morning\n everyone ", "good morning everyone"),
        ("ｇｏｏｄ morning", "good morning"),
        ("안\u200b녕\u3164하세요", "안녕하세요"),
        ("가나다라", "가나다라".encode().decode()),
        ("\u1100\u1161나다", "가나다"),
        ("ok", "OK "),
    ],
)
def test_what_looks_the_same_has_the_same_print(a: str, b: str) -> None:
    assert print_of(a) == print_of(b) != b""


def test_nothing_visible_is_like_nothing() -> None:
    for text in ("", " \n\t", "\u200b\u3164\ufeff"):
        assert print_of(text) == b""
    assert not similar(b"", b"", 0.85)
    assert not similar(b"", print_of("hello"), 0.0)


@pytest.mark.parametrize("letters", [LETTERS, "abcdefghij "])
def test_only_the_beginning_is_read(letters: str) -> None:
    text = "".join(random.Random(1).choices(letters, k=READ))
    assert print_of(text + "x" * 1_000_000) == print_of(text)


def test_no_text_is_too_odd() -> None:
    assert len(print_of("\ufdfa" * 1_000_000)) <= 4 * (SKETCH + 1)
    assert print_of("\ud800 torn") != b""


@given(st.lists(st.text(max_size=90).map(print_of), max_size=12))
def test_the_last_five_are_remembered(prints: list[bytes]) -> None:
    ring = b""
    for each in prints:
        ring = remember(ring, each)
    assert list(recall(ring)) == prints[-REMEMBERED:]


def test_likeness_to_any_of_the_remembered() -> None:
    ring = b""
    for text in ("good morning everyone", "", "who is coming tonight?"):
        ring = remember(ring, print_of(text))
    assert similar_to_any(ring, print_of("Good morning everyone!"), 0.85)
    assert not similar_to_any(ring, print_of("good evening"), 0.85)
    assert not similar_to_any(b"", print_of("good evening"), 0.85)


@given(st.binary(max_size=40))
def test_a_torn_ring_does_no_harm(torn: bytes) -> None:
    assert len(list(recall(torn))) <= len(torn)
    assert list(recall(remember(torn, b"abcd")))[-1] == b"abcd"
    assert not similar_to_any(torn, print_of("an ordinary message"), 0.85)
