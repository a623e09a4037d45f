"""Which events were taken, and those that no listener could handle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.bulk import Bulk
from bot.storage.database import Tx
from bot.storage.tables import dead_events, seen
from bot.storage.types import to_ms

_TAKE = Bulk(seen.c.key, seen.c.at, then=lambda insert: insert.on_conflict_do_nothing().returning(seen.c.key))


@dataclass(frozen=True, slots=True)
class DeadEvent:
    """An event whose listener raised. `event` is the event as JSON, for driving it again."""

    id: int
    key: str
    cog: str
    listener: str
    event: str
    error: str
    at: datetime


class Events:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def take(self, keys: Sequence[str], at: datetime) -> set[str]:
        """Records keys; those that were not known before. Keys must differ from one another."""
        at_ms = to_ms(at)
        return {key for (key,) in await _TAKE.run(self._tx, [(key, at_ms) for key in sorted(keys)])}

    async def bury(self, dead: DeadEvent) -> None:
        await self._tx.execute(
            dead_events.insert().values(**{name: getattr(dead, name) for name in DeadEvent.__slots__})
        )

    async def dead(self, limit: int = 50) -> list[DeadEvent]:
        rows = await self._tx.rows(select(dead_events).order_by(dead_events.c.id).limit(limit))
        return [DeadEvent(**row._mapping) for row in rows]

    async def one(self, dead_id: int) -> DeadEvent | None:
        row = await self._tx.row(select(dead_events).where(dead_events.c.id == dead_id))
        return DeadEvent(**row._mapping) if row is not None else None

    async def unbury(self, dead_id: int) -> None:
        await self._tx.execute(delete(dead_events).where(dead_events.c.id == dead_id))

    async def sweep(self, before: datetime, limit: int = 5000) -> int:
        """Forgets keys and dead events older than a moment; how many keys."""
        old = select(seen.c.key).where(seen.c.at < before).limit(limit)
        await self._tx.execute(delete(dead_events).where(dead_events.c.at < before))
        return await self._tx.execute(delete(seen).where(seen.c.key.in_(old)))
