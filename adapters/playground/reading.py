"""How single values of a frame are read. What cannot be read raises TypeError, ValueError or KeyError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from bot.vocabulary.model import Attachment, Standing

Frame: TypeAlias = Mapping[str, Any]


def text(value: object) -> str:
    """A text that a database and another platform take as well: no NUL, no half of a surrogate pair."""
    if type(value) is not str:
        raise TypeError("not a text")
    if "\0" not in value and (value.isascii() or _encodes(value)):
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def optional(value: object) -> str | None:
    return None if value is None else text(value)


def identity(value: object) -> str:
    """An id is taken as it is, or not at all."""
    if type(value) is not str or not value or "\0" in value:
        raise TypeError("not an id")
    value.encode()
    return value


def listed(value: object) -> Sequence[Any]:
    if value is None:
        return ()
    if type(value) is not list:
        raise TypeError("not a list")
    return value


def texts(value: object) -> tuple[str, ...]:
    return tuple(map(text, listed(value)))


def table(value: Frame | None) -> dict[str, str]:
    return {} if value is None else {text(name): text(item) for name, item in value.items()}


def moment(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("a time without its offset")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def standing(value: Frame) -> Standing:
    return Standing(
        frozenset(map(identity, listed(value.get("roles")))),
        _whole(value.get("rank", 0)),
        value.get("admin") is True,
        value.get("owner") is True,
        value.get("bot") is True,
    )


def attachment(value: Frame) -> Attachment:
    return Attachment(text(value["name"]), text(value["media_type"]), _whole(value["size"]))


def _whole(value: object) -> int:
    if type(value) is not int or not -(2**53) <= value <= 2**53:
        raise TypeError("not a whole number")
    return value


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
