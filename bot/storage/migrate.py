"""Brings a database to the schema of the code: the core's tables, then each cog's, in one transaction.

Every branch is a line of revisions of its own, called `<branch>_0001` and so on, and has its own row in the
database's table of versions. So a cog can be switched off and on again, and its tables wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeAlias

from alembic.autogenerate import produce_migrations
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, select, table
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables
from bot.storage.database import Database, DatabaseUnavailable, is_database_fault

VERSIONS: Final = "alembic_version"
"""The table with the newest revision of each branch."""
LOCK_SECONDS: Final = 300
"""How long to wait for another process that migrates the same database."""

_CONNECT_TIMES: Final = 40
_CONNECT_SECONDS: Final = 0.05
_FOLDER: Final = Path(__file__).with_name("migrations")
_LOCK: Final = int.from_bytes(b"madang")

Backup: TypeAlias = Callable[[], Awaitable[object]]


class SchemaTooNew(Exception):
    """A newer Madang has migrated this database; this one would damage it."""

    def __init__(self, revisions: Sequence[str]) -> None:
        super().__init__(
            f"The database was migrated by a newer Madang (it has {', '.join(revisions)}). "
            "Start that version, or restore a backup made before it."
        )
        self.revisions = tuple(revisions)


class MigrationError(Exception):
    """Revisions that cannot be run, or that would leave the database in disorder. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The revisions in `folder` build the tables of `metadata`."""

    name: str
    folder: Path
    metadata: MetaData


CORE: Final = Branch("core", _FOLDER / "versions", tables.core)


def packaged(name: str, package: str, metadata: MetaData) -> Branch:
    """The branch of a cog: the folder `migrations` of its package."""
    folder = files(package) / "migrations"
    if not isinstance(folder, Path):
        raise MigrationError(f"{package} must be installed as files, not in an archive")
    return Branch(name, folder, metadata)


async def migrate(database: Database, branches: Iterable[Branch], *, backup: Backup | None = None) -> list[str]:
    """Runs what is pending and returns it; of several processes one does it, and the others wait.

    On SQLite `backup` runs first, where there is data to lose. Whatever happens, all is done or nothing.
    Raises SchemaTooNew, MigrationError or DatabaseUnavailable.
    """
    return await migrate_exactly(database, (CORE, *branches), backup=backup)


async def migrate_exactly(database: Database, branches: Sequence[Branch], *, backup: Backup | None = None) -> list[str]:
    """`migrate` without the core's branch, unless it is named."""
    try:
        async with _alone(database) as connection:
            steps = await connection.run_sync(_steps, branches)
            if steps and backup and database.engine == "sqlite" and await connection.run_sync(holds_data):
                await backup()
            if steps:
                await connection.run_sync(_run, steps)
    except DBAPIError as error:
        if is_database_fault(error):
            raise DatabaseUnavailable(str(error.orig)) from error
        raise
    return [step.revision.revision for step in steps]


async def pending(database: Database, branches: Iterable[Branch]) -> list[str]:
    """The revisions that `migrate` would run."""
    async with database.read() as tx:
        steps = await tx.connection.run_sync(_steps, (CORE, *branches))
    return [step.revision.revision for step in steps]


async def differences(database: Database, branches: Iterable[Branch]) -> list[str]:
    """What the database lacks or has too much, compared with the tables that the code declares."""
    async with database.read() as tx:
        return await tx.connection.run_sync(_differences, (CORE, *branches))


def revisions(branch: Branch) -> ScriptDirectory:
    """The revisions of a branch. Raises MigrationError unless they are one line with the branch's name."""
    script = ScriptDirectory(str(_FOLDER), version_locations=[str(branch.folder)], messaging_opts={"quiet": True})
    strange = [each.revision for each in script.walk_revisions() if _owner(each.revision) != branch.name]
    if strange:
        raise MigrationError(f"in {branch.folder}: {', '.join(strange)} must be called {branch.name}_…")
    if len(script.get_heads()) > 1:
        raise MigrationError(f"in {branch.folder}: {' and '.join(script.get_heads())} must follow each other")
    return script


def holds_data(connection: Connection) -> bool:
    """Whether there is a row anywhere that somebody would miss."""
    names = set(inspect(connection).get_table_names()) - {VERSIONS}
    return any(_has_rows(connection, name) for name in sorted(names))


