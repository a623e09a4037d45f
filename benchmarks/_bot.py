"""The bot as `madang run` starts it, watched, and broken on purpose where that is asked for.

    python -m benchmarks._bot --config FILE [--phases FILE] [--sabotage dedupe|outbox|savepoint]

Nothing of this is in the product: what the benchmarks need is wrapped around it here.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.phases import Phases

Async: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]

LEASE_MS = 1_000
LOOK_AGAIN = 0.3
"""Shortened, so that what a killed process had claimed comes back within the run."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--phases", type=Path)
    parser.add_argument("--sabotage", choices=("dedupe", "outbox", "savepoint"))
    parser.add_argument("--crash", action="store_true", help="with the cog of the crash benchmark")
    parser.add_argument("--wait", action="store_true", help="load everything, then wait for a line")
    options = parser.parse_args()
    phases = Phases(options.phases) if options.phases else None
    if phases is not None and not options.wait:
        phases.enter("start")
    _load_and_run(options, phases)


def _load_and_run(options: argparse.Namespace, phases: Phases | None) -> None:
    from bot import app, config, log, runner  # noqa: PLC0415 (imports belong to the start that may be killed)

    if phases is not None:
        watch(phases)
    if options.crash:
        from benchmarks.crash_cog import crash_cog  # noqa: PLC0415

        load_cogs = app.load_cogs
        app.load_cogs = lambda names: [*load_cogs(names), crash_cog()]
    if options.sabotage:
        SABOTAGE[options.sabotage]()
    read = config.load(options.config, os.environ, app.adapter_settings, app.names_in("cogs"), app.names_in("adapters"))
    log.configure(read.log.level, read.log.format, sys.stderr, read.secrets)
    if options.wait:
        app.load_cogs(read.cogs)
        sys.stdin.readline()
        if phases is not None:
            phases.enter("start")
    asyncio.run(runner.run(read, os.environ))


# ------------------------------------------------------------------- watching


def watch(phases: Phases) -> None:
    """Notes what is under way, and looks sooner for what a killed process had claimed."""
    from adapters.playground.platform import PlaygroundPlatform  # noqa: PLC0415
    from bot import runner  # noqa: PLC0415
    from bot.app import App  # noqa: PLC0415
    from bot.engine import outbox  # noqa: PLC0415
    from bot.engine.dispatch import Dispatch  # noqa: PLC0415
    from bot.engine.intake import Intake  # noqa: PLC0415
    from bot.storage.outbox import Outbox  # noqa: PLC0415

    outbox.LOOK_AGAIN = LOOK_AGAIN
    claim = Outbox.claim
    Outbox.claim = functools.partialmethod(claim, lease_ms=LEASE_MS)  # type: ignore[assignment]
    for owner, name, phase in (
        (runner, "migrated", "migrate"),
        (Intake, "_commit", "batch"),
        (outbox.Deliverer, "_claim", "claim"),
        (PlaygroundPlatform, "deliver", "send"),
        (outbox.Deliverer, "_record", "answer"),
        (Dispatch, "interact", "command"),
        (App, "stop", "stop"),
    ):
        setattr(owner, name, _watched(getattr(owner, name), phases, phase))
    App.start = _ending(App.start, phases, "start")  # type: ignore[method-assign]


def _watched(function: Async, phases: Phases, phase: str) -> Async:
    @functools.wraps(function)
    async def watched(*arguments: Any, **named: Any) -> Any:
        with phases.during(phase):
            return await function(*arguments, **named)

    return watched


def _ending(function: Async, phases: Phases, phase: str) -> Any:
    @functools.wraps(function)
    async def ending(*arguments: Any, **named: Any) -> Any:
        result = await function(*arguments, **named)
        phases.leave(phase)
        return result

    return ending


# ------------------------------------------------------------------- sabotage


def forget_keys() -> None:
    """Every event is taken for new."""
    from bot.storage.events import Events  # noqa: PLC0415

    take = Events.take

    async def taken(self: Events, keys: Any, at: Any) -> set[str]:
        await take(self, keys, at)
        return set(keys)

    Events.take = taken  # type: ignore[method-assign]


def done_before_sent() -> None:
    """A row is marked as delivered, and then delivered."""
    from bot.engine.outbox import Deliverer  # noqa: PLC0415
    from bot.storage.outbox import Outbox  # noqa: PLC0415

    attempt = Deliverer._attempt

    async def attempted(self: Deliverer, row: Any) -> Any:
        async with self._services.database.write() as tx:
            await Outbox(tx).close(row.id, "done")
        return await attempt(self, row)

    Deliverer._attempt = attempted  # type: ignore[method-assign]


def no_savepoint() -> None:
    """What a failing listener has done already stays done."""
    from bot.engine.rounds import Rounds  # noqa: PLC0415

    async def run(self: Rounds, listener: Any, event: Any, context: Any, call: Any, *, careful: bool) -> bool:
        try:
            await call
        except Exception as error:
            if not careful:
                raise
            await self.bury(context.tx, listener, event, context.now, error)
            return False
        return True

    Rounds.run = run  # type: ignore[method-assign]


SABOTAGE = {"dedupe": forget_keys, "outbox": done_before_sent, "savepoint": no_savepoint}


if __name__ == "__main__":
    main()
