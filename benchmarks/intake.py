"""How many messages a second are taken in, decided and durably kept, beside the same rows by the bare driver."""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import func, select

from benchmarks import corpus, fill
from benchmarks.corpus import Corpus
from benchmarks.engines import Engine, create_schema, engines
from benchmarks.output import figure, note
from benchmarks.recorder import Recorder, Recording, replay
from benchmarks.stage import on_stage, shipped_cogs
from bot.app import App
from bot.storage import tables
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    batches: list[int]
    held: list[float]
    awards: int
    recording: Recording | None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--members", type=int, default=corpus.MEMBERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1, help="the best of so many runs")
    parser.add_argument("--profile", action="store_true", help="print where the time goes, and no figures")


async def main(options: argparse.Namespace) -> int:
    said = corpus.make(options.messages, options.seed, options.members)
    with engines(options.database, options.engine) as found:
        for engine in found:
            await measure(engine, said, options)
    return 0


async def measure(engine: Engine, said: Corpus, options: argparse.Namespace) -> float:
    """Prints the figures of one engine; messages a second."""
    template = await template_of(engine, options.members)
    if options.profile:
        await _profiled(engine, template, said)
        return 0.0
    runs = [await run(engine, template, said) for _ in range(max(1, options.repeat))]
    best = min(runs, key=lambda each: each.seconds)
    recorded = await run(engine, template, said, record=True)
    assert recorded.recording is not None
    bare = _floor(engine, template, recorded.recording)
    _print(engine, said, best, recorded.recording, bare)
    engine.drop(template)
    return said.messages / best.seconds


async def template_of(engine: Engine, members: int) -> str:
    """The address of a closed database with a community that has run for a while."""
    note(f"{engine.name}: {members:,} members are made")
    address = engine.empty()
    database = Database(address)
    await create_schema(database, shipped_cogs())
    await fill.people(database, members)
    await fill.scores(database, members)
    await database.close()
    engine.settle(address)
    return address


async def run(engine: Engine, template: str, said: Corpus, *, record: bool = False) -> Run:
    """Feeds everything to the bot on a copy of the template."""
    address = engine.copy(template)
    engine.settle(address)
    app, platform = on_stage(address, shipped_cogs())
    sizes, held = _watched(app)
    recorder = _recorded(app) if record else None
    await app.start()
    gc.collect()
    started = time.perf_counter()
    await platform.feed(said.lines)
    seconds = time.perf_counter() - started
    await app.settled()
    async with app.database.read() as tx:
        awards = int(await tx.scalar(select(func.count()).select_from(tables.ledger)))
    await app.stop()
    engine.drop(address)
    return Run(seconds, sizes, held, awards, recorder.recording if recorder else None)


def _watched(app: App) -> tuple[list[int], list[float]]:
    """Sizes of the batches, and how long each held the writer."""
    sizes: list[int] = []
    held: list[float] = []
    measure_batch = app.intake._measure

    def measured(events: Any, fresh: Any, seconds: float) -> None:
        sizes.append(len(events))
        held.append(seconds)
        measure_batch(events, fresh, seconds)

    app.intake._measure = measured  # type: ignore[method-assign]
    return sizes, held


def _recorded(app: App) -> Recorder:
    recorder = Recorder(app.database)
    commit: Callable[..., Coroutine[Any, Any, None]] = app.intake._commit
    app.intake._commit = recorder.watch(commit)  # type: ignore[method-assign]
    return recorder


def _floor(engine: Engine, template: str, recording: Recording) -> float:
    """Seconds of the bare driver, by the quicker of its two ways."""
    taken = []
    for one_by_one in (False, True):
        address = engine.copy(template)
        engine.settle(address)
        taken.append(replay(address, recording, one_by_one=one_by_one))
        engine.drop(address)
    return min(taken)


def _print(engine: Engine, said: Corpus, best: Run, recording: Recording, bare: float) -> None:
    events = len(said.lines)
    figure(
        "intake",
        engine.name,
        said.messages / best.seconds,
        "messages/s",
        said.messages / bare,
        events_per_s=events / best.seconds,
        awards_per_s=best.awards / best.seconds,
        rows_per_event=recording.rows / events,
        batches=len(best.batches),
        batch_p50=median(best.batches),
        batch_max=max(best.batches),
        held_ms_p50=median(best.held) * 1000,
        held_ms_max=max(best.held) * 1000,
        earning=best.awards / said.messages,
        filesystem=engine.filesystem,
        rows_by_table=recording.by_table(),
    )


async def _profiled(engine: Engine, template: str, said: Corpus) -> None:
    profile = cProfile.Profile()
    profile.enable()
    done = await run(engine, template, said)
    profile.disable()
    note(f"{engine.name}: {said.messages / done.seconds:,.0f} messages/s under the profiler")
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(45)
