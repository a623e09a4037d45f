"""Commands: their options, who may use them, who sees the answer, and what happens when it comes late or never."""

from __future__ import annotations

import re

import pytest

from bot.settings import CommunitySettings
from bot.storage.drafts import Drafts
from bot.storage.tables import drafts
from bot.vocabulary.model import ChannelRef, RoleRef
from tests.conformance.cog import HOMEPAGE, NAME, Size
from tests.conformance.driver import BEN, GENERAL, KEN, MINA, MODS, OLGA
from tests.conformance.stage import Stage

EVERYTHING = {
    "who": KEN,
    "place": GENERAL,
    "role": MODS,
    "word": "two words",
    "essay": "line one\nline two",
    "count": "7",
    "flag": "true",
    "colour": "sky-blue",
    "size": "extra-large",
}


async def test_options_of_every_type(stage: Stage) -> None:
    answer = await stage.command(BEN, "every", **EVERYTHING)
    assert answer.said.mentioned == (KEN,)
    [call] = stage.probe.calls
    assert call == {
        "who": await stage.member(KEN),
        "place": ChannelRef(stage.driver.space, GENERAL),
        "role": RoleRef(stage.driver.space, MODS),
        "word": "two words",
        "essay": "line one\nline two",
        "count": 7,
        "flag": True,
        "colour": "sky-blue",
        "size": Size.EXTRA_LARGE,
    }


async def test_what_may_be_left_out_has_its_default(stage: Stage) -> None:
    answer = await stage.command(BEN, "optional")
    assert answer.said.text == "nothing"
    assert stage.probe.calls == [{"word": "nothing", "who": None}]
    await stage.command(BEN, "optional", word="something", who=KEN)
    assert stage.probe.calls[-1] == {"word": "something", "who": await stage.member(KEN)}


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("count", "11", "from 1 to 10"),
        ("count", "seven", "whole number"),
        ("flag", "perhaps", "yes or no"),
        ("colour", "green", "pick one of these"),
        ("size", "huge", "pick one of these"),
        ("who", "nobody", "found nobody"),
        ("who", "~99999999999999999999", "found nobody"),
        ("word", "w" * 51, "at most 50 characters"),
    ],
)
async def test_a_value_that_is_wrong_is_explained_in_private(
    stage: Stage, option: str, value: str, problem: str
) -> None:
    answer = await stage.command(BEN, "every", **EVERYTHING | {option: value})
    assert answer.said.private
    assert problem in answer.said.words
    assert stage.probe.calls == []
    assert [control.label for control in answer.said.controls] == ["Edit again"]
    sheet = (await stage.press(BEN, answer.said, "Edit again")).sheet
    assert option in sheet.names
    assert set(sheet.names) <= set(EVERYTHING)


async def test_a_long_text_is_whole(stage: Stage) -> None:
    words = " ".join(f"word{number}" for number in range(500))[:3500].strip()
    answer = await stage.command(BEN, "echo", word=words)
    assert words in answer.said.words.replace("\n", " ")


async def test_a_completion_offers_at_most_25(stage: Stage) -> None:
    asked = await stage.driver.complete(BEN, (NAME, "echo"), "word", "ca")
    suggestions = (await stage.driver.answered(asked)).suggestions
    assert suggestions == tuple(f"ca{number}" for number in range(25))


@pytest.mark.parametrize(
    ("command", "option", "typed"),
    [
        ("echo", "ping", "x"),
        ("echo", "nothing", "x"),
        ("no-such", "word", "x"),
        ("echo", "word", "refuse"),
        ("echo", "word", "crash"),
    ],
)
async def test_where_there_is_nothing_to_suggest_nothing_is(
    stage: Stage, command: str, option: str, typed: str
) -> None:
    asked = await stage.driver.complete(BEN, (NAME, command), option, typed)
    answer = await stage.driver.answered(asked)
    assert (answer.state, answer.suggestions, answer.message) == ("answered", (), None)


async def test_a_completion_is_for_those_who_may_use_the_command(stage: Stage) -> None:
    asked = await stage.driver.complete(BEN, (NAME, "for_moderators"), "word", "ca")
    assert (await stage.driver.answered(asked)).suggestions == ()
    asked = await stage.driver.complete(OLGA, (NAME, "for_moderators"), "word", "ca")
    assert len((await stage.driver.answered(asked)).suggestions) == 25


