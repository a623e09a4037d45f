"""What a platform cannot do, or does not let the bot do, becomes its named fallback, and somebody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.vocabulary.actions import (
    Action,
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
from bot.vocabulary.capabilities import FALLBACKS, Capability, Fallback
from bot.vocabulary.model import Undelivered
from bot.vocabulary.replies import Button, Message
from bot.vocabulary.text import Template, When
from tests.conformance.cog import phrase
from tests.conformance.driver import BEN, CAPTAINS, GENERAL, HELPERS, KEN, MINA, OLGA, STAFF, Seen
from tests.conformance.stage import Stage


def lacks(*capabilities: Capability) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("lacking", capabilities)


def the(what: str, stage: Stage) -> Action:
    """The action of a kind, on Ben."""
    ben, space, role = stage.driver.account(BEN), stage.driver.space, stage.driver.role(HELPERS)
    made: dict[str, Action] = {
        "timeout": TimeOut(ben, space, stage.clock.now() + timedelta(hours=1), phrase("too loud")),
        "timeout-over": TimeOut(ben, space, None, phrase("too loud")),
        "kick": Kick(ben, space, phrase("too loud")),
        "ban": Ban(ben, space, phrase("too loud")),
        "unban": Ban(ben, space, phrase("too loud"), lift=True),
        "grant": GrantRole(ben, role, phrase("too loud")),
        "revoke": RevokeRole(ben, role, phrase("too loud")),
    }
    return made[what]


BY_HAND = {
    "timeout": (Capability.TIMEOUTS, "Ask @Ben not to write until", "Please do not write in Plaza"),
    "timeout-over": (Capability.TIMEOUTS, "@Ben may write again", "You can write in Plaza again"),
    "kick": (Capability.KICKS, "Remove @Ben from Plaza", ""),
    "ban": (Capability.BANS, "do not let them back in", ""),
    "unban": (Capability.BANS, "Let @Ben back into Plaza", "You may come back to Plaza"),
    "grant": (Capability.ROLES, "Give @Ben the role", "You get the role"),
    "revoke": (Capability.ROLES, "from @Ben", "You no longer have the role"),
}


@pytest.mark.parametrize(
    ("lacking", "what", "asked", "told"), [(lacking, what, *words) for what, (lacking, *words) in BY_HAND.items()]
)
async def test_the_moderators_are_asked_and_the_member_is_told(
    stage: Stage, lacking: Capability, what: str, asked: str, told: str
) -> None:
    assert FALLBACKS[lacking] is Fallback.BY_HAND
    await stage.configure()
    await stage.send(the(what, stage))
    [note] = await stage.driver.messages(MINA, STAFF)
    assert "Please do this by hand" in note.text
    assert asked in note.text
    assert "too loud" in note.text
    dms = await stage.driver.dms(BEN)
    assert [told in dm.text for dm in dms] == ([True] if told else [])
    [refused] = stage.refused()
    assert (refused.kind, refused.reason) == (the(what, stage).kind, f"no {lacking.value}")
    assert refused.account == stage.driver.account(BEN)
    assert await stage.driver.is_member(BEN)


@lacks(Capability.TIMEOUTS)
async def test_without_a_moderators_channel_the_member_is_still_told(stage: Stage) -> None:
    await stage.send(the("timeout", stage))
    assert len(await stage.driver.dms(BEN)) == 1
    assert await stage.driver.messages(MINA, STAFF) == []


@lacks(Capability.DELETE_OTHERS)
async def test_anothers_message_is_deleted_by_hand(stage: Stage) -> None:
    await stage.configure()
    message = await stage.driver.post(BEN, GENERAL, "a rude word")
    await stage.send(Delete(stage.driver.message(message), stage.driver.account(BEN), phrase("rude")))
    [note] = await stage.driver.messages(MINA, STAFF)
    assert "Delete this message by @Ben" in note.text
    assert message in note.text
    [dm] = await stage.driver.dms(BEN)
    assert "Please delete this message of yours" in dm.text
    assert "a rude word" not in note.text + dm.text


@lacks(Capability.DELETE_OTHERS)
async def test_the_bots_own_message_it_deletes_itself(stage: Stage) -> None:
    await stage.configure()
    async with stage.writing() as ctx:
        posted = ctx.send(Post(stage.driver.channel(GENERAL), Message(phrase("for a moment"))))
        ctx.send(Delete(posted))
    await stage.settled()
    assert await stage.driver.messages(BEN, GENERAL) == []
    assert await stage.driver.messages(MINA, STAFF) == []


@lacks(Capability.EDITS)
async def test_an_edit_is_a_new_message(stage: Stage) -> None:
    assert FALLBACKS[Capability.EDITS] is Fallback.NEW_MESSAGE
    await stage.send(Post(stage.driver.channel(GENERAL), Message(phrase("teh"))))
    [seen] = await stage.driver.messages(BEN, GENERAL)
    await stage.send(Edit(stage.driver.message(seen.id), Message(phrase("the"))))
    assert [one.text for one in await stage.driver.messages(BEN, GENERAL)] == ["teh", "the"]
    async with stage.writing() as ctx:
        posted = ctx.send(Post(stage.driver.channel(GENERAL), Message(phrase("one"))))
        ctx.send(Edit(posted, Message(phrase("two"))))
    await stage.settled()
    assert [one.text for one in await stage.driver.messages(BEN, GENERAL)][2:] == ["one", "two"]


@lacks(Capability.THREADS)
async def test_without_threads_an_answer_stands_below(stage: Stage) -> None:
    assert FALLBACKS[Capability.THREADS] is Fallback.NEW_MESSAGE
    root = await stage.driver.post(BEN, GENERAL, "a question")
    place = stage.driver.channel(GENERAL)
    await stage.send(Post(place, Message(phrase("an answer")), stage.driver.message(root)))
    async with stage.writing() as ctx:
        posted = ctx.send(Post(place, Message(phrase("a story"))))
        ctx.send(Post(place, Message(phrase("it began")), posted))
    await stage.settled()
    assert [seen.text for seen in await stage.driver.messages(KEN, GENERAL)] == [
        "a question",
        "an answer",
        "a story",
        "it began",
    ]
    await stage.send(OpenThread(stage.driver.message(root), "answers"), tag="thread")
    assert len(stage.refused("thread")) == 1
    assert len(await stage.driver.messages(KEN, GENERAL)) == 4


@lacks(Capability.REACTIONS)
async def test_a_reaction_is_left_out(stage: Stage) -> None:
    assert FALLBACKS[Capability.REACTIONS] is Fallback.NOTHING
    message = await stage.driver.post(BEN, GENERAL, "I did it")
    await stage.send(React(stage.driver.message(message), "🎉"))
    [seen] = await stage.driver.messages(KEN, GENERAL)
    assert seen.reactions == {}
    assert stage.refused()[0].reason == "no reactions"


@lacks(Capability.HOME)
async def test_without_a_home_there_are_the_commands(stage: Stage) -> None:
    assert FALLBACKS[Capability.HOME] is Fallback.COMMANDS
    await stage.send(PublishHome(stage.driver.account(BEN), stage.driver.space, Message(phrase("your corner"))))
    assert await stage.driver.home(BEN) is None
    assert stage.refused()[0].kind == "home"
    assert (await stage.command(BEN, "secret")).said.text == "psst"


@lacks(Capability.DIRECT_MESSAGES)
async def test_without_dms_the_sender_hears_of_it_and_nothing_private_is_posted(stage: Stage) -> None:
    """The note in the welcome channel is the sender's to write, since only it knows what may be read there."""
    assert FALLBACKS[Capability.DIRECT_MESSAGES] is Fallback.POST
    ben = stage.driver.account(BEN)
    await stage.send(DirectMessage(ben, stage.driver.space, Message(phrase("a private word"))), tag="warning")
    [refused] = stage.refused("warning")
    assert (refused.account, refused.space) == (ben, stage.driver.space)
    assert await nothing_is_public(stage)


