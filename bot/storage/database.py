"""The one door to the database: short write transactions, separate readers, on SQLite or PostgreSQL.

SQLite has one writer, taken in turn, urgent ones (a member waits) before batches. PostgreSQL has a pool.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import structlog
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Row,
    Table,
    event,
    literal_column,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.onehop import use_one_hop
from bot.storage.types import Ids, from_ms
from bot.vocabulary.events import DomainEvent

EngineName = Literal["sqlite", "postgresql"]
log = structlog.get_logger(__name__)

BUSY_SECONDS = 10
"""How long SQLite waits for another process's writer."""
RETRIED_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL's serialisation failure, deadlock and lock timeout: run the transaction again."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # NORMAL takes acknowledged rows back at a power cut; batches make FULL cheap.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 10000",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)


class DatabaseUnavailable(Exception):
    """The database does not answer or cannot write (gone, full, locked). Nothing of the transaction was kept."""


class TryAgain(Exception):
    """The database undid the transaction because of another one. Nothing was kept; running it again is right."""


@dataclass(slots=True)
class Tx:
    """A transaction. What happened in the domain gathers in `emitted`, what must leave in `outgoing`;

    both are settled before the commit. What is told to others only afterwards waits in `after_commit`.
    """

    connection: AsyncConnection
    engine: EngineName
    ids: Ids
    emitted: list[DomainEvent] = field(default_factory=list)
    outgoing: list[dict[str, Any]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    async def execute(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Runs a statement, for each of `rows` where given; the count of rows touched, where one is known."""
        if rows is not None and not rows:
            return 0
        result = await self.connection.execute(statement, rows)
        return result.rowcount

    async def rows(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> Sequence[Row[Any]]:
        if rows is not None and not rows:
            return []
        result = await self.connection.execute(statement, rows)
        return result.all()

    async def ask(self, statement: Executable, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Runs a statement once; the rows that it returns, where it returns any."""
        result = await self.connection.execute(statement, parameters)
        return result.all() if result.returns_rows else ()

    async def ask_each(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> Sequence[Row[Any]]:
        """Runs a statement in the driver's own words for each row; all rows that it returns, where it returns any."""
        result = await self.connection.exec_driver_sql(statement, list(rows))
        return result.all() if result.returns_rows else ()

    async def row(self, statement: Executable) -> Row[Any] | None:
        result = await self.connection.execute(statement)
        return result.first()

    async def scalar(self, statement: Executable) -> Any:
        return await self.connection.scalar(statement)

    async def column(self, statement: Executable) -> Sequence[Any]:
        return (await self.connection.execute(statement)).scalars().all()

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT with `on_conflict_…`, which both engines understand in the same words."""
        return sqlite.insert(table) if self.engine == "sqlite" else postgresql.insert(table)

    def savepoint(self) -> AbstractAsyncContextManager[Any]:
        return self.connection.begin_nested()

    async def clock(self) -> datetime:
        """The database's time: what leases and back-off are measured by."""
        return from_ms(int(await self.scalar(select(database_ms(self.engine)))))


def database_ms(engine: EngineName) -> ColumnElement[int]:
    """An expression: the database's time in epoch milliseconds, the same for all processes."""
    if engine == "sqlite":
        return literal_column("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", BigInteger)
    return literal_column("CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)", BigInteger)


class Turns:
    """Whose turn it is to write: one at a time, the urgent first."""

    def __init__(self) -> None:
        self._held = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, urgent: bool) -> AsyncIterator[None]:
        await self._take(urgent)
        try:
            yield
        finally:
            self._give()

    async def _take(self, urgent: bool) -> None:
        if not self._held:
            self._held = True
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._patient).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give()
            raise

    def _give(self) -> None:
        for queue in (self._urgent, self._patient):
            while queue:
                place = queue.popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self._held = False


class Database:
    """Opened once at start. `wait` is told how many seconds each writer waited for its turn."""

    def __init__(self, url: str, *, pool: int = 8, wait: Callable[[float], None] | None = None) -> None:
        self.url = make_url(async_url(url))
        self.engine: EngineName = "sqlite" if self.url.get_backend_name() == "sqlite" else "postgresql"
        self._wait = wait
        self.ids = Ids()
        self._turns = Turns()
        if self.engine == "sqlite":
            self._writer = _sqlite_engine(self.url, size=1, begin="BEGIN IMMEDIATE", extra=())
            self._reader = _sqlite_engine(self.url, size=4, begin="BEGIN", extra=("PRAGMA query_only = ON",))
        else:
            self._writer = self._reader = create_async_engine(
                self.url,
                pool_size=pool,
                max_overflow=0,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args=_POSTGRESQL_ARGUMENTS,
            )
            event.listen(self._writer.sync_engine, "handle_error", _hide_values)

    @property
    def path(self) -> Path | None:
        """The SQLite file, where there is one."""
        return Path(self.url.database) if self.engine == "sqlite" and self.url.database else None

    @property
    def writer_engine(self) -> AsyncEngine:
        """For migrations only."""
        return self._writer

    @asynccontextmanager
    async def write(self, *, urgent: bool = True) -> AsyncIterator[Tx]:
        """A write transaction: committed at the end, undone by any exception.

        Raises DatabaseUnavailable or TryAgain for what the database does; nothing is kept then.
        """
        asked = time.monotonic()
        if self.engine == "sqlite":
            async with self._turns.turn(urgent=urgent):
                if self._wait is not None:
                    self._wait(time.monotonic() - asked)
                async with self._transaction(self._writer) as tx:
                    yield tx
        else:
            async with self._transaction(self._writer) as tx:
                yield tx
        for tell in tx.after_commit:
            try:
                tell()
            except Exception:
                # It is committed: nobody may take it for undone, and the others are to be told.
                log.exception("something failed after a commit")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A consistent view; writing in it is an error."""
        async with self._transaction(self._reader) as tx:
            yield tx

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[Tx]:
        try:
            async with engine.begin() as connection:
                yield Tx(connection, self.engine, self.ids)
        except DBAPIError as error:
            raise _translated(error) from error

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


# A statement that waits longer than this for a row has met a stuck process, and is better run again.
_POSTGRESQL_ARGUMENTS = {"options": "-c lock_timeout=10000 -c timezone=UTC", "connect_timeout": 5}


def async_url(url: str) -> str:
    """The driver that goes with an operator's plain URL."""
    scheme, separator, rest = url.partition("://")
    driver = {
        "sqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+psycopg",
        "postgres": "postgresql+psycopg",
    }
    return f"{driver.get(scheme, scheme)}{separator}{rest}"


def _sqlite_engine(url: Any, *, size: int, begin: str, extra: Iterable[str]) -> AsyncEngine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, pool_size=size, max_overflow=0, hide_parameters=True)
    use_one_hop(engine.sync_engine, begin)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver must begin nothing by itself: a read that turns into a write would fail under load.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *extra):
            cursor.execute(pragma)
        cursor.close()

    return engine


def _hide_values(context: ExceptionContext) -> None:
    """PostgreSQL's DETAIL and CONTEXT quote what members wrote; the first line says what went wrong."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _translated(error: DBAPIError) -> Exception:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in RETRIED_STATES:
        return TryAgain(state)
    # SQLite says DatabaseError itself, and none of its kinds, for a file that is none of its own or is damaged.
    broken = type(error) is DatabaseError or isinstance(error, OperationalError | InterfaceError)
    if broken or error.connection_invalidated:
        return DatabaseUnavailable(type(error.orig).__name__ + ": " + str(error.orig).splitlines()[0])
    return error


def is_database_fault(error: BaseException) -> bool:
    """Whether the database failed, rather than the code that used it."""
    if isinstance(error, DatabaseUnavailable | TryAgain):
        return True
    return isinstance(error, DBAPIError) and _translated(error) is not error


async def retried(run: Callable[[], Any], times: int = 5) -> Any:
    """Runs a whole transaction again when another one undid it."""
    for attempt in range(times):
        try:
            return await run()
        except TryAgain:
            if attempt == times - 1:
                raise
            await asyncio.sleep(0.005 * 2**attempt)
    raise AssertionError("unreachable")
