"""Logs: one line an event, readable on a terminal and JSON elsewhere, and never a secret in them."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, TextIO, TypeAlias
from urllib.parse import quote

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from bot.cli_text import printable

Level: TypeAlias = Literal["debug", "info", "warning", "error"]
Format: TypeAlias = Literal["auto", "terminal", "json"]

LONGEST_VALUE: Final = 2_000
LONGEST_TRACEBACK: Final = 8_000
DEEPEST_VALUE: Final = 4
MOST_ENTRIES: Final = 50
HIDDEN: Final = "***"

_TALKATIVE: Final = {
    "aiohttp": logging.INFO,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.INFO,
    "discord": logging.INFO,
    "slack_bolt": logging.INFO,
    "slack_sdk": logging.INFO,
    "sqlalchemy": logging.WARNING,
}
"""Below these levels they write whole payloads and statements, with what members said."""
_UNWRITABLE: Final = '{"level": "error", "message": "a log line could not be written"}'


def configure(level: Level, format: Format, stream: TextIO, secrets: Iterable[str] = ()) -> None:
    """Sends structlog and the standard library's logging to `stream`. May be called again."""
    number = logging.getLevelNamesMapping()[level.upper()]
    _set_root(number, _handler(format, stream, secrets))
    for name, least in _TALKATIVE.items():
        logging.getLogger(name).setLevel(max(number, least))
    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class Redactor:
    """Makes any value fit for a log: no secret, one line, not too long, and of a kind that JSON has."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = sorted({form for secret in secrets if secret for form in _forms(secret)}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, forms))) if forms else None

    def value(self, value: object, depth: int = 0) -> Any:
        match value:
            case None | bool():
                return value
            case str():
                return self.line(value)
            case int() if value.bit_length() <= 64:
                return int(value)
            case float() if math.isfinite(value):
                return float(value)
            case Mapping() if depth < DEEPEST_VALUE:
                entries = list(value.items())[:MOST_ENTRIES]
                return {self.line(_text(key)): self.value(entry, depth + 1) for key, entry in entries}
            case list() | tuple() if depth < DEEPEST_VALUE:
                return [self.value(entry, depth + 1) for entry in value[:MOST_ENTRIES]]
            case _:
                return self.line(_text(value))

    def line(self, text: str) -> str:
        return printable(_cut(self.hide(text), LONGEST_VALUE))

    def lines(self, text: str) -> str:
        """A traceback: its lines stay, indented, so that none can pass for a line of the log."""
        cut = _cut_middle(self.hide(text), LONGEST_TRACEBACK)
        return "\n".join("    " + printable(line) for line in cut.split("\n"))

    def hide(self, text: str) -> str:
        return self._secrets.sub(HIDDEN, text) if self._secrets else str(text)


def _forms(secret: str) -> set[str]:
    """A secret as it is, and as it looks inside a repr, JSON or an address."""
    return {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe="", errors="replace")}


def _text(value: object) -> str:
    if isinstance(value, int):
        return hex(value)
    try:
        return str(value) if isinstance(value, str) else repr(value)
    except Exception:
        return f"<{type(value).__name__} that cannot be shown>"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _cut_middle(text: str, longest: int) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}\n…\n{text[-half:]}"


# ------------------------------------------------------------------ processors


def _with_context(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What is said is `message`, since `event` is the key of the event being handled, bound by the engine."""
    message = event.pop("event", "")
    context = structlog.contextvars.get_contextvars()
    return {**context, **event, "message": message}


def _with_origin(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["level"] = record.levelname.lower()
        event["logger"] = record.name
    return event


def _redact(redactor: Redactor) -> Processor:
    def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        trace = event.pop("exception", None)
        clean: EventDict = {redactor.line(str(key)): redactor.value(value) for key, value in event.items()}
        if trace is not None:
            clean["exception"] = redactor.lines(str(trace))
        return clean

    return redact


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    first = {name: event.pop(name) for name in ("at", "level", "logger", "message") if name in event}
    return json.dumps({**first, **event}, ensure_ascii=False)


def _for_terminal(colors: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=colors,
        event_key="message",
        timestamp_key="at",
        exception_formatter=structlog.dev.plain_traceback,
    )


# --------------------------------------------------------------------- handler


class _Handler(logging.Handler):
    """Writes a line. A line that cannot be written costs nothing but itself."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:
            line = _UNWRITABLE
        with contextlib.suppress(Exception):
            self._stream.write(_encodable(line, getattr(self._stream, "encoding", None)) + "\n")
            self._stream.flush()


def _encodable(text: str, encoding: str | None) -> str:
    name = encoding or "utf-8"
    return text.encode(name, "backslashreplace").decode(name)


def _handler(format: Format, stream: TextIO, secrets: Iterable[str]) -> _Handler:
    terminal = _is_terminal(stream)
    render = _for_terminal(terminal) if format == "terminal" or (format == "auto" and terminal) else _as_json
    handler = _Handler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_processors(Redactor(secrets), render)))
    return handler


def _processors(redactor: Redactor, render: Callable[..., Any]) -> list[Processor]:
    return [
        _with_context,
        _with_origin,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _redact(redactor),
        render,
    ]


def _set_root(level: int, handler: _Handler) -> None:
    root = logging.getLogger()
    for former in [former for former in root.handlers if isinstance(former, _Handler)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(level)


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
