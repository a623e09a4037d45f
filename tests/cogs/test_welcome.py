"""The welcome, from joining to the report of the first week."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.playground.model import MessageView
from adapters.playground.text import show
from bot.i18n import check_catalogues
from bot.settings import CommunitySettings
from bot.settings_slots import slots_of
from bot.storage.facts import Facts
from bot.storage.people import People
from bot.storage.schedules import Schedules
from bot.vocabulary.events import MemberJoined, TagChosen
from bot.vocabulary.model import Account, AccountRef, Member, SpaceRef
from cogs import welcome
from cogs.welcome import WelcomeAnswer, WelcomeLink, WelcomeSettings
from cogs.welcome.store import Welcomes
from tests.world import Village, village

GENERAL = "playground:plaza:general"
STAFF = "playground:plaza:staff"
PLAIN = WelcomeSettings(texts=("Hello {member}, this is {community}.",))


@asynccontextmanager
async def welcoming(
    database_url: str, settings: WelcomeSettings = PLAIN, *, locale: str = "en"
) -> AsyncIterator[Village]:
    """A village whose first members came long ago."""
    async with village(database_url, ["welcome"], locale=locale) as v:
        await v.configure(settings)
        await v.advance(days=10)
        yield v


async def join(v: Village, user: str, name: str = "", **of: Any) -> None:
    v.add(user, name or user.title(), **of)
    await v.settled()


async def closed(v: Village, user: str) -> None:
    """Somebody joins who takes no DMs."""
    v.world.add_user(user.title(), id=user, takes_dms=False)
    v.world.join("plaza", user)
    await v.settled()


async def member(v: Village, user: str) -> Member:
    community = await v.community()
    async with v.app.database.read() as tx:
        found = await People(tx).members_by_account(community, "playground", [user])
    return next(iter(found.values()))


async def tags(v: Village, user: str) -> list[str]:
    who = await member(v, user)
    async with v.app.database.read() as tx:
        return await People(tx).tags(who.id)


def dm(v: Village, user: str) -> MessageView:
    """The only DM somebody has."""
    (only,) = v.world.dms(user)
    return only


def words(message: MessageView) -> str:
    """A message without its buttons."""
    return "\n".join(line for line in show(message).splitlines() if not line.startswith("  ["))


def labels(message: MessageView) -> list[str]:
    return [control["label"] for control in message.body.get("controls", [])]


def posts(v: Village, channel: str = "general", user: str = "olga") -> list[str]:
    """What the bot wrote in a channel."""
    return [show(message) for message in v.seen(user, channel) if message.bot and not message.private]


async def test_a_newcomer_gets_one_personal_dm_with_links_and_a_question(database_url: str) -> None:
    links = tuple(WelcomeLink(label=f"Page {n}", url=f"https://example.org/{n}") for n in range(3))
    async with welcoming(database_url, PLAIN.model_copy(update={"links": links})) as v:
        await join(v, "ana")
        text = show(dm(v, "ana"))
        assert "Hello @Ana, this is Plaza." in text
        assert "what brings you here" in text
        assert "Page 2 → https://example.org/2" in text
        assert labels(dm(v, "ana"))[0] == "Learning something"
        assert posts(v) == []


async def test_bots_are_not_welcomed(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(mode="post", channel=GENERAL)) as v:
        v.world.add_user("Robo", id="robo", bot=True)
        v.world.join("plaza", "robo")
        await v.settled()
        assert posts(v) == []


async def test_whoever_comes_back_within_a_week_is_not_welcomed_again(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await join(v, "ana")
        for _ in range(2):
            v.world.leave("plaza", "ana")
            await v.advance(days=2)
            v.world.join("plaza", "ana")
            await v.settled()
        assert len(v.dms("ana")) == 1
        v.world.leave("plaza", "ana")
        await v.advance(days=8)
        v.world.join("plaza", "ana")
        await v.settled()
        assert len(v.dms("ana")) == 2


@pytest.mark.parametrize(
    ("mode", "channel", "direct", "public"),
    [("post", GENERAL, 0, 1), ("both", GENERAL, 1, 1), ("off", GENERAL, 0, 0), ("post", "", 1, 0)],
)
async def test_modes(database_url: str, mode: Any, channel: str, direct: int, public: int) -> None:
    async with welcoming(database_url, WelcomeSettings(mode=mode, channel=channel)) as v:
        await join(v, "ana")
        assert (len(v.dms("ana")), len(posts(v))) == (direct, public)


async def test_texts_take_turns(database_url: str) -> None:
    texts = tuple(f"Text {letter}, {{member}}" for letter in "abc")
    async with welcoming(database_url, WelcomeSettings(texts=texts)) as v:
        seen = []
        for number in range(9):
            await join(v, f"u{number}")
            await v.advance(minutes=5)
            seen.append(dm(v, f"u{number}").text[:6])
        for start in (0, 3, 6):
            assert len(set(seen[start : start + 3])) == 3


async def test_it_speaks_the_newcomers_language_where_the_platform_tells_it(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings()) as v:
        await join(v, "sora", "소라", locale="ko")
        await join(v, "ana")
        assert "소라 님" in dm(v, "sora").text
        assert "English" not in labels(dm(v, "sora"))
        assert "Ana" in dm(v, "ana").text
        assert labels(dm(v, "ana"))[-1] == "한국어"


async def test_managers_texts_go_to_those_who_read_them(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(texts=("Hi {member}", "{member} 님, 안녕하세요"))) as v:
        await join(v, "sora", "소라", locale="ko")
        await join(v, "ana")
        assert dm(v, "sora").text == "@소라 님, 안녕하세요"
        assert dm(v, "ana").text == "Hi @Ana"


async def test_the_other_language_is_a_press_away_and_remembered(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings()) as v:
        await join(v, "ana")
        await v.press("ana", dm(v, "ana").id, len(labels(dm(v, "ana"))) - 1)
        turned = dm(v, "ana")
        assert "Ana 님" in turned.text
        assert labels(turned)[0] == "배우고 싶어요"
        assert labels(turned)[-1] == "English"
        assert (await member(v, "ana")).locale == "ko"
        # What is chosen now is answered in the same language, and stays when it is turned back.
        await v.press("ana", turned.id, 1)
        assert "사람들과 어울리고 싶어요" in words(dm(v, "ana"))
        await v.press("ana", turned.id, len(labels(turned)) - 1)
        assert "Meeting people" in words(dm(v, "ana"))
        assert (await member(v, "ana")).locale == "en"


ANSWERS = (
    WelcomeAnswer(label="도와주러 왔어요", tag="도움", role="playground:plaza:helpers"),
    WelcomeAnswer(label="Learn", tag="learn", role="playground:plaza:learners"),
    WelcomeAnswer(label="Look", tag="look"),
)


def roles(v: Village, user: str) -> set[str]:
    return v.world.space("plaza").members[user].roles


@asynccontextmanager
async def asking(database_url: str, **more: Any) -> AsyncIterator[Village]:
    settings = WelcomeSettings(question="Why are you {here}?", answers=ANSWERS, **more)
    async with welcoming(database_url, settings) as v:
        v.world.add_role("plaza", "Helpers", rank=2, id="helpers")
        v.world.add_role("plaza", "Learners", rank=2, id="learners")
        yield v


async def test_an_answer_becomes_an_interest_and_a_role_and_can_change(database_url: str) -> None:
    async with asking(database_url) as v:
        told: list[object] = []
        v.app.services.watchers.append(told.append)
        await join(v, "ana")
        assert "Why are you {here}?" in show(dm(v, "ana"))
        await v.press("ana", dm(v, "ana").id, 0)
        assert await tags(v, "ana") == ["도움"]
        assert roles(v, "ana") == {"helpers"}
        assert "도와주러 왔어요" in words(dm(v, "ana"))
        await v.press("ana", dm(v, "ana").id, 1)
        await v.press("ana", dm(v, "ana").id, 1)
        assert await tags(v, "ana") == ["learn"]
        assert roles(v, "ana") == {"learners"}
        await v.press("ana", dm(v, "ana").id, 2)
        assert await tags(v, "ana") == ["look"]
        assert roles(v, "ana") == set()
        assert [event.tag for event in told if isinstance(event, TagChosen)] == ["도움", "learn", "look"]


async def test_anyone_may_answer_a_public_post_for_themselves(database_url: str) -> None:
    async with asking(database_url, mode="post", channel=GENERAL) as v:
        await join(v, "ana")
        (post,) = [message for message in v.seen("olga") if message.bot]
        before = show(post)
        answer = await v.press("ben", post.id, 1)
        assert answer.private
        assert "Learn" in v.read(answer)
        assert (await tags(v, "ben"), await tags(v, "ana")) == (["learn"], [])
        assert show(next(m for m in v.seen("olga") if m.id == post.id)) == before


async def test_an_answer_that_is_no_longer_offered_is_refused_kindly(database_url: str) -> None:
    async with asking(database_url) as v:
        await join(v, "ana")
        await v.configure(WelcomeSettings(answers=ANSWERS[1:]))
        answer = await v.press("ana", dm(v, "ana").id, 0)
        assert "no longer" in v.read(answer)
        assert await tags(v, "ana") == []


async def test_closed_dms_share_one_note_that_goes_after_a_day(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(channel=GENERAL)) as v:
        await closed(v, "ana")
        await v.advance(seconds=30)
        await closed(v, "bea")
        await closed(v, "gone")
        v.world.leave("plaza", "gone")
        await v.settled()
        assert posts(v) == []
        await v.advance(seconds=31)
        (note,) = posts(v)
        assert "@Ana" in note
        assert "@Bea" in note
        assert "@Gone" not in note
        tried = [called.payload["user"] for called in v.world.journal if called.method == "dm.post"]
        assert [tried.count(user) for user in ("ana", "bea", "gone")] == [1, 1, 1]
        message = next(message for message in v.seen("ana") if message.bot)
        assert message.body["pings"] == ["ana", "bea"]
        answer = await v.press("ana", message.id)
        assert answer.private
        assert "what brings you here" in v.read(answer)
        assert answer.message is not None
        await v.press("ana", answer.message.id, 1)
        assert await tags(v, "ana") == ["meet"]
        await v.advance(hours=23)
        assert len(posts(v)) == 1
        await v.advance(hours=1)
        assert posts(v) == []


async def test_a_refused_dm_is_no_matter_where_there_is_a_post_or_no_channel(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(mode="both", channel=GENERAL)) as v:
        await closed(v, "ana")
        await v.advance(minutes=2)
        assert len(posts(v)) == 1
        await v.configure(WelcomeSettings())
        await closed(v, "bea")
        await v.configure(WelcomeSettings(channel=GENERAL))
        await v.advance(minutes=2)
        assert len(posts(v)) == 1


async def test_a_raid_is_one_note_when_it_is_over(database_url: str) -> None:
    settings = WelcomeSettings(channel=GENERAL, hello_channel=STAFF)
    async with welcoming(database_url, settings) as v:
        for number in range(30):
            await join(v, f"u{number}")
            await v.advance(seconds=2)
        direct = sum(len(v.dms(f"u{number}")) for number in range(30))
        assert direct == 9
        assert len(posts(v, "staff")) == 9
        await v.advance(seconds=10)
        assert posts(v) == []
        for _ in range(5):
            await v.advance(seconds=60)
        (note,) = posts(v)
        assert "and 11 more" in note
        await join(v, "late")
        assert len(v.dms("late")) == 1
        await v.advance(days=3)
        assert sum(len(v.dms(f"u{number}")) for number in range(30)) == 18


async def test_a_raid_in_one_batch_is_bounded_too(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(mode="both", channel=GENERAL)) as v:
        for number in range(30):
            v.add(f"u{number}", f"U{number}")
        await v.settled()
        assert len(posts(v)) == 9
        await v.advance(minutes=3)
        assert len(posts(v)) == 10


async def test_a_raid_of_those_who_left_names_nobody(database_url: str) -> None:
    settings = WelcomeSettings(channel=GENERAL, raid_joins=2)
    async with welcoming(database_url, settings) as v:
        for number in range(5):
            await join(v, f"u{number}")
            v.world.leave("plaza", f"u{number}")
        await v.settled()
        await v.advance(minutes=3)
        await v.advance(minutes=3)
        assert posts(v) == []


async def test_day_three_writes_once_to_those_who_said_nothing(database_url: str) -> None:
    async with welcoming(database_url) as v:
        for user in ("silent", "talker", "leaver", "quiet"):
            await join(v, user)
        await v.say("talker", "hello everyone")
        v.world.leave("plaza", "leaver")
        who = await member(v, "quiet")
        async with v.app.database.write() as tx:
            await People(tx).set_member(who.id, quiet=True)
        await v.advance(days=2, hours=23)
        assert len(v.dms("silent")) == 1
        await v.advance(hours=1)
        assert [len(v.dms(user)) for user in ("silent", "talker", "leaver", "quiet")] == [2, 1, 1, 1]
        assert "only reminder" in v.dms("silent")[1]
        await v.advance(days=10)
        assert len(v.dms("silent")) == 2


async def test_a_nudge_much_too_late_is_none(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await join(v, "ana")
        await v.advance(days=9)
        assert len(v.dms("ana")) == 1


async def test_who_leaves_and_comes_back_is_still_nudged_once(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await join(v, "ana")
        v.world.leave("plaza", "ana")
        await v.advance(days=1)
        v.world.join("plaza", "ana")
        await v.settled()
        await v.advance(days=2)
        assert len(v.dms("ana")) == 2


async def test_one_of_ten_says_hello(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(hello_channel=STAFF)) as v:
        for number in range(10):
            v.world.add_user(f"Mod {number}", id=f"mod{number}")
            v.world.join("plaza", f"mod{number}", roles=["mods"])
            await v.advance(minutes=1)
        await join(v, "ana")
        note = v.seen("olga", "staff")[-1]
        assert "Who would like to say hello" in show(note)
        answers = await asyncio.gather(*(v.press(f"mod{number}", note.id) for number in range(10)))
        texts = [v.read(answer) for answer in answers]
        won = [number for number, text in enumerate(texts) if "Thank you! Mention @Ana" in text]
        assert len(won) == 1
        winner = f"@Mod {won[0]}"
        assert sum(f"{winner} was a moment faster" in text for text in texts) == 9
        claimed = next(message for message in v.seen("olga", "staff") if message.id == note.id)
        assert f"{winner} is saying hello" in show(claimed)
        assert labels(claimed) == []


async def test_nobody_says_hello_to_someone_who_left(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(hello_channel=STAFF)) as v:
        await join(v, "ana")
        v.world.leave("plaza", "ana")
        await v.settled()
        answer = await v.press("mina", v.seen("mina", "staff")[-1].id)
        assert "nobody to greet" in v.read(answer)


async def facts(v: Village, user: str) -> int:
    who = await member(v, user)
    async with v.app.database.read() as tx:
        return await Facts(tx).total(who.id, "greetings")


async def test_whoever_answers_or_mentions_a_newcomer_has_greeted_them_once(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await join(v, "ana")
        hello = await v.say("ana", "hi all")
        await v.say("ben", "welcome!", reply_to=hello)
        await v.say("ben", "@Ana, glad you are here")
        await v.say("mina", "look who is here: @Ana @Ben")
        await v.say("ana", "talking to myself, @Ana", reply_to=hello)
        await v.say("olga", "nobody in particular")
        assert [await facts(v, user) for user in ("ben", "mina", "ana", "olga")] == [1, 1, 0, 0]
        await v.advance(days=7)
        await v.say("olga", "@Ana, a late welcome")
        assert await facts(v, "olga") == 0


async def test_day_seven_tells_the_managers_in_one_message(database_url: str) -> None:
    async with welcoming(database_url, WelcomeSettings(hello_channel=STAFF)) as v:
        await v.configure(CommunitySettings(managers_channel=STAFF))
        # 18:00 in Seoul
        for user in ("ana", "bea", "cho", "left"):
            await join(v, user)
        await v.press("mina", v.seen("mina", "staff")[-2].id)
        hello = await v.say("ana", "hi all")
        await v.say("ben", "welcome!", reply_to=hello)
        v.world.leave("plaza", "left")
        await v.settled()
        before = len(posts(v, "staff"))
        for _ in range(7):
            await v.advance(days=1)
        # The note about whom Mina greets was edited in place; the report is the only new message.
        assert len(posts(v, "staff")) == before + 1
        report = posts(v, "staff")[-1]
        assert "3 people joined" in report
        assert "*Not heard from yet:* @Bea, @Cho" in report
        assert "*Greeted by nobody yet:* @Bea" in report
        assert "@Ana · greeted by @Ben" in report
        assert "@Cho · @Mina offered to say hello" in report
        assert "@Left" not in report
        await v.advance(days=5)
        assert len(posts(v, "staff")) == before + 1


async def test_a_report_after_downtime_leaves_nobody_out(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await v.configure(CommunitySettings(managers_channel=STAFF))
        await v.advance(days=1)
        await join(v, "ana")
        await v.advance(days=1)
        await join(v, "bea")
        await v.advance(days=8)
        (report,) = posts(v, "staff")
        assert "@Ana" in report
        assert "@Bea" in report
        assert "joined from Mon, Mar 9, 2026 to Sun, Mar 15, 2026" in report


async def test_a_preview_shows_what_a_newcomer_gets_and_keeps_nothing(database_url: str) -> None:
    texts = ("Hello {member}", "{member} 님, 안녕하세요", "Good day {member}")
    async with welcoming(database_url, WelcomeSettings(texts=texts)) as v:
        refused = await v.command("ben", "welcome", "preview")
        assert "Only community managers" in v.read(refused)
        korean = await v.command("olga", "welcome", "preview", language="ko")
        assert korean.private
        assert "@Olga 님, 안녕하세요" in v.read(korean)
        answer = await v.command("olga", "welcome", "preview")
        assert "Hello @Olga" in v.read(answer)
        assert answer.message is not None
        shown = answer.message
        pressed = await v.press("olga", shown.id, 0)
        assert pressed.message is not None
        assert "Learning something" in words(pressed.message)
        turned = await v.press("olga", shown.id, labels(shown).index("한국어"))
        assert "안녕하세요" in v.read(turned)
        assert await tags(v, "olga") == []
        assert (await member(v, "olga")).locale is None
        again = await v.command("olga", "welcome", "preview")
        assert again.message is not None
        following = await v.press("olga", again.message.id, labels(again.message).index("Next text"))
        assert "Good day @Olga" in v.read(following)
        assert "Preview 2 of 2" in v.read(following)


async def test_a_welcome_that_has_not_left_is_taken_back_and_comes_when_they_return(database_url: str) -> None:
    async with welcoming(database_url) as v:
        v.world.faults.order("dm.post", "rate_limited", seconds=1.5)
        v.add("ana", "Ana")
        while not [c for c in v.world.journal if c.outcome == "rate_limited"]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        v.world.leave("plaza", "ana")
        await v.settled()
        assert await nudges(v) == []
        v.world.join("plaza", "ana")
        await v.settled()
        assert len(v.dms("ana")) == 1
        assert len([called for called in v.world.journal if called.payload.get("user") == "ana"]) == 2


async def test_a_join_told_again_is_no_second_welcome(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await join(v, "ana")
        ana = Account(AccountRef("playground", "ana"), "Ana")
        for key in ("again", "again", "and again"):
            told = MemberJoined(key=key, at=v.clock.now(), space=SpaceRef("playground", "plaza"), account=ana)
            await (await v.app.offer(told))
        await v.settled()
        assert len(v.dms("ana")) == 1


async def test_leaving_for_a_moment_is_no_second_welcome(database_url: str) -> None:
    async with welcoming(database_url) as v:
        v.add("ana", "Ana")
        v.world.leave("plaza", "ana")
        v.world.join("plaza", "ana")
        await v.settled()
        assert len(v.dms("ana")) == 1


async def test_ten_who_are_refused_at_once_ask_for_one_note(database_url: str) -> None:
    async with welcoming(database_url) as v:
        community, database = await v.community(), v.app.database

        async def one(number: int) -> bool:
            async with database.write() as tx:
                return await Welcomes(tx).open_note(community.id, v.clock.now() + timedelta(seconds=number))

        assert sum(await asyncio.gather(*map(one, range(10)))) == 1
        async with database.write() as tx:
            assert await Welcomes(tx).close_note(community.id) == []
        assert await one(20)
        # A note that was lost holds up no later one.
        assert await one(7200)


async def test_a_member_is_exported_merged_and_erased(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await join(v, "ana")
        await v.press("ana", dm(v, "ana").id, 0)
        await v.say("ben", "welcome, @Ana")
        ana, ben, mina = [await member(v, user) for user in ("ana", "ben", "mina")]
        async with v.app.database.write() as tx:
            store = Welcomes(tx)
            exported = await store.export(ana.id)
            assert (exported["answer"], exported["greeted_by"]) == ("learn", 1)
            await store.merge(ben.id, mina.id)
            assert await store.greeters([ana.id]) == {ana.id: [mina.id]}
            await store.merge(mina.id, ana.id)
            assert await store.greeters([ana.id]) == {}
            await store.erase(ana.id)
            gone = await store.export(ana.id)
        assert gone == {"joined_at": None, "answer": None, "newcomers_greeted": 0, "greeted_by": 0}


async def nudges(v: Village) -> Sequence[str]:
    async with v.app.database.read() as tx:
        return [schedule.name for schedule in await Schedules(tx).all() if schedule.job == "nudge"]


async def test_leaving_ends_what_was_planned(database_url: str) -> None:
    async with welcoming(database_url) as v:
        await join(v, "ana")
        assert await nudges(v) == [str((await member(v, "ana")).id)]
        v.world.leave("plaza", "ana")
        await v.settled()
        assert await nudges(v) == []


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"texts": ["Hi {name}"]}, "core.template-unknown-variable"),
        ({"texts": ["Hi {member"]}, "core.template-unclosed-brace"),
        ({"texts": ["x" * 1501]}, "core.template-too-long"),
        ({"texts": ["  "]}, "core.invalid-too-short"),
        ({"links": [{"label": "x", "url": "http://example.org"}]}, "string_pattern_mismatch"),
        ({"links": [{"label": "x", "url": "https://x"}] * 4}, "too_long"),
        ({"answers": [{"label": "a", "tag": "x"}, {"label": "b", "tag": "x"}]}, "core.invalid-once"),
    ],
)
def test_what_settings_refuse(settings: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        WelcomeSettings.model_validate(settings)
    assert [error["type"] for error in caught.value.errors()] == [kind]


def test_every_setting_has_its_words_and_a_form_can_ask_for_it() -> None:
    folder = Path(welcome.__file__).parent / "locales"
    assert check_catalogues({"welcome": folder}, ["en", "ko"]) == []
    english = (folder / "en.ftl").read_text(encoding="utf-8")
    for slot in slots_of(WelcomeSettings):
        assert f"\n{slot.key} = " in english
