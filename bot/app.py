"""The composition root: builds the core from a configuration, starts it and stops it in order."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import ModuleType
from typing import Any

import structlog
from pydantic import BaseModel

from bot.catalogue import Catalogue
from bot.clock import Clock, SystemClock
from bot.cog import Cog
from bot.config import Config
from bot.context import Services
from bot.directory import Directory
from bot.engine.command_names import CommandNames
from bot.engine.dispatch import Dispatch
from bot.engine.housekeeping import Housekeeping
from bot.engine.intake import Intake
from bot.engine.outbox import Deliverer
from bot.engine.presence import Presence
from bot.engine.rounds import Rounds
from bot.engine.scheduler import Scheduler
from bot.http import Health, HttpServer
from bot.i18n import Locales, Speaker, pick_locale
from bot.metrics import Metrics
from bot.platform import Platform, Responder
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.migrate import Branch, packaged
from bot.storage.people import People
from bot.vocabulary.events import Event, Interaction
from bot.vocabulary.model import Community, SpaceRef
from bot.vocabulary.text import Voice

STOP_SECONDS = 10.0
"""How long what was taken may still take at the end."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Homes:
    """Which community each space belongs to, and what a community that nobody named starts with."""

    by_space: Mapping[SpaceRef, Community]
    default: Community


def homes_of(config: Config) -> Homes:
    default = Community(0, "", config.defaults.locale, config.defaults.zone)
    by_space: dict[SpaceRef, Community] = {}
    for named in config.communities:
        # From the key, so that a new name or order in the file changes nothing.
        number = int.from_bytes(hashlib.blake2b(named.key.encode(), digest_size=6).digest())
        community = Community(number, named.name, named.locale, named.zone)
        by_space |= dict.fromkeys(named.spaces, community)
    return Homes(by_space, default)


def names_in(package: str) -> list[str]:
    """The modules of a package: which cogs or adapters there are."""
    found = importlib.import_module(package)
    return sorted(module.name for module in pkgutil.iter_modules(found.__path__) if module.ispkg)


def load_cogs(names: Iterable[str]) -> list[Cog]:
    """Imports `cogs.<name>`; each offers `cog`. Raises CogError or ImportError."""
    return [importlib.import_module(f"cogs.{name}").cog for name in names]


def adapter_module(name: str) -> ModuleType | None:
    return importlib.import_module(f"adapters.{name}") if name in names_in("adapters") else None


def adapter_settings(name: str) -> type[BaseModel] | None:
    """The settings model of an adapter; None where there is no such adapter."""
    module = adapter_module(name)
    model: type[BaseModel] | None = module.Settings if module else None
    return model


def load_platforms(config: Config, clock: Clock, environment: Mapping[str, str]) -> list[Platform]:
    platforms: list[Platform] = []
    for name, settings in config.adapters.items():
        module = adapter_module(name)
        assert module is not None, "the configuration was checked against what exists"
        platforms.append(module.create(settings, clock, environment))
    return platforms


def branches_of(cogs: Sequence[Cog]) -> list[Branch]:
    """The migrations of cogs that keep tables of their own; the core's come by themselves."""
    return [packaged(cog.name, cog.package, cog.tables) for cog in cogs if cog.tables is not None]


def locales_of(cogs: Sequence[Cog]) -> Locales:
    folders: dict[str, Any] = {"core": files("bot") / "locales"}
    folders |= {cog.name: files(cog.package) / "locales" for cog in cogs}
    return Locales(folders)