class TestTyped:
    """Where a command can be written out by hand, it is the same command."""

    @pytest.mark.parametrize(
        ("line", "answer"),
        [
            ("probe optional hello", "hello"),
            ("/probe optional hello", "hello"),
            ("PROBE Optional hello", "hello"),
            ("probe optional word:hello", "hello"),
            ('probe optional "two words"', "two words"),
            ("probe secret all of this is one text", "all of this is one text"),
            ("probe secret it's me", "it's me"),
            ("탐침 메아리 안녕", "안녕"),
        ],
    )
    async def test_a_line(self, stage: Stage, line: str, answer: str) -> None:
        if not stage.driver.types_commands:
            return
        assert (await stage.typed(BEN, line)).said.text == answer

    async def test_a_mention_names_a_member(self, stage: Stage) -> None:
        if not stage.driver.types_commands:
            return
        await stage.typed(BEN, "probe give @Ken for the cake and the coffee")
        assert stage.probe.calls == [{"to": await stage.member(KEN), "why": "for the cake and the coffee"}]

    async def test_what_is_nearly_right_is_suggested(self, stage: Stage) -> None:
        if not stage.driver.types_commands:
            return
        answer = await stage.typed(BEN, "probe optinal hello")
        assert answer.said.private
        assert "/probe optional" in answer.said.words

    async def test_what_nobody_knows(self, stage: Stage) -> None:
        if not stage.driver.types_commands:
            return
        answer = await stage.typed(BEN, "xyzzy")
        assert "do not know that command" in answer.said.words


async def test_an_unknown_command(stage: Stage) -> None:
    asked = await stage.driver.command(BEN, (NAME, "forgotten"), {})
    answer = await stage.driver.answered(asked)
    assert answer.said.private
    assert "do not know that command" in answer.said.words


class TestVisibility:
    async def test_a_public_answer_is_for_all(self, stage: Stage) -> None:
        await stage.command(BEN, "echo", word="hello")
        assert "hello" in [seen.text for seen in await stage.driver.messages(KEN, GENERAL)]

    @pytest.mark.parametrize("command", ["secret", "narrow", "widen"])
    async def test_a_private_one_for_whoever_asked(self, stage: Stage, command: str) -> None:
        answer = await stage.command(BEN, command)
        assert answer.said.private
        assert not await stage.driver.messages(KEN, GENERAL)

    async def test_where_it_was_asked(self, stage: Stage) -> None:
        answer = await stage.command(MINA, "echo", channel="staff", word="here")
        assert answer.said.channel == "staff"

    async def test_no_answer_says_that_it_is_done(self, stage: Stage) -> None:
        answer = await stage.command(BEN, "nothing")
        assert answer.said.private
        assert answer.said.text == "That is already done."


class TestAccess:
    @pytest.mark.parametrize(
        ("command", "allowed"),
        [
            ("for_managers", {OLGA}),
            ("for_owners", {OLGA}),
        ],
    )
    async def test_by_what_one_is(self, stage: Stage, command: str, allowed: set[str]) -> None:
        for user in (OLGA, MINA, BEN):
            answer = await stage.command(user, command)
            assert answer.said.private
            assert ("Only" in answer.said.words) == (user not in allowed)

    async def test_a_role_that_the_community_names_moderates(self, stage: Stage) -> None:

        refused = await stage.command(MINA, "for_moderators", word="x")
        assert "Only moderators" in refused.said.words
        role = stage.driver.role(MODS)
        named = f"{role.space.platform}:{role.space.id}:{role.id}"
        async with stage.writing() as ctx:
            await ctx.save_settings(CommunitySettings(moderator_roles=(named,)))
        assert (await stage.command(MINA, "for_moderators", word="x")).said.text == "x"
        assert "Only moderators" in (await stage.command(BEN, "for_moderators", word="x")).said.words

    async def test_it_is_checked_before_a_form_opens(self, stage: Stage) -> None:
        answer = await stage.command(BEN, "for_moderators")
        assert answer.form is None
        assert "Only moderators" in answer.said.words


async def test_a_refusal_is_private_and_keeps_nothing(stage: Stage) -> None:
    answer = await stage.command(BEN, "refuse")
    assert answer.said.private
    assert answer.said.text == "No, because."
    assert not {"refused", "crashed"} & (await stage.marks()).keys()


async def test_a_crash_is_an_apology_with_a_code_and_keeps_nothing(stage: Stage) -> None:
    answer = await stage.command(BEN, "crash")
    assert answer.said.private
    assert re.search(r"[0-9a-f]{6}", answer.said.words)
    assert "secret" not in answer.said.words
    assert not {"refused", "crashed"} & (await stage.marks()).keys()


