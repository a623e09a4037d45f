"""Each community's settings as JSON, and the one number that says whether anything cached is stale."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.storage.database import Tx
from bot.storage.tables import settings, versions

_VERSION = select(versions.c.number).where(versions.c.name == "caches")
_LOCKED = _VERSION.with_for_update(read=True)


class SettingsRows:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def all(self) -> dict[tuple[int, str], str]:
        rows = await self._tx.rows(select(settings.c.community_id, settings.c.cog, settings.c.body))
        return {(row.community_id, row.cog): row.body for row in rows}

    async def save(self, community_id: int, cog: str, body: str, at: datetime) -> None:
        values = {"body": body, "changed_at": at}
        statement = self._tx.insert(settings).values(community_id=community_id, cog=cog, **values)
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["community_id", "cog"], set_=values))
        await self.touch()

    async def touch(self) -> None:
        """Tells every process that what it remembers of people, spaces or settings may be stale."""
        statement = self._tx.insert(versions).values(name="caches", number=1)
        await self._tx.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"number": versions.c.number + 1})
        )

    async def version(self, *, lock: bool = False) -> int:
        """With `lock` it stays the same until the commit: whoever touches it waits. SQLite has one writer anyway."""
        found = await self._tx.scalar(_LOCKED if lock else _VERSION)
        if found is None and lock:
            # There must be a row, or there would be nothing to lock.
            await self._tx.execute(self._tx.insert(versions).values(name="caches", number=0).on_conflict_do_nothing())
            found = await self._tx.scalar(_LOCKED)
        return int(found or 0)
