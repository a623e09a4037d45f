"""How long a command waits for its answer while messages flood in: an open loop, from another process."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.engines import Engine, engines
from benchmarks.intake import template_of
from benchmarks.output import figure, note, percentile

COMMANDS_PER_SECOND = 20
LOAD = 0.8
"""The flood, as a share of what the bot takes in at most over the same wire."""
SATURATING = 20_000
WINDOW = 5_000
TICK = 0.004
PATIENCE = 10.0
"""Seconds after which a command counts as never answered."""
STANDING = {"roles": [], "rank": 0, "admin": False, "owner": False, "bot": False}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--samples", type=int, default=5_000)
    parser.add_argument("--members", type=int, default=corpus.MEMBERS)
    parser.add_argument("--seed", type=int, default=1)


async def main(options: argparse.Namespace) -> int:
    with engines(options.database, options.engine) as found:
        for engine in found:
            await measure(engine, options)
    return 0


async def measure(engine: Engine, options: argparse.Namespace) -> None:
    """Prints one engine's figures."""
    address = await template_of(engine, options.members)
    flood = Flood(options.seed)
    async with running(address) as wire:
        await wire.ready()
        taken = await saturated(wire, flood)
        note(f"{engine.name}: {taken:,.0f} messages a second over the wire")
        quiet = await asked(wire, min(options.samples, 1_000), options)
        flooding = asyncio.create_task(flood.pour(wire, LOAD * taken))
        await asyncio.sleep(2.0)
        loud = await asked(wire, options.samples, options)
        flooding.cancel()
        with suppress(asyncio.CancelledError):
            await flooding
        behind = len(wire.unacknowledged)
    engine.drop(address)
    _print(engine, "latency", loud, quiet, flood=LOAD * taken, behind=behind)


def _print(engine: Engine, name: str, loud: dict[str, list[float]], quiet: dict[str, list[float]], **more: Any) -> None:
    everything, still = sorted(chain(*loud.values())), sorted(chain(*quiet.values()))
    parts = {
        f"{kind}_p{int(share * 100)}": percentile(sorted(values), share)
        for kind, values in loud.items()
        for share in (0.5, 0.99)
    }
    figure(
        name,
        engine.name,
        percentile(everything, 0.99),
        "ms",
        percentile(still, 0.99),
        p50=percentile(everything, 0.5),
        floor_p50=percentile(still, 0.5),
        samples=len(everything),
        max=everything[-1] if everything else None,
        unanswered=sum(value >= PATIENCE * 1000 for value in everything),
        filesystem=engine.filesystem,
        **parts,
        **more,
    )


async def saturated(wire: Wire, flood: Flood) -> float:
    """Messages a second that the bot takes when there is always one more."""
    lines = flood.lines(SATURATING)
    started, sent = time.perf_counter(), 0
    while sent < SATURATING:
        room = WINDOW - len(wire.unacknowledged)
        for _ in range(min(room, SATURATING - sent)):
            wire.event(next(lines))
            sent += 1
        await asyncio.sleep(0.001)
    await wire.drained()
    return SATURATING / (time.perf_counter() - started)


async def asked(wire: Wire, samples: int, options: argparse.Namespace) -> dict[str, list[float]]:
    """Milliseconds from when each command was due to its answer, whether the ones before are answered or not."""
    chance = random.Random(options.seed)
    started = time.perf_counter()
    waiting: dict[str, list[asyncio.Task[float]]] = {"read": [], "write": []}
    for number in range(samples):
        due = started + number / COMMANDS_PER_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        kind = "write" if number % 2 else "read"
        waiting[kind].append(asyncio.create_task(_answered(wire, kind, chance.randrange(options.members), due)))
    return {kind: [await task for task in tasks] for kind, tasks in waiting.items()}


async def _answered(wire: Wire, kind: str, member: int, due: float) -> float:
    path, options = (["points", "rank"], {}) if kind == "read" else (["me", "notices"], {"state": "on"})
    answer = wire.command(path, options, member)
    try:
        async with asyncio.timeout(PATIENCE):
            return (await answer - due) * 1000
    except TimeoutError:
        return PATIENCE * 1000


