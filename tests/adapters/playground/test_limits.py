"""Whatever is said, a world takes it: nothing is over a limit."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.playground import rich, shapes
from adapters.playground.encode import Encoder
from adapters.playground.model import Json, Rich
from bot.vocabulary.calls import Call
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.replies import (
    Button,
    Card,
    Choice,
    Detail,
    Field,
    FieldKind,
    File,
    Form,
    LinkButton,
    Message,
    Picture,
    Select,
)
from bot.vocabulary.text import (
    ChannelLink,
    CommandName,
    Mention,
    Template,
)
from tests.adapters.playground.fakes import ANA, GREEN, VOICE, village

ALL = frozenset(Capability)


def leaf(text: str) -> Json:
    return {"t": "text", "text": text}


text = st.text(max_size=40) | st.integers(0, 9000).map(lambda n: ("나 비 야 " * n)[:n] + "x")
phrase = st.builds(
    Template,
    text,
    st.fixed_dictionaries(
        {},
        optional={
            "a": text,
            "b": st.builds(Mention, text, st.just((ANA,))),
            "c": st.builds(ChannelLink, st.just(GREEN), text),
            "d": st.builds(CommandName, text, st.none() | text),
        },
    ),
)
call = st.builds(Call, st.just("cog"), st.just("press"), st.dictionaries(st.just("n"), st.integers(0, 99)))
choices = st.lists(st.builds(Choice, st.text(max_size=120), phrase), max_size=40).map(tuple)
small = st.integers(-3, 40)
controls = st.lists(
    st.builds(Button, phrase, call)
    | st.builds(LinkButton, phrase, text)
    | st.builds(Select, phrase, call, choices, small, small),
    max_size=4,
).flatmap(lambda few: st.integers(1, 15).map(lambda times: tuple(few * times)))
cards = st.lists(
    st.builds(
        Card,
        st.none() | phrase,
        st.none() | phrase,
        st.lists(st.builds(Detail, phrase, phrase), max_size=30).map(tuple),
        st.none() | st.builds(Picture, text, phrase),
        st.none() | phrase,
    ),
    max_size=3,
).flatmap(lambda few: st.integers(1, 9).map(lambda times: tuple(few * times)))
files = st.lists(st.builds(File, text, text, st.binary(max_size=20)), max_size=12).map(tuple)
messages = st.builds(Message, st.none() | phrase, cards, controls, files)
capabilities = st.sets(st.sampled_from(sorted(Capability))).map(lambda missing: ALL - missing)


@given(messages, capabilities)
@settings(max_examples=100, deadline=None)
def test_a_world_takes_whatever_is_said(message: Message, able: frozenset[Capability]) -> None:
    here = village()
    here.world.capabilities = {capability.value for capability in able}
    sent = Encoder(able).body(message, VOICE)
    if not rich.flat(sent.get("text", [])).strip():
        sent["text"] = [leaf("!")]
    asyncio.run(here.world.call("messages.post", {"channel": here.green, "body": sent}))
    home = Encoder(able).home(message, VOICE) | {"text": [leaf("!")]}
    shapes.home_body(home, "home")


fields = st.builds(
    Field,
    st.text("abc", min_size=1, max_size=5),
    phrase,
    st.sampled_from(FieldKind),
    st.booleans(),
    st.none() | small,
    st.none() | small,
    choices,
    st.none() | text,
    st.none() | phrase,
)


@given(st.builds(Form, phrase, st.lists(fields, min_size=1, max_size=10).map(tuple), call, st.none() | phrase))
@settings(max_examples=50, deadline=None)
def test_a_world_opens_whatever_form(asked: Form) -> None:
    shapes.form(Encoder(ALL).form(asked, VOICE), "form")


nodes: st.SearchStrategy[Rich] = st.recursive(
    st.lists(st.builds(leaf, st.text(max_size=60)), max_size=4),
    lambda inner: st.lists(
        st.builds(lambda children: {"t": "bold", "in": children}, inner)
        | st.builds(lambda name: {"t": "user", "id": "x", "name": name}, st.text(max_size=8)),
        max_size=4,
    ),
)


@given(nodes, st.integers(9, 50))
def test_pieces_fit_and_nothing_is_lost(whole: Rich, limit: int) -> None:
    pieces = rich.split(whole, limit)
    assert "".join(map(rich.flat, pieces)) == rich.flat(whole)
    assert all(rich.length(piece) <= limit for piece in pieces)
    assert rich.length(rich.shorten(whole, limit)) <= limit


def test_a_cut_leaves_letters_whole() -> None:
    family = "👨\u200d👩\u200d👧"
    assert rich.boundary("ab" + family, 3) == 2
    assert rich.boundary("ae\u0301x", 2) == 1
    assert rich.boundary("one two", 5) == 4
