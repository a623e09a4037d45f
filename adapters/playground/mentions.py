"""Whom a typed text means: `@name` and `<@id>`, longest name first, with or without a particle behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from adapters.playground import rich
from adapters.playground.model import Rich

BY_ID = re.compile(r"<@([^>\s]{1,100})>")


def parse(text: str, names: Mapping[str, str]) -> Rich:
    """The text with its mentions as nodes; `names` are those of the people who can be meant, by id."""
    if "@" not in text:
        return [rich.leaf(text)]
    by_name = {f"@{name}": user for user, name in names.items() if name}
    longest_first = sorted(by_name, key=len, reverse=True)
    pattern = re.compile("|".join((BY_ID.pattern, *map(re.escape, longest_first))))
    nodes: Rich = []
    end = 0
    for found in pattern.finditer(text):
        user = found[1] or by_name.get(found[0], "")
        if user in names:
            nodes.extend(_between(text, end, found.start()))
            nodes.append({"t": "user", "id": user, "name": names[user]})
            end = found.end()
    return [*nodes, *_between(text, end, len(text))]


def users(nodes: Rich) -> list[str]:
    """The mentioned, each once, in order."""
    return list(dict.fromkeys(node["id"] for node in nodes if node["t"] == "user"))


def with_ids(nodes: Rich) -> str:
    """The text as a bot receives it from a command: every mention as `<@id>`."""
    return "".join(f"<@{node['id']}>" if node["t"] == "user" else rich.shown(node) for node in nodes)


def named(values: Iterable[str]) -> set[str]:
    """The ids in values that may be, or may mention, a person."""
    return {found for value in values for found in (value, *BY_ID.findall(value))}


def _between(text: str, start: int, end: int) -> Rich:
    return [rich.leaf(text[start:end])] if start < end else []
