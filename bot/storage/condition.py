"""How the database itself is doing: what `madang doctor` looks at."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Condition:
    """`damage` is None where nothing was found; `journal` and `durable` are as the engine tells them.

    `free` is the room left on the disk, in bytes, where the database is a file.
    """

    version: str
    journal: str
    durable: bool
    readonly: str | None = None
    damage: str | None = None
    free: int | None = None


async def condition(database: Database) -> Condition:
    """Raises DatabaseUnavailable where nothing answers."""
    return await (_of_sqlite(database) if database.engine == "sqlite" else _of_postgresql(database))


async def _of_sqlite(database: Database) -> Condition:
    async with database.read() as tx:
        version, journal, check = [
            (await tx.connection.exec_driver_sql(question)).scalar_one()
            for question in ("SELECT sqlite_version()", "PRAGMA journal_mode", "PRAGMA quick_check(1)")
        ]
        # 0 is OFF and 1 is NORMAL: a power cut may take back what was acknowledged.
        level = (await tx.connection.exec_driver_sql("PRAGMA synchronous")).scalar_one()
    return Condition(
        version=f"SQLite {version}",
        journal=str(journal),
        durable=int(level) >= 2,
        readonly=_unwritable(database.path),
        damage=None if check == "ok" else str(check),
        free=_free(database.path),
    )


def _unwritable(path: Path | None) -> str | None:
    """What may not be written; the folder counts, since SQLite keeps its log beside the file."""
    wanted = [] if path is None else [path, path.absolute().parent]
    return next((str(each) for each in wanted if not os.access(each, os.W_OK)), None)


def _free(path: Path | None) -> int | None:
    return None if path is None else shutil.disk_usage(path.absolute().parent).free


async def _of_postgresql(database: Database) -> Condition:
    async with database.read() as tx:
        version, readonly, durable = [
            str((await tx.connection.exec_driver_sql(f"SHOW {name}")).scalar_one())
            for name in ("server_version", "transaction_read_only", "synchronous_commit")
        ]
    return Condition(
        version=f"PostgreSQL {version}",
        journal="wal",
        durable=durable != "off",
        readonly=None if readonly == "off" else database.url.render_as_string(),
    )


async def why_unreachable(database: Database) -> str | None:
    """Why no connection can be had, on one line; None where one can."""
    try:
        async with database.writer_engine.connect():
            return None
    except (DBAPIError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        return " ".join(str(reason).split())
