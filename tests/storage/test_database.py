from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.storage import tables
from bot.storage.database import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def test_a_row_written_is_read(database: Database) -> None:
    async with database.write() as tx:
        kept = await tx.rows(
            tx.insert(tables.seen).on_conflict_do_nothing().returning(tables.seen.c.key),
            [{"key": "a", "at": NOW}, {"key": "b", "at": NOW}],
        )
        again = await tx.rows(
            tx.insert(tables.seen).on_conflict_do_nothing().returning(tables.seen.c.key),
            [{"key": "b", "at": NOW}, {"key": "c", "at": NOW}],
        )
    assert {row.key for row in kept} == {"a", "b"}
    assert {row.key for row in again} == {"c"}
    async with database.read() as tx:
        assert await tx.scalar(select(tables.seen.c.at).where(tables.seen.c.key == "a")) == NOW
        assert abs((await tx.clock() - datetime.now(UTC)).total_seconds()) < 5


async def twice(database: Database, key: str) -> None:
    async with database.write() as tx:
        for _ in range(2):
            await tx.execute(tables.seen.insert(), [{"key": key, "at": NOW}])


async def test_an_error_does_not_tell_what_was_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as failed:
        await twice(database, "a private word")
    assert "UNIQUE" in str(failed.value).upper()
    assert "private" not in f"{failed.value} {failed.value!r} {failed.value.orig}"


async def test_what_fails_after_a_commit_fails_alone(database: Database) -> None:
    told: list[str] = []

    def fails() -> None:
        raise RuntimeError("somebody who listens is broken")

    async with database.write() as tx:
        await tx.execute(tables.seen.insert(), [{"key": "a", "at": NOW}])
        tx.after_commit += [lambda: told.append("before"), fails, lambda: told.append("after")]
    assert told == ["before", "after"]
    async with database.read() as tx:
        assert await tx.column(select(tables.seen.c.key)) == ["a"]
