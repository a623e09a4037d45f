"""A workbench: an App with a cog of the test's own and a platform that only records."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy import BigInteger, Column, Integer, Table, Text, func, select

from bot.app import App, Homes
from bot.clock import ManualClock
from bot.cog import Cog
from bot.context import Context, Invocation
from bot.platform import Core, Delivery, Finding, Receipt
from bot.storage import tables as core
from bot.storage.database import Database, Tx
from bot.storage.people import People
from bot.storage.tables import metadata
from bot.vocabulary.actions import DirectMessage, Post
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.events import CommandUsed, Event, MessagePosted, ReactionAdded
from bot.vocabulary.model import Account, AccountRef, ChannelRef, Community, MessageRef, SpaceRef, Standing
from bot.vocabulary.replies import Choice, FieldErrors, Form, Message, Reply
from bot.vocabulary.text import Template, Voice
from tests.schema import create_everything

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLATFORM = "paper"
SPACE = SpaceRef(PLATFORM, "desk")
CHANNEL = ChannelRef(SPACE, "tray")
HOME = Community(77, "Desk", "en", "Asia/Seoul")

tables = metadata()
tallies = Table(
    "bench_tallies",
    tables,
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last", BigInteger),
)


class Tallies:
    """How often each thing was done, as the database knows it."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(self, *names: str) -> None:
        for name in names:
            statement = self._tx.insert(tallies).values(name=name, count=1)
            more = {"count": tallies.c.count + 1}
            await self._tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=more))

    async def all(self) -> dict[str, int]:
        return {row.name: row._mapping["count"] for row in await self._tx.rows(select(tallies))}


def words(text: str) -> Message:
    return Message(Template(text))


def post(text: str, channel: str = "tray") -> Post:
    return Post(ChannelRef(SPACE, channel), words(text))


def direct(user: str, text: str) -> DirectMessage:
    return DirectMessage(AccountRef(PLATFORM, user), SPACE, words(text))


class Paper:
    """Implements Platform. `deliveries` is what arrived; `doing` may raise, or take its time."""

    name = PLATFORM
    capabilities = frozenset(Capability)
    connected = True
    form_fields = 5

    def __init__(self, doing: Callable[[Delivery], object] | None = None) -> None:
        self.deliveries: list[Delivery] = []
        self.core: Core | None = None
        self.taking = False
        self.closed = False
        self.hold: asyncio.Event | None = None
        self.doing = doing
        self._numbers = itertools.count(1)

    async def start(self, core: Core) -> None:
        self.core, self.taking = core, True

    async def stop_taking(self) -> None:
        self.taking = False

    async def close(self) -> None:
        self.closed = True

    async def deliver(self, delivery: Delivery, voice: Voice) -> Receipt:
        if self.hold is not None:
            await self.hold.wait()
        if self.doing is not None:
            self.doing(delivery)
        self.deliveries.append(delivery)
        return Receipt(MessageRef(CHANNEL, f"m{next(self._numbers)}"))

    async def standing(self, space: SpaceRef, account: AccountRef | None) -> Standing:
        return Standing(known=False)

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    async def findings(self) -> Sequence[Finding]:
        return ()

    def texts(self) -> list[str]:
        """What was written in every post and DM, in the order of arrival."""
        found = [delivery.action for delivery in self.deliveries]
        messages = [action.message for action in found if isinstance(action, Post | DirectMessage)]
        return [message.text.source for message in messages if isinstance(message.text, Template)]


