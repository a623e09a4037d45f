"""People who become one, or are forgotten, while a batch runs that remembers them as they were."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.cog import Cog
from bot.context import Batch, Context, Invocation
from bot.storage.people import People
from bot.storage.points import Points
from bot.storage.tables import scores
from bot.vocabulary.events import MemberChanged, MessagePosted
from bot.vocabulary.model import Account, AccountRef, Member, Standing
from bot.vocabulary.replies import Reply
from bot.vocabulary.text import Template
from tests.engine.bench import (
    HOME,
    PLATFORM,
    SPACE,
    START,
    Answers,
    Bench,
    command,
    message,
    tables,
    working,
)


class Earning:
    """Ten points a message; "slow" ones, and commands, wait for `gate` first, and tell by `inside` that they do."""

    def __init__(self) -> None:
        self.gate, self.inside = asyncio.Event(), asyncio.Event()
        self.cog = Cog("bench", tables=tables, package="tests.conformance")

        @self.cog.on_batch(MessagePosted)
        async def earn(batch: Batch) -> None:
            if any(isinstance(one.event, MessagePosted) and one.event.text == "slow" for one in batch.arrived):
                await self.wait()
            for one in batch.arrived:
                assert one.member is not None
                await self.award(batch, one.member, one.event.key)

        @self.cog.command()
        async def claim(ctx: Invocation) -> Reply:
            await self.wait()
            async with ctx.write() as work:
                await self.award(work, ctx.member, ctx.key)
            return Reply(Template("claimed"))

    async def wait(self) -> None:
        self.inside.set()
        await self.gate.wait()

    async def award(self, ctx: Context, member: Member, source: str) -> None:
        await Points(ctx.tx).award(ctx.community, member.id, 10, reason="message", source=source, at=ctx.now)


async def merge(bench: Bench) -> tuple[Member, Member]:
    """Makes bea's member ana's, as cogs do; ana and the bea that was."""
    async with bench.writing() as ctx:
        await ctx.changed_people()
        ana, bea = await member(ctx, "ana"), await member(ctx, "bea")
        people = ctx.people
        await people.hold([ana.person, bea.person])
        await people.move_accounts(bea.person, ana.person)
        await Points(ctx.tx).merge(HOME, bea.id, ana.id)
        await people.merge_member(bea, ana)
        await people.drop_person(bea.person)
    return ana, bea


async def member(ctx: Context, user: str) -> Member:
    return (await ctx.people.members_by_account(HOME, PLATFORM, [user]))[AccountRef(PLATFORM, user)]


async def points(bench: Bench) -> dict[int, int]:
    async with bench.app.database.read() as tx:
        rows = await tx.rows(select(scores.c.member_id, scores.c.points).where(scores.c.period == "all"))
    return {row.member_id: row.points for row in rows}


async def test_a_merge_waits_for_a_batch_that_remembers_both(database_url: str) -> None:
    earning = Earning()
    async with working(database_url, earning.cog) as bench, asyncio.timeout(20):
        await bench.take(message("1", user="ana"), message("2", user="bea"))
        offered = await bench.offer(message("3", "slow", user="bea"))
        await earning.inside.wait()
        merging = asyncio.create_task(merge(bench))
        await asyncio.sleep(0.2)
        assert not merging.done()
        earning.gate.set()
        ana, _ = await merging
        await asyncio.gather(*offered)
        await bench.take(message("4", user="bea"))
        await bench.take(message("5", user="bea"))
        # With the message that introduced ana, six.
        assert await points(bench) == {ana.id: 60}


async def test_a_command_that_was_called_before_a_merge_writes_for_who_is_left(database_url: str) -> None:
    earning = Earning()
    async with working(database_url, earning.cog) as bench, asyncio.timeout(20):
        await bench.take(message("1", user="ana"), message("2", user="bea"))
        answers = Answers()
        asking = asyncio.create_task(bench.app.interact(command("c", "claim", "bea"), answers))
        await earning.inside.wait()
        ana, _ = await merge(bench)
        earning.gate.set()
        await asking
        assert len(answers.said) == 1
        assert await points(bench) == {ana.id: 40}


async def test_who_was_forgotten_and_writes_again_has_a_name_again(database_url: str) -> None:
    async with working(database_url) as bench:
        await bench.take(message("1", user="ana"))
        async with bench.writing() as ctx:
            await ctx.changed_people()
            ana = await member(ctx, "ana")
            await ctx.people.forget(ana)
        await bench.take(message("2", user="ana"))
        async with bench.app.database.read() as tx:
            found = await People(tx).member(ana.id)
        assert found is not None
        assert found.name == "Ana"


async def test_only_a_new_name_makes_everyone_look_people_up_again(database_url: str) -> None:
    def changed(key: str, name: str, *roles: str) -> MemberChanged:
        account = Account(AccountRef(PLATFORM, "ana"), name)
        return MemberChanged(key=key, at=START, space=SPACE, account=account, standing=Standing(roles=frozenset(roles)))

    async with working(database_url) as bench:
        settings = bench.app.services.settings
        await bench.take(message("1", user="ana"))
        version = settings.version
        await bench.take(changed("x", "Ana", "baker"))
        await bench.take(message("2", user="ana"))
        assert settings.version == version
        await bench.take(changed("y", "Anna"))
        await bench.take(message("3", user="ana"))
        assert settings.version != version
