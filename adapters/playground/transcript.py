"""A story on a terminal: who said what where, what Madang answered to whom, who earned what and why."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from adapters.playground.story import Story
from adapters.playground.telling import Earned, Gone, Granted, Happened, Line, Moved, Narrated, Opened, Shown
from adapters.playground.text import printable, show, show_form
from adapters.playground.world import World
from bot.vocabulary.text import Phrase, Say, Value, Voice, When

WIDTH = 80
INDENT = " " * 9
_BOLD, _DIM, _GREEN, _CYAN, _END = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[36m", "\x1b[0m"


class Transcript:
    """Prints lines as they come. Colours only where they are seen as such."""

    def __init__(self, out: TextIO, story: Story, world: World, voice: Voice, *, colours: bool) -> None:
        self._out = out
        self._world = world
        self._voice = voice
        self._zone = ZoneInfo(story.place.zone)
        self._colours = colours
        self._day: object = None
        self._now = ""
        self._date = ""

    def __call__(self, line: Line) -> None:
        match line:
            case Moved():
                self._moved(line.now)
            case Narrated():
                words = line.words.ko if self._voice.locale == "ko" else line.words.en
                self._print("")
                for part in _wrapped(words, WIDTH - 4):
                    self._print(self._styled(_CYAN, f"  ▌ {part}"))
                self._print("")
            case Shown():
                self._shown(line)
            case Happened():
                self._event(self._words(f"did-{line.kind}", who=line.who, what=line.what))
            case Opened():
                self._event(self._words("opened", who=line.who))
                for part in show_form(line.form).split("\n"):
                    self._print(f"{INDENT}{part}")
            case Gone():
                own = line.message.author == self._world.bot
                who = self._world.user(line.message.author).name
                self._event(self._words("removed-own" if own else "removed", who=who, place=line.place))
            case Granted():
                self._event(self._words("granted", who=line.who, what=line.role))
            case Earned():
                self._earned(line)

    def heading(self, text: str) -> None:
        self._print(self._styled(_BOLD, text))
        self._print(self._styled(_DIM, "─" * min(WIDTH, _width(text) + 2)))

    def _moved(self, now: datetime) -> None:
        local = now.astimezone(self._zone)
        if local.date() != self._day:
            self._day = local.date()
            self._date = self._voice.when(When(now, "date"))
        self._now = f"{local:%H:%M}"

    def _begin_day(self) -> None:
        """A new date is written above the first thing that happens on it."""
        if self._date:
            rule = "─" * max(4, WIDTH - _width(self._date) - 5)
            self._out.write("\n" + self._styled(_BOLD, f"── {self._date} {rule}") + "\n")
            self._date = ""

    def _shown(self, line: Shown) -> None:
        first, *rest = _wrapped_message(show(replace(self._world.view(line.message), private=False, edited=False)))
        where = line.place
        if line.direct:
            where = self._words("dm-of", who=line.reader or "")
        elif line.reader is not None:
            where = f"{line.place} · {self._words('only', who=line.reader)}"
        if line.changed:
            where = f"{where} · {self._words('changed')}"
        self._print(f"{self._stamp()}{self._styled(_DIM, where)}")
        self._print(f"{INDENT}{self._author(first)}")
        for part in rest:
            self._print(f"{INDENT}{part}")

    def _author(self, first: str) -> str:
        name, separator, text = first.partition(": ")
        return f"{self._styled(_BOLD, name)}{separator}{text}" if separator else self._styled(_BOLD, first)

    def _earned(self, line: Earned) -> None:
        sign = "+" if line.points >= 0 else "−"
        reason = self._words(f"reason-{line.reason}")
        key = "earned" if line.points >= 0 else "taken-back"
        words = self._words(key, who=line.who, points=f"{sign}{abs(line.points)}", reason=reason, total=line.total)
        self._print(self._styled(_GREEN, f"{INDENT}{words}"))

    def _event(self, text: str) -> None:
        self._print(f"{self._stamp()}{self._styled(_DIM, '· ' + printable(text))}")

    def _stamp(self) -> str:
        """The time once; what follows in the same minute has none."""
        stamp, self._now = self._now, ""
        return f"  {stamp:5}  "

    def _words(self, key: str, **values: Value) -> str:
        phrase: Phrase = Say("playground", key, values)
        return self._voice.plain(phrase)

    def _styled(self, style: str, text: str) -> str:
        return f"{style}{text}{_END}" if self._colours else text

    def _print(self, text: str) -> None:
        self._begin_day()
        self._out.write(text.rstrip() + "\n")


def _wrapped_message(text: str) -> list[str]:
    width = WIDTH - len(INDENT)
    return [part for line in text.split("\n") for part in _wrapped(line, width)]


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns, broken at spaces; a card's bar is kept on every line."""
    bar = "  │ " if text.startswith("  │ ") else ""
    words, line = text.removeprefix(bar).split(" "), bar
    fits: Callable[[str], bool] = lambda more: _width(line) + _width(more) + 1 <= width  # noqa: E731
    for word in words:
        if line != bar and not fits(word):
            yield line
            line = bar
        line = f"{line}{word}" if line == bar else f"{line} {word}"
    yield line


def _width(text: str) -> int:
    """Columns on a terminal: Hangul and most emoji take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
