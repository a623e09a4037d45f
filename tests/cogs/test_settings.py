"""`/settings` as a manager uses it: forms with what is set now, checked, kept at once, and remembered."""

from __future__ import annotations

import pytest

from adapters.playground import PlaygroundPlatform
from adapters.playground.model import AnswerView, FormView
from bot.api import CogSettings, CommunitySettings, Context, JobDue
from bot.app import App
from bot.cog import Cog
from bot.domain.schedule import Cron
from bot.storage.schedules import Schedules
from cogs.points import PointsSettings
from tests.world import Village, village

COGS = ["points", "settings"]


async def opened(v: Village, label: str, user: str = "olga") -> FormView:
    answer = await v.command(user, "settings")
    return form_of(await v.press(user, message_of(answer), labels(answer).index(label)))


def message_of(answer: AnswerView) -> str:
    assert answer.message is not None
    return answer.message.id


def labels(answer: AnswerView) -> list[str]:
    assert answer.message is not None
    return [control["label"] for control in answer.message.body.get("controls", ())]


def form_of(answer: AnswerView) -> FormView:
    assert answer.form is not None, answer
    return answer.form


def values(form: FormView) -> dict[str, str]:
    return {field["name"]: field.get("value", "") for field in form.form["fields"]}


async def submit(v: Village, form: FormView, **changed: str) -> AnswerView:
    return await v.submit("olga", form.id, **{**values(form), **changed})


async def points_settings(v: Village) -> PointsSettings:
    async with v.app.database.read() as tx:
        await v.app.services.refresh(tx)
    return v.app.services.settings.of((await v.community()).id, PointsSettings)


