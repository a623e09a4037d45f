from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from bot.domain.days import Period, period_key, period_keys
from bot.domain.points import Earner, total_for
from bot.domain.ranks import SHIFTS
from bot.storage import tables
from bot.storage.database import Database, retried
from bot.storage.earners import Earners
from bot.storage.points import Award, BoardRow, BoardStanding, Points, Reversed
from bot.storage.types import Ids
from bot.vocabulary.events import DomainEvent, LevelReached, PointsAwarded
from bot.vocabulary.model import Community
from tests.schema import create_everything

VILLAGE = Community(1, "마당", "ko", "Asia/Seoul")
NEXT_DOOR = Community(2, "next door", "en", "America/New_York")
NOW = datetime(2026, 3, 4, 3, tzinfo=UTC)
ALL = Period.ALL.value


class TakenIds(Ids):
    """As if two processes had drawn the same number."""

    def __init__(self, taken: int) -> None:
        super().__init__()
        self.taken = taken

    def next(self) -> int:
        return self.taken


def an_award(
    member: int, points: int, source: str, *, reason: str = "message", at: datetime = NOW, rule: int = 1
) -> Award:
    return Award(member, points, reason, source, at, rule)


async def give(database: Database, *awards: Award, to: Community = VILLAGE, announce: bool = True) -> list[DomainEvent]:
    async with database.write() as tx:
        await Points(tx).award_many(to, awards, announce=announce)
        return tx.emitted


