"""A chat platform in memory: to try everything out before any member sees it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, field_validator

from adapters.playground.links import DirectLink, SocketLink
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.world import World

if TYPE_CHECKING:
    from bot.clock import Clock

__all__ = ["PlaygroundPlatform", "Settings", "create"]


class Settings(BaseModel):
    """`connect` is the "host:port" of a world served on this machine; without it we have one of our own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect: str | None = None

    @field_validator("connect")
    @classmethod
    def _local(cls, value: str | None) -> str | None:
        if value is not None:
            host, port = address(value)
            if not _loopback(host):
                raise ValueError("a world is reached on this machine only: write 127.0.0.1:7070")
            if not 0 < port < 65536:
                raise ValueError("the port is a number from 1 to 65535")
        return value


def create(
    settings: Settings,
    clock: Clock,
    environment: Mapping[str, str],  # noqa: ARG001 (the port asks for it; nothing here is a secret)
) -> PlaygroundPlatform:
    """A world of our own starts empty; its ids tell it from the ones before it."""
    if settings.connect is not None:
        host, port = address(settings.connect)
        return PlaygroundPlatform(SocketLink(host, port))
    world = World(clock.now, tag=format(int(clock.now().timestamp()), "x"))
    return PlaygroundPlatform(DirectLink(world), world)


def address(value: str) -> tuple[str, int]:
    """`127.0.0.1:7070`, `localhost:7070` or `[::1]:7070`. Raises ValueError."""
    host, separator, port = value.rpartition(":")
    if not (separator and host and port.isascii() and port.isdigit()):
        raise ValueError("write host:port, such as 127.0.0.1:7070")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