async def test_the_panel_names_what_can_be_set_and_is_private(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        answer = await v.command("olga", "settings")
        assert answer.private
        assert labels(answer) == ["Community", "points", "Recent changes"]
        assert "Points, levels and boards" in v.read(answer)


async def test_only_managers_get_in(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        for user in ("ben", "mina"):
            assert "Only community managers" in v.read(await v.command(user, "settings"))
        shown = await v.command("olga", "settings")
        form = await v.press("olga", message_of(shown), 1)
        assert form.form is not None


async def test_a_form_shows_what_is_set_and_keeps_what_is_changed(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        form = await opened(v, "points")
        assert values(form)["least"] == "15"
        text = v.read(await submit(v, form, least="20", notices="dm", notice_channel="general", level_roles="5 | mods"))
        assert "15 → 20" in text
        assert "in the channel → by DM" in text
        assert await points_settings(v) == PointsSettings(
            least=20,
            notices="dm",
            notice_channel="playground:plaza:general",
            level_roles=({"level": 5, "role": "playground:plaza:mods"},),  # type: ignore[arg-type]
        )
        assert values(await opened(v, "points"))["level_roles"] == "5 | mods"


async def test_it_takes_effect_while_the_bot_runs(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await submit(v, await opened(v, "points"), least="77", most="77")
        await v.say("ben", "Good morning, everyone!")
        assert "77" in v.read(await v.command("ben", "points", "rank"))


async def test_nothing_changed_is_said(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        assert "nothing has changed" in v.read(await submit(v, await opened(v, "points")))


async def test_mistakes_are_shown_in_the_form_and_nothing_is_kept(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        answer = await submit(v, await opened(v, "points"), least="20", most="a lot", level_roles="5 | mods\nx | mods")
        form = form_of(answer)
        assert form.errors == {
            "most": "please write a whole number, such as 7",
            "level_roles": "line 2: please write a whole number, such as 7",
        }
        assert await points_settings(v) == PointsSettings()
        again = await v.submit("olga", form.id, **{**form.values, "most": "30", "level_roles": ""})
        assert "25 → 30" in v.read(again)
        assert (await points_settings(v)).least == 20


async def test_a_mistake_is_said_in_korean_to_who_reads_korean(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        v.world.user("olga").locale = "ko"
        answer = await v.command("olga", "settings")
        assert labels(answer) == ["커뮤니티", "포인트", "바꾼 기록"]
        form = form_of(await v.press("olga", message_of(answer), 1))
        assert form_of(await submit(v, form, most="많이")).errors == {"most": "7처럼 소수점 없는 숫자로 써 주세요"}


async def test_a_long_form_comes_in_sheets_and_its_mistakes_lead_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlaygroundPlatform, "form_fields", 5)
    async with village(database_url, COGS) as v:
        panel = await v.command("olga", "settings")
        sheets = await v.press("olga", message_of(panel), 1)
        assert len(labels(sheets)) == 3
        first = form_of(await v.press("olga", message_of(sheets), 0))
        after = await submit(v, first, least="x")
        wrong = await v.press("olga", message_of(after), 2)
        assert "please write a whole number" in v.read(wrong)
        again = await v.press("olga", message_of(wrong), 0)
        fixed = await submit(v, form_of(await v.press("olga", message_of(again), 0)), least="20")
        assert "15 → 20" in v.read(await v.press("olga", message_of(fixed), 2))
        assert (await points_settings(v)).least == 20


async def test_the_communitys_own_name_language_zone_and_team(database_url: str) -> None:
    async with village(database_url, COGS, zone="Asia/Seoul") as v:
        form = await opened(v, "Community")
        assert values(form)["name"] == "Plaza"
        answer = await submit(
            v, form, name="Dorf", locale="ko", zone="Europe/Berlin", manager_roles="mods", moderators_channel="staff"
        )
        text = v.read(answer)
        assert "Plaza → Dorf" in text
        assert "Asia/Seoul → Europe/Berlin" in text
        community = await v.community()
        assert (community.name, community.locale, community.zone) == ("Dorf", "ko", "Europe/Berlin")
        # Mina's role manages from now on.
        assert "Dorf" not in v.read(await v.command("mina", "settings"))
        assert values(await opened(v, "커뮤니티", user="mina"))["moderators_channel"] == "staff"


clock = Cog("clock", package="tests.cogs")


@clock.every("0 9 * * *")
async def morning(ctx: Context, due: JobDue) -> None: ...


async def test_a_new_zone_moves_what_runs_by_the_communitys_clock(database_url: str) -> None:
    async with village(database_url, ["settings", clock], zone="Asia/Seoul") as v:
        await submit(v, await opened(v, "Community"), zone="Europe/Berlin")
        async with v.app.database.read() as tx:
            found = [each for each in await Schedules(tx).all() if each.cog == "clock"]
        assert [each.trigger for each in found] == [Cron("0 9 * * *", "Europe/Berlin")]
        assert found[0].next_at is not None
        assert found[0].next_at.hour == 8


async def test_every_change_is_remembered_with_who_and_when(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        empty = await v.command("olga", "settings")
        assert "Nobody has changed anything" in v.read(await v.press("olga", message_of(empty), 2))
        await submit(v, await opened(v, "points"), least="20")
        await submit(v, await opened(v, "Community"), name="Dorf")
        text = v.read(await v.press("olga", message_of(empty), 2))
        assert text.index("Plaza → Dorf") < text.index("15 → 20")
        assert "Olga" in text


async def test_the_history_has_pages(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        for least in range(7):
            await submit(v, await opened(v, "points"), least=str(least))
        panel = await v.command("olga", "settings")
        newest = await v.press("olga", message_of(panel), 2)
        assert labels(newest) == ["Older"]
        assert "5 → 6" in v.read(newest)
        older = await v.press("olga", message_of(newest), 0)
        assert "15 → 0" in v.read(older)
        assert labels(older) == []


async def test_what_an_operator_changed_is_remembered_too(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await as_operator(v.app, v, PointsSettings(least=20))
        panel = await v.command("olga", "settings")
        assert "someone at the terminal" in v.read(await v.press("olga", message_of(panel), 2))


async def as_operator(app: App, v: Village, settings: CogSettings) -> None:
    community = await v.community()
    async with app.database.write() as tx:
        await Context(app.services, Cog("terminal"), community, v.clock.now(), tx).save_settings(settings)
        await app.services.settler.settle(tx, v.clock.now())


async def test_a_button_of_a_cog_that_is_gone_says_so(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        panel = await v.command("olga", "settings")
        del v.app.services.settings.models["points"]
        assert "no longer here" in v.read(await v.press("olga", message_of(panel), 1))


async def test_settings_saved_alone_leave_the_profile(database_url: str) -> None:
    async with village(database_url, COGS) as v:
        await as_operator(v.app, v, CommunitySettings(moderators_channel="playground:plaza:staff"))
        assert values(await opened(v, "Community"))["moderators_channel"] == "staff"
        assert (await v.community()).name == "Plaza"
