"""Whatever a platform does, what must leave leaves once, in its order, or is kept for somebody to look at."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import ManualClock
from bot.engine import outbox
from bot.storage.outbox import Outbox
from bot.vocabulary.actions import Action, Delete, DirectMessage, Edit, GrantRole, Post, React
from bot.vocabulary.events import Delivered
from bot.vocabulary.replies import Message
from tests.conformance.cog import NAME, Probe, phrase
from tests.conformance.driver import BEN, GENERAL, HELPERS, KEN, MINA, STAFF, Driver, Failure, Part
from tests.conformance.stage import Stage, playing

FAILURES: tuple[Failure, ...] = ("busy", "limited", "cut", "lost")
EVERY_FAILURE = pytest.mark.parametrize("failure", FAILURES)


def words(text: str) -> Message:
    return Message(phrase(text))


async def texts(stage: Stage, channel: str = GENERAL) -> list[str]:
    return [seen.text for seen in await stage.driver.messages(MINA, channel)]


@EVERY_FAILURE
@pytest.mark.parametrize("times", [1, 3])
async def test_a_post_is_there_exactly_once(stage: Stage, failure: Failure, times: int) -> None:
    stage.driver.fail("post", failure, times=times)
    await stage.send(Post(stage.driver.channel(GENERAL), words("hello")))
    assert await texts(stage) == ["hello"]
    assert len(stage.delivered()) == 1


@EVERY_FAILURE
async def test_so_is_a_dm(stage: Stage, failure: Failure) -> None:
    stage.driver.fail("direct", failure, times=2)
    await stage.send(DirectMessage(stage.driver.account(BEN), stage.driver.space, words("psst")))
    assert [seen.text for seen in await stage.driver.dms(BEN)] == ["psst"]


@EVERY_FAILURE
@pytest.mark.parametrize("part", ["edit", "delete", "react", "grant"])
async def test_and_so_is_everything_else(stage: Stage, part: Part, failure: Failure) -> None:
    message = await stage.driver.post(BEN, GENERAL, "hello")
    await stage.send(Post(stage.driver.channel(STAFF), words("teh")))
    [own] = await stage.driver.messages(MINA, STAFF)
    stage.driver.fail(part, failure, times=2)
    actions: dict[str, Action] = {
        "edit": Edit(stage.driver.message(own.id), words("the")),
        "delete": Delete(stage.driver.message(message), stage.driver.account(BEN)),
        "react": React(stage.driver.message(message), "🎉"),
        "grant": GrantRole(stage.driver.account(BEN), stage.driver.role(HELPERS)),
    }
    await stage.send(actions[part], tag="act")
    assert len(stage.delivered("act")) == 1
    assert stage.refused("act") == []
    match part:
        case "edit":
            assert await texts(stage, STAFF) == ["the"]
        case "delete":
            assert await texts(stage) == []
        case "react":
            assert (await stage.driver.messages(KEN, GENERAL))[0].reactions
        case _:
            assert HELPERS in await stage.driver.roles(BEN)


@EVERY_FAILURE
async def test_an_answer_is_there_exactly_once(stage: Stage, failure: Failure) -> None:
    stage.driver.fail("reply", failure)
    answer = await stage.command(BEN, "echo", word="hello")
    assert answer.said.text == "hello"
    assert await texts(stage) == ["hello"]


@EVERY_FAILURE
async def test_a_form_opens_exactly_once(stage: Stage, failure: Failure) -> None:
    stage.driver.fail("open", failure)
    await stage.command(BEN, "give", to=KEN)
    assert len(await stage.driver.forms(BEN)) == 1


async def test_a_platform_that_asks_for_time_is_given_it(stage: Stage) -> None:
    stage.driver.fail("post", "limited", seconds=0.3)
    loop = asyncio.get_running_loop()
    started = loop.time()
    await stage.send(Post(stage.driver.channel(GENERAL), words("hello")))
    assert loop.time() - started >= 0.29
    assert await texts(stage) == ["hello"]


@EVERY_FAILURE
async def test_a_channels_posts_stay_in_order(stage: Stage, failure: Failure) -> None:
    place = stage.driver.channel(GENERAL)
    stage.driver.fail("post", failure, times=5)
    await stage.send(*(Post(place, words(str(number))) for number in range(12)))
    assert await texts(stage) == [str(number) for number in range(12)]


async def test_one_that_must_wait_does_not_hold_up_another_place(stage: Stage) -> None:
    """And what waits behind it goes as soon as it has gone, not at the next look."""
    stage.driver.fail("post", "limited", seconds=1.0)
    first = [Post(stage.driver.channel(GENERAL), words(str(number))) for number in range(3)]
    async with asyncio.timeout(14):
        await stage.send(*first, Post(stage.driver.channel(STAFF), words("here")))
    assert await texts(stage) == ["0", "1", "2"]
    assert next(event.message.channel.id for event in stage.delivered() if event.message) == STAFF


async def test_what_protects_leaves_before_posts_and_posts_before_dms(
    driver: Driver, probe: Probe, clock: ManualClock, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 1)
    async with playing(driver, probe, clock, database_url) as stage:
        rude = stage.driver.message(await stage.driver.post(BEN, GENERAL, "a rude word"))
        async with stage.writing() as ctx:
            ctx.send(DirectMessage(driver.account(BEN), driver.space, words("psst")), tag="direct")
            ctx.send(Post(driver.channel(GENERAL), words("hello")), tag="post")
            ctx.send(Delete(rude, driver.account(BEN)), tag="delete")
        await stage.settled()

        assert [event.tag for event in probe.of(Delivered)] == ["delete", "post", "direct"]


async def test_what_never_leaves_is_dead_and_can_be_sent_again(stage: Stage) -> None:
    stage.driver.fail("post", "busy", times=outbox.MOST_ATTEMPTS)
    [sent] = await stage.send(Post(stage.driver.channel(GENERAL), words("at last")))
    assert await texts(stage) == []
    [row] = await stage.rows("dead")
    assert (row.id, row.attempts, row.kind) == (sent.outbox, outbox.MOST_ATTEMPTS, "post")
    assert row.error
    assert len(stage.refused()) == 1
    async with stage.writing() as ctx:
        assert await Outbox(ctx.tx).redrive(row.id)
        ctx.tx.after_commit.append(ctx.services.wake_outbox)
    await stage.settled()
    assert await texts(stage) == ["at last"]


async def test_a_dead_one_lets_others_pass(stage: Stage) -> None:
    stage.driver.fail("post", "busy", times=outbox.MOST_ATTEMPTS)
    place = stage.driver.channel(GENERAL)
    await stage.send(Post(place, words("lost")), Post(place, words("found")))
    assert await texts(stage) == ["found"]


async def test_while_the_platform_shuts_the_bot_out_everything_waits(stage: Stage) -> None:
    stage.driver.revoke()
    async with stage.writing() as ctx:
        ctx.send(Post(stage.driver.channel(GENERAL), words("hello")))
    async with asyncio.timeout(5):
        while stage.app.health().ready:  # noqa: ASYNC110 (health is asked, not told)
            await asyncio.sleep(0.005)
    stage.driver.revoke(back=True)
    await stage.settled()
    assert await texts(stage) == ["hello"]
    assert stage.app.health().ready


async def test_what_was_left_behind_is_delivered_by_the_next_one(
    driver: Driver, probe: Probe, clock: ManualClock, database_url: str
) -> None:
    async with playing(driver, probe, clock, database_url) as stage:
        async with stage.writing() as ctx:
            sent = ctx.send(Post(driver.channel(GENERAL), words("hello")))
            # Nobody is woken: as if the process had died right after the commit.
            await Outbox(ctx.tx).flush()
            ctx.tx.after_commit.clear()
        assert sent.outbox
        for deliverer in stage.app.deliverers:
            deliverer.wake()
        await stage.settled()
        assert [seen.text for seen in await driver.messages(MINA, GENERAL)] == ["hello"]


async def test_an_answer_that_cannot_be_given_changes_nothing_that_was_done(stage: Stage) -> None:
    stage.driver.fail("reply", "cut", times=50)
    before = stage.app.handled
    await stage.driver.command(BEN, (NAME, "mark"), {"source": "done"})
    await stage.handled(before + 1)
    assert (await stage.marks())["done"] == 1
