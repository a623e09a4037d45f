"""Kills the bot at random moments, under load, on a platform that loses answers: is anything lost, doubled or stuck?"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sqlite3
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.crash_platform import Found, Platform, Verdict, check
from benchmarks.engines import Engine, engines, path_of
from benchmarks.output import note, say
from benchmarks.phases import Phases

SABOTAGES = ("dedupe", "outbox", "savepoint")
SHOWN = 12
"""Faults that are named one by one."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=SABOTAGES, help="break one promise on purpose: this run must fail")
    parser.add_argument("--people", type=int, default=20, help="who joins, on average, between two kills")
    parser.add_argument("--patience", type=float, default=30.0, help="seconds without any progress at the end")


async def main(options: argparse.Namespace) -> int:
    failed = False
    with engines(options.database, options.engine) as found:
        for engine in found:
            failed |= not await measure(engine, options)
    return int(failed)


async def measure(engine: Engine, options: argparse.Namespace) -> bool:
    """Prints one engine's figure; whether everything was held."""
    address = engine.empty()
    with tempfile.TemporaryDirectory(prefix="madang-crash-") as folder:
        run = Run(address, Path(folder), options)
        started = time.monotonic()
        try:
            await run.loop()
            drained = await run.drain(options.patience)
        finally:
            await run.end()
        verdict = check(run.platform, read(address))
        seconds = time.monotonic() - started
        if not drained:
            verdict.stuck.append(f"nothing moved for {options.patience:g} s")
        _print(engine, run, verdict, seconds, options)
        if (verdict.lost or verdict.doubled or verdict.stuck) and run.log.exists():
            note(run.log.read_text(errors="replace")[-3000:])
    engine.drop(address)
    return not (verdict.lost or verdict.doubled or verdict.stuck)