def _has_rows(connection: Connection, name: str) -> bool:
    return connection.execute(select(1).select_from(table(name)).limit(1)).first() is not None


# ----------------------------------------------------------------- what is due


def _steps(connection: Connection, branches: Iterable[Branch]) -> list[RevisionStep]:
    applied = MigrationContext.configure(connection).get_current_heads()
    return [step for branch in branches for step in _steps_of(branch, applied)]


def _steps_of(branch: Branch, applied: Iterable[str]) -> list[RevisionStep]:
    """Raises SchemaTooNew where the database has more of this branch than the code."""
    script = revisions(branch)
    if not script.get_heads():
        raise MigrationError(f"in {branch.folder}: there is no revision")
    reached = [revision for revision in applied if _owner(revision) == branch.name]
    if unknown := [revision for revision in reached if revision not in _names(script)]:
        raise SchemaTooNew(unknown)
    due = list(script.iterate_revisions("head", reached[0] if reached else "base"))
    return [RevisionStep.upgrade_from_script(script.revision_map, each) for each in reversed(due)]


def _names(script: ScriptDirectory) -> set[str]:
    return {each.revision for each in script.walk_revisions()}


def _owner(revision: str) -> str:
    return revision.rpartition("_")[0]


def _run(connection: Connection, steps: Sequence[RevisionStep]) -> None:
    # Alembic's `op` is one for the whole process; a revision is given its own instead.
    context = MigrationContext.configure(connection, opts={"fn": lambda *_: steps, "transactional_ddl": True})
    context.run_migrations(op=Operations(context))


# ---------------------------------------------------------------- one at a time


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that no other process can migrate beside."""
    async with aclosing(await _connected(database)) as connection:
        if database.engine == "postgresql":
            async with connection.begin():
                await _lock_postgresql(connection)
                yield connection
        else:
            async with _loosened(connection), connection.begin():
                yield connection
                await _check_references(connection)


async def _connected(database: Database) -> AsyncConnection:
    """Processes that make the same SQLite file at once get in each other's way while it turns to WAL."""
    for _ in range(_CONNECT_TIMES):
        try:
            return await database.writer_engine.connect()
        except OperationalError as error:
            if "database is locked" not in str(error.orig):
                raise
            await asyncio.sleep(_CONNECT_SECONDS)
    return await database.writer_engine.connect()


async def _lock_postgresql(connection: AsyncConnection) -> None:
    await connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


@asynccontextmanager
async def _loosened(connection: AsyncConnection) -> AsyncIterator[None]:
    """SQLite changes a table by making it anew, which foreign keys would forbid half-way; they wait for the end.

    Both settings count only outside of a transaction, so they are changed behind SQLAlchemy's back.
    """
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.execute("PRAGMA foreign_keys = OFF")
    await driver.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000}")
    try:
        yield
    finally:
        await connection.invalidate()


async def _check_references(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).mappings().first()
    if broken is not None:
        raise MigrationError(f"a row of {broken['table']} would refer to a row of {broken['parent']} that is missing")


# ------------------------------------------------------------------- comparison


def _differences(connection: Connection, branches: Sequence[Branch]) -> list[str]:
    context = MigrationContext.configure(connection, opts=_compared(connection, branches))
    found = produce_migrations(context, [branch.metadata for branch in branches])  # type: ignore[arg-type]
    assert found.upgrade_ops is not None
    return [_described(change) for diff in found.upgrade_ops.as_diffs() for change in _flat(diff)]


def _compared(connection: Connection, branches: Sequence[Branch]) -> dict[str, Any]:
    """While a cog is switched off, tables that nobody declares may be its own."""
    known = {name for branch in branches for name in branch.metadata.tables}
    applied = MigrationContext.configure(connection).get_current_heads()
    all_here = {_owner(revision) for revision in applied} <= {branch.name for branch in branches}

    def included(name: str | None, kind: str, _: object) -> bool:
        return all_here or kind != "table" or name in known

    return {"compare_type": True, "compare_server_default": True, "include_name": included}


def _flat(diff: Any) -> list[Any]:
    """Changes of one column come as a list, all others as a tuple."""
    return diff if isinstance(diff, list) else [diff]


def _described(change: Sequence[Any]) -> str:
    """`remove_index ix_members_person_id`, `modify_nullable members joined_at False True`."""
    parts = [getattr(part, "name", part) for part in change if part is not None and not isinstance(part, dict)]
    return " ".join(map(str, parts))
