"""What everyone may do here."""

from __future__ import annotations

from bot.cog import Cog
from bot.context import Invocation
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.model import Access
from bot.vocabulary.replies import Reply
from cogs.help import PAGE
from cogs.help.listing import pages
from tests.world import village

COGS = ("help", "me", "points")


def staff_room(commands: int = 1, access: Access = Access.MODERATOR) -> Cog:
    """A feature with texts of no catalogue, for whom `access` says."""
    cog = Cog("staff", package="cogs")
    for number in range(commands):

        async def act(ctx: Invocation) -> Reply:
            return Reply()

        act.__name__ = f"act_{number}"
        cog.command(access=access, needs=[Capability.KICKS])(act)
    return cog


async def test_it_lists_every_command_by_feature_in_the_reader_s_language(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        answer = await v.command("ben", "help")
        text = v.read(answer)
        assert answer.private
        assert "/help" in text
        assert "/me language — Which language I speak to you" in text
        v.add("jin", "Jin", locale="ko")
        text = v.read(await v.command("jin", "help"))
        assert "/내정보 언어 — 제가 어떤 언어로 말할지 골라요" in text


async def test_a_long_list_is_turned_page_by_page(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        first = await v.command("ben", "help")
        assert first.message is not None
        (select, more) = first.message.controls
        assert select["type"] == "select"
        assert more["label"] == "Page 2 of 2 ▶"
        second = await v.press("ben", first.message.id, 1)
        assert "/points rank" in v.read(second)
        assert second.message is not None
        assert second.message.id == first.message.id


async def test_one_command_is_explained_with_its_options(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        text = v.read(await v.command("ben", "help", command="points leaderboard"))
        assert "/points leaderboard" in text
        assert "period (if you like)" in text
        assert "One of: today, this week, this month, all time" in text
        assert "Everyone in the channel" in text


async def test_a_command_is_found_by_any_of_its_names(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        v.add("jin", "Jin", locale="ko")
        for typed in ("포인트 순위", "/포인트 순위", "points rank", "Points  Rank", "순위", "rank"):
            assert "/포인트 순위" in v.read(await v.command("jin", "help", command=typed)).splitlines()[1]


async def test_a_command_of_the_list_is_explained_in_its_place(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        first = await v.command("ben", "help")
        assert first.message is not None
        chosen = await v.press("ben", first.message.id, 0, picked=["me zone"])
        assert "A city such as Seoul" in v.read(chosen)
        assert chosen.message is not None
        back = await v.press("ben", chosen.message.id, 0)
        assert "/me language" in v.read(back)


async def test_an_unknown_command_is_answered_with_near_ones(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        assert "/points rank" in v.read(await v.command("ben", "help", command="points rnak"))
        assert "/points rank" in v.read(await v.command("ben", "help", command="rnak"))
        assert "choose one from the list" in v.read(await v.command("ben", "help", command="zzzzzz"))


async def test_nobody_is_shown_what_is_not_for_them(database_url: str) -> None:
    async with village(database_url, ("help", staff_room(access=Access.OWNER))) as v:
        assert "staff" not in v.read(await v.command("ben", "help"))
        assert "I know no command" in v.read(await v.command("ben", "help", command="staff act_0"))
        assert "/staff act_0" in v.read(await v.command("olga", "help"))
        assert "owner" in v.read(await v.command("olga", "help", command="staff act_0"))


async def test_nobody_is_shown_what_the_platform_cannot_do(database_url: str) -> None:
    async with village(database_url, ("help", staff_room(access=Access.MEMBER))) as v:
        assert "staff" in v.read(await v.command("ben", "help"))
        platform = v.app.services.platforms["playground"]
        platform._capabilities -= {Capability.KICKS}  # type: ignore[attr-defined]
        assert "staff" not in v.read(await v.command("ben", "help"))


async def test_commands_are_suggested_while_typing(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        asked = v.world.complete("ben", "general", ("help",), "command", "lead")
        assert (await v.world.answered(asked)).suggestions == (("points leaderboard", "/points leaderboard"),)


def test_pages_keep_features_together_where_they_fit() -> None:
    for sizes, expected in (
        ((3, 4), [[3, 4]]),
        ((10, 4), [[10], [4]]),
        ((PAGE + 5,), [[PAGE], [5]]),
        ((), [[]]),
    ):
        cogs = [staff_room(size) for size in sizes]
        for index, cog in enumerate(cogs):
            cog.name = f"cog{index}"
        commands = [
            type(endpoint)(**{**{name: getattr(endpoint, name) for name in endpoint.__slots__}, "cog": cog.name})
            for cog in cogs
            for endpoint in cog.endpoints.values()
        ]
        found = [[len(section.commands) for section in page] for page in pages(commands, PAGE)]
        assert found == expected
