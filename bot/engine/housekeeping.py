"""Forgets what has been kept long enough, a little at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.context import Services
from bot.domain.days import day_of
from bot.metrics import Metrics
from bot.storage.database import is_database_fault
from bot.storage.drafts import Drafts
from bot.storage.events import Events
from bot.storage.facts import Facts
from bot.storage.outbox import Outbox
from bot.storage.points import Points

EVERY_SECONDS = 3600.0
KEYS_KEPT = timedelta(days=7)
"""Event keys, dead events and delivered rows: longer than any platform sends an event again."""
DRAFTS_KEPT = timedelta(days=1)
DETAIL_KEPT = timedelta(days=400)
"""Facts by day and ledger rows; totals stay."""
CHUNK = 5000

log = structlog.get_logger(__name__)


class Housekeeping:
    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services = services
        self._metrics = metrics

    async def run(self) -> None:
        """Runs until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.sweep()
            except Exception as error:
                if not is_database_fault(error):
                    log.exception("housekeeping failed")

    async def sweep(self) -> None:
        """One round, each kind in a short transaction of its own."""
        database, now = self._services.database, self._services.clock.now()
        while True:
            async with database.write(urgent=False) as tx:
                if await Events(tx).sweep(now - KEYS_KEPT, CHUNK) < CHUNK:
                    break
        async with database.write(urgent=False) as tx:
            await Outbox(tx).sweep(now - KEYS_KEPT, CHUNK)
            await Drafts(tx).sweep(now - DRAFTS_KEPT)
        while True:
            async with database.write(urgent=False) as tx:
                if not await Points(tx).sweep(now):
                    break
        await self._sweep_facts(day_of(now - DETAIL_KEPT, "UTC").toordinal())
        async with database.read() as tx:
            self._metrics.outbox_waiting.set(await Outbox(tx).waiting())

    async def _sweep_facts(self, before_day: int) -> None:
        """Old days are added up to one, members by members."""
        after: int | None = 0
        while after is not None:
            async with self._services.database.write(urgent=False) as tx:
                after = await Facts(tx).sweep(before_day, after)
