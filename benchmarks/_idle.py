"""The bot, started on a database with nothing to do; says how long it took and what it holds."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import sys
import time

import psutil
import structlog

IDLE_SECONDS = 0.5


async def main(address: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for sdk in ("discord", "slack_bolt"):
        importlib.import_module(sdk)
    from benchmarks.stage import on_stage, shipped_cogs  # noqa: PLC0415 (imports belong to the start)
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.runner import migrated  # noqa: PLC0415

    app, _ = on_stage(address, shipped_cogs(guarded=False))
    await migrated(app.database, app.catalogue.cogs, SystemClock())
    await app.start()
    process = psutil.Process()
    seconds = time.time() - process.create_time()
    await asyncio.sleep(IDLE_SECONDS)
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": process.memory_info().rss / 1e6}) + "\n")
    await app.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
