"""Batches of events: counted once, survived by what fails, and confirmed only when they are safe."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from pydantic import BaseModel

from bot.cog import Cog, Verdict, Watched
from bot.context import Batch, Context
from bot.engine.intake import LARGEST, SMALLEST, Intake
from bot.engine.redrive import NobodyListens, NotDead, redrive
from bot.engine.rounds import MOST_ROUNDS
from bot.settings import CogSettings
from bot.storage.database import DatabaseUnavailable
from bot.storage.events import DeadEvent, Events
from bot.storage.settings import SettingsRows
from bot.vocabulary.events import DomainEvent, MessagePosted
from bot.vocabulary.model import SpaceRef
from tests.engine.bench import PLATFORM, Bench, Tallies, bench_cog, message, reaction, tables, working


async def dead(bench: Bench) -> list[DeadEvent]:
    async with bench.app.database.read() as tx:
        return await Events(tx).dead()


class TestOnce:
    async def test_within_a_batch(self, database_url: str) -> None:
        async with working(database_url) as bench:
            await bench.take(message("1"), message("2"), message("1"))
            assert await bench.tallies() == {"paper:hello": 1, "paper:1": 1, "paper:2": 1}

    async def test_across_batches(self, database_url: str) -> None:
        async with working(database_url) as bench:
            for _ in range(3):
                await bench.take(message("1"))
            assert (await bench.tallies())["paper:1"] == 1

    async def test_across_processes_and_restarts(self, database_url: str) -> None:
        async with working(database_url) as bench:
            await bench.take(message("1"))
        async with working(database_url, fresh=False) as bench:
            await bench.take(message("1"))
            assert (await bench.tallies())["paper:1"] == 1

    async def test_a_space_nobody_knew_and_a_first_attempt_that_fails(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a transaction that was undone had made of the space is not remembered."""
        async with working(database_url, introduce=False) as bench:
            settle, failures = bench.app.rounds.settle, iter([DatabaseUnavailable("gone for a moment")])

            async def failing(*arguments: object, **named: object) -> None:
                for failure in failures:
                    raise failure
                await settle(*arguments, **named)  # type: ignore[arg-type]

            monkeypatch.setattr(bench.app.rounds, "settle", failing)
            async with asyncio.timeout(5):
                elsewhere = replace(message("2", user="ben"), space=SpaceRef(PLATFORM, "elsewhere"))
                await bench.take(message("1"), elsewhere, message("3"))
            assert await bench.members() == 2
            assert len(await bench.communities()) == 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring(DomainEvent):
    """Causes itself."""

    number: int


