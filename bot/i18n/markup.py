"""The small markup of catalogues and templates, and the spans it becomes.

`*bold*` (`**bold**` too), `_italic_`, `` `code` ``, `[label](https://…)`, and `> ` where a line begins.
Styles and links end where their line ends. What is not closed, or stands inside a word, is plain text.

A value is one sentinel in the source and a leaf beside it: what a member wrote is never read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from bot.i18n.spans import as_text, joined, merged, without_style
from bot.vocabulary.text import Anchor, Plain, Span, Spans, Style, Styled

Words = Callable[[Spans], str]
"""Spans as text, for the places where a platform can show no mention: code, and the label of a link."""

_FIRST = 0xF0000  # a private-use plane: one character a value, and no text that people read
_SENTINELS = "\U000f0000-\U000ffffd"
_UNSAFE = r"\s<>\"`|\\\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069" + _SENTINELS

_SENTINEL = re.compile(f"[{_SENTINELS}]")
_URL = re.compile(rf"(?:https?://|mailto:)[^{_UNSAFE}]+", re.IGNORECASE)
# Possessive quantifiers (`++`): a token matches or fails in one pass, so that parsing stays linear.
_TOKEN = re.compile(
    rf"(?P<leaf>[{_SENTINELS}])"
    r"|(?P<marker>\*++|_++)"
    r"|(?P<code>`[^`]++`)"
    r"|(?P<label>\[)"
    rf"|(?P<link>\]\((?P<target>(?:[^()\[\]{_UNSAFE}]|\([^()\[\]{_UNSAFE}]*+\))++)\))"
    rf"|(?P<url>https?://[^*()\[\]{_UNSAFE}]++)"
)
_QUOTE = "> "
_BREAK = Plain("\n")
_STYLES: dict[str, Style] = {"*": "bold", "**": "bold", "_": "italic"}


def sentinel(index: int) -> str:
    """What stands in a source for the leaf of that index."""
    return chr(_FIRST + index)


def without_sentinels(source: str) -> str:
    """The source with no value of its own, so that whoever wrote it cannot point at a leaf."""
    return _SENTINEL.sub("", source)


def is_safe_url(url: str) -> bool:
    """Whether it may become a link: http, https or mailto, and nothing that could end it early."""
    return _URL.fullmatch(url) is not None


def parse(source: str, leaves: Sequence[Spans] = (), words: Words | None = None) -> Spans:
    """The spans of a source, each sentinel replaced by its leaf. Never raises; linear in the source's length.

    Quotes stand on lines of their own: the line breaks around them belong to their neighbours.
    """
    words = words or _names
    blocks = groupby(source.split("\n"), _is_quoted)
    return joined([_block(quoted, lines, leaves, words) for quoted, lines in blocks], _BREAK)


def _is_quoted(line: str) -> bool:
    return len(line) > len(_QUOTE) and line.startswith(_QUOTE)


def _block(quoted: bool, lines: Iterable[str], leaves: Sequence[Spans], words: Words) -> Spans:
    start = len(_QUOTE) if quoted else 0
    spans = joined([_Line(line, leaves, words).read(start) for line in lines], _BREAK)
    return (Styled("quote", spans),) if quoted and spans else spans


def _names(spans: Spans) -> str:
    return as_text(spans, lambda leaf: str(getattr(leaf, "name", "")))


class _Line:
    """A line on its way to spans. A marker is text among the items until its partner makes it a style."""

    __slots__ = ("_items", "_leaves", "_open", "_source", "_words")

    def __init__(self, source: str, leaves: Sequence[Spans], words: Words) -> None:
        self._source = source
        self._leaves = leaves
        self._words = words
        self._items: list[Span] = []
        self._open: dict[str, int] = {}  # an opening marker, and where it stands among the items

    def read(self, start: int) -> Spans:
        for token in _TOKEN.finditer(self._source, start):
            self._text(self._source[start : token.start()])
            self._take(token)
            start = token.end()
        self._text(self._source[start:])
        return merged(self._items)

    def _take(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "leaf":
                # An empty leaf still stands between two markers.
                self._items.extend(self._leaf(token[0]) or (Plain(""),))
            case "marker" if token[0] in _STYLES:
                self._marker(token)
            case "code":
                self._code(token[0])
            case "label":
                self._open["["] = len(self._items)
                self._text("[")
            case "link":
                self._link(token)
            case _:
                self._text(token[0])

    def _text(self, text: str) -> None:
        if text:
            self._items.append(Plain(text))

    def _leaf(self, character: str) -> Spans:
        index = ord(character) - _FIRST
        return self._leaves[index] if index < len(self._leaves) else ()

    def _code(self, source: str) -> None:
        code = _SENTINEL.sub(lambda found: self._words(self._leaf(found[0])), source[1:-1])
        if code:
            self._items.append(Styled("code", (Plain(code),)))

    def _marker(self, token: re.Match[str]) -> None:
        marker = token[0]
        before = self._source[token.start() - 1 : token.start()]
        after = self._source[token.end() : token.end() + 1]
        opener = self._open.get(marker, len(self._items))
        if opener < len(self._items) - 1 and _may_close(before, after):
            style = _STYLES[marker]
            self._wrap(opener, lambda spans: Styled(style, without_style(style, spans)))
            return
        if _may_open(marker, before, after):
            self._open[marker] = len(self._items)
        self._text(marker)

    def _link(self, token: re.Match[str]) -> None:
        opener = self._open.pop("[", len(self._items))
        url = token["target"]
        if opener < len(self._items) - 1 and is_safe_url(url):
            self._wrap(opener, lambda spans: Anchor(url, self._label(spans)))
        else:
            self._text(token[0])

    def _label(self, spans: Spans) -> Spans:
        return merged(self._of_label(span) for span in spans)

    def _of_label(self, span: Span) -> Span:
        if isinstance(span, Styled):
            return Styled(span.style, self._label(span.spans))
        return Plain(self._words((span,)))

    def _wrap(self, opener: int, around: Callable[[Spans], Span]) -> None:
        """Puts what follows the opening marker into a span; markers that were opened inside stay text."""
        inner = merged(self._items[opener + 1 :])
        del self._items[opener:]
        if inner:
            self._items.append(around(inner))
        self._open = {marker: at for marker, at in self._open.items() if at < opener}


def _may_open(marker: str, before: str, after: str) -> bool:
    inside_word = before.isalnum() if marker == "_" else _is_spaced(before)
    return not inside_word and after != "" and not after.isspace()


def _may_close(before: str, after: str) -> bool:
    return not before.isspace() and not _is_spaced(after)


def _is_spaced(character: str) -> bool:
    """A letter or digit of a script that puts spaces between words and particles.

    Korean does not: in `*민수*님이` the marker closes before a letter.
    """
    return character.isalnum() and character < "\u1100"
