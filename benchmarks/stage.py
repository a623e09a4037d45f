"""The bot on a stage: the real core on a real database, with a platform that does all it is told at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from adapters.playground.decode import Decoder, Unread
from benchmarks import fill
from benchmarks.guards import guard_cog
from bot.app import App, Homes, load_cogs, names_in
from bot.cog import Cog
from bot.platform import Core, Delivery, Finding, Receipt
from bot.storage.database import Database
from bot.vocabulary.actions import Post
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.model import AccountRef, MessageRef, SpaceRef, Standing
from bot.vocabulary.text import Voice

if TYPE_CHECKING:
    from aiohttp import web

AT_ONCE = 64
"""Frames that are read before the loop turns: about as many as one read of a socket holds."""


class StagePlatform:
    """Feeds frames as a connection would, and acknowledges whatever leaves."""

    name = fill.PLATFORM
    capabilities = frozenset(Capability)
    connected = True
    form_fields = 5

    def __init__(self) -> None:
        self.delivered = 0
        self._core: Core | None = None
        self._decoder = Decoder()

    async def start(self, core: Core) -> None:
        self._core = core

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Returns when every line is committed."""
        assert self._core is not None, "started"
        last: Awaitable[None] | None = None
        for number, line in enumerate(lines):
            event = self._decoder.decode(json.loads(line))
            assert not isinstance(event, Unread), event
            last = await self._core.offer(event)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        if last is not None:
            await last

    async def stop_taking(self) -> None:
        return

    async def close(self) -> None:
        return

    async def deliver(self, delivery: Delivery, voice: Voice) -> Receipt:  # noqa: ARG002 (the port's words)
        self.delivered += 1
        if isinstance(delivery.action, Post):
            return Receipt(MessageRef(delivery.action.channel, f"B{delivery.id}"))
        return Receipt()

    async def standing(self, space: SpaceRef, account: AccountRef | None) -> Standing:  # noqa: ARG002
        return Standing()

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    async def findings(self) -> Sequence[Finding]:
        return ()


def shipped_cogs(*, guarded: bool = True) -> list[Cog]:
    """Every cog of the house, and the word filter of the bench."""
    return [*load_cogs(names_in("cogs")), *([guard_cog()] if guarded else [])]


def on_stage(address: str, cogs: Sequence[Cog]) -> tuple[App, StagePlatform]:
    platform = StagePlatform()
    homes = Homes({SpaceRef(fill.PLATFORM, "bench"): fill.COMMUNITY}, fill.COMMUNITY)
    return App(database=Database(address), cogs=cogs, platforms=[platform], homes=homes), platform
