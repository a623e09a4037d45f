from __future__ import annotations

from bot.storage.people import People
from bot.storage.points import Award, Points
from cogs.points import LevelRole, PointsSettings
from tests.world import Village, village


async def earned(v: Village, user: str) -> int:
    """What the ledger says somebody has."""
    community = await v.community()
    async with v.app.database.read() as tx:
        members = await People(tx).members_by_account(community, "playground", [user])
        return await Points(tx).total(community, next(iter(members.values())).id)


async def give(v: Village, user: str, points: int) -> None:
    community = await v.community()
    async with v.app.database.write() as tx:
        await v.app.services.refresh(tx)
        members = await People(tx).members_by_account(community, "playground", [user])
        award = Award(next(iter(members.values())).id, points, "kudos", f"test:{user}:{points}", v.clock.now())
        await Points(tx).award_many(community, [award])
        await v.app.rounds.settle(tx, v.clock.now())
    await v.settled()


async def test_a_message_earns_once_a_minute_and_rank_tells(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        await v.say("ben", "Good morning, everyone!")
        first = await earned(v, "ben")
        await v.say("ben", "And how are you all today?")
        assert await earned(v, "ben") == first
        assert 15 <= first <= 25
        answer = await v.command("ben", "points", "rank")
        assert answer.private
        assert f"*{first}* points" in v.read(answer)
        await v.advance(seconds=61)
        await v.say("ben", "Who is coming to the market on Saturday?")
        assert await earned(v, "ben") > first


async def test_what_earns_nothing(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        await v.say("ben", "hi")
        await v.say("ben", "👍👍👍👍")
        assert await earned(v, "ben") == 0
        await v.say("ben", "the very same words again")
        once = await earned(v, "ben")
        await v.advance(minutes=2)
        await v.say("ben", "The very same words again!")
        assert await earned(v, "ben") == once
        v.world.add_user("Robo", id="robo", bot=True)
        v.world.join("plaza", "robo")
        await v.say("robo", "I am a bot and I talk a lot")
        assert await earned(v, "robo") == 0


async def test_a_message_repeated_after_others_in_the_cooldown_earns_nothing(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        await v.say("ben", "this one earns its points")
        once = await earned(v, "ben")
        await v.say("ben", "said while the cooldown runs")
        await v.advance(seconds=61)
        await v.say("ben", "said while the cooldown runs")
        assert await earned(v, "ben") == once


async def test_a_removed_message_takes_its_points_along_and_why_says_so(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        message = await v.say("ben", "this will be taken back in a moment")
        before = await earned(v, "ben")
        v.world.delete("ben", message)
        await v.settled()
        assert before > 0
        assert await earned(v, "ben") == 0
        text = v.read(await v.command("ben", "points", "why"))
        assert f"+{before}" in text
        assert f"−{before}" in text


async def test_a_day_ends_at_its_cap(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        await v.configure(PointsSettings(daily=40))
        for number in range(5):
            await v.say("ben", f"thought {number}: {'abcdefgh'[number] * 12}")
            await v.advance(seconds=61)
        assert await earned(v, "ben") == 40
        await v.advance(days=1)
        await v.say("ben", "a new day begins")
        assert await earned(v, "ben") > 40


async def test_a_level_is_announced_and_gives_its_role(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        v.world.add_role("plaza", "Regular", rank=2, id="regular")
        await v.configure(PointsSettings(level_roles=(LevelRole(level=1, role="playground:plaza:regular"),)))
        await v.say("ben", "my very first message here")
        await give(v, "ben", 90)
        assert "regular" in v.world.space("plaza").members["ben"].roles
        assert any("level 1" in dm for dm in v.dms("ben"))


async def test_a_level_reached_by_a_message_is_told_where_it_was_written(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        await v.say("ben", "hello to the whole village")
        await give(v, "ben", 75)
        await v.advance(minutes=2)
        await v.say("ben", "and one more thing, before I forget it")
        assert any("level 1" in message.text for message in v.seen("mina"))


async def test_level_notices_can_be_off(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        await v.configure(PointsSettings(notices="off"))
        await give(v, "ben", 500)
        assert v.dms("ben") == []


async def test_the_leaderboard_has_pages_and_shares_ranks(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        for number in range(12):
            v.add(f"u{number}", f"User {number}")
        await v.settled()
        for number in range(12):
            await give(v, f"u{number}", 50 if number < 2 else 40 - number)
        answer = await v.command("ben", "points", "leaderboard", period="all")
        assert answer.private is False
        text = v.read(answer)
        assert text.count("*1.*") == 2
        assert "*3.*" in text
        assert "Page 1 of 2" in text
        assert answer.message is not None
        turned = await v.press("ben", answer.message.id)
        board = next(m for m in v.seen("ben") if m.id == answer.message.id)
        assert "Page 2 of 2" in str(board.body)
        assert turned.state.value == "answered"


async def test_rank_speaks_korean_to_a_korean_reader(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        v.add("sora", "소라", locale="ko")
        await v.say("sora", "안녕하세요, 반갑습니다 여러분")
        text = v.read(await v.command("sora", "points", "rank"))
        assert "레벨 0" in text
        assert "이번 주: 1위" in text


async def test_private_members_are_on_no_board(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        await give(v, "ben", 30)
        await give(v, "mina", 20)
        community = await v.community()
        async with v.app.database.write() as tx:
            members = await People(tx).members_by_account(community, "playground", ["ben"])
            (ben,) = members.values()
            await People(tx).set_member(ben.id, hidden=True)
            await Points(tx).list_member(community, ben.id, listed=False)
        v.app.services.directory.forget()
        text = v.read(await v.command("mina", "points", "leaderboard", period="all"))
        assert "Ben" not in text
        assert "*1.* @Mina" in text
        refused = v.read(await v.command("mina", "points", "rank", member="ben"))
        assert "private" in refused


async def test_a_typed_command_is_understood_in_either_language(database_url: str) -> None:
    async with village(database_url, ["points"]) as v:
        v.add("sora", "소라", locale="ko")
        await give(v, "ben", 30)
        for typed in (
            "포인트 순위표 오늘",
            "포인트 순위표 기간:오늘",
            "points leaderboard today",
            "points leaderboard day",
        ):
            text = v.read(await v.typed("sora", typed))
            assert "순위표 · 오늘" in text, typed
        refused = v.read(await v.typed("sora", "포인트 순위표 어제"))
        assert "오늘" in refused
        assert "전체" in refused