@contextmanager
def executed(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the driver is given, with their values."""
    statements: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2:4])

    event.listen(database.writer_engine.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.writer_engine.sync_engine, "before_cursor_execute", note)


async def standing(database: Database, member: int, period: str = ALL) -> BoardStanding:
    async with database.read() as tx:
        return await Points(tx).standing(VILLAGE, member, period)


async def board(database: Database, period: str = ALL, size: int = 10) -> list[BoardRow]:
    """Every page, one after the other."""
    rows: list[BoardRow] = []
    async with database.read() as tx:
        points = Points(tx)
        pages = (await points.board(VILLAGE, period, size=size)).pages
        for number in range(1, pages + 1):
            page = await points.board(VILLAGE, period, number, size)
            assert (page.page, page.pages) == (number, pages)
            rows += page.rows
    return rows


async def counted(database: Database) -> tuple[Counter[Any], Counter[Any]]:
    """The counters as they are, and as they should be."""
    async with database.read() as tx:
        kept: Sequence[Any] = await tx.rows(select(tables.score_counts))
        rows = await tx.rows(select(tables.scores).where(tables.scores.c.listed, tables.scores.c.points > 0))
    are = Counter({tuple(key): count for *key, count in kept if count})
    return are, Counter(
        (row.community_id, row.period, level, row.points >> shift) for row in rows for level, shift in enumerate(SHIFTS)
    )


def ranked(totals: dict[int, int]) -> list[BoardRow]:
    """A board by sorting."""
    order = sorted((-points, member) for member, points in totals.items() if points > 0)
    values = [-points for points, _ in order]
    return [BoardRow(values.index(-points) + 1, member, -points) for points, member in order]


# ------------------------------------------------------------------- awarding


async def test_an_award_counts_in_every_period_of_its_moment(database: Database) -> None:
    yesterday = NOW - timedelta(days=1)
    await give(database, an_award(7, 20, "a"), an_award(7, 15, "b", at=yesterday), an_award(8, 5, "c"))
    expected = {"all": 35, "d2026-03-04": 20, "d2026-03-03": 15, "w2026-W10": 35, "m2026-03": 35}
    for period, points in expected.items():
        assert (await standing(database, 7, period)).points == points
    assert (await standing(database, 7, "d2026-03-02")) == BoardStanding(None, 0, 0)


async def test_midnight_is_the_communitys(database: Database) -> None:
    await give(database, an_award(7, 20, "a", at=datetime(2026, 2, 28, 15, tzinfo=UTC)))
    assert (await standing(database, 7, "m2026-03")).points == 20
    assert (await standing(database, 7, "d2026-03-01")).points == 20


async def test_a_source_awards_once(database: Database) -> None:
    async with database.write() as tx:
        assert await Points(tx).award(VILLAGE, 7, 50, reason="kudos", source="k:1", at=NOW) == 50
        assert await Points(tx).award(VILLAGE, 7, 50, reason="kudos", source="k:1", at=NOW) == 0
    async with database.write() as tx:
        new = await Points(tx).award_many(
            VILLAGE,
            [
                an_award(7, 50, "k:1", reason="kudos"),
                an_award(8, 50, "k:1", reason="kudos"),
                an_award(7, 10, "k:1", reason="helped"),
                an_award(7, 99, "k:1", reason="helped"),
            ],
        )
        assert [(award.member_id, award.reason, award.points) for award in new] == [
            (8, "kudos", 50),
            (7, "helped", 10),
        ]
        assert [type(emitted) for emitted in tx.emitted] == [PointsAwarded, PointsAwarded]
        assert await Points(tx).total(VILLAGE, 7) == 60
        assert await Points(tx).total(VILLAGE, 9) == 0


async def test_an_id_that_exists_is_an_error_and_no_lost_award(database: Database) -> None:
    await give(database, an_award(7, 20, "a"))
    async with database.read() as tx:
        (entry,) = await Points(tx).history(7)
    database.ids = TakenIds(entry.id)
    with pytest.raises(IntegrityError):
        await give(database, an_award(7, 20, "b"))


async def test_each_award_is_announced_with_the_running_total(database: Database) -> None:
    await give(database, an_award(7, 30, "a"))
    emitted = await give(database, an_award(7, 20, "c"), an_award(8, 5, "d"), an_award(7, 10, "b"))
    assert [(e.member, e.points, e.total, e.source) for e in emitted if isinstance(e, PointsAwarded)] == [
        (7, 20, 50, "c"),
        (8, 5, 5, "d"),
        (7, 10, 60, "b"),
    ]
    assert await give(database, an_award(7, 1, "e"), announce=False) == []


async def test_a_level_is_told_once_with_the_award_that_crossed(database: Database) -> None:
    await give(database, an_award(7, total_for(1) - 1, "a"))
    emitted = await give(
        database,
        an_award(8, 5, "b"),
        an_award(7, 1, "c"),
        an_award(7, total_for(3), "d", at=NOW + timedelta(seconds=1)),
        an_award(7, 1, "e"),
        announce=False,
    )
    total = total_for(1) + total_for(3) + 1
    assert emitted == [
        LevelReached(
            community=1,
            at=NOW + timedelta(seconds=1),
            member=7,
            level=3,
            before=0,
            total=total,
            source="d",
        )
    ]


async def test_a_negative_award_takes_no_more_than_there_is(database: Database) -> None:
    await give(database, an_award(7, 30, "a"), an_award(8, 20, "b"))
    await give(database, an_award(7, -20, "c"), an_award(8, -100, "d"), an_award(9, -5, "e"))
    assert await board(database) == [BoardRow(1, 7, 10)]
    are, should = await counted(database)
    assert are == should


async def test_a_batch_takes_four_statements(database: Database) -> None:
    async with database.write() as tx:
        for size in (1, 50, 300):
            awards = [an_award(member, 20 + member % 7, f"{size}") for member in range(size)]
            with executed(database) as statements:
                await Points(tx).award_many(VILLAGE, awards)
            assert len(statements) == 4


# ------------------------------------------------------------------- reversal


async def test_what_a_source_gave_is_taken_back_once(database: Database) -> None:
    await give(
        database,
        an_award(7, 20, "m:1"),
        an_award(7, 50, "m:1", reason="helped"),
        an_award(8, 30, "m:1"),
        an_award(7, 5, "m:2"),
    )
    async with database.write() as tx:
        taken = await Points(tx).reverse(VILLAGE, ["m:1", "m:9", "m:1"], NOW)
        assert sorted((each.member_id, each.points, each.reason) for each in taken) == [
            (7, 20, "message"),
            (7, 50, "helped"),
            (8, 30, "message"),
        ]
        assert await Points(tx).reverse(VILLAGE, ["m:1"], NOW) == []
    for period in period_keys(NOW, VILLAGE.zone):
        assert await board(database, period) == [BoardRow(1, 7, 5)]
    are, should = await counted(database)
    assert are == should


async def test_only_current_boards_give_points_back(database: Database) -> None:
    later = NOW + timedelta(days=10)
    await give(database, an_award(7, 20, "m:1"), an_award(7, 5, "m:2", at=later))
    async with database.write() as tx:
        await Points(tx).reverse(VILLAGE, ["m:1"], later)
    expected = {"all": 5, "m2026-03": 5, "d2026-03-14": 5, "w2026-W11": 5, "d2026-03-04": 20, "w2026-W10": 20}
    for period, points in expected.items():
        assert (await standing(database, 7, period)).points == points


async def test_another_communitys_awards_are_left_alone(database: Database) -> None:
    await give(database, an_award(7, 20, "m:1"))
    async with database.write() as tx:
        assert await Points(tx).reverse(NEXT_DOOR, ["m:1"], NOW) == []


async def test_a_fine_is_given_back_too(database: Database) -> None:
    await give(database, an_award(7, 100, "a"))
    await give(database, an_award(7, -30, "fine"))
    async with database.write() as tx:
        (reversed_,) = await Points(tx).reverse(VILLAGE, ["fine"], NOW)
        assert isinstance(reversed_, Reversed)
        assert await Points(tx).total(VILLAGE, 7) == 100


# -------------------------------------------------------------------- reading


async def test_ties_share_a_rank_on_every_page(database: Database) -> None:
    points = [50, 40, 40, 40, 40, 30, 30, 10, 10, 10, 10, 10]
    await give(database, *(an_award(100 - place, each, f"{place}") for place, each in enumerate(points)))
    expected = ranked({100 - place: each for place, each in enumerate(points)})
    assert [row.rank for row in expected] == [1, 2, 2, 2, 2, 6, 6, 8, 8, 8, 8, 8]
    for size in (1, 2, 3, 5, 12, 20):
        assert await board(database, size=size) == expected
    assert [await standing(database, row.member_id) for row in expected] == [
        BoardStanding(row.rank, row.points, 12) for row in expected
    ]


async def test_a_page_that_is_not_there_is_the_nearest(database: Database) -> None:
    async with database.read() as tx:
        empty = await Points(tx).board(VILLAGE, ALL, 9)
    assert (empty.rows, empty.page, empty.pages) == ((), 1, 1)
    await give(database, *(an_award(member, member, "a") for member in range(1, 26)))
    async with database.read() as tx:
        last = await Points(tx).board(VILLAGE, ALL, 10**9)
        first = await Points(tx).board(VILLAGE, ALL, -3)
    assert (last.page, last.pages, len(last.rows)) == (3, 3, 5)
    assert last.rows[-1] == BoardRow(25, 1, 1)
    assert first.page == 1


async def test_the_ledger_reads_backwards(database: Database) -> None:
    await give(database, *(an_award(7, number, f"s:{number}", rule=3) for number in range(1, 13)))
    async with database.write() as tx:
        await Points(tx).reverse(VILLAGE, ["s:12"], NOW)
        first = await Points(tx).history(7)
        second = await Points(tx).history(7, before_id=first[-1].id)
    assert [entry.points for entry in first] == [-12, 12, 11, 10, 9, 8, 7, 6, 5, 4]
    assert [entry.points for entry in second] == [3, 2, 1]
    assert (first[0].reverses, first[0].reason) == (first[1].id, "message")
    assert (first[1].reverses, first[1].rule, first[1].at, first[1].source) == (None, 3, NOW, "s:12")


async def test_the_board_is_read_by_its_index(database: Database) -> None:
    rows = [
        {"community_id": 1, "period": ALL, "member_id": member, "points": member % 997, "listed": True}
        for member in range(5_000)
    ]
    async with database.write() as tx:
        await tx.execute(tables.scores.insert(), rows)
        await tx.connection.exec_driver_sql("ANALYZE scores")
        with executed(database) as statements:
            await Points(tx).board(VILLAGE, ALL)
        statement, values = statements[-1]
        prefix = "EXPLAIN QUERY PLAN " if database.engine == "sqlite" else "EXPLAIN "
        plan = await tx.connection.exec_driver_sql(prefix + statement, values)
        assert "ix_scores_community_id_period_points" in str(plan.all())


# --------------------------------------------------------------- private mode


async def test_a_private_member_is_on_no_board_and_keeps_the_rank(database: Database) -> None:
    await give(database, an_award(7, 30, "a"), an_award(8, 20, "b"), an_award(9, 10, "c"))
    for _ in range(2):
        async with database.write() as tx:
            await Points(tx).list_member(VILLAGE, 8, False)
        assert await board(database) == [BoardRow(1, 7, 30), BoardRow(2, 9, 10)]
    assert await standing(database, 8) == BoardStanding(2, 20, 3)
    assert await standing(database, 9) == BoardStanding(2, 10, 2)
    tomorrow = NOW + timedelta(days=1)
    await give(database, an_award(8, 50, "d", at=tomorrow))
    assert await board(database, period_key(Period.DAY, tomorrow, VILLAGE.zone)) == []
    assert await standing(database, 8) == BoardStanding(1, 70, 3)
    for _ in range(2):
        async with database.write() as tx:
            await Points(tx).list_member(VILLAGE, 8, True)
        assert [row.member_id for row in await board(database)] == [8, 7, 9]
    assert [row.points for row in await board(database, "d2026-03-05")] == [50]
    are, should = await counted(database)
    assert are == should


async def test_one_may_be_private_before_the_first_point(database: Database) -> None:
    async with database.write() as tx:
        await Points(tx).list_member(VILLAGE, 7, False)
    await give(database, an_award(7, 30, "a"))
    for period in period_keys(NOW, VILLAGE.zone):
        assert await board(database, period) == []


# ------------------------------------------------------ a member as a whole


async def test_two_ledgers_become_one(database: Database) -> None:
    later = NOW + timedelta(days=1)
    await give(
        database,
        an_award(7, 30, "a"),
        an_award(7, 50, "event:1", reason="attendance"),
        an_award(8, 50, "event:1", reason="attendance"),
        an_award(8, 20, "b", at=later),
        an_award(9, 95, "c"),
    )
    async with database.write() as tx:
        await Points(tx).merge(VILLAGE, gone=8, kept=7)
    assert await board(database) == [BoardRow(1, 7, 100), BoardRow(2, 9, 95)]
    assert await board(database, "d2026-03-04") == [BoardRow(1, 9, 95), BoardRow(2, 7, 80)]
    assert await board(database, "d2026-03-05") == [BoardRow(1, 7, 20)]
    async with database.read() as tx:
        assert await Points(tx).history(8) == []
        assert sorted(entry.points for entry in await Points(tx).history(7)) == [20, 30, 50]
    are, should = await counted(database)
    assert are == should


@pytest.mark.parametrize("reversed_before", [True, False])
async def test_what_was_reversed_for_both_stays_reversed(database: Database, reversed_before: bool) -> None:
    await give(database, an_award(7, 10, "a"), an_award(7, 50, "e"), an_award(8, 50, "e"))
    async with database.write() as tx:
        points = Points(tx)
        if reversed_before:
            await points.reverse(VILLAGE, ["e"], NOW)
        await points.merge(VILLAGE, gone=8, kept=7)
        assert await points.total(VILLAGE, 7) == (10 if reversed_before else 60)
        assert len(await points.reverse(VILLAGE, ["e"], NOW)) == (0 if reversed_before else 1)
        assert await points.total(VILLAGE, 7) == 10


async def test_a_merged_member_is_private_if_either_was(database: Database) -> None:
    await give(database, an_award(7, 30, "a"), an_award(8, 20, "b"))
    async with database.write() as tx:
        await Points(tx).list_member(VILLAGE, 8, False)
        await Points(tx).merge(VILLAGE, gone=8, kept=7)
    assert await board(database) == []
    assert await standing(database, 7) == BoardStanding(1, 50, 1)


async def test_merging_with_a_member_without_points(database: Database) -> None:
    await give(database, an_award(7, 30, "a"))
    async with database.write() as tx:
        await Points(tx).merge(VILLAGE, gone=8, kept=7)
        await Points(tx).merge(VILLAGE, gone=7, kept=6)
    assert await board(database) == [BoardRow(1, 6, 30)]


async def test_a_member_takes_a_copy_along_and_is_forgotten(database: Database) -> None:
    await give(database, an_award(7, 30, "a"), an_award(8, 20, "b"))
    async with database.write() as tx:
        await tx.execute(tables.communities.insert().values(id=1, name="마당", locale="ko", zone="Asia/Seoul"))
        await tx.execute(tables.people.insert().values(id=70))
        await tx.execute(tables.members.insert().values(id=7, community_id=1, person_id=70))
        await Earners(tx).save({7: Earner(1_000, 5, 30, b"")})
        copy = await Points(tx).export(7)
    assert copy["points"] == 30
    assert copy["ledger"] == [
        {
            "at": "2026-03-04T03:00:00+00:00",
            "points": 30,
            "reason": "message",
            "source": "a",
            "rule": 1,
            "reversal": False,
        }
    ]
    assert copy["earning"] == {
        "last_award": "1970-01-01T00:00:01+00:00",
        "day": 5,
        "day_points": 30,
        "prints": [],
    }
    async with database.write() as tx:
        await Points(tx).erase(7, VILLAGE)
        assert await Points(tx).export(7) == {"points": 0, "ledger": [], "earning": None}
    assert await board(database) == [BoardRow(1, 8, 20)]
    are, should = await counted(database)
    assert are == should


# ------------------------------------------------------------------- sweeping


async def swept(database: Database, now: datetime, limit: int) -> list[int]:
    """What each sweep deleted, until there is nothing left."""
    counts: list[int] = []
    while not counts or counts[-1]:
        async with database.write() as tx:
            counts.append(await Points(tx).sweep(now, limit))
    return counts


async def test_old_boards_and_ledger_rows_go_and_totals_stay(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(tables.communities.insert().values(id=1, name="마당", locale="ko", zone="Asia/Seoul"))
    old = NOW - timedelta(days=401)
    await give(database, *(an_award(member, 10, "old", at=old) for member in range(20)))
    await give(database, an_award(1, 5, "new year", at=NOW - timedelta(days=62)), an_award(1, 3, "new"))
    counts = await swept(database, NOW, limit=7)
    assert max(counts) == 7
    async with database.read() as tx:
        periods = await tx.column(select(tables.scores.c.period).distinct())
        counters = await tx.column(select(tables.score_counts.c.period).distinct())
        assert await tx.scalar(select(func.count()).select_from(tables.ledger)) == 2
        assert await Points(tx).total(VILLAGE, 1) == 18
    # Of the 1st of January only the day is over for more than 60 days.
    assert set(periods) == {"w2026-W01", "m2026-01", *period_keys(NOW, VILLAGE.zone)}
    assert set(counters) == set(periods)
    assert len(await board(database)) == 20


@pytest.mark.parametrize("kind", [Period.DAY, Period.WEEK, Period.MONTH])
async def test_a_board_is_kept_for_sixty_days_after_its_end(database: Database, kind: Period) -> None:
    async with database.write() as tx:
        await tx.execute(tables.communities.insert().values(id=1, name="마당", locale="ko", zone="Asia/Seoul"))
    await give(database, an_award(7, 10, "a"))
    key = period_key(kind, NOW, VILLAGE.zone)
    end = NOW
    while period_key(kind, end, VILLAGE.zone) == key:
        end += timedelta(hours=1)
    await swept(database, end + timedelta(days=60), limit=100)
    assert len(await board(database, key)) == 1
    await swept(database, end + timedelta(days=62), limit=100)
    assert await board(database, key) == []


# -------------------------------------------------------------- random lives


class Village:
    """What should be true, kept in dictionaries."""

    def __init__(self) -> None:
        self.scores: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.private: set[int] = set()
        self.awards: dict[tuple[str, str, int], Award] = {}
        self.reversed: set[tuple[str, str, int]] = set()

    def award(self, awards: Iterable[Award]) -> None:
        for award in awards:
            key = (award.source, award.reason, award.member_id)
            if key not in self.awards:
                self.awards[key] = award
                for period in period_keys(award.at, VILLAGE.zone):
                    self.scores[period][award.member_id] += award.points

    def reverse(self, sources: set[str], now: datetime) -> None:
        for key, award in self.awards.items():
            if award.source in sources and key not in self.reversed:
                self.reversed.add(key)
                for period in set(period_keys(award.at, VILLAGE.zone)) & set(period_keys(now, VILLAGE.zone)):
                    self.scores[period][award.member_id] -= award.points

    def erase(self, member: int) -> None:
        self.private.discard(member)
        self.awards = {key: award for key, award in self.awards.items() if key[2] != member}
        self.reversed = {key for key in self.reversed if key[2] != member}
        for totals in self.scores.values():
            totals.pop(member, None)

    def board(self, period: str) -> list[BoardRow]:
        totals = self.scores[period]
        return ranked({member: points for member, points in totals.items() if member not in self.private})


async def live_a_day(database: Database, village: Village, chance: random.Random, now: datetime) -> None:
    members = range(1, 13)
    awards = [
        Award(
            chance.choice(members),
            chance.choice([1, 15, 20, 50, 128, 5_000, 16_384]),
            chance.choice(["message", "kudos"]),
            f"s:{chance.randrange(400)}",
            now - timedelta(hours=chance.randrange(60)),
        )
        for _ in range(chance.randrange(12))
    ]
    sources = {f"s:{chance.randrange(400)}" for _ in range(chance.randrange(40))}
    member = chance.choice(members)
    async with database.write() as tx:
        points = Points(tx)
        await points.award_many(VILLAGE, awards)
        village.award(awards)
        if chance.random() < 0.5:
            await points.reverse(VILLAGE, sorted(sources), now)
            village.reverse(sources, now)
        if chance.random() < 0.3:
            private = chance.random() < 0.5
            await points.list_member(VILLAGE, member, not private)
            (village.private.add if private else village.private.discard)(member)
        if chance.random() < 0.1:
            await points.erase(member, VILLAGE)
            village.erase(member)


@pytest.mark.parametrize("seed", range(4))
async def test_counters_and_ranks_are_exact_after_any_history(database: Database, seed: int) -> None:
    chance, village, now = random.Random(seed), Village(), NOW
    for _ in range(25):
        now += timedelta(hours=chance.randrange(30))
        await live_a_day(database, village, chance, now)
        are, should = await counted(database)
        assert are == should
        for period in period_keys(now, VILLAGE.zone):
            expected = village.board(period)
            assert await board(database, period, size=5) == expected
            for row in expected[::4]:
                place = BoardStanding(row.rank, row.points, len(expected))
                assert await standing(database, row.member_id, period) == place


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
    chance = random.Random(1)
    members = list(range(1, 51))

    async def process(number: int) -> None:
        for turn in range(10):
            chance.shuffle(members)
            own = [an_award(member, 20, f"{number}:{turn}") for member in members]
            shared = [an_award(member, 7, f"both:{turn}", reason="shared") for member in members]
            await retried(partial(give, two[number], *own, *shared))

    await asyncio.gather(process(0), process(1))
    assert await board(two[0], size=60) == [BoardRow(1, member, 470) for member in range(1, 51)]
    are, should = await counted(two[1])
    assert are == should


async def test_two_processes_reverse_once(two: tuple[Database, Database]) -> None:
    sources = [f"s:{number}" for number in range(30)]
    await give(two[0], *(an_award(member, 10, source) for source in sources for member in range(5)))

    async def process(number: int) -> int:
        async with two[number].write() as tx:
            return len(await Points(tx).reverse(VILLAGE, sources[::2], NOW))

    taken = await asyncio.gather(*(retried(partial(process, each)) for each in (0, 1, 0, 1)))
    assert sorted(taken) == [0, 0, 0, 75]
    assert await board(two[0]) == [BoardRow(1, member, 150) for member in range(5)]


async def test_private_mode_meets_an_award(two: tuple[Database, Database]) -> None:
    """Whoever comes first: no row of a private member is listed."""

    async def hide(member: int) -> None:
        async with two[0].write() as tx:
            await Points(tx).list_member(VILLAGE, member, False)

    members = range(1, 21)
    await asyncio.gather(
        *(retried(partial(hide, member)) for member in members),
        *(retried(partial(give, two[1], an_award(member, 5, "a"))) for member in members),
    )
    for period in period_keys(NOW, VILLAGE.zone):
        assert await board(two[0], period) == []
    assert await counted(two[0]) == (Counter(), Counter())


async def test_a_merge_meets_awards(two: tuple[Database, Database]) -> None:
    await give(two[0], an_award(1, 5, "x"), an_award(2, 5, "y"))

    async def merge() -> None:
        async with two[0].write() as tx:
            await Points(tx).merge(VILLAGE, gone=2, kept=1)

    awards = [retried(partial(give, two[1], an_award(1, 5, f"{n}"))) for n in range(30)]
    await asyncio.gather(*awards[:15], retried(merge), *awards[15:])
    assert await board(two[0]) == [BoardRow(1, 1, 160)]
    are, should = await counted(two[0])
    assert are == should
