"""A village for tests: the real core on a real database, an in-memory platform, and a clock that we move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from pydantic import BaseModel

from adapters.playground import PlaygroundPlatform
from adapters.playground.links import DirectLink
from adapters.playground.model import AnswerView, MessageView
from adapters.playground.text import show
from adapters.playground.world import World
from bot.app import App, Homes, load_cogs
from bot.clock import ManualClock
from bot.cog import Cog
from bot.storage.database import Database
from bot.storage.people import People
from bot.vocabulary.model import Community, SpaceRef
from tests.schema import create_everything

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday."""

COGS = ("help", "me", "points", "settings", "welcome")


class Village:
    """One space, `plaza`, with an owner, a moderator, a member, and the channels #general and #staff."""

    def __init__(self, app: App, world: World, clock: ManualClock) -> None:
        self.app = app
        self.world = world
        self.clock = clock
        self.space = world.add_space("Plaza", locale="en", id="plaza", owner=world.add_user("Olga", id="olga"))
        self.general = world.add_channel("plaza", "general", id="general")
        self.staff = world.add_channel("plaza", "staff", id="staff")
        self.moderators = world.add_role("plaza", "Moderators", rank=20, moderates=True, id="mods")
        self.mina = self.add("mina", "Mina", roles=["mods"])
        self.ben = self.add("ben", "Ben")

    def add(self, user: str, name: str, *, roles: Sequence[str] = (), locale: str | None = None) -> str:
        """Somebody who joins the village."""
        self.world.add_user(name, id=user, locale=locale)
        self.world.join("plaza", user, roles=roles)
        return user

    async def settled(self) -> None:
        """Until everything that happened was handled and everything due was delivered."""
        await self.world.drained()
        await self.app.settled()

    async def advance(self, **parts: float) -> None:
        self.clock.advance(**parts)
        await self.settled()

    async def say(self, user: str, text: str, channel: str = "general", reply_to: str | None = None) -> str:
        message = self.world.post(user, channel, text, reply_to=reply_to)
        await self.settled()
        return message

    async def command(self, user: str, *path: str, channel: str = "general", **options: str) -> AnswerView:
        """What the member is answered."""
        return await self._answer(self.world.command(user, channel, path, options))

    async def typed(self, user: str, line: str, channel: str = "general") -> AnswerView:
        """A command written out by hand."""
        return await self._answer(self.world.typed_command(user, channel, line))

    async def press(self, user: str, message: str, control: int | str = 0, picked: Sequence[str] = ()) -> AnswerView:
        return await self._answer(self.world.press(user, message, control, picked))

    async def submit(self, user: str, form: str, **values: str) -> AnswerView:
        return await self._answer(self.world.submit(user, form, values))

    async def _answer(self, interaction: str) -> AnswerView:
        answer = await self.world.answered(interaction)
        await self.settled()
        return answer

    def seen(self, user: str, channel: str = "general") -> list[MessageView]:
        return self.world.visible(user, channel)

    def read(self, answer: AnswerView) -> str:
        """An answer's words, as a terminal would show them."""
        assert answer.message is not None, f"nothing was answered: {answer}"
        return show(answer.message)

    def dms(self, user: str) -> list[str]:
        return [show(message) for message in self.world.dms(user)]

    async def community(self) -> Community:
        async with self.app.database.read() as tx:
            return next(space.community for space in await People(tx).spaces())

    async def configure(self, settings: BaseModel) -> None:
        """As `/settings` would."""
        community = await self.community()
        async with self.app.database.write() as tx:
            await self.app.services.settings.save(tx, community.id, settings, self.clock.now())


@asynccontextmanager
async def village(
    database_url: str,
    cogs: Sequence[str | Cog] = COGS,
    *,
    homes: Mapping[SpaceRef, Community] | None = None,
    locale: str = "en",
    zone: str = "Asia/Seoul",
) -> AsyncIterator[Village]:
    """A running village; it is stopped at the end."""
    clock = ManualClock(START)
    world = World(clock.now)
    database = Database(database_url)
    loaded = [cog if isinstance(cog, Cog) else load_cogs([cog])[0] for cog in cogs]
    await create_everything(database, loaded)
    app = App(
        database=database,
        cogs=loaded,
        platforms=[PlaygroundPlatform(DirectLink(world), world)],
        homes=Homes(homes or {}, Community(0, "", locale, zone)),
        clock=clock,
    )
    made = Village(app, world, clock)
    await app.start()
    await made.settled()
    try:
        yield made
    finally:
        await app.stop()
