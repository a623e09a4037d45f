"""What a run really wrote, statement by statement, and the same written again by the bare driver."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import event

from benchmarks.engines import path_of
from bot.storage.database import Database

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(INSERT|UPDATE|DELETE))\b", re.IGNORECASE | re.DOTALL)
_GROUP = r"\((?:[^()]|%\(\w+\)s)*\)"
_INTO = r"INSERT INTO (?P<table>\w+) \((?P<columns>[^()]*)\) SELECT .*"
_JSON = re.compile(_INTO + r"FROM json_each\(\?\) AS \w+\s+WHERE 1 = 1\s*(?P<tail>[^?]*)$", re.DOTALL)
_ARRAYS = re.compile(
    _INTO + r"FROM unnest\((?P<arrays>[^()]*(?:\(\w+\)[^()]*)*)\) AS fresh\([^()]*\)\s*(?P<tail>[^%]*)$", re.DOTALL
)
_GROUPS = re.compile(rf"VALUES ({_GROUP})(?:, {_GROUP})+")


class Statement(NamedTuple):
    sql: str
    parameters: Any
    many: bool


@dataclass(slots=True)
class Recording:
    """Batches in the order of their commits; each is one transaction's writes."""

    batches: list[list[Statement]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(count_rows(statement) for batch in self.batches for statement in batch)

    def by_table(self) -> dict[str, int]:
        """Rows written, by the table they went to."""
        counts: dict[str, int] = {}
        for batch in self.batches:
            for statement in batch:
                name = _table(statement.sql)
                counts[name] = counts.get(name, 0) + count_rows(statement)
        return dict(sorted(counts.items(), key=lambda item: -item[1]))


class Recorder:
    """Listens to the driver's cursors while the task that it watches runs a batch."""

    def __init__(self, database: Database) -> None:
        self.recording = Recording()
        self._batch: list[Statement] | None = None
        self._task: asyncio.Task[Any] | None = None
        event.listen(database.writer_engine.sync_engine, "before_cursor_execute", self._executed)

    def watch(self, commit: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
        """The function, with its writes recorded; those of a batch that failed are not."""

        async def watched(*arguments: Any, **named: Any) -> None:
            self._batch, self._task = [], asyncio.current_task()
            try:
                await commit(*arguments, **named)
                self.recording.batches.append(self._batch)
            finally:
                self._batch = self._task = None

        return watched

    def _executed(self, _: Any, __: Any, sql: str, parameters: Any, ___: Any, many: bool) -> None:
        if self._batch is not None and asyncio.current_task() is self._task and _WRITES.match(sql):
            # SQLAlchemy says "many" as well of one statement with the values of many rows.
            rows = many and isinstance(parameters, list | tuple) and isinstance(parameters[0], dict | list | tuple)
            self._batch.append(Statement(sql, parameters, rows))


def replay(address: str, recording: Recording, *, one_by_one: bool) -> float:
    """Seconds in which the bare driver writes the same rows, in the same transactions, as durably.

    `one_by_one` hands the rows of a statement to `executemany`, and asks nothing back; else every statement is
    sent as it was, with what it returns. What is quicker depends on the driver.
    """
    batches = [[_single(s) for s in batch] for batch in recording.batches] if one_by_one else recording.batches
    if address.startswith("sqlite"):
        return _replay_sqlite(address, batches)
    return _replay_postgresql(address, batches)


def _replay_sqlite(address: str, batches: list[list[Statement]]) -> float:
    connection = sqlite3.connect(path_of(address), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536", "wal_autocheckpoint = 10000"):
        connection.execute(f"PRAGMA {pragma}")
    cursor = connection.cursor()
    started = time.perf_counter()
    for batch in batches:
        cursor.execute("BEGIN IMMEDIATE")
        for sql, parameters, many in batch:
            if many:
                cursor.executemany(sql, parameters)
            else:
                cursor.execute(sql, parameters).fetchall()
        cursor.execute("COMMIT")
    taken = time.perf_counter() - started
    connection.close()
    return taken


def _replay_postgresql(address: str, batches: list[list[Statement]]) -> float:
    with psycopg.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        for batch in batches:
            with connection.transaction():
                for sql, parameters, many in batch:
                    query: Any = sql
                    if many:
                        cursor.executemany(query, parameters)
                    else:
                        cursor.execute(query, parameters)
                        if cursor.description is not None:
                            cursor.fetchall()
        return time.perf_counter() - started


def count_rows(statement: Statement) -> int:
    single = _single(statement)
    return len(single.parameters) if single.many else 1


def _single(statement: Statement) -> Statement:
    """A statement of many rows as one of a row, for `executemany`; what it would return is left out."""
    if statement.many:
        return statement
    for pattern, take_apart in ((_JSON, _from_json), (_ARRAYS, _from_arrays), (_GROUPS, _from_groups)):
        found = pattern.search(statement.sql)
        if found is not None:
            return take_apart(statement, found)
    return statement


def _from_json(statement: Statement, found: re.Match[str]) -> Statement:
    """Rows in a parameter of JSON; a column of bytes tells where its own begin in another, and how many they are."""
    rows = next(json.loads(given) for given in statement.parameters if isinstance(given, str))
    joined = next((bytes(given) for given in statement.parameters if not isinstance(given, str)), b"")
    values = [tuple(_part(joined, value) for value in row) for row in rows]
    marks = ", ".join("?" * len(found["columns"].split(",")))
    sql = f"INSERT INTO {found['table']} ({found['columns']}) VALUES ({marks}) {found['tail']}"
    return Statement(_silent(sql), values, True)


def _part(joined: bytes, value: Any) -> Any:
    return joined[value[0] - 1 : value[0] - 1 + value[1]] if isinstance(value, list) else value


def _from_arrays(statement: Statement, found: re.Match[str]) -> Statement:
    """Rows in a parameter an array of each column."""
    marks = found["arrays"].replace("[]", "")
    names = re.findall(r"%\((\w+)\)s", marks)
    rows = zip(*(statement.parameters[name] for name in names), strict=True)
    sql = f"INSERT INTO {found['table']} ({found['columns']}) VALUES ({marks}) {found['tail']}"
    return Statement(_silent(sql), [dict(zip(names, row, strict=True)) for row in rows], True)


def _from_groups(statement: Statement, found: re.Match[str]) -> Statement:
    """Rows as so many groups of parameters."""
    count = 1 + found[0].count("), (")
    sql = _silent(statement.sql[: found.start()] + "VALUES " + found[1] + statement.sql[found.end() :])
    if isinstance(statement.parameters, dict):
        names = [name.removesuffix("__0") for name in re.findall(r"%\((\w+)\)s", found[1])]
        named = [{name: statement.parameters[f"{name}__{row}"] for name in names} for row in range(count)]
        return Statement(_plain_names(sql), named, True)
    # What stands outside VALUES has parameters of its own only in statements that are not written this way.
    width = len(statement.parameters) // count
    rows = [statement.parameters[at : at + width] for at in range(0, width * count, width)]
    return Statement(sql, rows, True)


def _silent(sql: str) -> str:
    return re.sub(r"\s*RETURNING .*$", "", sql, flags=re.DOTALL)


def _plain_names(sql: str) -> str:
    return re.sub(r"%\((\w+)__0\)s", r"%(\1)s", sql)


def _table(sql: str) -> str:
    found = re.search(r"(?:INTO|UPDATE|FROM)\s+\"?(\w+)", sql)
    return found[1] if found else "?"
