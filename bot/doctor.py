"""Looks at everything a bot needs, without starting it, and says how to mend what is wrong."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TextIO

from bot.app import adapter_settings, branches_of, load_platforms, names_in
from bot.catalogue import Catalogue
from bot.cli_text import CliText, printable
from bot.clock import SystemClock
from bot.cog import Cog
from bot.config import Config, load
from bot.i18n import check_catalogues
from bot.log import Redactor
from bot.platform import Finding, Platform
from bot.problems import Problem, Words, problems_of, render_all
from bot.settings import Settings
from bot.settings_slots import slots_of
from bot.storage.condition import Condition, condition, why_unreachable
from bot.storage.database import Database, is_database_fault
from bot.storage.events import Events
from bot.storage.migrate import MigrationError, SchemaTooNew, differences, pending
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.toml_file import ConfigError
from bot.vocabulary.errors import CogError

LOCALES: Final = ("en", "ko")
LITTLE_ROOM, NO_ROOM = 1024**3, 100 * 1024**2
"""Bytes on the disk below which to say so, and below which a bot soon stops."""
PATIENCE_SECONDS: Final = 20.0
"""How long one adapter's look may take."""
MOST_ALIKE: Final = 10
"""Findings of one kind that are listed; of the rest only the number."""


@dataclass(slots=True)
class Visit:
    """One visit: what was found so far, and what later checks need of earlier ones."""

    say: CliText
    environment: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    config: Config | None = None
    cogs: list[Cog] = field(default_factory=list)

    def ok(self, subject: str, found: str = "", **values: str | int) -> None:
        self._add("ok", subject, found or "doctor-fine", "", values)

    def note(self, subject: str, found: str, mend: str = "", **values: str | int) -> None:
        self._add("note", subject, found, mend, values)

    def wrong(self, subject: str, found: str, mend: str = "", **values: str | int) -> None:
        self._add("wrong", subject, found, mend, values)

    def _add(self, level: Any, subject: str, found: str, mend: str, values: Mapping[str, str | int]) -> None:
        hide = Redactor(self.config.secrets if self.config else ()).hide
        words = self.say(mend, values) if mend else ""
        self.findings.append(Finding(level, self.say(f"doctor-{subject}"), hide(self.say(found, values)), words))


async def examine(file: Path, environment: Mapping[str, str], say: CliText) -> list[Finding]:
    """Every finding, in the order in which a person would look."""
    visit = Visit(say, environment)
    _configuration(visit, file)
    if visit.config is None:
        return visit.findings
    _cogs(visit, visit.config)
    _texts(visit)
    async with _opened(visit, visit.config) as database:
        if database is not None:
            await _database(visit, database)
    await _adapters(visit, visit.config)
    return visit.findings


def show(findings: Sequence[Finding], say: CliText, out: TextIO) -> int:
    """Prints a line for each finding, and how to mend it below; 1 where anything is wrong, else 0."""
    levels = {level: say(f"doctor-level-{level}") for level in ("ok", "note", "wrong")}
    width = max(_width(word) for word in levels.values())
    for finding in findings:
        word = levels[finding.level]
        first, *rest = finding.found.split("\n")
        indent = " " * (width + 4)
        print(f"  {word}{' ' * (width - _width(word))}  {finding.subject}: {printable(first)}", file=out)
        for line in rest:
            print(f"{indent}{printable(line)}", file=out)
        for line in finding.mend.split("\n") if finding.mend else ():
            print(f"{indent}→ {printable(line)}", file=out)
    counts: dict[str, str | int] = {
        level: sum(finding.level == level for finding in findings) for level in ("note", "wrong")
    }
    summary = "doctor-summary-wrong" if counts["wrong"] else "doctor-summary-fine"
    print(f"\n{say(summary, counts)}", file=out)
    return 1 if counts["wrong"] else 0


