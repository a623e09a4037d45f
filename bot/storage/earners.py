"""What must be known of members to judge their next messages, read with locks and written back at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from bot.domain.points import Earner
from bot.domain.similarity import recall, remember
from bot.storage.bulk import Among, Bulk
from bot.storage.database import Tx
from bot.storage.tables import earners
from bot.storage.types import from_ms


class Earners:
    """In a transaction: what `load` returned is nobody else's until the commit."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def load(self, member_ids: Iterable[int]) -> dict[int, Earner]:
        """One for each member. A missing row is made, or two processes might both begin with none.

        SQLite has one writer, so there nobody else can begin.
        """
        wanted = set(member_ids)
        found = await self._select(wanted)
        missing = sorted(wanted - found.keys())
        made = missing if self._tx.engine == "sqlite" else await self._make(missing)
        found |= {member_id: Earner() for member_id in made}
        return found if len(found) == len(wanted) else found | await self._select(wanted - found.keys())

    async def _make(self, missing: Iterable[int]) -> list[int]:
        """Those that nobody else has made meanwhile."""
        return [member_id for (member_id,) in await _MAKE.run(self._tx, [_row(each, Earner()) for each in missing])]

    async def save(self, rows: Mapping[int, Earner]) -> None:
        await _SAVE.run(self._tx, [_row(member_id, rows[member_id]) for member_id in sorted(rows)])

    async def merge(self, gone: int, kept: int) -> None:
        """The later award and day count for both; points of the same day add up."""
        both = await self._select([gone, kept])
        if gone not in both:
            return
        await self.erase(gone)
        await self.save({kept: _combined(both.get(kept, Earner()), both[gone])})

    async def export(self, member_id: int) -> dict[str, Any] | None:
        """As JSON can hold it; the prints are hashes, in hexadecimal."""
        row = await self._tx.row(select(earners).where(earners.c.member_id == member_id))
        if row is None:
            return None
        last = row.last_award_ms
        return {
            "last_award": None if last is None else from_ms(last).isoformat(),
            "day": row.day,
            "day_points": row.day_points,
            "prints": [each.hex() for each in recall(row.prints)],
        }

    async def erase(self, member_id: int) -> None:
        await self._tx.execute(delete(earners).where(earners.c.member_id == member_id))

    async def _select(self, member_ids: Collection[int]) -> dict[int, Earner]:
        rows: Sequence[Any] = await _LOCK.rows(self._tx, member_ids)
        return {
            member_id: Earner(last_award_ms, day, day_points, prints)
            for member_id, last_award_ms, day, day_points, prints in rows
        }


_COLUMNS = (earners.c.member_id, earners.c.last_award_ms, earners.c.day, earners.c.day_points, earners.c.prints)


def _row(member_id: int, earner: Earner) -> tuple[int, int | None, int, int, bytes]:
    return member_id, earner.last_award_ms, earner.day, earner.day_points, earner.prints


def _over(insert: Any) -> Any:
    values = {column.name: insert.excluded[column.name] for column in _COLUMNS[1:]}
    return insert.on_conflict_do_update(index_elements=[earners.c.member_id], set_=values)


_LOCK = Among(
    earners.c.member_id,
    lambda listed: select(*_COLUMNS).where(listed).order_by(earners.c.member_id).with_for_update(),
)
_MAKE = Bulk(*_COLUMNS, then=lambda insert: insert.on_conflict_do_nothing().returning(earners.c.member_id))
_SAVE = Bulk(*_COLUMNS, then=_over)


def _combined(kept: Earner, gone: Earner) -> Earner:
    awards = [each.last_award_ms for each in (kept, gone) if each.last_award_ms is not None]
    day = max(kept.day, gone.day)
    prints = gone.prints
    for each in recall(kept.prints):
        prints = remember(prints, each)
    return Earner(
        last_award_ms=max(awards, default=None),
        day=day,
        day_points=sum(each.day_points for each in (kept, gone) if each.day == day),
        prints=prints,
    )