@lacks(Capability.PRIVATE_REPLIES)
async def test_without_private_answers_they_come_as_a_dm(stage: Stage) -> None:
    assert FALLBACKS[Capability.PRIVATE_REPLIES] is Fallback.DIRECT
    for command, words in (("secret", "psst"), ("refuse", "No, because."), ("nothing", "That is already done.")):
        before = stage.app.handled
        await stage.driver.command(BEN, ("probe", command), {})
        await stage.handled(before + 1)
        await stage.settled()
        assert (await stage.driver.dms(BEN))[-1].text == words
    assert await nothing_is_public(stage)
    assert (await stage.command(BEN, "echo", word="for all")).said.text == "for all"


async def nothing_is_public(stage: Stage) -> bool:
    return not any([await stage.driver.messages(OLGA, channel) for channel in (GENERAL, STAFF)])


@lacks(Capability.FORMS)
async def test_without_forms_it_is_said_how_to_write_it(stage: Stage) -> None:
    assert FALLBACKS[Capability.FORMS] is Fallback.COMMANDS
    answer = await stage.command(BEN, "give", to=KEN)
    assert answer.form is None
    assert answer.said.private
    assert "/probe give" in answer.said.words
    assert "What for" in answer.said.words
    assert "/probe edit" in (await stage.command(BEN, "edit")).said.words or stage.probe.calls == []


