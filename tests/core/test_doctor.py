"""The doctor finds what is wrong, says how to mend it, and changes nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import load_cogs
from bot.cli_text import cli_text
from bot.clock import SystemClock
from bot.doctor import LITTLE_ROOM, NO_ROOM, Visit, examine, show, tell_condition
from bot.platform import Finding
from bot.runner import migrated
from bot.storage.condition import Condition, condition
from bot.storage.database import Database
from bot.storage.events import DeadEvent, Events
from bot.storage.people import People
from bot.storage.settings import SettingsRows
from bot.vocabulary.model import Community

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COGS = ["points", "settings"]


def configured(folder: Path, url: str, extra: str = "[adapters.playground]") -> Path:
    file = folder / "config.toml"
    file.write_text(f"cogs = {json.dumps(COGS)}\n[database]\nurl = {json.dumps(url)}\n{extra}\n", encoding="utf-8")
    return file


async def seen(file: Path, locale: str = "en") -> list[tuple[str, str, str]]:
    found = await examine(file, {}, cli_text("ko" if locale == "ko" else "en"))
    return [(finding.level, finding.subject, finding.found) for finding in found]


async def ready(url: str) -> Database:
    database = Database(url)
    await migrated(database, load_cogs(COGS), SystemClock())
    return database


def of(subject: str, found: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(level, what) for level, name, what in found if name == subject]


async def test_all_is_well(tmp_path: Path, database_url: str) -> None:
    database = await ready(database_url)
    async with database.write() as tx:
        await People(tx).save_community(Community(7, "Village", "en", "Asia/Seoul"))
    await database.close()
    found = await seen(configured(tmp_path, database_url))
    assert {level for level, _, _ in found} == {"ok"}
    assert of("tables", found) == [("ok", "as they should be")]
    assert of("settings", found) == [("ok", "readable, in one community")]


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(tmp_path: Path) -> None:
    file = configured(tmp_path, f"sqlite:///{tmp_path}/var/madang.db")
    found = await seen(file)
    assert [level for level, _, _ in found if level != "ok"] == ["note"]
    assert "does not exist yet" in of("database", found)[0][1]
    assert not (tmp_path / "var" / "madang.db").exists()


async def test_a_wrong_configuration_ends_the_visit(tmp_path: Path) -> None:
    found = await seen(configured(tmp_path, "oracle://x", "[htp]"))
    assert [(level, subject) for level, subject, _ in found] == [("wrong", "configuration")]
    assert "database.url" in found[0][2]
    assert "htp" in found[0][2]
    assert [level for level, _, _ in await seen(tmp_path / "none.toml")] == ["wrong"]


async def test_no_adapter_is_worth_a_note(tmp_path: Path) -> None:
    found = await seen(configured(tmp_path, f"sqlite:///{tmp_path}/madang.db", ""))
    assert ("note", "no adapter is switched on") in of("configuration", found)


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/madang.db"])
async def test_a_database_that_cannot_be_reached(tmp_path: Path, url: str) -> None:
    assert [level for level, _ in of("database", await seen(configured(tmp_path, url)))] == ["wrong"]


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "madang.db").write_text("x" * 5000)
    found = await seen(configured(tmp_path, f"sqlite:///{tmp_path}/madang.db"))
    assert [level for level, _ in of("database", found)] == ["wrong"]


async def test_migrations_that_wait_are_noted(tmp_path: Path, database_url: str) -> None:
    database = Database(database_url)
    await migrated(database, load_cogs(["points"]), SystemClock())
    await database.close()
    assert of("tables", await seen(configured(tmp_path, database_url))) == [
        ("note", "still to be migrated: settings_0001")
    ]


async def test_tables_that_were_changed_by_hand_are_found(tmp_path: Path, database_url: str) -> None:
    database = await ready(database_url)
    async with database.write() as tx:
        await tx.connection.exec_driver_sql("DROP TABLE tags")
    await database.close()
    ((level, what),) = of("tables", await seen(configured(tmp_path, database_url)))
    assert level == "wrong"
    assert "tags" in what


async def test_settings_that_cannot_be_read_are_named(tmp_path: Path, database_url: str) -> None:
    database = await ready(database_url)
    async with database.write() as tx:
        await People(tx).save_community(Community(7, "Village", "en", "Asia/Seoul"))
        await SettingsRows(tx).save(7, "points", '{"least": 20, "mots": 1}', NOW)
    await database.close()
    ((level, what),) = of("settings", await seen(configured(tmp_path, database_url)))
    assert level == "wrong"
    assert what.startswith("Village: points.mots: a key that does not exist here → most")


async def test_what_failed_is_noted(tmp_path: Path, database_url: str) -> None:
    database = await ready(database_url)
    async with database.write() as tx:
        await Events(tx).bury(DeadEvent(1, "", "points", "level_up", "LevelReached {}", "oh", NOW))
    await database.close()
    assert of("events", await seen(configured(tmp_path, database_url))) == [("note", "one event could not be handled")]


async def test_the_condition_of_a_good_database(database: Database) -> None:
    found = await condition(database)
    assert (found.journal, found.durable, found.readonly, found.damage) == ("wal", True, None, None)
    assert (found.free is None) == (database.engine == "postgresql")


@pytest.mark.parametrize(
    ("bad", "level"),
    [
        ({"damage": "row 1 missing"}, "wrong"),
        ({"readonly": "/srv/madang.db"}, "wrong"),
        ({"journal": "delete"}, "wrong"),
        ({"durable": False}, "note"),
        ({"free": LITTLE_ROOM - 1}, "note"),
        ({"free": NO_ROOM - 1}, "wrong"),
    ],
)
def test_each_weakness_is_told_with_a_way_to_mend_it(bad: dict[str, object], level: str) -> None:
    visit = Visit(cli_text("en"), {})
    good: dict[str, object] = {"version": "SQLite 3", "journal": "wal", "durable": True, "free": 2 * LITTLE_ROOM}
    tell_condition(visit, Condition(**{**good, **bad}), "var/madang.db")  # type: ignore[arg-type]
    (finding,) = [finding for finding in visit.findings if finding.level != "ok"]
    assert finding.level == level
    assert finding.mend


async def test_an_adapter_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    file = configured(tmp_path, f"sqlite:///{tmp_path}/madang.db", '[adapters.playground]\nconnect = "127.0.0.1:1"\n')
    assert [level for level, _ in of("playground", await seen(file))] == ["wrong"]


async def test_it_speaks_korean(tmp_path: Path) -> None:
    found = await seen(configured(tmp_path, f"sqlite:///{tmp_path}/madang.db"), "ko")
    assert of("설정 파일", found)[0][0] == "ok"
    assert "아직 없어요" in of("데이터베이스", found)[0][1]


def test_what_is_printed() -> None:
    out = io.StringIO()
    findings = [
        Finding("ok", "disk", "5 GB free"),
        Finding("wrong", "tables", "two lines:\nthe second", "mend it"),
    ]
    assert show(findings, cli_text("en"), out) == 1
    assert out.getvalue() == (
        "  ok     disk: 5 GB free\n"
        "  wrong  tables: two lines:\n"
        "         the second\n"
        "         → mend it\n"
        "\nOne thing is wrong.\n"
    )
    assert show(findings[:1], cli_text("en"), io.StringIO()) == 0
