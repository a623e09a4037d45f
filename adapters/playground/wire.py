"""The world over a local socket: JSON lines in UTF-8, at most 8 MB each.

The bot speaks first:         {"hello": {"bot": "madang"}}
The world sends events:       {"event": {"id": "E7", "type": "message.posted", …}, "n": 17}
The bot has one safely:       {"ack": 17}
The bot calls:                {"call": 5, "method": "messages.post", "payload": {…}}
and is answered, in any order:
    {"result": 5, "ok": true, "value": {…}}
    {"result": 5, "ok": false, "error": "rate_limited", "retry_after": 1.5}

What was not acknowledged is sent again after a reconnect, so an event may come twice. Interactions are
acknowledged on receipt, all else when it is committed. A bot that connects is told where it is
(`space.seen`). A connection that breaks leaves it open whether the calls in flight were done: the bot
repeats them with the same `key`. A line that is no such object is logged and skipped.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from adapters.playground.model import Json, WorldError
from adapters.playground.world import World

LONGEST_LINE = 8 * 1024 * 1024
_CHUNK = 256 * 1024
_log = logging.getLogger(__name__)


class Lines:
    """Writes JSON lines; what is sent in one turn of the loop goes out together."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._waiting: list[str] = []

    def send(self, value: Json) -> None:
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(json.dumps(value, separators=(",", ":")))

    def abort(self) -> None:
        """Breaks the connection without a word."""
        self._waiting.clear()
        self._writer.transport.abort()

    def _flush(self) -> None:
        if self._waiting and not self._writer.is_closing():
            self._writer.write(("\n".join(self._waiting) + "\n").encode())
        self._waiting.clear()


async def values(reader: asyncio.StreamReader, longest: int = LONGEST_LINE) -> AsyncIterator[Json]:
    """The JSON objects that arrive until the other side is gone, one a line; anything else is skipped."""
    async for line in _lines(reader, longest):
        value = parse(line)
        if value is None:
            _log.warning("skipped a line of %d bytes: not a JSON object", len(line))
        else:
            yield value


def parse(line: bytes) -> Json | None:
    """Never raises, whatever the bytes are."""
    try:
        value = json.loads(line.decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


async def _lines(reader: asyncio.StreamReader, longest: int) -> AsyncIterator[bytes]:
    """Lines of at most `longest` bytes; a longer one is passed over without being kept."""
    kept = bytearray()
    skipping = False
    while chunk := await reader.read(_CHUNK):
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            line = bytes(kept) + part
            kept.clear()
            if skipping or len(line) > longest:
                _log.warning("skipped a line of more than %d bytes", longest)
            elif line:
                yield line
            skipping = False
        kept += rest
        if len(kept) > longest:
            kept.clear()
            skipping = True


class Server:
    """Serves one world to any number of connections."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._server: asyncio.Server | None = None
        self._guests: dict[_Guest, asyncio.Task[None]] = {}

    async def listen(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._welcome, host, port)

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def drop(self) -> None:
        """Breaks every connection; the bots may come back."""
        for guest in self._guests:
            guest.lines.abort()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.drop()
        await asyncio.gather(*self._guests.values(), return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = _Guest(self._world, Lines(writer))
        task = asyncio.current_task()
        assert task is not None
        self._guests[guest] = task
        try:
            await guest.listen(reader)
        except OSError:
            _log.info("a connection broke")
        finally:
            del self._guests[guest]
            guest.leave()
            writer.close()


class _Guest:
    """One connection of a bot, as the world's side sees it."""

    def __init__(self, world: World, lines: Lines) -> None:
        self.lines = lines
        self._world = world
        self._calls: set[asyncio.Task[None]] = set()

    async def listen(self, reader: asyncio.StreamReader) -> None:
        subscription = None
        try:
            async for value in values(reader):
                if "hello" in value:
                    subscription = subscription or self._world.connect(self._push)
                else:
                    self._take(value)
        finally:
            if subscription is not None:
                subscription.close()

    def leave(self) -> None:
        for call in self._calls:
            call.cancel()

    def _push(self, number: int, frame: Json) -> None:
        self.lines.send({"event": frame, "n": number})

    def _take(self, value: Json) -> None:
        match value:
            case {"ack": int(number)}:
                self._world.stream.acknowledge(number)
            case {"call": int(number), "method": str(method), "payload": dict(payload)}:
                task = asyncio.create_task(self._call(number, method, payload))
                self._calls.add(task)
                task.add_done_callback(self._calls.discard)
            case _:
                _log.warning("skipped a line: neither an acknowledgement nor a call")

    async def _call(self, number: int, method: str, payload: Json) -> None:
        try:
            value = await self._world.call(method, payload)
        except WorldError as error:
            self._refuse(number, error)
        else:
            self.lines.send({"result": number, "ok": True, "value": value})

    def _refuse(self, number: int, error: WorldError) -> None:
        if error.code == "connection_lost":
            self.lines.abort()
            return
        refusal: Json = {"result": number, "ok": False, "error": error.code, "detail": error.detail}
        if error.retry_after is not None:
            refusal["retry_after"] = error.retry_after
        self.lines.send(refusal)


async def serve(world: World, host: str = "127.0.0.1", port: int = 0) -> Server:
    """Opens the world to bots in other processes; port 0 takes a free one."""
    server = Server(world)
    await server.listen(host, port)
    return server
