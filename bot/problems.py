"""Mistakes in a file that a person wrote: where, what was found, what to write instead."""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.cli_text import cli_text, printable

Speak: TypeAlias = Callable[[str, Mapping[str, str | int]], str]
"""Renders a key of the terminal's catalogue."""

_LONGEST_VALUE: Final = 80
_LONGEST_FILE: Final = 300
_MOST_NAMES: Final = 24
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LAST_PART: Final = re.compile(r"(?:^|\.)[^.\[\]]*$|\[\d+\]$|.$")
_KEY_LINE: Final = re.compile(r"\s*+(?P<key>[^=#\[\]{}]{1,200}?)\s*=")
_TABLE_LINE: Final = re.compile(r"\s*+\[\[?(?P<key>[^\[\]]{1,200})\]")


@dataclass(frozen=True, slots=True)
class Words:
    """A key of the terminal's catalogue with its values."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `key` is dotted, and empty where the file as a whole is meant."""

    file: str
    key: str
    found: Words
    write: Words
    line: int | None = None
    column: int | None = None


class ProblemsFound(Exception):
    """A file that cannot be used, with every mistake in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return render_all(self.problems, cli_text("en"))


# ------------------------------------------------------------------- to people


def render(problem: Problem, say: Speak) -> str:
    """Three lines: the place, what was found, what to write."""
    found = say("problem-found", {"found": say(problem.found.key, problem.found.values)})
    write = say("problem-write", {"write": say(problem.write.key, problem.write.values)})
    return f"{_place(problem, say)}\n    {found}\n    {write}"


def render_all(problems: Iterable[Problem], say: Speak) -> str:
    return "\n".join(render(problem, say) for problem in problems)


def _place(problem: Problem, say: Speak) -> str:
    values: dict[str, str | int] = {"file": clipped(problem.file, _LONGEST_FILE), "key": problem.key}
    parts = ["problem-at"]
    if problem.line is not None:
        values["line"] = str(problem.line)
        parts.append("line")
    if problem.column is not None:
        values["column"] = str(problem.column)
        parts.append("column")
    if problem.key:
        parts.append("key")
    return say("-".join(parts), values)


def clipped(text: str, longest: int = _LONGEST_VALUE) -> str:
    """The text on one line and not too long."""
    return printable(text if len(text) <= longest else text[: longest - 1] + "…")


def shown(value: object) -> Words:
    """What was found, as TOML would write it; tables and lists by their kind alone."""
    match value:
        case None:
            return Words("found-nothing")
        case dict():
            return Words("found-table")
        case list() | tuple():
            return Words("found-list")
        case bool():
            return Words("found-value", {"value": "true" if value else "false"})
        case int():
            text = str(value) if value.bit_length() <= 64 else hex(value)
            return Words("found-value", {"value": clipped(text)})
        case str():
            return Words("found-value", {"value": clipped(json.dumps(value, ensure_ascii=False))})
        case _:
            return Words("found-value", {"value": clipped(str(value))})


def one_of(names: Iterable[str], typed: object = "", write: Callable[[str], str] = str) -> Words:
    """What may stand here, the likeliest first. `write` spells a name as TOML does."""
    known = sorted(names)
    if not known:
        return Words("write-remove")
    listed = ", ".join(map(write, known[:_MOST_NAMES])) + (", …" if len(known) > _MOST_NAMES else "")
    if (near := nearest(typed, known)) is None:
        return Words("write-known", {"known": listed})
    return Words("write-nearest", {"near": write(near), "known": listed})


def nearest(typed: object, names: Iterable[str]) -> str | None:
    """The name that was probably meant, whatever its case."""
    if not isinstance(typed, str) or len(typed) > _LONGEST_VALUE:
        return None
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(typed.casefold(), folded, n=1)
    return folded[close[0]] if close else None


# ----------------------------------------------------------------- from models


def mistake(key: str, text: str, /, **values: str | int) -> PydanticCustomError:
    """What a validator raises: a `write-…` key of the terminal's catalogue, and the same in English."""
    return PydanticCustomError(key, text, values)


def problems_of(
    error: ValidationError,
    file: str,
    prefix: str,
    model: type[BaseModel],
    origins: Mapping[str, str] | None = None,
) -> list[Problem]:
    """What a model says about data, one problem a key. `prefix` is the dotted place of the model in the file.

    A secret's value is not shown. `origins` names the environment variables that values came from, by key.
    """
    found: dict[str, Problem] = {}
    for details in error.errors(include_url=False):
        problem = _problem(details, file, prefix, model, origins or {})
        found.setdefault(problem.key, problem)
    return list(found.values())


def _problem(
    details: ErrorDetails, file: str, prefix: str, model: type[BaseModel], origins: Mapping[str, str]
) -> Problem:
    walk = list(_walk(model, details["loc"]))
    key = prefix
    for part, _ in walk:
        key = dotted(key, part)
    spot = walk[-1][1] if walk else Spot(model)
    above = walk[-2][1] if len(walk) > 1 else Spot(model)
    return Problem(file, key, _found(details, spot, origins.get(key)), _write(details, spot, above))


