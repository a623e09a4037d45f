"""`madang demo`: a story played through the real core on a real SQLite file, printed as it happens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TextIO

import structlog

from adapters.playground.links import DirectLink
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.story import Story, read
from adapters.playground.telling import Line, Telling
from adapters.playground.transcript import Transcript
from adapters.playground.world import World
from bot.app import App, Homes, branches_of, load_cogs
from bot.clock import ManualClock
from bot.config_values import DEFAULT_COGS
from bot.i18n import Locales, Speaker
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.vocabulary.model import Community
from bot.vocabulary.text import Say, Voice

STORY = "village.toml"


async def demo(out: TextIO, *, locale: str, colours: bool) -> None:
    """Plays and prints the story that ships. Raises StoryFailed."""
    story = read(files("data") / "demo" / STORY)
    folder = Path(tempfile.mkdtemp(prefix="madang-demo-"))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        await _tell(story, folder / "madang.db", out, locale, colours)
    finally:
        shutil.rmtree(folder)


async def _tell(story: Story, file: Path, out: TextIO, locale: str, colours: bool) -> None:
    clock = ManualClock(story.start)
    world = World(clock.now)
    voice = narrator(locale, story)
    transcript = Transcript(out, story, world, voice, colours=colours)
    title = story.title.ko if locale == "ko" else story.title.en
    transcript.heading(voice.plain(Say("playground", "title", {"title": title})))
    await play(story, f"sqlite:///{file}", world, clock, transcript)
    for key in ("end-done", "end-next"):
        out.write("\n" + voice.plain(Say("playground", key)))
    out.write("\n")


async def play(story: Story, database_url: str, world: World, clock: ManualClock, tell: Callable[[Line], None]) -> None:
    """Tells a story in a new database. Raises StoryFailed."""
    cogs = load_cogs(DEFAULT_COGS)
    database = Database(database_url)
    await migrate(database, branches_of(cogs), backup=None)
    app = App(
        database=database,
        cogs=cogs,
        platforms=[PlaygroundPlatform(DirectLink(world), world)],
        homes=Homes({}, Community(0, "", story.place.locale, story.place.zone)),
        clock=clock,
    )
    await app.start()
    try:
        await Telling(story, app, world, clock, tell).play()
    finally:
        await app.stop()


def narrator(locale: str, story: Story) -> Voice:
    """Speaks the transcript's own words."""
    locales = Locales({"playground": files("adapters.playground") / "locales"})
    return Speaker(locales, locale, story.place.zone, lambda: story.start)
