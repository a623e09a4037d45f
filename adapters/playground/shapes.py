"""How payloads must look: small checks that combine into big ones. Whatever does not fit is refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import TypeAlias

from adapters.playground import limits, rich
from adapters.playground.limits import BodyLimits
from adapters.playground.model import WorldError

Check: TypeAlias = Callable[[object, str], None]
"""Takes a value and where it stands; raises WorldError("invalid")."""


def invalid(where: str, why: str) -> WorldError:
    return WorldError("invalid", detail=f"{where} {why}")


def string(most: int, least: int = 1) -> Check:
    def check(value: object, where: str) -> None:
        if not isinstance(value, str):
            raise invalid(where, "is not a text")
        if not least <= len(value) <= most:
            raise invalid(where, f"has {len(value)} characters, not {least} to {most}")
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise invalid(where, "holds what is no text")

    return check


def whole(least: int, most: int) -> Check:
    def check(value: object, where: str) -> None:
        if type(value) is not int or not least <= value <= most:
            raise invalid(where, f"is not a whole number from {least} to {most}")

    return check


def flag(value: object, where: str) -> None:
    if not isinstance(value, bool):
        raise invalid(where, "is neither true nor false")


def moment(value: object, where: str) -> None:
    string(limits.IDENTIFIER)(value, where)
    try:
        aware = datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise invalid(where, "is not an ISO time with its offset")


def one_of(*names: str) -> Check:
    def check(value: object, where: str) -> None:
        if value not in names:
            raise invalid(where, f"is none of {', '.join(names)}")

    return check


def nullable(inner: Check) -> Check:
    def check(value: object, where: str) -> None:
        if value is not None:
            inner(value, where)

    return check


def listed(inner: Check, most: int, least: int = 0) -> Check:
    def check(value: object, where: str) -> None:
        if not isinstance(value, list):
            raise invalid(where, "is not a list")
        if not least <= len(value) <= most:
            raise invalid(where, f"has {len(value)} entries, not {least} to {most}")
        for index, item in enumerate(value):
            inner(item, f"{where}[{index}]")

    return check


def mapped(inner: Check, most: int) -> Check:
    """Names of the sender's choice, all with the same kind of value."""

    def check(value: object, where: str) -> None:
        if not isinstance(value, dict) or len(value) > most:
            raise invalid(where, f"is not a table of at most {most}")
        for key, item in value.items():
            inner(item, f"{where}.{key}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Exactly these fields; an unknown one is refused."""
    known = {**required, **(optional or {})}

    def check(value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise invalid(where, "is not a table")
        for name in required:
            if name not in value:
                raise invalid(where, f"lacks {name}")
        for name, item in value.items():
            if name not in known:
                raise invalid(where, "has an unknown field")
            known[name](item, f"{where}.{name}")

    return check


def variant(tag: str, shapes: Mapping[str, Check]) -> Check:
    """One of several shapes, told apart by the field `tag`."""

    def check(value: object, where: str) -> None:
        kind = value.get(tag) if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes:
            raise invalid(where, f"has no known {tag}")
        shapes[kind](value, where)

    return check


_ANYTHING = 100_000
identifier = string(limits.IDENTIFIER)
address = string(limits.ADDRESS)


def _children(depth: int) -> Check:
    def check(value: object, where: str) -> None:
        if depth == 0:
            raise invalid(where, f"is nested more than {limits.DEPTH} deep")
        listed(_node(depth - 1), _ANYTHING)(value, where)

    return check


@cache
def _node(depth: int) -> Check:
    tag = string(20)
    named = record({"t": tag, "id": identifier, "name": string(limits.NAME, 0)})
    styled = record({"t": tag, "in": _children(depth)})
    shapes = {
        "text": record({"t": tag, "text": string(_ANYTHING, 0)}),
        "link": record({"t": tag, "url": address, "in": _children(depth)}),
        "time": record({"t": tag, "at": moment, "style": string(20), "shown": string(limits.NAME)}),
        "message": record({"t": tag, "channel": identifier, "id": identifier}),
        "command": record({"t": tag, "text": string(limits.NAME)}),
    }
    shapes |= dict.fromkeys(rich.SIGNS, named) | dict.fromkeys(rich.STYLES, styled)
    return variant("t", shapes)


_nodes = listed(_node(limits.DEPTH), _ANYTHING)


def rich_text(most: int) -> Check:
    """A rich text that shows at most `most` characters."""

    def check(value: object, where: str) -> None:
        _nodes(value, where)
        assert isinstance(value, list)
        if rich.length(value) > most:
            raise invalid(where, f"shows {rich.length(value)} characters, not at most {most}")

    return check


def _content(value: object, where: str) -> None:
    string(limits.FILE_BYTES * 2, 0)(value, where)
    try:
        base64.b64decode(str(value), validate=True)
    except binascii.Error:
        raise invalid(where, "is not base64") from None


tone = one_of("plain", "primary", "good", "danger")
packed = string(limits.PACKED)
choice = record({"value": string(limits.CHOICE_VALUE), "label": string(limits.LABEL)})
detail = record({"label": string(limits.DETAIL_LABEL), "value": rich_text(limits.DETAIL_VALUE)})
picture = record({"url": address, "alt": string(limits.ALT, 0)})
card = record(
    {},
    {
        "title": string(limits.TITLE),
        "body": rich_text(limits.CARD_BODY),
        "details": listed(detail, limits.DETAILS),
        "picture": picture,
        "footer": rich_text(limits.FOOTER),
        "tone": tone,
    },
)
file = record({"name": string(limits.FILE_NAME), "media_type": identifier, "content": _content})
_label = string(limits.LABEL)
button = record({"type": identifier, "label": _label, "packed": packed}, {"tone": tone})
link_button = record({"type": identifier, "label": _label, "url": address})
_select = record(
    {"type": identifier, "label": _label, "packed": packed, "choices": listed(choice, limits.CHOICES, 1)},
    {"least": whole(0, limits.CHOICES), "most": whole(1, limits.CHOICES)},
)


def select(value: object, where: str) -> None:
    _select(value, where)
    assert isinstance(value, dict)
    if not value.get("least", 1) <= value.get("most", 1) <= len(value["choices"]):
        raise invalid(where, "asks for more than it offers")


control = variant("type", {"button": button, "link": link_button, "select": select})


_SHOWN = ("cards", "controls", "files")


def body(most: BodyLimits) -> Check:
    """A message, or a home view: something must be in it."""
    shape = record(
        {},
        {
            "text": rich_text(most.text),
            "cards": listed(card, most.cards),
            "controls": listed(control, most.controls),
            "files": listed(file, most.files),
            "pings": listed(identifier, limits.PINGS),
            "silent": flag,
        },
    )

    def check(value: object, where: str) -> None:
        shape(value, where)
        assert isinstance(value, dict)
        if not (rich.flat(value.get("text", [])).strip() or any(map(value.get, _SHOWN))):
            raise WorldError("empty_message", detail=where)
        if sum(len(item["content"]) for item in value.get("files", ())) * 3 // 4 > limits.FILE_BYTES:
            raise invalid(where, f"has files of more than {limits.FILE_BYTES} bytes")

    return check


_text_kinds = ("text", "long", "whole", "number", "switch", "choice", "member", "channel", "role")
form_field = record(
    {"name": string(limits.FIELD_NAME), "label": _label, "kind": one_of(*_text_kinds), "required": flag},
    {
        "least": whole(-(2**53), 2**53),
        "most": whole(-(2**53), 2**53),
        "choices": listed(choice, limits.CHOICES),
        "value": string(limits.FORM_VALUE, 0),
        "hint": string(limits.HINT),
    },
)
form = record(
    {
        "title": string(limits.FORM_TITLE),
        "fields": listed(form_field, limits.FORM_FIELDS, 1),
        "packed": packed,
    },
    {"intro": rich_text(limits.CARD_BODY)},
)
field_errors = mapped(string(limits.FIELD_ERROR), limits.FORM_FIELDS)
message_body = body(limits.MESSAGE)
home_body = body(limits.HOME)
