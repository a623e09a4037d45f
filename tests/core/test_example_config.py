"""The shipped example parses, is complete, and says the defaults."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import adapters
from bot.config import Config, parse
from bot.config_values import DEFAULT_COGS, ConfigFile
from bot.problems import Spot, step

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
UNCOMMENTED = re.sub(r"(?m)^#(?=[^ \n#])", "", TEXT)


SETTINGS = re.findall(r"(?m)^[a-z_]+ = .*$", UNCOMMENTED)
ENVIRONMENT = dict.fromkeys(re.findall(r'"env:([A-Z_]+)"', UNCOMMENTED), "a value")


def every_adapter() -> dict[str, type[BaseModel]]:
    """The settings of all adapters that have some."""
    names = [module.name for module in pkgutil.iter_modules(adapters.__path__) if module.ispkg]
    found = ((name, importlib.import_module(f"adapters.{name}")) for name in names)
    return {name: module.Settings for name, module in found if hasattr(module, "Settings")}


ADAPTERS = every_adapter()


def read(text: str) -> Config:
    return parse(text, EXAMPLE, ENVIRONMENT, ADAPTERS, DEFAULT_COGS)


def documented(table: Mapping[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of the example, with its tables' names."""
    for name, value in table.items():
        yield (*prefix, name)
        if isinstance(value, dict):
            yield from documented(value, (*prefix, name))


def declared(model: type[BaseModel], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of a model; `village` stands for a community's name; adapters have their own models."""
    for name, info in model.model_fields.items():
        yield (*prefix, name)
        yield from inside(Spot(info.annotation), (*prefix, name))


def inside(spot: Spot, prefix: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(spot.annotation, type) and issubclass(spot.annotation, BaseModel):
        yield from declared(spot.annotation, prefix)
    elif (named := step(spot, "village")) is not None and prefix != ("adapters",):
        yield (*prefix, "village")
        yield from inside(named, (*prefix, "village"))


def test_the_example_is_the_defaults() -> None:
    example, empty = read(TEXT), read("")
    assert (example.cogs, example.defaults, example.http, example.log) == (
        empty.cogs,
        empty.defaults,
        empty.http,
        empty.log,
    )
    assert example.database.url.get_secret_value() == empty.database.url.get_secret_value()
    assert (example.communities, dict(example.adapters)) == ((), {})


def test_the_examples_in_it_work() -> None:
    config = read(UNCOMMENTED)
    assert [community.key for community in config.communities] == ["village"]
    assert set(config.adapters) == set(ADAPTERS)


def test_every_key_is_in_the_example() -> None:
    keys = set(declared(ConfigFile))
    for name, model in ADAPTERS.items():
        keys |= {("adapters", name), *declared(model, ("adapters", name))}
    assert set(documented(tomllib.loads(UNCOMMENTED))) == keys


@pytest.mark.parametrize("line", [line for line in UNCOMMENTED.splitlines() if " = " in line and line[0] != "#"])
def test_every_key_is_explained(line: str) -> None:
    """Something is said above each key, or above the ones it stands with."""
    above = UNCOMMENTED.partition(line)[0].rstrip("\n").rpartition("\n\n")[2]
    assert "# " in above


def test_lines_are_not_too_long() -> None:
    assert max(map(len, TEXT.splitlines())) <= 120
