"""A reader's language and zone: phrases become spans, text and times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.i18n.clean import clean, clean_name
from bot.i18n.fluent import Argument, Locales, Marked, number
from bot.i18n.markup import is_safe_url, parse, sentinel
from bot.i18n.moments import in_words
from bot.i18n.spans import as_text, joined
from bot.i18n.template import fill
from bot.vocabulary.text import (
    Anchor,
    ChannelLink,
    CommandName,
    Lines,
    Listed,
    Mention,
    MessageLink,
    Phrase,
    Plain,
    RoleName,
    Say,
    Span,
    Spans,
    Template,
    Url,
    Value,
    When,
)

CommandWords = Callable[[CommandName, str], str]
"""How a command is written for a reader of a language: `/points rank`."""

_BETWEEN = Plain(", ")
_BREAK = Plain("\n")


def english_command(command: CommandName, locale: str) -> str:  # noqa: ARG001
    return f"/{command.cog} {command.command}" if command.command else f"/{command.cog}"


class Speaker:
    """Implements Voice."""

    def __init__(
        self,
        locales: Locales,
        locale: str,
        zone: str,
        now: Callable[[], datetime],
        command_words: CommandWords = english_command,
    ) -> None:
        self._locales = locales
        self._locale = locale
        self._zone = zone
        self._now = now
        self._command_words = command_words

    @property
    def locale(self) -> str:
        return self._locale

    @property
    def zone(self) -> str:
        return self._zone

    def spans(self, phrase: Phrase) -> Spans:
        match phrase:
            case Say():
                return self._say(phrase)
            case Template():
                return self._template(phrase)
            case Lines():
                return joined([self.spans(line) for line in phrase.phrases], _BREAK)

    def plain(self, phrase: Phrase) -> str:
        return self._words(self.spans(phrase))

    def command(self, command: CommandName) -> str:
        return self._command_words(command, self._locale)

    def when(self, when: When) -> str:
        return in_words(when.at, when.style, self._locale, self._zone, self._now())

    def _words(self, spans: Spans) -> str:
        return as_text(spans, self._name)

    def _name(self, leaf: Span) -> str:
        match leaf:
            case Mention() | RoleName():
                return f"@{leaf.name}"
            case ChannelLink():
                return f"#{leaf.name or leaf.channel.id}"
            case When():
                return self.when(leaf)
            case CommandName():
                return self._command_words(leaf, self._locale)
            case MessageLink():
                return f"#{leaf.message.channel.id}/{leaf.message.id}"
            case _:
                return self._words((leaf,))

    def _say(self, say: Say) -> Spans:
        leaves: list[Spans] = []
        arguments: dict[str, Argument] = {}
        for name, value in say.values.items():
            if isinstance(value, int):
                arguments[name] = int(value)
            else:
                spans = self._value(value)
                arguments[name] = self._marked(len(leaves), spans, value)
                leaves.append(spans)
        source = self._locales.format(say.cog, say.key, self._locale, arguments)
        return parse(source, leaves, self._words)

    def _marked(self, index: int, spans: Spans, value: Value) -> Marked:
        choice = value if isinstance(value, str) else None
        return Marked(sentinel(index), lambda: self._words(spans), choice)

    def _template(self, template: Template) -> Spans:
        leaves = {name: self._value(value) for name, value in template.values.items()}
        marks = {name: sentinel(index) for index, name in enumerate(leaves)}
        return parse(fill(template.source, marks.get), list(leaves.values()), self._words)

    def _value(self, value: Value) -> Spans:
        match value:
            case str():
                return (Plain(clean(value)),)
            case int():
                return (Plain(number(value, self._locale)),)
            case Say() | Template() | Lines():
                return self.spans(value)
            case Listed():
                return joined([self._value(item) for item in value.items], _BETWEEN)
            case Url():
                return (_link(value),)
            case Mention() | ChannelLink() | RoleName():
                return (clean_name(value),)
            case When() | CommandName() | MessageLink():
                return (value,)


def _link(url: Url) -> Span:
    label = Plain(clean(url.label or url.url))
    return Anchor(url.url, (label,)) if is_safe_url(url.url) else label
