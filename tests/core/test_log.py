"""A log line is one line, holds no secret, and is written whatever it is given."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.log import LONGEST_TRACEBACK, LONGEST_VALUE, Redactor, configure

SECRET = 'to"ken\\1 +/='
PLAIN = "xoxb-123-secret"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    configure("info", "json", stream, [SECRET, PLAIN, ""])
    return stream


def alone() -> None:
    """Takes pytest's own handlers away, which cannot show everything that ours can."""
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if type(handler).__module__ == "bot.log"]


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def log() -> Any:
    return structlog.get_logger("bot.engine")


def test_a_line_of_json(stream: io.StringIO) -> None:
    log().info("delivered", outbox=7, ok=True, late=0.5, nothing=None, names=["가", "b"])
    (line,) = lines(stream)
    assert list(line)[:4] == ["at", "level", "logger", "message"]
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "bot.engine",
        "message": "delivered",
        "outbox": 7,
        "ok": True,
        "late": 0.5,
        "nothing": None,
        "names": ["가", "b"],
    }


def test_the_key_of_the_event_stands_beside_the_message(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(event="discord:message:1"):
        log().warning("a listener failed", cog="points")
        logging.getLogger("discord.gateway").warning("resumed %s", "session")
    own, theirs = lines(stream)
    assert (own["event"], own["message"], own["cog"]) == ("discord:message:1", "a listener failed", "points")
    assert (theirs["event"], theirs["message"]) == ("discord:message:1", "resumed session")
    assert (theirs["logger"], theirs["level"]) == ("discord.gateway", "warning")


def test_levels_hold_for_both(stream: io.StringIO) -> None:
    log().debug("quiet")
    logging.getLogger("anything").debug("quiet")
    assert stream.getvalue() == ""


def test_other_peoples_payloads_are_never_written() -> None:
    stream = io.StringIO()
    configure("debug", "json", stream)
    for name in ("discord.http", "slack_sdk.web", "aiohttp.server", "aiosqlite"):
        logging.getLogger(name).debug("a body with what members said")
    log().debug("ours")
    assert [line["message"] for line in lines(stream)] == ["ours"]


def test_configured_twice_writes_once() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure("info", "json", first)
    configure("info", "json", second)
    log().info("hello")
    assert (first.getvalue(), len(lines(second))) == ("", 1)


# --------------------------------------------------------------------- secrets


@pytest.mark.parametrize("secret", [SECRET, PLAIN])
def test_secrets_are_hidden_wherever_they_stand(stream: io.StringIO, secret: str) -> None:
    log().info(f"connecting with {secret}", token=secret, nested={"a": [secret], secret: 1}, shown={secret})
    logging.getLogger("slack_sdk").warning("sent %r", {"token": secret})
    text = stream.getvalue()
    assert secret not in text
    assert json.dumps(secret)[1:-1] not in text
    assert repr(secret)[1:-1] not in text
    assert text.count("***") >= 6


def test_secrets_are_hidden_in_tracebacks(stream: io.StringIO) -> None:
    try:
        raise ValueError(f"bad token {SECRET} or {SECRET!r}")
    except ValueError:
        log().exception("failed", token=PLAIN)
        logging.getLogger("alembic").exception("failed")
    for line in lines(stream):
        assert "bad token ***" in line["exception"]
        assert "ken" not in line["exception"].replace("token", "")


def test_a_secret_cut_in_two_is_hidden_first(stream: io.StringIO) -> None:
    log().info("x", text="a" * (LONGEST_VALUE - 8) + PLAIN + "b" * 50)
    assert "xoxb" not in stream.getvalue()


def test_a_secret_inside_another() -> None:
    assert Redactor(["pass", "password"]).line("my password") == "my ***"


# --------------------------------------------------------------------- forgery


HOSTILE = 'ben\n2026-01-01 [error] forged\r\x1b[2J\u2028\u202e{"level": "error"}'


@pytest.mark.parametrize("format", ["json", "terminal"])
def test_a_name_cannot_forge_a_line(format: Any) -> None:
    stream = io.StringIO()
    configure("info", format, stream)
    log().info(f"joined {HOSTILE}", name=HOSTILE, **{HOSTILE: 1})
    logging.getLogger("discord").info("joined %s", HOSTILE)
    text = stream.getvalue()
    assert len(text.splitlines()) == 2
    assert not {"\x1b", "\r", "\u2028", "\u202e"} & set(text)


def test_an_exception_cannot_forge_a_line() -> None:
    stream = io.StringIO()
    configure("info", "terminal", stream)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        log().exception("failed")
    first, *rest = stream.getvalue().splitlines()
    assert "failed" in first
    assert rest
    assert all(line.startswith("    ") for line in rest)
    assert "\x1b" not in stream.getvalue()


# ----------------------------------------------------------------- never raises


def test_huge_values_are_cut(stream: io.StringIO) -> None:
    alone()
    log().info("x" * 10**6, text="y" * 10**6, many=list(range(10**6)), number=10**5000, deep=_nested(5000))
    (line,) = lines(stream)
    assert len(line["message"]) == len(line["text"]) == LONGEST_VALUE
    assert len(stream.getvalue()) < 5 * LONGEST_VALUE


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_a_huge_traceback_keeps_both_ends(stream: io.StringIO) -> None:
    try:
        raise ValueError("z" * 10**6 + "the end")
    except ValueError:
        log().exception("failed")
    trace = lines(stream)[0]["exception"]
    assert trace.lstrip().startswith("Traceback")
    assert trace.endswith("the end")
    assert len(trace) < LONGEST_TRACEBACK + 1000


def test_values_that_cannot_be_shown(stream: io.StringIO) -> None:
    alone()
    loop: list[Any] = []
    loop.append(loop)
    log().info("x", broken=Broken(), surrogate="\ud800", loop=loop, nan=float("nan"), raw=b"\xff")
    logging.getLogger("x").info("%d", "not a number")
    logging.getLogger("x").info(Broken())
    first, second, third = lines(stream)
    assert first["broken"] == "<Broken that cannot be shown>"
    assert (first["surrogate"], first["nan"], first["raw"]) == ("\\ud800", "nan", r"b'\xff'")
    assert second["message"] == third["message"] == "a log line could not be written"


def test_a_stream_that_knows_only_ascii() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    configure("info", "json", stream)
    log().info("마당", name="박지민")
    assert json.loads(raw.getvalue())["message"] == "마당"


def test_a_closed_stream() -> None:
    stream = io.StringIO()
    configure("info", "json", stream)
    stream.close()
    log().info("nobody reads this")


@given(st.recursive(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary()), st.lists))
def test_any_value_is_one_line(value: Any) -> None:
    stream = io.StringIO()
    configure("info", "json", stream, [PLAIN])
    log().info("x", value=value)
    assert len(stream.getvalue().splitlines()) == 1
    assert "value" in lines(stream)[0]


# ------------------------------------------------------------------- on screens


def test_auto_is_for_people_on_a_terminal_only() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    configure("info", "auto", terminal)
    log().info("hello", cog="points")
    configure("info", "auto", pipe)
    log().info("hello")
    assert not terminal.getvalue().startswith("{")
    assert "hello" in terminal.getvalue()
    assert lines(pipe)[0]["message"] == "hello"


def test_a_terminal_shows_names_and_values() -> None:
    stream = io.StringIO()
    configure("info", "terminal", stream)
    with structlog.contextvars.bound_contextvars(event="slack:Ev1"):
        log().info("hello", cog="points", name="박 지민")
    text = stream.getvalue()
    assert "\x1b" not in text
    for part in ("info", "hello", "cog=points", "name='박 지민'", "event=slack:Ev1"):
        assert part in text
