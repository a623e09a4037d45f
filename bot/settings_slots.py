"""A setting as people meet it: what it may be, how it is labelled, written and shown. No I/O.

A cog's texts hold `setting-<field>` with the label, `.hint` where there is one, and `.<value>` for each choice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from bot.settings import channel_of, role_of
from bot.vocabulary.errors import CogError
from bot.vocabulary.model import SpaceRef
from bot.vocabulary.text import ChannelLink, Listed, Phrase, RoleName, Say, Template, Value

Json: TypeAlias = Any
"""A value as JSON has it: what `model_dump(mode="json")` gives, and what is kept."""

COMMUNITY: Final = "community"
"""The name of the core's own settings, among the cogs' names."""
_SHOWN: Final = 80


def wrong(namespace: str, key: str, english: str, /, **values: str | int) -> PydanticCustomError:
    """What a validator of settings raises: a text of a catalogue, and the same in English for the terminal.

    `field` among the values names the field that is meant, where a model's validator finds a mistake.
    """
    return PydanticCustomError(f"{namespace}.{key}", english, values)


# ------------------------------------------------------------------ what may be

Kind: TypeAlias = Literal["switch", "whole", "number", "choice", "text", "channel", "role", "list", "rows"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a model, as people fill it in. `least` and `most` bound a number, or a text's or list's length."""

    name: str
    kind: Kind
    optional: bool = False
    least: int | float | None = None
    most: int | float | None = None
    options: tuple[tuple[str, Json], ...] = ()
    item: Slot | None = None
    columns: tuple[Slot, ...] = ()

    @property
    def key(self) -> str:
        return f"setting-{self.name.replace('_', '-')}"

    @property
    def needed(self) -> bool:
        """Whether nothing is no answer."""
        if self.optional or self.kind in ("channel", "role"):
            return False
        return bool(self.least) if self.kind in ("text", "list", "rows") else True


@cache
def slots_of(model: type[BaseModel]) -> tuple[Slot, ...]:
    """Raises CogError, naming the model and the field, for what no form can ask."""
    return tuple(_slot(model, name, info) for name, info in model.model_fields.items())


def slot_of(model: type[BaseModel], name: str) -> Slot | None:
    return next((slot for slot in slots_of(model) if slot.name == name), None)


def _slot(model: type[BaseModel], name: str, info: FieldInfo, *, nested: bool = False) -> Slot:
    info, optional = _without_none(info)
    annotation, bounds = info.annotation, _bounds(info.metadata)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, Mapping) else {}
    if extra.get("kind") == "channel":
        return Slot(name, "channel", optional)
    if extra.get("kind") == "role":
        return Slot(name, "role", optional)
    if options := _options(annotation):
        return Slot(name, "choice", optional, options=options)
    for kind, plain in ((bool, "switch"), (int, "whole"), (float, "number"), (str, "text")):
        if annotation is kind:
            return Slot(name, plain, optional, *bounds)  # type: ignore[arg-type]
    if get_origin(annotation) in (tuple, list) and not nested:
        return _many(model, name, annotation, bounds)
    raise CogError(f"{model.__qualname__}.{name}: a form cannot ask for {annotation!r}")


def _many(model: type[BaseModel], name: str, annotation: Any, bounds: tuple[Any, Any]) -> Slot:
    inner, *rest = get_args(annotation)
    if rest not in ([], [Ellipsis]):
        raise CogError(f"{model.__qualname__}.{name}: write tuple[…, ...], of any length")
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        columns = tuple(_slot(inner, each, info, nested=True) for each, info in inner.model_fields.items())
        return Slot(name, "rows", False, *bounds, columns=columns)
    item = _slot(model, name, FieldInfo.from_annotation(inner), nested=True)
    return Slot(name, "list", False, *bounds, item=item)


def _without_none(info: FieldInfo) -> tuple[FieldInfo, bool]:
    """The field's own type, where it may be None too."""
    if get_origin(info.annotation) not in (Union, UnionType):
        return info, False
    kinds = [kind for kind in get_args(info.annotation) if kind is not NoneType]
    if len(kinds) != 1:
        return info, False
    own = FieldInfo.from_annotation(kinds[0])
    own.metadata = [*own.metadata, *info.metadata]
    return own, True


