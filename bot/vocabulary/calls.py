"""A press as a typed call, packed into the few characters that a platform gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

PACKED_LIMIT = 100
"""Characters of a packed call: Discord's custom_id, the shortest of all platforms."""

_ESCAPES = (("%", "%25"), (":", "%3a"))
"""The sign that escapes first, so that unescaping in reverse ends with it."""

Scalar: TypeAlias = str | int | bool


class CallTooLong(ValueError):
    """A packed call is over PACKED_LIMIT characters."""


@dataclass(frozen=True, slots=True)
class Call:
    """A cog's function and the values it will be called with, when somebody presses."""

    cog: str
    name: str
    values: Mapping[str, Scalar] = field(default_factory=dict)

    def pack(self) -> str:
        """`cog:name:key=value:…`. Raises CallTooLong."""
        packed = ":".join((self.cog, self.name, *map(_pair, self.values.items())))
        if len(packed) > PACKED_LIMIT:
            raise CallTooLong(f"{self.cog}:{self.name} packs to {len(packed)} of {PACKED_LIMIT} characters")
        return packed


def unpack(packed: str) -> Call | None:
    """The call that `pack` wrote; None for anything else. Values are strings until a cog's schema reads them."""
    cog, separator, rest = packed.partition(":")
    name, *pairs = rest.split(":")
    if not (separator and cog and name) or len(packed) > PACKED_LIMIT:
        return None
    if not all("=" in pair for pair in pairs):
        return None
    return Call(cog, name, {key: _unescaped(value) for key, _, value in (pair.partition("=") for pair in pairs)})


def _pair(item: tuple[str, Scalar]) -> str:
    key, value = item
    text = str(int(value)) if isinstance(value, bool) else str(value)
    for plain, escaped in _ESCAPES:
        text = text.replace(plain, escaped)
    return f"{key}={text}"


def _unescaped(text: str) -> str:
    for plain, escaped in reversed(_ESCAPES):
        text = text.replace(escaped, plain)
    return text
