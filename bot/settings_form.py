"""Settings as questions of a form, and the answers as settings. No I/O."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config_values import Locale, Title, Zone
from bot.schema import LONGEST_TEXT, read_switch
from bot.settings import CogSettings, CommunitySettings
from bot.settings_slots import (
    Json,
    Kind,
    Slot,
    choice_label,
    clipped,
    item_of,
    label,
    lives_in,
    namespace_of,
    slot_of,
    slots_of,
    split_cells,
    unescaped,
    write,
)
from bot.vocabulary.errors import Invalid
from bot.vocabulary.model import Community, SpaceRef
from bot.vocabulary.replies import Choice, Field, FieldKind
from bot.vocabulary.text import Lines, Listed, Phrase, Say, Value

M = TypeVar("M", bound=BaseModel)
HasText: TypeAlias = Callable[[str, str], bool]
"""Whether a catalogue has a text: its namespace and its key."""

LONG_TEXT: Final = 200
"""A text that may be longer than this gets a field of several lines."""
_MOST_ERRORS: Final = 3


class CommunityProfile(CogSettings):
    """What a community is called, and the language and clock it lives by."""

    name: Title
    locale: Locale
    zone: Zone


class CommunityForm(CommunitySettings, CommunityProfile):
    """Everything that a manager sets for the community itself, in one form."""

    @classmethod
    def of(cls, community: Community, settings: CommunitySettings) -> CommunityForm:
        """Unchecked: what is kept stands."""
        own = {name: getattr(settings, name) for name in CommunitySettings.model_fields}
        return cls.model_construct(name=community.name, locale=community.locale, zone=community.zone, **own)

    def profile_of(self, community: Community) -> Community:
        return Community(community.id, self.name, self.locale, self.zone)

    @property
    def settings(self) -> CommunitySettings:
        return CommunitySettings(**{name: getattr(self, name) for name in CommunitySettings.model_fields})


# --------------------------------------------------------------------- as texts

_FIELD_KINDS: Final[Mapping[Kind, FieldKind]] = {
    "switch": FieldKind.SWITCH,
    "whole": FieldKind.WHOLE,
    "number": FieldKind.NUMBER,
    "choice": FieldKind.CHOICE,
    "text": FieldKind.TEXT,
    "channel": FieldKind.CHANNEL,
    "role": FieldKind.ROLE,
    "list": FieldKind.LONG,
    "rows": FieldKind.LONG,
}


def fields_of(settings: BaseModel, cog: str, space: SpaceRef, has_text: HasText) -> tuple[Field, ...]:
    """The questions, with what stands now. What is too long for any form is left out, and so stays as it is."""
    values = settings.model_dump(mode="json", warnings=False)
    asked = (_field(slot, cog, values[slot.name], space, has_text) for slot in slots_of(type(settings)))
    return tuple(field for field in asked if len(field.value or "") <= LONGEST_TEXT)


def too_long(settings: BaseModel, space: SpaceRef) -> list[str]:
    """The fields that `fields_of` leaves out."""
    values = settings.model_dump(mode="json", warnings=False)
    return [s.name for s in slots_of(type(settings)) if len(write(s, values[s.name], space)) > LONGEST_TEXT]


def _field(slot: Slot, cog: str, value: Json, space: SpaceRef, has_text: HasText) -> Field:
    text, namespace = write(slot, value, space), namespace_of(cog)
    kind = _FIELD_KINDS[slot.kind]
    if slot.kind == "text" and ("\n" in text or max(len(text), slot.most or 0) > LONG_TEXT):
        kind = FieldKind.LONG
    if slot.kind in ("channel", "role") and not lives_in(str(value or ""), space):
        text = ""
    least, most = _shown_bounds(slot)
    return Field(
        name=slot.name,
        label=label(cog, slot),
        kind=kind,
        required=slot.needed,
        least=least,
        most=most,
        choices=tuple(Choice(option, choice_label(cog, slot, option)) for option, _ in slot.options),
        value=text or None,
        hint=Say(namespace, f"{slot.key}.hint") if has_text(namespace, f"{slot.key}.hint") else None,
    )


def _shown_bounds(slot: Slot) -> tuple[int | None, int | None]:
    """What a platform may check by itself: never more than we do."""
    if slot.kind == "text":
        return int(slot.least) if slot.least else None, int(min(slot.most or LONGEST_TEXT, LONGEST_TEXT))
    if slot.kind in ("list", "rows"):
        return None, LONGEST_TEXT
    least = None if slot.least is None else math.floor(slot.least)
    return least, None if slot.most is None else math.ceil(slot.most)


# -------------------------------------------------------------------- and back


class _Wrong(Exception):
    def __init__(self, key: str, **values: Value) -> None:
        super().__init__(key)
        self.phrase = Say("core", f"invalid-{key}", values)


@dataclass(slots=True)
class _Reading:
    """One form that was sent in: the values, what is wrong, and on which lines a list's entries stand."""

    model: type[BaseModel]
    cog: str
    space: SpaceRef
    values: dict[str, Json]
    errors: dict[str, list[Phrase]]
    lines: dict[str, list[int]]

    def blame(self, name: str, phrase: Phrase) -> None:
        self.errors.setdefault(name, []).append(phrase)


