"""The command line. Operators' mistakes are answered in their language, and never with a traceback."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import importlib
import os
import re
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from bot.cli_text import CliText, cli_locale, cli_text, printable
from bot.problems import ProblemsFound, Words, render_all

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import App
    from bot.config import Config
    from bot.vocabulary.model import Community

CONFIG: Final = Path("config.toml")
OK, FAILED, MISTAKE = 0, 1, 2
"""Exit codes: all went well; something failed; the configuration or the command line is wrong."""
STOPPED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """`madang …`; the exit code."""
    _prepare_output()
    line = Line(cli_text(cli_locale(os.environ)), os.environ)
    try:
        return line.run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        # Whoever read us has gone, as `head` does; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _prepare_output() -> None:
    """A terminal that lacks letters shows them as escapes rather than failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class UsageError(Exception):
    """A command line that cannot be understood."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.words = Words(key, values)


class _HelpAsked(Exception):
    pass


class _Parser(argparse.ArgumentParser):
    """argparse without its own words, which know no Korean."""

    def __init__(self, command: str) -> None:
        super().__init__(prog=f"madang {command}", add_help=False, allow_abbrev=False)
        self.add_argument("-h", "--help", action=_AskForHelp, nargs=0)

    def error(self, message: str) -> NoReturn:
        for pattern, key in _PARSER_ERRORS:
            if found := pattern.match(message):
                raise UsageError(key, **{name: printable(value) for name, value in found.groupdict().items()})
        raise UsageError("usage-other", what=printable(message))


class _AskForHelp(argparse.Action):
    def __call__(self, *_: Any) -> NoReturn:
        raise _HelpAsked


_PARSER_ERRORS: Final = (
    (re.compile(r"unrecognized arguments: (?P<what>.*)", re.DOTALL), "usage-unknown"),
    (re.compile(r"the following arguments are required: (?P<what>.*)"), "usage-missing"),
    (re.compile(r"argument (?P<what>\S+): expected one argument"), "usage-no-value"),
    (re.compile(r"argument (?P<what>\S+): invalid int value: (?P<value>.*)", re.DOTALL), "usage-not-number"),
    (re.compile(r"argument (?P<what>\S+): invalid choice: (?P<value>'[^']*').*", re.DOTALL), "usage-not-choice"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """`work` takes what was given and returns the exit code; `needs_config` loads the configuration first."""

    name: str
    work: Callable[[Line, argparse.Namespace], int]
    prepare: Callable[[_Parser], None] = lambda _: None


@dataclass(slots=True)
class Line:
    """One call of `madang`."""

    say: CliText
    environment: Mapping[str, str]

    def run(self, arguments: list[str]) -> int:
        arguments = _config_last(arguments)
        if not arguments or arguments[0] in ("-h", "--help", "help"):
            return self._help(arguments[1:])
        if arguments[0] in ("-V", "--version", "version"):
            print(_version())
            return OK
        command = COMMANDS.get(arguments[0])
        if command is None:
            return self._unknown(arguments[0])
        parser = _Parser(command.name)
        parser.add_argument("-c", "--config", type=Path, default=CONFIG)
        command.prepare(parser)
        try:
            return self._carefully(command, parser.parse_args(arguments[1:]))
        except _HelpAsked:
            print(self.say(f"help-{command.name}"))
            return OK
        except UsageError as error:
            self.complain(error.words)
            self.complain(Words("usage-see", {"command": command.name}))
            return MISTAKE

    def _help(self, about: Sequence[str]) -> int:
        name = about[0] if about else ""
        if name and name not in COMMANDS:
            return self._unknown(name)
        print(self.say(f"help-{name}" if name else "help"))
        return OK

    def _unknown(self, name: str) -> int:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        values = {"name": printable(name), "near": near[0] if near else ""}
        self.complain(Words("usage-unknown-command-near" if near else "usage-unknown-command", values))
        return MISTAKE

    def _carefully(self, command: Command, given: argparse.Namespace) -> int:
        """Runs it; what an operator can mend is said in words, with where to look."""
        try:
            return command.work(self, given)
        except ProblemsFound as error:
            print(render_all(error.problems, self.say), file=sys.stderr)
            return self._found_wrong(error)
        except Missing:
            self.complain(Words("no-config", {"example": str(_example())}))
            return MISTAKE
        except (UsageError, _HelpAsked, BrokenPipeError):
            raise
        except Exception as error:
            words = _explained(error)
            if words is None:
                _log_unexpected(error)
                words = Words("failed-unexpectedly", {"reason": f"{type(error).__name__}: {error}"})
            self.complain(words)
            return FAILED

    def _found_wrong(self, error: ProblemsFound) -> int:
        """A configuration is worth a code of its own; any other file is not."""
        from bot.toml_file import ConfigError

        config = isinstance(error, ConfigError)
        self.complain(Words("problems-config" if config else "problems-file", {"count": len(error.problems)}))
        return MISTAKE if config else FAILED

    def complain(self, words: Words) -> None:
        print(self.say(words.key, words.values), file=sys.stderr)

    def tell(self, key: str, /, **values: str | int) -> None:
        print(self.say(key, values))

    def config(self, given: argparse.Namespace) -> Config:
        """Raises ConfigError; says how to begin where there is no file."""
        from bot.app import adapter_settings, names_in
        from bot.config import load

        if given.config == CONFIG and not CONFIG.exists():
            raise Missing
        return load(given.config, self.environment, adapter_settings, names_in("cogs"), names_in("adapters"))

    def opened(self, given: argparse.Namespace, work: Callable[[App], Coroutine[Any, Any, int]]) -> int:
        """Runs `work` with the bot that the configuration describes, which is not started."""
        from bot.operate import opened

        config = self.config(given)

        async def run() -> int:
            async with opened(config, self.environment) as app:
                return await work(app)

        _log_to_terminal(config)
        return asyncio.run(run())


class Missing(Exception):
    """There is no configuration yet."""


def _config_last(arguments: list[str]) -> list[str]:
    """`madang --config FILE run` means `madang run --config FILE`."""
    if len(arguments) > 2 and arguments[0] in ("-c", "--config"):
        return [*arguments[2:], *arguments[:2]]
    if len(arguments) > 1 and arguments[0].startswith("--config="):
        return [*arguments[1:], arguments[0]]
    return arguments


def _version() -> str:
    try:
        return f"madang {version('madang')}"
    except PackageNotFoundError:
        return "madang"


def _explained(error: Exception) -> Words | None:
    """What went wrong, where an operator can do something about it."""
    from bot.http import CannotListen
    from bot.operate import Trouble
    from bot.storage.backup import BackupError
    from bot.storage.database import is_database_fault
    from bot.storage.migrate import MigrationError, SchemaTooNew
    from bot.vocabulary.errors import CogError, DeliveryError

    reason = {"reason": " ".join(str(error).split())}
    match error:
        case Trouble(words=words) | CannotListen(words=words):
            return words
        case BackupError():
            return Words(f"backup-{error.why}", {"what": error.what, **reason})
        case SchemaTooNew():
            return Words("schema-too-new", {"revisions": ", ".join(error.revisions)})
        case MigrationError() | CogError():
            return Words("failed-cog", reason)
        case DeliveryError():
            return Words("failed-platform", {"reason": error.reason})
        case OSError():
            return Words("failed-system", reason)
    return Words("failed-database", reason) if is_database_fault(error) else None


def _example() -> Path:
    """The example that was shipped, from here where that is shorter."""
    root = Path(str(files("bot"))).parent
    shipped = next((path for path in (root, root / "data") if (path / "config.example.toml").exists()), root)
    example = shipped / "config.example.toml"
    here = Path.cwd()
    return example.relative_to(here) if example.is_relative_to(here) else example


def _log_to_terminal(config: Config) -> None:
    """Warnings only: what a command has to say stands on its own."""
    from bot import log

    log.configure("warning", config.log.format, sys.stderr, config.secrets)


def _log_unexpected(error: Exception) -> None:
    import structlog

    structlog.get_logger("bot").error("something failed that should not have", exc_info=error)


# --------------------------------------------------------------------- commands


def _run(line: Line, given: argparse.Namespace) -> int:
    from bot import log
    from bot.runner import run

    config = line.config(given)
    log.configure(config.log.level, config.log.format, sys.stderr, config.secrets)
    if not config.adapters:
        line.complain(Words("no-adapters", {"file": str(config.file)}))
        return MISTAKE
    asyncio.run(run(config, line.environment))
    return OK


def _demo(line: Line, given: argparse.Namespace) -> int:  # noqa: ARG001 (every command is called alike)
    # The demo lives with the platform it plays on, which the core does not know.
    demo = importlib.import_module("adapters.playground.demo").demo
    colours = sys.stdout.isatty() and not line.environment.get("NO_COLOR")
    asyncio.run(demo(sys.stdout, locale=cli_locale(line.environment), colours=colours))
    return OK


def _doctor(line: Line, given: argparse.Namespace) -> int:
    from bot import log
    from bot.doctor import examine, show

    log.configure("error", "auto", sys.stderr)
    if given.config == CONFIG and not CONFIG.exists():
        raise Missing
    findings = asyncio.run(examine(given.config, line.environment, line.say))
    return show(findings, line.say, sys.stdout)


def _migrate(line: Line, given: argparse.Namespace) -> int:
    from bot.app import load_cogs
    from bot.clock import SystemClock
    from bot.runner import migrated
    from bot.storage.database import Database

    config = line.config(given)
    _log_to_terminal(config)

    async def work() -> list[str]:
        database = Database(config.database.url.get_secret_value())
        try:
            return await migrated(database, load_cogs(config.cogs), SystemClock())
        finally:
            await database.close()

    done = asyncio.run(work())
    line.tell("migrate-done" if done else "migrate-nothing", revisions=", ".join(done))
    return OK


def _backup(line: Line, given: argparse.Namespace) -> int:
    from bot.storage.backup import backup
    from bot.storage.database import Database

    config = line.config(given)

    async def work() -> Path:
        database = Database(config.database.url.get_secret_value())
        try:
            return await backup(database, given.file)
        finally:
            await database.close()

    line.tell("backup-done", file=str(asyncio.run(work())))
    return OK


def _restore(line: Line, given: argparse.Namespace) -> int:
    from bot.storage.backup import restore

    config = line.config(given)
    kept = asyncio.run(restore(config.database.url.get_secret_value(), given.file, force=given.force))
    line.tell("restore-done-kept" if kept else "restore-done", file=str(given.file), kept=kept or "")
    return OK


def _settings(line: Line, given: argparse.Namespace) -> int:
    if given.what == "import" and given.file is None:
        raise UsageError("usage-missing", what="FILE")
    return line.opened(given, lambda app: (_export if given.what == "export" else _import)(line, given, app))


async def _export(line: Line, given: argparse.Namespace, app: App) -> int:
    from bot.operate import Trouble, export_settings

    def header(community: Community) -> list[str]:
        return line.say("settings-header", {"name": community.name, "id": str(community.id)}).split("\n")

    text = await export_settings(app, given.community, cli_locale(line.environment), header)
    if given.file is None:
        print(text, end="")
        return OK
    if given.file.exists():
        raise Trouble("settings-file-exists", file=str(given.file))
    given.file.write_text(text, encoding="utf-8")
    line.tell("settings-exported", file=str(given.file))
    return OK


async def _import(line: Line, given: argparse.Namespace, app: App) -> int:
    from bot.operate import import_settings, one_line

    changed = await import_settings(app, given.file, given.community)
    for each in changed:
        line.tell("settings-changed", key=each.key, old=one_line(each.old), new=one_line(each.new))
    line.tell("settings-imported" if changed else "settings-same", count=len(changed))
    return OK


def _outbox(line: Line, given: argparse.Namespace) -> int:
    from bot.operate import one_line, outbox_retry, outbox_rows

    ids = None if given.what == "list" else _ids(given)

    async def work(app: App) -> int:
        if given.what == "list":
            rows = await outbox_rows(app, waiting=given.all)
            for row in rows:
                where = f"{row.platform} {row.destination}"
                age = _age(row.made_at, app.clock.now())
                line.tell(
                    "outbox-row", id=str(row.id), state=line.say(f"outbox-{row.state}"), kind=row.kind,
                    where=where, tries=row.attempts, age=age, error=one_line(row.error or "—", 200),
                )  # fmt: skip
            line.tell("outbox-some" if rows else "outbox-none", count=len(rows))
            return OK
        done, missing = await outbox_retry(app, ids)
        for each in missing:
            line.complain(Words("outbox-not-dead", {"id": str(each)}))
        line.tell("outbox-retried", count=done)
        return FAILED if missing else OK

    return line.opened(given, work)


def _events(line: Line, given: argparse.Namespace) -> int:
    from bot.operate import dead_events, events_retry, one_line

    ids = None if given.what == "dead" else _ids(given)

    async def work(app: App) -> int:
        if given.what == "dead":
            found = await dead_events(app)
            for dead in found:
                last = dead.error.strip().rpartition("\n")[2]
                line.tell(
                    "event-row", id=str(dead.id), listener=f"{dead.cog}.{dead.listener}",
                    event=one_line(dead.event), age=_age(dead.at, app.clock.now()), error=one_line(last, 200),
                )  # fmt: skip
            line.tell("events-some" if found else "events-none", count=len(found))
            return OK
        tried = await events_retry(app, ids)
        failed = [each for each in tried if each.words is not None]
        for each in failed:
            assert each.words is not None
            reason = line.say(each.words.key, each.words.values)
            line.complain(Words("event-retry-failed", {"id": str(each.id), "reason": reason}))
        line.tell("events-retried", done=len(tried) - len(failed), failed=len(failed))
        return FAILED if failed else OK

    return line.opened(given, work)


def _ids(given: argparse.Namespace) -> list[int] | None:
    """None for all."""
    if bool(given.ids) == given.all:
        raise UsageError("usage-ids")
    return None if given.all else list(given.ids)


def _age(at: datetime, now: datetime) -> str:
    hours, seconds = divmod(max(0, int((now - at).total_seconds())), 3600)
    days, hours = divmod(hours, 24)
    return f"{days}d {hours}h" if days else f"{hours}h {seconds // 60}m"


def _takes_file(parser: _Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def _takes_restore(parser: _Parser) -> None:
    _takes_file(parser)
    parser.add_argument("--force", action="store_true")


def _takes_settings(parser: _Parser) -> None:
    parser.add_argument("what", choices=("export", "import"), metavar="export|import")
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?")
    parser.add_argument("--community")


def _takes_outbox(parser: _Parser) -> None:
    parser.add_argument("what", choices=("list", "retry"), metavar="list|retry")
    parser.add_argument("ids", type=int, nargs="*", default=(), metavar="ID")
    parser.add_argument("--all", action="store_true")


def _takes_events(parser: _Parser) -> None:
    parser.add_argument("what", choices=("dead", "retry"), metavar="dead|retry")
    parser.add_argument("ids", type=int, nargs="*", default=(), metavar="ID")
    parser.add_argument("--all", action="store_true")


def _takes_once(parser: _Parser) -> None:
    parser.add_argument("--once", action="store_true")


COMMANDS: Final[Mapping[str, Command]] = {
    command.name: command
    for command in (
        Command("run", _run),
        Command("demo", _demo, _takes_once),
        Command("doctor", _doctor),
        Command("migrate", _migrate),
        Command("backup", _backup, _takes_file),
        Command("restore", _restore, _takes_restore),
        Command("settings", _settings, _takes_settings),
        Command("outbox", _outbox, _takes_outbox),
        Command("events", _events, _takes_events),
    )
}
