"""The command line, as an operator meets it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
import structlog

from bot.app import load_cogs
from bot.cli import COMMANDS, main
from bot.cli_text import cli_text
from bot.clock import SystemClock
from bot.engine.rounds import written
from bot.i18n import check_catalogues
from bot.runner import backup_path, migrated
from bot.storage.backup import Why
from bot.storage.database import Database, Tx
from bot.storage.events import DeadEvent, Events
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.settings import SettingsRows
from bot.vocabulary.actions import Post
from bot.vocabulary.events import LevelReached, SettingsChanged
from bot.vocabulary.model import ChannelRef, Community, SpaceRef
from bot.vocabulary.replies import Message
from bot.vocabulary.text import Template

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONFIG = """
cogs = ["points", "settings"]
[http]
port = 0
[adapters.playground]
"""


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Commands configure logging, which is the whole process's."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


class Terminal:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def fill(self, work: Callable[[Tx], Awaitable[None]]) -> None:
        """Something into the database, which is migrated first."""

        async def run() -> None:
            database = Database("sqlite:///var/madang.db")
            await migrated(database, load_cogs(["points", "settings"]), SystemClock())
            async with database.write() as tx:
                await work(tx)
            await database.close()

        asyncio.run(run())
        self._capsys.readouterr()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """An empty folder, in English."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    return Terminal(tmp_path, capsys)


@pytest.fixture
def village(terminal: Terminal) -> Terminal:
    """A folder with a configuration and a community."""
    terminal.write("config.toml", CONFIG)
    terminal.fill(lambda tx: People(tx).save_community(Community(7, "Village", "en", "Asia/Seoul")))
    return terminal


# ------------------------------------------------------------------------- help


