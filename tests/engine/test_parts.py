"""A part that dies is seen, and ends the process; so is a platform that is away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import runner
from bot.config import load
from bot.engine.housekeeping import Housekeeping
from bot.engine.intake import Intake
from bot.engine.outbox import Deliverer
from bot.engine.scheduler import Scheduler
from tests.engine.bench import PLATFORM, message, working

PARTS: dict[str, type] = {
    "intake": Intake,
    "scheduler": Scheduler,
    "housekeeping": Housekeeping,
    PLATFORM: Deliverer,
}


async def breaks(self: object) -> None:
    raise RuntimeError("a bug")


@pytest.mark.parametrize("part", PARTS)
async def test_a_part_that_dies_is_seen(database_url: str, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(PARTS[part], "run", breaks)
    with capture_logs() as logs:
        async with working(database_url, introduce=False) as bench:
            async with asyncio.timeout(5):
                await bench.app.failed.wait()
            health = bench.app.health()
            assert not health.ready
            assert health.parts[part] == "it died: RuntimeError"
            assert bench.app.died == [part]
            bench.app.intake._idle.set()
            bench.app.deliverers[0]._idle.set()
    [entry] = [entry for entry in logs if entry["event"] == "a part has died"]
    assert entry["part"] == part
    assert isinstance(entry["exc_info"], RuntimeError)


async def test_who_stops_in_order_has_not_died(database_url: str) -> None:
    async with working(database_url) as bench:
        await bench.take(message("1"))
        await bench.app.stop(5)
        assert bench.app.died == []
        assert not bench.app.failed.is_set()


async def test_the_process_ends_when_a_part_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scheduler, "run", breaks)
    file = tmp_path / "config.toml"
    file.write_text(f'cogs = []\n[database]\nurl = "sqlite:///{tmp_path}/madang.db"\n[http]\nenabled = false\n')
    config = load(file, {}, lambda _: None, [])
    async with asyncio.timeout(20):
        with pytest.raises(runner.PartDied, match="scheduler"):
            await runner.run(config, {})


async def test_a_platform_that_is_away_is_not_ready(database_url: str) -> None:
    async with working(database_url) as bench:
        assert bench.app.health().ready
        bench.paper.connected = False
        assert bench.app.health().parts[PLATFORM] == "not connected"
        assert not bench.app.health().ready