def _options(annotation: Any) -> tuple[tuple[str, Json], ...]:
    if get_origin(annotation) is Literal:
        return tuple((str(value), value) for value in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple((str(member.value), member.value) for member in annotation)
    return ()


def _bounds(metadata: Sequence[Any]) -> tuple[int | float | None, int | float | None]:
    found: dict[str, Any] = {}
    for marker in metadata:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length"):
            value = getattr(marker, name, None)
            if isinstance(value, int | float):
                found[name] = value
    least, most = found.get("ge", found.get("min_length")), found.get("le", found.get("max_length"))
    if least is None and "gt" in found:
        least = found["gt"] + (1 if isinstance(found["gt"], int) else 0)
    if most is None and "lt" in found:
        most = found["lt"] - (1 if isinstance(found["lt"], int) else 0)
    return least, most


def namespace_of(cog: str) -> str:
    """Where the texts of a cog's settings stand."""
    return "core" if cog == COMMUNITY else cog


def label(cog: str, slot: Slot) -> Say:
    return Say(namespace_of(cog), slot.key)


def choice_label(cog: str, slot: Slot, option: str) -> Say:
    # A Fluent attribute begins with a letter.
    name = option.replace("_", "-").lower()
    return Say(namespace_of(cog), f"{slot.key}.{name if name[:1].isalpha() else f'v{name}'}")


def write(slot: Slot, value: Json, space: SpaceRef) -> str:
    """A value as people write it; `read` makes it again. Places of `space` go by their own id."""
    match slot.kind:
        case "list":
            return "\n".join(_escaped(write(item_of(slot), item, space), "") for item in value or ())
        case "rows":
            return "\n".join(" | ".join(_cells(slot, row, space)) for row in value or ())
        case _ if value is None:
            return ""
        case "switch":
            return "true" if value else "false"
        case "number":
            return repr(float(value)).removesuffix(".0")
        case "channel" | "role":
            prefix = f"{space.platform}:{space.id}:"
            return str(value).removeprefix(prefix)
        case _:
            return str(value)


def item_of(slot: Slot) -> Slot:
    assert slot.item is not None
    return slot.item


def _cells(slot: Slot, row: Mapping[str, Json], space: SpaceRef) -> Iterator[str]:
    for column in slot.columns:
        yield _escaped(write(column, row[column.name], space), "|")


def _escaped(text: str, marks: str) -> str:
    r"""On one line: a line break as `\n`, and `|` as `\|` where it separates."""
    text = re.sub(rf"\\(?=[\\n\n{marks}])", r"\\\\", text).replace("\n", "\\n")
    for mark in marks:
        text = text.replace(mark, f"\\{mark}")
    return text


def unescaped(text: str, marks: str) -> str:
    return re.sub(rf"\\([\\n{marks}])", lambda found: "\n" if found[1] == "n" else found[1], text)


def split_cells(line: str) -> list[str]:
    cells = [""]
    for part in re.findall(r"\\[\\n|]|\||[^\\|]+|\\", line):
        if part == "|":
            cells.append("")
        else:
            cells[-1] += part
    return cells


def lives_in(place: str, space: SpaceRef) -> bool:
    return place.startswith(f"{space.platform}:{space.id}:")


def clipped(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


# --------------------------------------------------------------- what has changed


def shown(model: type[BaseModel], cog: str, name: str, written: str) -> tuple[Phrase | str, Value]:
    """A field's label, and a value of it, which is JSON, as people read it."""
    slot = slot_of(model, name)
    value = json.loads(written)
    if slot is None:
        return name, clipped(str(value))
    return label(cog, slot), _shown(slot, cog, value)


def _shown(slot: Slot, cog: str, value: Json) -> Value:
    if value is None or value in ("", []):
        return Say("core", "none")
    match slot.kind, value:
        case "list", list():
            return Listed(tuple(_shown(item_of(slot), cog, item) for item in value))
        case "rows", list():
            return Listed(tuple(_shown_row(slot, cog, row) for row in value if isinstance(row, dict)))
        case "switch", bool():
            return Say("core", "on" if value else "off")
        case "choice", _:
            option = next((option for option, each in slot.options if each == value), None)
            return str(value) if option is None else choice_label(cog, slot, option)
        case "channel", str() if (channel := channel_of(value)) is not None:
            return ChannelLink(channel)
        case "role", str() if (role := role_of(value)) is not None:
            return RoleName(role)
        case "whole", int():
            return value
        case _:
            return clipped(str(value))


def _shown_row(slot: Slot, cog: str, row: Mapping[str, Json]) -> Value:
    cells = {column.name: _shown(column, cog, row.get(column.name)) for column in slot.columns}
    return Template(" | ".join(f"{{{name}}}" for name in cells), cells)
