"""Frames become events; whatever else arrives becomes a reason, and nothing is raised."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.playground import decode
from adapters.playground.decode import Decoder, Unread
from adapters.playground.model import Json
from bot.vocabulary import events
from bot.vocabulary.model import (
    Account,
    AccountRef,
    Attachment,
    MessageRef,
    Standing,
)
from tests.adapters.playground.fakes import ANA, GREEN, SPACE, Village, village


async def everything() -> list[Json]:
    """One frame of every kind, as a world sends them."""
    here = village()
    world = here.world
    message = world.post(here.ana, here.green, "hello", attachments=[_picture()])
    world.post(here.ben, here.green, "<@ana> hi", reply_to=message)
    world.edit(here.ana, message, "hello!")
    world.react(here.ben, message, "👏")
    world.unreact(here.ben, message, "👏")
    world.open_thread(here.ben, message, "more")
    lounge = world.add_channel(here.space, "lounge", voice=True)
    world.voice_join(here.ana, lounge)
    world.voice_leave(here.ana, lounge)
    world.native_rule(here.ana, here.green, "slurs", text="…")
    world.open_home(here.ana)
    world.change_user(here.ana, locale="ko", zone="Asia/Seoul")
    await _interactions(here, message)
    world.delete(here.ana, message)
    world.leave(here.space, here.ana)
    world.remove_bot(here.space)
    frames: list[Json] = json.loads(json.dumps(list(world.stream.unacknowledged)))
    return frames


async def _interactions(here: Village, message: str) -> None:
    world = here.world
    asked = world.command(here.ana, here.green, "kudos give", {"to": "ben"}, message=message)
    field = {"name": "why", "label": "Why?", "kind": "text", "required": True}
    form = {"title": "Why", "packed": "kudos:give:to=7", "fields": [field]}
    await world.call("interactions.open", {"interaction": asked, "form": form})
    world.submit(here.ana, world.forms(here.ana)[0].id, {"why": "help"})
    button = {"type": "button", "label": "Go", "packed": "kudos:me_too:kudo=7"}
    value = await world.call("messages.post", {"channel": here.green, "body": {"controls": [button]}})
    world.press(here.ana, value["message"], 0)
    world.complete(here.ana, here.green, "faq show", "entry", "ru")


def _picture() -> Json:
    return {"name": "a.png", "media_type": "image/png", "size": 12}


def read(frame: Json) -> events.Event:
    event = Decoder().decode(frame)
    assert not isinstance(event, Unread), event.reason
    return event


async def test_every_kind_is_read() -> None:
    frames = await everything()
    assert {frame["type"] for frame in frames} == set(Decoder()._kinds)
    decoder = Decoder()
    decoded = [decoder.decode(frame) for frame in frames]
    assert [event for event in decoded if isinstance(event, Unread)] == []
    keys = [event.key for event in decoded if isinstance(event, events.Event)]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("playground:") for key in keys)


async def test_a_message() -> None:
    first, second = [frame for frame in await everything() if frame["type"] == "message.posted"]
    event = read(first)
    assert isinstance(event, events.MessagePosted)
    assert event == events.MessagePosted(
        key=f"playground:{first['id']}",
        at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        space=SPACE,
        message=MessageRef(GREEN, "M1"),
        author=Account(ANA, "Ana"),
        text="hello",
        attachments=(Attachment("a.png", "image/png", 12),),
        standing=Standing(),
    )
    answer = read(second)
    assert isinstance(answer, events.MessagePosted)
    assert (answer.reply_to, answer.reply_author) == (MessageRef(GREEN, "M1"), ANA)
    assert answer.mentions == (ANA,)
    assert not answer.direct


async def test_interactions() -> None:
    decoded = [read(frame) for frame in await everything()]
    asked = [event for event in decoded if isinstance(event, events.Interaction)]
    command, form, press, completion = asked
    assert isinstance(command, events.CommandUsed)
    assert (command.path, command.options) == (("kudos", "give"), {"to": "ben"})
    assert (command.message, command.author) == (
        MessageRef(GREEN, "M1"),
        Account(ANA, "Ana", False, "ko", "Asia/Seoul"),
    )
    assert (command.locale, command.channel, command.typed) == ("ko", GREEN, None)
    assert isinstance(form, events.FormSubmitted)
    assert (form.packed, form.values) == ("kudos:give:to=7", {"why": "help"})
    assert isinstance(press, events.Pressed)
    assert press.packed == "kudos:me_too:kudo=7"
    assert isinstance(completion, events.CompletionAsked)
    assert (completion.path, completion.option, completion.typed) == (("faq", "show"), "entry", "ru")


def test_people_that_a_command_names_are_described() -> None:
    here = village()
    here.world.command(here.ana, here.green, "kudos give", {"to": "ben", "why": "for <@owner>'s tea"})
    here.world.typed_command(here.ana, here.green, "/kudos give @Ben thanks")
    chosen, typed = [read(frame) for frame in [*here.world.stream.unacknowledged][-2:]]
    assert isinstance(chosen, events.CommandUsed)
    assert isinstance(typed, events.CommandUsed)
    ben = Account(AccountRef("playground", "ben"), "Ben")
    assert chosen.accounts == {"ben": ben, "owner": Account(AccountRef("playground", "owner"), "Owner")}
    assert (typed.typed, typed.accounts) == ("kudos give <@ben> thanks", {"ben": ben})


def test_a_dm_is_direct() -> None:
    here = village()
    here.world.post(here.ana, here.world.dm(here.ana), "hello")
    event = read([*here.world.stream.unacknowledged][-1])
    assert isinstance(event, events.MessagePosted)
    assert event.direct
    assert event.space == SPACE


def posted(**changes: Any) -> Json:
    user: Json = {"id": "ana", "name": "Ana"}
    message: Json = {"id": "M1", "channel": "green", "author": user, "text": "hello"} | changes
    return {
        "id": "E1",
        "type": "message.posted",
        "ts": "2026-03-02T09:00:00+00:00",
        "space": "village",
        "message": message,
    }


def test_unknown_fields_and_missing_ones_that_may_be() -> None:
    event = read(posted(mood="sunny", mentions=None))
    assert isinstance(event, events.MessagePosted)
    assert (event.mentions, event.standing) == ((), None)


def test_text_is_made_fit_for_a_database() -> None:
    event = read(posted(text="a\0b\ud800c 안녕"))
    assert isinstance(event, events.MessagePosted)
    assert event.text == "ab?c 안녕"


def test_another_offset_is_the_same_moment() -> None:
    event = read(posted() | {"ts": "2026-03-02T18:00:00+09:00"})
    assert event.at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert event.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({}, "unknown type"),
        ({"type": "weather.changed"}, "unknown type"),
        ({"type": ["message.posted"]}, "unknown type"),
        ({"type": "message.posted"}, "message.posted: lacks space"),
        (posted() | {"id": ""}, "message.posted: TypeError"),
        (posted() | {"id": "a\0b"}, "message.posted: TypeError"),
        (posted() | {"id": "\ud800"}, "message.posted: UnicodeEncodeError"),
        (posted() | {"ts": "yesterday, said Ana"}, "message.posted: ValueError"),
        (posted() | {"ts": "2026-03-02T09:00:00"}, "message.posted: ValueError"),
        (posted() | {"ts": "0001-01-01T00:00:00+23:59"}, "message.posted: OverflowError"),
        (posted(text=7), "message.posted: TypeError"),
        (posted(channel=["green"]), "message.posted: TypeError"),
        (posted(mentions="ana"), "message.posted: TypeError"),
        (posted(author="ana"), "message.posted: TypeError"),
        (posted(standing={"rank": True}), "message.posted: TypeError"),
    ],
)
def test_what_cannot_be_read_tells_why_and_quotes_nobody(frame: Json, reason: str) -> None:
    assert Decoder().decode(frame) == Unread(reason)


def test_few_references_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "CACHED", 10)
    decoder = Decoder()
    for number in range(100):
        user = {"id": f"u{number}", "name": "x"}
        assert not isinstance(decoder.decode(posted(channel=f"c{number}", author=user)), Unread)
    assert len(decoder._channels) <= 10
    assert len(decoder._accounts) <= 10


def test_the_same_channel_is_the_same_object() -> None:
    decoder = Decoder()
    one, two = decoder.decode(posted()), decoder.decode(posted())
    assert isinstance(one, events.MessagePosted)
    assert isinstance(two, events.MessagePosted)
    assert one.message.channel is two.message.channel
    assert one.author.ref is two.author.ref


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud800", "\0", "9" * 5000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(frame=st.dictionaries(st.text(max_size=8), anything), kind=st.sampled_from(sorted(Decoder()._kinds)))
def test_no_dict_raises(frame: Json, kind: str) -> None:
    envelope = {"type": kind, "id": "E1", "ts": "2026-03-02T09:00:00Z", "space": "village"}
    Decoder().decode(frame)
    Decoder().decode(envelope | frame)


@given(data=st.data())
@settings(max_examples=300)
def test_no_damage_to_a_good_frame_raises(data: st.DataObject, frames: list[Json]) -> None:
    frame: Any = json.loads(json.dumps(data.draw(st.sampled_from(frames))))
    place = frame
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(anything)
        break
    Decoder().decode(frame)


@pytest.fixture(scope="module")
def frames() -> list[Json]:
    import asyncio

    return asyncio.run(everything())
