"""The core with the probe on a platform: what a scenario is played on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol

from bot.app import App, Homes
from bot.clock import Clock, ManualClock
from bot.context import Context
from bot.platform import Responder
from bot.settings import CommunitySettings
from bot.storage.database import Database
from bot.storage.events import DeadEvent, Events
from bot.storage.outbox import Outbox, OutboxRow
from bot.storage.people import People
from bot.vocabulary.actions import Action
from bot.vocabulary.events import Delivered, DeliveryRefused, Interaction
from bot.vocabulary.model import Community, Member, Undelivered
from tests.conformance.cog import NAME, Marks, Probe
from tests.conformance.driver import GENERAL, OLGA, STAFF, Answer, Driver, Seen
from tests.schema import create_everything

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday; six in the evening in Seoul."""
ZONE = "Asia/Seoul"


class DriverKind(Protocol):
    def __call__(self, clock: Clock) -> Driver: ...


class CountingApp(App):
    """Counts the interactions that were handled to their end."""

    handled = 0

    async def interact(self, interaction: Interaction, responder: Responder) -> None:
        await super().interact(interaction, responder)
        self.handled += 1


class Stage:
    def __init__(self, app: CountingApp, driver: Driver, probe: Probe, clock: ManualClock) -> None:
        self.app = app
        self.driver = driver
        self.probe = probe
        self.clock = clock

    async def settled(self) -> None:
        """Until all that happened was handled, and all that must leave has left."""
        async with asyncio.timeout(30):
            await self.driver.drained()
            await self.app.settled()

    async def handled(self, count: int) -> None:
        """Until so many interactions were handled, answered or not."""
        async with asyncio.timeout(5):
            while self.app.handled < count:  # noqa: ASYNC110 (a redelivery is answered by silence)
                await asyncio.sleep(0.001)

    # What people ask, to its end.

    async def command(self, user: str, command: str, channel: str = GENERAL, **options: str) -> Answer:
        asked = await self.driver.command(user, (NAME, command), options, channel=channel)
        return await self._end(asked)

    async def typed(self, user: str, line: str) -> Answer:
        return await self._end(await self.driver.typed(user, line))

    async def press(self, user: str, message: Seen, control: int | str, picked: Sequence[str] = ()) -> Answer:
        place = control if isinstance(control, int) else message.control(control)
        return await self._end(await self.driver.press(user, message.id, place, picked))

    async def submit(self, user: str, form: str, **values: str) -> Answer:
        return await self._end(await self.driver.submit(user, form, values))

    async def _end(self, asked: str) -> Answer:
        answer = await self.driver.answered(asked)
        await self.settled()
        return answer

    # What the bot does by itself.

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Context]:
        """A transaction as a listener has it."""
        community = await self.community()
        async with self.app.database.write() as tx:
            now = self.clock.now()
            yield self.app.rounds.context(tx, NAME, community, now, {})
            await self.app.rounds.settle(tx, now)

    async def send(self, *actions: Action, tag: str = "sent") -> list[Undelivered]:
        """Commits all of them together, and has them delivered."""
        async with self.writing() as ctx:
            sent = [ctx.send(action, tag=tag) for action in actions]
        await self.settled()
        return sent

    # What is known.

    async def community(self) -> Community:
        async with self.app.database.read() as tx:
            return next(iter(await People(tx).communities()))

    async def member(self, user: str) -> Member:
        account = self.driver.account(user)
        community = await self.community()
        async with self.app.database.read() as tx:
            return (await People(tx).members_by_account(community, account.platform, [account.id]))[account]

    async def marks(self) -> Mapping[str, int]:
        async with self.app.database.read() as tx:
            return await Marks(tx).all()

    async def dead(self) -> list[DeadEvent]:
        async with self.app.database.read() as tx:
            return await Events(tx).dead()

    async def rows(self, *states: str) -> list[OutboxRow]:
        async with self.app.database.read() as tx:
            return await Outbox(tx).rows(states=states)

    def delivered(self, tag: str = "sent") -> list[Delivered]:
        return [event for event in self.probe.of(Delivered) if event.tag == tag]

    def refused(self, tag: str = "sent") -> list[DeliveryRefused]:
        return [event for event in self.probe.of(DeliveryRefused) if event.tag == tag]

    async def configure(self) -> None:
        """The moderators have a channel."""
        place = self.driver.channel(STAFF)
        channel = f"{place.space.platform}:{place.space.id}:{place.id}"
        async with self.writing() as ctx:
            await ctx.save_settings(CommunitySettings(moderators_channel=channel))
        await self.command(OLGA, "optional")


@asynccontextmanager
async def playing(
    driver: Driver, probe: Probe, clock: ManualClock, database_url: str, *, fresh: bool = True
) -> AsyncIterator[Stage]:
    """Running, with everyone introduced; stopped at the end."""
    database = Database(database_url)
    if fresh:
        await create_everything(database, [probe.cog])
    app = CountingApp(
        database=database,
        cogs=[probe.cog],
        platforms=[driver.platform],
        homes=Homes({}, Community(0, "", "en", ZONE)),
        clock=clock,
    )
    stage = Stage(app, driver, probe, clock)
    await app.start()
    try:
        await stage.settled()
        probe.heard.clear()
        yield stage
    finally:
        await app.stop()
