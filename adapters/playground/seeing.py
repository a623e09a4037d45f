"""What people see of the world: channels, DMs, answers, forms and homes, as it stands now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from adapters.playground import rich
from adapters.playground.asking import Asking
from adapters.playground.model import (
    AnswerView,
    Asked,
    Channel,
    FormView,
    Message,
    MessageView,
    OpenForm,
    State,
)


class Seeing(Asking):
    def visible(self, user: str, channel: str) -> list[MessageView]:
        """A channel as this person reads it, the oldest message first."""
        return self._views(user, self._readable(user, channel))

    def dms(self, user: str) -> list[MessageView]:
        """Every message between this person and the bot."""
        channels = [self._channels[dm] for (_, owner), dm in self._dms.items() if owner == user]
        return [view for channel in channels for view in self._views(user, channel)]

    def private_replies(self, user: str) -> list[MessageView]:
        """What only this person was shown, anywhere."""
        return [self._view(message) for message in self._messages.values() if _privately(message, user)]

    def forms(self, user: str) -> list[FormView]:
        """What is open in front of this person, the oldest first."""
        return [_form_view(form) for form in self._forms.values() if form.user == user]

    def home(self, user: str, *, space: str | None = None) -> Mapping[str, object] | None:
        """The body of this person's home view."""
        return self._homes.get((self.shared_space(user, space).id, user))

    def all_messages(self) -> list[Message]:
        """Every message of the world, the oldest first, also removed ones: for whoever tells its story."""
        return list(self._messages.values())

    def shown_to(self, user: str, message: Message) -> bool:
        """Whether this person sees a message now, wherever it is."""
        channel = self._channels[message.channel]
        return _shown(message, user) and self.reads(user, channel)

    def place(self, message: Message) -> Channel:
        return self._channels[message.channel]

    def dm_partner(self, channel: str) -> str:
        """Whose DM with the bot this is."""
        return next(owner for (_, owner), dm in self._dms.items() if dm == channel)

    def view(self, message: Message) -> MessageView:
        return self._view(message)

    def suggestions(self, interaction: str) -> tuple[tuple[str, str], ...]:
        """What a completion offered, as values with their labels."""
        return self.asked(interaction).suggestions

    def answer(self, interaction: str) -> AnswerView:
        """What became of an interaction; one that waited for too long has failed."""
        asked = self.asked(interaction)
        reply = None if asked.reply is None else self._messages[asked.reply]
        form = None if asked.opened is None else self._forms.get(asked.opened)
        return AnswerView(
            self.settle(asked),
            asked.private,
            None if reply is None else self._view(reply),
            None if form is None else _form_view(form),
            asked.suggestions,
        )

    def failed(self, user: str) -> list[str]:
        """The interactions where this person reads "the application did not respond"."""
        asked = (found for found in self._asked.values() if found.user == user)
        return [found.id for found in asked if self.settle(found) is State.FAILED]

    async def answered(self, interaction: str, within: float = 5.0) -> AnswerView:
        """Waits for the answer, in real seconds. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self.asked(interaction).settled.wait()
        return self.answer(interaction)

    async def drained(self, within: float = 5.0) -> None:
        """Waits until the bot has confirmed every event, in real seconds. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self.stream.drained()

    def settle(self, asked: Asked) -> State:
        """Looks at the clock: what was neither answered nor deferred in time has failed."""
        if asked.state is State.WAITING and self.now() - asked.at > self.answer_within:
            asked.state = State.FAILED
        return asked.state

    def _views(self, user: str, channel: Channel) -> list[MessageView]:
        found = (self._messages[identity] for identity in channel.messages)
        return [self._view(message) for message in found if _shown(message, user)]

    def _view(self, message: Message) -> MessageView:
        author = self._users[message.author]
        return MessageView(
            id=message.id,
            channel=message.channel,
            author=author.id,
            author_name=author.name,
            at=message.at,
            text=rich.flat(message.body.get("text", [])),
            body=MappingProxyType(message.body),
            reactions={emoji: tuple(users) for emoji, users in message.reactions.items()},
            reply_to=message.reply_to,
            thread=message.thread,
            private=message.private_to is not None,
            edited=message.edited,
            bot=author.bot,
        )


def _shown(message: Message, user: str) -> bool:
    return not message.deleted and message.private_to in (None, user)


def _privately(message: Message, user: str) -> bool:
    return not message.deleted and message.private_to == user


def _form_view(form: OpenForm) -> FormView:
    return FormView(form.id, form.form, dict(form.values), dict(form.errors))
