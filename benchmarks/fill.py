"""A community with many members, written straight into the tables."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Table

from benchmarks import corpus
from bot.domain.days import period_keys
from bot.domain.ranks import deltas
from bot.storage import tables
from bot.storage.database import Database, Tx
from bot.vocabulary.model import Community

COMMUNITY = Community(1, "Bench", "ko", "Asia/Seoul")
PLATFORM = "playground"
CHUNK = 5_000
LIKELY_MOST = 200_000
"""Points that hardly anyone passes."""


async def community(tx: Tx) -> None:
    await tx.execute(tables.communities.insert(), [_columns(COMMUNITY, "id", "name", "locale", "zone")])


async def people(database: Database, members: int) -> None:
    """A space whose members are all known already, as in a community that has run for a while."""
    numbers = range(members)
    async with database.write() as tx:
        await community(tx)
        space = {"platform": PLATFORM, "space": corpus.SPACE, "community_id": COMMUNITY.id, "name": "Bench"}
        await tx.execute(tables.spaces.insert(), [space])
    await _write(database, tables.people, ({"id": number + 1} for number in numbers))
    await _write(database, tables.accounts, map(_account, numbers))
    member = {"community_id": COMMUNITY.id}
    await _write(database, tables.members, (member | {"id": n + 1, "person_id": n + 1} for n in numbers))
    here = {"platform": PLATFORM, "space": corpus.SPACE}
    await _write(database, tables.presences, (here | {"account": corpus.user_id(n)} for n in numbers))


async def scores(database: Database, members: int, seed: int = 3) -> dict[int, int]:
    """Points for all, on every current board, with the counters that belong to them; the totals by member."""
    chance = random.Random(seed)
    totals = {number + 1: min(LIKELY_MOST, 1 + int(chance.lognormvariate(5.5, 1.6))) for number in range(members)}
    for period in sorted(period_keys(corpus.START, COMMUNITY.zone)):
        await _board(database, period, totals)
    return totals


async def _board(database: Database, period: str, totals: Mapping[int, int]) -> None:
    """All have all their points today: the worst case for the board of a day."""
    common = {"community_id": COMMUNITY.id, "period": period}
    rows = (common | {"member_id": member, "points": points, "listed": True} for member, points in totals.items())
    await _write(database, tables.scores, rows)
    counts: Counter[tuple[int, int]] = Counter()
    for points, members in Counter(totals.values()).items():
        for level, bucket, change in deltas(None, points):
            counts[level, bucket] += change * members
    counted = (
        common | {"level": level, "bucket": bucket, "count": count} for (level, bucket), count in sorted(counts.items())
    )
    await _write(database, tables.score_counts, counted)


async def _write(database: Database, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for chunk in _chunks(rows):
        async with database.write(urgent=False) as tx:
            await tx.execute(table.insert(), chunk)


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _account(number: int) -> dict[str, Any]:
    return {
        "platform": PLATFORM,
        "account": corpus.user_id(number),
        "person_id": number + 1,
        "name": corpus.user_name(number),
        "bot": False,
    }


def _columns(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}
