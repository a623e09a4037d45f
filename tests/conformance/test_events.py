"""What happens on a platform reaches the listeners: once, in order, with what it is about."""

from __future__ import annotations

from bot.engine.redrive import redrive
from bot.storage.events import DeadEvent, Events
from bot.storage.people import People
from bot.vocabulary import events
from bot.vocabulary.events import MessagePosted
from tests.conformance.cog import Heard
from tests.conformance.driver import BEN, GENERAL, HELPERS, KEN, LOUNGE, MINA
from tests.conformance.stage import Stage


async def test_a_message(stage: Stage) -> None:
    message = await stage.driver.post(BEN, GENERAL, "Good morning!")
    await stage.settled()
    [event] = stage.probe.of(MessagePosted)
    assert (event.text, event.direct, event.reply_to) == ("Good morning!", False, None)
    assert event.message == stage.driver.message(message)
    assert (event.author.ref, event.author.name, event.author.bot) == (stage.driver.account(BEN), "Ben", False)
    assert event.space == stage.driver.space
    assert event.at == stage.clock.now()


async def test_a_reply_names_whom_it_answers(stage: Stage) -> None:
    first = await stage.driver.post(BEN, GENERAL, "Who can help?")
    await stage.driver.post(MINA, GENERAL, "I can.", reply_to=first)
    await stage.settled()
    reply = stage.probe.of(MessagePosted)[-1]
    assert reply.reply_to == stage.driver.message(first)
    assert reply.reply_author == stage.driver.account(BEN)


async def test_a_message_to_the_bot_is_direct(stage: Stage) -> None:
    await stage.driver.post_dm(BEN, "psst")
    await stage.settled()
    [event] = stage.probe.of(MessagePosted)
    assert event.direct
    assert event.space == stage.driver.space


async def test_edits_and_deletions_name_the_message(stage: Stage) -> None:
    message = await stage.driver.post(BEN, GENERAL, "teh")
    where = stage.driver.message(message)
    await stage.driver.edit(BEN, message, "the")
    await stage.driver.delete(BEN, message)
    await stage.settled()
    [edited] = stage.probe.of(events.MessageEdited)
    [deleted] = stage.probe.of(events.MessageDeleted)
    assert (edited.message, edited.text) == (where, "the")
    assert deleted.message == where
    assert deleted.message.source == stage.probe.of(MessagePosted)[0].message.source


async def test_many_deleted_at_once_are_one_event_each(stage: Stage) -> None:
    messages = [await stage.driver.post(BEN, GENERAL, f"number {number}") for number in range(5)]
    places = {stage.driver.message(message) for message in messages}
    await stage.driver.bulk_delete(MINA, messages)
    await stage.settled()
    deleted = stage.probe.of(events.MessageDeleted)
    assert {event.message for event in deleted} == places
    assert len({event.key for event in deleted}) == 5


async def test_reactions_come_and_go(stage: Stage) -> None:
    message = await stage.driver.post(BEN, GENERAL, "I did it")
    await stage.driver.react(MINA, message, "🎉")
    await stage.driver.unreact(MINA, message, "🎉")
    await stage.driver.react(MINA, message, "🎉")
    await stage.settled()
    added = stage.probe.of(events.ReactionAdded)
    assert [(event.emoji, event.by.ref, event.author) for event in added] == [
        ("🎉", stage.driver.account(MINA), stage.driver.account(BEN))
    ] * 2
    assert len({event.key for event in added}) == 2
    assert len(stage.probe.of(events.ReactionRemoved)) == 1


async def test_joining_leaving_and_coming_back(stage: Stage) -> None:
    await stage.driver.add_person("ann", "Ann", locale="ko")
    await stage.settled()
    [joined] = stage.probe.of(events.MemberJoined)
    assert (joined.account.name, joined.account.locale) == ("Ann", "ko")
    member = await stage.member("ann")
    await stage.driver.leave("ann")
    await stage.settled()
    async with stage.app.database.read() as tx:
        assert not await People(tx).is_here(member)
    await stage.driver.join("ann")
    await stage.settled()
    assert await stage.member("ann") == member
    async with stage.app.database.read() as tx:
        assert await People(tx).is_here(member)
    assert len(stage.probe.of(events.MemberLeft)) == 1


async def test_a_new_name_is_used_at_once(stage: Stage) -> None:
    assert (await stage.member(BEN)).name == "Ben"
    await stage.driver.rename(BEN, "Benjamin")
    await stage.settled()
    assert (await stage.member(BEN)).name == "Benjamin"
    answer = await stage.command(MINA, "give", to=BEN, why="the new name")
    assert "Benjamin" in answer.said.words


async def test_new_roles_are_told(stage: Stage) -> None:
    await stage.driver.set_roles(BEN, [HELPERS])
    await stage.settled()
    [changed] = stage.probe.of(events.MemberChanged)
    assert changed.standing is not None
    assert changed.standing.roles == {HELPERS}


async def test_a_thread(stage: Stage) -> None:
    message = await stage.driver.post(BEN, GENERAL, "a long story")
    thread = await stage.driver.open_thread(BEN, message, "the story")
    await stage.driver.post(BEN, thread, "it began")
    await stage.settled()
    [opened] = stage.probe.of(events.ThreadOpened)
    assert (opened.thread.id, opened.thread.parent, opened.name) == (thread, GENERAL, "the story")
    assert stage.probe.of(MessagePosted)[-1].message.channel == opened.thread


