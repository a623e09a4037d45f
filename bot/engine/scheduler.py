"""Rows that are due become events on the same path as everything else."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.domain.schedule import catch_up, occurrence_key
from bot.engine.intake import Intake
from bot.metrics import Metrics
from bot.storage.database import Database, is_database_fault
from bot.storage.schedules import UNREADABLE, Schedule, Schedules
from bot.vocabulary.events import JobDue

log = structlog.get_logger(__name__)


class Scheduler:
    """Sleeps until the earliest row is due. An occurrence is unique by its key, so two of us do no harm."""

    def __init__(self, database: Database, clock: Clock, intake: Intake, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._intake = intake
        self._metrics = metrics
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Runs until cancelled."""
        while True:
            self._wake.clear()
            try:
                following = await self.look()
            except Exception as error:
                if not is_database_fault(error):
                    log.exception("the scheduler stumbled")
                await asyncio.sleep(1.0)
                continue
            await self._clock.sleep_until(following, self._wake)

    async def look(self) -> datetime | None:
        """Runs what is due, to its commit; when to look again."""
        while True:
            now = self._clock.now()
            async with self._database.read() as tx:
                due, unreadable = await Schedules(tx).due(now)
                if not due and not unreadable:
                    return await Schedules(tx).next_at()
            for schedule_id in unreadable:
                await self._stop(schedule_id, error="its row is malformed")
            for schedule in due:
                await self._run(schedule, now)

    async def _stop(self, schedule_id: int, error: object) -> None:
        """One that cannot be read must not keep the others from running."""
        async with self._database.write(urgent=False) as tx:
            await Schedules(tx).stop(schedule_id, error)

    async def _run(self, schedule: Schedule, now: datetime) -> None:
        assert schedule.next_at is not None, "only due rows are read"
        try:
            plan = catch_up(schedule.policy, schedule.trigger, schedule.next_at, now)
        except UNREADABLE as error:
            await self._stop(schedule.id, error=error)
            return
        if not plan.run:
            async with self._database.write(urgent=False) as tx:
                await Schedules(tx).skip_to(schedule, plan.next)
        for moment in plan.run:
            key = f"job:{schedule.id}:{occurrence_key(schedule.trigger, moment)}"
            self._metrics.scheduler_late_seconds.observe(max(0.0, (now - moment).total_seconds()))
            await (
                await self._intake.offer(
                    JobDue(
                        community=schedule.community,
                        at=now,
                        key=key,
                        cog=schedule.cog,
                        job=schedule.job,
                        due=moment,
                        schedule=schedule.id,
                        values=schedule.values,
                    )
                )
            )
