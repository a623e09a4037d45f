"""`python -m benchmarks intake|rank|latency|footprint|crash`: figures as JSON lines."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import structlog

BENCHMARKS = ("intake", "rank", "latency", "footprint", "crash")


def main(written: list[str] | None = None) -> int:
    options = parsed(written)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    benchmark = importlib.import_module(f"benchmarks.{options.benchmark}")
    return int(asyncio.run(_ended_by_signals(benchmark.main(options))))


async def _ended_by_signals(work: Coroutine[Any, Any, int]) -> int:
    """SIGTERM ends it as SIGINT does: whatever was started is stopped, and the folders go."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return 130


def parsed(written: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    named = parser.add_subparsers(dest="benchmark", required=True)
    for name in BENCHMARKS:
        one = named.add_parser(name, help=(importlib.import_module(f"benchmarks.{name}").__doc__ or "").split("\n")[0])
        where = one.add_mutually_exclusive_group()
        where.add_argument("--database", metavar="URL", help="a database is made beside this one; else both engines")
        where.add_argument("--engine", action="append", default=[], choices=("sqlite", "postgresql"))
        importlib.import_module(f"benchmarks.{name}").arguments(one)
    return parser.parse_args(written)


if __name__ == "__main__":
    sys.exit(main())