class TestWhatFails:
    def cog(self, *, batch: bool = False) -> Cog:
        """Cannot swallow poison, counts the rest, and hears of rings for ever."""
        cog = bench_cog()

        @cog.on(MessagePosted)
        async def picky(ctx: Context, event: MessagePosted) -> None:
            await Tallies(ctx.tx).add(f"picky {event.key}")
            if event.text == "poison" and "mended" not in (await Tallies(ctx.tx).all()):
                raise ValueError("poison \0 \ud800")
            if event.text == "ring":
                ctx.emit(Ring(community=ctx.community.id, at=ctx.now, number=1))

        @cog.on(Ring)
        async def round_and_round(ctx: Context, event: Ring) -> None:
            await Tallies(ctx.tx).add("rings")
            ctx.emit(Ring(community=ctx.community.id, at=ctx.now, number=event.number + 1))

        if batch:

            @cog.on_batch(MessagePosted)
            async def together(work: Batch) -> None:
                for arrived in work.arrived:
                    assert isinstance(arrived.event, MessagePosted)
                    assert arrived.member is not None
                    await Tallies(work.tx).add(f"together {arrived.event.key}")
                    if arrived.event.text == "poison" and "mended" not in (await Tallies(work.tx).all()):
                        raise ValueError("poison")

        return cog

    async def mend(self, bench: Bench) -> None:
        async with bench.writing() as ctx:
            await Tallies(ctx.tx).add("mended")

    @pytest.mark.parametrize("batch", [False, True])
    async def test_only_the_event_that_fails_is_kept_back(self, database_url: str, batch: bool) -> None:
        async with working(database_url, self.cog(batch=batch)) as bench:
            await bench.take(message("1"), message("2", "poison"), message("3"))
            found = await bench.tallies()
            assert {name for name in found if name.startswith("paper")} == {
                "paper:hello",
                "paper:1",
                "paper:2",
                "paper:3",
            }
            assert all(count == 1 for count in found.values())
            assert "picky paper:2" not in found
            assert "together paper:2" not in found
            kept = await dead(bench)
            assert {(one.key, one.listener) for one in kept} == {
                ("paper:2", listener) for listener in (["picky", "together"] if batch else ["picky"])
            }

    @pytest.mark.parametrize("batch", [False, True])
    async def test_it_can_be_driven_again_when_the_listener_is_mended(self, database_url: str, batch: bool) -> None:
        async with working(database_url, self.cog(batch=batch)) as bench:
            await bench.take(message("2", "poison"))
            kept = await dead(bench)
            with pytest.raises(ValueError, match="poison"):
                await redrive(bench.app.services, bench.app.rounds, kept[0].id)
            assert await dead(bench) == kept
            await self.mend(bench)
            for one in kept:
                await redrive(bench.app.services, bench.app.rounds, one.id)
            found = await bench.tallies()
            assert (found["picky paper:2"], found["paper:2"]) == (1, 1)
            assert found.get("together paper:2", 1) == 1
            assert await dead(bench) == []
            with pytest.raises(NotDead):
                await redrive(bench.app.services, bench.app.rounds, kept[0].id)

    async def test_it_stays_dead_where_nobody_listens_any_more(self, database_url: str) -> None:
        async with working(database_url, self.cog()) as bench:
            await bench.take(message("2", "poison"))
        async with working(database_url, fresh=False) as bench:
            [kept] = await dead(bench)
            with pytest.raises(NobodyListens):
                await redrive(bench.app.services, bench.app.rounds, kept.id)
            assert await dead(bench) == [kept]

    async def test_a_circle_of_events_ends_and_is_kept(self, database_url: str) -> None:
        async with working(database_url, self.cog()) as bench:
            async with asyncio.timeout(10):
                await bench.take(message("1"), message("2", "ring"), message("3"))
            found = await bench.tallies()
            assert found["rings"] == MOST_ROUNDS
            assert (found["paper:1"], found["paper:2"], found["paper:3"]) == (1, 1, 1)
            [kept] = await dead(bench)
            assert "EndlessRounds" in kept.error
            await bench.take(message("4"))
            assert (await bench.tallies())["paper:4"] == 1

    async def test_a_guard_that_fails_takes_only_its_own_event_along(self, database_url: str) -> None:
        cog = bench_cog()

        @cog.guard(lambda _: None)
        def fragile(state: None, batch: Sequence[Watched]) -> tuple[None, Sequence[Verdict]]:
            if any(event.text == "poison" for event in batch):
                raise ValueError("this guard is broken")
            return state, ()

        async with working(database_url, cog) as bench:
            async with asyncio.timeout(10):
                await bench.take(message("1"), message("2", "poison"), message("3"))
            found = await bench.tallies()
            assert (found["paper:1"], found["paper:3"]) == (1, 1)
            assert "paper:2" not in found
            [kept] = await dead(bench)
            assert (kept.cog, kept.listener) == ("core", "")
            await redrive(bench.app.services, bench.app.rounds, kept.id)
            assert (await bench.tallies())["paper:2"] == 1
            await bench.take(message("2", "poison"))
            assert (await bench.tallies())["paper:2"] == 1


class GuardSettings(CogSettings):
    limit: int = 3


