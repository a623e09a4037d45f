"""What an operator does beside a running bot: copies, settings as a file, and what did not work the first time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bot.app import App, branches_of, build
from bot.cog import Cog
from bot.config import Config
from bot.context import Context
from bot.engine.redrive import NobodyListens, NotDead, redrive
from bot.problems import ProblemsFound, Words
from bot.settings import CommunitySettings, json_differences
from bot.settings_form import CommunityForm
from bot.settings_slots import COMMUNITY
from bot.settings_toml import from_toml, to_toml
from bot.storage.database import is_database_fault, retried
from bot.storage.events import DeadEvent, Events
from bot.storage.migrate import pending
from bot.storage.outbox import Outbox, OutboxRow
from bot.storage.people import People
from bot.toml_file import ConfigError, ConfigMissing, read_text
from bot.vocabulary.model import Community

MOST_ROWS = 1_000_000
TERMINAL = Cog("terminal")


class Trouble(Exception):
    """Something that an operator can mend; `words` says what and how."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.words = Words(key, values)


@asynccontextmanager
async def opened(config: Config, environment: Mapping[str, str]) -> AsyncIterator[App]:
    """The bot, not started, on a database that fits it. Raises Trouble for one that does not."""
    app = build(config, environment)
    try:
        path = app.database.path
        if path is not None and not path.exists():
            raise Trouble("no-database", file=str(path))
        if await pending(app.database, branches_of(app.catalogue.cogs)):
            raise Trouble("not-migrated")
        yield app
    finally:
        await app.database.close()


# --------------------------------------------------------------------- settings


async def community_of(app: App, name: str | None) -> Community:
    """The community of this name or number, or the only one there is. Raises Trouble."""
    async with app.database.read() as tx:
        known = await People(tx).communities()
    listed = ", ".join(f"{community.name} ({community.id})" for community in known)
    if not known:
        raise Trouble("no-community")
    if name is None:
        if len(known) > 1:
            raise Trouble("which-community", known=listed)
        return known[0]
    found = [community for community in known if name in (community.name, str(community.id))]
    if not found:
        raise Trouble("no-such-community", name=name, known=listed)
    if len(found) > 1:
        raise Trouble("which-community", known=", ".join(f"{each.name} ({each.id})" for each in found))
    return found[0]


async def export_settings(app: App, name: str | None, locale: str, header: Callable[[Community], Sequence[str]]) -> str:
    """Everything that is set in a community, as a file."""
    community = await community_of(app, name)
    async with app.database.read() as tx:
        await app.services.refresh(tx)
    found = {cog: _current(app, community, cog) for cog in app.services.settings.models}
    return to_toml(found, app.voice(locale).plain, app.services.has_text, header(community))


@dataclass(frozen=True, slots=True)
class Changed:
    """One setting: its place in the file, and what it was and is, as JSON."""

    key: str
    old: str
    new: str


async def import_settings(app: App, file: Path, name: str | None) -> list[Changed]:
    """Applies a file, all of it or nothing; what has changed. Raises Trouble or ProblemsFound."""
    found = _read_file(app, file)
    community = await community_of(app, name)
    return list(await retried(lambda: _apply(app, community.id, found)))


def _read_file(app: App, file: Path) -> dict[str, BaseModel]:
    try:
        text = read_text(file)
    except ConfigMissing:
        raise Trouble("no-settings-file", file=str(file)) from None
    except ConfigError as error:
        raise ProblemsFound(error.problems) from None
    models: dict[str, type[BaseModel]] = {**app.services.settings.models, COMMUNITY: CommunityForm}
    found, problems = from_toml(text, models, str(file))
    if problems:
        raise ProblemsFound(problems)
    return found


async def _apply(app: App, community_id: int, found: Mapping[str, BaseModel]) -> list[Changed]:
    now = app.clock.now()
    changed: list[Changed] = []
    async with app.database.write() as tx:
        await app.services.refresh(tx)
        community = await app.services.directory.community(tx, community_id)
        context = Context(app.services, TERMINAL, community, now, tx)
        for cog, settings in found.items():
            differences = json_differences(_current(app, community, cog), settings)
            changed += [Changed(f"{cog}.{field}", old, new) for field, (old, new) in differences.items()]
            if differences:
                await context.save_settings(settings)
        await app.services.settler.settle(tx, now)
    return changed


def _current(app: App, community: Community, cog: str) -> BaseModel:
    kept = app.services.settings.of(community.id, app.services.settings.models[cog])
    return CommunityForm.of(community, kept) if isinstance(kept, CommunitySettings) else kept


# ------------------------------------------------------------ what did not work


async def outbox_rows(app: App, *, waiting: bool = False) -> list[OutboxRow]:
    """What could not be delivered and waits for a decision; with `waiting` also what is still being tried."""
    states = ("dead", "waiting", "claimed") if waiting else ("dead",)
    async with app.database.read() as tx:
        return await Outbox(tx).rows(states=states, limit=MOST_ROWS)


async def outbox_retry(app: App, ids: Sequence[int] | None) -> tuple[int, list[int]]:
    """Sends dead rows once more, those of `ids` or all: how many, and the ids that are not dead."""
    wanted = [row.id for row in await outbox_rows(app)] if ids is None else list(ids)

    async def again() -> list[int]:
        async with app.database.write() as tx:
            return [each for each in wanted if not await Outbox(tx).redrive(each)]

    missing = list(await retried(again))
    return len(wanted) - len(missing), missing


async def dead_events(app: App) -> list[DeadEvent]:
    async with app.database.read() as tx:
        return await Events(tx).dead(MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Retried:
    """How a dead event fared: `words` is None where it was handled."""

    id: int
    words: Words | None


async def events_retry(app: App, ids: Sequence[int] | None) -> list[Retried]:
    """Tells dead events to their listeners again, each for itself; what fails once more stays dead."""
    wanted = [dead.id for dead in await dead_events(app)] if ids is None else list(ids)
    return [Retried(each, await _retry(app, each)) for each in wanted]


async def _retry(app: App, dead_id: int) -> Words | None:
    try:
        await retried(lambda: redrive(app.services, app.rounds, dead_id))
    except NotDead:
        return Words("event-not-dead")
    except NobodyListens as error:
        return Words("event-nobody-listens", {"listener": str(error)})
    except Exception as error:  # whatever a listener raises is what the operator wants to know
        if is_database_fault(error):
            raise
        return Words("event-failed-again", {"reason": f"{type(error).__name__}: {error}"})
    return None


def one_line(value: str, most: int = 60) -> str:
    """JSON or an error, short enough for a line of a terminal."""
    text = " ".join(value.split())
    return text if len(text) <= most else text[: most - 1] + "…"
