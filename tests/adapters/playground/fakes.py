"""A core and a voice written by hand, and a village to try the platform in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.playground import PlaygroundPlatform
from adapters.playground.links import DirectLink
from adapters.playground.model import Json, WorldError
from adapters.playground.world import World
from bot.platform import Delivery, Responder
from bot.vocabulary.actions import Action
from bot.vocabulary.calls import Call
from bot.vocabulary.events import Event, Interaction
from bot.vocabulary.model import AccountRef, ChannelRef, SpaceRef
from bot.vocabulary.replies import Button, Field, Form, Message, Tone
from bot.vocabulary.text import CommandName, Lines, Phrase, Plain, Say, Span, Spans, Styled, Template, Voice, When

if TYPE_CHECKING:
    from bot.catalogue import Catalogue

SPACE = SpaceRef("playground", "village")
GREEN = ChannelRef(SPACE, "green")
ANA = AccountRef("playground", "ana")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeVoice:
    """Templates say what they say; a value stands after a key. `**x**` is not read: a leaf stays a leaf."""

    locale = "en"
    zone = "UTC"

    def spans(self, phrase: Phrase) -> Spans:
        match phrase:
            case Template(source, values):
                return (Plain(source), *(_span(value) for value in values.values()))
            case Say(cog, key, values):
                return (
                    Styled("bold", (Plain(f"{cog}-{key}"),)),
                    *(_span(value) for value in values.values()),
                )
            case Lines(phrases):
                return tuple(span for inner in phrases for span in (*self.spans(inner), Plain("\n")))

    def plain(self, phrase: Phrase) -> str:
        match phrase:
            case Template(source):
                return source
            case Say(cog, key):
                return f"{cog}-{key}"
            case Lines(phrases):
                return "\n".join(map(self.plain, phrases))

    def command(self, command: CommandName) -> str:
        return "/" + " ".join(filter(None, (command.cog, command.command)))

    def when(self, when: When) -> str:
        return f"{when.at:%Y-%m-%d %H:%M}"


VOICE = FakeVoice()


def _span(value: object) -> Span:
    if isinstance(value, str | int):
        return Plain(str(value))
    assert not isinstance(value, Plain | Styled)
    return value  # type: ignore[return-value]  # what these tests pass is a leaf


Answering = Callable[[Interaction, Responder], Awaitable[None]]


class FakeCore:
    """Keeps what it is offered. Events are committed at once, unless `held`; then `commit` does it."""

    def __init__(self, answering: Answering | None = None, *, held: bool = False) -> None:
        self.events: list[Event] = []
        self.asked: list[Interaction] = []
        self.failing: set[str] = set()
        self.closed = False
        self.refused = 0
        self._answering = answering
        self._held = held
        self._commits: list[asyncio.Future[None]] = []

    @property
    def catalogue(self) -> Catalogue:
        raise NotImplementedError

    def voice(self, locale: str | None = None, zone: str | None = None) -> Voice:
        return FakeVoice()

    async def offer(self, event: Event) -> Awaitable[None]:
        if self.closed:
            self.refused += 1
            raise RuntimeError("the intake is closed")
        self.events.append(event)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._commits.append(done)
        if event.key in self.failing:
            done.set_exception(OSError("the disk is full"))
        elif not self._held:
            done.set_result(None)
        return done

    async def interact(self, interaction: Interaction, responder: Responder) -> None:
        self.asked.append(interaction)
        if self._answering is not None:
            await self._answering(interaction, responder)

    def commit(self) -> None:
        self._held = False
        for done in self._commits:
            if not done.done():
                done.set_result(None)

    def cancel_commits(self) -> None:
        for done in self._commits:
            done.cancel()

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


class Now:
    """The world's clock, moved by hand."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


@dataclass(frozen=True)
class Village:
    """One space with an owner, a moderator and two members, one channel for all and one for moderators."""

    world: World
    now: Now
    space: str
    owner: str
    moderator: str
    ana: str
    ben: str
    green: str
    backroom: str


def village() -> Village:
    now = Now()
    world = World(now)
    owner = world.add_user("Owner", id="owner")
    space = world.add_space("Village", locale="ko", owner=owner, id="village")
    guard = world.add_role(space, "Guard", rank=10, moderates=True, id="guard")
    people = [world.add_user(name, id=name.lower()) for name in ("Mod", "Ana", "Ben")]
    moderator, ana, ben = people
    world.join(space, moderator, roles=[guard])
    world.join(space, ana)
    world.join(space, ben)
    green = world.add_channel(space, "green", id="green")
    backroom = world.add_channel(space, "backroom", private=[owner, moderator, world.bot], id="backroom")
    return Village(world, now, space, owner, moderator, ana, ben, green, backroom)


def words(source: str) -> Template:
    return Template(source)


def says(source: str, *buttons: Button) -> Message:
    return Message(words(source), controls=buttons)


def button(label: str = "Me too", **values: str | int) -> Button:
    return Button(words(label), Call("kudos", "me_too", values), Tone.PRIMARY)


def form(*fields: Field, title: str = "Kudos") -> Form:
    asked = fields or (Field("why", words("Why?"), most=20),)
    return Form(words(title), asked, Call("kudos", "give", {"to": 7}))


async def until(holds: Callable[[], bool], within: float = 5.0) -> None:
    """Waits for what happens in another task."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 (nothing tells when)
            await asyncio.sleep(0.002)


def said(words: str) -> Json:
    return {"text": [{"t": "text", "text": words}]}


PRESSABLE: Json = said("ready?") | {
    "controls": [
        {"type": "button", "label": "Go", "packed": "cog:go", "tone": "good"},
        {"type": "link", "label": "Docs", "url": "https://example.org"},
        {
            "type": "select",
            "label": "Pick",
            "packed": "cog:pick",
            "choices": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}],
            "most": 2,
        },
    ]
}
FORM: Json = {
    "title": "Why",
    "packed": "cog:why",
    "fields": [
        {"name": "why", "label": "Why?", "kind": "text", "required": True, "most": 5},
        {"name": "who", "label": "Who?", "kind": "member", "required": False},
    ],
}


def frames(world: World, kind: str) -> list[Json]:
    return [frame for frame in world.stream.unacknowledged if frame["type"] == kind]


async def post(here: Village, body: Json, **more: object) -> str:
    value = await here.world.call("messages.post", {"channel": here.green, "body": body, **more})
    message: str = value["message"]
    return message


async def refusal(here: Village, method: str, **payload: Any) -> str:
    with pytest.raises(WorldError) as caught:
        await here.world.call(method, payload)
    return caught.value.code


def denied(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(WorldError) as caught:
        act(*args, **more)
    return caught.value.code


@asynccontextmanager
async def running(here: Village, core: FakeCore) -> AsyncIterator[PlaygroundPlatform]:
    platform = PlaygroundPlatform(DirectLink(here.world), here.world)
    await platform.start(core)
    try:
        yield platform
    finally:
        await platform.close()


def delivery(action: Action, number: int = 1) -> Delivery:
    return Delivery(number, action, 1)
