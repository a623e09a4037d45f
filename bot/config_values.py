"""What the configuration's tables hold: types, bounds and checks, and what may be left out."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import parse_qs, urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo

from bot.problems import mistake, nearest, one_of

DEFAULT_COGS: Final = ("help", "me", "points", "settings", "welcome")


def _zone(name: str) -> str:
    zones = available_timezones() - {"Factory", "localtime"}
    if name in zones:
        return name
    places = sorted(zone for zone in zones if "/" in zone)
    cities = {zone.rpartition("/")[2]: zone for zone in places}
    near = nearest(name, places) or cities.get(nearest(name, cities) or "")
    if near is None:
        raise mistake("write-zone", "an IANA time zone")
    raise mistake("write-zone-nearest", "an IANA time zone, such as {near}", near=near)


def _cog(name: str, info: ValidationInfo) -> str:
    known = _known(info, "cogs")
    if known is None or name in known:
        return name
    raise _unknown(name, known)


_SPACE: Final = re.compile(r"(?P<platform>[a-z][a-z0-9_]{0,31}):(?P<id>[A-Za-z0-9_.-]{1,100})")


def _space(name: str, info: ValidationInfo) -> str:
    parts = _SPACE.fullmatch(name)
    if parts is None:
        raise mistake("write-space", "a platform and the space's id there")
    platforms = _known(info, "platforms")
    if platforms and parts["platform"] not in platforms:
        raise mistake("write-platform", "a platform out of {known}", known=", ".join(sorted(platforms)))
    return name


def _known(info: ValidationInfo, what: str) -> frozenset[str] | None:
    return info.context.get(what) if info.context else None


def _unknown(name: str, known: Iterable[str]) -> Exception:
    words = one_of(known, name)
    return mistake(words.key, "a known name", **words.values)


def _database_url(secret: SecretStr) -> SecretStr:
    """`sqlite:///file` or `postgresql://…/name`; `postgres://`, which some hosts say, means the same."""
    url = re.sub(r"\Apostgres://", "postgresql://", secret.get_secret_value())
    if url.startswith("sqlite:"):
        _check_sqlite(url)
    elif url.startswith("postgresql:"):
        _check_postgresql(url)
    else:
        raise mistake("write-url", "sqlite:///file or postgresql://user@host/name")
    return SecretStr(url)


def _check_sqlite(url: str) -> None:
    file = url.removeprefix("sqlite:///")
    if file == url or file in ("", ":memory:") or not url.isprintable():
        raise mistake("write-url-sqlite", "sqlite:///file")


def _check_postgresql(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        port_fits = False
        parts = urlsplit("")
    reachable = parts.hostname or "host" in parse_qs(parts.query)
    if not (port_fits and reachable and len(parts.path) > 1 and url.isprintable() and " " not in url):
        raise mistake("write-url-postgresql", "postgresql://user@host/name")


_HOST_NAME: Final = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?", re.ASCII)


def _host(host: str) -> str:
    if _HOST_NAME.fullmatch(host):
        return host
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        raise mistake("write-host", "an address or a host's name") from None


def _title(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise mistake("write-title", "a name on one line")
    return text.strip()


class MayBeWritten:
    """Marks a secret that may stand in the file itself, since it need not hold anything secret."""


Locale: TypeAlias = Literal["en", "ko"]
Zone: TypeAlias = Annotated[str, AfterValidator(_zone)]
Title: TypeAlias = Annotated[str, Field(max_length=100), AfterValidator(_title)]


class Section(BaseModel):
    """A table of the configuration, an adapter's too: unknown keys are mistakes, nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Defaults(Section):
    """What a new community starts with."""

    locale: Locale = "en"
    zone: Zone = "Asia/Seoul"


class DatabaseSection(Section):
    url: Annotated[SecretStr, MayBeWritten(), AfterValidator(_database_url)] = SecretStr("sqlite:///var/madang.db")


class HttpSection(Section):
    host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    enabled: bool = True


class LogSection(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "terminal", "json"] = "auto"


class CommunitySection(Section):
    """Several spaces that are one community; locale and zone are the defaults' where they are left out."""

    name: Title
    locale: Locale | None = None
    zone: Zone | None = None
    spaces: Annotated[
        tuple[Annotated[str, AfterValidator(_space)], ...],
        Field(strict=False, min_length=1),
    ]


class ConfigFile(Section):
    """The file as it is written; `adapters` is read by the adapters' own models."""

    cogs: Annotated[tuple[Annotated[str, AfterValidator(_cog)], ...], Field(strict=False)] = DEFAULT_COGS
    defaults: Defaults = Defaults()
    database: DatabaseSection = DatabaseSection()
    http: HttpSection = HttpSection()
    log: LogSection = LogSection()
    communities: dict[str, CommunitySection] = Field(default_factory=dict)
    adapters: dict[str, dict[str, Any]] = Field(default_factory=dict)
