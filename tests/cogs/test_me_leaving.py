"""Being forgotten: asked for, waited for, taken back, carried out."""

from __future__ import annotations

from datetime import timedelta

from bot.cog import Cog
from bot.context import Context
from bot.storage.facts import Facts
from bot.storage.people import People
from bot.storage.points import Points
from bot.storage.schedules import Schedules
from bot.vocabulary.model import AccountRef, Member
from cogs.me.store import Farewell, MeStore
from tests.world import Village, village

COGS = ("me", "points")


async def member(v: Village, user: str = "ben") -> Member:
    community = await v.community()
    async with v.app.database.read() as tx:
        found = await People(tx).members_by_account(community, "playground", [user])
    return found[AccountRef("playground", user)]


async def ask(v: Village, user: str = "ben") -> str:
    """Asks to be forgotten, and says yes."""
    answer = await v.command(user, "me", "forget")
    assert answer.message is not None
    return v.read(await v.press(user, answer.message.id))


async def wish(v: Village, user: str = "ben") -> Farewell | None:
    person = (await member(v, user)).person
    async with v.app.database.read() as tx:
        return await MeStore(tx).farewell(person)


async def scheduled(v: Village) -> int:
    async with v.app.database.read() as tx:
        return len([row for row in await Schedules(tx).all() if (row.cog, row.job) == ("me", "farewell")])


async def test_nothing_happens_before_it_is_explained_and_confirmed(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        text = v.read(await v.command("ben", "me", "forget"))
        assert "Erased" in text
        assert "Kept" in text
        assert "7 days" in text
        assert await wish(v) is None
        assert "Mon, Mar 9, 2026" in await ask(v)
        assert "Mon, Mar 9, 2026" in v.dms("ben")[-1]
        assert "forget you" in v.read(await v.command("ben", "me", "show"))


async def test_after_seven_days_everything_is_erased(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await v.say("ben", "Good morning, everyone in the village!")
        await v.command("ben", "me", "zone", zone="뉴욕")
        community, before = await v.community(), await member(v)
        async with v.app.database.write() as tx:
            await People(tx).tag(before.id, "photos", v.clock.now())
        await ask(v)
        await v.advance(days=6, hours=23)
        async with v.app.database.read() as tx:
            assert await Points(tx).total(community, before.id) > 0
        await v.advance(hours=2)
        after = await member(v)
        assert (after.id, after.name, after.zone, after.locale) == (before.id, "?", None, None)
        assert after.hidden
        assert after.quiet
        async with v.app.database.read() as tx:
            assert await People(tx).tags(after.id) == []
            assert await Points(tx).history(after.id) == []
            assert await Points(tx).total(community, after.id) == 0
            assert not any((await Facts(tx).export(after.id)).values())
            assert await MeStore(tx).farewell(after.person) is None
        assert "I have forgotten you" in v.dms("ben")[-1]
        assert "Ben" not in v.read(await v.command("mina", "points", "leaderboard", period="all"))


async def test_who_writes_again_starts_anew_and_in_private(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await ask(v)
        await v.advance(days=8)
        await v.say("ben", "Hello again, it is me once more")
        assert "Nobody has points" in v.read(await v.command("mina", "points", "leaderboard", period="all"))


async def test_the_last_word_is_in_the_language_that_was_spoken(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await v.command("ben", "me", "language", language="ko")
        await ask(v)
        await v.advance(days=8)
        assert "모두 잊었어요" in v.dms("ben")[-1]


async def test_it_can_be_taken_back_by_command_and_by_button(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await v.say("ben", "Good morning, everyone in the village!")
        community, own = await v.community(), await member(v)
        await ask(v)
        assert "Good to have you" in v.read(await v.command("ben", "me", "keep"))
        assert "nothing to take back" in v.read(await v.command("ben", "me", "keep"))
        assert await scheduled(v) == 0
        await ask(v)
        (notice,) = [message for message in v.world.dms("ben") if message.controls][-1:]
        await v.press("ben", notice.id)
        assert await wish(v) is None
        await v.advance(days=30)
        async with v.app.database.read() as tx:
            assert await Points(tx).total(community, own.id) > 0


async def test_asking_twice_keeps_the_first_date(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        answer = await v.command("ben", "me", "forget")
        assert answer.message is not None
        await v.press("ben", answer.message.id)
        first = await wish(v)
        await v.advance(days=3)
        assert "Mar 9" in v.read(await v.command("ben", "me", "forget"))
        assert await wish(v) == first
        assert await scheduled(v) == 1
        assert first is not None
        assert first.due_at - first.asked_at == timedelta(days=7)


async def test_others_are_left_alone(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await v.say("mina", "Good morning, everyone in the village!")
        await ask(v)
        await v.advance(days=8)
        assert (await member(v, "mina")).name == "Mina"
        assert "Mina" in v.read(await v.command("ben", "points", "leaderboard", period="all"))


async def test_a_feature_that_cannot_erase_undoes_all_of_it(database_url: str) -> None:
    broken = Cog("broken", package="cogs")

    @broken.erases
    async def erase(ctx: Context, member: Member) -> None:
        raise RuntimeError("no")

    async with village(database_url, ("me", "points", broken)) as v:
        await v.say("ben", "Good morning, everyone in the village!")
        community, own = await v.community(), await member(v)
        await ask(v)
        await v.advance(days=8)
        async with v.app.database.read() as tx:
            assert await Points(tx).total(community, own.id) > 0
        assert (await member(v)).name == "Ben"
        assert await wish(v) is not None


async def test_a_home_page_offers_to_stay(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await ask(v)
        v.world.open_home("ben")
        await v.settled()
        answer = await v.world.answered(v.world.press_home("ben", 5))
        assert "Good to have you" in v.read(answer)
        assert await wish(v) is None
