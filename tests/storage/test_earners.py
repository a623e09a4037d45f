from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from bot.domain.points import Earner
from bot.domain.similarity import REMEMBERED, print_of, recall, remember
from bot.storage.database import Database, retried
from bot.storage.earners import Earners
from tests.schema import create_everything


async def load(database: Database, *members: int) -> dict[int, Earner]:
    async with database.write() as tx:
        return await Earners(tx).load(members)


async def save(database: Database, rows: dict[int, Earner]) -> None:
    async with database.write() as tx:
        await Earners(tx).save(rows)


async def merge(database: Database, gone: int, kept: int) -> None:
    async with database.write() as tx:
        await Earners(tx).merge(gone, kept)


def ring(*texts: str) -> bytes:
    prints = b""
    for text in texts:
        prints = remember(prints, print_of(text))
    return prints


async def test_who_was_never_seen_begins_with_nothing(database: Database) -> None:
    assert await load(database, 9, 7, 9) == {7: Earner(), 9: Earner()}
    assert await load(database) == {}


async def test_what_is_saved_is_loaded(database: Database) -> None:
    rows = {9: Earner(5, 739_000, 20, b"\x00\xff"), 7: Earner(None, 3, 0, b"")}
    await save(database, rows)
    assert await load(database, 7, 8, 9) == {**rows, 8: Earner()}
    await save(database, {9: Earner(6, 739_001, 0, b"a")})
    assert (await load(database, 9))[9] == Earner(6, 739_001, 0, b"a")
    await save(database, {})


async def test_two_earners_become_one(database: Database) -> None:
    await save(database, {7: Earner(5, 10, 20, ring("a", "b", "c")), 8: Earner(9, 10, 30, ring("d", "e", "f"))})
    await merge(database, gone=8, kept=7)
    both = await load(database, 7, 8)
    assert both[8] == Earner()
    assert (both[7].last_award_ms, both[7].day, both[7].day_points) == (9, 10, 50)
    prints = list(recall(both[7].prints))
    assert prints == [print_of(text) for text in ("e", "f", "a", "b", "c")]
    assert len(prints) == REMEMBERED


@pytest.mark.parametrize(
    ("kept", "gone", "expected"),
    [
        (Earner(5, 10, 20), Earner(3, 9, 300), Earner(5, 10, 20)),
        (Earner(None, 8, 20), Earner(3, 9, 300), Earner(3, 9, 300)),
        (None, Earner(3, 9, 300), Earner(3, 9, 300)),
        (Earner(3, 9, 300), None, Earner(3, 9, 300)),
        (None, None, Earner()),
    ],
)
async def test_the_later_day_counts(
    database: Database, kept: Earner | None, gone: Earner | None, expected: Earner
) -> None:
    await save(database, {member: each for member, each in ((7, kept), (8, gone)) if each is not None})
    await merge(database, gone=8, kept=7)
    assert (await load(database, 7))[7] == expected


async def test_a_copy_and_oblivion(database: Database) -> None:
    await save(database, {7: Earner(1_500, 10, 20, ring("a"))})
    async with database.write() as tx:
        assert await Earners(tx).export(7) == {
            "last_award": "1970-01-01T00:00:01.500000+00:00",
            "day": 10,
            "day_points": 20,
            "prints": [print_of("a").hex()],
        }
        await Earners(tx).erase(7)
        assert await Earners(tx).export(7) is None


# ------------------------------------------------------------ two processes


@pytest.fixture
async def two(postgresql_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """Two processes on one PostgreSQL."""
    both = Database(postgresql_url), Database(postgresql_url)
    await create_everything(both[0])
    yield both
    for each in both:
        await each.close()


async def test_no_update_is_lost_between_two_processes(two: tuple[Database, Database]) -> None:
    """From the first row on, which both find missing."""

    async def earn(number: int, members: list[int]) -> None:
        async with two[number].write() as tx:
            rows = await Earners(tx).load(members)
            await asyncio.sleep(0.002)
            for earner in rows.values():
                earner.day_points += 1
            await Earners(tx).save(rows)

    batches = [list(range(1, 21)), list(range(15, 0, -1)), list(range(10, 25))]
    await asyncio.gather(
        *(retried(partial(earn, n % 2, batches[n % 3]), times=20) for n in range(12)),
    )
    points = {member: earner.day_points for member, earner in (await load(two[0], *range(1, 25))).items()}
    assert points == {member: 4 * sum(member in batch for batch in batches) for member in range(1, 25)}
