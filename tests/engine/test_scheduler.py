"""What is due runs: once, after downtime by its policy, whatever the clock does and however many look at it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import select, update

from bot.clock import ManualClock
from bot.cog import Cog
from bot.context import Context
from bot.domain.schedule import BadSchedule, Cron, Every, Policy
from bot.storage.events import Events
from bot.storage.schedules import Schedules
from bot.storage.tables import schedules
from bot.vocabulary.events import JobDue
from tests.engine.bench import HOME, START, Bench, Tallies, bench_cog, working

SEOUL_NINE = "2026-03-03T00:00:00+00:00"


def scheduled() -> Cog:
    """Counts every run of its jobs by their moment."""
    cog = bench_cog()

    @cog.job
    async def run(ctx: Context, due: JobDue) -> None:
        await Tallies(ctx.tx).add(f"run {due.due.isoformat()}")

    @cog.job
    async def broken(ctx: Context, due: JobDue) -> None:
        raise ValueError("a job is broken")

    return cog


async def put(bench: Bench, trigger: Cron | Every, policy: Policy = "once", job: str = "run") -> None:
    async with bench.writing() as ctx:
        await Schedules(ctx.tx).put(HOME.id, "bench", job, trigger, now=bench.clock.now(), policy=policy)


async def runs(bench: Bench) -> list[str]:
    await bench.settled()
    found = await bench.tallies()
    assert all(count == 1 for count in found.values())
    return sorted(name.removeprefix("run ") for name in found if name.startswith("run "))


class TestDowntime:
    @pytest.mark.parametrize(
        ("policy", "hours", "expected"),
        [
            ("once", 24 * 3 + 16, ["2026-03-06T00:00:00+00:00"]),
            ("once", 24 * 3 + 14, []),
            ("skip", 24 * 3 + 16, []),
            ("all", 24 * 3 + 16, [f"2026-03-0{day}T00:00:00+00:00" for day in (3, 4, 5, 6)]),
        ],
    )
    async def test_by_the_policy(self, database_url: str, policy: Policy, hours: int, expected: list[str]) -> None:
        """It is down from Monday; daily at nine in Seoul, which is midnight in UTC."""
        async with working(database_url, scheduled()) as bench:
            await put(bench, Cron("0 9 * * *", "Asia/Seoul"), policy)
        late = ManualClock(START + timedelta(hours=hours))
        async with working(database_url, scheduled(), fresh=False, clock=late, introduce=False) as bench:
            assert await runs(bench) == expected
            async with bench.app.database.read() as tx:
                following = await Schedules(tx).next_at()
            assert following is not None
            late.move_to(following)
            assert await runs(bench) == [*expected, following.isoformat()]

    async def test_hundreds_that_were_missed_all_run_in_order(self, database_url: str) -> None:
        async with working(database_url, scheduled()) as bench:
            await put(bench, Every(60, START), "all")
            bench.clock.advance(minutes=250)
            assert len(await runs(bench)) == 250


class TestDaylight:
    async def test_an_hour_that_happens_twice_runs_once(self, database_url: str) -> None:
        start = ManualClock(datetime(2026, 10, 24, 12, tzinfo=UTC))
        async with working(database_url, scheduled(), clock=start) as bench:
            await put(bench, Cron("30 2 * * *", "Europe/Berlin"), "all")
            for _ in range(96):
                start.advance(minutes=15)
                await bench.settled()
            assert await runs(bench) == ["2026-10-25T00:30:00+00:00"]

    async def test_one_that_does_not_happen_runs_after_the_gap(self, database_url: str) -> None:
        start = ManualClock(datetime(2026, 3, 28, 12, tzinfo=UTC))
        async with working(database_url, scheduled(), clock=start) as bench:
            await put(bench, Cron("30 2 * * *", "Europe/Berlin"), "all")
            for _ in range(96):
                start.advance(minutes=15)
                await bench.settled()
            assert await runs(bench) == ["2026-03-29T01:00:00+00:00"]


class TestClock:
    async def test_one_that_jumps_back_repeats_nothing(self, database_url: str) -> None:
        async with working(database_url, scheduled()) as bench:
            await put(bench, Cron("0 9 * * *", "Asia/Seoul"))
            bench.clock.advance(hours=15)
            assert await runs(bench) == [SEOUL_NINE]
            bench.clock.advance(hours=-20)
            assert await runs(bench) == [SEOUL_NINE]
            bench.clock.advance(hours=20)
            assert await runs(bench) == [SEOUL_NINE]

    async def test_one_that_jumps_far_ahead(self, database_url: str) -> None:
        async with working(database_url, scheduled()) as bench:
            await put(bench, Every(60, START))
            bench.clock.advance(days=365)
            assert len(await runs(bench)) == 1
            bench.clock.advance(days=-365)
            bench.clock.advance(days=365, minutes=1)
            assert len(await runs(bench)) == 2


class TestUnreadable:
    @pytest.mark.parametrize(
        ("column", "written"),
        [
            ("trigger", '{"expression":"0 9 * * *","zone":"Mars/Base"}'),
            ("trigger", '{"expression":"0 9","zone":"UTC"}'),
            ("trigger", '{"seconds":0,"anchor":"2026-03-02T00:00:00Z"}'),
            ("trigger", "written by hand"),
            ("arguments", "written by hand"),
        ],
    )
    async def test_one_stops_and_the_others_run(self, database_url: str, column: str, written: str) -> None:
        async with working(database_url, scheduled()) as bench:
            await put(bench, Cron("0 9 * * *", "Asia/Seoul"))
            await put(bench, Cron("0 8 * * *", "Asia/Seoul"), job="broken")
            async with bench.app.database.write() as tx:
                await tx.execute(update(schedules).where(schedules.c.job == "broken").values({column: written}))
            bench.clock.advance(hours=15)
            assert await runs(bench) == [SEOUL_NINE]
            async with bench.app.database.read() as tx:
                stopped = await tx.column(select(schedules.c.job).where(schedules.c.next_at.is_(None)))
            assert stopped == ["broken"]
            await put(bench, Cron("0 8 * * *", "Asia/Seoul"), job="broken")
            async with bench.app.database.read() as tx:
                assert all(each.next_at is not None for each in await Schedules(tx).all())
                assert len(await Schedules(tx).all()) == 2

    async def test_one_that_is_never_due_is_refused(self, database_url: str) -> None:
        async with working(database_url, scheduled()) as bench:
            with pytest.raises(BadSchedule):
                await put(bench, Cron("0 9 30 2 *", "Asia/Seoul"))


async def test_what_is_set_again_keeps_its_next_run_and_takes_the_rest(database_url: str) -> None:
    async with working(database_url, scheduled()) as bench:
        for policy, values in (("once", {"to": "ana"}), ("all", {"to": "bea"})):
            async with bench.writing() as ctx:
                await Schedules(ctx.tx).put(
                    HOME.id,
                    "bench",
                    "run",
                    Every(3600, START + timedelta(hours=1)),
                    now=START if policy == "once" else START + timedelta(hours=5),
                    policy=cast(Policy, policy),
                    values=values,
                )
        async with bench.app.database.read() as tx:
            [schedule] = await Schedules(tx).all()
        assert (schedule.policy, schedule.values) == ("all", {"to": "bea"})
        assert schedule.next_at == START + timedelta(hours=1)


async def test_a_job_that_fails_is_kept_and_does_not_come_again(database_url: str) -> None:

    async with working(database_url, scheduled()) as bench:
        await put(bench, Cron("0 9 * * *", "Asia/Seoul"), job="broken")
        await put(bench, Cron("0 9 * * *", "Asia/Seoul"))
        bench.clock.advance(hours=15)
        assert await runs(bench) == [SEOUL_NINE]
        async with bench.app.database.read() as tx:
            [dead] = await Events(tx).dead()
            following = [schedule.next_at for schedule in await Schedules(tx).all()]
        assert (dead.listener, "a job is broken" in dead.error) == ("broken", True)
        assert all(moment is not None and moment > bench.clock.now() for moment in following)


async def test_a_job_of_a_cog_that_is_gone_moves_on(database_url: str) -> None:
    async with working(database_url, scheduled()) as bench:
        await put(bench, Cron("0 9 * * *", "Asia/Seoul"), job="forgotten")
        bench.clock.advance(hours=15)
        async with asyncio.timeout(5):
            await bench.settled()
        async with bench.app.database.read() as tx:
            [schedule] = await Schedules(tx).all()
        assert schedule.next_at is not None
        assert schedule.next_at > bench.clock.now()


async def test_two_processes_run_everything_once(postgresql_url: str) -> None:
    clock = ManualClock(START)
    async with (
        working(postgresql_url, scheduled(), clock=clock) as one,
        working(postgresql_url, scheduled(), clock=clock, fresh=False, introduce=False) as two,
    ):
        await put(one, Every(60, START), "all")
        for _ in range(10):
            clock.advance(minutes=6)
            await asyncio.gather(one.settled(), two.settled())
        found = await runs(one)
        assert len(found) == 60
        assert await runs(two) == found
