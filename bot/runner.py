"""A bot from its start to its end: migrated, started, and stopped well when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.app import App, branches_of, build
from bot.clock import Clock, SystemClock
from bot.cog import Cog
from bot.config import Config
from bot.storage.backup import backup
from bot.storage.database import Database
from bot.storage.migrate import migrate

GRACE_SECONDS = 10.0
"""How long a stop may take in all."""
FINISH_SECONDS = 6.0
"""How long of it what was taken may still take."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger(__name__)


class PartDied(RuntimeError):
    """A part that works until the end has ended by a mistake in it; named here, and logged when it happened."""


def backup_path(database: Path, at: datetime) -> Path:
    """Where a copy goes before a migration: beside the database, by its moment."""
    return database.parent / "backups" / f"{database.stem}-{at:%Y%m%dT%H%M%SZ}{database.suffix}"


async def migrated(database: Database, cogs: Sequence[Cog], clock: Clock) -> list[str]:
    """Brings the database to what the code needs, after a copy of a SQLite file with data; what was run."""

    async def copy() -> None:
        assert database.path is not None, "only a file is copied"
        target = await backup(database, backup_path(database.path, clock.now()))
        log.info("a copy was made before the migration", file=str(target))

    done = await migrate(database, branches_of(cogs), backup=copy)
    if done:
        log.info("the database was migrated", revisions=done)
    return done


async def run(config: Config, environment: Mapping[str, str], clock: Clock | None = None) -> None:
    """Runs until the process is told to stop. What cannot start raises, after what had started was stopped.

    Raises PartDied, after a stop in order, when a part has ended by itself.
    """
    clock = clock or SystemClock()
    app = build(config, environment, clock)
    with _stopped_by_signals() as stop:
        try:
            await _or_stopped(_start(app, clock), stop)
        except BaseException:
            await _end(app, 0.5)
            raise
        await _first(stop, app.failed)
        await _end(app, FINISH_SECONDS)
        if app.died:
            raise PartDied(", ".join(app.died))


async def _first(*events: asyncio.Event) -> None:
    """Returns when one of them is set."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _start(app: App, clock: Clock) -> None:
    await migrated(app.database, app.catalogue.cogs, clock)
    await app.start()


async def _or_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Awaits the work, or gives it up when it is time to stop."""
    task = asyncio.create_task(work)
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((task, told), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            await asyncio.wait((task,))
        if not task.cancelled():
            task.result()
    finally:
        task.cancel()
        told.cancel()


async def _end(app: App, seconds: float) -> None:
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await app.stop(seconds)
    except TimeoutError:
        log.warning("not everything ended in time")


@contextlib.contextmanager
def _stopped_by_signals(leave: Callable[[int], None] = os._exit) -> Iterator[asyncio.Event]:
    """Set by the first SIGTERM or SIGINT. The second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(number: int) -> None:
        if stop.is_set():
            # Nothing is lost: what was taken is committed, and what must leave waits in the outbox.
            leave(128 + number)
        log.info("stopping", signal=signal.Signals(number).name)
        stop.set()

    for number in _SIGNALS:
        loop.add_signal_handler(number, told, number)
    try:
        yield stop
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
