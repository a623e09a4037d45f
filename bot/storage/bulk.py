"""Statements for many rows, or many ids, that are the same for a batch of any size: built, and read, once.

With a parameter a value, a statement is new for every size of batch; SQLAlchemy and the database take longer over
reading it than over writing the rows. SQLite takes row by row what its driver repeats, PostgreSQL an array a column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Executable,
    Row,
    Select,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from bot.storage.database import Tx
from bot.storage.types import Moment

Values: TypeAlias = tuple[Any, ...]
"""A row, in the order of the columns. A moment is written in milliseconds."""


class Bulk:
    """An INSERT of many rows. `then` adds what happens on conflict and what is returned, by the words of both engines.

    No two rows may have the same key.
    """

    def __init__(self, *columns: Column[Any], then: Callable[[Any], UpdateBase]) -> None:
        table, names = columns[0].table, [column.name for column in columns]
        self._sqlite = _row_by_row(then(sqlite.insert(table).values({name: bindparam(name) for name in names})), names)
        self._postgresql = then(postgresql.insert(table).from_select(names, _from_arrays(columns)))

    async def run(self, tx: Tx, rows: Sequence[Values]) -> Sequence[Row[Any]]:
        """Writes rows; what the statement returns."""
        if not rows:
            return []
        if tx.engine == "sqlite":
            return await tx.ask_each(self._sqlite, rows)
        arrays = zip(*rows, strict=True)
        return await tx.ask(self._postgresql, {f"rows{at}": list(array) for at, array in enumerate(arrays)})


class Among:
    """A question about many ids: `ask` is given the condition that a column is one of them."""

    def __init__(self, column: Column[Any], ask: Callable[[ColumnElement[bool]], Executable]) -> None:
        listed = func.json_each(bindparam("ids", type_=Text)).table_valued("value")
        array = bindparam("ids", type_=ARRAY(_plain(column)))
        self._sqlite = ask(column.in_(select(listed.c.value)))
        self._postgresql = ask(column == func.any(array))

    async def rows(self, tx: Tx, ids: Collection[Any], **more: Any) -> Sequence[Row[Any]]:
        """What is found; `more` are the question's other parameters."""
        if not ids:
            return []
        if tx.engine == "sqlite":
            return await tx.ask(self._sqlite, {"ids": json.dumps(list(ids), ensure_ascii=False), **more})
        return await tx.ask(self._postgresql, {"ids": list(ids), **more})


def _row_by_row(statement: UpdateBase, names: Sequence[str]) -> str:
    """What the driver repeats for each row: SQLAlchemy takes longer over a row than SQLite."""
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    assert compiled.positiontup == list(names), "a row's values, and nothing else"
    return str(compiled)


def _from_arrays(columns: Sequence[Column[Any]]) -> Select[Any]:
    arrays = [bindparam(f"rows{at}", type_=ARRAY(_plain(column))) for at, column in enumerate(columns)]
    names = [column.name for column in columns]
    return select(*func.unnest(*arrays).table_valued(*names).render_derived(name="fresh").c)


def _plain(column: Column[Any]) -> TypeEngine[Any]:
    return BigInteger() if isinstance(column.type, Moment) else column.type