@lacks(Capability.FORM_ERRORS)
async def test_without_errors_in_forms_they_are_said(stage: Stage) -> None:
    assert FALLBACKS[Capability.FORM_ERRORS] is Fallback.TEXT
    sheet = (await stage.command(BEN, "give", to=KEN)).sheet
    answer = await stage.submit(BEN, sheet.id, why="bad")
    assert "What for" in answer.said.words
    assert "not “bad”, please" in answer.said.words


async def shown(stage: Stage, command: str, **options: str) -> Seen:
    return (await stage.command(BEN, command, **options)).said


@lacks(Capability.BUTTONS)
async def test_without_buttons_the_command_is_named(stage: Stage) -> None:
    assert FALLBACKS[Capability.BUTTONS] is Fallback.COMMANDS
    seen = await shown(stage, "controls", who=KEN)
    assert not [control for control in seen.controls if control.kind != "select"]
    assert "/probe" in seen.words
    assert "https://madang.example/" in seen.links
    await stage.send(
        Post(
            stage.driver.channel(GENERAL),
            Message(phrase("more"), controls=(Button(phrase("turn"), stage.probe.presses["turn"](page=1)),)),
        )
    )
    assert stage.refused() == []


@lacks(Capability.SELECTS)
async def test_without_selects_the_command_is_named(stage: Stage) -> None:
    assert FALLBACKS[Capability.SELECTS] is Fallback.COMMANDS
    seen = await shown(stage, "controls", who=KEN)
    assert {control.kind for control in seen.controls} == {"button", "link"}
    assert "choose" in seen.text


@lacks(Capability.PICTURES)
async def test_without_pictures_they_are_described(stage: Stage) -> None:
    assert FALLBACKS[Capability.PICTURES] is Fallback.TEXT
    seen = await shown(stage, "show")
    assert seen.pictures == ()
    assert "a cat" in seen.words


@lacks(Capability.FILES)
async def test_without_files_they_are_named(stage: Stage) -> None:
    assert FALLBACKS[Capability.FILES] is Fallback.TEXT
    seen = await shown(stage, "show")
    assert seen.files == ()
    assert "notes.txt" in seen.words


@lacks(Capability.NATIVE_TIMES)
async def test_without_times_of_its_own_they_are_in_words(stage: Stage) -> None:

    assert FALLBACKS[Capability.NATIVE_TIMES] is Fallback.TEXT
    text = Template("at {at}", {"at": When(stage.clock.now(), "time")})
    await stage.send(Post(stage.driver.channel(GENERAL), Message(text)))
    [seen] = await stage.driver.messages(BEN, GENERAL)
    assert "6:00" in seen.text or "18:00" in seen.text


@lacks(Capability.KICKS)
@pytest.mark.parametrize("typed", [False, True])
async def test_a_command_that_needs_it_says_so(stage: Stage, typed: bool) -> None:
    if typed and stage.driver.types_commands:
        answer = await stage.typed(BEN, "probe needy")
    else:
        answer = await stage.command(BEN, "needy")
    assert answer.said.private
    assert "removing a member" in answer.said.words


async def test_a_command_that_needs_it_and_has_it_runs(stage: Stage) -> None:
    assert (await stage.command(BEN, "needy")).said.text == "can kick"