def read_settings(model: type[M], answers: Mapping[str, str], before: BaseModel, cog: str, space: SpaceRef) -> M:
    """The settings that a form describes. Raises Invalid with a phrase for each field that is wrong.

    A field without an answer stays as it is; so does a place in another space where none is picked in this one.
    """
    reading = _Reading(model, cog, space, before.model_dump(mode="json", warnings=False), {}, {})
    for slot in slots_of(model):
        if slot.name in answers:
            _take(reading, slot, _cleaned(answers[slot.name]))
    try:
        made = model.model_validate(reading.values)
    except ValidationError as error:
        misread = frozenset(reading.errors)
        for details in error.errors(include_url=False):
            _blame(reading, details, misread)
    else:
        if not reading.errors:
            return made
    raise Invalid({name: _together(phrases) for name, phrases in reading.errors.items()})


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def _together(phrases: Sequence[Phrase]) -> Phrase:
    return phrases[0] if len(phrases) == 1 else Lines(tuple(phrases[:_MOST_ERRORS]))


def _take(reading: _Reading, slot: Slot, text: str) -> None:
    if not text and slot.kind in ("channel", "role"):
        stands = str(reading.values.get(slot.name) or "")
        if stands and not lives_in(stands, reading.space):
            return
    try:
        if slot.kind in ("list", "rows"):
            reading.values[slot.name] = _read_lines(reading, slot, text)
        else:
            reading.values[slot.name] = _read(reading, slot, text)
    except _Wrong as error:
        reading.blame(slot.name, error.phrase)


def _read_lines(reading: _Reading, slot: Slot, text: str) -> list[Json]:
    """Entries one a line; blank lines count for nothing. What is wrong is told by its line."""
    entries: list[Json] = []
    lines = reading.lines[slot.name] = []
    stands = reading.values[slot.name]
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            entries.append(_read_row(reading, slot, line) if slot.kind == "rows" else _read_item(reading, slot, line))
            lines.append(number)
        except _Wrong as error:
            reading.blame(slot.name, Say("core", "invalid-in-line", {"line": number, "problem": error.phrase}))
    # The rest of the model is looked at all the same.
    return stands if slot.name in reading.errors else entries


def _read_item(reading: _Reading, slot: Slot, line: str) -> Json:
    return _read(reading, item_of(slot), unescaped(line.strip(), ""), slot)


def _read_row(reading: _Reading, slot: Slot, line: str) -> Json:
    cells = [unescaped(cell.strip(), "|") for cell in split_cells(line)]
    if len(cells) != len(slot.columns):
        raise _Wrong("columns", count=len(slot.columns), found=len(cells))
    return {column.name: _read(reading, column, cell, slot) for column, cell in zip(slot.columns, cells, strict=True)}


def _read(reading: _Reading, slot: Slot, text: str, owner: Slot | None = None) -> Json:
    """Raises _Wrong. `owner` is the list that an entry stands in."""
    if not text and (slot.optional or slot.kind not in ("text", "channel", "role")):
        return None if slot.optional else _refuse("required")
    match slot.kind:
        case "switch":
            return _read_switch(text)
        case "whole":
            return _read_whole(text)
        case "number":
            return _read_number(text)
        case "choice":
            return _read_choice(reading, slot, text, owner)
        case "channel" | "role":
            return _read_place(slot.kind, text, reading.space)
        case _:
            return text


def _refuse(key: str, **values: Value) -> NoReturn:
    raise _Wrong(key, **values)


def _read_switch(text: str) -> bool:
    try:
        return read_switch(text)
    except KeyError:
        _refuse("not-switch")


_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")


def _read_whole(text: str) -> int:
    try:
        return int(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text[:40])
    except ValueError:
        _refuse("not-whole")