def _found(details: ErrorDetails, spot: Spot | None, variable: str | None) -> Words:
    if details["type"] == "missing":
        return Words("found-nothing")
    if details["type"] == "extra_forbidden":
        return Words("found-unknown")
    if variable is not None:
        return Words("found-variable", {"name": variable})
    if not isinstance(details["input"], dict) and spot is not None and holds_secret(spot.annotation):
        return Words("found-secret")
    return shown(details["input"])


_PLAIN: Final[Mapping[str, str]] = {
    "bool_type": "write-switch",
    "bool_parsing": "write-switch",
    "string_type": "write-text",
    "list_type": "write-list",
    "tuple_type": "write-list",
    "set_type": "write-list",
    "frozen_set_type": "write-list",
    "dict_type": "write-table",
    "mapping_type": "write-table",
    "model_type": "write-table",
    "model_attributes_type": "write-table",
    "float_type": "write-number",
    "float_parsing": "write-number",
    "finite_number": "write-number",
}
_WHOLE: Final = frozenset(("int_type", "int_parsing", "int_parsing_size", "int_from_float"))
_BOUNDS: Final = frozenset(("greater_than", "greater_than_equal", "less_than", "less_than_equal"))
_LENGTHS: Final[Mapping[str, tuple[str, str]]] = {
    "string_too_short": ("write-longer", "min_length"),
    "string_too_long": ("write-shorter", "max_length"),
    "too_short": ("write-more", "min_length"),
    "too_long": ("write-fewer", "max_length"),
}


def _write(details: ErrorDetails, spot: Spot | None, above: Spot | None) -> Words:
    kind, context = details["type"], details.get("ctx", {})
    if kind.startswith("write-"):
        return Words(kind, {name: clipped(str(value), _LONGEST_FILE) for name, value in context.items()})
    if kind == "extra_forbidden":
        return one_of(_names(above), details["loc"][-1])
    if kind == "missing":
        return _by_annotation(spot)
    if kind in ("literal_error", "enum"):
        return _choice(spot, context, details["input"])
    if kind in _WHOLE or kind in _BOUNDS:
        return _number(spot, context, whole=kind in _WHOLE)
    if kind in _LENGTHS:
        words, limit = _LENGTHS[kind]
        return Words(words, {"limit": str(context[limit])})
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        if pattern.startswith("^https://"):
            return Words("write-link")
        return Words("write-pattern", {"pattern": clipped(pattern)})
    if kind in _PLAIN:
        return Words(_PLAIN[kind])
    return _other(details, spot)


