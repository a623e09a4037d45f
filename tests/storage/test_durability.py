"""What was committed is on the disk when the commit returns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.storage import tables
from bot.storage.database import Database
from bot.storage.migrate import migrate

ROOT = Path(__file__).parents[2]

WRITES_UNTIL_KILLED = """
import asyncio, sys
from bot.storage import tables
from bot.storage.database import Database

async def main():
    database = Database(sys.argv[1])
    for number in range(10 ** 9):
        async with database.write() as tx:
            await tx.execute(tables.versions.insert().values(name=str(number), number=number))
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("which", ["write", "read"])
async def test_sqlite_waits_for_the_disk(tmp_path: Path, which: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'madang.db'}")
    async with getattr(database, which)() as tx:
        assert await tx.scalar(text("PRAGMA synchronous")) == 2
        assert await tx.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await tx.scalar(text("PRAGMA foreign_keys")) == 1
    await database.close()


async def test_sqlite_is_as_careful_after_a_migration(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'madang.db'}")
    await migrate(database, [])
    async with database.write() as tx:
        assert await tx.scalar(text("PRAGMA synchronous")) == 2
        assert await tx.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await tx.scalar(text("PRAGMA foreign_keys")) == 1
        assert await tx.scalar(text("PRAGMA busy_timeout")) == 10_000
    await database.close()


async def test_postgresql_waits_for_the_disk(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.write() as tx:
        assert await tx.scalar(text("SHOW synchronous_commit")) == "on"
    await database.close()


async def test_what_a_killed_process_said_it_wrote_is_there(database_url: str) -> None:
    database = Database(database_url)
    await migrate(database, [])
    said: list[int] = []
    for _ in range(3):
        async with database.write() as tx:
            await tx.execute(tables.versions.delete())
        said = _written_until_killed(database_url)
        async with database.read() as tx:
            found = set(await tx.column(select(tables.versions.c.number)))
        assert found >= set(said)
        assert len(found) <= len(said) + 1
    await database.close()


def _written_until_killed(url: str) -> list[int]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITES_UNTIL_KILLED, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(50)]
        process.kill()
        rest = process.stdout.read()
    # The last line may have been cut off.
    return [*said, *map(int, rest.split("\n")[:-1])]
