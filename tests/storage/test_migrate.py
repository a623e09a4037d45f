from __future__ import annotations

import asyncio
import itertools
import logging
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, event, inspect, text
from sqlalchemy import Connection as SyncConnection

from bot.app import branches_of, load_cogs, names_in
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.migrate import CORE, Branch, MigrationError, SchemaTooNew, differences, migrate, packaged, pending
from bot.storage.revise import revise
from bot.storage.types import Moment

ROOT = Path(__file__).parents[2]

FIRST = """
revision = "fair_0001"
down_revision = None
branch_labels = ("fair",)

import sqlalchemy as sa

def upgrade(op):
    op.create_table(
        "fair_stalls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_fair_stalls_community_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fair_stalls"),
    )
    op.create_table(
        "fair_wares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stall_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["stall_id"], ["fair_stalls.id"], name="fk_fair_wares_stall_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fair_wares"),
    )
"""
# On SQLite this makes a table anew to which rows of another one refer.
SECOND = """
revision = "fair_0002"
down_revision = "fair_0001"

import sqlalchemy as sa

def upgrade(op):
    op.execute("UPDATE fair_stalls SET name = 'nameless' WHERE name IS NULL")
    with op.batch_alter_table("fair_stalls") as batch:
        batch.alter_column("name", existing_type=sa.Text(), nullable=False)
        batch.add_column(sa.Column("open", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index(
        "ix_fair_stalls_name", "fair_stalls", ["name"],
        sqlite_where=sa.text("name <> ''"), postgresql_where=sa.text("name <> ''"),
    )
"""


def fair_tables() -> MetaData:
    made = tables.metadata()
    Table(
        "fair_stalls",
        made,
        Column("id", Integer, primary_key=True),
        Column("community_id", ForeignKey(tables.communities.c.id), nullable=False),
        Column("name", Text),
    )
    Table(
        "fair_wares",
        made,
        Column("id", Integer, primary_key=True),
        Column("stall_id", Integer, ForeignKey("fair_stalls.id"), nullable=False),
    )
    return made


@pytest.fixture
def fair(tmp_path: Path) -> Branch:
    """A cog's branch with one revision."""
    folder = tmp_path / "fair" / "migrations"
    folder.mkdir(parents=True)
    (folder / "fair_0001_first.py").write_text(FIRST)
    return Branch("fair", folder, fair_tables())


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


def add_second(fair: Branch) -> None:
    (fair.folder / "fair_0002_second.py").write_text(SECOND)


