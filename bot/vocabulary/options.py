"""How a command's parameters are described beyond their types: `Annotated[str, Text(max=300)]`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.vocabulary.replies import Choice

Completer: TypeAlias = Callable[[Any, str], Awaitable[Sequence[Choice]]]
"""`async (ctx, typed) -> choices`: what a member may mean by what they have typed so far; at most 25 are shown."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `min` to `max` characters; `long` gives it a field of several lines."""

    max: int = 200
    min: int = 1
    long: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, both ends included."""

    min: int = 0
    max: int = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Suggest:
    """Completes a text while it is typed. What is typed need not be one of the suggestions."""

    completer: Completer


@dataclass(frozen=True, slots=True)
class Picked:
    """Marks the parameter that receives what was picked in a select: `Annotated[tuple[str, ...], Picked()]`."""
