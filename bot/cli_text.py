"""What Madang says on a terminal, in the operator's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from fluent.runtime import FluentBundle, FluentResource

CliLocale: TypeAlias = Literal["en", "ko"]

_FOLDER: Final = Path(__file__).with_name("locales_cli")
_NO_VALUES: Final[Mapping[str, str | int]] = {}


class CliText(Protocol):
    """A key of the terminal's catalogue and its values, as a text. Never raises."""

    def __call__(self, key: str, values: Mapping[str, str | int] = ..., /) -> str: ...


def cli_locale(environment: Mapping[str, str]) -> CliLocale:
    """The language of the first of LC_ALL, LC_MESSAGES and LANG that says anything."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environment[name] for name in names if environment.get(name)), "")
    language = said.replace("-", "_").partition(".")[0].partition("_")[0]
    return "ko" if language.lower() == "ko" else "en"


def cli_text(locale: CliLocale) -> CliText:
    """The texts of one language. What it lacks is said in English, what nobody knows by its key."""
    bundles = [_bundle(name) for name in dict.fromkeys((locale, "en"))]

    def say(key: str, values: Mapping[str, str | int] = _NO_VALUES, /) -> str:
        for bundle in bundles:
            if bundle.has_message(key) and (pattern := bundle.get_message(key).value) is not None:
                return str(bundle.format_pattern(pattern, dict(values))[0])
        return key

    return say


def printable(text: str) -> str:
    """The text on one line, safe to show: what does not print is written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _bundle(locale: str) -> FluentBundle:
    bundle = FluentBundle([locale], use_isolating=False)
    source = (_FOLDER / f"{locale}.ftl").read_text(encoding="utf-8")
    bundle.add_resource(FluentResource(source))
    return bundle
