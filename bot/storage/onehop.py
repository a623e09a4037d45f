"""SQLite with one trip to aiosqlite's thread a statement, where SQLAlchemy's adapter makes four.

It opens a cursor, executes, fetches and closes in turn, and each is a hop to the thread and back. A batch of events
runs some fifteen statements: the hops were most of its time. A transaction begins on the trip of its first statement.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util.concurrency import await_


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Holds what one statement left behind; the driver's own cursor lives in the thread, for that statement."""

    __slots__ = ("_description", "_lastrowid", "_rowcount")

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._soft_closed_memoized: Any = {}
        self._rows = deque()
        self._description: Any = None
        self._rowcount, self._lastrowid = -1, 0

    @property
    def description(self) -> Any:
        return self._description

    @property
    def rowcount(self) -> int:
        return self._rowcount

    @property
    def lastrowid(self) -> int:
        return self._lastrowid

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        return self._run(lambda cursor: _rows_of(cursor.execute(operation, parameters or ())))

    def executemany(self, operation: Any, seq_of_parameters: Sequence[Any]) -> Any:
        return self._run(lambda cursor: _rows_of_each(cursor, operation, seq_of_parameters))

    def close(self) -> None:
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        return

    def _run(self, work: Callable[[Any], list[Any]]) -> None:
        try:
            await_(self._in_thread(work))
        except Exception as error:
            self._adapt_connection._handle_exception(error)

    async def _in_thread(self, work: Callable[[Any], list[Any]]) -> None:
        adapted: Any = self._adapt_connection
        connection: Any = self._connection

        async with adapted._execute_mutex:
            begin = adapted.beginning()

            def statement() -> tuple[Any, int, int, list[Any]]:
                cursor = connection._conn.cursor()
                try:
                    if begin:
                        cursor.execute(begin)
                    rows = work(cursor)
                    return cursor.description, cursor.rowcount, cursor.lastrowid, rows
                finally:
                    cursor.close()

            self._description, self._rowcount, self._lastrowid, rows = await connection._execute(statement)
        self._rows = deque(rows)


def _rows_of(cursor: Any) -> list[Any]:
    return cursor.fetchall() if cursor.description else []


def _rows_of_each(cursor: Any, operation: str, rows: Sequence[Any]) -> list[Any]:
    """The driver's `executemany` refuses to return rows."""
    if "RETURNING" not in operation:
        cursor.executemany(operation, rows)
        return []
    return [found for row in rows for found in cursor.execute(operation, row).fetchall()]


class _Connection(AsyncAdapt_aiosqlite_connection):
    """Knows whether a transaction was begun: without one there is nothing to commit or to roll back."""

    __slots__ = ("_begin", "_begun")

    _cursor_cls: Any = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begin: str | None = None
        self._begun = False

    def begin(self, statement: str) -> None:
        """Begins with the next statement."""
        self._begin = statement

    def beginning(self) -> str | None:
        """How the transaction begins, where it has not yet."""
        begin, self._begin = self._begin, None
        # Before it is known whether it worked: one that was cancelled on its way must be rolled back.
        self._begun = self._begun or begin is not None
        return begin

    def commit(self) -> None:
        self._begin = None
        if self._begun:
            super().commit()
            self._begun = False

    def rollback(self) -> None:
        self._begin = None
        if self._begun:
            super().rollback()
            self._begun = False


def use_one_hop(engine: Engine, begin: str) -> None:
    """Lets the engine's connections work so; their transactions start with `begin`."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: Any, arguments: Any, keywords: Any) -> _Connection:
        made = dialect.loaded_dbapi.connect(*arguments, **keywords)
        return _Connection(made.dbapi, made._connection)

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.connection.dbapi_connection.begin(begin)
