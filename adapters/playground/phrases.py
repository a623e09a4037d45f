"""From phrases to this platform's rich text: styles become nodes, and whatever was typed stays a leaf."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.playground import limits, rich
from adapters.playground.model import Json, Rich
from adapters.playground.reading import text as clean
from bot.vocabulary.model import AccountRef
from bot.vocabulary.text import (
    Anchor,
    ChannelLink,
    CommandName,
    Mention,
    MessageLink,
    Phrase,
    Plain,
    RoleName,
    Span,
    Spans,
    Styled,
    Voice,
    When,
)

NAMELESS = "?"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for one reader. `times` tells whether the platform shows moments by itself."""

    platform: str
    voice: Voice
    times: bool

    def rich(self, phrase: Phrase | None) -> Rich:
        return [] if phrase is None else self._nodes(self.voice.spans(phrase), limits.DEPTH)

    def plain(self, phrase: Phrase, limit: int) -> str:
        """For labels and titles, which are never empty."""
        words = " ".join(clean(self.voice.plain(phrase)).split())
        return rich.shorten_text(words, limit) or NAMELESS

    def command(self, command: CommandName) -> Json:
        return {"t": "command", "text": rich.shorten_text(clean(self.voice.command(command)), limits.NAME)}

    def account(self, mention: Mention) -> AccountRef | None:
        return next((ref for ref in mention.accounts if ref.platform == self.platform), None)

    def _nodes(self, spans: Spans, depth: int) -> Rich:
        return [node for span in spans for node in self._span(span, depth)]

    def _span(self, span: Span, depth: int) -> Rich:
        match span:
            case Plain(text):
                return _leaf(text)
            case Styled(style, spans):
                return self._within({"t": style}, spans, depth)
            case Anchor(url, spans):
                return self._link(url, spans, depth)
            case Mention():
                return self._mention(span)
            case ChannelLink(channel, name):
                return [_named("channel", channel.id, name)]
            case RoleName(role, name):
                return [_named("role", role.id, name)]
            case When():
                return self._when(span)
            case CommandName():
                return [self.command(span)]
            case MessageLink(message):
                return [{"t": "message", "channel": message.channel.id, "id": message.id}]

    def _within(self, node: Json, spans: Spans, depth: int) -> Rich:
        """The children inside a node; too deep inside others, the children alone."""
        if depth <= 1:
            return self._nodes(spans, depth)
        children = self._nodes(spans, depth - 1)
        return [{**node, "in": children}] if children else []

    def _link(self, url: str, spans: Spans, depth: int) -> Rich:
        if not fits(url):
            return self._nodes(spans, depth)
        return self._within({"t": "link", "url": clean(url)}, spans or (Plain(url),), depth)

    def _mention(self, mention: Mention) -> Rich:
        account = self.account(mention)
        if account is None:
            return _leaf(mention.name)
        return [_named("user", account.id, mention.name)]

    def _when(self, when: When) -> Rich:
        words = clean(self.voice.when(when))
        if not self.times or not words:
            return _leaf(words)
        shown = rich.shorten_text(words, limits.NAME)
        return [{"t": "time", "at": when.at.isoformat(), "style": when.style, "shown": shown}]


def fits(url: str) -> bool:
    return 0 < len(clean(url)) <= limits.ADDRESS


def link(label: str, url: str) -> Json:
    """A link in a text, or its label alone where the address is none."""
    return {"t": "link", "url": clean(url), "in": [rich.leaf(label)]} if fits(url) else rich.leaf(label)


def _leaf(text: str) -> Rich:
    cleaned = clean(text)
    return [rich.leaf(cleaned)] if cleaned else []


def _named(kind: str, identity: str, name: str) -> Json:
    return {"t": kind, "id": identity, "name": rich.shorten_text(clean(name), limits.NAME)}
