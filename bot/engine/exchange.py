"""One interaction's way back: in the reader's language, in private where only they may read it, in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from bot.cog import Endpoint
from bot.context import Invocation, Services
from bot.platform import Responder
from bot.storage.database import retried
from bot.storage.outbox import Outbox
from bot.vocabulary.actions import DirectMessage
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.events import FormSubmitted, Interaction, Pressed
from bot.vocabulary.model import Visibility
from bot.vocabulary.replies import Answer, Choice, FieldErrors, Form, Message, Reply
from bot.vocabulary.text import Phrase, Voice

PATIENCE_SECONDS = 2.0
"""After this long a platform is told "one moment": Discord and Slack give up after three seconds."""
OPENING_SECONDS = 1.0
"""How long a command may read before its form opens; then a button opens it."""


class Exchange:
    """One interaction's answers: in the reader's language, once deferred only by replying."""

    def __init__(self, services: Services, interaction: Interaction, responder: Responder, patience: float) -> None:
        self.interaction = interaction
        self.deferred = False
        self._patience = patience
        self._services = services
        self._responder = responder
        self._voice: Voice = self._first_voice()

    @property
    def platform(self) -> str:
        return self.interaction.space.platform

    def _first_voice(self) -> Voice:
        """Before anyone was looked up: what is remembered, else what the platform says, else the community's."""
        space = self._services.directory.known_space(self.interaction.space)
        community = space.community if space else None
        member = self._services.directory.recall(space.ref, self.interaction.by.ref) if space else None
        locale = (member.locale if member else None) or self.interaction.locale
        zone = member.zone if member else None
        return self._services.voice(
            locale or (community.locale if community else None),
            zone or (community.zone if community else None),
        )

    def voice_for(self, invocation: Invocation) -> None:
        self.speak(invocation.locale, invocation.zone)

    def speak(self, locale: str | None, zone: str | None) -> None:
        self._voice = self._services.voice(locale or self._voice.locale, zone or self._voice.zone)

    async def patiently(self, call: Awaitable[Answer], endpoint: Endpoint) -> Answer:
        """Awaits a function; when that takes too long the platform is told that the answer will come."""
        task = asyncio.ensure_future(call)
        patience = min(self._patience, OPENING_SECONDS) if endpoint.opens else self._patience
        try:
            done, _ = await asyncio.wait([task], timeout=patience)
            if not done:
                self.deferred = True
                await self._responder.defer(private=endpoint.visibility is Visibility.PRIVATE)
            return await task
        finally:
            if not task.done():
                task.cancel()

    async def reply(self, reply: Reply, declared: Visibility) -> None:
        if reply.locale is not None:
            self.speak(reply.locale, None)
        if reply.replaces and not self.deferred and self._has_message():
            await self._responder.replace(reply.message, self._voice)
            return
        await self._reply(reply.message, private=Visibility.PRIVATE in (declared, reply.visibility))

    def _has_message(self) -> bool:
        """Whether a message's button was pressed, and not one on a home view."""
        return isinstance(self.interaction, Pressed) and self.interaction.message is not None

    async def _reply(self, message: Message, *, private: bool) -> None:
        if private and not self._services.can(self.platform, Capability.PRIVATE_REPLIES):
            await self._reply_by_dm(message)
        else:
            await self._responder.reply(message, self._voice, private=private)

    async def _reply_by_dm(self, message: Message) -> None:
        """What only one person may read, where the channel would read it too."""
        if not self.deferred:
            await self._responder.defer(private=True)
        await retried(lambda: self._send_dm(message))

    async def _send_dm(self, message: Message) -> None:
        interaction, now = self.interaction, self._services.clock.now()
        async with self._services.database.write() as tx:
            space = await self._services.directory.space(tx, interaction.space)
            action = DirectMessage(interaction.by.ref, interaction.space, message)
            Outbox(tx).put(space.community.id, action, at=now)
            await self._services.settler.settle(tx, now)

    async def say(self, phrase: Phrase) -> None:
        await self._reply(Reply(phrase).message, private=True)

    async def open(self, form: Form) -> None:
        await self._responder.open(form, self._voice)

    async def reject(self, form: Form, errors: FieldErrors) -> bool:
        """Only inside the form that was submitted, and where all that is wrong stands in it."""
        submitted = self.interaction
        if self.deferred or not isinstance(submitted, FormSubmitted) or errors.errors.keys() - submitted.values.keys():
            return False
        return await self._responder.reject(form, errors, self._voice)

    async def suggest(self, choices: Sequence[Choice]) -> None:
        await self._responder.suggest(choices, self._voice)
