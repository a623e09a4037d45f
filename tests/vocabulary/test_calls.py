"""A call comes back from a button as it went."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.calls import PACKED_LIMIT, Call, CallTooLong, unpack

NAMES = st.from_regex(r"[a-z][a-z_]{0,10}", fullmatch=True)
SCALARS = st.text(max_size=30) | st.integers() | st.booleans()
CALLS = st.builds(Call, NAMES, NAMES, st.dictionaries(NAMES, SCALARS, max_size=4))


def as_text(value: str | int | bool) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


@given(CALLS)
def test_what_is_packed_is_unpacked(call: Call) -> None:
    try:
        packed = call.pack()
    except CallTooLong:
        return
    assert len(packed) <= PACKED_LIMIT
    assert unpack(packed) == Call(call.cog, call.name, {name: as_text(value) for name, value in call.values.items()})


@given(CALLS, CALLS)
def test_two_calls_never_look_alike(one: Call, other: Call) -> None:
    try:
        same = one.pack() == other.pack()
    except CallTooLong:
        return
    texts = [{name: as_text(value) for name, value in call.values.items()} for call in (one, other)]
    assert same == ((one.cog, one.name, list(texts[0].items())) == (other.cog, other.name, list(texts[1].items())))


@given(st.text(max_size=150))
def test_whatever_comes_back_is_a_call_or_nothing(packed: str) -> None:
    call = unpack(packed)
    if call is not None:
        assert call.cog
        assert call.name
        assert all(isinstance(value, str) for value in call.values.values())


@given(NAMES, NAMES, st.text(alphabet="%:=a3", max_size=40))
def test_the_signs_that_are_escaped(cog: str, name: str, value: str) -> None:
    try:
        packed = Call(cog, name, {"x": value}).pack()
    except CallTooLong:
        return
    found = unpack(packed)
    assert found is not None
    assert found.values == {"x": value}


@pytest.mark.parametrize("packed", ["", "a", ":", "a:", ":b", "a:b:", "a:b:x", "a:b:x=1:", "a" * 101])
def test_what_is_no_call(packed: str) -> None:
    assert unpack(packed) is None


def test_one_that_is_too_long_names_itself() -> None:
    with pytest.raises(CallTooLong, match=r"kudos:me_too packs to \d+ of 100"):
        Call("kudos", "me_too", {"why": "x" * 100}).pack()