class App:
    """The running bot. Also what adapters are given as their Core."""

    def __init__(
        self,
        *,
        database: Database,
        cogs: Sequence[Cog],
        platforms: Sequence[Platform],
        homes: Homes,
        clock: Clock | None = None,
        metrics: Metrics | None = None,
        http: tuple[str, int] | None = None,
    ) -> None:
        self.metrics = metrics or Metrics()
        self.clock = clock or SystemClock()
        self.database = database
        self.catalogue = Catalogue(tuple(cogs))
        self.locales = locales_of(cogs)
        self.names = CommandNames(self.catalogue, self.locales)
        self._default = homes.default
        self.services = Services(
            database=database,
            clock=self.clock,
            catalogue=self.catalogue,
            settings=Settings({cog.name: cog.settings for cog in cogs if cog.settings is not None}),
            directory=Directory(homes.by_space, homes.default),
            platforms={platform.name: platform for platform in platforms},
            voice=self.voice,
            has_text=lambda cog, key: self.locales.has(cog, key, self.locales.default),
            wake_outbox=self._wake_outbox,
            wake_scheduler=self._wake_scheduler,
        )
        self.rounds = Rounds(self.services, self.metrics)
        self.services.settler = self.rounds
        self.intake = Intake(self.services, self.rounds, self.metrics)
        self.scheduler = Scheduler(database, self.clock, self.intake, self.metrics)
        self.dispatch = Dispatch(self.services, self.names, self.metrics)
        self.deliverers = [Deliverer(self.services, platform, self.metrics) for platform in platforms]
        self.housekeeping = Housekeeping(self.services, self.metrics)
        self._http_address = http
        self.http: HttpServer | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._started = False
        self._died: dict[str, str | None] = {}
        self.failed = asyncio.Event()
        """Set when a part has ended by a mistake of ours: the process should, too."""

    def voice(self, locale: str | None = None, zone: str | None = None) -> Voice:
        """Words for a reader; the defaults' language and zone where theirs are not known."""
        chosen = pick_locale(locale, self.locales.available, self._default.locale)
        return Speaker(self.locales, chosen, zone or self._default.zone, self.clock.now, self.names.written)

    async def offer(self, event: Event) -> Any:
        return await self.intake.offer(event)

    async def interact(self, interaction: Interaction, responder: Responder) -> None:
        with structlog.contextvars.bound_contextvars(event=interaction.key):
            await self.dispatch.interact(interaction, responder)

    async def start(self) -> None:
        """Returns when every platform is connected. The database has been migrated before."""
        await self._prepare()
        self._keep("intake", self.intake.run())
        self._keep("scheduler", self.scheduler.run())
        self._keep("housekeeping", self.housekeeping.run())
        for deliverer in self.deliverers:
            self._keep(deliverer.name, deliverer.run())
        if self._http_address is not None:
            self.http = self._server(*self._http_address)
            await self.http.start()
        for platform in self.services.platforms.values():
            await platform.start(self)
        self._started = True
        log.info(
            "started",
            platforms=sorted(self.services.platforms),
            cogs=[cog.name for cog in self.catalogue.cogs],
            http=None if self.http is None else self.http.address,
        )

    def _keep(self, part: str, work: Coroutine[Any, Any, None]) -> None:
        """Runs a part to the end of the process; one that ends before is a failure."""
        task = asyncio.create_task(work, name=part)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error, part = task.exception(), task.get_name()
        log.error("a part has died", part=part, exc_info=error)
        self._died[part] = f"it died: {type(error).__name__}"
        self.failed.set()

    @property
    def died(self) -> list[str]:
        return list(self._died)

    async def _prepare(self) -> None:
        """Reads settings and spaces, and gives communities that exist the schedules of new cogs."""
        async with self.database.write() as tx:
            await self.services.settings.refresh(tx)
            presence = Presence(self.services)
            for community in await People(tx).communities():
                await presence.install(tx, community)

    def _server(self, host: str, port: int) -> HttpServer:
        routes = {name: list(platform.routes()) for name, platform in self.services.platforms.items()}
        return HttpServer(host, port, self.health, self.metrics, routes)

    def health(self) -> Health:
        parts: dict[str, str | None] = {
            "start": None if self._started else "starting",
            "intake": None if self.intake.healthy else "the database does not take events",
        }
        for deliverer in self.deliverers:
            connected = self.services.platforms[deliverer.name].connected
            parts[deliverer.name] = deliverer.gone or (None if connected else "not connected")
        return Health(parts | self._died)

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stops taking, finishes what was taken, closes. Returns within about `seconds`."""
        self._started = False
        deadline = asyncio.get_running_loop().time() + seconds
        await self._within(deadline, *(platform.stop_taking() for platform in self.services.platforms.values()))
        if self._tasks:  # else nobody works, and nothing drains
            await self._within(deadline, self.intake.drained())
            await self._within(deadline, *(deliverer.quiet() for deliverer in self.deliverers))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._within(deadline + 1, *(deliverer.finish() for deliverer in self.deliverers))
        await self._within(deadline + 2, *(platform.close() for platform in self.services.platforms.values()))
        if self.http is not None:
            await self.http.stop()
        await self.database.close()
        log.info("stopped")

    async def _within(self, deadline: float, *work: Any) -> None:
        """Awaits all of it, but not past the deadline; what fails is logged."""
        left = max(0.05, deadline - asyncio.get_running_loop().time())
        try:
            async with asyncio.timeout(left):
                for result in await asyncio.gather(*work, return_exceptions=True):
                    if isinstance(result, Exception):
                        log.error("a part did not stop well", exc_info=result)
        except TimeoutError:
            log.warning("a part did not stop in time")

    async def settled(self) -> None:
        """Returns when nothing is taken, due or waiting to leave; for the demo and for tests."""
        while True:
            await self.intake.drained()
            await self.scheduler.look()
            await asyncio.gather(*(deliverer.drained() for deliverer in self.deliverers))
            if self.intake.is_idle and all(deliverer.is_idle for deliverer in self.deliverers):
                return

    def _wake_outbox(self) -> None:
        for deliverer in self.deliverers:
            deliverer.wake()

    def _wake_scheduler(self) -> None:
        self.scheduler.wake()


def build(
    config: Config,
    environment: Mapping[str, str],
    clock: Clock | None = None,
    platforms: Callable[[Clock], Sequence[Platform]] | None = None,
) -> App:
    """The bot that a configuration describes; `platforms` replaces the adapters it names."""
    clock = clock or SystemClock()
    metrics = Metrics()
    database = Database(config.database.url.get_secret_value(), wait=metrics.write_wait_seconds.observe)
    return App(
        database=database,
        cogs=load_cogs(config.cogs),
        platforms=platforms(clock) if platforms else load_platforms(config, clock, environment),
        homes=homes_of(config),
        clock=clock,
        metrics=metrics,
        http=(config.http.host, config.http.port) if config.http.enabled else None,
    )
