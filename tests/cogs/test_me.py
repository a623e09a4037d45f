"""Everyone's own page, through the running bot."""

from __future__ import annotations

import base64
import json
from typing import Any

from bot.storage.people import People
from bot.storage.points import Points
from bot.vocabulary.model import AccountRef, Member
from tests.world import Village, village

COGS = ("me", "help", "points")


async def member(v: Village, user: str) -> Member:
    """The member as the database has them now."""
    community = await v.community()
    async with v.app.database.read() as tx:
        found = await People(tx).members_by_account(community, "playground", [user])
    return found[AccountRef("playground", user)]


def controls(answer: Any) -> list[str]:
    return [control["label"] for control in answer.message.controls]


async def test_the_page_shows_what_is_chosen_and_the_panels_of_others(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        answer = await v.command("ben", "me", "show")
        text = v.read(answer)
        assert answer.private
        for part in (
            "Ben",
            "English (automatic)",
            "Asia/Seoul (automatic)",
            "none yet",
            "Ben (the playground)",
            "level 0",
        ):
            assert part in text


async def test_a_chosen_language_is_spoken_at_once(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        assert "한국어로" in v.read(await v.command("ben", "me", "language", language="ko"))
        assert (await member(v, "ben")).locale == "ko"
        assert "시간대" in v.read(await v.command("ben", "me", "show"))
        assert "language of your app" in v.read(await v.command("ben", "me", "language", language="auto"))
        assert (await member(v, "ben")).locale is None


async def test_automatic_takes_what_the_platform_tells(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        v.add("jin", "Jin", locale="ko")
        assert "English" in v.read(await v.command("jin", "me", "language", language="en"))
        assert "쓰시는 앱의 언어" in v.read(await v.command("jin", "me", "language", language="auto"))


async def test_the_page_s_own_controls_change_it_in_place(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        page = await v.command("ben", "me", "show")
        assert page.message is not None
        page = await v.press("ben", page.message.id, 0, picked=["ko"])
        assert "언어: 한국어" in v.read(page)
        assert controls(page) == ["언어", "시간대", "비공개 모드", "알림 끄기", "계정 연결"]
        assert page.message is not None
        page = await v.press("ben", page.message.id, 2)
        assert (await member(v, "ben")).hidden
        assert "켜짐 · 포인트는 나만" in v.read(page)
        assert page.message is not None
        page = await v.press("ben", page.message.id, 3)
        assert (await member(v, "ben")).quiet
        assert controls(page)[2:4] == ["다시 공개하기", "알림 켜기"]


async def test_a_zone_by_city_in_either_language(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        assert "America/New_York" in v.read(await v.command("ben", "me", "zone", zone="뉴욕"))
        assert (await member(v, "ben")).zone == "America/New_York"
        assert "04:00" in v.read(await v.command("ben", "me", "zone", zone="new york"))
        assert "Asia/Seoul" in v.read(await v.command("ben", "me", "zone", zone="auto"))
        assert (await member(v, "ben")).zone is None


async def test_a_zone_that_is_none_is_answered_with_near_ones(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        text = v.read(await v.command("ben", "me", "zone", zone="Seul"))
        assert "Asia/Seoul" in text
        assert (await member(v, "ben")).zone is None


async def test_the_zone_button_asks_in_a_form(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        page = await v.command("ben", "me", "show")
        assert page.message is not None
        asked = await v.press("ben", page.message.id, 1)
        assert asked.form is not None
        await v.submit("ben", asked.form.id, zone="도쿄")
        assert (await member(v, "ben")).zone == "Asia/Tokyo"


async def test_zones_are_suggested_while_typing(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        for typed, first in (
            ("seo", "Asia/Seoul"),
            ("서우", "Asia/Seoul"),
            ("샌프", "America/Los_Angeles"),
            ("", "auto"),
        ):
            asked = v.world.complete("ben", "general", ("me", "zone"), "zone", typed)
            offered = [value for value, _ in (await v.world.answered(asked)).suggestions]
            assert offered[0] == first
            assert len(offered) == len(set(offered)) <= 25


async def test_private_mode_takes_a_member_off_the_boards_and_back(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await v.say("ben", "Good morning, everyone in the village!")
        assert "Ben" in v.read(await v.command("mina", "points", "leaderboard"))
        assert "no board" in v.read(await v.command("ben", "me", "privacy", state="on"))
        assert "Ben" not in v.read(await v.command("mina", "points", "leaderboard"))
        assert "private" in v.read(await v.command("mina", "points", "rank", member="ben"))
        await v.command("ben", "me", "privacy", state="off")
        assert "Ben" in v.read(await v.command("mina", "points", "leaderboard"))


async def test_notices_can_be_turned_off_and_on(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        assert "/me notices" in v.read(await v.command("ben", "me", "notices", state="off"))
        assert (await member(v, "ben")).quiet
        await v.command("ben", "me", "notices", state="on")
        assert not (await member(v, "ben")).quiet


async def test_a_home_shows_the_same_page_in_its_reader_s_language(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await v.command("ben", "me", "language", language="ko")
        v.world.open_home("ben")
        await v.settled()
        home = v.world.home("ben")
        assert home is not None
        text = json.dumps(home, ensure_ascii=False)
        assert "레벨 0" in text
        assert "시간대" in text


async def test_a_press_on_a_home_changes_the_home(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        v.world.open_home("ben")
        await v.settled()
        asked = v.world.press_home("ben", 2)
        answer = await v.world.answered(asked)
        await v.settled()
        assert "Private mode is on" in v.read(answer)
        assert "Show me to others" in json.dumps(v.world.home("ben"))


async def exported(v: Village, user: str) -> Any:
    answer = await v.command(user, "me", "export")
    assert answer.private
    assert answer.message is not None
    (file,) = answer.message.body["files"]
    assert file["name"].endswith(".json")
    return json.loads(base64.b64decode(file["content"]).decode())


async def test_the_export_holds_everything(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        v.world.add_user("민수", id="minsu")
        v.world.join("plaza", "minsu")
        await v.say("minsu", "안녕하세요, 반갑습니다 여러분!")
        await v.command("minsu", "me", "zone", zone="서울")
        community = await v.community()
        async with v.app.database.write() as tx:
            await People(tx).tag((await member(v, "minsu")).id, "사진", v.clock.now())
        content = await exported(v, "minsu")
        assert content["person"]["zone"] == "Asia/Seoul"
        assert [account["name"] for account in content["accounts"]] == ["민수"]
        assert content["spaces"][0]["space"] == "plaza"
        (here,) = content["memberships"]
        assert here["community"] == {"id": community.id, "name": "Plaza"}
        assert here["member"]["joined_at"]
        assert [tag["tag"] for tag in here["member"]["tags"]] == ["사진"]
        async with v.app.database.read() as tx:
            total = await Points(tx).total(community, here["member"]["id"])
        assert here["cogs"]["points"]["points"] == total > 0
        assert here["cogs"]["points"]["ledger"]
        assert here["cogs"]["me"]["forget"] is None


async def test_nobody_exports_anything_of_others(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await v.say("mina", "Good morning, everyone in the village!")
        assert "Mina" not in json.dumps(await exported(v, "ben"))
