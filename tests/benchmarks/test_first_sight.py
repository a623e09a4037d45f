"""Found by `python -m benchmarks crash`: a command and a batch that see a new space at the same moment."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.directory import Directory
from bot.storage import tables
from bot.storage.database import Database
from bot.vocabulary.model import Community, SpaceRef


async def test_a_space_that_two_see_first_gets_one_community(database: Database) -> None:
    async def see() -> int:
        directory = Directory({}, Community(0, "", "en", "UTC"))
        async with database.write() as tx:
            space = await directory.space(tx, SpaceRef("playground", "new"), "New")
            await asyncio.sleep(0.05)
            return space.community.id

    first, second = await asyncio.gather(see(), see())
    async with database.read() as tx:
        assert await tx.column(select(tables.communities.c.id)) == [first]
    assert first == second
