"""Copies of a whole database, taken while the bot runs, and back again while it does not."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, TypeAlias

from sqlalchemy import URL, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.migrate import CORE, VERSIONS, holds_data

ASIDE: Final = "madang_before_"
"""PostgreSQL's schemas with the tables that a restore put aside begin with this."""

_BESIDE: Final = ("-wal", "-shm", "-journal")
_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}

Why: TypeAlias = Literal["exists", "missing", "foreign", "damaged", "data", "running", "failed", "tool"]


class BackupError(Exception):
    """No copy was made, or nothing was restored. `why` and `what` say it to programs, the text to people."""

    def __init__(self, why: Why, what: object, text: str) -> None:
        super().__init__(text)
        self.why = why
        self.what = str(what)


async def backup(database: Database, target: Path) -> Path:
    """Writes a checked copy of the database as it is at one moment. Writers are not held up.

    `target` appears only when it is whole, and is never overwritten. Raises BackupError.
    """
    if database.path:
        await asyncio.to_thread(_back_up_file, database.path, target)
    else:
        await _back_up_postgresql(database.url, target)
    return target


async def restore(url: str, source: Path, *, force: bool = False, at: datetime | None = None) -> str | None:
    """Puts a backup in the place of the database at `url`, all of it or nothing.

    Over data only with `force`; what was there is then kept aside, under the name returned.
    Raises BackupError or DatabaseUnavailable.
    """
    database = Database(url)
    moment = at or datetime.now(UTC)
    try:
        if database.path:
            return await asyncio.to_thread(_restore_file, database.path, source, moment, force=force)
        return await _restore_postgresql(database, source, moment, force=force)
    finally:
        await database.close()


# ----------------------------------------------------------------------- SQLite


def _back_up_file(source: Path, target: Path) -> None:
    _must_exist(source)
    with _fresh(target) as temporary:
        _copy(source, temporary)
        _check(temporary, source)