class Answers:
    """Implements Responder, and keeps what was said."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.deferrals = 0

    async def reply(self, message: Message, voice: Voice, *, private: bool) -> None:
        self.said.append(message)

    async def replace(self, message: Message, voice: Voice) -> None:
        self.said.append(message)

    async def open(self, form: Form, voice: Voice) -> None:
        raise AssertionError("no form was expected")

    async def reject(self, form: Form, errors: FieldErrors, voice: Voice) -> bool:
        return False

    async def suggest(self, choices: Sequence[Choice], voice: Voice) -> None:
        raise AssertionError("nothing was to be suggested")

    async def defer(self, *, private: bool) -> None:
        self.deferrals += 1


def message(key: str, text: str = "hello", user: str = "ana", at: datetime = START) -> MessagePosted:
    return MessagePosted(
        key=f"{PLATFORM}:{key}",
        at=at,
        space=SPACE,
        message=MessageRef(CHANNEL, key),
        author=Account(AccountRef(PLATFORM, user), user.capitalize()),
        text=text,
    )


def reaction(key: str, user: str = "ana") -> ReactionAdded:
    return ReactionAdded(
        key=f"{PLATFORM}:{key}",
        at=START,
        space=SPACE,
        message=MessageRef(CHANNEL, "1"),
        by=Account(AccountRef(PLATFORM, user), user.capitalize()),
        emoji="🎉",
    )


def command(key: str, name: str, user: str = "ana", /, **options: str) -> CommandUsed:
    return CommandUsed(
        key=f"{PLATFORM}:{key}",
        at=START,
        space=SPACE,
        by=Account(AccountRef(PLATFORM, user), user.capitalize()),
        standing=Standing(),
        channel=CHANNEL,
        path=("bench", name),
        options=options,
    )


@dataclass
class Bench:
    """One process: an App with its own connections to a database that others may share."""

    app: App
    paper: Paper
    clock: ManualClock
    heard: list[object] = field(default_factory=list)

    async def offer(self, *events: Event) -> list[asyncio.Future[None]]:
        """Takes all in one go, so that they are one batch; what is done when they are committed."""
        return [asyncio.ensure_future(await self.app.intake.offer(event)) for event in events]

    async def take(self, *events: Event) -> None:
        await asyncio.gather(*await self.offer(*events))

    async def settled(self) -> None:
        """Until nothing waits; what never ends is a failure and not a pause."""
        async with asyncio.timeout(30):
            await self.app.settled()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Context]:
        async with self.app.database.write() as tx:
            now = self.clock.now()
            yield self.app.rounds.context(tx, "bench", HOME, now, {})
            await self.app.rounds.settle(tx, now)

    async def tallies(self) -> dict[str, int]:
        async with self.app.database.read() as tx:
            return await Tallies(tx).all()

    async def members(self) -> int:
        async with self.app.database.read() as tx:
            return int(await tx.scalar(select(func.count()).select_from(core.members)))

    async def communities(self) -> list[Community]:
        async with self.app.database.read() as tx:
            return await People(tx).communities()


def bench_cog() -> Cog:
    """Counts every message; `tally` counts on command."""
    cog = Cog("bench", tables=tables, package="tests.conformance")

    @cog.on(MessagePosted)
    async def count(ctx: Context, event: MessagePosted) -> None:
        await Tallies(ctx.tx).add(event.key)

    @cog.command()
    async def tally(ctx: Invocation, name: str = "tally") -> Reply:
        async with ctx.write() as work:
            await Tallies(work.tx).add(name)
        return Reply(Template(name))

    return cog


@asynccontextmanager
async def working(
    database_url: str,
    cog: Cog | None = None,
    *,
    paper: Paper | None = None,
    clock: ManualClock | None = None,
    fresh: bool = True,
    introduce: bool = True,
) -> AsyncIterator[Bench]:
    """Running; the space is known unless it is not to be introduced."""
    made = cog or bench_cog()
    database = Database(database_url)
    if fresh:
        await create_everything(database, [made])
    moved = clock or ManualClock(START)
    paper = paper or Paper()
    app = App(
        database=database,
        cogs=[made],
        platforms=[paper],
        homes=Homes({SPACE: HOME}, HOME),
        clock=moved,
    )
    bench = Bench(app, paper, moved)
    await app.start()
    try:
        if introduce:
            await bench.take(message("hello", "introduction"))
        yield bench
    finally:
        await app.stop(5.0)
