"""Column types that are equal on SQLite and PostgreSQL."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC, rounded down. Raises TypeError for a moment without a zone."""
    return (moment - EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def storable(text: str) -> str:
    """With U+FFFD for what a database cannot hold: NUL, and surrogates that stand alone."""
    return _UNSTORABLE.sub("\ufffd", text)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC as epoch milliseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (SQLAlchemy asks for it)
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy asks for it)
        return None if value is None else from_ms(value)


class Ids:
    """Ids that need no round trip: 41 bits of milliseconds since 2024, 10 of this process, 12 of a counter.

    They grow with time, so that rows of one table stay in order. Two processes differ by their random 10 bits;
    where those agree the primary key refuses the second row and its transaction is tried again.
    """

    START_MS = 1_704_067_200_000

    def __init__(self) -> None:
        self._process = secrets.randbits(10)
        self._counter = itertools.count(secrets.randbits(12))
        self._last_ms = 0

    def next(self) -> int:
        self._last_ms = max(self._last_ms, time.time_ns() // 1_000_000 - self.START_MS)
        count = next(self._counter)
        if count & 0xFFF == 0:
            self._last_ms += 1
        return (self._last_ms << 22) | (self._process << 12) | (count & 0xFFF)