class TestSlow:
    """What takes long is announced, and answered with the declared visibility."""

    @pytest.fixture(autouse=True)
    def _no_patience(self, stage: Stage) -> None:
        stage.app.dispatch.patience = 0.0

    async def test_a_private_answer(self, stage: Stage) -> None:
        asked = await stage.driver.command(BEN, (NAME, "slow"), {})
        assert (await stage.driver.deferred(asked)).state == "deferred"
        stage.probe.gate.set()
        answer = await stage.driver.answered(asked)
        assert answer.said.private
        assert answer.said.text == "at last"
        assert not await stage.driver.messages(KEN, GENERAL)

    async def test_a_public_answer(self, stage: Stage) -> None:
        asked = await stage.driver.command(BEN, (NAME, "slow_public"), {})
        await stage.driver.deferred(asked)
        stage.probe.gate.set()
        assert not (await stage.driver.answered(asked)).said.private
        assert [seen.text for seen in await stage.driver.messages(KEN, GENERAL)] == ["at last"]

    @pytest.mark.parametrize(("end", "words"), [("refuse", "No, late."), ("crash", "Something went wrong")])
    async def test_a_late_refusal_and_a_late_apology(self, stage: Stage, end: str, words: str) -> None:
        asked = await stage.driver.command(BEN, (NAME, "slow_public"), {"end": end})
        await stage.driver.deferred(asked)
        stage.probe.gate.set()
        assert words in (await stage.driver.answered(asked)).said.words

    async def test_a_form_that_comes_too_late_opens_behind_a_button(self, stage: Stage) -> None:
        asked = await stage.driver.command(BEN, (NAME, "edit"), {"slow": "yes"})
        await stage.driver.deferred(asked)
        stage.probe.gate.set()
        answer = await stage.driver.answered(asked)
        assert answer.said.private
        stage.app.dispatch.patience = 5.0
        sheet = (await stage.press(BEN, answer.said, "Open the form")).sheet
        assert sheet.value("title") == "as it was"
        await stage.submit(BEN, sheet.id, title="late", tone="cool", note="")
        assert stage.probe.calls == [{"version": 3, "values": {"title": "late", "tone": "cool", "note": ""}}]

    async def test_an_answer_in_time_is_not_announced(self, stage: Stage) -> None:
        stage.app.dispatch.patience = 5.0
        stage.probe.gate.set()
        assert (await stage.command(BEN, "slow")).said.text == "at last"


async def test_everything_that_can_be_shown(stage: Stage) -> None:
    shown = (await stage.command(BEN, "show")).said
    for words in ("Here it is.", "A card", "For @Ben, *with love*", "Days: 7 days", "the end"):
        assert words in shown.words
    assert shown.files == ("notes.txt",)
    assert shown.pictures == ("a cat",)
    assert [(control.kind, control.label, control.url) for control in shown.controls] == [
        ("link", "Home page", HOMEPAGE)
    ]
    assert shown.pinged == ()


class TestTwice:
    async def test_a_command_that_is_delivered_twice_acts_once(self, stage: Stage) -> None:
        await stage.command(BEN, "mark", source="thing")
        before = stage.app.handled
        await stage.driver.again()
        await stage.handled(before + 1)
        await stage.settled()
        assert (await stage.marks())["thing"] == 1
        assert [event.source for event in stage.probe.heard if hasattr(event, "source")] == ["thing"]

    async def test_two_that_arrive_together_act_once(self, stage: Stage) -> None:
        before = stage.app.handled
        asked = await stage.driver.command(BEN, (NAME, "mark"), {"source": "thing"})
        await stage.driver.again()
        await stage.driver.answered(asked)
        await stage.handled(before + 2)
        assert (await stage.marks())["thing"] == 1

    async def test_two_people_who_ask_the_same_are_two(self, stage: Stage) -> None:
        for user in (BEN, KEN):
            await stage.command(user, "mark", source="thing")
        assert (await stage.marks())["thing"] == 2


async def test_whoever_the_bot_has_never_seen_can_be_named_and_can_ask(stage: Stage) -> None:
    """They were here before it, and have not said a word."""
    answer = await stage.command(OLGA, "optional", who=MINA)
    assert answer.said.text == "nothing"
    assert stage.probe.calls[-1]["who"] == await stage.member(MINA)


async def test_drafts_are_their_authors_own(stage: Stage) -> None:
    answer = await stage.command(BEN, "every", **EVERYTHING | {"count": "99"})
    ben, ken = await stage.member(BEN), await stage.member(KEN)
    async with stage.app.database.read() as tx:
        [draft] = await tx.column(drafts.select().with_only_columns(drafts.c.id))
        assert await Drafts(tx).find(draft, ken.id) is None
        assert await Drafts(tx).find(draft, ben.id) is not None
    assert answer.said.controls
