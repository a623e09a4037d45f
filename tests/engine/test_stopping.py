"""The end, in order: what was taken is finished, what is asked is answered, the rest is left for the next start."""

from __future__ import annotations

import asyncio

from sqlalchemy import update

from bot.cog import Cog
from bot.context import Invocation
from bot.storage import tables
from bot.vocabulary.replies import Reply
from bot.vocabulary.text import Template
from tests.engine.bench import Answers, Tallies, bench_cog, command, message, post, working


async def test_what_was_taken_is_committed(database_url: str) -> None:
    async with working(database_url) as bench:
        done = await bench.offer(*(message(str(number)) for number in range(500)))
        await bench.app.stop(10)
        assert all(one.done() and not one.cancelled() for one in done)
    async with working(database_url, fresh=False, introduce=False) as bench:
        assert len(await bench.tallies()) == 501


async def test_what_must_leave_has_left(database_url: str) -> None:
    async with working(database_url) as bench:
        async with bench.writing() as ctx:
            for number in range(50):
                ctx.send(post(str(number), f"place {number % 5}"))
        await bench.app.stop(10)
        assert len(bench.paper.deliveries) == 50
        assert bench.paper.closed
        assert not bench.paper.taking


async def test_what_cannot_leave_in_time_leaves_after_the_next_start(database_url: str) -> None:
    async with working(database_url) as bench:
        bench.paper.hold = asyncio.Event()
        async with bench.writing() as ctx:
            for text in ("a", "b"):
                ctx.send(post(text))
        loop = asyncio.get_running_loop()
        started = loop.time()
        await bench.app.stop(0.2)
        assert loop.time() - started < 5
        for task in bench.app.deliverers[0]._under_way:
            task.cancel()
    async with working(database_url, fresh=False, introduce=False) as bench:
        async with bench.app.database.write() as tx:
            await tx.execute(update(tables.outbox).where(tables.outbox.c.state == "claimed").values(lease_ms=1))
        bench.app.deliverers[0].wake()
        await bench.app.deliverers[0].drained()
        assert bench.paper.texts() == ["a", "b"]


async def test_whoever_has_asked_is_answered(database_url: str) -> None:
    cog: Cog = bench_cog()
    gate = asyncio.Event()

    @cog.command()
    async def slow(ctx: Invocation) -> Reply:
        await gate.wait()
        async with ctx.write() as work:
            await Tallies(work.tx).add("slow")
        return Reply(Template("done"))

    async with working(database_url, cog) as bench:
        answers = Answers()
        asked = asyncio.create_task(bench.app.interact(command("1", "slow"), answers))
        closing = bench.paper.close

        async def close_when_answered() -> None:
            """As an adapter does: it closes when its interactions are through."""
            gate.set()
            await asked
            await closing()

        bench.paper.close = close_when_answered  # type: ignore[method-assign]
        await bench.app.stop(5)
        assert len(answers.said) == 1
    async with working(database_url, fresh=False, introduce=False) as bench:
        assert (await bench.tallies())["slow"] == 1


async def test_stopping_twice_and_stopping_at_once(database_url: str) -> None:
    async with working(database_url) as bench:
        await bench.app.stop(0.0)
        await bench.app.stop(0.0)