@dataclass(slots=True)
class Run:
    """One database, one platform, and one bot after the other."""

    address: str
    folder: Path
    options: argparse.Namespace
    platform: Platform = field(init=False)
    phases: Phases = field(init=False)
    killed: int = 0
    hit: Counter[str] = field(default_factory=Counter)
    _chance: random.Random = field(init=False)
    _bot: asyncio.subprocess.Process | None = None
    _next: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.platform = Platform(self.options.seed)
        self.phases = Phases(self.folder / "phases")
        self._chance = random.Random(self.options.seed)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    async def loop(self) -> None:
        self._configure(await self.platform.listen())
        while self.killed < self.options.kills:
            # The schema is made by the first few; some of them die of it.
            if self.killed < min(3, self.options.kills // 4) or self._chance.random() < 0.08:
                await self._start()
                await self._kill_while_starting()
            else:
                await self._start(prepared=True)
                await self._kill_at_work()

    async def drain(self, patience: float) -> bool:
        """Lets a last bot finish, on a platform that is well again; False where nothing moves for so long."""
        self.platform.faulty = False
        await self._start()
        await self._connected()
        self.platform.end_ticks()
        state, moved = None, time.monotonic()
        while time.monotonic() - moved < patience:
            await asyncio.sleep(0.5)
            left = undone(self.address)
            if not left and not self.platform.pending:
                await self._stop_well()
                return not undone(self.address)
            now = (left, self.platform.pending, self.platform.calls)
            if now != state:
                state, moved = now, time.monotonic()
        return False

    async def end(self) -> None:
        await self._kill()
        self._bot, self._next = self._next, None
        await self._kill()
        await self.platform.close()
        self.phases.close()

    def _configure(self, port: int) -> None:
        (self.folder / "config.toml").write_text(
            f'[database]\nurl = "{self.address}"\n[http]\nenabled = false\n[log]\nlevel = "warning"\n'
            f'[defaults]\nlocale = "en"\n[adapters.playground]\nconnect = "127.0.0.1:{port}"\n'
        )

    async def _start(self, *, prepared: bool = False) -> None:
        self.phases.clear()
        self.platform.connected.clear()
        if not prepared:
            self._bot = await self._spawn()
            return
        self._bot = self._next or await self._spawn("--wait")
        assert self._bot.stdin is not None, "a pipe"
        self._bot.stdin.write(b"go\n")
        # Loading takes longest, and is done for the next one meanwhile.
        self._next = await self._spawn("--wait")

    async def _spawn(self, *how: str) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            written = ["--config", str(self.folder / "config.toml"), "--phases", str(self.folder / "phases"), "--crash"]
            if self.options.sabotage:
                written += ["--sabotage", self.options.sabotage]
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks._bot", *written, *how, stdin=PIPE, stderr=log, stdout=log
            )

    async def _kill_while_starting(self) -> None:
        """At a random moment before it is ready, or while it brings the schema up to date."""
        if self._chance.random() < 0.5:
            await asyncio.sleep(self._chance.uniform(0.05, 1.5))
        else:
            deadline = time.monotonic() + 30
            while "migrate" not in self.phases.now() and time.monotonic() < deadline:  # noqa: ASYNC110 (no event reaches us)
                await asyncio.sleep(0.002)
            await asyncio.sleep(self._chance.uniform(0.0, 0.15))
        await self._kill(note=True)

    async def _kill_at_work(self) -> None:
        await self._connected()
        until = time.monotonic() + self._chance.uniform(0.05, 0.9)
        while (left := until - time.monotonic()) > 0:
            self.platform.happen(self._chance.randrange(1, max(2, self.options.people // 2)))
            await asyncio.sleep(min(left, self._chance.uniform(0.02, 0.2)))
        if self._chance.random() < 0.15 and self._bot is not None:
            self._bot.send_signal(signal.SIGTERM)
            await asyncio.sleep(self._chance.uniform(0.0, 0.3))
        await self._kill(note=True)

    async def _connected(self) -> None:
        try:
            async with asyncio.timeout(60):
                await self.platform.connected.wait()
        except TimeoutError:
            raise SystemExit(f"the bot does not start:\n{self.log.read_text()[-3000:]}") from None

    async def _kill(self, *, note: bool = False) -> None:
        bot, self._bot = self._bot, None
        if bot is None:
            return
        with suppress(ProcessLookupError):
            bot.kill()
        await bot.wait()
        self.platform.hang_up()
        if note:
            # A process that is gone cannot change these any more.
            self.killed += 1
            self.hit.update(self.phases.now())

    async def _stop_well(self) -> None:
        assert self._bot is not None, "started"
        self._bot.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(15):
                await self._bot.wait()


def _print(engine: Engine, run: Run, verdict: Verdict, seconds: float, options: argparse.Namespace) -> None:
    say(
        {
            "figure": "crash",
            "engine": engine.name,
            "kills": run.killed,
            "events": run.platform.events,
            "lost": len(verdict.lost),
            "doubled": len(verdict.doubled),
            "stuck": len(verdict.stuck),
            "phases": dict(run.hit.most_common()),
            "calls": run.platform.calls,
            "repeated": run.platform.repeats,
            "refused": run.platform.refused,
            "hung_up": run.platform.hung_up,
            "seconds": round(seconds),
            "seed": options.seed,
            "sabotage": options.sabotage,
            "filesystem": engine.filesystem,
        }
    )
    for name in ("lost", "doubled", "stuck"):
        for fault in getattr(verdict, name)[:SHOWN]:
            note(f"{name}: {fault}")


# ------------------------------------------------------- what the database says

_ACCOUNT = "SELECT m.id, a.account FROM members m JOIN accounts a ON a.person_id = m.person_id"
_AWARDS = "SELECT member_id, source, reason, points FROM ledger"
_TOTALS = "SELECT member_id, points FROM scores WHERE period = 'all' AND points > 0"
_COUNTED = "SELECT member_id, fact, sum(count) FROM fact_days GROUP BY member_id, fact"
_DEAD = "SELECT cog, key FROM dead_events"
_UNDONE = (
    "SELECT id, destination, state, attempts, due_ms, error FROM outbox "
    "WHERE state IN ('waiting', 'claimed', 'dead') ORDER BY id"
)
_RANKED = "SELECT coalesce(sum(count), 0) FROM score_counts WHERE period = 'all' AND level = 2"


def read(address: str) -> Found:
    """By the plain driver, and none of the bot's code."""
    queries = (_ACCOUNT, _AWARDS, _TOTALS, _COUNTED, _DEAD, _UNDONE, _RANKED)
    members, awards, totals, counted, dead, waiting, ranked = _all(address, queries)
    names = dict(members)
    return Found(
        [(names[member], source, reason, points) for member, source, reason, points in awards],
        {names[member]: points for member, points in totals},
        {(names[member], fact): int(count) for member, fact, count in counted},
        [(cog, key) for cog, key in dead],
        [_in_words(*row) for row in waiting],
        int(ranked[0][0]),
    )


def undone(address: str) -> int:
    return len(_all(address, (_UNDONE,))[0])


def _in_words(row: int, destination: str, state: str, attempts: int, due_ms: int, error: str | None) -> str:
    left = max(0.0, due_ms / 1000 - time.time())
    return f"row {row} to {destination}: {state}, attempt {attempts}, due in {left:.0f} s, {error or 'no error'}"


def _all(address: str, queries: Iterable[str]) -> list[list[Any]]:
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(path_of(address), timeout=10)) as connection:
            return [connection.execute(query).fetchall() for query in queries]
    with psycopg.connect(address) as database:
        return [database.execute(query.encode()).fetchall() for query in queries]
