"""A rank, a page of the board and an award among ever more members: is the cost flat?"""

from __future__ import annotations

import argparse
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from statistics import median
from typing import Any

import psycopg

from benchmarks import corpus, fill
from benchmarks.engines import Engine, create_schema, engines, path_of
from benchmarks.output import figure, note, percentile
from bot.domain.days import Period
from bot.storage.database import Database, Tx
from bot.storage.points import Points

SIZES = (10_000, 100_000, 1_000_000)
PAGE = 10
COUNTS = 30
"""How often the counting that is slow without counters is run."""

_OWN = "SELECT points FROM scores WHERE community_id = 1 AND period = {0} AND member_id = {0}"
_COUNT = (
    "SELECT count(*) FROM scores WHERE community_id = 1 AND period = {0} AND listed AND points > "
    "(SELECT points FROM scores WHERE community_id = 1 AND period = {0} AND member_id = {0})"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--samples", type=int, default=1_000)


async def main(options: argparse.Namespace) -> int:
    with engines(options.database, options.engine) as found:
        for engine in found:
            for size in options.sizes:
                await measure(engine, size, options.samples)
    return 0


async def measure(engine: Engine, size: int, samples: int) -> None:
    """Prints one engine's figures for so many members."""
    note(f"{engine.name}: {size:,} members are ranked")
    address = engine.empty()
    database = Database(address)
    await create_schema(database, [])
    async with database.write() as tx:
        await fill.community(tx)
    await fill.scores(database, size)
    engine.settle(address)
    bare = _Bare(address, size)
    pages = max(1, size // PAGE)
    chance = random.Random(5)
    reads: dict[str, Callable[[Tx], Awaitable[Any]]] = {
        "standing": lambda tx: Points(tx).standing(fill.COMMUNITY, chance.randrange(size) + 1, Period.ALL.value),
        "board-first": lambda tx: Points(tx).board(fill.COMMUNITY, Period.ALL.value, 1, PAGE),
        "board-far": lambda tx: Points(tx).board(
            fill.COMMUNITY, Period.ALL.value, chance.randrange(pages // 2, pages) + 1, PAGE
        ),
    }
    for name, ask in reads.items():
        taken = await _reads(database, ask, samples)
        floor = bare.first_page() if name.startswith("board") else bare.own()
        counted = {"counting": bare.count()} if name == "standing" else {}
        _print(engine, name, size, taken, floor, **counted)
    await _awards(engine, database, size, samples, bare)
    await database.close()
    bare.close()
    engine.drop(address)


async def _reads(database: Database, ask: Callable[[Tx], Awaitable[Any]], samples: int) -> list[float]:
    """Milliseconds of each, inside one transaction: the question alone, not its beginning and end."""
    taken = []
    async with database.read() as tx:
        for _ in range(samples + samples // 10):
            started = time.perf_counter()
            await ask(tx)
            taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken[samples // 10 :])


async def _awards(engine: Engine, database: Database, size: int, samples: int, bare: _Bare) -> None:
    """One award in a transaction of its own, durably; beside a bare row that is written as durably."""
    chance = random.Random(6)
    taken = []
    for number in range(min(samples, 500)):
        at = corpus.START + timedelta(seconds=number)
        started = time.perf_counter()
        async with database.write() as tx:
            member = chance.randrange(size) + 1
            await Points(tx).award(fill.COMMUNITY, member, 20, reason="bench", source=f"bench:{number}", at=at)
        taken.append((time.perf_counter() - started) * 1000)
    _print(engine, "award", size, sorted(taken), bare.write())


def _print(engine: Engine, name: str, size: int, taken: list[float], floor: float, **more: float) -> None:
    """`ratio_to_counting` is how much of the counting's time is left."""
    p50 = median(taken)
    beside = {"counting_ms": more["counting"], "ratio_to_counting": p50 / more["counting"]} if more else {}
    figure(
        f"rank-{name}",
        engine.name,
        p50,
        "ms",
        floor,
        p99=percentile(taken, 0.99),
        members=size,
        filesystem=engine.filesystem,
        **beside,
    )


class _Bare:
    """The same questions by the bare driver; milliseconds, by the middle of many."""

    def __init__(self, address: str, size: int) -> None:
        self._size = size
        self._chance = random.Random(7)
        self._sqlite = address.startswith("sqlite")
        self._mark = "?" if self._sqlite else "%s"
        self._connection: Any = (
            sqlite3.connect(path_of(address), isolation_level=None, timeout=10)
            if self._sqlite
            else psycopg.connect(address, autocommit=True)
        )
        if self._sqlite:
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA cache_size = -65536")
        self._connection.execute("CREATE TABLE bench_rows (id INTEGER PRIMARY KEY, points INTEGER)")

    def own(self) -> float:
        return self._time(_OWN, 1000, lambda member: ("all", member))

    def count(self) -> float:
        return self._time(_COUNT, COUNTS, lambda member: ("all", "all", member))

    def first_page(self) -> float:
        page = (
            "SELECT member_id, points FROM scores WHERE community_id = 1 AND period = {0} AND points > 0 AND listed "
            f"ORDER BY points DESC, member_id LIMIT {PAGE}"
        )
        return self._time(page, 300, lambda _: ("all",))

    def write(self) -> float:
        return self._time(
            "INSERT INTO bench_rows (points) VALUES ({0})" if self._sqlite else _INSERT, 300, lambda m: (m,)
        )

    def close(self) -> None:
        self._connection.close()

    def _time(self, sql: str, times: int, values: Callable[[int], tuple[Any, ...]]) -> float:
        sql = sql.format(self._mark)
        taken = []
        with closing(self._connection.cursor()) as cursor:
            for _ in range(times):
                given = values(self._chance.randrange(self._size) + 1)
                started = time.perf_counter()
                cursor.execute(sql, given)
                if cursor.description is not None:
                    cursor.fetchall()
                taken.append((time.perf_counter() - started) * 1000)
        return median(taken)


_INSERT = "INSERT INTO bench_rows (id, points) SELECT coalesce(max(id), 0) + 1, {0}::int FROM bench_rows"