class TestGuards:
    def cog(self) -> tuple[Cog, list[int]]:
        cog = Cog("bench", settings=GuardSettings, tables=tables, package="tests.conformance")
        states: list[int] = []

        @cog.guard(lambda settings: settings.limit * 1000)
        def counting(state: int, batch: Sequence[Watched]) -> tuple[int, Sequence[Verdict]]:
            states.append(state)
            return state + len(batch), ()

        return cog, states

    async def test_what_it_remembers_is_kept_after_the_commit_only(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cog, states = self.cog()
        async with working(database_url, cog) as bench:
            settle, failures = bench.app.rounds.settle, iter([DatabaseUnavailable("gone"), ValueError("broken")])

            async def failing(*arguments: object, **named: object) -> None:
                for failure in failures:
                    raise failure
                await settle(*arguments, **named)  # type: ignore[arg-type]

            monkeypatch.setattr(bench.app.rounds, "settle", failing)
            await bench.take(message("1"), message("2"))
            await bench.take(message("3"))
        assert states == [3000, 3001, 3001, 3001, 3003]

    async def test_other_peoples_changes_do_not_make_it_forget(self, database_url: str) -> None:

        cog, states = self.cog()
        async with working(database_url, cog) as bench:
            async with bench.writing() as ctx:
                await SettingsRows(ctx.tx).touch()
            await bench.take(message("1"))
            await self.save(bench, GuardSettings(limit=5))
            await bench.take(message("2"))
        assert states == [3000, 3001, 5000]

    async def save(self, bench: Bench, settings: BaseModel) -> None:
        async with bench.writing() as ctx:
            await ctx.save_settings(settings)


SMALL = 4


class TestFull:
    """The intake alone: nobody takes anything out until a test starts it."""

    async def test_reactions_are_shed_and_messages_wait(self, database_url: str) -> None:
        async with working(database_url) as bench:
            waiting = Intake(bench.app.services, bench.app.rounds, bench.app.metrics, capacity=SMALL)
            taken = [await waiting.offer(message(str(number))) for number in range(SMALL)]
            async with asyncio.timeout(5):
                await (await waiting.offer(reaction("r1")))
            one_more = asyncio.create_task(waiting.offer(message("late")))
            await asyncio.sleep(0)
            assert not one_more.done()
            running = asyncio.create_task(waiting.run())
            await asyncio.gather(*taken, await one_more)
            running.cancel()
            text = bench.app.metrics.text().decode()
            assert 'madang_events_shed_total{kind="ReactionAdded"} 1.0' in text
            assert (await bench.tallies())["paper:late"] == 1

    async def test_many_who_wait_all_get_in(self, database_url: str) -> None:
        async with working(database_url) as bench:
            waiting = Intake(bench.app.services, bench.app.rounds, bench.app.metrics, capacity=SMALL)
            offers = [asyncio.create_task(waiting.offer(message(str(number)))) for number in range(50)]
            running = asyncio.create_task(waiting.run())
            await asyncio.gather(*await asyncio.gather(*offers))
            running.cancel()
            assert len(await bench.tallies()) == 51
            assert len(waiting._waiting) <= SMALL

    async def test_what_is_not_committed_is_not_confirmed_at_the_end(self, database_url: str) -> None:
        async with working(database_url) as bench:
            waiting = Intake(bench.app.services, bench.app.rounds, bench.app.metrics)
            running = asyncio.create_task(waiting.run())
            async with bench.app.database.write():
                done = asyncio.ensure_future(await waiting.offer(message("1")))
                after = asyncio.ensure_future(await waiting.offer(message("2")))
                await asyncio.sleep(0)
                running.cancel()
                async with asyncio.timeout(5):
                    await asyncio.gather(running, done, after, return_exceptions=True)
            assert done.cancelled()
            assert after.cancelled()
            assert "paper:1" not in await bench.tallies()


async def test_a_batch_is_sized_by_how_long_it_holds_the_writer(database_url: str) -> None:
    async with working(database_url) as bench:
        taking = bench.app.intake
        events = [message(str(number)) for number in range(10)]
        taking._measure(events, events, 10.0)
        assert taking.size == SMALLEST
        for _ in range(20):
            many = [message(str(number)) for number in range(taking.size)]
            taking._measure(many, many, 0.0)
        assert taking.size == LARGEST


async def test_a_database_that_fails_pauses_the_intake_and_readiness_and_confirms_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(database_url) as bench:
        failing, settle = asyncio.Event(), bench.app.rounds.settle
        failing.set()
        tried = 0

        async def unable(*arguments: object, **named: object) -> None:
            nonlocal tried
            tried += 1
            if failing.is_set():
                raise DatabaseUnavailable("no")
            await settle(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(bench.app.rounds, "settle", unable)
        [done] = await bench.offer(message("1"))
        async with asyncio.timeout(5):
            while tried < 5:  # noqa: ASYNC110 (nothing tells when a batch was tried)
                await asyncio.sleep(0.001)
        assert not done.done()
        assert bench.app.health().parts["intake"] is not None
        failing.clear()
        async with asyncio.timeout(5):
            await done
        assert bench.app.health().ready
        assert (await bench.tallies())["paper:1"] == 1


async def test_it_takes_what_waits_and_waits_for_nothing_more(database_url: str) -> None:
    async with working(database_url) as bench:
        async with asyncio.timeout(5):
            await bench.take(message("alone"))
        await bench.take(*(message(str(number)) for number in range(1000)))
        assert len(await bench.tallies()) == 1002
