"""A TOML file that a person wrote: read whole, with the place of whatever is no TOML."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from bot.cli_text import printable
from bot.problems import Problem, ProblemsFound, Words, clipped

LARGEST_FILE: Final = 256 * 1024
"""Bytes of a configuration; what is larger is something else."""


class ConfigError(ProblemsFound):
    """A configuration that cannot be used; `problems` has every mistake, `str()` says them in English."""


class ConfigMissing(ConfigError):
    """There is no such file."""


def read_text(path: Path) -> str:
    """A file's text. Raises ConfigMissing, or ConfigError for what is no file, too large or not UTF-8."""
    file = file_name(path)
    try:
        if not path.exists():
            raise ConfigMissing([Problem(file, "", Words("found-no-file"), Words("write-file"))])
        if not path.is_file():
            raise ConfigError([Problem(file, "", Words("found-no-regular-file"), Words("write-file"))])
        with path.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = printable(getattr(error, "strerror", None) or str(error))
        raise ConfigError(
            [Problem(file, "", Words("found-unreadable", {"reason": reason}), Words("write-readable"))]
        ) from None
    return _decoded(content, file)


def _decoded(content: bytes, file: str) -> str:
    if len(content) > LARGEST_FILE:
        limit = {"limit": str(LARGEST_FILE // 1024)}
        raise ConfigError([Problem(file, "", Words("found-too-large", limit), Words("write-smaller", limit))])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = Problem(file, "", Words("found-not-utf8"), Words("write-utf8"), line)
        raise ConfigError([problem]) from None


_KEY_PART: Final = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_DEEP_KEY: Final = re.compile(rf"(?<![\w-])(?:{_KEY_PART}){{50}}")
_SYNTAX_PLACE: Final = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)", re.DOTALL)
_SYNTAX: Final = (
    ("Expected newline or end of document", "syntax-rest"),
    ("Expected '=' after a key", "syntax-equals"),
    ("Expected ']", "syntax-bracket"),
    ("Expected ", "syntax-quote"),
    ("Unterminated string", "syntax-quote"),
    ("Exceeds the limit", "syntax-number"),
    ("Illegal character", "syntax-character"),
    ("Found invalid character", "syntax-character"),
    ("Unescaped '\\'", "syntax-backslash"),
    ("Unclosed array", "syntax-array"),
    ("Unclosed inline table", "syntax-inline-table"),
    ("Cannot declare", "syntax-twice"),
    ("Cannot overwrite", "syntax-twice"),
    ("Duplicate inline table key", "syntax-twice"),
    ("Cannot mutate", "syntax-twice"),
    ("Invalid value", "syntax-value"),
    ("Invalid statement", "syntax-statement"),
    ("Invalid initial character", "syntax-statement"),
)


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """The text's tables. Raises ConfigError with the line and column of what is no TOML."""
    if deep := _DEEP_KEY.search(text):
        raise ConfigError([_too_deep(file, text.count("\n", 0, deep.start()) + 1)])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigError([_too_deep(file, None)]) from None
    except ValueError as error:
        raise ConfigError([_syntax_problem(str(error), text, file)]) from None


def _too_deep(file: str, line: int | None) -> Problem:
    return Problem(file, "", Words("found-too-deep"), Words("write-flatter"), line)


def _syntax_problem(message: str, text: str, file: str) -> Problem:
    place = _SYNTAX_PLACE.fullmatch(message)
    what = place["what"] if place else message
    key = next((key for start, key in _SYNTAX if what.startswith(start)), "syntax-other")
    found = Words("found-syntax", {"what": clipped(what.partition(": ")[0])})
    if place is None:
        return Problem(file, "", found, Words(key))
    if place["line"] is None:
        return Problem(file, "", found, Words(key), text.rstrip("\n").count("\n") + 1)
    return Problem(file, "", found, Words(key), int(place["line"]), int(place["column"]))


def file_name(path: Path) -> str:
    return printable(str(path))