def _read_number(text: str) -> float:
    try:
        number = float(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    except ValueError:
        _refuse("not-number")
    return number if math.isfinite(number) else _refuse("not-number")


def _read_choice(reading: _Reading, slot: Slot, text: str, owner: Slot | None) -> Json:
    for option, value in slot.options:
        if option == text:
            return value
    # A form shows the choices' labels; a line of a list is written with their names.
    labels = tuple(option if owner else choice_label(reading.cog, slot, option) for option, _ in slot.options)
    return _refuse("not-choice", choices=Listed(labels))


_MENTIONED: Final = re.compile(r"<(?:#|@&|!subteam\^)(?P<id>[^<>|\s]+)(?:\|[^<>]*)?>")


def _read_place(kind: str, text: str, space: SpaceRef) -> str:
    """A native id, a mention, or the whole `platform:space:id`."""
    mentioned = _MENTIONED.fullmatch(text)
    place = mentioned["id"] if mentioned else text
    if not place or place.count(":") == 2:
        return place
    if ":" in place or place[0] in "#@<" or any(char.isspace() for char in place):
        _refuse(f"no-{kind}", typed=clipped(text))
    return f"{space.platform}:{space.id}:{place}"


# -------------------------------------------------------------- what models say


def _blame(reading: _Reading, details: ErrorDetails, misread: frozenset[str]) -> None:
    """An error of the model as a phrase, beside the field and the line it is about."""
    location = details["loc"]
    named = details.get("ctx", {}).get("field")
    name = str(location[0] if location else named or slots_of(reading.model)[0].name)
    slot = slot_of(reading.model, name)
    # What could not even be read was put back to what stands, which is not to blame.
    if slot is None or name in misread:
        return
    index = next((part for part in location[1:] if isinstance(part, int)), None)
    if index is None:
        reading.blame(name, _phrase(details, slot))
        return
    column = next((each for each in slot.columns if each.name in location[2:]), None)
    lines = reading.lines.get(name, [])
    line = lines[index] if index < len(lines) else index + 1
    problem = _phrase(details, column or slot.item or slot)
    reading.blame(name, Say("core", "invalid-in-line", {"line": line, "problem": problem}))


def _phrase(details: ErrorDetails, slot: Slot) -> Phrase:
    kind, context = details["type"], details.get("ctx", {})
    values: dict[str, Value] = {name: v if isinstance(v, int) else str(v) for name, v in context.items()}
    namespace, separator, key = kind.partition(".")
    if separator:
        return Say(namespace, key, {name: value for name, value in values.items() if name != "field"})
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        return _out_of_range(slot)
    key, values = _known(kind, values, details["input"], slot)
    if key:
        return Say("core", key, values)
    said = details["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return Say("core", "invalid-other", {"text": clipped(said)})


def _known(kind: str, values: Mapping[str, Value], found: object, slot: Slot) -> tuple[str, dict[str, Value]]:
    """A text of the core's for what pydantic says, and for what our own types tell an operator."""
    match kind:
        case "missing":
            return "invalid-required", {}
        case "string_too_short" if not found:
            return "invalid-required", {}
        case "string_too_short" | "write-longer":
            return "invalid-too-short", {"least": values.get("min_length", values.get("limit", 1))}
        case "string_too_long" | "write-shorter":
            most = values.get("max_length", values.get("limit", LONGEST_TEXT))
            return "invalid-too-long", {"most": most, "length": _longest(found)}
        case "too_short":
            return "invalid-too-few", {"least": values["min_length"]}
        case "too_long":
            return "invalid-too-many", {"most": values["max_length"]}
        case "string_pattern_mismatch":
            return _mismatched(str(values["pattern"]), str(found), slot)
        case "write-zone" | "write-title" | "write-once":
            return kind.replace("write", "invalid"), {}
        case "write-zone-nearest":
            return "invalid-zone-nearest", {"near": values["near"]}
    return "", {}


def _longest(found: object) -> int:
    """Characters of a text, or of the longest of several."""
    texts = found if isinstance(found, list | tuple) else (found,)
    return max((len(text) for text in texts if isinstance(text, str)), default=0)


def _mismatched(pattern: str, found: str, slot: Slot) -> tuple[str, dict[str, Value]]:
    if slot.kind in ("channel", "role"):
        return f"invalid-no-{slot.kind}", {"typed": clipped(found)}
    return "invalid-link" if pattern.startswith("^https://") else "invalid-pattern", {}


def _out_of_range(slot: Slot) -> Phrase:
    least, most = (n if n is None or isinstance(n, int) else str(n) for n in (slot.least, slot.most))
    if least is not None and most is not None:
        return Say("core", "invalid-out-of-range", {"least": least, "most": most})
    if least is not None:
        return Say("core", "invalid-too-small", {"least": least})
    return Say("core", "invalid-too-large", {"most": most if most is not None else ""})
