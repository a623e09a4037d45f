"""Commands by the words people type: in any language, and nearly right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from bot.catalogue import Catalogue
from bot.cog import Endpoint
from bot.i18n import Locales
from bot.schema import Param
from bot.vocabulary.text import CommandName

Path = tuple[str, ...]


class CommandNames:
    """Every command's path under its name in code and in each language, lower case."""

    def __init__(self, catalogue: Catalogue, locales: Locales) -> None:
        self._locales = locales
        self._paths: dict[tuple[str, ...], Path] = {}
        for path, endpoint in catalogue.commands.items():
            for locale in locales.available:
                for cog in {path[0], self.cog_word(path[0], locale)}:
                    names = {endpoint.name, self.word(endpoint.cog, endpoint.text, locale) or endpoint.name}
                    for name in names if len(path) > 1 else ():
                        self._paths[cog, name] = path
                    if len(path) == 1:
                        self._paths[(cog,)] = path

    def word(self, cog: str, text: str, locale: str) -> str | None:
        return self._locales.text(cog, text, locale)

    def cog_word(self, cog: str, locale: str) -> str:
        return self.word(cog, "cog", locale) or cog

    def written(self, command: CommandName, locale: str) -> str:
        """`/points rank` in a reader's language."""
        words = [self.cog_word(command.cog, locale)]
        if command.command is not None:
            text = f"command-{command.command.replace('_', '-')}"
            words.append(self.word(command.cog, text, locale) or command.command)
        return "/" + " ".join(words)

    def path_in(self, typed: str) -> tuple[Path, str]:
        """The command that a typed text begins with, and what follows it; an empty path where there is none."""
        words = typed.strip().removeprefix("/").split(None, 2)
        for count in (2, 1):
            path = self._paths.get(tuple(word.lower() for word in words[:count]))
            if path is not None and len(words) >= count:
                rest = typed.strip().removeprefix("/").split(None, count)
                return path, rest[count] if len(rest) > count else ""
        return (), typed

    def options(self, endpoint: Endpoint) -> dict[str, str]:
        """An endpoint's options by their names in every language, lower case."""
        names = {param.name: param.name for param in endpoint.schema.params}
        for param in endpoint.schema.params:
            for word in self._words(endpoint, param.name):
                names.setdefault(word, param.name)
        return names

    def choice(self, endpoint: Endpoint, param: Param, typed: str) -> str:
        """A choice's value for what was typed: the value itself, or its label in any language."""
        wanted = typed.strip().lower()
        for value in param.choices:
            if wanted == value or wanted in self._words(endpoint, f"{param.name}-{value}"):
                return value
        return typed

    def _words(self, endpoint: Endpoint, attribute: str) -> set[str]:
        key = f"{endpoint.text}.{attribute.replace('_', '-')}"
        found = (self._locales.text(endpoint.cog, key, locale) for locale in self._locales.available)
        return {word.lower() for word in found if word}

    def nearest(self, typed: str) -> CommandName | None:
        wanted = " ".join(typed.strip().removeprefix("/").lower().split()[:2])[:60]
        names = {" ".join(words): path for words, path in self._paths.items()}
        found: Iterable[str] = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
        for name in found:
            path = names[name]
            return CommandName(path[0], path[1] if len(path) > 1 else None)
        return None