async def test_voices(stage: Stage) -> None:
    await stage.driver.join_voice(BEN, LOUNGE)
    await stage.driver.leave_voice(BEN, LOUNGE)
    await stage.settled()
    [joined], [left] = stage.probe.of(events.VoiceJoined), stage.probe.of(events.VoiceLeft)
    assert joined.channel == left.channel == stage.driver.channel(LOUNGE)


async def test_a_channel_is_renamed(stage: Stage) -> None:
    await stage.driver.rename_channel(GENERAL, "agora")
    await stage.settled()
    [changed] = stage.probe.of(events.ChannelChanged)
    assert (changed.channel, changed.name, changed.gone) == (stage.driver.channel(GENERAL), "agora", False)


async def test_the_platforms_own_moderation(stage: Stage) -> None:
    await stage.driver.break_native_rule(BEN, GENERAL, "bad words", "what was stopped")
    await stage.settled()
    [hit] = stage.probe.of(events.NativeRuleHit)
    assert (hit.rule, hit.text, hit.account.ref) == ("bad words", "what was stopped", stage.driver.account(BEN))


async def test_a_home_is_opened_and_published(stage: Stage) -> None:
    await stage.driver.open_home(BEN)
    await stage.settled()
    assert len(stage.probe.of(events.HomeOpened)) == 1
    home = await stage.driver.home(BEN)
    assert home is not None
    assert home.text == "Welcome home."
    await stage.driver.open_home(KEN)
    await stage.settled()
    korean = await stage.driver.home(KEN)
    assert korean is not None
    assert korean.text == "어서 오세요."


async def test_the_bot_is_thrown_out(stage: Stage) -> None:
    await stage.driver.lose_space()
    await stage.settled()
    assert len(stage.probe.of(events.SpaceLost)) == 1


async def test_everything_in_the_order_it_happened(stage: Stage) -> None:
    for number in range(300):
        await stage.driver.post(BEN, GENERAL, str(number))
    await stage.settled()
    assert [event.text for event in stage.probe.of(MessagePosted)] == [str(number) for number in range(300)]
    keys = [event.key for event in stage.probe.of(MessagePosted)]
    assert [key for batch in stage.probe.batches for key in batch] == keys


async def test_what_comes_twice_is_told_once(stage: Stage) -> None:
    await stage.driver.post(BEN, GENERAL, "once")
    await stage.driver.again()
    await stage.settled()
    await stage.driver.again()
    await stage.settled()
    [event] = stage.probe.of(MessagePosted)
    assert (await stage.marks())[event.key] == 1


async def test_every_event_has_a_key_of_its_own(stage: Stage) -> None:
    message = await stage.driver.post(BEN, GENERAL, "hello")
    await stage.driver.edit(BEN, message, "hello again")
    await stage.driver.react(MINA, message, "👋")
    await stage.driver.join_voice(BEN, LOUNGE)
    await stage.driver.delete(BEN, message)
    await stage.settled()
    keys = [event.key for event in stage.probe.heard if isinstance(event, events.Event)]
    assert len(set(keys)) == len(keys) == 5
    assert all(key.startswith(stage.driver.space.platform) for key in keys)


async def test_what_a_guard_drops_nobody_hears_of(stage: Stage) -> None:
    await stage.driver.post(BEN, GENERAL, "before")
    await stage.driver.post(BEN, GENERAL, "dropme please")
    await stage.driver.post(BEN, GENERAL, "after")
    await stage.settled()
    assert [event.text for event in stage.probe.of(MessagePosted)] == ["before", "after"]
    assert len([key for batch in stage.probe.batches for key in batch]) == 2
    [told] = stage.probe.of(Heard)
    assert told.community == (await stage.community()).id


async def test_a_listener_that_fails_harms_nobody_else_and_can_be_run_again(stage: Stage) -> None:
    for text in ("before", "poison", "after"):
        await stage.driver.post(BEN, GENERAL, text)
    await stage.settled()
    marks = await stage.marks()
    keys = {event.key for event in stage.probe.of(MessagePosted)}
    assert {event.text for event in stage.probe.of(MessagePosted)} == {"before", "after"}
    assert all(marks[key] == 1 for key in keys)
    [dead] = await stage.dead()
    assert (dead.cog, dead.listener) == ("probe", "listen")
    assert "cannot swallow" in dead.error
    await redrive_mended(stage, dead.id)
    assert (await stage.marks())[dead.key] == 1
    assert not await stage.dead()


async def redrive_mended(stage: Stage, dead: int) -> None:
    """The same event, after its poison was taken out of it."""
    async with stage.app.database.write() as tx:
        [found] = await Events(tx).dead()
        await Events(tx).unbury(dead)
        parts = {name: getattr(found, name) for name in DeadEvent.__slots__}
        await Events(tx).bury(DeadEvent(**parts | {"event": found.event.replace("poison", "honey")}))
    await redrive(stage.app.services, stage.app.rounds, dead)