def test_everything_has_a_fallback() -> None:
    assert set(FALLBACKS) == set(Capability)


class TestRefused:
    """The platform can, and does not let the bot."""

    async def test_a_closed_dm(self, stage: Stage) -> None:
        await stage.driver.refuse_dms(BEN)
        ben = stage.driver.account(BEN)
        await stage.send(DirectMessage(ben, stage.driver.space, Message(phrase("hi"))), tag="welcome")
        [refused] = stage.refused("welcome")
        assert (refused.kind, refused.account, refused.space) == ("direct", ben, stage.driver.space)
        assert await nothing_is_public(stage)
        assert await stage.rows("waiting", "claimed", "dead") == []

    async def test_a_role_above_the_bot_is_given_by_hand(self, stage: Stage) -> None:
        await stage.configure()
        await stage.send(GrantRole(stage.driver.account(BEN), stage.driver.role(CAPTAINS)))
        [note] = await stage.driver.messages(MINA, STAFF)
        assert "Give @Ben the role" in note.text
        assert CAPTAINS not in await stage.driver.roles(BEN)

    async def test_nobody_acts_on_the_owner(self, stage: Stage) -> None:
        await stage.configure()
        await stage.send(Kick(stage.driver.account(OLGA), stage.driver.space))
        assert await stage.driver.is_member(OLGA)
        assert len(await stage.driver.messages(MINA, STAFF)) == 1

    async def test_a_message_that_is_gone_is_not_edited(self, stage: Stage) -> None:
        await stage.send(Post(stage.driver.channel(GENERAL), Message(phrase("for a moment"))))
        [seen] = await stage.driver.messages(BEN, GENERAL)
        where = stage.driver.message(seen.id)
        await stage.driver.delete(OLGA, seen.id)
        await stage.send(Edit(where, Message(phrase("again"))), tag="edit")
        assert [refused.kind for refused in stage.refused("edit")] == ["edit"]
        assert await nothing_is_public(stage)

    async def test_what_hangs_on_a_post_that_never_came_to_be(self, stage: Stage) -> None:
        nowhere = stage.driver.channel(GENERAL).__class__(stage.driver.space, "nowhere")
        async with stage.writing() as ctx:
            posted = ctx.send(Post(nowhere, Message(phrase("lost"))), tag="post")
            ctx.send(Edit(posted, Message(phrase("edited"))), tag="edit")
            ctx.send(React(posted, "🎉"), tag="react")
            ctx.send(Delete(posted), tag="delete")
            ctx.send(Post(stage.driver.channel(GENERAL), Message(phrase("below")), posted), tag="below")
        await stage.settled()
        assert all(len(stage.refused(tag)) == 1 for tag in ("post", "edit", "react", "delete"))
        assert [seen.text for seen in await stage.driver.messages(BEN, GENERAL)] == ["below"]

    async def test_what_hangs_on_nothing(self, stage: Stage) -> None:
        """A row that was swept away, or never was, holds nothing up."""
        await stage.send(React(Undelivered(12345), "🎉"), Post(stage.driver.channel(GENERAL), Message(phrase("after"))))
        assert [seen.text for seen in await stage.driver.messages(BEN, GENERAL)] == ["after"]


async def _by_hand(stage: Stage, action: Action) -> Fallback:
    await stage.configure()
    await stage.send(action)
    [note] = await stage.driver.messages(MINA, STAFF)
    return Fallback.BY_HAND if "Please do this by hand" in note.text else Fallback.POST


async def _below(stage: Stage, action: Action) -> Fallback:
    before = len(await stage.driver.messages(KEN, GENERAL))
    await stage.send(action)
    new = (await stage.driver.messages(KEN, GENERAL))[before:]
    if not new:
        return Fallback.NOTHING
    return Fallback.POST if "For @Ben" in new[0].text else Fallback.NEW_MESSAGE