def _other(details: ErrorDetails, spot: Spot | None) -> Words:
    """A validator's own text; not for a secret, which the text may quote."""
    if spot is not None and holds_secret(spot.annotation) and not isinstance(details["input"], dict):
        return Words("write-valid")
    text = details["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return Words("write-other", {"text": clipped(text, _LONGEST_FILE)})


def _by_annotation(spot: Spot | None) -> Words:
    """What to write where nothing stands."""
    options = list(_options(spot.annotation)) if spot else []
    if SecretStr in options:
        return Words("write-env", {"name": "NAME"})
    for option in options:
        origin = get_origin(option) or option
        if origin is Literal:
            return _choice(spot, {}, None)
        if isinstance(origin, type) and (words := _by_type(origin, spot)):
            return words
    return Words("write-value")


def _by_type(kind: type, spot: Spot | None) -> Words | None:
    if issubclass(kind, bool):
        return Words("write-switch")
    if issubclass(kind, int):
        return _number(spot, {}, whole=True)
    if issubclass(kind, float):
        return Words("write-number")
    if issubclass(kind, str):
        return Words("write-text")
    if issubclass(kind, (BaseModel, Mapping)):
        return Words("write-table")
    return Words("write-list") if issubclass(kind, (list, tuple, set, frozenset)) else None


def _choice(spot: Spot | None, context: Mapping[str, Any], typed: object) -> Words:
    options = _options(spot.annotation) if spot else iter(())
    values = [value for option in options if get_origin(option) is Literal for value in get_args(option)]
    if not values:
        return Words("write-known", {"known": clipped(str(context.get("expected", "")), _LONGEST_FILE)})
    spelt = {str(value): json.dumps(value, default=str) for value in values}
    return one_of(spelt, typed, spelt.__getitem__)


def _number(spot: Spot | None, context: Mapping[str, Any], *, whole: bool) -> Words:
    bounds = {name: value for marker in (spot.metadata if spot else ()) for name, value in _bounds(marker)}
    bounds.update((name, context[name]) for name in ("ge", "le", "gt", "lt") if name in context)
    if "ge" in bounds and "le" in bounds:
        return Words("write-between", {"least": str(bounds["ge"]), "most": str(bounds["le"])})
    for name, key in (
        ("ge", "write-at-least"),
        ("gt", "write-over"),
        ("le", "write-at-most"),
        ("lt", "write-under"),
    ):
        if name in bounds:
            return Words(key, {"limit": str(bounds[name])})
    return Words("write-whole" if whole else "write-number")


def _bounds(marker: object) -> Iterator[tuple[str, Any]]:
    for name in ("ge", "le", "gt", "lt"):
        value = getattr(marker, name, None)
        if isinstance(value, (int, float)) and math.isfinite(value):
            yield name, value


# -------------------------------------------------------------- through models


@dataclass(frozen=True, slots=True)
class Spot:
    """A place inside a model: its type, and what is said about it."""

    annotation: Any
    metadata: tuple[Any, ...] = ()


def step(spot: Spot, part: str | int) -> Spot | None:
    """One key or index further in; None where the model says nothing about it."""
    for option in _options(spot.annotation):
        if (found := _step(option, part)) is not None:
            return found
    return None


def is_secret(spot: Spot) -> bool:
    return any(option in (SecretStr, SecretBytes) for option in _options(spot.annotation))


def holds_secret(annotation: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether a secret stands here or anywhere below."""
    for option in _options(annotation):
        if option in (SecretStr, SecretBytes):
            return True
        below = _below(option) if option not in seen else ()
        if any(holds_secret(inner, seen | {option}) for inner in below):
            return True
    return False


def dotted(prefix: str, part: str | int) -> str:
    """`prefix.part`, quoted where TOML wants it; an index as `prefix[0]`."""
    if isinstance(part, int):
        return f"{prefix}[{part}]"
    name = part if _BARE_KEY.fullmatch(part) else clipped(json.dumps(part, ensure_ascii=False))
    return f"{prefix}.{name}" if prefix else name


def _walk(model: type[BaseModel], location: Sequence[str | int]) -> Iterator[tuple[str | int, Spot | None]]:
    """The keys of an error's location with their places, without pydantic's labels of a union's members."""
    spot: Spot | None = Spot(model)
    label = False
    for part in location:
        if label or part == "[key]":
            label = False
            continue
        spot = step(spot, part) if spot else None
        label = spot is not None and sum(option is not NoneType for option in _options(spot.annotation)) > 1
        yield part, spot


def _options(annotation: Any) -> Iterator[Any]:
    """The members of a union, without their annotations; the type itself where it is none."""
    annotation = getattr(annotation, "__value__", annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _options(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation


def _step(option: Any, part: str | int) -> Spot | None:
    if _is_model(option):
        info = _fields(option).get(str(part))
        return Spot(info.annotation, tuple(info.metadata)) if info else None
    origin, inner = get_origin(option), get_args(option)
    if isinstance(part, int) and origin in (list, tuple, set, frozenset) and inner:
        return _annotated(inner[part] if origin is tuple and Ellipsis not in inner and part < len(inner) else inner[0])
    if isinstance(part, str) and isinstance(origin, type) and issubclass(origin, Mapping):
        return _annotated(inner[1])
    return None


def _annotated(annotation: Any) -> Spot:
    return Spot(annotation, tuple(getattr(annotation, "__metadata__", ())))


def _is_model(option: Any) -> bool:
    return isinstance(option, type) and get_origin(option) is None and issubclass(option, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _below(option: Any) -> Iterable[Any]:
    if _is_model(option):
        return [info.annotation for info in option.model_fields.values()]
    return [inner for inner in get_args(option) if inner is not Ellipsis] if get_origin(option) is not Literal else ()


def _names(spot: Spot | None) -> list[str]:
    options = _options(spot.annotation) if spot else iter(())
    return [name for option in options if _is_model(option) for name in _fields(option)]


# -------------------------------------------------------------------- in files


def with_lines(problems: Iterable[Problem], text: str) -> list[Problem]:
    """The problems in the order of the file, with the line of their key or of the table it is missed in."""
    lines = _line_numbers(text)
    placed = [replace(problem, line=problem.line or _line(problem.key, lines)) for problem in problems]
    return sorted(placed, key=lambda problem: problem.line or 0)


def _line(key: str, lines: Mapping[str, int]) -> int | None:
    while key and key not in lines:
        key = _LAST_PART.sub("", key)
    return lines.get(key)


def _line_numbers(text: str) -> dict[str, int]:
    """The first line of every key and table. A text of several lines that looks like keys may mislead it."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _TABLE_LINE.match(line):
            table = _dotted_key(header["key"], "")
            lines.setdefault(table, number)
        elif pair := _KEY_LINE.match(line):
            lines.setdefault(_dotted_key(pair["key"], table), number)
    return lines


def _dotted_key(source: str, table: str) -> str:
    """A key as `dotted` writes it, however the file quotes it."""
    try:
        data: Any = tomllib.loads(f"{source} = 0")
    except (ValueError, RecursionError):
        return table
    while isinstance(data, dict):
        name, data = next(iter(data.items()))
        table = dotted(table, name)
    return table
