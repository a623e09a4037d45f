"""Who is where, and how dear it is to look them up again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import event as on_engine
from sqlalchemy import select

from bot.cog import Cog
from bot.context import Context
from bot.domain.days import day_of
from bot.engine.redrive import redrive
from bot.storage.events import Events
from bot.storage.people import Space
from bot.storage.tables import fact_days, presences
from bot.vocabulary.events import JobDue, MemberChanged, MemberJoined, MemberLeft
from bot.vocabulary.model import Account, AccountRef, SpaceRef
from tests.engine.bench import HOME, PLATFORM, SPACE, START, Bench, message, tables, working

ANA = Account(AccountRef(PLATFORM, "ana"), "Ana")
ANNEX = SpaceRef(PLATFORM, "annex")
"""A second space of the same community."""


async def here(bench: Bench) -> set[tuple[str, str]]:
    """Each account that is in a space, with it."""
    async with bench.app.database.read() as tx:
        rows = await tx.rows(select(presences).where(presences.c.left_at.is_(None)))
    return {(row.space, row.account) for row in rows}


async def test_a_member_who_writes_in_a_second_space_is_there_too(database_url: str) -> None:
    async with working(database_url) as bench:
        async with bench.writing() as ctx:
            await ctx.changed_people()
            await ctx.people.save_space(Space(ANNEX, HOME, "Annex"))
        await bench.take(message("1"))
        assert await here(bench) == {("desk", "ana")}
        await bench.take(MemberChanged(key="paper:3", at=START, space=ANNEX, account=ANA), message("2"))
        assert await here(bench) == {("desk", "ana"), ("annex", "ana")}
        await bench.take(MemberLeft(key="paper:4", at=START, space=ANNEX, account=ANA))
        await bench.take(message("5"))
        assert await here(bench) == {("desk", "ana")}


async def test_driving_a_join_again_does_not_bring_back_who_has_left(database_url: str) -> None:
    broken, heard = True, []
    cog = Cog("bench", tables=tables, package="tests.conformance")

    @cog.on(MemberJoined)
    async def greet(ctx: Context, event: MemberJoined) -> None:
        if broken:
            raise ValueError("this listener is broken")
        heard.append(ctx.who[event.account.ref].name)

    async with working(database_url, cog) as bench:
        await bench.take(MemberJoined(key="paper:1", at=START, space=SPACE, account=ANA))
        await bench.take(MemberLeft(key="paper:2", at=START + timedelta(minutes=1), space=SPACE, account=ANA))
        assert await here(bench) == set()
        async with bench.app.database.read() as tx:
            [dead] = await Events(tx).dead()
            assert await Events(tx).one(dead.id) == dead
            assert await Events(tx).one(dead.id + 1) is None
        broken = False
        await redrive(bench.app.services, bench.app.rounds, dead.id)
        assert heard == ["Ana"]
        assert await here(bench) == set()


async def test_a_message_counts_for_the_day_it_was_written(database_url: str) -> None:
    async with working(database_url) as bench:
        bench.clock.advance(days=3)
        await bench.take(message("1", user="bea", at=START))
        async with bench.app.database.read() as tx:
            days = set(await tx.column(select(fact_days.c.day).where(fact_days.c.fact == "messages")))
        assert days == {day_of(START, HOME.zone).toordinal()}


async def test_looking_people_up_again_costs_a_few_statements(database_url: str) -> None:
    cog = Cog("bench", tables=tables, package="tests.conformance")

    @cog.every("0 9 * * *")
    async def daily(ctx: Context, due: JobDue) -> None: ...

    ran: list[Any] = []
    async with working(database_url, cog) as bench:
        users = [f"user{number}" for number in range(100)]
        await bench.take(*(message(f"a{user}", user=user) for user in users))
        on_engine.listen(
            bench.app.database.writer_engine.sync_engine, "before_cursor_execute", lambda *told: ran.append(told[2])
        )
        await bench.take(*(message(f"b{user}", user=user) for user in users))
        plain = len(ran)
        renamed = Account(ANA.ref, "Anna")
        await bench.take(MemberChanged(key="paper:changed", at=START, space=SPACE, account=renamed))
        ran.clear()
        await bench.take(*(message(f"c{user}", user=user) for user in users))
        assert len(ran) < plain + 30
