"""A disk that is full, a file that somebody else holds: it is said, nothing is lost, and it goes on by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.storage import database as database_module
from bot.storage.database import Database, DatabaseUnavailable
from tests.engine.bench import Answers, Bench, command, message, post, working

ROOM = 6


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'madang.db'}"


async def limit(database: Database, spare: int | None) -> None:
    """The file may grow by so many pages; without a number as it likes."""
    async with database.writer_engine.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        most = 1_073_741_823 if spare is None else pages + spare
        await connection.execute(text(f"PRAGMA max_page_count = {most}"))


async def fill(bench: Bench) -> None:
    async with bench.writing() as ctx:
        for number in range(2000):
            ctx.send(post("x" * 500, f"place {number}"))


async def unready(bench: Bench) -> None:
    async with asyncio.timeout(10):
        while bench.app.health().ready:  # noqa: ASYNC110 (health is asked, not told)
            await asyncio.sleep(0.002)


async def test_a_full_disk_pauses_everything_and_loses_nothing(url: str) -> None:
    async with working(url) as bench:
        await limit(bench.app.database, ROOM)
        offered = await bench.offer(*(message(f"{number} " + "k" * 300) for number in range(400)))
        await unready(bench)
        assert not all(done.done() for done in offered)
        assert bench.app.health().parts["intake"] == "the database does not take events"

        answers = Answers()
        await bench.app.interact(command("c", "tally"), answers)
        assert len(answers.said) == 1

        await limit(bench.app.database, None)
        async with asyncio.timeout(20):
            await asyncio.gather(*offered)
        assert bench.app.health().ready
        found = await bench.tallies()
        assert set(found.values()) == {1}
        assert len([name for name in found if name != "tally"]) == 401
        again = Answers()
        await bench.app.interact(command("d", "tally"), again)
        assert getattr(again.said[0].text, "source", "") == "tally"


async def test_a_writer_that_finds_no_room_says_so(url: str) -> None:
    async with working(url) as bench:
        await limit(bench.app.database, 0)
        with pytest.raises(DatabaseUnavailable, match="full"):
            await fill(bench)
        await limit(bench.app.database, None)
        async with bench.writing() as ctx:
            ctx.send(post("after"))
        await bench.settled()
        assert bench.paper.texts() == ["after"]


async def test_a_delivery_that_cannot_be_recorded_is_recorded_later(url: str) -> None:
    async with working(url) as bench:
        bench.paper.hold = asyncio.Event()
        async with bench.writing() as ctx:
            ctx.send(post("hello"))
        refused = 0

        def no_room(*_: object) -> None:
            nonlocal refused
            if refused < 2:
                refused += 1
                raise sqlite3.OperationalError("database or disk is full")

        engine = bench.app.database.writer_engine.sync_engine
        async with asyncio.timeout(5):
            while not bench.app.deliverers[0]._under_way:  # noqa: ASYNC110 (a claim is not told)
                await asyncio.sleep(0.001)
        event.listen(engine, "before_cursor_execute", no_room)
        bench.paper.hold.set()
        await bench.settled()
        event.remove(engine, "before_cursor_execute", no_room)
        assert bench.paper.texts() == ["hello"]


async def test_a_file_that_another_process_holds(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a backup that was opened by hand and forgotten."""
    pragmas = [pragma for pragma in database_module._PRAGMAS if "busy" not in pragma]
    monkeypatch.setattr(database_module, "_PRAGMAS", (*pragmas, "PRAGMA busy_timeout = 20"))
    async with working(url) as bench:
        other = sqlite3.connect(str(bench.app.database.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        [done] = await bench.offer(message("1"))
        await unready(bench)
        assert not done.done()
        answers = Answers()
        await bench.app.interact(command("c", "tally"), answers)
        assert len(answers.said) == 1
        other.execute("ROLLBACK")
        other.close()
        async with asyncio.timeout(10):
            await done
        assert (await bench.tallies())["paper:1"] == 1
        assert bench.app.health().ready
