"""The one HTTP server: health, metrics, and what adapters serve below their own names."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import web

from bot.cli_text import cli_text
from bot.metrics import CONTENT_TYPE, Metrics
from bot.problems import Words

LARGEST_BODY: Final = 1024 * 1024
SECONDS_TO_FINISH: Final = 5.0
"""How long requests may still take when the server stops."""

_OWN: Final = frozenset(("health", "metrics"))


@dataclass(frozen=True, slots=True)
class Health:
    """What keeps each part from its work, by the part's name; None where nothing does."""

    parts: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return all(reason is None for reason in self.parts.values())


class CannotListen(Exception):
    """The address cannot be bound; `words` says it for the terminal, `str()` in English."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return cli_text("en")(self.words.key, self.words.values)


class HttpServer:
    """Serves from `start` to `stop`. `routes` are the adapters' own, by the adapter's name: `/<name>/…`."""

    def __init__(
        self,
        host: str,
        port: int,
        health: Callable[[], Health],
        metrics: Metrics,
        routes: Mapping[str, Sequence[web.RouteDef]],
    ) -> None:
        self._host = host
        self._port = port
        self._health = health
        self._metrics = metrics
        self._runner = web.AppRunner(
            self._application(routes),
            access_log=None,
            handle_signals=False,
            shutdown_timeout=SECONDS_TO_FINISH,
        )

    @property
    def port(self) -> int:
        """The port that is bound; before the start, the one that was asked for."""
        addresses = self._runner.addresses
        return int(addresses[0][1]) if addresses else self._port

    @property
    def address(self) -> str:
        return f"{self._host}:{self.port}"

    async def start(self) -> None:
        """Returns when requests are taken. Raises CannotListen."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise CannotListen(_reason(error, self._host, self._port)) from error

    async def stop(self) -> None:
        """Lets requests finish. May be called twice, or without a start."""
        await self._runner.cleanup()

    def _application(self, routes: Mapping[str, Sequence[web.RouteDef]]) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.on_response_prepare.append(_guard_headers)
        application.router.add_get("/health/live", self._live)
        application.router.add_get("/health/ready", self._ready)
        application.router.add_get("/metrics", self._show_metrics)
        for name, own in routes.items():
            _check_routes(name, own)
            application.router.add_routes(own)
        return application

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "live"}, headers={"Cache-Control": "no-store"})

    async def _ready(self, _request: web.Request) -> web.Response:
        health = self._ask()
        parts = {name: "ok" if reason is None else reason for name, reason in health.parts.items()}
        body = {"status": "ready" if health.ready else "not ready", "parts": parts}
        return web.json_response(body, status=200 if health.ready else 503, headers={"Cache-Control": "no-store"})

    def _ask(self) -> Health:
        try:
            return self._health()
        except Exception:
            structlog.get_logger(__name__).exception("health cannot be told")
            return Health({"health": "cannot be told; see the log"})

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})


async def _guard_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.popall("Server", None)


def _check_routes(name: str, routes: Sequence[web.RouteDef]) -> None:
    """Raises ValueError for a route outside of its adapter's own part."""
    for route in routes:
        inside = route.path == f"/{name}" or route.path.startswith(f"/{name}/")
        if name in _OWN or not inside:
            raise ValueError(f"the adapter {name!r} may serve /{name}/…, not {route.path}")


def _reason(error: OSError, host: str, port: int) -> Words:
    values = {"host": host, "port": str(port)}
    if error.errno == errno.EADDRINUSE:
        return Words("listen-in-use", values)
    if error.errno in (errno.EACCES, errno.EPERM):
        return Words("listen-forbidden", values)
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return Words("listen-no-address", values)
    return Words("listen-failed", {**values, "reason": error.strerror or str(error)})
