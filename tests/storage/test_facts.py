from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from bot.storage import tables
from bot.storage.database import Database, retried
from bot.storage.facts import Facts
from tests.schema import create_everything

NOW = datetime(2026, 3, 4, 3, tzinfo=UTC)
TODAY = date(2026, 3, 4).toordinal()


async def count(database: Database, *rows: tuple[int, str, int, int]) -> None:
    async with database.write() as tx:
        await Facts(tx).count(rows)


async def days(database: Database, member: int, fact: str) -> list[tuple[int, int]]:
    async with database.read() as tx:
        return await Facts(tx).days(member, fact)


async def total(database: Database, member: int, fact: str, since: int | None = None) -> int:
    async with database.read() as tx:
        return await Facts(tx).total(member, fact, since)


async def test_a_source_is_told_once(database: Database) -> None:
    async with database.write() as tx:
        facts = Facts(tx)
        assert await facts.record(7, "thanked", "k:1", NOW, TODAY)
        assert not await facts.record(7, "thanked", "k:1", NOW, TODAY + 1)
        assert await facts.record(7, "solved", "k:1", NOW, TODAY)
        assert await facts.record(8, "thanked", "k:1", NOW, TODAY)
    assert await days(database, 7, "thanked") == [(TODAY, 1)]
    assert await total(database, 7, "solved") == 1
    assert await total(database, 9, "solved") == 0


async def test_counts_add_up_by_day(database: Database) -> None:
    await count(database, (7, "messages", TODAY, 2), (8, "messages", TODAY, 1), (7, "messages", TODAY - 1, 1))
    await count(database, (7, "messages", TODAY, 1), (7, "messages", TODAY, 1), (7, "replies", TODAY, 1))
    await count(database)
    assert await days(database, 7, "messages") == [(TODAY - 1, 1), (TODAY, 4)]
    assert await total(database, 7, "messages") == 5
    assert await total(database, 7, "messages", TODAY) == 4
    async with database.read() as tx:
        assert await Facts(tx).days(7, "messages", TODAY) == [(TODAY, 4)]


async def test_what_is_taken_back_never_leads_below_zero(database: Database) -> None:
    await count(database, (7, "messages", TODAY, 3), (8, "messages", TODAY, 1))
    await count(
        database,
        (7, "messages", TODAY, -1),
        (8, "messages", TODAY, -4),
        (9, "messages", TODAY, -1),
        (7, "replies", TODAY, 2),
        (7, "replies", TODAY, -2),
    )
    assert await days(database, 7, "messages") == [(TODAY, 2)]
    assert await days(database, 8, "messages") == []
    await count(database, (8, "messages", TODAY, 1), (9, "messages", TODAY, 1))
    assert await total(database, 8, "messages") == 1
    assert await total(database, 9, "messages") == 1
    assert await total(database, 7, "replies") == 0


async def test_two_members_facts_become_ones(database: Database) -> None:
    async with database.write() as tx:
        facts = Facts(tx)
        await facts.record(7, "attended", "event:1", NOW, TODAY)
        await facts.record(8, "attended", "event:1", NOW, TODAY)
        await facts.record(8, "attended", "event:2", NOW - timedelta(days=5), TODAY - 5)
        await facts.count([(7, "messages", TODAY, 2), (8, "messages", TODAY, 3), (8, "messages", 9, 1)])
        await facts.merge(gone=8, kept=7)
    assert await days(database, 7, "attended") == [(TODAY - 5, 1), (TODAY, 1)]
    assert await days(database, 7, "messages") == [(9, 1), (TODAY, 5)]
    async with database.write() as tx:
        assert not await Facts(tx).record(7, "attended", "event:2", NOW, TODAY)
        assert await Facts(tx).export(8) == {"facts": [], "days": []}


async def test_a_member_takes_a_copy_along_and_is_forgotten(database: Database) -> None:
    async with database.write() as tx:
        facts = Facts(tx)
        await facts.record(7, "thanked", "k:1", NOW, TODAY)
        await facts.count([(7, "messages", TODAY, 2), (8, "messages", TODAY, 3)])
        assert await facts.export(7) == {
            "facts": [{"fact": "thanked", "source": "k:1", "at": "2026-03-04T03:00:00+00:00"}],
            "days": [
                {"fact": "messages", "day": "2026-03-04", "count": 2},
                {"fact": "thanked", "day": "2026-03-04", "count": 1},
            ],
        }
        await facts.erase(7)
        assert await facts.export(7) == {"facts": [], "days": []}
    assert await total(database, 8, "messages") == 3


async def test_old_days_become_a_total(database: Database) -> None:
    members = range(1, 8)
    async with database.write() as tx:
        facts = Facts(tx)
        for member in members:
            await facts.record(member, "thanked", "old", NOW - timedelta(days=500), TODAY - 500)
            await facts.record(member, "thanked", "new", NOW, TODAY)
        await facts.count((member, "messages", TODAY - back, 2) for member in members for back in (401, 402, 400))
    for _ in range(2):
        after: int | None = 0
        steps = 0
        while after is not None:
            async with database.write() as tx:
                after = await Facts(tx).sweep(TODAY - 400, after, members=3)
            steps += 1
        assert steps == 4
    for member in members:
        assert await days(database, member, "messages") == [(TODAY - 400, 2)]
        assert await total(database, member, "messages") == 6
        assert await total(database, member, "messages", 1) == 2
        assert await total(database, member, "thanked") == 2
    async with database.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(tables.facts)) == len(members)
        assert {"fact": "messages", "day": None, "count": 4} in (await Facts(tx).export(1))["days"]


# ------------------------------------------------------------ two processes


@pytest.fixture
async def two(postgresql_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """Two processes on one PostgreSQL."""
    both = Database(postgresql_url), Database(postgresql_url)
    await create_everything(both[0])
    yield both
    for each in both:
        await each.close()


async def test_no_count_is_lost_between_two_processes(two: tuple[Database, Database]) -> None:
    async def told(number: int, source: str) -> int:
        new = 0
        async with two[number].write() as tx:
            for member in range(1, 6):
                new += await Facts(tx).record(member, "thanked", source, NOW, TODAY)
            await Facts(tx).count((member, "messages", TODAY, 1) for member in range(20, 0, -1))
        return new

    new = await asyncio.gather(*(retried(partial(told, n % 2, f"s:{n // 2}"), times=20) for n in range(20)))
    assert sum(new) == 50
    for member in range(1, 6):
        assert await total(two[0], member, "thanked") == 10
        assert await total(two[0], member, "messages") == 20
