"""The ledger, the boards made of it, and the counters that a rank is read from.

Three tables say the same thing at three depths and change in one transaction: `ledger` why, `scores` how many
points in each period, `score_counts` how many listed members stand at each total (`bot.domain.ranks`).

On PostgreSQL a member's all-time row is the lock for all that member's rows: every change takes it first, the
rows of a statement in the order of their key. It also knows whether the member is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Row, Select, Table, bindparam, delete, exists, func, literal, select, tuple_, update

from bot.domain.days import Period, period_key, period_keys
from bot.domain.points import level_of, total_for
from bot.domain.ranks import SHIFTS, Delta, coalesce, deltas
from bot.storage.bulk import Bulk
from bot.storage.database import Tx
from bot.storage.earners import Earners
from bot.storage.tables import communities, ledger, members, score_counts, scores
from bot.storage.types import to_ms
from bot.vocabulary.events import LevelReached, PointsAwarded
from bot.vocabulary.model import Community

ALL = Period.ALL.value
BOARD_KEPT = timedelta(days=61)
"""60 days past a board's end, and one for the zones; the cut is made in UTC."""
LEDGER_KEPT = timedelta(days=400)
SWEPT = 1_000
"""Rows that one sweep deletes at most."""
REVERSAL = "reversal:"
"""Before the reason of a reversed award, in its reversal's: each reason of a source is reversed once."""

Sums: TypeAlias = dict[tuple[str, int], int]
"""Points by (period, member)."""


@dataclass(frozen=True, slots=True)
class Award:
    """Points for a member, once for each (source, reason, member). Negative ones take away, never below 0."""

    member_id: int
    points: int
    reason: str
    source: str
    at: datetime
    rule: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger. With `reverses` it takes the named award back, and `reason` is that award's."""

    id: int
    member_id: int
    points: int
    reason: str
    source: str
    rule: int
    at: datetime
    reverses: int | None


@dataclass(frozen=True, slots=True)
class Reversed:
    """An award that was taken back, by its ledger row."""

    award_id: int
    member_id: int
    points: int
    reason: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BoardStanding:
    """`rank` of `of`; no rank without points. A private member is compared with those listed, and added."""

    rank: int | None
    points: int
    of: int


@dataclass(frozen=True, slots=True)
class BoardRow:
    rank: int
    member_id: int
    points: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """`page` counts from 1 and is at most `pages`; an empty board has one empty page."""

    rows: tuple[BoardRow, ...]
    page: int
    pages: int


class _Move(NamedTuple):
    """A score that changed."""

    period: str
    member_id: int
    before: int
    after: int
    listed: bool


class _LedgerRow(NamedTuple):
    """As the table's columns stand."""

    id: int
    community_id: int
    member_id: int
    points: int
    reason: str
    source: str
    rule: int
    at_ms: int
    reverses: int | None


