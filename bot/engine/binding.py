"""Raw values against a schema: what they are, what is missing, what is wrong. No I/O."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cog import Endpoint
from bot.schema import Param
from bot.vocabulary.model import ChannelRef, RoleRef, SpaceRef
from bot.vocabulary.replies import FieldKind
from bot.vocabulary.text import Listed, Phrase, Say


@dataclass(slots=True)
class Bound:
    """A call's values by parameter. `people` are members still to be looked up, as they were named."""

    values: dict[str, Any] = field(default_factory=dict)
    missing: list[Param] = field(default_factory=list)
    errors: dict[str, Phrase] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)


class _Wrong(Exception):
    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.phrase = Say("core", f"invalid-{key}", values)


def bind(endpoint: Endpoint, raw: Mapping[str, str], space: SpaceRef) -> Bound:
    """Checks every parameter; nothing stops at the first mistake."""
    bound = Bound()
    for param in endpoint.schema.params:
        text = raw.get(param.name)
        if text is None or not text.strip():
            _left_out(bound, param)
            continue
        bound.written[param.name] = text
        try:
            _read(bound, endpoint, param, text, space)
        except _Wrong as wrong:
            bound.errors[param.name] = wrong.phrase
    return bound


def choice_label(endpoint: Endpoint, param: Param, value: str) -> Say:
    name = param.name.replace("_", "-")
    return Say(endpoint.cog, f"{endpoint.text}.{name}-{value.replace('_', '-')}")


def _left_out(bound: Bound, param: Param) -> None:
    if param.required:
        bound.missing.append(param)
    else:
        bound.values[param.name] = param.default


def _read(bound: Bound, endpoint: Endpoint, param: Param, text: str, space: SpaceRef) -> None:
    match param.kind:
        case FieldKind.MEMBER:
            bound.people[param.name] = text.strip()
        case FieldKind.CHANNEL:
            bound.values[param.name] = ChannelRef(space, text.strip())
        case FieldKind.ROLE:
            bound.values[param.name] = RoleRef(space, text.strip())
        case FieldKind.WHOLE:
            bound.values[param.name] = _whole(param, text)
        case FieldKind.SWITCH:
            bound.values[param.name] = _made(param, text, "not-switch")
        case FieldKind.CHOICE:
            if text not in param.choices:
                labels = tuple(choice_label(endpoint, param, value) for value in param.choices)
                raise _Wrong("not-choice", choices=Listed(labels))
            bound.values[param.name] = param.make(text)
        case _:
            bound.values[param.name] = _text(param, text)


def _made(param: Param, text: str, wrong: str) -> Any:
    try:
        return param.make(text)
    except (ValueError, KeyError):
        raise _Wrong(wrong) from None


def _whole(param: Param, text: str) -> int:
    if len(text) > 20:
        raise _Wrong("out-of-range", least=param.least or 0, most=param.most or 0)
    number = int(_made(param, text.strip(), "not-whole"))
    if (param.least is not None and number < param.least) or (param.most is not None and number > param.most):
        raise _Wrong("out-of-range", least=param.least or 0, most=param.most or 0)
    return number


def _text(param: Param, text: str) -> str:
    text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()
    if param.most is not None and len(text) > param.most:
        raise _Wrong("too-long", most=param.most, length=len(text))
    if param.least is not None and len(text) < param.least:
        raise _Wrong("too-short", least=param.least)
    return text


MOST_TYPED = 4000
"""Characters of a typed command that are read."""


def split_typed(endpoint: Endpoint, typed: str, names: Mapping[str, str]) -> dict[str, str]:
    """What a person wrote after a command, as options: `name:value` pairs, the rest in order.

    `names` are the options' names in every language. The last text takes all that is left, so that nobody has to
    quote a sentence.
    """
    given: dict[str, str] = {}
    plain: list[str] = []
    for word in _words(typed[:MOST_TYPED]):
        written, separator, value = word.partition(":")
        name = names.get(written.lower())
        if separator and value and name is not None and name not in given:
            given[name] = value
        else:
            plain.append(word)
    open_params = [param for param in endpoint.schema.params if param.name not in given]
    for index, param in enumerate(open_params):
        if not plain:
            break
        last = index == len(open_params) - 1
        takes_all = last and param.kind in (FieldKind.TEXT, FieldKind.LONG)
        given[param.name] = " ".join(plain) if takes_all else plain[0]
        plain = [] if takes_all else plain[1:]
    return given


def _words(typed: str) -> Sequence[str]:
    try:
        return shlex.split(typed)
    except ValueError:
        return typed.split()