class Flood:
    """The corpus, over and over, each message new."""

    def __init__(self, seed: int) -> None:
        self._made = [json.loads(line) for line in corpus.make(SATURATING, seed).lines]
        self._round = 0

    def lines(self, most: int | None = None) -> Iterator[dict[str, Any]]:
        left = most
        while left is None or left > 0:
            self._round += 1
            for frame in self._made:
                if frame["type"] != "message.posted":
                    continue
                message = {**frame["message"], "id": f"{frame['message']['id']}r{self._round}"}
                yield {**frame, "id": f"{frame['id']}r{self._round}", "message": message}
                left = None if left is None else left - 1
                if left == 0:
                    return

    async def pour(self, wire: Wire, per_second: float) -> None:
        """Without regard to what is acknowledged: an open loop."""
        lines = self.lines()
        started, sent = time.perf_counter(), 0
        while True:
            due = int((time.perf_counter() - started) * per_second)
            for _ in range(due - sent):
                wire.event(next(lines))
            sent = due
            await asyncio.sleep(TICK)


class Wire:
    """The platform's end of the playground's wire, and no more of it than this needs."""

    def __init__(self) -> None:
        self.unacknowledged: set[int] = set()
        self._last = 0
        self._writer: asyncio.StreamWriter | None = None
        self._ready, self._drained = asyncio.Event(), asyncio.Event()
        self._answers: dict[str, asyncio.Future[float]] = {}
        self._server: asyncio.Server | None = None

    async def listen(self) -> int:
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", 0, limit=8 * 1024 * 1024)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def ready(self, seconds: float = 30.0) -> None:
        async with asyncio.timeout(seconds):
            await self._ready.wait()
            await self.drained()

    async def drained(self) -> None:
        """Returns when everything is acknowledged."""
        await self._drained.wait()

    def event(self, frame: dict[str, Any]) -> None:
        self._last += 1
        self.unacknowledged.add(self._last)
        self._drained.clear()
        self._send({"event": frame, "n": self._last})

    def command(self, path: list[str], options: dict[str, str], member: int) -> asyncio.Future[float]:
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        asked = f"I{self._last + 1}"
        self._answers[asked] = answer
        common = {"space": corpus.SPACE, "ts": datetime.now(UTC).isoformat(), "user": corpus.user(member)}
        what = {"path": path, "options": options, "standing": STANDING, "channel": {"id": "c0"}, "locale": "ko"}
        self.event({"id": asked, "type": "command.used", **common, **what})
        return answer

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._server is not None:
            self._server.close()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        with suppress(OSError):
            while line := await reader.readline():
                self._take(line)

    def _take(self, line: bytes) -> None:
        if line.startswith(b'{"ack":'):
            self.unacknowledged.discard(int(line[7:-2]))
            if not self.unacknowledged:
                self._drained.set()
            return
        value = json.loads(line)
        if "hello" in value:
            self.event(corpus.space_seen())
            self._ready.set()
        elif "call" in value:
            self._act(value["call"], value["method"], value["payload"])

    def _act(self, number: int, method: str, payload: dict[str, Any]) -> None:
        arrived = time.perf_counter()
        answer = self._answers.pop(str(payload.get("interaction")), None)
        if answer is not None and not answer.done() and method != "interactions.defer":
            answer.set_result(arrived)
        message = {"message": f"B{number}", "channel": payload.get("channel", "dm")}
        self._send({"result": number, "ok": True, "value": message if method.endswith(".post") else {}})

    def _send(self, value: dict[str, Any]) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(json.dumps(value, separators=(",", ":")).encode() + b"\n")


@asynccontextmanager
async def running(address: str) -> AsyncIterator[Wire]:
    """`madang run` in a process of its own, connected to this one."""
    wire = Wire()
    port = await wire.listen()
    with tempfile.TemporaryDirectory(prefix="madang-latency-") as folder:
        config = Path(folder) / "config.toml"
        config.write_text(
            f'[database]\nurl = "{address}"\n[http]\nenabled = false\n[log]\nlevel = "warning"\n'
            f'[adapters.playground]\nconnect = "127.0.0.1:{port}"\n'
        )
        bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", "--config", str(config))
        try:
            yield wire
        finally:
            with suppress(ProcessLookupError):
                bot.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(20):
                    await bot.wait()
            except TimeoutError:
                bot.kill()
                await bot.wait()
            wire.close()
