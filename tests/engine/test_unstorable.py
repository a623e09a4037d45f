"""What no database can hold, NUL and surrogates that stand alone, loses nobody's event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cog import Cog
from bot.context import Context
from bot.engine.rounds import read, written
from bot.storage.events import Events
from bot.storage.people import People
from bot.vocabulary import events
from bot.vocabulary.events import MemberChanged, MessagePosted
from bot.vocabulary.model import Account, AccountRef
from tests.engine.bench import HOME, PLATFORM, SPACE, START, Bench, Tallies, bench_cog, direct, message, working

ODD = "o\0d\ud800d"
CLEAN = "o\ufffdd\ufffdd"


async def name_of(bench: Bench, user: str) -> str:
    ref = AccountRef(PLATFORM, user)
    async with bench.app.database.read() as tx:
        return (await People(tx).members_by_account(HOME, PLATFORM, [user]))[ref].name


async def test_a_name_is_cleaned(database_url: str) -> None:
    async with working(database_url) as bench:
        posted = message("1", user="ben")
        await bench.take(replace(posted, author=replace(posted.author, name=ODD)))
        assert await name_of(bench, "ben") == CLEAN
        await bench.take(message("2", user="ken"))
        changed = Account(AccountRef(PLATFORM, "ken"), ODD)
        await bench.take(MemberChanged(key="paper:3", at=START, space=SPACE, account=changed))
        assert await name_of(bench, "ken") == CLEAN
        async with bench.app.database.read() as tx:
            assert await Events(tx).dead() == []


def picky_cog() -> Cog:
    cog: Cog = bench_cog()

    @cog.on(MessagePosted)
    async def keep(ctx: Context, event: MessagePosted) -> None:
        await Tallies(ctx.tx).add(event.text)
        if event.text.startswith("o"):
            raise ValueError(event.text)

    return cog


async def test_a_text_that_breaks_a_listener_is_buried(database_url: str) -> None:
    async with working(database_url, picky_cog()) as bench:
        await bench.take(message("1", ODD), message("2", "fine"))
        assert (await bench.tallies())["fine"] == 1
        async with bench.app.database.read() as tx:
            [dead] = await Events(tx).dead()
        event = read(dead.event, vars(events))
        assert isinstance(event, MessagePosted)
        assert event.text == "o\0d\ufffdd"


async def test_an_event_with_an_odd_key_is_not_lost(postgresql_url: str) -> None:
    async with working(postgresql_url) as bench:
        await bench.take(message("a\0b"))
        async with bench.app.database.read() as tx:
            [dead] = await Events(tx).dead()
        assert dead.key == f"{PLATFORM}:a\ufffdb"


@pytest.mark.parametrize("text", ["plain", "nul\0", ODD])
def test_it_is_written_and_read(text: str) -> None:
    event = read(written(message("1", text)), vars(events))
    assert event == message("1", text.replace("\ud800", "\ufffd"))


async def test_what_leaves_leaves(database_url: str) -> None:
    async with working(database_url) as bench:
        async with bench.writing() as ctx:
            ctx.send(direct("ben", ODD))
        await bench.app.settled()
        assert bench.paper.texts() == ["o\0d\ufffdd"]
