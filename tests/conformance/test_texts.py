"""What people write stays what they wrote: never markup, never a mention, never a link, in any language."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from bot.i18n.check import check_catalogues
from bot.storage.settings import SettingsRows
from bot.vocabulary.actions import DirectMessage, OpenThread, Post, PublishHome
from bot.vocabulary.events import MessagePosted
from bot.vocabulary.replies import Button, Card, Choice, Detail, File, LinkButton, Message, Picture, Select
from bot.vocabulary.text import Lines, Listed, Mention, Url
from tests.conformance.cog import say
from tests.conformance.driver import BEN, GENERAL, KEN, MINA, OLGA
from tests.conformance.stage import Stage

HOSTILE = {
    "markdown": "*bold* _italic_ `code` > quote [label](https://evil.example)",
    "everyone": "@everyone @here <!channel> <!here> <@&mods>",
    "mention": "<@olga> <@U123> <#general> <:emoji:1>",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "link": "https://evil.example/x?a=1&b=2 evil.example javascript:alert(1)",
    "slack link": "<https://evil.example|click here>",
    "placeholder": "{ $who } {who} {0.__class__} %s { core-x }",
    "entities": "&lt;b&gt; &amp; &",
    "fences": "``` ```` ~~~ ||spoiler||",
    "newlines": "one\n> two\n# three",
    "backslashes": "\\*not\\* \\u202e",
}
BROKEN = {
    "override": "abc\u202edef\u2066ghi",
    "nul": "a\0b\0c",
    "half a pair": "a\ud800b",
    "fillers": "a\u3164\u115f\u200bb",
    "zalgo": "z" + "\u0301" * 200,
    "private use": "\ue000\ue001\uf8ff",
    "sentinels": "\x02\x03\x1f\ufdd0\ufffe",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_what_somebody_writes_is_shown_as_written(stage: Stage, text: str) -> None:
    answer = await stage.command(BEN, "echo", word=text)
    assert answer.said.text == text
    assert answer.said.links == ()
    assert answer.said.mentioned == ()
    assert answer.said.pinged == ()


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
async def test_what_is_no_text_harms_nobody(stage: Stage, text: str) -> None:
    await stage.driver.post(BEN, GENERAL, text)
    await stage.settled()
    [event] = stage.probe.of(MessagePosted)
    assert "\0" not in event.text
    event.text.encode()
    answer = await stage.command(BEN, "echo", word=text)
    assert answer.state == "answered"
    assert "Something went wrong" not in answer.said.words
    answer.said.words.encode()
    assert "\u202e" not in answer.said.words
    await stage.command(BEN, "mark", source=text)
    assert all("\0" not in source for source in await stage.marks())


@pytest.mark.parametrize("name", [*HOSTILE.values(), *BROKEN.values()], ids=[*HOSTILE, *BROKEN])
async def test_a_hostile_name(stage: Stage, name: str) -> None:
    await stage.driver.add_person("eve", name)
    await stage.settled()
    answer = await stage.command(BEN, "echo", word="hello", ping="eve")
    assert answer.said.text.startswith("For ")
    assert answer.said.text.endswith(": hello")
    assert answer.said.links == ()
    assert answer.said.mentioned == ("eve",)
    assert "\n" not in answer.said.text
    assert "\u202e" not in answer.said.text
    await stage.command("eve", "mark", source="me")
    assert (await stage.marks())["me"] == 1


WHOLE = HOSTILE | {name: text for name, text in BROKEN.items() if name != "half a pair"}
"""What may reach a cog: no decoder lets half of a surrogate pair in."""


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
async def test_everywhere_that_text_can_stand(stage: Stage, text: str) -> None:
    word = say("echo", word=text)
    ben = stage.driver.account(BEN)
    card = Card(word, word, (Detail(word, word),), Picture("https://pictures.example/a.png", word), word)
    controls = (
        Button(word, stage.probe.presses["turn"](page=1)),
        LinkButton(word, "https://madang.example/"),
        Select(word, stage.probe.presses["choose"](about="x"), (Choice("one", word),)),
    )
    message = Message(Lines((word, word)), (card,), controls, (File(text, "text/plain", b"x"),))
    posted = await stage.driver.post(MINA, GENERAL, "root")
    await stage.send(
        Post(stage.driver.channel(GENERAL), message),
        DirectMessage(ben, stage.driver.space, message),
        PublishHome(ben, stage.driver.space, message),
        OpenThread(stage.driver.message(posted), text),
    )
    assert stage.refused() == []
    seen = (await stage.driver.messages(BEN, GENERAL))[-1]
    assert seen.links == seen.mentioned == seen.pinged == ()


@pytest.mark.parametrize("text", [*HOSTILE.values(), *BROKEN.values()], ids=[*HOSTILE, *BROKEN])
async def test_in_a_form_too(stage: Stage, text: str) -> None:
    answer = await stage.command(BEN, "give", why=text)
    sheet = answer.sheet
    values = {name: sheet.value(name) for name in sheet.names} | {"to": KEN}
    answer = await stage.submit(BEN, sheet.id, **values)
    assert "Something went wrong" not in answer.said.words
    assert answer.said.links == ()
    assert answer.said.mentioned == (KEN,)


async def test_a_link_of_the_communitys_own_is_live(stage: Stage) -> None:
    text = say(
        "echo", word=Listed((Url("https://madang.example/", "our page"), Url("javascript:alert(1)", "not this")))
    )
    await stage.send(Post(stage.driver.channel(GENERAL), Message(text)))
    [seen] = await stage.driver.messages(BEN, GENERAL)
    assert seen.links == ("https://madang.example/",)
    assert "not this" in seen.text


async def test_a_megabyte_of_text(stage: Stage) -> None:
    long = "a" * 1_000_000
    answer = await stage.command(BEN, "echo", word=long)
    assert answer.said.private
    assert "at most 4,000 characters" in answer.said.words
    await stage.send(Post(stage.driver.channel(GENERAL), Message(say("echo", word=long))))
    assert stage.refused() == []
    assert (await stage.driver.messages(BEN, GENERAL))[-1].text.startswith("aaa")
    await stage.send(Post(stage.driver.channel(GENERAL), Message(say("echo", word=Mention(long, ())))))
    assert stage.refused() == []


PAYLOADS = {
    "brackets": b"[" * 200_000,
    "braces": b'{"a":' * 200_000,
    "not utf-8": b"\xff\xfe\x00{",
    "no object": b"42",
    "empty": b"",
    "endless number": b'{"type": ' + b"9" * 5000 + b"}",
    "nan": b'{"type": "message.posted", "ts": NaN}',
    "no type": b"{}",
    "unknown type": b'{"type": "weather.changed"}',
    "an interaction of nobody": b'{"type": "command.used", "id": "I-x", "user": [], "path": 7}',
    "wrong types": b'{"type": ["message.posted"], "id": {}, "space": 5}',
    "nothing in it": b'{"type": "message.posted", "id": "x"}',
    "nested text": json.dumps({"type": "message.posted", "id": "E-x", "ts": "yesterday", "space": "plaza"}).encode(),
    "nul": b'{"type": "member.joined\\u0000", "id": "\\u0000"}',
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
async def test_what_no_platform_should_send(stage: Stage, payload: bytes) -> None:
    await stage.driver.throw(payload)
    await stage.driver.post(BEN, GENERAL, "still here")
    await stage.settled()
    assert [event.text for event in stage.probe.of(MessagePosted)] == ["still here"]
    assert (await stage.command(BEN, "secret")).said.text == "psst"
    assert await stage.dead() == []


class TestLanguages:
    async def test_an_answer_speaks_the_readers(self, stage: Stage) -> None:
        assert (await stage.command(KEN, "secret")).said.text == "말: psst"
        assert (await stage.command(BEN, "secret")).said.text == "psst"

    async def test_a_refusal_and_an_apology_too(self, stage: Stage) -> None:
        assert (await stage.command(KEN, "refuse")).said.text == "안 돼요, because."
        assert "went wrong" not in (await stage.command(KEN, "crash")).said.words

    async def test_a_post_speaks_the_rooms(self, stage: Stage) -> None:
        ken = Mention("Ken", (stage.driver.account(KEN),))
        await stage.send(Post(stage.driver.channel(GENERAL), Message(say("greeting", who=ken))))
        [seen] = await stage.driver.messages(KEN, GENERAL)
        assert seen.text == "Hello @Ken"

    async def test_a_dm_speaks_its_readers(self, stage: Stage) -> None:
        for user in (KEN, BEN):
            name = Mention("you", ())
            message = Message(say("greeting", who=name))
            await stage.send(DirectMessage(stage.driver.account(user), stage.driver.space, message))
        [korean], [english] = await stage.driver.dms(KEN), await stage.driver.dms(BEN)
        assert "안녕하세요" in korean.text
        assert english.text.startswith("Hello")

    async def test_a_language_of_ones_own_wins(self, stage: Stage) -> None:
        member = await stage.member(KEN)
        async with stage.writing() as ctx:
            await ctx.people.set_person(member.person, locale="en")
            await SettingsRows(ctx.tx).touch()
        assert (await stage.command(KEN, "secret")).said.text == "psst"

    async def test_one_nobody_speaks_here(self, stage: Stage) -> None:
        await stage.driver.add_person("jean", "Jean", locale="fr")
        assert (await stage.command("jean", "secret")).said.text == "psst"

    async def test_commands_are_named_in_it(self, stage: Stage) -> None:
        answer = await stage.driver.answered(await stage.driver.press_old(KEN, "probe:forgotten"))
        assert "/탐침" in answer.said.words


async def test_who_sees_a_hostile_owner(stage: Stage) -> None:
    await stage.driver.rename(OLGA, HOSTILE["everyone"])
    await stage.settled()
    answer = await stage.command(BEN, "echo", word="hello", ping=OLGA)
    assert answer.said.pinged == ()


def test_the_probe_speaks_both_languages() -> None:
    assert check_catalogues({"probe": files("tests.conformance") / "locales"}, ("en", "ko")) == []
