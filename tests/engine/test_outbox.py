"""What must leave: leased, in order, by one worker at a time, and taken up again when a worker dies."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from sqlalchemy import update

from bot.cog import Cog
from bot.context import Context
from bot.engine import outbox as engine
from bot.platform import Delivery
from bot.storage import tables
from bot.storage.outbox import LEASE_MS, Claimed, Outbox
from bot.vocabulary.actions import Delete, Edit, Post, React
from bot.vocabulary.errors import PlatformGone, TryLater
from bot.vocabulary.events import Delivered
from bot.vocabulary.model import Undelivered
from tests.engine.bench import (
    PLATFORM,
    Bench,
    Paper,
    Tallies,
    bench_cog,
    direct,
    message,
    post,
    words,
    working,
)


async def put(bench: Bench, *texts: str, channel: str = "tray") -> list[Undelivered]:
    async with bench.writing() as ctx:
        return [ctx.send(post(text, channel), tag=text) for text in texts]


async def asleep(bench: Bench, *texts: str) -> list[Undelivered]:
    """Written, and nobody is woken."""
    async with bench.writing() as ctx:
        sent = [ctx.send(post(text)) for text in texts]
        await Outbox(ctx.tx).flush()
    return sent


async def claim(bench: Bench, worker: str, limit: int = 10) -> list[Claimed]:
    async with bench.app.database.write() as tx:
        return await Outbox(tx).claim(PLATFORM, worker, limit)


class TestLeases:
    @pytest.fixture(autouse=True)
    def _nobody_delivers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """These tests claim for themselves."""

        async def never(self: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(engine.Deliverer, "run", never)

    async def test_what_is_claimed_is_left_alone(self, database_url: str) -> None:
        async with working(database_url) as bench:
            await asleep(bench, "a")
            assert len(await claim(bench, "one")) == 1
            assert await claim(bench, "two") == []
            async with bench.app.database.read() as tx:
                wait = await Outbox(tx).next_ms(PLATFORM)
            assert wait is not None
            assert 0 < wait <= LEASE_MS
            bench.app.deliverers[0]._idle.set()

    async def test_after_the_lease_another_takes_it(self, database_url: str) -> None:
        async with working(database_url) as bench:
            [sent] = await asleep(bench, "a")
            await claim(bench, "one")
            async with bench.app.database.write() as tx:
                await tx.execute(update(tables.outbox).values(lease_ms=1))
            [row] = await claim(bench, "two")
            assert (row.id, row.attempts) == (sent.outbox, 2)
            bench.app.deliverers[0]._idle.set()

    async def test_whoever_let_the_lease_run_out_has_no_say_any_more(self, database_url: str) -> None:
        async with working(database_url) as bench:
            await asleep(bench, "a")
            [old] = await claim(bench, "one")
            async with bench.app.database.write() as tx:
                await tx.execute(update(tables.outbox).values(lease_ms=1))
            [new] = await claim(bench, "two")
            async with bench.app.database.write() as tx:
                await Outbox(tx).postpone(old, 0, "late")
                assert not await Outbox(tx).close(old, "refused", error="late")
            assert await claim(bench, "three") == []
            async with bench.app.database.write() as tx:
                assert await Outbox(tx).close(new, "done")
            bench.app.deliverers[0]._idle.set()

    async def test_what_hangs_on_a_row_that_is_gone_does_not_wait(self, database_url: str) -> None:
        async with working(database_url) as bench:
            async with bench.writing() as ctx:
                sent = ctx.send(post("a"))
                lost = ctx.send(React(Undelivered(12345), "🎉"))
            async with bench.app.database.read() as tx:
                [refused] = await Outbox(tx).rows(states=["refused"])
                [waiting] = await Outbox(tx).rows(states=["waiting"])
            assert (refused.id, refused.error) == (lost.outbox, "its message is not known any more")
            assert waiting.id == sent.outbox
            bench.app.deliverers[0]._idle.set()

    async def test_a_place_gets_one_at_a_time_in_order(self, database_url: str) -> None:
        async with working(database_url) as bench:
            sent = await asleep(bench, "a", "b", "c")
            for expected in sent:
                [row] = await claim(bench, "one")
                assert row.id == expected.outbox
                async with bench.app.database.write() as tx:
                    assert await Outbox(tx).close(row, "done")
                    assert not await Outbox(tx).close(row, "done")
            bench.app.deliverers[0]._idle.set()

    async def test_many_who_claim_at_once_share_nothing(self, database_url: str) -> None:
        async with working(database_url) as bench:
            async with bench.writing() as ctx:
                for number in range(60):
                    ctx.send(post(str(number), f"place {number % 30}"))
                await Outbox(ctx.tx).flush()
            claimed = await asyncio.gather(*(claim(bench, f"worker {number}", 5) for number in range(8)))
            ids = [row.id for rows in claimed for row in rows]
            assert len(ids) == len(set(ids))
            places = Counter(row.action.channel.id for rows in claimed for row in rows if isinstance(row.action, Post))
            assert max(places.values()) == 1
            bench.app.deliverers[0]._idle.set()


async def test_a_worker_that_died_is_replaced(database_url: str) -> None:
    async with working(database_url) as bench:
        bench.paper.hold = asyncio.Event()
        await put(bench, "a", "b")
        async with bench.app.database.read() as tx:
            assert await Outbox(tx).waiting() == 2
        bench.app.deliverers[0].wake()
        for task in bench.app._tasks:
            task.cancel()
        for under_way in bench.app.deliverers[0]._under_way:
            under_way.cancel()
        async with bench.app.database.write() as tx:
            await tx.execute(update(tables.outbox).values(lease_ms=1))
        async with working(database_url, fresh=False, introduce=False) as heir:
            await heir.app.deliverers[0].drained()
            assert heir.paper.texts() == ["a", "b"]
        bench.app.deliverers[0]._idle.set()
        bench.app.intake._idle.set()


async def test_two_processes_never_deliver_the_same_row(postgresql_url: str) -> None:
    async with (
        working(postgresql_url) as one,
        working(postgresql_url, fresh=False, introduce=False) as two,
    ):
        for _ in range(10):
            async with one.writing() as ctx:
                for number in range(20):
                    ctx.send(post(f"{number}", f"place {number % 7}"))
                    ctx.send(direct(f"user {number}", "psst"))
            for bench in (one, two):
                bench.app.deliverers[0].wake()
        await asyncio.gather(*(bench.app.deliverers[0].drained() for bench in (one, two)))
        delivered = [delivery.id for bench in (one, two) for delivery in bench.paper.deliveries]
        assert len(delivered) == 400
        assert len(set(delivered)) == 400


async def test_a_place_keeps_its_order_across_two_processes(postgresql_url: str) -> None:
    arrived: list[str] = []

    def note(delivery: Delivery) -> None:
        assert isinstance(delivery.action, Post)
        arrived.append(delivery.action.message.text.source)  # type: ignore[union-attr]

    async with (
        working(postgresql_url, paper=Paper(note)) as one,
        working(postgresql_url, paper=Paper(note), fresh=False, introduce=False) as two,
    ):
        await put(one, *(f"{number:03}" for number in range(100)))
        two.app.deliverers[0].wake()
        async with asyncio.timeout(60):
            while len(arrived) < 100:
                two.app.deliverers[0].wake()
                await asyncio.sleep(0.01)
        assert arrived == sorted(arrived)


async def test_what_waits_behind_one_that_is_postponed_goes_right_after_it(database_url: str) -> None:
    failures = iter([TryLater("slow down", 0.1), TryLater("slow down", 0.1)])

    def stumble(delivery: Delivery) -> None:
        for failure in failures:
            raise failure

    async with working(database_url, paper=Paper(stumble)) as bench:
        async with asyncio.timeout(5):
            await put(bench, "a", "b", "c")
            await bench.app.deliverers[0].drained()
        assert bench.paper.texts() == ["a", "b", "c"]


async def test_what_refers_to_a_message_waits_for_it(database_url: str) -> None:
    async with working(database_url) as bench:
        async with bench.writing() as ctx:
            posted = ctx.send(post("a"))
            ctx.send(React(posted, "🎉"))
            ctx.send(Edit(posted, words("b")))
            ctx.send(Post(post("c").channel, words("c"), posted))
            ctx.send(Delete(posted))
        await bench.settled()
        kinds = [delivery.action.kind for delivery in bench.paper.deliveries]
        assert kinds[0] == "post"
        assert sorted(kinds) == ["delete", "edit", "post", "post", "react"]
        for delivery in bench.paper.deliveries[1:]:
            target = getattr(delivery.action, "target", None) or getattr(delivery.action, "thread", None)
            assert target is not None
            assert not isinstance(target, Undelivered)


async def test_it_is_told_once_when_something_arrived(database_url: str) -> None:
    cog: Cog = bench_cog()

    @cog.on(Delivered)
    async def told(ctx: Context, event: Delivered) -> None:
        await Tallies(ctx.tx).add(f"told {event.tag}")

    async with working(database_url, cog) as bench:
        await put(bench, "a", "b")
        await bench.settled()
        found = await bench.tallies()
        assert (found["told a"], found["told b"]) == (1, 1)


async def test_a_listener_that_never_ends_does_not_send_it_again(database_url: str) -> None:
    """Even what happens because of a delivery in an endless circle leaves the row done."""
    cog: Cog = bench_cog()

    @cog.on(Delivered)
    async def told(ctx: Context, event: Delivered) -> None:
        ctx.emit(event)

    async with working(database_url, cog) as bench:
        await put(bench, "a")
        await bench.settled()
        assert bench.paper.texts() == ["a"]
        async with bench.app.database.read() as tx:
            assert [row.state for row in await Outbox(tx).rows(states=["done"])] == ["done"]


async def test_a_platform_that_shuts_the_bot_out_is_not_ready(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "GONE_SECONDS", 0.01)
    gone = True

    def shut(delivery: Delivery) -> None:
        if gone:
            raise PlatformGone("the token was revoked")

    async with working(database_url, paper=Paper(shut)) as bench:
        await put(bench, "a")
        async with asyncio.timeout(5):
            while bench.app.health().ready:  # noqa: ASYNC110 (health is asked, not told)
                await asyncio.sleep(0.005)
        assert bench.app.health().parts[PLATFORM] == "the token was revoked"
        gone = False
        await bench.settled()
        assert bench.app.health().ready
        assert bench.paper.texts() == ["a"]


async def test_a_platform_that_breaks_in_an_unknown_way_is_tried_again(database_url: str) -> None:
    failures = iter([RuntimeError("a bug in the adapter")])

    def broken(delivery: Delivery) -> None:
        for failure in failures:
            raise failure

    async with working(database_url, paper=Paper(broken)) as bench:
        await put(bench, "a")
        await bench.settled()
        assert bench.paper.texts() == ["a"]
        assert bench.paper.deliveries[0].attempt == 2


async def test_a_platform_that_never_answers_is_tried_again(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "DELIVERY_SECONDS", 0.05)
    async with working(database_url) as bench:
        bench.paper.hold = asyncio.Event()
        await put(bench, "a")
        async with asyncio.timeout(5):
            while True:
                async with bench.app.database.read() as tx:
                    [row] = await Outbox(tx).rows(states=["waiting", "claimed"])
                if row.error == "no answer in time":
                    break
                await asyncio.sleep(0.01)
        bench.paper.hold.set()
        await bench.app.settled()
        assert bench.paper.texts() == ["a"]


def test_a_delivery_ends_before_its_lease() -> None:
    assert engine.DELIVERY_SECONDS * 1000 < LEASE_MS


async def test_the_same_row_has_the_same_key_each_time(database_url: str) -> None:
    seen: list[int] = []

    def stumble(delivery: Delivery) -> None:
        seen.append(delivery.id)
        if len(seen) < 4:
            raise TryLater("again", doubtful=True)

    async with working(database_url, paper=Paper(stumble)) as bench:
        [sent] = await put(bench, "a")
        await bench.settled()
        assert seen == [sent.outbox] * 4


async def write_and_undo(bench: Bench) -> None:
    async with bench.writing() as ctx:
        ctx.send(post("never"))
        await Outbox(ctx.tx).flush()
        raise ValueError("undo")


async def test_nothing_leaves_of_what_was_undone(database_url: str) -> None:
    async with working(database_url) as bench:
        with pytest.raises(ValueError, match="undo"):
            await write_and_undo(bench)
        await bench.take(message("1"))
        await bench.settled()
        assert bench.paper.texts() == []
