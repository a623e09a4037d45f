"""The catalogues: one Fluent bundle for each cog and language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeAlias

import structlog
from babel import Locale
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType

from bot.i18n.josa import particle
from bot.i18n.markup import without_sentinels

Folder: TypeAlias = Traversable | Path
"""Where a namespace keeps its `en.ftl` and `ko.ftl`."""

Argument: TypeAlias = "Marked | int"

SUFFIX = ".ftl"


class Marked(FluentType):
    """A value on its way through Fluent: it prints its sentinel, and JOSA reads it aloud.

    A catalogue may select by a text of the code's own: `{ $kind -> [kick] … }` compares `choice`.
    """

    def __init__(self, mark: str, aloud: Callable[[], str], choice: str | None = None) -> None:
        self.mark = mark
        self.aloud = aloud
        self.choice = choice

    def __eq__(self, other: object) -> bool:
        return self.choice is not None and self.choice == other

    __hash__ = None  # type: ignore[assignment]  # compared with variants only, never kept in a set

    def format(self, locale: Locale) -> str:  # noqa: ARG002
        return self.mark


@dataclass(frozen=True, slots=True)
class Broken:
    """A text that could not be said, and why."""

    cog: str
    key: str
    locale: str
    reason: str


Report: TypeAlias = Callable[[Broken], None]


def warn(broken: Broken) -> None:
    structlog.get_logger("bot.i18n").warning(
        "text.broken", cog=broken.cog, key=broken.key, locale=broken.locale, reason=broken.reason
    )


class Locales:
    """Every namespace's texts in every language. A key may name an attribute: `give.description`."""

    def __init__(self, folders: Mapping[str, Folder], *, default: str = "en", report: Report = warn) -> None:
        self.default = default
        self._report = report
        self._reported: set[tuple[str, str, str]] = set()
        self._patterns: dict[tuple[str, str, str], Any] = {}
        self._bundles = {
            (namespace, _locale_of(file)): _bundle(file)
            for namespace, folder in folders.items()
            for file in catalogue_files(folder)
        }

    @property
    def available(self) -> tuple[str, ...]:
        """The languages that any namespace speaks, the default one first."""
        locales = {locale for _, locale in self._bundles}
        return tuple(sorted(locales, key=lambda name: (name != self.default, name)))

    def has(self, cog: str, key: str, locale: str) -> bool:
        return self._pattern(cog, key, locale) is not None

    def text(self, cog: str, key: str, locale: str) -> str | None:
        """A text without values, such as a command's name; None where the language has none."""
        return self._try(cog, key, locale, {}) if self.has(cog, key, locale) else None

    def format(self, cog: str, key: str, locale: str, arguments: Mapping[str, Argument]) -> str:
        """The text, from the default language where the wanted one fails, else the key in brackets.

        What failed is reported, once a key and language. Never raises.
        """
        for candidate in dict.fromkeys((locale, self.default)):
            text = self._try(cog, key, candidate, arguments)
            if text is not None:
                return text
        return f"⟨{cog}.{key}⟩"

    def _try(self, cog: str, key: str, locale: str, arguments: Mapping[str, Argument]) -> str | None:
        pattern = self._pattern(cog, key, locale)
        if pattern is None:
            self._fail(Broken(cog, key, locale, "there is no such text"))
            return None
        try:
            text, errors = self._bundles[cog, locale].format_pattern(pattern, dict(arguments))
        except Exception as error:  # whatever a catalogue does, an answer leaves
            text, errors = "", [error]
        if errors:
            self._fail(Broken(cog, key, locale, "; ".join(map(str, errors))))
            return None
        return str(text)

    def _pattern(self, cog: str, key: str, locale: str) -> Any:
        place = (cog, key, locale)
        if place not in self._patterns:
            bundle = self._bundles.get((cog, locale))
            pattern = _find(bundle, key) if bundle else None
            if pattern is None:
                return None
            self._patterns[place] = pattern
        return self._patterns[place]

    def _fail(self, broken: Broken) -> None:
        place = (broken.cog, broken.key, broken.locale)
        if place not in self._reported:
            self._reported.add(place)
            self._report(broken)


def pick_locale(wanted: str | None, available: Collection[str], default: str) -> str:
    """The available language that comes nearest: "ko-KR" is "ko"; the default where none does."""
    by_name = {locale.replace("_", "-").lower(): locale for locale in available}
    parts = (wanted or "").replace("_", "-").lower().split("-")
    for length in range(len(parts), 0, -1):
        if found := by_name.get("-".join(parts[:length])):
            return found
    return default


def catalogue_files(folder: Folder) -> list[Folder]:
    """The folder's `.ftl` files by name; none where there is no folder."""
    if not folder.is_dir():
        return []
    files = (file for file in folder.iterdir() if file.name.endswith(SUFFIX))
    return sorted(files, key=lambda file: file.name)


def number(value: int, locale: str) -> str:
    return format_decimal(value, locale=babel_locale(locale))


@lru_cache(maxsize=64)
def babel_locale(locale: str) -> Locale:
    try:
        return Locale.parse(locale, sep="-")
    except (ValueError, LookupError):
        return Locale("en")


def _locale_of(file: Folder) -> str:
    return file.name.removesuffix(SUFFIX)


def _bundle(file: Folder) -> FluentBundle:
    locale = _locale_of(file)
    functions: dict[str, Any] = {"JOSA": _josa_in(babel_locale(locale))}
    bundle = FluentBundle([locale], functions=functions, use_isolating=False)
    bundle.add_resource(FluentResource(without_sentinels(file.read_text(encoding="utf-8"))))
    return bundle


def _find(bundle: FluentBundle, key: str) -> Any:
    name, _, attribute = key.partition(".")
    if not bundle.has_message(name):
        return None
    message = bundle.get_message(name)
    return message.attributes.get(attribute) if attribute else message.value


def _josa_in(locale: Locale) -> Callable[[FluentType | str, str], str]:
    def josa(value: FluentType | str, pair: str) -> str:
        """`{ JOSA($name, "을/를") }`: the value, and the particle that its sound asks for."""
        if isinstance(value, Marked):
            return value.mark + particle(value.aloud(), pair)
        text = value.format(locale) if isinstance(value, FluentType) else value
        return text + particle(text, pair)

    return josa
