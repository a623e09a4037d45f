"""The configuration: one TOML file, read once into types, with every mistake reported at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from pydantic import BaseModel, ValidationError

from bot.config_values import (
    CommunitySection,
    ConfigFile,
    DatabaseSection,
    Defaults,
    HttpSection,
    Locale,
    LogSection,
    MayBeWritten,
)
from bot.problems import (
    Problem,
    Spot,
    Words,
    dotted,
    is_secret,
    one_of,
    problems_of,
    shown,
    step,
    with_lines,
)
from bot.toml_file import ConfigError, file_name, parse_toml, read_text
from bot.vocabulary.model import SpaceRef

AdapterSettings: TypeAlias = Mapping[str, type[BaseModel]] | Callable[[str], type[BaseModel] | None]
"""An adapter's settings by its name; a callable returns None for an adapter that does not exist."""


@dataclass(frozen=True, slots=True)
class NamedCommunity:
    """A community that the configuration names. `key` is the table's, and stays when `name` changes."""

    key: str
    name: str
    locale: Locale
    zone: str
    spaces: tuple[SpaceRef, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration in use. `secrets` are the values that must never be shown."""

    file: Path
    cogs: tuple[str, ...]
    defaults: Defaults
    database: DatabaseSection
    http: HttpSection
    log: LogSection
    communities: tuple[NamedCommunity, ...]
    adapters: Mapping[str, BaseModel]
    secrets: tuple[str, ...] = field(repr=False)

    def community_of(self, space: SpaceRef) -> NamedCommunity | None:
        """The named community that a space belongs to; None for a space that is a community of its own."""
        return next((community for community in self.communities if space in community.spaces), None)


def load(
    path: Path,
    environment: Mapping[str, str],
    adapter_settings: AdapterSettings,
    known_cogs: Iterable[str],
    known_adapters: Iterable[str] = (),
) -> Config:
    """Reads the file. Raises ConfigMissing, or ConfigError with every mistake in it.

    `known_adapters` is for a callable `adapter_settings`, which cannot name what it knows.
    """
    text = read_text(path)
    return parse(text, path, environment, adapter_settings, known_cogs, known_adapters)


def parse(
    text: str,
    path: Path,
    environment: Mapping[str, str],
    adapter_settings: AdapterSettings,
    known_cogs: Iterable[str],
    known_adapters: Iterable[str] = (),
) -> Config:
    """As `load`, for a text that has been read; `path` names it in what is said about it."""
    file = file_name(path)
    adapters = _Adapters(adapter_settings, known_adapters)
    context = {"cogs": frozenset(known_cogs), "platforms": adapters.known}
    reading = _Reading(file, environment)
    config = _assemble(reading, parse_toml(text, file), path, adapters, context)
    if config is None:
        raise ConfigError(with_lines(reading.scrubbed(), text))
    return config


_VARIABLE: Final = re.compile(r"env:(?P<name>[A-Za-z_][A-Za-z0-9_]*)", re.ASCII)
_URL_VARIABLE: Final = re.compile(r"(?<=:)env:(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?=@)", re.ASCII)


class _Reading:
    """One reading of the file: what the environment gave, and what was found wrong."""

    def __init__(self, file: str, environment: Mapping[str, str]) -> None:
        self.file = file
        self.problems: dict[str, Problem] = {}
        self.origins: dict[str, str] = {}
        self.secrets: set[str] = set()
        self._environment = environment

    def report(self, key: str, found: Words, write: Words) -> None:
        """The first problem of a key stands."""
        self.problems.setdefault(key, Problem(self.file, key, found, write))

    def resolve(self, data: Any, spot: Spot | None, key: str) -> Any:
        """The data with every secret read from where it is kept."""
        if spot is None:
            return data
        if isinstance(data, str):
            return self._secret(data, spot, key) if is_secret(spot) else data
        if isinstance(data, dict):
            return {name: self.resolve(value, step(spot, name), dotted(key, name)) for name, value in data.items()}
        if isinstance(data, list):
            return [self.resolve(value, step(spot, i), dotted(key, i)) for i, value in enumerate(data)]
        return data

    def validate(self, model: type[BaseModel], data: Any, key: str, context: dict[str, Any]) -> BaseModel | None:
        resolved = self.resolve(data, Spot(model), key)
        try:
            return model.model_validate(resolved, extra="forbid", context=context)
        except ValidationError as error:
            for problem in problems_of(error, self.file, key, model, self.origins):
                self.problems.setdefault(problem.key, problem)
        return None

    def scrubbed(self) -> Iterator[Problem]:
        """The problems without any secret that a validator's own text may have quoted."""
        for problem in self.problems.values():
            found, write = (self._scrub(words) for words in (problem.found, problem.write))
            yield Problem(self.file, problem.key, found, write)

    def _scrub(self, words: Words) -> Words:
        values = dict(words.values)
        for secret in sorted(self.secrets, key=len, reverse=True):
            values = {name: str(value).replace(secret, "***") for name, value in values.items()}
        return Words(words.key, values)

    def _secret(self, text: str, spot: Spot, key: str) -> str:
        written = any(isinstance(marker, MayBeWritten) for marker in spot.metadata)
        if text.startswith("env:"):
            variable = _VARIABLE.fullmatch(text)
            value = self._variable(variable["name"], key) if variable else self._no_variable(key)
            return self._keep_password(value) if written else self._keep(value)
        if not written:
            self.report(key, Words("found-written-secret"), Words("write-env", {"name": _variable_name(key)}))
            return text
        return self._keep_password(_URL_VARIABLE.sub(lambda part: self._password(part["name"], key), text))

    def _password(self, variable: str, key: str) -> str:
        return quote(self._keep(self._variable(variable, key)), safe="")

    def _variable(self, name: str, key: str) -> str:
        value = self._environment.get(name, "").strip("\r\n")
        if not value:
            self.report(key, Words("found-unset", {"name": name}), Words("write-variable", {"name": name}))
            return ""
        self.origins[key] = name
        return value

    def _keep(self, secret: str) -> str:
        if secret:
            self.secrets.add(secret)
        return secret

    def _no_variable(self, key: str) -> str:
        self.report(key, Words("found-no-variable"), Words("write-env", {"name": _variable_name(key)}))
        return ""

    def _keep_password(self, url: str) -> str:
        """An address is no secret, but its password is, as it is written there and as it is meant."""
        try:
            password = urlsplit(url).password
        except ValueError:
            password = url
        if password:
            self.secrets.update((password, unquote(password), url))
        return url


def _variable_name(key: str) -> str:
    """`adapters.discord.token` is best kept in DISCORD_TOKEN."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", key.removeprefix("adapters.")).strip("_").upper()
    return name if name and not name[0].isdigit() else f"MADANG_{name}"


class _Adapters:
    """Where the settings of an adapter come from."""

    def __init__(self, settings: AdapterSettings, known: Iterable[str]) -> None:
        self.known = frozenset(settings) if isinstance(settings, Mapping) else frozenset(known)
        self._find = settings.get if isinstance(settings, Mapping) else settings

    def model(self, name: str) -> type[BaseModel] | None:
        return self._find(name)


def _assemble(
    reading: _Reading, data: dict[str, Any], path: Path, adapters: _Adapters, context: dict[str, Any]
) -> Config | None:
    """The configuration, or None where `reading` has problems."""
    settings = dict(_read_adapters(reading, data, adapters))
    whole = reading.validate(ConfigFile, data, "", context)
    _check_communities(reading, data)
    _check_twice(reading, data)
    if reading.problems or not isinstance(whole, ConfigFile):
        return None
    return Config(
        file=path,
        cogs=whole.cogs,
        defaults=whole.defaults,
        database=whole.database,
        http=whole.http,
        log=whole.log,
        communities=tuple(_named(key, section, whole.defaults) for key, section in whole.communities.items()),
        adapters=MappingProxyType(settings),
        secrets=tuple(sorted(reading.secrets)),
    )


def _named(key: str, section: CommunitySection, defaults: Defaults) -> NamedCommunity:
    spaces = tuple(SpaceRef(*space.split(":", 1)) for space in section.spaces)
    return NamedCommunity(key, section.name, section.locale or defaults.locale, section.zone or defaults.zone, spaces)


def _read_adapters(reading: _Reading, data: dict[str, Any], adapters: _Adapters) -> Iterator[tuple[str, BaseModel]]:
    for name, table in _table(data, "adapters").items():
        key = dotted("adapters", name)
        if (model := adapters.model(name)) is None:
            reading.report(key, Words("found-no-adapter"), one_of(adapters.known, name))
        elif not isinstance(table, dict):
            reading.report(key, Words("found-secret"), Words("write-table"))
        elif (settings := reading.validate(model, table, key, {})) is not None:
            yield name, settings


_COMMUNITY_KEY: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")


def _check_communities(reading: _Reading, data: dict[str, Any]) -> None:
    for name in _table(data, "communities"):
        if not _COMMUNITY_KEY.fullmatch(name):
            reading.report(dotted("communities", name), shown(name), Words("write-community-key"))


def _check_twice(reading: _Reading, data: dict[str, Any]) -> None:
    """No cog stands twice, and no space in two communities."""
    _report_twice(reading, _items(data, "cogs", "cogs"))
    communities = _table(data, "communities").items()
    spaces = [_items(section, "spaces", dotted(dotted("communities", name), "spaces")) for name, section in communities]
    _report_twice(reading, (item for items in spaces for item in items))


def _report_twice(reading: _Reading, items: Iterable[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for key, value in items:
        if (where := first.setdefault(value, key)) != key:
            found = Words("found-twice", {**shown(value).values, "where": where})
            reading.report(key, found, Words("write-once"))


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name)
    return table if isinstance(table, dict) else {}


def _items(table: Any, name: str, key: str) -> Iterator[tuple[str, str]]:
    """The strings of a list, with their keys."""
    values = table.get(name) if isinstance(table, dict) else None
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            yield dotted(key, index), value
