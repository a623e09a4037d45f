"""Tables without migrations, for tests that are not about them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cog import Cog
from bot.storage import tables
from bot.storage.database import Database


async def create_everything(database: Database, cogs: Sequence[Cog] = ()) -> None:
    async with database.writer_engine.begin() as connection:
        await connection.run_sync(tables.core.create_all)
        for cog in cogs:
            if cog.tables is not None:
                await connection.run_sync(cog.tables.create_all)
