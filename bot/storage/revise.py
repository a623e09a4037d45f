"""For developers: `python -m bot.storage.revise core "What changes"` writes the next revision of a branch.

It compares what the branch's revisions build with the tables that the code declares. Read what it wrote: a
renamed column looks like one dropped and one added. `--replace-initial` writes the first revision anew, which
is right only while nobody has run it.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, DefaultClause, MetaData
from sqlalchemy.sql.elements import False_, True_
from sqlalchemy.types import TypeDecorator

from bot.storage.database import Database
from bot.storage.migrate import CORE, Branch, MigrationError, migrate_exactly, packaged, revisions

LONGEST_NAME: Final = 32
"""Of a revision, in the database."""


async def revise(branch: Branch, message: str, *, replace_initial: bool = False) -> Path | None:
    """Writes the next revision; None where nothing has changed."""
    branch.folder.mkdir(parents=True, exist_ok=True)
    old = _initial(branch) if replace_initial else None
    code = await _changes(branch, anew=replace_initial)
    if not code:
        return None
    if old:
        old.unlink()
    return _write(branch, message, code)


def _initial(branch: Branch) -> Path | None:
    """The file of the one revision there is. Raises MigrationError where others follow it."""
    found = list(revisions(branch).walk_revisions())
    if len(found) > 1:
        raise MigrationError(f"{branch.name} has {len(found)} revisions: only a lone one can be replaced")
    return Path(found[0].path) if found else None


# ------------------------------------------------------------------ what changed


async def _changes(branch: Branch, *, anew: bool) -> str:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/scratch.db")
        try:
            await migrate_exactly(database, _built(branch, anew=anew))
            async with database.writer_engine.connect() as connection:
                return await connection.run_sync(_compare, branch)
        finally:
            await database.close()


def _built(branch: Branch, *, anew: bool) -> list[Branch]:
    """What has revisions already: the core below a cog, and the branch itself."""
    own = [] if anew or not revisions(branch).get_heads() else [branch]
    return own if branch.name == CORE.name else [CORE, *own]


def _compare(connection: Connection, branch: Branch) -> str:
    below = set() if branch.name == CORE.name else set(CORE.metadata.tables)

    def included(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name not in below

    opts = {"compare_type": True, "compare_server_default": True, "include_name": included}
    context = MigrationContext.configure(connection, opts=opts)
    found = produce_migrations(context, branch.metadata).upgrade_ops
    return _rendered(found, context) if found and not found.is_empty() else ""


def _rendered(changes: UpgradeOps, context: MigrationContext) -> str:
    """SQLite alters a table in batches; what only makes tables reads better without."""
    code = render_python_code(
        changes, render_item=_item, render_as_batch=not _only_new(changes), migration_context=context
    )
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("# ###")).strip()


def _only_new(changes: UpgradeOps) -> bool:
    kinds = {diff[0] for diff in changes.as_diffs() if isinstance(diff, tuple)}
    return kinds <= {"add_table", "add_index"} and all(isinstance(diff, tuple) for diff in changes.as_diffs())


def _item(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Revisions outlive the code: a type of ours is written as what is stored, and truth as either engine's."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "server_default" and isinstance(item, DefaultClause):
        return "sa.true()" if isinstance(item.arg, True_) else "sa.false()" if isinstance(item.arg, False_) else False
    return False


# ---------------------------------------------------------------------- writing


def _write(branch: Branch, message: str, code: str) -> Path:
    script = revisions(branch)
    head = script.get_current_head()
    name = f"{branch.name}_{_number(head) + 1:04}"
    if len(name) > LONGEST_NAME:
        raise MigrationError(f"{name} is longer than {LONGEST_NAME} characters")
    labels = None if head else [branch.name]
    made = script.generate_revision(name, message.rstrip("."), head or "base", branch_labels=labels, upgrades=code)
    assert made is not None
    return Path(made.path)


def _number(revision: str | None) -> int:
    return int(revision.rpartition("_")[2]) if revision else 0


def _branch(name: str) -> Branch:
    """The core's, or that of a cog with this name."""
    if name == CORE.name:
        return CORE
    cog = importlib.import_module(f"cogs.{name}").cog
    metadata: MetaData | None = cog.tables
    if metadata is None:
        raise MigrationError(f"the cog {name} has no tables")
    return packaged(name, cog.package, metadata)


def _tidy(path: Path) -> None:
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(path)], check=True)  # noqa: S603


def main(arguments: Iterable[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.storage.revise")
    parser.add_argument("branch", help="core, or the name of a cog")
    parser.add_argument("message", help="what changes, in a few words")
    parser.add_argument("--replace-initial", action="store_true", help="write the first revision anew")
    given = parser.parse_args(list(arguments))
    try:
        path = asyncio.run(revise(_branch(given.branch), given.message, replace_initial=given.replace_initial))
    except MigrationError as error:
        parser.error(str(error))
    if path is None:
        sys.stdout.write("Nothing has changed.\n")
        return
    _tidy(path)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
