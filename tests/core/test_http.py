"""The one HTTP server: health with its reasons, metrics, and each adapter below its own name."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.http import LARGEST_BODY, CannotListen, Health, HttpServer
from bot.metrics import Metrics

Routes = Mapping[str, Sequence[web.RouteDef]]


def well() -> Health:
    return Health({"database": None, "discord": None})


@asynccontextmanager
async def served(
    health: Callable[[], Health] = well, metrics: Metrics | None = None, routes: Routes | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    server = HttpServer("127.0.0.1", 0, health, metrics or Metrics(), routes or {})
    await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
            yield client
    finally:
        await server.stop()


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


async def test_live_and_ready() -> None:
    async with served() as client:
        async with client.get("/health/live") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "live"})
        async with client.get("/health/ready") as answer:
            assert answer.status == 200
            assert await answer.json() == {"status": "ready", "parts": {"database": "ok", "discord": "ok"}}
            assert answer.headers["Cache-Control"] == "no-store"


async def test_not_ready_says_why_by_part() -> None:
    now = Health({"database": "데이터베이스: the disk is full", "discord": None})
    async with served(lambda: now) as client:
        async with client.get("/health/ready") as answer:
            assert answer.status == 503
            assert await answer.json() == {
                "status": "not ready",
                "parts": {"database": "데이터베이스: the disk is full", "discord": "ok"},
            }
        async with client.get("/health/live") as answer:
            assert answer.status == 200


async def test_health_that_fails_is_not_ready() -> None:
    def fails() -> Health:
        raise RuntimeError("token abc")

    async with served(fails) as client, client.get("/health/ready") as answer:
        assert answer.status == 503
        assert "abc" not in await answer.text()


async def test_metrics_in_prometheus_format() -> None:
    metrics = Metrics()
    metrics.events_taken.labels(kind="MessagePosted").inc(3)
    metrics.events_deduplicated.labels(kind="MessagePosted").inc()
    metrics.events_shed.labels(kind="ReactionAdded").inc()
    metrics.events_dead.labels(kind="MemberJoined").inc()
    metrics.batch_events.observe(40)
    metrics.batch_seconds.observe(0.01)
    metrics.intake_waiting.set(7)
    metrics.interactions.labels(cog="points", command="rank", outcome="answered").inc()
    metrics.interaction_seconds.labels(cog="points", command="rank").observe(0.02)
    metrics.deliveries.labels(platform="slack", kind="post", outcome="delivered").inc()
    metrics.outbox_waiting.set(2)
    metrics.delivery_lag_seconds.labels(platform="slack").observe(1.5)
    metrics.scheduler_late_seconds.observe(0.2)
    metrics.write_wait_seconds.observe(0.001)
    async with served(metrics=metrics) as client, client.get("/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        families = {family.name: family for family in text_string_to_metric_families(await answer.text())}
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert values["madang_events_taken_total", "MessagePosted"] == 3
    assert values["madang_intake_waiting",] == 7
    assert values["madang_interactions_total", "points", "rank", "answered"] == 1
    assert values["madang_deliveries_total", "post", "delivered", "slack"] == 1
    assert values["madang_delivery_lag_seconds_sum", "slack"] == 1.5
    assert all(family.documentation for family in families.values())


def test_metrics_do_not_share() -> None:
    first, second = Metrics(), Metrics()
    first.outbox_waiting.set(5)
    assert b"madang_outbox_waiting 0.0" in second.text()


async def test_adapters_serve_below_their_names() -> None:
    async with served(routes={"slack": [web.post("/slack/events", echo)]}) as client:
        async with client.post("/slack/events", data=io.BytesIO(b"x" * LARGEST_BODY)) as answer:
            assert (answer.status, len(await answer.read())) == (200, LARGEST_BODY)
        async with client.post("/slack/events", data=io.BytesIO(b"x" * (LARGEST_BODY + 1))) as answer:
            assert answer.status == 413
        async with client.get("/slack/events") as answer:
            assert answer.status == 405


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("slack", "/events"),
        ("slack", "/slackers/x"),
        ("slack", "/discord/x"),
        ("health", "/health/x"),
        ("slack", "/"),
    ],
)
async def test_an_adapter_serves_nothing_else(name: str, path: str) -> None:
    with pytest.raises(ValueError, match="may serve"):
        HttpServer("127.0.0.1", 0, well, Metrics(), {name: [web.get(path, echo)]})


async def test_answers_tell_nothing_about_what_serves_them() -> None:
    async with served() as client:
        for path in ("/health/live", "/nowhere"):
            async with client.get(path) as answer:
                assert "Server" not in answer.headers
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_handler_that_fails_shows_no_traceback() -> None:
    async def fails(_request: web.Request) -> web.Response:
        raise RuntimeError("a secret")

    routes = {"slack": [web.get("/slack/x", fails)]}
    async with served(routes=routes) as client, client.get("/slack/x") as answer:
        assert answer.status == 500
        assert "secret" not in await answer.text()


async def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = HttpServer("127.0.0.1", port, well, Metrics(), {})
        with pytest.raises(CannotListen, match=f"Port {port} on 127.0.0.1 is in use") as raised:
            await server.start()
        assert raised.value.words.key == "listen-in-use"
        await server.stop()


async def test_an_address_of_somebody_else() -> None:
    server = HttpServer("192.0.2.1", 0, well, Metrics(), {})
    with pytest.raises(CannotListen) as raised:
        await server.start()
    assert raised.value.words.key == "listen-no-address"


async def test_stopping_twice_or_without_a_start() -> None:
    server = HttpServer("127.0.0.1", 0, well, Metrics(), {})
    assert server.port == 0
    await server.stop()
    server = HttpServer("127.0.0.1", 0, well, Metrics(), {})
    await server.start()
    assert server.port > 0
    await server.stop()
    await server.stop()


async def test_stopping_lets_a_request_finish() -> None:
    begun = asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        begun.set()
        await asyncio.sleep(0.1)
        return web.Response(text="done")

    server = HttpServer("127.0.0.1", 0, well, Metrics(), {"slack": [web.get("/slack/slow", slow)]})
    await server.start()
    async with aiohttp.ClientSession() as client:
        asked = asyncio.ensure_future(client.get(f"http://127.0.0.1:{server.port}/slack/slow"))
        await begun.wait()
        await server.stop()
        async with await asked as answer:
            assert await answer.text() == "done"