class Points:
    """The ledger and boards of a community, in a transaction."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    # ------------------------------------------------------------- awarding

    async def award(
        self,
        community: Community,
        member_id: int,
        points: int,
        *,
        reason: str,
        source: str,
        at: datetime,
        rule: int = 1,
    ) -> int:
        """The points given: 0 where this source has given them before."""
        new = await self.award_many(community, [Award(member_id, points, reason, source, at, rule)])
        return sum(award.points for award in new)

    async def award_many(self, community: Community, awards: Sequence[Award], *, announce: bool = True) -> list[Award]:
        """Enters awards and returns those that were new, in their order.

        A level that was reached is always emitted, PointsAwarded only where it is to be announced.
        """
        new = await self._enter(community.id, awards)
        if not new:
            return []
        gains = _sums(community, (award for award in new if award.points >= 0))
        losses = _sums(community, (award for award in new if award.points < 0))
        moves = await self._give(community.id, gains) + await self._take(community.id, losses)
        await self._recount(community.id, _changes(moves))
        totals = _totals(moves)
        if announce:
            self._tx.emitted.extend(_announcements(community.id, new, totals))
        self._tx.emitted.extend(_levels(community.id, new, totals))
        return new

    async def reverse(self, community: Community, sources: Sequence[str], at: datetime) -> list[Reversed]:
        """Takes back what `sources` gave, once: from all time, and from those periods that are current."""
        found = await self._tx.rows(
            select(ledger).where(
                ledger.c.community_id == community.id,
                ledger.c.source.in_(sorted(set(sources))),
                ledger.c.reverses.is_(None),
            )
        )
        new = await self._enter_reversals(found, at)
        moves = await self._take(community.id, _reversed_sums(community, new, at, sign=1))
        moves += await self._give(community.id, _reversed_sums(community, new, at, sign=-1))
        await self._recount(community.id, _changes(moves))
        return [Reversed(row.id, row.member_id, row.points, row.reason, row.source, row.at) for row in new]

    async def _enter(self, community_id: int, awards: Sequence[Award]) -> list[Award]:
        by_id = {self._tx.ids.next(): award for award in awards}
        entered = await self._insert_new(
            _LedgerRow(
                id,
                community_id,
                award.member_id,
                award.points,
                award.reason,
                award.source,
                award.rule,
                to_ms(award.at),
                None,
            )
            for id, award in by_id.items()
        )
        return [award for id, award in by_id.items() if id in entered]

    async def _enter_reversals(self, awards: Sequence[Row[Any]], at: datetime) -> list[Row[Any]]:
        rows = [
            _LedgerRow(
                self._tx.ids.next(),
                row.community_id,
                row.member_id,
                -row.points,
                REVERSAL + row.reason,
                row.source,
                row.rule,
                to_ms(at),
                row.id,
            )
            for row in awards
        ]
        entered = await self._insert_new(rows)
        return [row for row, reversal in zip(awards, rows, strict=True) if reversal.id in entered]

    async def _insert_new(self, rows: Iterable[_LedgerRow]) -> set[int]:
        """Ids of the rows that the ledger did not have; of equal ones the first is kept."""
        in_order = sorted(rows, key=lambda row: (row.source, row.reason, row.member_id))
        return {id for (id,) in await _ENTER.run(self._tx, in_order)}

    # --------------------------------------------------------------- scores

    async def _give(self, community_id: int, gains: Sums) -> list[_Move]:
        """Adds to scores. The all-time rows go first and tell the new rows whether their member is listed."""
        first = await self._add(community_id, gains, sorted(key for key in gains if key[0] == ALL), {})
        listed = {move.member_id: move.listed for move in first}
        rest = await self._add(community_id, gains, sorted(key for key in gains if key[0] != ALL), listed)
        return first + rest

    async def _add(
        self, community_id: int, gains: Sums, keys: list[tuple[str, int]], listed: Mapping[int, bool]
    ) -> list[_Move]:
        found: Sequence[Any] = await _ADD.run(
            self._tx,
            [
                (community_id, period, member_id, gains[period, member_id], listed.get(member_id, True))
                for period, member_id in keys
            ],
        )
        return [
            _Move(period, member_id, points - gains[period, member_id], points, shown)
            for period, member_id, points, shown in found
        ]

    async def _take(self, community_id: int, losses: Sums) -> list[_Move]:
        """Takes from scores what they have; `losses` are below 0."""
        if not losses:
            return []
        # Not by pairs: PostgreSQL needs 100 ms to plan some hundreds of them.
        periods, member_ids = ({key[part] for key in losses} for part in (0, 1))
        found: Sequence[Any] = await self._tx.rows(
            select(scores.c.period, scores.c.member_id, scores.c.points, scores.c.listed)
            .where(scores.c.community_id == community_id, scores.c.period.in_(periods))
            .where(scores.c.member_id.in_(member_ids))
            .order_by(scores.c.period, scores.c.member_id)
            .with_for_update()
        )
        moves = [
            _Move(period, member_id, points, max(0, points + losses[period, member_id]), listed)
            for period, member_id, points, listed in found
            if (period, member_id) in losses
        ]
        await self._write(community_id, moves)
        return moves

    async def _write(self, community_id: int, moves: Iterable[_Move]) -> None:
        """Sets scores whose rows are locked."""
        await _SET.run(
            self._tx,
            [(community_id, move.period, move.member_id, move.after, move.listed) for move in sorted(moves)],
        )

    async def _recount(self, community_id: int, changes: Mapping[str, list[Delta]]) -> None:
        await _COUNT.run(
            self._tx,
            [
                (community_id, period, level, bucket, change)
                for period in sorted(changes)
                for level, bucket, change in coalesce(changes[period])
            ],
        )

    # -------------------------------------------------------------- reading

    async def standing(self, community: Community, member_id: int, period_key: str) -> BoardStanding:
        """Exact, by counters alone: as quick among a million members as among ten."""
        values = {"community": community.id, "period": period_key, "member": member_id}
        (row,) = await self._tx.rows(_STANDING, [values])
        if not row.points:
            return BoardStanding(None, 0, row.listed_members)
        return BoardStanding(row.above + 1, row.points, row.listed_members + (not row.listed))

    async def board(self, community: Community, period_key: str, page: int = 1, size: int = 10) -> BoardPage:
        """A page of the listed members with points, those with equal points by their id."""
        top = await self._counts(community.id, period_key, len(SHIFTS) - 1, 0, None)
        pages = max(1, -(-sum(count for _, count in top) // size))
        page = min(max(page, 1), pages)
        offset = (page - 1) * size
        statement = (
            select(scores.c.member_id, scores.c.points)
            .where(scores.c.community_id == community.id, scores.c.period == period_key)
            .where(scores.c.points > 0, scores.c.listed)
            .order_by(scores.c.points.desc(), scores.c.member_id)
            .limit(size)
        )
        above = 0
        if offset:
            points, above = await self._seek(community.id, period_key, top, offset)
            statement = statement.where(scores.c.points <= points).offset(offset - above)
        return BoardPage(_ranked(await self._tx.rows(statement), offset, above), page, pages)

    async def history(self, member_id: int, before_id: int | None = None, limit: int = 10) -> list[Entry]:
        """A member's ledger, newest first; `before_id` continues below an entry."""
        statement = _entries(member_id).order_by(ledger.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(ledger.c.id < before_id)
        return [_entry(row) for row in await self._tx.rows(statement)]

    async def total(self, community: Community, member_id: int) -> int:
        """A member's points of all time."""
        found = await self._tx.scalar(
            select(scores.c.points).where(
                scores.c.community_id == community.id, scores.c.period == ALL, scores.c.member_id == member_id
            )
        )
        return int(found or 0)

    async def _counts(self, community_id: int, period: str, level: int, low: int, high: int | None) -> Sequence[Any]:
        """The buckets of a level from `low` to below `high` that hold members, the highest first."""
        statement = (
            select(score_counts.c.bucket, score_counts.c["count"])
            .where(score_counts.c.community_id == community_id, score_counts.c.period == period)
            .where(score_counts.c.level == level, score_counts.c.bucket >= low, score_counts.c["count"] > 0)
            .order_by(score_counts.c.bucket.desc())
        )
        if high is not None:
            statement = statement.where(score_counts.c.bucket < high)
        return await self._tx.rows(statement)

    async def _seek(self, community_id: int, period: str, top: Sequence[Any], offset: int) -> tuple[int, int]:
        """The points at a place of the board, and how many members have more: as quick on the last page."""
        bucket, above = _bucket_at(top, offset, 0)
        for level in reversed(range(len(SHIFTS) - 1)):
            width = SHIFTS[level + 1] - SHIFTS[level]
            low, high = bucket << width, (bucket + 1) << width
            rows = await self._counts(community_id, period, level, low, high)
            bucket, above = _bucket_at(rows, offset, above) if rows else (low, above)
        return bucket, above

    # -------------------------------------------------- a member as a whole

    async def list_member(self, community: Community, member_id: int, listed: bool) -> None:
        """Shows a member on the boards, or hides them from every one, past ones too."""
        await self._lock(community.id, [member_id])
        flipped = await self._tx.rows(
            update(scores)
            .where(scores.c.community_id == community.id, scores.c.member_id == member_id)
            .where(scores.c.period.in_(await self._periods(community.id)), scores.c.listed.is_not(listed))
            .values(listed=listed)
            .returning(scores.c.period, scores.c.points)
        )
        changes = {row.period: deltas(_place(row.points, not listed), _place(row.points, listed)) for row in flipped}
        await self._recount(community.id, changes)

    async def merge(self, community: Community, gone: int, kept: int) -> None:
        """Adds a member's points to another's: what both got for one source once, private if either was."""
        await self._lock(community.id, [gone, kept])
        doubled = await self._merge_ledgers(gone, kept)
        old = await self._leaving(community.id, [gone, kept])
        merged = _merged(old, kept, _sums(community, doubled))
        await self._delete_scores(community.id, gone)
        await self._write(community.id, merged)
        await self._recount(community.id, _changes(old + merged))
        await Earners(self._tx).merge(gone, kept)

    async def export(self, member_id: int) -> dict[str, Any]:
        """All that is kept here about a member, as JSON can hold it."""
        entries = [_entry(row) for row in await self._tx.rows(_entries(member_id).order_by(ledger.c.id))]
        community = select(members.c.community_id).where(members.c.id == member_id)
        total = select(scores.c.points).where(
            scores.c.community_id.in_(community), scores.c.period == ALL, scores.c.member_id == member_id
        )
        return {
            "points": int(await self._tx.scalar(total) or 0),
            "ledger": [_exported(entry) for entry in entries],
            "earning": await Earners(self._tx).export(member_id),
        }

    async def erase(self, member_id: int, community: Community) -> None:
        """Forgets a member's points, and takes them off the boards."""
        await self._lock(community.id, [member_id])
        await self._tx.execute(delete(ledger).where(ledger.c.member_id == member_id))
        old = await self._leaving(community.id, [member_id])
        await self._delete_scores(community.id, member_id)
        await self._recount(community.id, _changes(old))
        await Earners(self._tx).erase(member_id)

    async def _lock(self, community_id: int, member_ids: Iterable[int]) -> None:
        """Makes the members' all-time rows where they are missing, and holds them until the commit."""
        await self._give(community_id, {(ALL, member_id): 0 for member_id in member_ids})

    async def _periods(self, community_id: int) -> Sequence[str]:
        """Every period with a board, found by as many leaps over the primary key."""
        mine = scores.c.community_id == community_id
        found = select(func.min(scores.c.period).label("period")).where(mine).cte("periods", recursive=True)
        following = select(func.min(scores.c.period)).where(mine, scores.c.period > found.c.period)
        leap = select(following.correlate(found).scalar_subquery()).where(found.c.period.is_not(None))
        leaps = found.union_all(leap)
        return await self._tx.column(select(leaps.c.period).where(leaps.c.period.is_not(None)))

    async def _leaving(self, community_id: int, member_ids: Sequence[int]) -> list[_Move]:
        """All scores of locked members, as if they lost every point."""
        found = await self._tx.rows(
            select(scores)
            .where(scores.c.community_id == community_id, scores.c.member_id.in_(member_ids))
            .where(scores.c.period.in_(await self._periods(community_id)))
        )
        return [_Move(row.period, row.member_id, row.points, 0, row.listed) for row in found]

    async def _delete_scores(self, community_id: int, member_id: int) -> None:
        await self._tx.execute(
            delete(scores)
            .where(scores.c.community_id == community_id, scores.c.member_id == member_id)
            .where(scores.c.period.in_(await self._periods(community_id)))
        )

    async def _merge_ledgers(self, gone: int, kept: int) -> list[Award]:
        """Moves a ledger to another member; what stands there already is dropped, returned if it counts."""
        other = ledger.alias("other")
        same = (
            other.c.member_id == kept,
            other.c.source == ledger.c.source,
            other.c.reason == ledger.c.reason,
        )
        dropped = await self._tx.rows(
            delete(ledger)
            .where(ledger.c.member_id == gone, exists(select(other.c.id).where(*same).correlate(ledger)))
            .returning(*ledger.c)
        )
        await self._tx.execute(update(ledger).where(ledger.c.member_id == gone).values(member_id=kept))
        undone = {(row.source, row.reason) for row in dropped if row.reverses is not None}
        return [
            Award(kept, row.points, row.reason, row.source, row.at, row.rule)
            for row in dropped
            if row.reverses is None and (row.source, REVERSAL + row.reason) not in undone
        ]

    # -------------------------------------------------------------- sweeping

    async def sweep(self, now: datetime, limit: int = SWEPT) -> int:
        """Deletes old boards and old ledger rows, at most `limit` rows; to be called until it returns 0.

        Points of all time keep what the ledger forgets.
        """
        left = limit
        for community_id, period in await self._ended(now):
            # The counters first: a board is found by its scores.
            for table in (score_counts, scores):
                if left > 0:
                    left -= await self._sweep_board(table, community_id, period, left)
        if left > 0:
            left -= await self._sweep_ledger(now - LEDGER_KEPT, left)
        return limit - left

    async def _ended(self, now: datetime) -> list[tuple[int, str]]:
        """Boards that ended long ago, by community: their keys come before that of the cut."""
        cuts = [period_key(period, now - BOARD_KEPT, "UTC") for period in Period if period is not Period.ALL]
        return [
            (community_id, key)
            for community_id in await self._tx.column(select(communities.c.id))
            for key in await self._periods(community_id)
            if any(key[0] == cut[0] and key < cut for cut in cuts)
        ]

    async def _sweep_board(self, table: Table, community_id: int, period: str, limit: int) -> int:
        board = (table.c.community_id == community_id, table.c.period == period)
        rest = [column for column in table.primary_key if column.name not in ("community_id", "period")]
        some = select(*rest).where(*board).limit(limit)
        gone = await self._tx.rows(delete(table).where(*board, tuple_(*rest).in_(some)).returning(rest[0]))
        return len(gone)

    async def _sweep_ledger(self, before: datetime, limit: int) -> int:
        """Looks at the oldest rows only: ids grow with time, so what is old stands first."""
        oldest = select(ledger.c.id, ledger.c.at).order_by(ledger.c.id).limit(limit).subquery()
        old = select(oldest.c.id).where(oldest.c.at < before)
        return len(await self._tx.rows(delete(ledger).where(ledger.c.id.in_(old)).returning(ledger.c.id)))


# ------------------------------------------------------------------- statements


def _above(level: int) -> Any:
    """Members of a level's range above a score: the SQL of `bot.domain.ranks.ranges_above`."""
    counts, size = score_counts.alias(), 1 << SHIFTS[level]
    inside = [
        counts.c.community_id == bindparam("community"),
        counts.c.period == bindparam("period"),
        counts.c.level == level,
        counts.c.bucket > scores.c.points // size,
    ]
    if level + 1 < len(SHIFTS):
        block = 1 << SHIFTS[level + 1]
        inside.append(counts.c.bucket < (scores.c.points // block + 1) * (block // size))
    counted = select(func.coalesce(func.sum(counts.c["count"]), 0)).where(*inside)
    return counted.correlate(scores).scalar_subquery()


def _standing() -> Select[Any]:
    """One row whether the member has a score or not."""
    everyone = (
        select(func.coalesce(func.sum(score_counts.c["count"]), 0))
        .where(score_counts.c.community_id == bindparam("community"))
        .where(score_counts.c.period == bindparam("period"), score_counts.c.level == len(SHIFTS) - 1)
        .scalar_subquery()
    )
    one = select(literal(1).label("one")).subquery()
    own = (
        (scores.c.community_id == bindparam("community"))
        & (scores.c.period == bindparam("period"))
        & (scores.c.member_id == bindparam("member"))
    )
    above = sum((_above(level) for level in range(1, len(SHIFTS))), _above(0))
    return select(scores.c.points, scores.c.listed, above.label("above"), everyone.label("listed_members")).select_from(
        one.outerjoin(scores, own)
    )


_STANDING = _standing()


def _adding(insert: Any) -> Any:
    total = scores.c.points + insert.excluded.points
    stored = insert.on_conflict_do_update(index_elements=list(scores.primary_key), set_={"points": total})
    return stored.returning(scores.c.period, scores.c.member_id, scores.c.points, scores.c.listed)


def _setting(insert: Any) -> Any:
    values = {"points": insert.excluded.points, "listed": insert.excluded.listed}
    return insert.on_conflict_do_update(index_elements=list(scores.primary_key), set_=values)


def _counting(insert: Any) -> Any:
    total = score_counts.c["count"] + insert.excluded["count"]
    return insert.on_conflict_do_update(index_elements=list(score_counts.primary_key), set_={"count": total})


def _entering(insert: Any) -> Any:
    once = [ledger.c.source, ledger.c.reason, ledger.c.member_id]
    return insert.on_conflict_do_nothing(index_elements=once).returning(ledger.c.id)


_ADD, _SET = Bulk(*scores.c, then=_adding), Bulk(*scores.c, then=_setting)
_COUNT, _ENTER = Bulk(*score_counts.c, then=_counting), Bulk(*ledger.c, then=_entering)


def _entries(member_id: int) -> Select[Any]:
    return select(ledger).where(ledger.c.member_id == member_id)


# ---------------------------------------------------------------------- values


def _entry(row: Row[Any]) -> Entry:
    reason = row.reason if row.reverses is None else row.reason.removeprefix(REVERSAL)
    return Entry(row.id, row.member_id, row.points, reason, row.source, row.rule, row.at, row.reverses)


def _exported(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "points": entry.points,
        "reason": entry.reason,
        "source": entry.source,
        "rule": entry.rule,
        "reversal": entry.reverses is not None,
    }


def _place(points: int, listed: bool) -> int | None:
    """Where the counters hold a score: nowhere without points, or for a private member."""
    return points if listed and points > 0 else None


def _sums(community: Community, awards: Iterable[Award]) -> Sums:
    sums: Sums = defaultdict(int)
    for award in awards:
        for period in period_keys(award.at, community.zone):
            sums[period, award.member_id] += award.points
    return sums


def _reversed_sums(community: Community, awards: Iterable[Row[Any]], now: datetime, *, sign: int) -> Sums:
    """What reversing the awards of a sign takes from all time and from the periods that are current."""
    current = set(period_keys(now, community.zone))
    sums: Sums = defaultdict(int)
    for award in awards:
        if award.points * sign > 0:
            for period in current.intersection(period_keys(award.at, community.zone)):
                sums[period, award.member_id] -= award.points
    return sums


def _changes(moves: Iterable[_Move]) -> dict[str, list[Delta]]:
    changes: dict[str, list[Delta]] = defaultdict(list)
    for period, _, before, after, listed in moves:
        changes[period] += deltas(_place(before, listed), _place(after, listed))
    return changes


def _merged(old: Sequence[_Move], kept: int, doubled: Sums) -> list[_Move]:
    """What two members lose, gained by one."""
    listed = all(move.listed for move in old)
    sums: dict[str, int] = defaultdict(int)
    for move in old:
        sums[move.period] += move.before
    return [
        _Move(period, kept, 0, max(0, points - doubled.get((period, kept), 0)), listed)
        for period, points in sums.items()
    ]


def _totals(moves: Iterable[_Move]) -> dict[int, tuple[int, int]]:
    """Points of all time by member, before and after."""
    totals: dict[int, tuple[int, int]] = {}
    for move in moves:
        if move.period == ALL:
            before = totals.get(move.member_id, (move.before,))[0]
            totals[move.member_id] = (before, move.after)
    return totals


def _announcements(
    community: int, awards: Iterable[Award], totals: Mapping[int, tuple[int, int]]
) -> Iterable[PointsAwarded]:
    running = {member_id: before for member_id, (before, _) in totals.items()}
    for award in awards:
        total = running.get(award.member_id, 0) + award.points
        running[award.member_id] = total
        yield PointsAwarded(
            community=community,
            at=award.at,
            member=award.member_id,
            points=award.points,
            total=max(0, total),
            reason=award.reason,
            source=award.source,
        )


def _levels(community: int, awards: Sequence[Award], totals: Mapping[int, tuple[int, int]]) -> Iterable[LevelReached]:
    """The highest level that each member reached, with the award that crossed into it."""
    for member_id, (before, after) in totals.items():
        level = level_of(before)
        if after < total_for(level + 1):
            continue
        reached = level_of(after)
        award = _crossing(awards, member_id, total_for(reached) - before)
        yield LevelReached(
            community=community,
            at=award.at,
            member=member_id,
            level=reached,
            before=level,
            total=after,
            source=award.source,
        )


def _crossing(awards: Iterable[Award], member_id: int, missing: int) -> Award:
    """The member's award by which the points that were missing came together."""
    own = [award for award in awards if award.member_id == member_id]
    for award in own:
        missing -= award.points
        if missing <= 0:
            return award
    return own[-1]


def _bucket_at(rows: Sequence[Any], offset: int, above: int) -> tuple[int, int]:
    """The bucket that holds a place, and how many members stand above that bucket."""
    for bucket, count in rows:
        if above + count > offset:
            return bucket, above
        above += count
    return rows[-1].bucket, above - rows[-1][1]


def _ranked(rows: Sequence[Any], offset: int, above: int) -> tuple[BoardRow, ...]:
    """Ranks for a page; `above` members have more points than its first row."""
    ranked: list[BoardRow] = []
    for place, (member_id, points) in enumerate(rows, offset + 1):
        if not ranked:
            rank = above + 1
        elif points == ranked[-1].points:
            rank = ranked[-1].rank
        else:
            rank = place
        ranked.append(BoardRow(rank, member_id, points))
    return tuple(ranked)
