"""What people do in the world: they write, react, open threads and talk. Whoever may not is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.playground import limits, mentions, rich
from adapters.playground.building import Building
from adapters.playground.model import Channel, Json, Message, WorldError


class People(Building):
    def post(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        reply_to: str | None = None,
        attachments: Sequence[Json] = (),
    ) -> str:
        """Writes a message; `@name` and `<@id>` mention members. Returns its id.

        An attachment is `{"name": …, "media_type": …, "size": …}`.
        """
        where = self._writable(user, channel)
        answered = None if reply_to is None else self._seen(user, reply_to)
        body, mentioned = self._typed(where, text, attachments)
        message = self._add_message(
            Message(self._next("M"), where.id, user, self.now(), body, typed=text, reply_to=reply_to)
        )
        self._emit_in(
            where,
            "message.posted",
            message={
                "id": message.id,
                "channel": where.id,
                "parent": where.parent,
                "author": self.user_json(user),
                "text": text,
                "reply_to": None if answered is None else self.message_json(answered),
                "mentions": mentioned,
                "attachments": list(attachments),
                "standing": self.standing_json(self.space(where.space), user),
                "direct": where.kind == "dm",
            },
        )
        return message.id

    def edit(self, user: str, message: str, text: str) -> None:
        """Rewrites one's own message."""
        found = self._seen(user, message)
        where = self._writable(user, found.channel)
        if found.author != user:
            raise WorldError("forbidden", detail=message)
        found.body, _ = self._typed(where, text, found.body.get("attachments", ()))
        found.typed = text
        found.edited = True
        changed = self.message_json(found) | {"author": self.user_json(user), "text": text}
        self._emit_in(where, "message.edited", message=changed)

    def delete(self, by: str, message: str) -> None:
        """Removes one's own message, or as a moderator anyone's."""
        found = self._seen(by, message)
        if found.author != by:
            self._must_moderate(by, found)
        self.remove_message(found)

    def bulk_delete(self, by: str, messages: Iterable[str]) -> None:
        """All or none, as a moderator."""
        found = [self._seen(by, message) for message in messages]
        for message in found:
            self._must_moderate(by, message)
        for message in found:
            self.remove_message(message)

    def react(self, user: str, message: str, emoji: str) -> None:
        found = self._seen(user, message)
        self._writable(user, found.channel)
        if not 0 < len(emoji) <= limits.EMOJI:
            raise WorldError("invalid", detail="emoji")
        self.add_reaction(user, found, emoji)

    def unreact(self, user: str, message: str, emoji: str) -> None:
        found = self._seen(user, message)
        self.remove_reaction(user, found, emoji)

    def open_thread(self, user: str, message: str, name: str) -> str:
        """Opens the thread under a message, and returns the thread's channel."""
        found = self._seen(user, message)
        self._writable(user, found.channel)
        if found.thread is not None:
            raise WorldError("thread_exists", detail=message)
        return self.start_thread(found, name[: limits.THREAD_NAME], user).id

    def voice_join(self, user: str, channel: str) -> None:
        where = self._readable(user, channel)
        if where.kind != "voice":
            raise WorldError("no_voice_here", detail=channel)
        where.voices.add(user)
        self._emit_in(where, "voice.joined", channel=self.place_json(where), user=self.user_json(user))

    def voice_leave(self, user: str, channel: str) -> None:
        where = self.channel(channel)
        if user not in where.voices:
            raise WorldError("not_in_channel", detail=channel)
        where.voices.discard(user)
        self._emit_in(where, "voice.left", channel=self.place_json(where), user=self.user_json(user))

    def native_rule(
        self,
        user: str,
        channel: str | None,
        rule: str,
        *,
        action: str = "blocked",
        text: str = "",
        space: str | None = None,
    ) -> None:
        """The platform's own moderation stops a message before anyone sees it."""
        where = None if channel is None else self._readable(user, channel)
        found = self.space(where.space) if where else self.shared_space(user, space)
        place = None if where is None else self.place_json(where)
        self._emit(found, "rule.hit", user=self.user_json(user), channel=place, rule=rule, action=action, text=text)

    # What a person may do where.

    def _readable(self, user: str, channel: str) -> Channel:
        found = self.channel(channel)
        if not self.reads(self.user(user).id, found):
            raise WorldError("not_in_channel", detail=channel)
        return found

    def _writable(self, user: str, channel: str) -> Channel:
        found = self._readable(user, channel)
        if found.kind != "dm" and self.timed_out(user, self.space(found.space)):
            raise WorldError("timed_out", detail=user)
        return found

    def _seen(self, user: str, message: str) -> Message:
        """A message that this person can see."""
        found = self.message(message)
        self._readable(user, found.channel)
        if found.private_to not in (None, user):
            raise WorldError("unknown_message", detail=message)
        return found

    def _must_moderate(self, by: str, message: Message) -> None:
        if not self.moderates(by, self.space(self.channel(message.channel).space)):
            raise WorldError("forbidden", detail=message.id)

    # Acts that the bot shares.

    def add_reaction(self, user: str, message: Message, emoji: str) -> None:
        users = message.reactions.setdefault(emoji, [])
        if user not in users:
            users.append(user)
            self._reaction("reaction.added", user, message, emoji)

    def remove_reaction(self, user: str, message: Message, emoji: str) -> None:
        users = message.reactions.get(emoji, [])
        if user not in users:
            raise WorldError("unknown_reaction", detail=message.id)
        users.remove(user)
        if not users:
            del message.reactions[emoji]
        self._reaction("reaction.removed", user, message, emoji)

    def _reaction(self, kind: str, user: str, message: Message, emoji: str) -> None:
        where, place = self._channels[message.channel], self.message_json(message)
        self._emit_in(where, kind, message=place, user=self.user_json(user), emoji=emoji)

    # What was typed.

    def _typed(self, where: Channel, text: str, attachments: Sequence[Json]) -> tuple[Json, list[str]]:
        """The body of a typed message, and whom it mentions."""
        if len(text) > limits.MESSAGE.text:
            raise WorldError("invalid", detail="text is too long")
        if not text.strip() and not attachments:
            raise WorldError("empty_message")
        nodes = mentions.parse(text, self._names(where)) if "@" in text else [rich.leaf(text)]
        body: Json = {"text": nodes}
        if attachments:
            body["attachments"] = list(attachments)
        return body, mentions.users(nodes)

    def _names(self, where: Channel) -> dict[str, str]:
        """The people of a channel's space, by id."""
        return {user: self._users[user].name for user in self.space(where.space).members}
