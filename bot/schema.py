"""The signature is the schema: what a cog's function asks for, read from its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.vocabulary.errors import CogError
from bot.vocabulary.model import ChannelRef, Member, RoleRef
from bot.vocabulary.options import Completer, Picked, Suggest, Text, Whole
from bot.vocabulary.replies import FieldKind

LONGEST_TEXT = 4000
"""Characters of one answer in a form: Discord's, the shortest of all platforms."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """Every value of a form that a cog made itself, by field name, as it was written."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. `make` turns a checked string into its value; people and places are looked up later."""

    name: str
    kind: FieldKind
    required: bool
    default: Any = None
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    make: Callable[[str], Any] = str
    completer: Completer | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """A function's parameters after its context. `picked` and `submitted` name those two special ones."""

    params: tuple[Param, ...]
    picked: str | None = None
    submitted: str | None = None


def schema_of(function: Callable[..., Any]) -> Schema:
    """Reads a signature. Raises CogError, naming file, line and parameter, for what no platform can ask."""
    hints = get_type_hints(function, include_extras=True)
    params: list[Param] = []
    special: dict[type, str] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        hint = hints.get(parameter.name)
        marker = _special(hint)
        if marker is not None:
            special[marker] = parameter.name
            continue
        try:
            params.append(_param(parameter, hint))
        except CogError as error:
            raise CogError(f"{where(function)}: parameter {parameter.name!r}: {error}") from None
    return Schema(tuple(params), special.get(Picked), special.get(Submitted))


def where(function: Callable[..., Any]) -> str:
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno} {function.__qualname__}"


def _special(hint: Any) -> type | None:
    if hint is Submitted:
        return Submitted
    if get_origin(hint) is Annotated and any(isinstance(extra, Picked) for extra in get_args(hint)[1:]):
        return Picked
    return None


def _param(parameter: inspect.Parameter, hint: Any) -> Param:
    if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        raise CogError("a platform cannot ask for a variable number of values")
    if hint is None:
        raise CogError("has no annotation")
    extras: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        extras = tuple(rest)
    kind, optional = _without_none(hint)
    has_default = parameter.default is not inspect.Parameter.empty
    if optional and not has_default:
        raise CogError("may be None and so needs the default None")
    base = _described(parameter.name, kind, extras)
    return Param(**{**base, "required": not has_default, "default": parameter.default if has_default else None})


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    if len(kinds) != 1:
        raise CogError("has several types; one is needed")
    return kinds[0], True


_PLACES: dict[Any, FieldKind] = {
    Member: FieldKind.MEMBER,
    ChannelRef: FieldKind.CHANNEL,
    RoleRef: FieldKind.ROLE,
}


def _described(name: str, kind: Any, extras: tuple[Any, ...]) -> dict[str, Any]:
    """The fields of a Param that follow from its type and its annotations."""
    if kind in _PLACES:
        return {"name": name, "kind": _PLACES[kind]}
    if kind is bool:
        return {"name": name, "kind": FieldKind.SWITCH, "make": read_switch}
    if kind is int:
        bounds = next((extra for extra in extras if isinstance(extra, Whole)), Whole())
        return {"name": name, "kind": FieldKind.WHOLE, "make": int, "least": bounds.min, "most": bounds.max}
    if kind is str:
        return {"name": name, **_text(extras)}
    if get_origin(kind) is Literal and all(isinstance(value, str) for value in get_args(kind)):
        return {"name": name, "kind": FieldKind.CHOICE, "choices": get_args(kind)}
    if inspect.isclass(kind) and issubclass(kind, Enum):
        values = tuple(member.value for member in kind)
        if not all(isinstance(value, str) for value in values):
            raise CogError(f"{kind!r} has values that are no text, and a choice travels as text")
        return {"name": name, "kind": FieldKind.CHOICE, "choices": values, "make": kind}
    raise CogError(f"{kind!r} is no type that a platform can ask for")


def _text(extras: tuple[Any, ...]) -> dict[str, Any]:
    text = next((extra for extra in extras if isinstance(extra, Text)), Text())
    if text.max > LONGEST_TEXT:
        raise CogError(f"a text of {text.max} characters is over {LONGEST_TEXT}")
    suggest = next((extra for extra in extras if isinstance(extra, Suggest)), None)
    return {
        "kind": FieldKind.LONG if text.long else FieldKind.TEXT,
        "least": text.min,
        "most": text.max,
        "completer": suggest.completer if suggest else None,
    }


_SWITCH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def read_switch(text: str) -> bool:
    """Raises KeyError for anything but yes and no in their usual spellings."""
    return _SWITCH[text.strip().lower()]
