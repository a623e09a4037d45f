"""What the bot brings about in the world, once a call was found to be in order."""

from __future__ import annotations

from adapters.playground.model import Asked, Channel, Json, Message, OpenForm, Space
from adapters.playground.seeing import Seeing


class Acting(Seeing):
    def bot_says(self, where: Channel, body: Json, private_to: str | None = None) -> Message:
        identity = self._next("M")
        return self._add_message(Message(identity, where.id, self.bot, self.now(), body, private_to=private_to))

    def bot_replies(self, asked: Asked, body: Json, *, private: bool) -> Message:
        """Where it was asked; what was asked on a home view is answered in a DM."""
        where = self.channel(asked.channel or self.dm(asked.user, asked.space))
        return self.bot_says(where, body, asked.user if private and where.kind != "dm" else None)

    def set_home(self, space: Space, user: str, body: Json) -> None:
        self._homes[space.id, user] = body

    def show_form(self, asked: Asked, form: Json) -> str:
        opened = OpenForm(self._next("F"), asked.user, asked.space, asked.channel, asked.message, form)
        self._forms[opened.id] = opened
        return opened.id

    def reopen_form(self, form: OpenForm, errors: dict[str, str]) -> str:
        form.errors = dict(errors)
        self._forms[form.id] = form
        return form.id
