"""The bot's way to a world: one in the same process, or one behind a socket. Both look the same."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, TypeAlias

from adapters.playground import wire
from adapters.playground.model import Json, WorldError
from adapters.playground.stream import Subscription
from adapters.playground.world import World

Acknowledge: TypeAlias = Callable[[], None]
Take: TypeAlias = Callable[[Json, Acknowledge], Awaitable[None]]
"""Receives an event frame; to be acknowledged when it is safe."""

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
_log = logging.getLogger(__name__)


class Link(Protocol):
    """Frames in, calls out. Nothing that it raises is anything but a WorldError."""

    @property
    def connected(self) -> bool: ...

    async def open(self, take: Take) -> None:
        """Returns when connected; from then on frames are taken, in order."""
        ...

    async def call(self, method: str, payload: Json) -> Json:
        """`connection_lost` and `timeout` leave open whether it was done."""
        ...

    async def probe(self) -> str:
        """Says where the world is, having looked that it answers."""
        ...

    async def close(self) -> None: ...


class DirectLink:
    """A world in this process."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._frames: asyncio.Queue[tuple[int, Json]] = asyncio.Queue()
        self._subscription: Subscription | None = None
        self._feeding: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._subscription is not None

    async def open(self, take: Take) -> None:
        self._subscription = self._world.connect(self._push)
        self._feeding = asyncio.create_task(self._feed(take))

    async def call(self, method: str, payload: Json) -> Json:
        return await self._world.call(method, payload)

    async def probe(self) -> str:
        return "a world of its own"

    async def close(self) -> None:
        if self._subscription is not None:
            self._subscription.close()
        await _stopped(self._feeding)

    def _push(self, number: int, frame: Json) -> None:
        self._frames.put_nowait((number, frame))

    async def _feed(self, take: Take) -> None:
        while True:
            number, frame = await self._frames.get()
            await take(frame, partial(self._world.stream.acknowledge, number))


class SocketLink:
    """A world behind a local socket; comes back by itself when the connection breaks."""

    def __init__(self, host: str, port: int, *, connect_within: float = 10.0, answer_within: float = 30.0) -> None:
        self._host = host
        self._port = port
        self._connect_within = connect_within
        self._answer_within = answer_within
        self._connection: _Connection | None = None
        self._connected = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._connection is not None

    async def open(self, take: Take) -> None:
        self._running = asyncio.create_task(self._run(take))
        try:
            async with asyncio.timeout(self._connect_within):
                await self._connected.wait()
        except TimeoutError:
            await self.close()
            raise WorldError("unavailable", detail=f"nothing answers at {self._address}") from None

    async def call(self, method: str, payload: Json) -> Json:
        connection = self._connection
        if connection is None:
            raise WorldError("unavailable", detail="not connected")
        try:
            async with asyncio.timeout(self._answer_within):
                return await connection.call(method, payload)
        except TimeoutError:
            raise WorldError("timeout", detail=method) from None

    async def probe(self) -> str:
        try:
            async with asyncio.timeout(self._connect_within):
                _, writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            raise WorldError("unavailable", detail=f"nothing answers at {self._address}") from None
        writer.close()
        return f"a world at {self._address}"

    async def close(self) -> None:
        await _stopped(self._running)

    @property
    def _address(self) -> str:
        return f"{self._host}:{self._port}"

    async def _run(self, take: Take) -> None:
        """Connects again and again, more slowly while nothing comes of it."""
        pause = FIRST_PAUSE
        while True:
            heard = await self._converse(take)
            pause = FIRST_PAUSE if heard else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _converse(self, take: Take) -> bool:
        """One connection, from its beginning to its end; whether the world said anything."""
        try:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            return False
        connection = self._connection = _Connection(wire.Lines(writer), take)
        self._connected.set()
        try:
            await connection.listen(reader)
        except OSError:
            _log.info("the connection to %s broke", self._address)
        finally:
            self._connection = None
            connection.end()
            writer.close()
        return connection.heard


class _Connection:
    """One connection: its calls, and the acknowledgements that would mean nothing on the next."""

    def __init__(self, lines: wire.Lines, take: Take) -> None:
        self.heard = False
        self._lines = lines
        self._take = take
        self._open = True
        self._last = 0
        self._calls: dict[int, asyncio.Future[Json]] = {}
        lines.send({"hello": {"bot": "madang"}})

    async def listen(self, reader: asyncio.StreamReader) -> None:
        async for value in wire.values(reader):
            self.heard = True
            event, number = value.get("event"), value.get("n")
            if isinstance(event, dict) and type(number) is int:
                await self._take(event, partial(self._acknowledge, number))
            elif not self._settle(value):
                _log.warning("skipped a line: neither an event nor a result")

    async def call(self, method: str, payload: Json) -> Json:
        self._last += 1
        number = self._last
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._calls[number] = answer
        self._lines.send({"call": number, "method": method, "payload": payload})
        try:
            return await answer
        finally:
            self._calls.pop(number, None)

    def end(self) -> None:
        self._open = False
        for answer in self._calls.values():
            if not answer.done():
                answer.set_exception(WorldError("connection_lost"))

    def _acknowledge(self, number: int) -> None:
        if self._open:
            self._lines.send({"ack": number})

    def _settle(self, value: Json) -> bool:
        """Hands a result to the call that waits for it; late ones fall away."""
        number = value.get("result")
        if type(number) is not int:
            return False
        answer = self._calls.get(number)
        if answer is not None and not answer.done():
            _resolve(answer, value)
        return True


def _resolve(answer: asyncio.Future[Json], value: Json) -> None:
    result, after, detail = value.get("value"), value.get("retry_after"), value.get("detail")
    if value.get("ok") is True:
        answer.set_result(result if isinstance(result, dict) else {})
        return
    wait = float(after) if isinstance(after, int | float) and 0 <= after < 86400 else None
    reason = detail if isinstance(detail, str) else ""
    answer.set_exception(WorldError(str(value.get("error")), wait, reason[:200]))


async def _stopped(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