async def _effect(stage: Stage, lacking: Capability) -> Fallback:
    driver = stage.driver
    ben, place = driver.account(BEN), driver.channel(GENERAL)
    words = Message(phrase("word"))
    target = driver.message(await driver.post(BEN, GENERAL, "a word"))
    match lacking:
        case Capability.DIRECT_MESSAGES:
            return await _below(stage, DirectMessage(ben, driver.space, words, place))
        case Capability.EDITS:
            return await _below(stage, Edit(target, words))
        case Capability.THREADS:
            return await _below(stage, Post(place, words, target))
        case Capability.REACTIONS:
            return await _below(stage, React(target, "🎉"))
        case Capability.DELETE_OTHERS:
            return await _by_hand(stage, Delete(target, ben))
        case _:
            what = {"roles": "grant", "timeouts": "timeout", "kicks": "kick", "bans": "ban"}[lacking.value]
            return await _by_hand(stage, the(what, stage))


async def _shown_as(stage: Stage, lacking: Capability) -> Fallback:
    match lacking:
        case Capability.PRIVATE_REPLIES:
            before = stage.app.handled
            await stage.driver.command(BEN, ("probe", "secret"), {})
            await stage.handled(before + 1)
            await stage.settled()
            return Fallback.DIRECT if await stage.driver.dms(BEN) else Fallback.NOTHING
        case Capability.HOME:
            panels = PublishHome(stage.driver.account(BEN), stage.driver.space, Message(phrase("panel")))
            await stage.send(panels)
            words = (await stage.command(BEN, "secret")).said.words
            return Fallback.COMMANDS if words == "psst" else Fallback.NOTHING
        case Capability.FORMS:
            said = (await stage.command(BEN, "give", to=KEN)).said
            return Fallback.COMMANDS if "/probe give" in said.words else Fallback.NOTHING
        case Capability.BUTTONS | Capability.SELECTS:
            said = (await stage.command(BEN, "controls", who=KEN)).said
            return Fallback.COMMANDS if "/probe" in said.words else Fallback.NOTHING
        case Capability.FORM_ERRORS:
            sheet = (await stage.command(BEN, "give", to=KEN)).sheet
            said = (await stage.submit(BEN, sheet.id, why="bad")).said
            return Fallback.TEXT if "not “bad”" in said.words else Fallback.NOTHING
        case Capability.PICTURES | Capability.FILES:
            said = (await stage.command(BEN, "show")).said
            words = "a cat" if lacking is Capability.PICTURES else "notes.txt"
            return Fallback.TEXT if words in said.words else Fallback.NOTHING
        case _:
            at = Template("at {at}", {"at": When(stage.clock.now(), "time")})
            await stage.send(Post(stage.driver.channel(GENERAL), Message(at)))
            [seen] = await stage.driver.messages(BEN, GENERAL)
            return Fallback.TEXT if ":00" in seen.text else Fallback.NOTHING


_SHOWN = {Fallback.TEXT, Fallback.COMMANDS, Fallback.DIRECT}


@pytest.mark.parametrize("lacking", FALLBACKS)
async def test_what_is_declared_is_what_happens(stage: Stage, lacking: Capability) -> None:
    happens = _shown_as if FALLBACKS[lacking] in _SHOWN else _effect
    assert await happens(stage, lacking) is FALLBACKS[lacking]


@lacks(Capability.THREADS)
async def test_a_thread_by_itself_is_left_out(stage: Stage) -> None:
    root = await stage.driver.post(BEN, GENERAL, "a question")
    assert await _below(stage, OpenThread(stage.driver.message(root), "answers")) is Fallback.NOTHING


async def test_a_closed_dm_is_posted_where_its_sender_allows_it(stage: Stage) -> None:
    await stage.driver.refuse_dms(BEN)
    ben = stage.driver.account(BEN)
    welcome = DirectMessage(ben, stage.driver.space, Message(phrase("Welcome!")), stage.driver.channel(GENERAL))
    await stage.send(welcome, tag="welcome")
    [seen] = await stage.driver.messages(KEN, GENERAL)
    assert seen.text == "For @Ben:\nWelcome!"
    assert seen.pinged == (BEN,)
    assert len(stage.refused("welcome")) == 1


async def test_a_dm_that_arrives_is_posted_nowhere(stage: Stage) -> None:
    ben = stage.driver.account(BEN)
    await stage.send(DirectMessage(ben, stage.driver.space, Message(phrase("hi")), stage.driver.channel(GENERAL)))
    assert len(await stage.driver.dms(BEN)) == 1
    assert await nothing_is_public(stage)
