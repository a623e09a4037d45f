"""The driver over the playground's world, by the same socket that another process would use."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.playground import PlaygroundPlatform, rich, text, wire
from adapters.playground.decode import PLATFORM
from adapters.playground.faults import FaultKind
from adapters.playground.links import DirectLink
from adapters.playground.model import AnswerView, FormView, Json, MessageView, State
from adapters.playground.world import World
from bot.clock import Clock
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.model import AccountRef, ChannelRef, MessageRef, RoleRef, SpaceRef
from tests.conformance.driver import (
    BEN,
    CAPTAINS,
    GENERAL,
    HELPERS,
    KEN,
    LOUNGE,
    MINA,
    MODS,
    OLGA,
    STAFF,
    Answer,
    Control,
    Failure,
    Part,
    Question,
    Seen,
    Sheet,
)

SPACE = "plaza"
FAULTS: Mapping[Failure, FaultKind] = {
    "busy": "unavailable",
    "limited": "rate_limited",
    "cut": "dropped",
    "lost": "lost",
}
METHODS: Mapping[Part, str] = {
    "post": "messages.post",
    "direct": "dm.post",
    "edit": "messages.edit",
    "delete": "messages.delete",
    "react": "reactions.add",
    "grant": "roles.grant",
    "reply": "interactions.reply",
    "open": "interactions.open",
}


class PlaygroundDriver:
    """Implements Driver."""

    types_commands = True

    def __init__(self, clock: Clock) -> None:
        world = self.world = World(clock.now)
        self.space = SpaceRef(PLATFORM, SPACE)
        world.add_space("Plaza", locale="en", id=SPACE, owner=world.add_user("Olga", id=OLGA))
        for channel in (GENERAL, STAFF):
            world.add_channel(SPACE, channel, id=channel)
        world.add_channel(SPACE, LOUNGE, voice=True, id=LOUNGE)
        world.add_role(SPACE, "Moderators", rank=20, moderates=True, id=MODS)
        world.add_role(SPACE, "Helpers", rank=5, id=HELPERS)
        world.add_role(SPACE, "Captains", rank=90, id=CAPTAINS)
        for user, locale, roles in ((MINA, None, [MODS]), (BEN, None, []), (KEN, "ko", [])):
            world.add_user(user.capitalize(), id=user, locale=locale)
            world.join(SPACE, user, roles=roles)
        self._last: Json = {}
        emit = world.stream.emit

        def remember(frame: Json) -> None:
            self._last = frame
            emit(frame)

        world.stream.emit = remember  # type: ignore[method-assign]
        self.platform = PlaygroundPlatform(DirectLink(world), world)

    # Names.

    def account(self, user: str) -> AccountRef:
        return AccountRef(PLATFORM, user)

    def channel(self, name: str) -> ChannelRef:
        return ChannelRef(self.space, name, self.world.channel(name).parent)

    def role(self, name: str) -> RoleRef:
        return RoleRef(self.space, name)

    def message(self, message: str) -> MessageRef:
        return MessageRef(self.channel(self.world.message(message).channel), message)

    # What people do.

    async def add_person(self, user: str, name: str, *, locale: str | None = None) -> None:
        self.world.add_user(name, id=user, locale=locale)
        self.world.join(SPACE, user)

    async def post(self, user: str, channel: str, text: str, *, reply_to: str | None = None) -> str:
        return self.world.post(user, channel, text, reply_to=reply_to)

    async def post_dm(self, user: str, text: str) -> str:
        return self.world.post(user, self.world.dm(user, SPACE), text)

    async def edit(self, user: str, message: str, text: str) -> None:
        self.world.edit(user, message, text)

    async def delete(self, user: str, message: str) -> None:
        self.world.delete(user, message)

    async def bulk_delete(self, user: str, messages: Sequence[str]) -> None:
        self.world.bulk_delete(user, messages)

    async def react(self, user: str, message: str, emoji: str) -> None:
        self.world.react(user, message, emoji)

    async def unreact(self, user: str, message: str, emoji: str) -> None:
        self.world.unreact(user, message, emoji)

    async def join(self, user: str) -> None:
        self.world.join(SPACE, user)

    async def leave(self, user: str) -> None:
        self.world.leave(SPACE, user)

    async def rename(self, user: str, name: str) -> None:
        self.world.change_user(user, name=name)

    async def set_roles(self, user: str, roles: Sequence[str]) -> None:
        self.world.change_member(SPACE, user, roles=roles)

    async def rename_channel(self, channel: str, name: str) -> None:
        self.world.rename_channel(channel, name)

    async def open_thread(self, user: str, message: str, name: str) -> str:
        return self.world.open_thread(user, message, name)

    async def join_voice(self, user: str, channel: str) -> None:
        self.world.voice_join(user, channel)

    async def leave_voice(self, user: str, channel: str) -> None:
        self.world.voice_leave(user, channel)

    async def break_native_rule(self, user: str, channel: str, rule: str, text: str) -> None:
        self.world.native_rule(user, channel, rule, text=text)

    async def open_home(self, user: str) -> None:
        self.world.open_home(user, space=SPACE)

    async def lose_space(self) -> None:
        self.world.remove_bot(SPACE)

    # What people ask.

    async def command(
        self, user: str, path: Sequence[str], options: Mapping[str, str], *, channel: str = GENERAL
    ) -> str:
        return self.world.command(user, channel, path, options)

    async def typed(self, user: str, line: str, *, channel: str = GENERAL) -> str:
        return self.world.typed_command(user, channel, line)

    async def press(self, user: str, message: str, control: int, picked: Sequence[str] = ()) -> str:
        return self.world.press(user, message, control, picked)

    async def press_home(self, user: str, control: int) -> str:
        return self.world.press_home(user, control, space=SPACE)

    async def press_old(self, user: str, packed: str) -> str:
        button = {"type": "button", "label": "From before", "packed": packed}
        body = {"text": [rich.leaf("an old message")], "controls": [button]}
        posted = await self.world.call("messages.post", {"channel": GENERAL, "body": body})
        return self.world.press(user, posted["message"], 0)

    async def submit(self, user: str, form: str, values: Mapping[str, str]) -> str:
        return self.world.submit(user, form, values)

    async def complete(self, user: str, path: Sequence[str], option: str, typed: str) -> str:
        return self.world.complete(user, GENERAL, path, option, typed)

    async def answered(self, asked: str) -> Answer:
        return self._answer(await self.world.answered(asked))

    async def answer(self, asked: str) -> Answer:
        return self._answer(self.world.answer(asked))

    async def deferred(self, asked: str) -> Answer:
        async with asyncio.timeout(5):
            while self.world.asked(asked).state is State.WAITING:  # noqa: ASYNC110 (the world tells only the end)
                await asyncio.sleep(0)
        return await self.answer(asked)

    # What people see.

    async def messages(self, user: str, channel: str) -> list[Seen]:
        return [self._seen(view) for view in self.world.visible(user, channel)]

    async def dms(self, user: str) -> list[Seen]:
        return [self._seen(view) for view in self.world.dms(user) if view.author == self.world.bot]

    async def forms(self, user: str) -> list[Sheet]:
        return [_sheet(view) for view in self.world.forms(user)]

    async def home(self, user: str) -> Seen | None:
        body: Any = self.world.home(user, space=SPACE)
        return None if body is None else _shown("", "", self.world.bot, body)

    async def roles(self, user: str) -> set[str]:
        return set(self.world.membership(self.world.space(SPACE), user).roles)

    async def is_member(self, user: str) -> bool:
        return user in self.world.space(SPACE).members

    async def timed_out(self, user: str) -> bool:
        return self.world.timed_out(user, self.world.space(SPACE))

    async def banned(self, user: str) -> bool:
        return user in self.world.space(SPACE).banned

    async def thread(self, message: str) -> str | None:
        return self.world.message(message).thread

    # What goes wrong.

    async def refuse_dms(self, user: str) -> None:
        self.world.change_user(user, takes_dms=False)

    def lack(self, capability: Capability) -> None:
        self.world.capabilities.discard(capability.value)

    def fail(self, part: Part, failure: Failure, *, times: int = 1, seconds: float = 0.0) -> None:
        self.world.faults.order(METHODS[part], FAULTS[failure], times=times, seconds=seconds)

    def revoke(self, *, back: bool = False) -> None:
        self.world.revoked = not back

    async def again(self) -> None:
        self.world.stream.emit(self._last)

    async def throw(self, payload: bytes) -> None:
        """Over a socket the payload is a line; what survives its parser is taken like any event."""
        frame = wire.parse(payload)
        if frame is not None:
            assert self.platform._feed is not None
            await self.platform._feed.take(frame, lambda: None)

    async def drained(self) -> None:
        await self.world.drained()

    def _seen(self, view: MessageView) -> Seen:
        shown = _shown(view.id, view.channel, view.author, dict(view.body))
        return Seen(
            **{name: getattr(shown, name) for name in Seen.__slots__}
            | {"reactions": view.reactions, "private": view.private, "edited": view.edited}
        )

    def _answer(self, view: AnswerView) -> Answer:
        return Answer(
            state=view.state.value,
            message=None if view.message is None else self._seen(view.message),
            form=None if view.form is None else _sheet(view.form),
            suggestions=tuple(value for value, _ in view.suggestions),
        )


def _shown(message: str, channel: str, author: str, body: Json) -> Seen:
    nodes = [*_nodes(body.get("text", []))]
    for card in body.get("cards", ()):
        nodes += [*_nodes(card.get("body", [])), *_nodes(card.get("footer", []))]
        nodes += [node for detail in card.get("details", ()) for node in _nodes(detail["value"])]
    return Seen(
        id=message,
        channel=channel,
        author=author,
        text=rich.flat(body.get("text", [])),
        words=text.show_body(body),
        controls=tuple(_control(control) for control in body.get("controls", ())),
        files=tuple(file["name"] for file in body.get("files", ())),
        pictures=tuple(card["picture"]["alt"] for card in body.get("cards", ()) if "picture" in card),
        links=tuple(node["url"] for node in nodes if node["t"] == "link"),
        mentioned=tuple(node["id"] for node in nodes if node["t"] == "user"),
        pinged=tuple(body.get("pings", ())),
    )


def _nodes(nodes: Sequence[Json]) -> Iterator[Json]:
    for node in nodes:
        yield node
        yield from _nodes(node.get("in", ()))


def _control(control: Json) -> Control:
    choices = tuple(choice["value"] for choice in control.get("choices", ()))
    return Control(control["type"], control["label"], control.get("url", ""), choices)


def _sheet(view: FormView) -> Sheet:
    return Sheet(view.id, view.form["title"], tuple(_question(field, view) for field in view.form["fields"]))


def _question(field: Json, view: FormView) -> Question:
    name = field["name"]
    return Question(
        name=name,
        label=field["label"],
        required=field["required"],
        value=view.values.get(name, field.get("value") or ""),
        error=view.errors.get(name, ""),
        choices=tuple(choice["value"] for choice in field.get("choices", ())),
    )
