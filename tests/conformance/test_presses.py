"""Buttons and selects: a press is a call that carries its values, whoever presses and whenever."""

from __future__ import annotations

import pytest

from bot.vocabulary.events import HomeOpened
from tests.conformance.cog import HOMEPAGE, TRICKY, Size
from tests.conformance.driver import BEN, GENERAL, KEN, MINA, OLGA, Seen
from tests.conformance.stage import Stage


async def controls(stage: Stage) -> Seen:
    """The message with a button of every kind."""
    return (await stage.command(BEN, "controls", who=KEN)).said


async def test_what_is_shown(stage: Stage) -> None:
    shown = await controls(stage)
    assert [control.label for control in shown.controls] == [
        "hit",
        "turn",
        "staff",
        "ask",
        "count",
        "form",
        "choose",
        "link",
    ]
    assert shown.controls[-1].url == HOMEPAGE
    assert shown.controls[shown.control("choose")].choices == ("one", "two", "three")


async def test_a_press_gives_back_what_it_carries(stage: Stage) -> None:
    answer = await stage.press(MINA, await controls(stage), "hit")
    assert answer.said.private
    assert stage.probe.calls == [
        {
            "who": await stage.member(KEN),
            "colour": "sky-blue",
            "size": Size.SMALL,
            "flag": True,
            "count": 3,
            "word": TRICKY,
        }
    ]


async def test_a_member_is_named_by_what_stays_when_the_name_changes(stage: Stage) -> None:
    shown = await controls(stage)
    await stage.driver.rename(KEN, "Kenneth")
    await stage.settled()
    assert "Kenneth" in (await stage.press(MINA, shown, "hit")).said.words


async def test_a_reply_that_replaces(stage: Stage) -> None:
    shown = await controls(stage)
    answer = await stage.press(BEN, shown, "turn")
    assert answer.said.id == shown.id
    assert answer.said.text == "Page 2"
    assert answer.said.edited
    again = await stage.press(KEN, answer.said, "turn")
    assert [seen.text for seen in await stage.driver.messages(MINA, GENERAL)] == ["Page 3"]
    assert again.said.id == shown.id


async def test_on_a_home_it_is_answered_instead(stage: Stage) -> None:
    await stage.driver.open_home(BEN)
    await stage.settled()
    assert len(stage.probe.of(HomeOpened)) == 1
    answer = await stage.driver.answered(await stage.driver.press_home(BEN, 0))
    assert "Page 2" in answer.said.words


async def test_access_is_checked_on_every_press(stage: Stage) -> None:
    shown = await controls(stage)
    refused = await stage.press(BEN, shown, "staff")
    assert refused.said.private
    assert "Only moderators" in refused.said.words
    assert (await stage.press(OLGA, shown, "staff")).said.text == "staff"


async def test_what_a_button_does_not_carry_is_asked(stage: Stage) -> None:
    sheet = (await stage.press(KEN, await controls(stage), "ask")).sheet
    assert sheet.names == ["why"]
    assert (await stage.submit(KEN, sheet.id, why="because")).said.text == "말: cats: because"


async def test_a_button_opens_a_form(stage: Stage) -> None:
    sheet = (await stage.press(BEN, await controls(stage), "form")).sheet
    assert sheet.names == ["title", "tone", "note"]


@pytest.mark.parametrize("picked", [("two",), ("one", "three")])
async def test_a_select(stage: Stage, picked: tuple[str, ...]) -> None:
    answer = await stage.press(BEN, await controls(stage), "choose", picked)
    assert stage.probe.calls == [{"about": "cats", "picked": picked}]
    assert answer.said.text == ", ".join(picked)


async def test_a_press_that_is_delivered_twice_acts_once(stage: Stage) -> None:
    await stage.press(BEN, await controls(stage), "count")
    before = stage.app.handled
    await stage.driver.again()
    await stage.handled(before + 1)
    assert (await stage.marks())["pressed"] == 1


async def test_two_presses_are_two(stage: Stage) -> None:
    shown = await controls(stage)
    for user in (BEN, BEN, KEN):
        await stage.press(user, shown, "count")
    assert (await stage.marks())["pressed"] == 3


@pytest.mark.parametrize(
    "packed",
    [
        "probe:forgotten:x=1",
        "forgotten:press",
        "probe:hit",
        "probe:hit:who=~1:colour=red",
        "probe:turn:page=many",
        "probe:turn:page=0",
        "core:draft:id=nothing",
        "core:sheet:id=nothing:number=x",
        "core:forgotten:id=x",
        "core:draft",
        "no call at all",
        "probe:turn:page=1:::",
        "::::",
        "%%%",
    ],
)
async def test_what_an_earlier_version_left_behind_is_answered_kindly(stage: Stage, packed: str) -> None:
    answer = await stage.driver.answered(await stage.driver.press_old(BEN, packed))
    assert answer.state == "answered"
    assert answer.form is not None or answer.said.private
    if answer.message is not None:
        assert "Something went wrong" not in answer.said.words
    assert stage.probe.calls == []


async def test_an_outdated_button_names_the_command_instead(stage: Stage) -> None:
    answer = await stage.driver.answered(await stage.driver.press_old(BEN, "probe:forgotten:x=1"))
    assert "earlier version" in answer.said.words
    assert "/probe" in answer.said.words


async def test_a_member_of_nowhere_is_not_found(stage: Stage) -> None:
    answer = await stage.driver.answered(
        await stage.driver.press_old(BEN, "probe:hit:who=~1:colour=red:size=small:flag=1:count=1:word=x")
    )
    assert "found nobody" in answer.said.words
