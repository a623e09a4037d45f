"""How long a start takes, and how much memory the idle bot holds, with both SDKs loaded."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from statistics import median

from benchmarks.engines import engines
from benchmarks.output import figure

_SDKS = "import discord, slack_bolt"
_BARE = f"""
import json, os, psutil, time
{_SDKS}
process = psutil.Process()
print(json.dumps({{"seconds": time.time() - process.create_time(), "megabytes": process.memory_info().rss / 1e6}}))
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeat", type=int, default=5, help="the middle one of so many starts")


async def main(options: argparse.Namespace) -> int:
    with engines(options.database, options.engine or ["sqlite"]) as found:
        for engine in found:
            address = engine.empty()
            # The first start makes the tables; those that follow find them.
            await _measured(["-m", "benchmarks._idle", address])
            ours = [await _measured(["-m", "benchmarks._idle", address]) for _ in range(options.repeat)]
            bare = [await _measured(["-c", _BARE]) for _ in range(options.repeat)]
            for name, unit, key in (("start", "s", "seconds"), ("memory", "MB", "megabytes")):
                own, floor = (median(each[key] for each in runs) for runs in (ours, bare))
                figure(name, engine.name, own, unit, floor, beyond_floor=own - floor, filesystem=engine.filesystem)
            engine.drop(address)
    return 0


async def _measured(written: list[str]) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(sys.executable, *written, stdout=PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{written} ended with {process.returncode}")
    measured: dict[str, float] = json.loads(out.splitlines()[-1])
    return measured
