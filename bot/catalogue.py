"""Every cog that runs, looked up by what arrives: paths, calls, kinds of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cog import AnyEvent, Cog, Endpoint, Guard, Job, Listener
from bot.vocabulary.errors import CogError
from bot.vocabulary.model import Access


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Built once at start; nothing changes afterwards. Raises CogError where two cogs collide."""

    cogs: tuple[Cog, ...]
    commands: dict[tuple[str, ...], Endpoint] = field(init=False, default_factory=dict)
    endpoints: dict[tuple[str, str], Endpoint] = field(init=False, default_factory=dict)
    guards: tuple[tuple[Cog, Guard[Any]], ...] = field(init=False, default=())
    jobs: dict[tuple[str, str], Job] = field(init=False, default_factory=dict)
    _names: dict[str, Cog] = field(init=False, default_factory=dict)
    _listeners: dict[type, list[Listener]] = field(init=False, default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for cog in self.cogs:
            if cog.name in self._names:
                raise CogError(f"two cogs are named {cog.name!r}")
            self._names[cog.name] = cog
            self._add_endpoints(cog.endpoints.values())
            self.jobs.update({(cog.name, job.name): job for job in cog.jobs.values()})
            for listener in cog.listeners:
                for kind in listener.kinds:
                    self._listeners[kind].append(listener)
        object.__setattr__(self, "guards", tuple((cog, guard) for cog in self.cogs for guard in cog.guards))

    def _add_endpoints(self, endpoints: Iterable[Endpoint]) -> None:
        for endpoint in endpoints:
            self.endpoints[endpoint.cog, endpoint.name] = endpoint
            if endpoint.command:
                self.commands[endpoint.path] = endpoint

    def cog(self, name: str) -> Cog | None:
        return self._names.get(name)

    def listeners(self, kind: type[AnyEvent]) -> Sequence[Listener]:
        return self._listeners.get(kind, ())

    @property
    def batch_listeners(self) -> list[Listener]:
        return [listener for cog in self.cogs for listener in cog.listeners if listener.batch]

    def commands_for(self, access: Access) -> list[Endpoint]:
        """What someone of this access may use, cog by cog in the order of the configuration."""
        return [endpoint for endpoint in self.commands.values() if endpoint.access <= access]

    def menus(self, menu: str) -> list[Endpoint]:
        return [endpoint for endpoint in self.commands.values() if menu in endpoint.menus]
