"""Plays a story through the real core: sets the village up, moves the clock, does each step, tells what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from adapters.playground import story as told
from adapters.playground.model import AnswerView, FormView, Message, State
from adapters.playground.text import show, show_body
from adapters.playground.world import World
from bot.app import App
from bot.clock import ManualClock
from bot.storage.people import People
from bot.vocabulary.events import PointsAwarded, PointsReversed

_LENGTH = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class StoryFailed(Exception):
    """The story did not come out as it was written."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The clock was moved."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Narrated:
    words: told.Words


@dataclass(frozen=True, slots=True)
class Shown:
    """A message came up or changed. `reader` is set where one person alone sees it."""

    message: Message
    place: str
    reader: str | None
    direct: bool
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """Somebody did something that is no message: `kind` is the step's word."""

    kind: str
    who: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Earned:
    """Points went to somebody, or were taken back."""

    who: str
    points: int
    reason: str
    total: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A form came up in front of somebody."""

    who: str
    form: FormView


@dataclass(frozen=True, slots=True)
class Gone:
    """A message was removed."""

    message: Message
    place: str


@dataclass(frozen=True, slots=True)
class Granted:
    """The bot gave somebody a role."""

    who: str
    role: str


Line: TypeAlias = Moved | Narrated | Shown | Happened | Opened | Earned | Gone | Granted


@dataclass(slots=True)
class Telling:
    """One telling of a story; `lines` come out as they happen."""

    story: told.Story
    app: App
    world: World
    clock: ManualClock
    tell: Callable[[Line], None]
    _named: dict[str, str] = field(default_factory=dict)
    _shown: dict[str, tuple[Any, bool]] = field(default_factory=dict)
    _earned: list[PointsAwarded | PointsReversed] = field(default_factory=list)
    _granted: int = 0

    async def play(self) -> None:
        """Raises StoryFailed."""
        self.app.services.watchers.append(self._watch)
        self._build()
        await self._settled()
        await self._configure()
        self._forget_what_stands()
        self.tell(Moved(self.clock.now()))
        for step in self.story.steps:
            await self._move(step)
            await self._do(step)
            await self._settled()
            await self._report()

    def _watch(self, seen: object) -> None:
        if isinstance(seen, PointsAwarded | PointsReversed):
            self._earned.append(seen)

    async def _settled(self) -> None:
        await self.world.drained()
        await self.app.settled()

    def _build(self) -> None:
        place, world = self.story.place, self.world
        for person in self.story.people:
            world.add_user(
                person.name, id=person.id, locale=person.locale, zone=person.zone, takes_dms=person.takes_dms
            )
        owner = next((person.id for person in self.story.people if person.owner), None)
        world.add_space(place.name, id=place.id, locale=place.locale, owner=owner)
        for role in self.story.roles:
            world.add_role(place.id, role.name, id=role.id, rank=role.rank, moderates=role.moderates)
        for channel in self.story.channels:
            private = None if channel.private is None else (*channel.private, world.bot)
            world.add_channel(place.id, channel.name, id=channel.id, private=private)
        world.settle_in(place.id, {p.id: p.roles for p in self.story.people if p.here and not p.owner})

    async def _configure(self) -> None:
        """The story's settings, checked by the cogs' own models."""
        models = self.app.services.settings.models
        async with self.app.database.write() as tx:
            (community,) = await People(tx).communities()
            for cog, values in self.story.settings.items():
                settings: BaseModel = models[cog].model_validate(values)
                await self.app.services.settings.save(tx, community.id, settings, self.clock.now())

    def _forget_what_stands(self) -> None:
        self._earned.clear()
        self._shown = {message.id: (message.body, message.deleted) for message in self.world.all_messages()}

    async def _move(self, step: told.Step) -> None:
        """Every schedule between now and then runs at its own time."""
        moment = self._moment(step)
        if moment is None:
            return
        before = self.clock.now()
        while (following := await self._next_due()) is not None and following < moment:
            self.clock.move_to(max(following, self.clock.now()))
            await self._settled()
            if self._anything_new():
                self.tell(Moved(self.clock.now()))
                await self._report()
        self.clock.move_to(moment)
        await self._settled()
        if moment - before >= timedelta(minutes=1):
            self.tell(Moved(moment))
        await self._report()

    async def _next_due(self) -> datetime | None:
        return await self.app.scheduler.look()

    def _moment(self, step: told.Step) -> datetime | None:
        now = self.clock.now()
        if step.after is not None:
            return now + timedelta(**{_LENGTH[step.after[-1]]: int(step.after[:-1])})
        if step.at is None:
            return None
        local = now.astimezone(ZoneInfo(self.story.place.zone))
        moment = datetime.combine(local.date(), time.fromisoformat(step.at), local.tzinfo)
        return moment if moment >= local else moment + timedelta(days=1)

    async def _do(self, step: told.AnyStep) -> None:
        world, place = self.world, self.story.place.id
        match step:
            case told.Tells():
                self.tell(Narrated(step.words))
            case told.Joins():
                person = self._person(step.who)
                world.join(place, step.who, roles=person.roles)
                self.tell(Happened("join", person.name))
            case told.Leaves():
                world.leave(place, step.who)
                self.tell(Happened("leave", self._person(step.who).name))
            case told.Says():
                reply_to = self._message(step.reply_to) if step.reply_to else None
                message = world.post(step.who, step.where, step.text, reply_to=reply_to)
                if step.called:
                    self._named[step.called] = message
            case told.Reacts():
                world.react(step.who, self._message(step.to), step.emoji)
                self.tell(Happened("react", self._person(step.who).name, step.emoji))
            case told.Removes():
                world.delete(step.who, self._message(step.message))
            case told.Uses():
                words = " ".join([step.command, *(f"{name}:{value}" for name, value in step.options.items())])
                self.tell(Happened("use", self._person(step.who).name, f"/{words}"))
                await self._answered(step.who, world.command(step.who, step.where, step.command.split(), step.options))
            case told.Presses():
                message, index, label = self._button(step)
                self.tell(Happened("press", self._person(step.who).name, label))
                await self._answered(step.who, self.world.press(step.who, message, index, step.picked))
            case told.Fills():
                await self._answered(step.who, self._fill(step))
            case told.Expects():
                self._check(step)

    async def _answered(self, who: str, interaction: str) -> None:
        answer: AnswerView = await self.world.answered(interaction)
        if answer.state is State.FAILED:
            raise StoryFailed("the bot did not answer")
        if answer.form is not None:
            self.tell(Opened(self.world.user(who).name, answer.form))

    def _button(self, step: told.Presses) -> tuple[str, int, str]:
        """The message that has it, where it stands there, and all of its label."""
        for message in reversed(list(self._visible_to(step.who))):
            for index, control in enumerate(message.body.get("controls", ())):
                if step.label in control["label"]:
                    return message.id, index, control["label"]
        raise StoryFailed(f"{step.who} sees no button “{step.label}”")

    def _fill(self, step: told.Fills) -> str:
        forms = self.world.forms(step.who)
        if not forms:
            raise StoryFailed(f"no form is open in front of {step.who}")
        values = {**forms[-1].values, **step.values}
        self.tell(Happened("fill", self._person(step.who).name, "; ".join(step.values.values())))
        return self.world.submit(step.who, forms[-1].id, values)

    def _check(self, step: told.Expects) -> None:
        seen = [show(self.world.view(message)) for message in self._visible_to(step.who)]
        home = self.world.home(step.who) if self._is_here(step.who) else None
        if home is not None:
            seen.append(show_body(dict(home)))
        if not any(step.text in text for text in seen):
            raise StoryFailed(f"{step.who} was never shown “{step.text}”")

    def _is_here(self, user: str) -> bool:
        return user in self.world.space(self.story.place.id).members

    def _visible_to(self, user: str) -> Iterator[Message]:
        return (message for message in self.world.all_messages() if self.world.shown_to(user, message))

    def _message(self, name: str) -> str:
        if name not in self._named:
            raise StoryFailed(f"no message is called {name!r}")
        return self._named[name]

    def _person(self, identity: str) -> told.Person:
        return next(person for person in self.story.people if person.id == identity)

    def _anything_new(self) -> bool:
        current = {message.id: (message.body, message.deleted) for message in self.world.all_messages()}
        return current != self._shown

    async def _report(self) -> None:
        """What is new since the last look: what people wrote, what they earned for it, what the bot said."""
        # What leaves at the same moment arrives in any order; told, it has one.
        messages = sorted(self.world.all_messages(), key=lambda message: (message.at, message.channel))
        self._report_messages(message for message in messages if message.author != self.world.bot)
        await self._report_points()
        self._report_messages(message for message in messages if message.author == self.world.bot)
        self._report_roles()

    def _report_messages(self, messages: Iterable[Message]) -> None:
        for message in messages:
            before = self._shown.get(message.id)
            self._shown[message.id] = (message.body, message.deleted)
            if before is None and not message.deleted:
                self.tell(self._as_shown(message))
            elif before is not None and message.deleted and not before[1]:
                self.tell(Gone(message, self._place(message)))
            elif before is not None and before[0] != message.body and not message.deleted:
                self.tell(self._as_shown(message, changed=True))

    async def _report_points(self) -> None:
        awards, self._earned[:] = list(self._earned), []
        if not awards:
            return
        async with self.app.database.read() as tx:
            names = await People(tx).members({award.member for award in awards})
        for award in awards:
            points = award.points if isinstance(award, PointsAwarded) else -award.points
            self.tell(Earned(names[award.member].name, points, award.reason, award.total))

    def _report_roles(self) -> None:
        granted = self.world.calls_of("roles.grant")
        for payload in granted[self._granted :]:
            self.tell(Granted(self.world.user(payload["user"]).name, self.world.role(payload["role"]).name))
        self._granted = len(granted)

    def _as_shown(self, message: Message, *, changed: bool = False) -> Shown:
        channel = self.world.place(message)
        direct = channel.kind == "dm"
        reader = message.private_to or (self.world.dm_partner(channel.id) if direct else None)
        name = self.world.user(reader).name if reader else None
        return Shown(message, self._place(message), name, direct, changed)

    def _place(self, message: Message) -> str:
        channel = self.world.place(message)
        return "DM" if channel.kind == "dm" else f"#{channel.name}"