def _width(text: str) -> int:
    """Columns on a terminal, where Korean letters take two."""
    return sum(2 if "\u1100" <= char <= "\uffe6" else 1 for char in text)


# ---------------------------------------------------------------- configuration


def _configuration(visit: Visit, file: Path) -> None:
    try:
        visit.config = load(file, visit.environment, adapter_settings, names_in("cogs"), names_in("adapters"))
    except ConfigError as error:
        visit.wrong("configuration", "doctor-as-told", "doctor-mend-file", what=render_all(error.problems, visit.say))
        return
    visit.ok("configuration", "doctor-as-told", what=str(file))
    if not visit.config.adapters:
        visit.note("configuration", "doctor-no-adapters", "doctor-mend-adapters")


def _cogs(visit: Visit, config: Config) -> None:
    for name in config.cogs:
        try:
            cog = importlib.import_module(f"cogs.{name}").cog
            for _ in slots_of(cog.settings) if cog.settings else ():
                pass
        except (CogError, ImportError, AttributeError) as error:
            visit.wrong("cogs", "doctor-cog-broken", "doctor-mend-cog", name=name, reason=str(error))
        else:
            visit.cogs.append(cog)
    try:
        Catalogue(tuple(visit.cogs))
    except CogError as error:
        visit.wrong("cogs", "doctor-as-told", "doctor-mend-cog", what=str(error))
        return
    if len(visit.cogs) == len(config.cogs):
        visit.ok("cogs", "doctor-as-told", what=", ".join(config.cogs))


def _texts(visit: Visit) -> None:
    folders: dict[str, Any] = {"core": files("bot") / "locales"}
    folders |= {cog.name: files(cog.package) / "locales" for cog in visit.cogs}
    faults = [str(fault) for fault in check_catalogues(folders, LOCALES)]
    if faults:
        visit.wrong("texts", "doctor-as-told", "doctor-mend-texts", what=_listed(visit, faults))
    else:
        visit.ok("texts", "doctor-as-told", what=", ".join(LOCALES))


def _listed(visit: Visit, lines: Sequence[str]) -> str:
    more = [visit.say("doctor-more", {"count": len(lines) - MOST_ALIKE})] if len(lines) > MOST_ALIKE else []
    return "\n".join([*lines[:MOST_ALIKE], *more])


# --------------------------------------------------------------------- database


@asynccontextmanager
async def _opened(visit: Visit, config: Config) -> AsyncIterator[Database | None]:
    """The database, where there is one that answers. Makes no file."""
    try:
        database = Database(config.database.url.get_secret_value())
    except OSError as error:
        visit.wrong("database", "doctor-no-folder", "doctor-mend-folder", reason=str(error))
        yield None
        return
    try:
        path = database.path
        if path is not None and not path.exists():
            visit.note("database", "doctor-no-database", "doctor-mend-migrate", file=str(path))
            yield None
        elif (reason := await why_unreachable(database)) is not None:
            visit.wrong("database", "doctor-unreachable", "doctor-mend-database", reason=reason)
            yield None
        else:
            yield database
    finally:
        await database.close()


async def _database(visit: Visit, database: Database) -> None:
    try:
        tell_condition(
            visit,
            await condition(database),
            str(database.path or database.url.host or database.url.query.get("host", "localhost")),
        )
        if await _schema(visit, database):
            await _kept_settings(visit, database)
            await _left_over(visit, database)
    except Exception as error:
        if not is_database_fault(error):
            raise
        visit.wrong("database", "doctor-unreachable", "doctor-mend-database", reason=str(error))


