"""What the bot does by itself: posts, DMs, edits, roles, timeouts, jobs, and what it hears of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.vocabulary.actions import (
    Ban,
    Delete,
    DirectMessage,
    Edit,
    GrantRole,
    Kick,
    OpenThread,
    Post,
    PublishHome,
    React,
    RevokeRole,
    TimeOut,
)
from bot.vocabulary.events import JobDue, MemberLeft, MessagePosted
from bot.vocabulary.replies import Button, Card, Choice, File, Message, Select
from bot.vocabulary.text import Mention
from tests.conformance.cog import Marked, phrase, say
from tests.conformance.driver import BEN, GENERAL, HELPERS, KEN, MINA
from tests.conformance.stage import Stage


def words(text: str, **more: object) -> Message:
    return Message(phrase(text), **more)  # type: ignore[arg-type]


async def test_a_post(stage: Stage) -> None:
    await stage.send(Post(stage.driver.channel(GENERAL), words("hello *all*")))
    [seen] = await stage.driver.messages(BEN, GENERAL)
    assert seen.text == "hello all"
    [delivered] = stage.delivered()
    assert delivered.message == stage.driver.message(seen.id)


async def test_own_posts_are_not_heard(stage: Stage) -> None:
    await stage.send(Post(stage.driver.channel(GENERAL), words("hello")))
    assert stage.probe.of(MessagePosted) == []


async def test_a_post_under_another(stage: Stage) -> None:
    root = await stage.driver.post(BEN, GENERAL, "a question")
    await stage.send(Post(stage.driver.channel(GENERAL), words("an answer"), stage.driver.message(root)))
    thread = await stage.driver.thread(root)
    assert thread is not None
    assert [seen.text for seen in await stage.driver.messages(KEN, thread)] == ["an answer"]


async def test_a_post_under_one_that_is_not_delivered_yet(stage: Stage) -> None:
    place = stage.driver.channel(GENERAL)
    async with stage.writing() as ctx:
        root = ctx.send(Post(place, words("the story")))
        ctx.send(Post(place, words("it began"), root))
    await stage.settled()
    [seen] = await stage.driver.messages(BEN, GENERAL)
    thread = await stage.driver.thread(seen.id)
    assert thread is not None
    assert [told.text for told in await stage.driver.messages(BEN, thread)] == ["it began"]


async def test_a_thread_with_a_name(stage: Stage) -> None:
    root = await stage.driver.post(BEN, GENERAL, "a question")
    await stage.send(OpenThread(stage.driver.message(root), "answers"))
    assert await stage.driver.thread(root) is not None
    await stage.send(OpenThread(stage.driver.message(root), "answers"))
    assert stage.refused() == []


async def test_a_dm(stage: Stage) -> None:
    await stage.send(DirectMessage(stage.driver.account(BEN), stage.driver.space, words("psst")))
    assert [seen.text for seen in await stage.driver.dms(BEN)] == ["psst"]
    assert await stage.driver.dms(KEN) == []


async def test_a_button_in_a_dm_works(stage: Stage) -> None:
    press = stage.probe.presses["count"](source="from a DM")
    message = words("press", controls=(Button(phrase("do it"), press),))
    await stage.send(DirectMessage(stage.driver.account(BEN), stage.driver.space, message))
    [seen] = await stage.driver.dms(BEN)
    await stage.press(BEN, seen, "do it")
    assert (await stage.marks())["from a DM"] == 1


async def test_an_edit(stage: Stage) -> None:
    await stage.send(Post(stage.driver.channel(GENERAL), words("teh")))
    [seen] = await stage.driver.messages(BEN, GENERAL)
    await stage.send(Edit(stage.driver.message(seen.id), words("the")))
    [seen] = await stage.driver.messages(BEN, GENERAL)
    assert (seen.text, seen.edited) == ("the", True)


async def test_an_edit_of_what_is_not_delivered_yet(stage: Stage) -> None:
    async with stage.writing() as ctx:
        posted = ctx.send(Post(stage.driver.channel(GENERAL), words("first")))
        for number in range(2, 6):
            ctx.send(Edit(posted, words(f"number {number}")), tag="edit")
    await stage.settled()
    [seen] = await stage.driver.messages(BEN, GENERAL)
    assert seen.text == "number 5"
    assert len(stage.delivered("edit")) == 1


async def test_edits_that_wait_become_one(stage: Stage) -> None:
    [posted] = await stage.send(Post(stage.driver.channel(GENERAL), words("first")))
    [seen] = await stage.driver.messages(BEN, GENERAL)
    target = stage.driver.message(seen.id)
    await stage.send(*(Edit(target, words(f"number {number}")) for number in range(20)), tag="edit")
    [seen] = await stage.driver.messages(BEN, GENERAL)
    assert seen.text == "number 19"
    assert len(stage.delivered("edit")) == 1
    assert len(await stage.rows("superseded")) == 19
    assert posted.outbox


async def test_deleting_an_own_and_anothers_message(stage: Stage) -> None:
    await stage.send(Post(stage.driver.channel(GENERAL), words("mine")))
    [own] = await stage.driver.messages(BEN, GENERAL)
    other = stage.driver.message(await stage.driver.post(BEN, GENERAL, "a rude word"))
    await stage.send(Delete(stage.driver.message(own.id)), Delete(other, stage.driver.account(BEN), phrase("rude")))
    assert await stage.driver.messages(KEN, GENERAL) == []
    await stage.send(Delete(other), tag="again")
    assert stage.refused("again") == []


async def test_reactions(stage: Stage) -> None:
    message = await stage.driver.post(BEN, GENERAL, "I did it")
    where = stage.driver.message(message)
    await stage.send(React(where, "🎉"))
    await stage.send(React(where, "🎉"))
    [seen] = await stage.driver.messages(KEN, GENERAL)
    assert [len(users) for users in seen.reactions.values()] == [1]
    await stage.send(React(where, "🎉", remove=True))
    [seen] = await stage.driver.messages(KEN, GENERAL)
    assert seen.reactions == {}


async def test_roles(stage: Stage) -> None:
    ben, role = stage.driver.account(BEN), stage.driver.role(HELPERS)
    await stage.send(GrantRole(ben, role, phrase("well done")))
    assert HELPERS in await stage.driver.roles(BEN)
    await stage.send(RevokeRole(ben, role))
    assert HELPERS not in await stage.driver.roles(BEN)


async def test_a_timeout(stage: Stage) -> None:
    ben, space = stage.driver.account(BEN), stage.driver.space
    await stage.send(TimeOut(ben, space, stage.clock.now() + timedelta(hours=1), phrase("too loud")))
    assert await stage.driver.timed_out(BEN)
    await stage.send(TimeOut(ben, space, None))
    assert not await stage.driver.timed_out(BEN)


async def test_a_kick(stage: Stage) -> None:
    await stage.send(Kick(stage.driver.account(BEN), stage.driver.space, phrase("enough")))
    assert not await stage.driver.is_member(BEN)
    assert len(stage.probe.of(MemberLeft)) == 1


async def test_a_ban_and_its_end(stage: Stage) -> None:
    ben, space = stage.driver.account(BEN), stage.driver.space
    await stage.send(Ban(ben, space))
    assert await stage.driver.banned(BEN)
    await stage.send(Ban(ben, space, lift=True))
    assert not await stage.driver.banned(BEN)
    await stage.driver.join(BEN)


async def test_a_home(stage: Stage) -> None:
    await stage.send(PublishHome(stage.driver.account(BEN), stage.driver.space, words("your corner")))
    home = await stage.driver.home(BEN)
    assert home is not None
    assert home.text == "your corner"


async def test_where_the_bot_stands(stage: Stage) -> None:
    platform, space = stage.driver.platform, stage.driver.space
    bot = await platform.standing(space, None)
    ben, mina = [await platform.standing(space, stage.driver.account(user)) for user in (BEN, MINA)]
    assert bot.known
    assert bot.bot
    assert bot.rank > mina.rank > ben.rank
    nobody = await platform.standing(space, stage.driver.account("nobody"))
    assert not nobody.known


async def test_what_is_too_long_is_still_sent(stage: Stage) -> None:
    card = Card(phrase("t" * 1000), phrase("b" * 9000))
    controls = tuple(
        Button(phrase(f"button {number} " + "x" * 200), stage.probe.presses["turn"](page=number + 1))
        for number in range(60)
    )
    select = Select(
        phrase("s" * 300),
        stage.probe.presses["choose"](about="x"),
        tuple(Choice(str(number), phrase("c" * 300)) for number in range(60)),
    )
    files = tuple(File(f"{number}.txt", "text/plain", b"x") for number in range(30))
    await stage.send(
        Post(
            stage.driver.channel(GENERAL),
            Message(phrase("x" * 9000), (card,) * 20, (select, *controls), files),
        )
    )
    assert stage.refused() == []
    assert "xxx" in (await stage.driver.messages(BEN, GENERAL))[0].text


async def test_nobody_is_pinged_who_is_not_named_for_it(stage: Stage) -> None:
    ben = stage.driver.account(BEN)
    text = say("greeting", who=Mention("Ben", (ben,)))
    place = stage.driver.channel(GENERAL)
    await stage.send(Post(place, Message(text)))
    await stage.send(Post(place, Message(text, pings=(ben,))))
    quiet, loud = await stage.driver.messages(BEN, GENERAL)
    assert (quiet.mentioned, quiet.pinged) == ((BEN,), ())
    assert (loud.mentioned, loud.pinged) == ((BEN,), (BEN,))


async def test_what_happened_in_the_domain_is_told_in_the_same_transaction(stage: Stage) -> None:
    await stage.command(BEN, "mark", source="thing")
    [marked] = stage.probe.of(Marked)
    assert (marked.source, marked.community) == ("thing", (await stage.community()).id)


class TestJobs:
    async def test_a_daily_one_by_the_communitys_clock(self, stage: Stage) -> None:
        stage.clock.advance(hours=14, minutes=59)
        await stage.settled()
        assert stage.probe.of(JobDue) == []
        stage.clock.advance(minutes=2)
        await stage.settled()
        [due] = stage.probe.of(JobDue)
        assert due.due.isoformat() == "2026-03-03T00:00:00+00:00"

    async def test_one_that_the_cog_sets_itself(self, stage: Stage) -> None:
        async with stage.writing() as ctx:
            later = stage.probe.jobs["later"]
            await ctx.schedule(later, stage.clock.now() + timedelta(minutes=5), name="a", number=7, word="x")
            await ctx.schedule(later, stage.clock.now() + timedelta(minutes=6), name="b")
            await ctx.unschedule(later, "b")
        stage.clock.advance(minutes=10)
        await stage.settled()
        [due] = stage.probe.of(JobDue)
        assert due.values == {"number": 7, "word": "x"}
        stage.clock.advance(hours=1)
        await stage.settled()
        assert len(stage.probe.of(JobDue)) == 1

    async def test_one_of_the_same_name_is_moved(self, stage: Stage) -> None:
        later = stage.probe.jobs["later"]
        for minutes in (5, 50):
            async with stage.writing() as ctx:
                await ctx.schedule(later, stage.clock.now() + timedelta(minutes=minutes), name="a")
        stage.clock.advance(minutes=10)
        await stage.settled()
        assert stage.probe.of(JobDue) == []
        stage.clock.advance(minutes=50)
        await stage.settled()
        assert len(stage.probe.of(JobDue)) == 1

    async def test_one_that_sets_the_next(self, stage: Stage) -> None:
        async with stage.writing() as ctx:
            await ctx.schedule(stage.probe.jobs["later"], stage.clock.now(), name="a", again=1)
        await stage.settled()
        stage.clock.advance(hours=1)
        await stage.settled()
        assert len(stage.probe.of(JobDue)) == 2


@pytest.mark.parametrize("count", [1, 40])
async def test_many_at_once_each_arrive_once(stage: Stage, count: int) -> None:
    place = stage.driver.channel(GENERAL)
    await stage.send(*(Post(place, words(f"number {number}")) for number in range(count)))
    seen = await stage.driver.messages(BEN, GENERAL)
    assert [one.text for one in seen] == [f"number {number}" for number in range(count)]