def _restore_file(target: Path, source: Path, moment: datetime, *, force: bool) -> str | None:
    _must_exist(source)
    if not force:
        _must_be_empty(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(target)
    try:
        _copy(source, temporary)
        _check(temporary, source)
        _must_be_ours(temporary, source)
        _sync(temporary)
        return _swap(temporary, target, moment, force=force)
    finally:
        _remove(temporary)


def _swap(temporary: Path, target: Path, moment: datetime, *, force: bool) -> str | None:
    aside = _unused(target, moment)
    with _held(target) as old:
        data = target.exists() and _has_data(old)
        if data and not force:
            raise _data(target)
        if data:
            _link(target, aside)
        _move_rest(target, aside)
        temporary.replace(target)
        _sync(target.parent)
    return str(aside) if data else None


def _copy(source: Path, target: Path) -> None:
    """By SQLite's own means: a file copied while somebody writes misses rows or breaks."""
    with _told(source), closing(_open(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # One file that needs no other beside it; a database that is opened chooses WAL again.
        new.execute("PRAGMA journal_mode = DELETE")


def _check(copy: Path, source: Path) -> None:
    with _told(source), closing(_open(copy)) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError("damaged", source, f"{source} is damaged: {found}")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite says about a file, as a BackupError."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise BackupError("foreign", path, f"{path} is not a SQLite database") from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise BackupError("damaged", path, f"{path} is damaged: {error}") from error
        raise BackupError("failed", path, f"{path} could not be copied: {error}") from error


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise BackupError("missing", path, f"there is no file {path}")


def _must_be_ours(copy: Path, source: Path) -> None:
    with closing(_open(copy)) as connection, suppress(sqlite3.OperationalError):
        versions = [row[0] for row in connection.execute(f"SELECT version_num FROM {VERSIONS}")]  # noqa: S608
        if any(version.rpartition("_")[0] == CORE.name for version in versions):
            return
    raise BackupError("foreign", source, f"{source} is not a database of Madang")


def _must_be_empty(target: Path) -> None:
    if not target.exists():
        return
    with closing(_open(target)) as connection:
        if _has_data(connection):
            raise _data(target)


def _data(target: Path) -> BackupError:
    return BackupError("data", target, f"{target} holds data; with force it is kept aside and replaced")


def _has_data(connection: sqlite3.Connection) -> bool:
    """What cannot be read may be somebody's data too."""
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return any(_rows(connection, name) for name in names if name != VERSIONS)
    except sqlite3.DatabaseError:
        return True


def _rows(connection: sqlite3.Connection, name: str) -> bool:
    quoted = name.replace('"', '""')
    return connection.execute(f'SELECT 1 FROM "{quoted}" LIMIT 1').fetchone() is not None  # noqa: S608


def _open(path: Path) -> sqlite3.Connection:
    """Never makes a file."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


@contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection]:
    """Keeps everybody else out of the database. Raises BackupError where a bot has it open.

    Only who is alone may leave WAL, which also brings all that was committed into the one file.
    """
    with closing(_open(path) if path.exists() else sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA busy_timeout = 0")
        # What is damaged cannot be locked, but can be replaced.
        with suppress(sqlite3.DatabaseError):
            _lock(connection, path)
        yield connection


def _lock(connection: sqlite3.Connection, path: Path) -> None:
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise BackupError("running", path, f"{path} is in use: stop the bot first") from error


def _move_rest(target: Path, aside: Path) -> None:
    """A damaged or lost database may have left a log, which would be taken for the new one's."""
    for suffix in _BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{target}{suffix}").rename(f"{aside}{suffix}")


def _unused(target: Path, moment: datetime) -> Path:
    while (kept := target.with_name(f"{target.name}.{_stamp(moment)}")).exists():
        moment += timedelta(seconds=1)
    return kept


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


# ------------------------------------------------------------------------ files


@contextmanager
def _fresh(target: Path) -> Iterator[Path]:
    """A file to be written, which becomes `target` at the end. Only its owner may read it."""
    if target.exists():
        raise _exists(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(target)
    try:
        yield temporary
        _sync(temporary)
        try:
            _link(temporary, target)
        except FileExistsError:
            raise _exists(target) from None
        _sync(target.parent)
    finally:
        _remove(temporary)


def _exists(target: Path) -> BackupError:
    return BackupError("exists", target, f"{target} exists already and is not overwritten")


def _temporary(target: Path) -> Path:
    path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return path


def _remove(temporary: Path) -> None:
    for suffix in ("", *_BESIDE):
        Path(f"{temporary}{suffix}").unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    """Gives a file its name only where no other has it; some file systems have no links, and can only rename."""
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        source.rename(target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ------------------------------------------------------------------- PostgreSQL


async def _back_up_postgresql(url: URL, target: Path) -> None:
    with _fresh(target) as temporary:
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}*")
        await _run("pg_dump", *options, f"--file={temporary}", url=url)
        await _check_dump(temporary)


async def _check_dump(dump: Path) -> None:
    """Reads all of it."""
    try:
        listed = await _run("pg_restore", "--list", str(dump))
        await _run("pg_restore", f"--file={os.devnull}", str(dump))
    except BackupError as error:
        raise BackupError("damaged", dump, f"{dump} cannot be read: {error}") from error
    if not re.search(rf"TABLE DATA \S+ {VERSIONS} ", listed):
        raise BackupError("foreign", dump, f"{dump} is not a database of Madang")


async def _restore_postgresql(database: Database, source: Path, moment: datetime, *, force: bool) -> str | None:
    _must_exist(source)
    await _check_dump(source)
    kept = await _make_room(database, f"{ASIDE}{_stamp(moment).lower()}", force=force)
    try:
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        await _run("pg_restore", *options, str(source), url=database.url)
    except BaseException:
        if kept:
            await _bring_back(database, kept)
        raise
    return kept


async def _make_room(database: Database, aside: str, *, force: bool) -> str | None:
    """Tables without rows are dropped, others moved into a schema of their own."""
    async with database.write() as tx:
        data = await tx.connection.run_sync(holds_data)
        if not force:
            await _must_be_free(tx.connection, database.url, data=data)
        if data:
            await tx.connection.exec_driver_sql(f"CREATE SCHEMA {aside}")
        for name in await tx.connection.run_sync(lambda found: inspect(found).get_table_names()):
            change = (
                f"ALTER TABLE {_quoted(name)} SET SCHEMA {aside}" if data else f"DROP TABLE {_quoted(name)} CASCADE"
            )
            await tx.connection.exec_driver_sql(change)
    return aside if data else None


async def _must_be_free(connection: AsyncConnection, url: URL, *, data: bool) -> None:
    shown = url.render_as_string()
    if data:
        raise BackupError("data", shown, f"{shown} holds data; with force its tables are kept aside")
    others = await connection.exec_driver_sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    if others.scalar_one():
        raise BackupError("running", shown, f"{shown} is in use: stop the bot first")


async def _bring_back(database: Database, aside: str) -> None:
    async with database.write() as tx:
        here = (await tx.connection.exec_driver_sql("SELECT current_schema()")).scalar_one()
        for name in await tx.connection.run_sync(lambda found: inspect(found).get_table_names(schema=aside)):
            await tx.connection.exec_driver_sql(f"ALTER TABLE {aside}.{_quoted(name)} SET SCHEMA {_quoted(here)}")
        await tx.connection.exec_driver_sql(f"DROP SCHEMA {aside}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


async def _run(tool: str, *arguments: str, url: URL | None = None) -> str:
    """What one of PostgreSQL's own programs prints. Raises BackupError for one that fails or is missing."""
    program = shutil.which(tool)
    if program is None:
        raise BackupError("tool", tool, f"{tool} was not found. {_ADVICE}")
    where = [f"--dbname={_address(url)}"] if url else []
    code, output, errors = await _finished([program, *where, *arguments], _environment(url))
    if code:
        raise BackupError("tool", tool, f"{' '.join(errors.split())} ({program}). {_ADVICE}")
    return output


_ADVICE: Final = (
    "It takes PostgreSQL's client programs, no older than the server (Debian, Ubuntu: apt install postgresql-client)."
)


async def _finished(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    try:
        output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode(errors="replace"), errors.decode(errors="replace")


def _address(url: URL) -> str:
    """Without the password, which everybody on the machine could read in the list of processes."""
    bare = url.difference_update_query(["password"])._replace(drivername="postgresql", password=None)
    return bare.render_as_string(hide_password=False)


def _environment(url: URL | None) -> Mapping[str, str]:
    password = (url.password or url.query.get("password")) if url else None
    return {**os.environ, "LC_ALL": "C"} | ({"PGPASSWORD": str(password)} if password else {})
