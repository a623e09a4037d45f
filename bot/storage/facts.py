"""What members did: written once by its source, counted by the member's day. Days are date ordinals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, bindparam, case, delete, exists, func, select, update

from bot.storage.bulk import Bulk
from bot.storage.database import Tx
from bot.storage.tables import fact_days, facts

BEFORE = 0
"""The day that holds the sum of all days whose detail was swept."""

Count: TypeAlias = tuple[int, str, int, int]
"""(member, fact, day, change)."""

_ADD = Bulk(
    *fact_days.c,
    then=lambda insert: insert.on_conflict_do_update(
        index_elements=list(fact_days.primary_key),
        set_={"count": fact_days.c["count"] + insert.excluded["count"]},
    ),
)


class Facts:
    """Facts in a transaction."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def record(self, member_id: int, fact: str, source: str, at: datetime, day: int) -> bool:
        """Whether the source had not been told yet; then the day counts one more."""
        row = {"member_id": member_id, "fact": fact, "source": source, "at": at}
        statement = self._tx.insert(facts).on_conflict_do_nothing().returning(facts.c.member_id)
        if not await self._tx.rows(statement, [row]):
            return False
        await self.count([(member_id, fact, day, 1)])
        return True

    async def count(self, rows: Iterable[Count]) -> None:
        """Adds to days. What is taken back never leads below 0."""
        sums: dict[tuple[int, str, int], int] = defaultdict(int)
        for member_id, fact, day, change in rows:
            sums[member_id, fact, day] += change
        await _ADD.run(self._tx, [(*key, change) for key, change in sorted(sums.items()) if change > 0])
        await self._take([(*key, -change) for key, change in sorted(sums.items()) if change < 0])

    async def total(self, member_id: int, fact: str, since_day: int | None = None) -> int:
        """How often; from a day on, or ever."""
        statement = select(func.coalesce(func.sum(fact_days.c["count"]), 0)).where(
            fact_days.c.member_id == member_id, fact_days.c.fact == fact
        )
        if since_day is not None:
            statement = statement.where(fact_days.c.day >= since_day)
        return int(await self._tx.scalar(statement))

    async def days(self, member_id: int, fact: str, since_day: int = BEFORE + 1) -> list[tuple[int, int]]:
        """(day, count) of each day on which it happened, the oldest first; as far back as days are kept."""
        statement = (
            select(fact_days.c.day, fact_days.c["count"])
            .where(fact_days.c.member_id == member_id, fact_days.c.fact == fact, fact_days.c["count"] > 0)
            .where(fact_days.c.day >= max(since_day, BEFORE + 1))
            .order_by(fact_days.c.day)
        )
        rows: Sequence[Any] = await self._tx.rows(statement)
        return [(day, count) for day, count in rows]

    async def merge(self, gone: int, kept: int) -> None:
        """Adds a member's facts to another's; what both have of one source counts once."""
        doubled = await self._merge_sources(gone, kept)
        days: Sequence[Any] = await self._tx.rows(
            delete(fact_days)
            .where(fact_days.c.member_id == gone)
            .returning(fact_days.c.fact, fact_days.c.day, fact_days.c["count"])
        )
        counts = {(fact, day): count for fact, day, count in days}
        for row in doubled:
            _uncount(counts, row.fact, row.at)
        await self.count((kept, fact, day, count) for (fact, day), count in counts.items())

    async def export(self, member_id: int) -> dict[str, Any]:
        """All that is kept here about a member, as JSON can hold it."""
        told = select(facts).where(facts.c.member_id == member_id).order_by(facts.c.at, facts.c.source)
        days = (
            select(fact_days.c.fact, fact_days.c.day, fact_days.c["count"].label("times"))
            .where(fact_days.c.member_id == member_id)
            .order_by(fact_days.c.fact, fact_days.c.day)
        )
        return {
            "facts": [
                {"fact": row.fact, "source": row.source, "at": row.at.isoformat()} for row in await self._tx.rows(told)
            ],
            "days": [
                {"fact": row.fact, "day": _day_name(row.day), "count": row.times} for row in await self._tx.rows(days)
            ],
        }

    async def erase(self, member_id: int) -> None:
        for table in (facts, fact_days):
            await self._tx.execute(delete(table).where(table.c.member_id == member_id))

    async def sweep(self, before_day: int, after: int = 0, members: int = 50) -> int | None:
        """Adds up the days before a day for the next few members, and forgets their sources of that time.

        Returns the member to go on `after`, in another transaction; None at the end.
        """
        ids = await self._tx.column(
            select(fact_days.c.member_id)
            .where(fact_days.c.member_id > after)
            .distinct()
            .order_by(fact_days.c.member_id)
            .limit(members)
        )
        if not ids:
            return None
        await self._forget_sources(ids[0], ids[-1], before_day)
        await self._add_up(ids[0], ids[-1], before_day)
        return int(ids[-1])

    async def _forget_sources(self, first: int, last: int, before_day: int) -> None:
        before = datetime.fromordinal(before_day).replace(tzinfo=UTC)
        old = facts.c.member_id.between(first, last) & (facts.c.at < before)
        await self._tx.execute(delete(facts).where(old))

    async def _add_up(self, first: int, last: int, before_day: int) -> None:
        old: Sequence[Any] = await self._tx.rows(
            delete(fact_days)
            .where(fact_days.c.member_id.between(first, last), fact_days.c.day > BEFORE)
            .where(fact_days.c.day < before_day)
            .returning(fact_days.c.member_id, fact_days.c.fact, fact_days.c["count"])
        )
        await self.count((member_id, fact, BEFORE, count) for member_id, fact, count in old)

    async def _take(self, rows: Sequence[Count]) -> None:
        left = fact_days.c["count"] - bindparam("taken")
        await self._tx.execute(
            update(fact_days)
            .where(fact_days.c.member_id == bindparam("member"), fact_days.c.fact == bindparam("what"))
            .where(fact_days.c.day == bindparam("on"))
            .values(count=case((left > 0, left), else_=0)),
            [dict(zip(("member", "what", "on", "taken"), row, strict=True)) for row in rows],
        )

    async def _merge_sources(self, gone: int, kept: int) -> Sequence[Row[Any]]:
        """Moves what was told to another member; what is told there already is dropped and returned."""
        other = facts.alias("other")
        same = (other.c.member_id == kept, other.c.fact == facts.c.fact, other.c.source == facts.c.source)
        dropped = await self._tx.rows(
            delete(facts)
            .where(facts.c.member_id == gone, exists(select(other.c.fact).where(*same).correlate(facts)))
            .returning(facts.c.fact, facts.c.at)
        )
        await self._tx.execute(update(facts).where(facts.c.member_id == gone).values(member_id=kept))
        return dropped


def _uncount(counts: dict[tuple[str, int], int], fact: str, at: datetime) -> None:
    """Takes one from the counted day next to a moment: which day it was by the member's clock is not kept."""
    days = [day for (name, day), count in counts.items() if name == fact and count > 0]
    if days:
        counts[fact, min(days, key=lambda day: abs(day - at.toordinal()))] -= 1


def _day_name(day: int) -> str | None:
    return None if day == BEFORE else date.fromordinal(day).isoformat()
