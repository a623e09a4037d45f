"""The world behind a socket: connections break, lines are damaged, and nothing is lost or crashes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground import wire
from adapters.playground.faults import FaultKind
from adapters.playground.feed import Feed
from adapters.playground.links import Acknowledge, DirectLink, Link, SocketLink
from adapters.playground.model import Json, WorldError
from adapters.playground.stream import Stream
from adapters.playground.wire import Server
from tests.adapters.playground.fakes import FakeCore, Village, until


class Taken:
    """What a link handed over; acknowledged at once, or on request."""

    def __init__(self, *, keep: bool = False) -> None:
        self.frames: list[Json] = []
        self.open: list[Acknowledge] = []
        self._keep = keep

    async def __call__(self, frame: Json, acknowledge: Acknowledge) -> None:
        self.frames.append(frame)
        if self._keep:
            self.open.append(acknowledge)
        else:
            acknowledge()

    def knows_its_spaces(self) -> bool:
        return any(frame["type"] == "space.seen" for frame in self.frames)

    def texts(self) -> list[str]:
        return [frame["message"]["text"] for frame in self.frames if frame.get("type") == "message.posted"]


@asynccontextmanager
async def served(here: Village) -> AsyncIterator[Server]:
    server = await wire.serve(here.world)
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def opened(link: Link, take: Taken) -> AsyncIterator[Link]:
    await link.open(take)
    try:
        yield link
    finally:
        await link.close()


def hello(here: Village, key: str = "1") -> Json:
    return {"channel": here.green, "body": {"text": [{"t": "text", "text": "hello"}]}, "key": key}


async def test_events_come_in_order_and_are_acknowledged(here: Village) -> None:
    taken = Taken()
    async with served(here) as server, opened(SocketLink("127.0.0.1", server.port), taken):
        for number in range(500):
            here.world.post(here.ana, here.green, str(number))
        await here.world.drained()
    assert taken.texts() == [str(number) for number in range(500)]


async def test_calls_are_answered_in_any_order(here: Village) -> None:
    here.world.faults.order("dm.post", "slow", seconds=0.05)
    dm = {"space": here.space, "user": here.ana, "body": {"text": [{"t": "text", "text": "hi"}]}}
    async with served(here) as server, opened(SocketLink("127.0.0.1", server.port), Taken()) as link:
        slow = asyncio.create_task(link.call("dm.post", dm))
        assert (await link.call("messages.post", hello(here)))["channel"] == here.green
        assert not slow.done()
        assert (await slow)["message"]


async def test_an_error_keeps_its_code_and_its_pause(here: Village) -> None:
    here.world.faults.order("messages.post", "rate_limited", seconds=1.5)
    async with served(here) as server, opened(SocketLink("127.0.0.1", server.port), Taken()) as link:
        with pytest.raises(WorldError) as limited:
            await link.call("messages.post", hello(here))
        assert (limited.value.code, limited.value.retry_after) == ("rate_limited", 1.5)
        with pytest.raises(WorldError) as unknown:
            await link.call("messages.shout", {})
        assert unknown.value.code == "unknown_method"


async def test_what_was_not_acknowledged_comes_again(here: Village) -> None:
    taken = Taken(keep=True)
    async with served(here) as server, opened(SocketLink("127.0.0.1", server.port), taken):
        here.world.post(here.ana, here.green, "one")
        await until(lambda: taken.texts() == ["one"])
        first = list(taken.open)
        server.drop()
        await until(lambda: taken.texts() == ["one", "one"])
        for acknowledge in first:
            acknowledge()
        here.world.post(here.ana, here.green, "two")
        await until(lambda: taken.texts() == ["one", "one", "two"])
        assert here.world.stream.pending > 0
        for acknowledge in taken.open:
            acknowledge()
        await here.world.drained()


@pytest.mark.parametrize("kind", ["dropped", "lost"])
async def test_a_broken_connection_leaves_calls_in_doubt(here: Village, kind: FaultKind) -> None:
    here.world.faults.order("messages.post", kind)
    taken = Taken()
    async with served(here) as server, opened(SocketLink("127.0.0.1", server.port), taken) as link:
        with pytest.raises(WorldError) as broken:
            await link.call("messages.post", hello(here))
        assert broken.value.code == "connection_lost"
        assert len(here.world.visible(here.ana, here.green)) == (kind == "lost")
        await _again(lambda: link.call("messages.post", hello(here)))
        assert len(here.world.visible(here.ana, here.green)) == 1


async def _again(act: Callable[[], Awaitable[object]]) -> None:
    """Until the link is back."""
    async with asyncio.timeout(5):
        while True:
            try:
                await act()
            except WorldError as error:
                if error.code != "unavailable":
                    raise
                await asyncio.sleep(0.01)
            else:
                return


async def test_an_answer_that_never_comes_is_a_timeout(here: Village) -> None:
    here.world.faults.order("messages.post", "slow", seconds=60)
    async with served(here) as server:
        link = SocketLink("127.0.0.1", server.port, answer_within=0.05)
        async with opened(link, Taken()):
            with pytest.raises(WorldError) as late:
                await link.call("messages.post", hello(here))
    assert late.value.code == "timeout"


async def test_nobody_answers() -> None:
    link = SocketLink("127.0.0.1", 1, connect_within=0.1)
    with pytest.raises(WorldError) as closed:
        await link.open(Taken())
    assert closed.value.code == "unavailable"
    with pytest.raises(WorldError):
        await link.call("spaces.list", {})
    with pytest.raises(WorldError):
        await link.probe()


async def test_a_bot_that_connects_hears_where_it_is(here: Village) -> None:
    async with served(here) as server:
        for taken in (Taken(), Taken()):
            async with opened(SocketLink("127.0.0.1", server.port), taken):
                await until(taken.knows_its_spaces)
                await here.world.drained()


async def test_a_direct_link_redelivers_too(here: Village) -> None:
    here.world.post(here.ana, here.green, "one")
    kept, taken = Taken(keep=True), Taken()
    async with opened(DirectLink(here.world), kept):
        await until(lambda: kept.texts() == ["one"])
    async with opened(DirectLink(here.world), taken):
        await here.world.drained()
    assert taken.texts() == ["one"]


DAMAGE = [
    b"[" * 200_000 + b"]" * 200_000,
    b'{"event":' * 200_000,
    b"\0\0\0",
    b'{"event": {"type": "message.posted", "id": "\\ud800"}, "n": 1}',
    b"\xff\xfe{}",
    b'"just a text"',
    b"9" * 10_000,
    b'{"event": 7, "n": 1}',
    b'{"event": {}, "n": "1"}',
    b'{"event": {"type": []}, "n": 2}',
    b'{"event": {}, "n": true}',
    b'{"result": 99, "ok": true, "value": {}}',
    b'{"result": "1"}',
    b'{"result": 1, "ok": false, "error": {"a": 1}, "retry_after": "soon"}',
    b"{}",
    b"",
    b"x" * (wire.LONGEST_LINE + 1),
]


async def test_damaged_lines_never_end_a_connection() -> None:
    event = json.dumps({"event": {"type": "message.posted", "message": {"text": "fine"}}, "n": 3}).encode()

    async def damaged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in (*DAMAGE, event):
            writer.write(line + b"\n")
        await writer.drain()
        acknowledged.set_result(await _acknowledgement(reader, 3))
        writer.close()

    acknowledged: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(damaged, "127.0.0.1", 0)
    taken = Taken()
    async with server, opened(SocketLink("127.0.0.1", server.sockets[0].getsockname()[1]), taken):
        assert await asyncio.wait_for(acknowledged, 10)
    assert taken.frames[-1]["message"]["text"] == "fine"


async def _acknowledgement(reader: asyncio.StreamReader, number: int) -> bool:
    async for value in wire.values(reader):
        if value.get("ack") == number:
            return True
    return False


async def test_a_frame_of_no_type_ends_nothing() -> None:
    feed = Feed(FakeCore(), lambda _: pytest.fail("nobody asked"))
    done = list[bool]()
    feed.start()
    kinds: list[object] = [[], {}, None, 7, "\ud800"]
    for kind in kinds:
        await feed.take({"type": kind}, lambda: done.append(True))
    await until(lambda: len(done) == 5)
    await feed.close()


async def test_damaged_lines_never_end_the_server(here: Village) -> None:
    async with served(here) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for line in DAMAGE[:-1]:
            writer.write(line + b"\n")
        writer.write(b'{"ack": 1e400}\n{"ack": -1}\n{"call": 1, "method": 7, "payload": {}}\n')
        writer.write(b'{"call": 2, "method": "spaces.list", "payload": {}}\n')
        answer = json.loads(await asyncio.wait_for(reader.readline(), 5))
        assert (answer["result"], answer["ok"]) == (2, True)
        writer.close()


async def test_a_long_line_is_passed_over_whole() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b'{"a": 1}\n' + b"x" * 100 + b'\n{"b": 2}\n{"c"')
    reader.feed_data(b": 3}\n" + b"y" * 100)
    reader.feed_eof()
    assert [value async for value in wire.values(reader, 50)] == [{"a": 1}, {"b": 2}, {"c": 3}]


@given(st.binary())
def test_no_line_raises(line: bytes) -> None:
    parsed = wire.parse(line)
    assert parsed is None or isinstance(parsed, dict)


def test_only_so_much_is_in_flight_but_interactions_overtake() -> None:
    stream, pushed = Stream(), list[int]()
    subscription = stream.subscribe(lambda number, _: pushed.append(number), window=2)
    for _ in range(4):
        stream.emit({"type": "message.posted"})
    stream.emit({"type": "command.used"})
    assert pushed == [1, 2, 5]
    stream.acknowledge(1)
    assert pushed == [1, 2, 5, 3]
    stream.acknowledge(1)
    stream.acknowledge(99)
    assert pushed == [1, 2, 5, 3]
    subscription.close()
    subscription.close()
    stream.acknowledge(2)
    assert pushed == [1, 2, 5, 3]
    stream.subscribe(lambda number, _: pushed.append(number))
    assert pushed[4:] == [3, 4, 5]