def tell_condition(visit: Visit, found: Condition, where: str) -> None:
    visit.ok("database", "doctor-as-told", what=f"{found.version} ({where})")
    if found.damage:
        visit.wrong("database", "doctor-damaged", "doctor-mend-damaged", reason=found.damage)
    if found.readonly:
        visit.wrong("database", "doctor-readonly", "doctor-mend-readonly", what=found.readonly)
    if found.journal != "wal":
        visit.wrong("database", "doctor-journal", "doctor-mend-journal", what=found.journal)
    if not found.durable:
        visit.note("database", "doctor-not-durable", "doctor-mend-durable")
    if found.free is not None and found.free < LITTLE_ROOM:
        tell = visit.wrong if found.free < NO_ROOM else visit.note
        tell("disk", "doctor-little-room", "doctor-mend-room", megabytes=str(found.free // 1024**2))
    elif found.free is not None:
        visit.ok("disk", "doctor-room", gigabytes=str(found.free // 1024**3))


async def _schema(visit: Visit, database: Database) -> bool:
    """Whether the tables are those of the code, so that they can be read."""
    branches = branches_of(visit.cogs)
    try:
        due = await pending(database, branches)
    except SchemaTooNew as error:
        visit.wrong("schema", "doctor-too-new", "doctor-mend-too-new", revisions=", ".join(error.revisions))
        return False
    except MigrationError as error:
        visit.wrong("schema", "doctor-as-told", "doctor-mend-cog", what=str(error))
        return False
    if due:
        visit.note("schema", "doctor-pending", "doctor-mend-migrate", revisions=", ".join(due))
        return False
    if different := await differences(database, branches):
        visit.wrong("schema", "doctor-different", "doctor-mend-different", what=_listed(visit, different))
    else:
        visit.ok("schema")
    return True


async def _kept_settings(visit: Visit, database: Database) -> None:
    settings = Settings({cog.name: cog.settings for cog in visit.cogs if cog.settings is not None})
    async with database.read() as tx:
        await settings.refresh(tx)
        names = {community.id: community.name for community in await People(tx).communities()}
    broken = settings.broken(names)
    for (community, cog), error in broken.items():
        problems = problems_of(error, names[community], cog, settings.models[cog])
        what = "\n".join(_short(visit.say, problem) for problem in problems)
        visit.wrong("settings", "doctor-as-told", "doctor-mend-settings", what=what)
    if not broken:
        visit.ok("settings", "doctor-settings-fine", count=len(names))


def _short(say: CliText, problem: Problem) -> str:
    def said(words: Words) -> str:
        return say(words.key, words.values)

    return f"{problem.file}: {problem.key}: {said(problem.found)} → {said(problem.write)}"


async def _left_over(visit: Visit, database: Database) -> None:
    async with database.read() as tx:
        dead_events = len(await Events(tx).dead(limit=1000))
        dead_rows = len(await Outbox(tx).rows(states=("dead",), limit=1000))
    if dead_events:
        visit.note("events", "doctor-dead-events", "doctor-mend-events", count=dead_events)
    if dead_rows:
        visit.note("outbox", "doctor-dead-rows", "doctor-mend-outbox", count=dead_rows)
    if not (dead_events or dead_rows):
        visit.ok("outbox", "doctor-nothing-dead")


# --------------------------------------------------------------------- adapters


async def _adapters(visit: Visit, config: Config) -> None:
    for platform in _platforms(visit, config):
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                visit.findings += await platform.findings()
        except TimeoutError:
            visit.wrong("adapters", "doctor-no-answer", "doctor-mend-adapter", name=platform.name)
        except Exception as error:  # a look that fails is a finding, whatever it was
            reason = f"{type(error).__name__}: {error}"
            visit.wrong("adapters", "doctor-adapter-broken", "doctor-mend-adapter", name=platform.name, reason=reason)
        finally:
            await platform.close()


def _platforms(visit: Visit, config: Config) -> Iterator[Platform]:
    try:
        yield from _in_order(load_platforms(config, SystemClock(), visit.environment))
    except (ImportError, OSError, ValueError) as error:
        visit.wrong("adapters", "doctor-as-told", "doctor-mend-adapter", name="", what=str(error))


def _in_order(platforms: Iterable[Platform]) -> list[Platform]:
    return sorted(platforms, key=lambda platform: platform.name)