@pytest.mark.parametrize("language", ["en_US.UTF-8", "ko_KR.UTF-8"])
@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_help_names_every_command(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, language: str, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LANG", language)
    code, out, err = terminal(*arguments)
    assert (code, err) == (0, "")
    for name in COMMANDS:
        assert f"\n  {name} " in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(terminal: Terminal, name: str) -> None:
    code, out, _ = terminal(name, "--help")
    assert code == 0
    assert out.startswith(f"Usage: madang {name}")
    assert terminal("help", name)[1] == out
    assert cli_text("ko")(f"help-{name}").startswith(f"쓰는 법: madang {name}")


def test_both_languages_say_the_same() -> None:
    assert check_catalogues({"cli": ROOT / "bot" / "locales_cli"}, ["en", "ko"]) == []


def test_every_key_in_use_is_in_the_catalogue() -> None:
    modules = (ROOT / "bot" / name for name in ("cli.py", "doctor.py", "operate.py"))
    sources = "".join(module.read_text(encoding="utf-8") for module in modules)
    said = re.findall(r'(?:Words|Trouble|UsageError|line\.tell|say)\(\s*"([a-z-]+)"', sources)
    said += re.findall(r'"(doctor-[a-z-]+|usage-[a-z-]+)"', sources)
    said += [f"backup-{why}" for why in get_args(Why)]
    say = cli_text("en")
    assert len(said) > 80
    assert [key for key in said if say(key) == key] == []


def test_the_version(terminal: Terminal) -> None:
    code, out, _ = terminal("--version")
    assert code == 0
    assert out.startswith("madang")


# --------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["runn"], "Did you mean `madang run`?"),
        (["dance"], "There is no command dance"),
        (["help", "dance"], "There is no command dance"),
        (["run", "--fast"], "not understood here: --fast"),
        (["backup"], "missing: FILE"),
        (["backup", "x", "y"], "not understood here: y"),
        (["run", "--config"], "needs a value"),
        (["outbox", "retry", "x"], "is a number, not 'x'"),
        (["outbox", "dance"], "list|retry"),
        (["events", "retry"], "write --all"),
        (["outbox", "retry", "1", "--all"], "write --all"),
        (["settings", "import"], "missing: FILE"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(terminal: Terminal, arguments: list[str], expected: str) -> None:
    terminal.write("config.toml", CONFIG)
    code, out, err = terminal(*arguments)
    assert (code, out) == (2, "")
    assert expected in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments", [["run"], ["doctor"], ["migrate"], ["backup", "x"], ["outbox", "list"], ["settings", "export"]]
)
def test_without_a_configuration_it_says_how_to_make_one(terminal: Terminal, arguments: list[str]) -> None:
    code, _, err = terminal(*arguments)
    assert code == 2
    example = next(line.split()[1] for line in err.splitlines() if line.strip().startswith("cp "))
    assert Path(example).is_file()
    assert "madang demo" in err


def test_in_korean_too(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert "config.toml이 없어요" in terminal("run")[2]


def test_every_mistake_of_the_configuration_is_told(terminal: Terminal) -> None:
    terminal.write("config.toml", 'cogs = ["pionts"]\n[http]\nport = "x"\n[adapters.playgruond]\n')
    for command in ("run", "migrate"):
        code, _, err = terminal(command)
        assert code == 2
        assert "3 mistakes" in err
        for key in ("cogs[0]", "http.port", "adapters.playgruond"):
            assert key in err
    assert not (terminal.folder / "var").exists()


def test_a_configuration_may_be_named_before_or_after_the_command(terminal: Terminal) -> None:
    terminal.write("other.toml", CONFIG)
    assert terminal("--config", "other.toml", "migrate")[0] == 0
    assert terminal("--config=other.toml", "migrate")[0] == 0
    assert terminal("migrate", "-c", "other.toml")[0] == 0


def test_nobody_to_talk_to(terminal: Terminal) -> None:
    terminal.write("config.toml", "")
    code, _, err = terminal("run")
    assert code == 2
    assert "no adapter" in err
    assert not (terminal.folder / "var").exists()


@pytest.mark.parametrize("command", ["run", "migrate", "outbox list"])
def test_a_database_that_is_not_there(terminal: Terminal, command: str) -> None:
    terminal.write("config.toml", CONFIG + '[database]\nurl = "postgresql://nobody@127.0.0.1:1/none"\n')
    code, _, err = terminal(*command.split())
    assert code == 1
    assert "does not answer" in err
    assert "Traceback" not in err


def test_a_folder_that_may_not_be_written(terminal: Terminal) -> None:
    terminal.write("config.toml", CONFIG + '[database]\nurl = "sqlite:////proc/none/madang.db"\n')
    code, _, err = terminal("run")
    assert code == 1
    assert "did not allow it" in err


def test_beside_a_bot_nothing_is_made_or_migrated(terminal: Terminal) -> None:
    terminal.write("config.toml", CONFIG)
    code, _, err = terminal("outbox", "list")
    assert code == 1
    assert "no database" in err
    asyncio.run(Database("sqlite:///var/madang.db").close())
    (terminal.folder / "var" / "madang.db").touch()
    assert "madang migrate" in terminal("outbox", "list")[2]


# ------------------------------------------------------------------------- data


def test_migrate_backup_and_restore(village: Terminal) -> None:
    assert "already" in village("migrate")[1]
    assert village("backup", "copy.db")[0] == 0
    code, _, err = village("backup", "copy.db")
    assert code == 1
    assert "not overwritten" in err
    code, _, err = village("restore", "copy.db")
    assert code == 1
    assert "--force" in err
    code, out, _ = village("restore", "copy.db", "--force")
    assert code == 0
    assert "is kept as" in out
    assert "no file" in village("restore", "none.db")[2]
    assert "not a backup" in village("restore", str(village.write("x.db", "x" * 5000)), "--force")[2]


def test_the_copy_before_a_migration_goes_beside_the_database() -> None:
    assert backup_path(Path("var/madang.db"), NOW) == Path("var/backups/madang-20260302T090000Z.db")


# --------------------------------------------------------------------- settings


def test_settings_go_out_and_come_back(village: Terminal) -> None:
    code, out, _ = village("settings", "export")
    assert code == 0
    assert "# Points for a message, at least" in out
    file = village.write("village.toml", out)
    assert "nothing has changed" in village("settings", "import", str(file))[1]
    village.write("village.toml", out.replace("least = 15", "least = 20").replace("Asia/Seoul", "Europe/Berlin"))
    code, out, _ = village("settings", "import", str(file))
    assert code == 0
    assert "points.least: 15 → 20" in out
    assert 'community.zone: "Asia/Seoul" → "Europe/Berlin"' in out
    assert "least = 20" in village("settings", "export", "--community", "Village")[1]
    assert village("settings", "export", "village.toml")[0] == 1
    assert village("settings", "export", "new.toml")[0] == 0
    assert "least = 20" in (village.folder / "new.toml").read_text(encoding="utf-8")


def test_with_one_mistake_nothing_is_imported(village: Terminal) -> None:
    file = village.write("bad.toml", '[points]\nleast = 20\nmost = "many"\nmots = 1\n[pionts]\n')
    code, _, err = village("settings", "import", str(file))
    assert code == 1
    assert "bad.toml, line 3: points.most" in err
    assert "3 mistakes" in err
    assert "least = 15" in village("settings", "export")[1]
    assert "There is no file" in village("settings", "import", "none.toml")[2]


def test_which_community(village: Terminal) -> None:
    assert "no community Town" in village("settings", "export", "--community", "Town")[2]
    village.fill(lambda tx: People(tx).save_community(Community(8, "Town", "ko", "Asia/Seoul")))
    code, _, err = village("settings", "export")
    assert code == 1
    assert "Village (7), Town (8)" in err
    assert 'name = "Town"' in village("settings", "export", "--community", "8")[1]


def test_before_any_community_there_is_nothing_to_export(terminal: Terminal) -> None:
    terminal.write("config.toml", CONFIG)
    terminal("migrate")
    assert "No community" in terminal("settings", "export")[2]


# ------------------------------------------------------------- outbox and events


async def one_dead_row(tx: Tx) -> None:
    channel = ChannelRef(SpaceRef("playground", "plaza"), "general")
    Outbox(tx).put(7, Post(channel, Message(Template("hello"))), at=NOW)
    await Outbox(tx).flush()
    for row in await Outbox(tx).claim("playground", "me", 1):
        await Outbox(tx).close(row, "dead", error="503 three times")


def test_dead_rows_are_shown_and_sent_again(village: Terminal) -> None:
    assert "Nothing waits" in village("outbox", "list")[1]
    village.fill(one_dead_row)
    out = village("outbox", "list")[1]
    assert "503 three times" in out
    number = out.split()[0]
    code, _, err = village("outbox", "retry", "5")
    assert code == 1
    assert "5 is not a dead row" in err
    assert "One is on its way again" in village("outbox", "retry", number)[1]
    assert "Nothing waits" in village("outbox", "list")[1]
    assert number in village("outbox", "list", "--all")[1]


async def dead_events(tx: Tx) -> None:
    change = SettingsChanged(community=7, at=NOW, cog="points", changes={"least": ("15", "20")})
    level = LevelReached(community=7, at=NOW, member=1, level=2, before=1, total=300, source="x")
    for number, cog, listener, event in (
        (1, "settings", "record", written(change)),
        (2, "gone", "gone", written(level)),
        (3, "points", "level_up", "NoSuchKind {}"),
    ):
        await Events(tx).bury(DeadEvent(number, "", cog, listener, event, "Traceback\nValueError: oh", NOW))


def test_dead_events_are_shown_and_told_again(village: Terminal) -> None:
    assert "No event has failed" in village("events", "dead")[1]
    village.fill(dead_events)
    out = village("events", "dead")[1]
    assert "settings.record" in out
    assert "ValueError: oh" in out
    code, out, err = village("events", "retry", "--all")
    assert code == 1
    assert "Handled: 1. Still failing: 2." in out
    assert "no longer there" in err
    assert "settings.record" not in village("events", "dead")[1]
    assert "no dead event" in village("events", "retry", "99")[2]


# ------------------------------------------------------------------ run and demo


def start(folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8"}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )


def read_until(process: subprocess.Popen[str], word: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            return
    raise AssertionError(f"it ended before it said {word!r}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_bot_stops_well_when_it_is_told(terminal: Terminal, number: signal.Signals) -> None:
    terminal.write("config.toml", CONFIG)
    process = start(terminal.folder)
    read_until(process, '"started"')
    began = time.monotonic()
    process.send_signal(number)
    _, rest = process.communicate(timeout=15)
    assert process.returncode == 0, rest
    assert time.monotonic() - began < 10
    assert '"stopped"' in rest


def test_a_bot_copies_a_file_with_data_before_it_migrates(terminal: Terminal) -> None:
    terminal.write("config.toml", CONFIG.replace('"points", "settings"', '"points"'))
    terminal("migrate")

    async def data() -> None:
        database = Database("sqlite:///var/madang.db")
        async with database.write() as tx:
            await People(tx).save_community(Community(7, "Village", "en", "Asia/Seoul"))
            await SettingsRows(tx).touch()
        await database.close()

    asyncio.run(data())
    terminal.write("config.toml", CONFIG)
    process = start(terminal.folder)
    read_until(process, '"started"')
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    assert len(list((terminal.folder / "var" / "backups").iterdir())) == 1


def test_a_port_in_use_is_said(terminal: Terminal) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        terminal.write("config.toml", CONFIG.replace("port = 0", f"port = {taken.getsockname()[1]}"))
        code, _, err = terminal("run")
    assert code == 1
    assert "is in use" in err
