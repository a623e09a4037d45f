"""The playground as a platform: the one object here that talks to a world."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.playground import limits
from adapters.playground.decode import PLATFORM
from adapters.playground.encode import Encoder
from adapters.playground.failures import ALREADY, delivery_error
from adapters.playground.feed import Feed
from adapters.playground.links import Link
from adapters.playground.model import Json, WorldError
from adapters.playground.reading import standing
from adapters.playground.responder import WorldResponder
from adapters.playground.world import World
from bot.platform import Core, Delivery, Finding, Receipt
from bot.vocabulary import actions
from bot.vocabulary.actions import Action
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.model import AccountRef, ChannelRef, MessageRef, SpaceRef, Standing
from bot.vocabulary.text import Voice

if TYPE_CHECKING:
    from aiohttp import web


DESCRIBE_WITHIN = 2.0


class PlaygroundPlatform:
    """Feeds a world's events to the core, and carries its actions out.

    `world` is a world of our own, for the demo and for tests; None where it lives in another process.
    """

    def __init__(self, link: Link, world: World | None = None) -> None:
        self.world = world
        self._link = link
        self._feed: Feed | None = None
        self._capabilities = frozenset(Capability)
        if world is not None:
            self._capabilities = _capabilities(world.capabilities)
        self._encoder = Encoder(self._capabilities)

    @property
    def name(self) -> str:
        return PLATFORM

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._capabilities

    @property
    def connected(self) -> bool:
        return self._link.connected

    @property
    def form_fields(self) -> int:
        return limits.FORM_FIELDS

    async def start(self, core: Core) -> None:
        """Raises TryLater where no world answers."""
        feed = self._feed = Feed(core, self._responder)
        feed.start()
        try:
            await self._link.open(feed.take)
        except WorldError as error:
            await feed.close()
            raise delivery_error(error) from error
        await self._learn()
        feed.answer()

    async def stop_taking(self) -> None:
        if self._feed is not None:
            await self._feed.stop()

    async def close(self) -> None:
        if self._feed is not None:
            await self._feed.close()
        await self._link.close()

    async def deliver(self, delivery: Delivery, voice: Voice) -> Receipt:
        method, payload = self._encoder.request(delivery.action, voice)
        try:
            value = await self._link.call(method, payload | {"key": str(delivery.id)})
        except WorldError as error:
            if error.code != ALREADY.get(method):
                raise delivery_error(error) from error
            value = {}
        return Receipt(_message(delivery.action, value))

    async def standing(self, space: SpaceRef, account: AccountRef | None) -> Standing:
        user = None if account is None else account.id
        try:
            return standing(await self._call("members.standing", {"space": space.id, "user": user}))
        except (DeliveryError, TypeError, ValueError):
            return Standing(known=False)

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    async def findings(self) -> Sequence[Finding]:
        try:
            where = await self._link.probe()
        except WorldError as error:
            mend = "Start the world first, or leave `connect` out to have a world of its own."
            return (Finding("wrong", PLATFORM, error.detail, mend),)
        return (Finding("ok", PLATFORM, where),)

    async def _call(self, method: str, payload: Json) -> Json:
        try:
            return await self._link.call(method, payload)
        except WorldError as error:
            raise delivery_error(error) from error

    async def _learn(self) -> None:
        """Asks the world what it can do; one that does not say can do everything."""
        try:
            async with asyncio.timeout(DESCRIBE_WITHIN):
                described = (await self._call("world.describe", {})).get("capabilities")
        except (DeliveryError, TimeoutError):
            return
        if isinstance(described, list):
            self._capabilities = _capabilities(described)
            self._encoder = Encoder(self._capabilities)

    def _responder(self, interaction: str) -> WorldResponder:
        return WorldResponder(self._link, self._encoder, self._capabilities, interaction)


def _capabilities(names: Sequence[object] | set[str]) -> frozenset[Capability]:
    return frozenset(capability for capability in Capability if capability.value in names)


def _message(action: Action, value: Json) -> MessageRef | None:
    """What came into being, or what was acted on and still stands."""
    match action:
        case actions.Post(channel):
            return _posted(channel.space, value, channel)
        case actions.DirectMessage(_, space):
            return _posted(space, value, None)
        case actions.Edit(target) | actions.OpenThread(target) if isinstance(target, MessageRef):
            return target
    return None


def _posted(space: SpaceRef, value: Json, expected: ChannelRef | None) -> MessageRef | None:
    """A world tells where the message went; where it does not, it went where it was sent."""
    message, channel, parent = value.get("message"), value.get("channel"), value.get("parent")
    if not isinstance(message, str):
        return None
    if isinstance(channel, str):
        return MessageRef(ChannelRef(space, channel, parent if isinstance(parent, str) else None), message)
    return None if expected is None else MessageRef(expected, message)