async def fill(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(tables.communities.insert().values(id=1, name="Madang", locale="ko", zone="Asia/Seoul"))
        await tx.execute(text("INSERT INTO fair_stalls VALUES (1, 1, NULL), (2, 1, 'tea')"))
        await tx.execute(text("INSERT INTO fair_wares VALUES (1, 1), (2, 2)"))


def snapshot(connection: SyncConnection) -> dict[str, Any]:
    """All that can be read back about the tables."""
    found = inspect(connection)
    names = sorted(set(found.get_table_names()) - {"alembic_version"})
    return {name: _table(found, name) for name in names}


def _table(found: Any, name: str) -> dict[str, Any]:
    parts = {
        "columns": found.get_columns(name),
        "indexes": found.get_indexes(name),
        "keys": found.get_foreign_keys(name),
        "unique": found.get_unique_constraints(name),
        "checks": found.get_check_constraints(name),
        "primary": [found.get_pk_constraint(name)],
        "options": [found.get_table_options(name)],
    }
    return {kind: sorted(str(_plain(part)) for part in listed) for kind, listed in parts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return str(value)


async def schema(database: Database) -> dict[str, Any]:
    async with database.read() as tx:
        return await tx.connection.run_sync(snapshot)


SHIPPED = [cog for cog in load_cogs(names_in("cogs")) if cog.tables is not None]


def rebuild(connection: SyncConnection) -> None:
    """The tables as the core and every cog declare them, without migrations."""
    old = MetaData()
    old.reflect(connection)
    old.drop_all(connection)
    for declared in declarations():
        declared.create_all(connection)


def declarations() -> list[MetaData]:
    return [tables.core, *(cog.tables for cog in SHIPPED if cog.tables is not None)]


# ------------------------------------------------------------------------ schema


async def test_what_the_revisions_build_is_what_the_code_declares(empty: Database) -> None:
    assert await migrate(empty, branches_of(SHIPPED))
    assert await differences(empty, branches_of(SHIPPED)) == []
    built = await schema(empty)
    async with empty.writer_engine.begin() as connection:
        await connection.run_sync(rebuild)
    assert built == await schema(empty)
    assert set(built) == {name for declared in declarations() for name in declared.tables}


async def test_partial_indexes_and_tables_without_rowid_survive(empty: Database) -> None:
    await migrate(empty, [])
    built = await schema(empty)
    assert sum("_where" in index for index in built["outbox"]["indexes"]) == 3
    if empty.engine == "sqlite":
        assert built["seen"]["options"] == ["{'sqlite_with_rowid': 'False'}"]


async def test_a_second_run_does_nothing(empty: Database) -> None:
    due = await pending(empty, [])
    assert due == await migrate(empty, [])
    assert due[0] == "core_0001"
    assert await migrate(empty, []) == await pending(empty, []) == []


async def test_a_difference_is_named(empty: Database) -> None:
    await migrate(empty, [])
    async with empty.write() as tx:
        await tx.execute(text("DROP INDEX ix_members_person_id"))
        await tx.execute(text("CREATE TABLE litter (id INTEGER)"))
        await tx.execute(text("ALTER TABLE people DROP COLUMN zone"))
    found = ["add_column people zone", "add_index ix_members_person_id", "remove_table litter"]
    assert sorted(await differences(empty, [])) == found


async def test_logging_stays_as_it_was(empty: Database) -> None:
    before = [(logger.level, list(logger.handlers)) for logger in map(logging.getLogger, ("", "alembic", "bot"))]
    await migrate(empty, [])
    after = [(logger.level, list(logger.handlers)) for logger in map(logging.getLogger, ("", "alembic", "bot"))]
    assert before == after


# ------------------------------------------------------------------------- cogs


async def test_a_cog_has_a_branch_of_its_own(empty: Database, fair: Branch) -> None:
    assert (await migrate(empty, [fair]))[-1] == "fair_0001"
    assert await differences(empty, [fair]) == []
    await fill(empty)
    add_second(fair)
    assert await migrate(empty, [fair]) == ["fair_0002"]
    async with empty.read() as tx:
        rows = await tx.rows(text("SELECT id, name, open FROM fair_stalls ORDER BY id"))
        assert [tuple(row) for row in rows] == [(1, "nameless", True), (2, "tea", True)]
        assert await tx.scalar(text("SELECT count(*) FROM fair_wares")) == 2


async def test_a_cog_can_be_switched_off_and_on_again(empty: Database, fair: Branch) -> None:
    await migrate(empty, [fair])
    await fill(empty)
    assert await migrate(empty, []) == await pending(empty, []) == await differences(empty, []) == []
    add_second(fair)
    assert await migrate(empty, [fair]) == ["fair_0002"]


async def test_references_are_kept_by_the_end_of_a_migration(empty: Database, fair: Branch) -> None:
    if empty.engine != "sqlite":
        pytest.skip("PostgreSQL never lets them go")
    await migrate(empty, [fair])
    await fill(empty)
    (fair.folder / "fair_0002_bad.py").write_text(
        "revision = 'fair_0002'\ndown_revision = 'fair_0001'\n\n"
        "def upgrade(op):\n    op.execute('DELETE FROM fair_stalls WHERE id = 1')\n"
    )
    with pytest.raises(MigrationError, match="fair_wares"):
        await migrate(empty, [fair])
    async with empty.write() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM fair_stalls")) == 2
        assert await tx.scalar(text("PRAGMA foreign_keys")) == 1


async def test_a_newer_schema_is_refused(empty: Database, fair: Branch) -> None:
    add_second(fair)
    await migrate(empty, [fair])
    (fair.folder / "fair_0002_second.py").unlink()
    for run in (migrate, pending):
        with pytest.raises(SchemaTooNew, match="fair_0002") as caught:
            await run(empty, [fair])
        assert caught.value.revisions == ("fair_0002",)


async def test_disorder_in_a_branch_is_named(empty: Database, fair: Branch) -> None:
    (fair.folder / "fair_0009.py").write_text("revision = 'fair_0009'\ndown_revision = None\n")
    with pytest.raises(MigrationError, match="must follow each other"):
        await migrate(empty, [fair])
    (fair.folder / "fair_0009.py").write_text("revision = 'other_0009'\ndown_revision = 'fair_0001'\n")
    with pytest.raises(MigrationError, match="other_0009 must be called fair_"):
        await migrate(empty, [fair])
    for file in fair.folder.glob("*.py"):
        file.unlink()
    with pytest.raises(MigrationError, match="there is no revision"):
        await migrate(empty, [fair])
    assert await schema(empty) == {}


def test_a_cogs_folder_is_beside_its_code() -> None:
    assert packaged("storage", "bot.storage", MetaData()).folder == ROOT / "bot" / "storage" / "migrations"


# ---------------------------------------------------------------- interruptions


class Killed(Exception):
    pass


@contextmanager
def killed_at(database: Database, number: int) -> Iterator[None]:
    """Fails after the statement with this number."""
    left = itertools.count(number, -1)

    def count(*_: object) -> None:
        if next(left) == 0:
            raise Killed

    engine = database.writer_engine.sync_engine
    event.listen(engine, "after_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", count)


async def killed_everywhere(database: Database, branches: list[Branch]) -> int:
    """Lets a migration fail at each of its statements in turn, until it ends; the number of failures."""
    before = await schema(database)
    for number in itertools.count():
        try:
            with killed_at(database, number):
                await migrate(database, branches)
        except Killed:
            assert await schema(database) == before
            continue
        return number
    raise AssertionError


async def test_a_migration_that_fails_at_any_statement_can_be_run_again(empty: Database, fair: Branch) -> None:
    assert await killed_everywhere(empty, [fair]) > len(tables.core.tables)
    assert await differences(empty, [fair]) == await pending(empty, [fair]) == []
    await fill(empty)
    add_second(fair)
    assert await killed_everywhere(empty, [fair]) > 4
    assert await pending(empty, [fair]) == []


CHILD = """
import asyncio, itertools, os, signal, sys
from pathlib import Path
from sqlalchemy import MetaData, event
from bot.storage.database import Database
from bot.storage.migrate import Branch, migrate

url, folder, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
left = itertools.count(number, -1)

def count(*_):
    if next(left) == 0:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    database = Database(url)
    event.listen(database.writer_engine.sync_engine, "after_cursor_execute", count)
    print(*await migrate(database, [Branch("fair", folder, MetaData())]))
    await database.close()

asyncio.run(main())
"""


def child(url: str, fair: Branch, number: int = 1_000_000) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, url, str(fair.folder), str(number)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def test_a_killed_process_leaves_what_can_be_migrated(tmp_path: Path, fair: Branch) -> None:
    url = f"sqlite:///{tmp_path / 'madang.db'}"
    for number in (0, 5, 20, 30, 35):
        process = child(url, fair, number)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    process = child(url, fair)
    assert "fair_0001" in process.communicate(timeout=60)[0].split()
    database = Database(url)
    assert await differences(database, [fair]) == []
    await database.close()


async def test_of_several_processes_one_migrates(database_url: str, fair: Branch) -> None:
    processes = [child(database_url, fair) for _ in range(3)]
    said = [(await asyncio.to_thread(process.communicate, timeout=60))[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(map(bool, said)) == [False, False, True]


async def test_of_several_bots_in_one_process_one_migrates(database_url: str, fair: Branch) -> None:
    bots = [Database(database_url) for _ in range(3)]
    said = await asyncio.gather(*(migrate(bot, [fair]) for bot in bots))
    assert sorted(map(bool, said)) == [False, False, True]
    assert await differences(bots[0], [fair]) == []
    for bot in bots:
        await bot.close()


# ---------------------------------------------------------------------- backups


async def test_a_backup_comes_first_where_there_is_data(empty: Database, fair: Branch) -> None:
    seen: list[int] = []

    async def back_up() -> None:
        async with empty.read() as tx:
            seen.append(await tx.scalar(text("SELECT count(*) FROM fair_stalls WHERE name IS NULL")))

    await migrate(empty, [fair], backup=back_up)
    await fill(empty)
    await migrate(empty, [fair], backup=back_up)
    assert seen == []
    add_second(fair)
    await migrate(empty, [fair], backup=back_up)
    assert seen == ([1] if empty.engine == "sqlite" else [])


async def test_without_its_backup_nothing_is_migrated(tmp_path: Path, fair: Branch) -> None:
    async def full() -> None:
        raise OSError("no space left")

    database = Database(f"sqlite:///{tmp_path / 'madang.db'}")
    await migrate(database, [fair])
    await fill(database)
    add_second(fair)
    with pytest.raises(OSError, match="no space"):
        await migrate(database, [fair], backup=full)
    assert await pending(database, [fair]) == ["fair_0002"]
    await database.close()


# ---------------------------------------------------------------- new revisions


def drawn() -> MetaData:
    made = tables.metadata()
    waits = text("ended_at IS NULL")
    Table(
        "raffles",
        made,
        Column("key", Text, primary_key=True),
        Column("member_id", ForeignKey(tables.members.c.id), nullable=False),
        Column("ended_at", Moment),
        Index(None, "member_id", sqlite_where=waits, postgresql_where=waits),
        sqlite_with_rowid=False,
    )
    return made


async def test_a_revision_is_written_from_the_tables(tmp_path: Path, empty: Database) -> None:
    branch = Branch("raffle", tmp_path / "raffle", drawn())
    first = await revise(branch, "The first tables.")
    assert first == branch.folder / "raffle_0001_the_first_tables.py"
    code = first.read_text()
    assert re.search(r"Column\('ended_at', sa.BigInteger\(\)", code)
    assert "sqlite_with_rowid=False" in code
    assert "import bot" not in code
    assert "from bot" not in code
    await migrate(empty, [branch])
    assert await differences(empty, [branch]) == []
    assert await revise(branch, "Nothing") is None

    branch.metadata.tables["raffles"].append_column(Column("prize", Text))
    second = await revise(branch, "A prize")
    assert second is not None
    assert second.name == "raffle_0002_a_prize.py"
    assert await migrate(empty, [branch]) == ["raffle_0002"]
    assert await differences(empty, [branch]) == []
    with pytest.raises(MigrationError, match="2 revisions"):
        await revise(branch, "Anew", replace_initial=True)


async def test_a_first_revision_can_be_written_anew(tmp_path: Path) -> None:
    branch = Branch("raffle", tmp_path / "raffle", drawn())
    await revise(branch, "First")
    branch.metadata.tables["raffles"].append_column(Column("prize", Text))
    again = await revise(branch, "Still the first", replace_initial=True)
    assert again is not None
    assert [file.name for file in branch.folder.glob("*.py")] == ["raffle_0001_still_the_first.py"]
    assert "'prize'" in again.read_text()


def test_revisions_stand_on_their_own() -> None:
    """What they import must be there, and mean the same, years later."""
    for file in CORE.folder.glob("*.py"):
        assert "bot" not in re.findall(r"^(?:from|import) (\w+)", file.read_text(), re.MULTILINE)
