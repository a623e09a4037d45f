"""A community's settings as a TOML file that people can read, edit and bring back. No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from bot.problems import Problem, Words, dotted, one_of, problems_of, shown, with_lines
from bot.settings import PLACE
from bot.settings_form import HasText
from bot.settings_slots import Json, Slot, choice_label, label, namespace_of, slots_of
from bot.toml_file import ConfigError, parse_toml
from bot.vocabulary.text import Phrase, Say

_WIDTH: Final = 100
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def to_toml(
    settings: Mapping[str, BaseModel], words: Callable[[Phrase], str], has_text: HasText, header: Iterable[str] = ()
) -> str:
    """A table for each cog, with what each setting is in comments. `from_toml` reads the same settings again."""
    blocks = ["\n".join(f"# {line}" for line in header)] if header else []
    for cog, model in settings.items():
        blocks.append("\n".join(_table(cog, model, words, has_text)))
    return "\n\n".join(blocks) + "\n"


def from_toml(
    text: str, models: Mapping[str, type[BaseModel]], file: str
) -> tuple[dict[str, BaseModel], list[Problem]]:
    """The settings that a file describes, by cog, and every mistake in it; with any, nothing should be applied.

    A cog without a table is not in the result. A key without a line gets the model's default.
    """
    try:
        tables = parse_toml(text, file)
    except ConfigError as error:
        return {}, list(error.problems)
    found: dict[str, BaseModel] = {}
    problems: list[Problem] = []
    for cog, table in tables.items():
        try:
            found[cog] = _read(cog, table, models, file)
        except _Wrong as wrong:
            problems += wrong.problems
    return found, with_lines(problems, text)


# --------------------------------------------------------------------- reading


class _Wrong(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def _read(cog: str, table: Any, models: Mapping[str, type[BaseModel]], file: str) -> BaseModel:
    key = dotted("", cog)
    model = models.get(cog)
    if model is None:
        raise _Wrong([Problem(file, key, Words("found-unknown"), one_of(models, cog))])
    if not isinstance(table, dict):
        raise _Wrong([Problem(file, key, shown(table), Words("write-table"))])
    try:
        # As JSON a list is a tuple and a text an enum's member, and still nothing else is converted.
        return model.model_validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as error:
        raise _Wrong([_in_our_words(problem) for problem in problems_of(error, file, key, model)]) from None


def _in_our_words(problem: Problem) -> Problem:
    """A pattern is no help to anybody."""
    if problem.write.key == "write-pattern" and problem.write.values.get("pattern") == PLACE:
        return replace(problem, write=Words("write-place"))
    return problem


# --------------------------------------------------------------------- writing


def _table(cog: str, model: BaseModel, words: Callable[[Phrase], str], has_text: HasText) -> Iterator[str]:
    yield f"[{_key(cog)}]"
    values = model.model_dump(mode="json", warnings=False)
    for slot in slots_of(type(model)):
        for line in _comment(cog, slot, words, has_text):
            yield f"# {line}"
        value = values[slot.name]
        # TOML has no word for nothing: a setting that is left out is none.
        yield f"#{slot.name} =" if value is None else f"{slot.name} = {_value(value)}"


def _comment(cog: str, slot: Slot, words: Callable[[Phrase], str], has_text: HasText) -> Iterator[str]:
    yield from words(label(cog, slot)).split("\n")
    if slot.kind in ("whole", "number") and (slot.least is not None or slot.most is not None):
        yield f"  {_end(slot.least)} … {_end(slot.most)}"
    chosen = slot if slot.options or slot.item is None else slot.item
    for option, value in chosen.options:
        yield f"  {_value(value)}: {words(choice_label(cog, chosen, option))}"
    if slot.kind == "rows":
        yield "  { " + ", ".join(f"{column.name} = …" for column in slot.columns) + " }"
    hint = f"{slot.key}.hint"
    # What a hint says of lists is about forms.
    if slot.kind not in ("list", "rows") and has_text(namespace_of(cog), hint):
        yield f"  {words(Say(namespace_of(cog), hint))}"
    if slot.kind in ("channel", "role") or chosen.kind in ("channel", "role"):
        yield f'  "platform:space:{chosen.kind}"'


def _end(bound: int | float | None) -> str:
    return "" if bound is None else str(bound)


def _value(value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value)
        case dict():
            inner = ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items() if each is not None)
            return f"{{ {inner} }}" if inner else "{}"
        case list():
            return _list([_value(each) for each in value])
        case _:
            return _text(str(value))


def _list(entries: list[str]) -> str:
    line = f"[{', '.join(entries)}]"
    if len(line) <= _WIDTH and "\n" not in line and not any(entry.startswith("{") for entry in entries):
        return line
    return "[\n" + "".join(f"    {entry},\n" for entry in entries) + "]"


_UNPRINTED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def _text(text: str) -> str:
    if "\n" not in text:
        return _escaped(json.dumps(text, ensure_ascii=False))
    body = text.replace("\\", "\\\\").replace('"""', '""\\"')
    # A quotation mark at the end would make four.
    body = body[:-1] + '\\"' if body.endswith('"') else body
    return '"""\n' + _escaped(body) + '"""'


def _escaped(text: str) -> str:
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)
