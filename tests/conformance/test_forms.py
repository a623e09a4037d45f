"""Forms: what a command leaves out is asked, what is wrong is shown, and nobody writes anything twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.settings import CommunitySettings
from bot.storage.tables import drafts
from bot.vocabulary.capabilities import Capability
from tests.conformance.driver import BEN, GENERAL, KEN, MINA, Answer, Seen
from tests.conformance.stage import Stage

SURVEY = {f"q{number}": f"a{number}" for number in range(1, 13)}
NO_ERRORS_IN_FORMS = pytest.mark.parametrize("lacking", [None, Capability.FORM_ERRORS], ids=["errors", "no-errors"])


async def test_what_is_left_out_is_asked(stage: Stage) -> None:
    sheet = (await stage.command(BEN, "give", to=KEN)).sheet
    assert (sheet.title, sheet.names) == ("Give thanks", ["why"])
    assert sheet.questions[0].label == "What for"
    assert sheet.questions[0].required
    answer = await stage.submit(BEN, sheet.id, why="the cake")
    assert answer.said.text == "Thanks to @Ken: the cake"
    assert stage.probe.calls == [{"to": await stage.member(KEN), "why": "the cake"}]
    assert await stage.driver.forms(BEN) == []


async def test_everything_left_out_is_asked_at_once(stage: Stage) -> None:
    sheet = (await stage.command(BEN, "every")).sheet
    assert sheet.names == ["who", "place", "role", "word", "essay", "count", "flag", "colour", "size"]
    assert [question.choices for question in sheet.questions if question.choices] == [
        ("red", "sky-blue"),
        ("small", "extra-large"),
    ]
    answer = await stage.submit(
        BEN,
        sheet.id,
        who=KEN,
        place=GENERAL,
        role="mods",
        word="w",
        essay="e",
        count="1",
        flag="false",
        colour="red",
        size="small",
    )
    assert answer.said.private
    assert stage.probe.calls[0]["flag"] is False


async def test_a_form_in_the_readers_language(stage: Stage) -> None:
    sheet = (await stage.command(KEN, "give", to=BEN)).sheet
    assert (sheet.title, sheet.questions[0].label) == ("고마움 전하기", "무엇이 고마운가요")


async def test_what_is_known_is_not_asked_again_however_long_it_is(stage: Stage) -> None:
    long_words = "many words " * 20
    sheet = (await stage.command(BEN, "give", why=long_words.strip())).sheet
    assert sheet.names[0] == "to"
    assert set(sheet.names) <= {"to", "why"}
    values = {name: sheet.value(name) for name in sheet.names} | {"to": KEN}
    await stage.submit(BEN, sheet.id, **values)
    assert stage.probe.calls[0]["why"] == long_words.strip()


@NO_ERRORS_IN_FORMS
async def test_what_a_cog_finds_wrong_can_be_mended(stage: Stage) -> None:
    sheet = (await stage.command(BEN, "give", to=KEN)).sheet
    answer = await stage.submit(BEN, sheet.id, why="bad")
    again = await mended(stage, answer, "why", "not “bad”, please")
    assert "bad" in again.sheet.value("why")
    answer = await stage.submit(BEN, again.sheet.id, why="the cake")
    assert "the cake" in answer.said.words
    assert {name: count for name, count in (await stage.marks()).items() if name.startswith("give")} == {
        "give:the cake": 1
    }


@NO_ERRORS_IN_FORMS
async def test_a_cogs_own_form_can_be_mended(stage: Stage) -> None:
    sheet = (await stage.command(BEN, "edit")).sheet
    assert (sheet.title, sheet.names) == ("Edit it", ["title", "tone", "note"])
    assert sheet.value("title") == "as it was"
    answer = await stage.submit(BEN, sheet.id, title="bad", tone="cool", note="kept")
    again = await mended(stage, answer, "title", "not “bad”, please")
    assert again.sheet.names == ["title", "tone", "note"]
    assert again.sheet.value("note") == "kept"
    answer = await stage.submit(BEN, again.sheet.id, title="good", tone="cool", note="kept")
    assert answer.said.text == "good"
    assert stage.probe.calls[-1] == {"version": 3, "values": {"title": "good", "tone": "cool", "note": "kept"}}


async def mended(stage: Stage, answer: Answer, name: str, problem: str) -> Answer:
    """The form again: with its mistake in it, or behind a button where the platform cannot show that."""
    if Capability.FORM_ERRORS in stage.driver.platform.capabilities:
        assert answer.message is None
        assert answer.sheet.error(name) == problem
        return answer
    assert answer.said.private
    assert problem in answer.said.words
    return await stage.press(BEN, answer.said, "Edit again")


@NO_ERRORS_IN_FORMS
async def test_what_is_wrong_outside_of_the_form_is_said_beside_it(stage: Stage) -> None:
    sheet = (await stage.command(BEN, "give", to="nobody")).sheet
    assert sheet.names == ["why"]
    answer = await stage.submit(BEN, sheet.id, why="the cake")
    assert "found nobody called “nobody”" in answer.said.words
    again = (await stage.press(BEN, answer.said, "Edit again")).sheet
    assert "to" in again.names
    await stage.submit(BEN, again.id, **{name: again.value(name) for name in again.names} | {"to": KEN})
    assert stage.probe.calls == [{"to": await stage.member(KEN), "why": "the cake"}]


async def test_a_form_out_of_a_form_comes_behind_a_button(stage: Stage) -> None:
    sheet = (await stage.command(BEN, "edit")).sheet
    answer = await stage.submit(BEN, sheet.id, title="more", tone="warm", note="n")
    second = (await stage.press(BEN, answer.said, "Open the form")).sheet
    assert second.value("title") == "more"
    assert second.value("note") == "n"


class TestLong:
    """More questions than one form holds come in sheets."""

    async def answers(self, stage: Stage, first: Answer, **changed: str) -> Seen:
        """Fills in every sheet; the message with the button that sends it all."""
        most = stage.driver.platform.form_fields
        message = first.said
        assert message.private
        labels = [control.label for control in message.controls]
        assert len(labels) == -(-12 // most) + 1
        for number in range(len(labels) - 1):
            sheet = (await stage.press(BEN, message, number)).sheet
            assert len(sheet.names) <= most
            values = {name: (SURVEY | changed)[name] for name in sheet.names}
            message = (await stage.submit(BEN, sheet.id, **values)).said
        return message

    async def test_they_are_sent_together(self, stage: Stage) -> None:
        message = await self.answers(stage, await stage.command(BEN, "survey"))
        answer = await stage.press(BEN, message, "Send")
        assert answer.said.text == " ".join(SURVEY.values())
        assert (await stage.marks())["survey"] == 1

    async def test_what_was_written_stands_there_when_a_sheet_is_opened_again(self, stage: Stage) -> None:
        message = await self.answers(stage, await stage.command(BEN, "survey"))
        sheet = (await stage.press(BEN, message, 0)).sheet
        assert sheet.value("q1") == "a1"

    async def test_whoever_sends_it_twice_has_sent_it_once(self, stage: Stage) -> None:
        message = await self.answers(stage, await stage.command(BEN, "survey"))
        await stage.press(BEN, message, "Send")
        again = await stage.press(BEN, message, "Send")
        assert again.said.text == "That is already done."
        assert (await stage.marks())["survey"] == 1

    async def test_sent_too_early_it_asks_for_the_rest(self, stage: Stage) -> None:
        first = (await stage.command(BEN, "survey")).said
        answer = await stage.press(BEN, first, "Send")
        assert answer.said.private
        assert "please fill this in" in answer.said.words
        message = await self.answers(stage, await stage.press(BEN, answer.said, "Edit again"))
        await stage.press(BEN, message, "Send")
        assert (await stage.marks())["survey"] == 1

    async def test_a_mistake_in_one_of_them_is_mended(self, stage: Stage) -> None:
        message = await self.answers(stage, await stage.command(BEN, "survey"), q1="bad")
        answer = await stage.press(BEN, message, "Send")
        assert "not “bad”, please" in answer.said.words
        opened = await stage.press(BEN, answer.said, "Edit again")
        if opened.form is not None:
            values = {name: opened.sheet.value(name) for name in opened.sheet.names}
            await stage.submit(BEN, opened.sheet.id, **values | {"q1": "good"})
        else:
            await stage.press(BEN, await self.answers(stage, opened), "Send")
        assert (await stage.marks())["survey"] == 1

    async def test_nobody_else_opens_it(self, stage: Stage) -> None:
        await stage.command(BEN, "survey")
        async with stage.app.database.read() as tx:
            [draft] = await tx.column(select(drafts.c.id))
        asked = await stage.driver.press_old(MINA, f"core:draft:id={draft}")
        assert "no longer here" in (await stage.driver.answered(asked)).said.words


async def test_access_is_checked_again_when_the_form_comes_back(stage: Stage) -> None:

    role = stage.driver.role("mods")
    named = f"{role.space.platform}:{role.space.id}:{role.id}"
    async with stage.writing() as ctx:
        await ctx.save_settings(CommunitySettings(moderator_roles=(named,)))
    sheet = (await stage.command(MINA, "for_moderators")).sheet
    await stage.driver.set_roles(MINA, [])
    answer = await stage.submit(MINA, sheet.id, word="too late")
    assert "Only moderators" in answer.said.words


async def test_a_form_submitted_twice_acts_once(stage: Stage) -> None:
    sheet = (await stage.command(BEN, "give", to=KEN)).sheet
    await stage.submit(BEN, sheet.id, why="the cake")
    before = stage.app.handled
    await stage.driver.again()
    await stage.handled(before + 1)
    assert (await stage.marks())["give:the cake"] == 1
