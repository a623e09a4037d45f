"""One interaction's way back to the person who asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from adapters.playground.encode import Encoder
from adapters.playground.failures import delivery_error
from adapters.playground.links import Link
from adapters.playground.model import Json, WorldError
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import TryLater
from bot.vocabulary.replies import Choice, FieldErrors, Form, Message
from bot.vocabulary.text import Voice

ATTEMPTS = 3
LONGEST_WAIT = 1.0
"""Seconds between two attempts: somebody is looking at a spinner."""


class WorldResponder:
    """Each answer carries a key of its own, so that it may be sent again when the first try is in doubt."""

    def __init__(self, link: Link, encoder: Encoder, capabilities: frozenset[Capability], interaction: str) -> None:
        self._link = link
        self._encoder = encoder
        self._capabilities = capabilities
        self._interaction = interaction
        self._said = 0

    async def reply(self, message: Message, voice: Voice, *, private: bool) -> None:
        await self._say("reply", body=self._encoder.body(message, voice), private=private)

    async def replace(self, message: Message, voice: Voice) -> None:
        await self._say("replace", body=self._encoder.body(message, voice))

    async def open(self, form: Form, voice: Voice) -> None:
        await self._say("open", form=self._encoder.form(form, voice))

    async def reject(self, form: Form, errors: FieldErrors, voice: Voice) -> bool:
        """The form is still known to the world; only the errors travel."""
        if Capability.FORM_ERRORS not in self._capabilities:
            return False
        asked = {field.name for field in form.fields}
        if not errors.errors or not asked.issuperset(errors.errors):
            return False
        await self._say("reject", errors=self._encoder.errors(errors, voice))
        return True

    async def suggest(self, choices: Sequence[Choice], voice: Voice) -> None:
        await self._say("suggest", choices=self._encoder.choices(choices, voice))

    async def defer(self, *, private: bool) -> None:
        await self._say("defer", private=private)

    async def _say(self, what: str, **payload: object) -> None:
        """Raises TryLater, Refused or PlatformGone."""
        self._said += 1
        key = f"{self._interaction}/{self._said}"
        await self._send(f"interactions.{what}", {"interaction": self._interaction, "key": key, **payload})

    async def _send(self, method: str, payload: Json) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._link.call(method, payload)
            except WorldError as error:
                failure = delivery_error(error)
                if attempt == ATTEMPTS or not isinstance(failure, TryLater) or failure.after > LONGEST_WAIT:
                    raise failure from error
                await asyncio.sleep(max(failure.after, 0.05 * attempt))
            else:
                return
