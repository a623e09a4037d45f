"""The port: what an adapter implements, and what the core gives it."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from bot.vocabulary.actions import Action
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.events import Event, Interaction
from bot.vocabulary.model import AccountRef, MessageRef, SpaceRef, Standing
from bot.vocabulary.replies import Choice, FieldErrors, Form, Message
from bot.vocabulary.text import Voice

if TYPE_CHECKING:
    from aiohttp import web
    from pydantic import BaseModel

    from bot.catalogue import Catalogue
    from bot.clock import Clock


@dataclass(frozen=True, slots=True)
class Delivery:
    """An action on its way out. `id` is its idempotency key: the same id is the same act, however often sent.

    References to undelivered messages are already resolved. `attempt` counts from 1.
    """

    id: int
    action: Action
    attempt: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came into being on the platform, where something did."""

    message: MessageRef | None = None


class Responder(Protocol):
    """One interaction's way back. The first answer decides what everyone sees; a form must come first."""

    async def reply(self, message: Message, voice: Voice, *, private: bool) -> None: ...

    async def replace(self, message: Message, voice: Voice) -> None:
        """Rewrites the message whose button was pressed."""
        ...

    async def open(self, form: Form, voice: Voice) -> None: ...

    async def reject(self, form: Form, errors: FieldErrors, voice: Voice) -> bool:
        """Shows what is wrong inside the open form. False where the platform cannot."""
        ...

    async def suggest(self, choices: Sequence[Choice], voice: Voice) -> None: ...

    async def defer(self, *, private: bool) -> None:
        """Says "one moment"; after it only `reply` is left."""
        ...


class Core(Protocol):
    """What an adapter is given at start."""

    @property
    def catalogue(self) -> Catalogue:
        """Every cog's commands, and their words in every language."""
        ...

    def voice(self, locale: str | None = None, zone: str | None = None) -> Voice: ...

    async def offer(self, event: Event) -> Awaitable[None]:
        """Takes an event, waiting while the intake is full. What it returns is done when the event is committed."""
        ...

    async def interact(self, interaction: Interaction, responder: Responder) -> None:
        """Handles an interaction to its answer. Never raises for what a cog does."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of `madang doctor`: what was looked at, what was found, what to do."""

    level: Literal["ok", "note", "wrong"]
    subject: str
    found: str
    mend: str = ""


class Platform(Protocol):
    """An adapter's one object that talks."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def connected(self) -> bool:
        """Whether events come in now. False between two connections; it comes back by itself."""
        ...

    @property
    def form_fields(self) -> int:
        """How many fields one form can hold."""
        ...

    async def start(self, core: Core) -> None:
        """Connects and begins to feed events; returns when connected."""
        ...

    async def stop_taking(self) -> None:
        """Feeds nothing more; deliveries still work."""
        ...

    async def close(self) -> None: ...

    async def deliver(self, delivery: Delivery, voice: Voice) -> Receipt:
        """Raises TryLater, Refused or PlatformGone."""
        ...

    async def standing(self, space: SpaceRef, account: AccountRef | None) -> Standing:
        """Where an account stands, or the bot itself; `known=False` where the platform cannot say."""
        ...

    def routes(self) -> Sequence[web.RouteDef]:
        """What the one HTTP server serves for it."""
        ...

    async def findings(self) -> Sequence[Finding]:
        """Looks at tokens, intents and permissions without starting."""
        ...


class AdapterModule(Protocol):
    """What the package `adapters.<name>` offers to the composition root."""

    Settings: type[BaseModel]

    @staticmethod
    def create(settings: Any, clock: Clock, environment: Mapping[str, str]) -> Platform: ...
