"""The probe: a cog that uses everything a cog may use, and remembers what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal

from sqlalchemy import BigInteger, Column, Integer, Table, select
from sqlalchemy import Text as TextColumn

from bot.cog import AnyEvent, Cog, Job, Pressable, Verdict, Watched
from bot.context import Batch, Context, Invocation
from bot.schema import Submitted
from bot.storage.database import Tx
from bot.storage.tables import metadata
from bot.vocabulary import events
from bot.vocabulary.actions import PublishHome
from bot.vocabulary.calls import Call
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import Invalid, Refusal
from bot.vocabulary.events import DomainEvent, Event, JobDue
from bot.vocabulary.model import Access, ChannelRef, Member, RoleRef, Visibility
from bot.vocabulary.options import Picked, Suggest, Text, Whole
from bot.vocabulary.replies import (
    Answer,
    Button,
    Card,
    Choice,
    Detail,
    Field,
    FieldKind,
    File,
    Form,
    LinkButton,
    Message,
    Picture,
    Reply,
    Select,
    Tone,
)
from bot.vocabulary.text import ChannelLink, Phrase, RoleName, Say, Template, mention

NAME = "probe"
TRICKY = "a:b%c=d <@U1>"
"""What a packed call must give back as it was."""
PICTURE = "https://pictures.example/cat.png"
HOMEPAGE = "https://madang.example/"

tables = metadata()
marks = Table(
    "probe_marks",
    tables,
    Column("source", TextColumn, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("by", BigInteger),
)


class Size(Enum):
    SMALL = "small"
    EXTRA_LARGE = "extra-large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(DomainEvent):
    """A domain event of the probe's own."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(DomainEvent):
    """What the guard tells of a message that it drops."""

    key: str


class Marks:
    """How often something was done, as the database knows it."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(self, source: str, by: int | None = None) -> None:
        statement = self._tx.insert(marks).values(source=source, count=1, by=by)
        more = {"count": marks.c.count + 1}
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["source"], set_=more))

    async def all(self) -> dict[str, int]:
        return {row.source: row._mapping["count"] for row in await self._tx.rows(select(marks))}


@dataclass
class Probe:
    """The cog, what it has heard, and the gate that its slow command waits at."""

    cog: Cog
    heard: list[AnyEvent] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    presses: dict[str, Pressable[Any]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.heard if type(event) is kind]


KINDS: tuple[type[Event], ...] = (
    events.MessagePosted,
    events.MessageEdited,
    events.MessageDeleted,
    events.ReactionAdded,
    events.ReactionRemoved,
    events.MemberJoined,
    events.MemberLeft,
    events.MemberChanged,
    events.ThreadOpened,
    events.VoiceJoined,
    events.VoiceLeft,
    events.ChannelChanged,
    events.SpaceSeen,
    events.SpaceLost,
    events.HomeOpened,
    events.NativeRuleHit,
)
TOLD: tuple[type[DomainEvent], ...] = (events.Delivered, events.DeliveryRefused, Marked, Heard)


def probe() -> Probe:
    """A new one for each test."""
    made = Probe(Cog(NAME, tables=tables, package="tests.conformance"))
    _commands(made)
    _answers(made)
    _presses(made)
    _listeners(made)
    return made


async def suggest(ctx: Invocation, typed: str) -> Sequence[Choice]:
    if typed == "refuse":
        raise Refusal(ctx.say("refused", why="no completion"))
    if typed == "crash":
        raise RuntimeError("a completer broke")
    return [Choice(f"{typed}{number}", Template(f"{typed} {number}")) for number in range(30)]


def say(key: str, **values: Any) -> Say:
    return Say(NAME, key, values)


def _commands(made: Probe) -> None:
    cog = made.cog

    @cog.command()
    async def every(
        ctx: Invocation,
        who: Member,
        place: ChannelRef,
        role: RoleRef,
        word: Annotated[str, Text(max=50)],
        essay: Annotated[str, Text(max=1000, long=True)],
        count: Annotated[int, Whole(1, 10)],
        flag: bool,
        colour: Literal["red", "sky-blue"],
        size: Size,
    ) -> Reply:
        """One option of every type."""
        made.calls.append({name: value for name, value in locals().items() if name not in ("ctx", "made")})
        values = {"who": mention(who), "place": ChannelLink(place), "role": RoleName(role), "word": word}
        return Reply(say("every", **values, essay=essay, count=count, flag=str(flag), colour=colour, size=size.value))

    @cog.command()
    async def optional(ctx: Invocation, word: str = "nothing", who: Member | None = None) -> Reply:
        made.calls.append({"word": word, "who": who})
        return Reply(say("echo", word=word))

    @cog.command(visibility=Visibility.PUBLIC)
    async def echo(
        ctx: Invocation,
        word: Annotated[str, Text(max=4000, long=True), Suggest(suggest)],
        ping: Member | None = None,
    ) -> Reply:
        """Says it again, in public; whoever is named is shown."""
        return Reply(say("echo-to", word=word, who=mention(ping)) if ping else say("echo", word=word))

    @cog.command()
    async def secret(ctx: Invocation, word: str = "psst") -> Reply:
        return Reply(say("echo", word=word))

    @cog.command(visibility=Visibility.PUBLIC)
    async def narrow(ctx: Invocation) -> Reply:
        return Reply(say("echo", word="for you alone"), visibility=Visibility.PRIVATE)

    @cog.command(visibility=Visibility.PRIVATE)
    async def widen(ctx: Invocation) -> Reply:
        return Reply(say("echo", word="for all"), visibility=Visibility.PUBLIC)

    @cog.command()
    async def nothing(ctx: Invocation) -> Answer:
        return None

    @cog.command()
    async def give(ctx: Invocation, to: Member, why: Annotated[str, Text(max=300, long=True)]) -> Reply:
        """What is left out is asked."""
        made.calls.append({"to": to, "why": why})
        if why == "bad":
            raise Invalid({"why": say("not-that", word=why)})
        async with ctx.write() as work:
            await Marks(work.tx).add(f"give:{why}", to.id)
        return Reply(say("given", who=mention(to), word=why))

    @cog.command()
    async def survey(
        ctx: Invocation,
        q1: str,
        q2: str,
        q3: str,
        q4: str,
        q5: str,
        q6: str,
        q7: str,
        q8: str,
        q9: str,
        q10: str,
        q11: str,
        q12: str,
    ) -> Reply:
        """More questions than any platform has room for at once."""
        answers = [value for name, value in locals().items() if name.startswith("q")]
        if answers[0] == "bad":
            raise Invalid({"q1": say("not-that", word="bad")})
        async with ctx.write() as work:
            await Marks(work.tx).add("survey")
        return Reply(say("echo", word=" ".join(answers)))

    @cog.command(opens=True)
    async def edit(ctx: Invocation, slow: bool = False) -> Form:
        """A form that is filled in from what was read."""
        if slow:
            await made.gate.wait()
        return _edit_form({"title": "as it was"})

    @cog.command(access=Access.MODERATOR)
    async def for_moderators(ctx: Invocation, word: Annotated[str, Suggest(suggest)]) -> Reply:
        return Reply(say("echo", word=word))

    @cog.command(access=Access.MANAGER)
    async def for_managers(ctx: Invocation) -> Reply:
        return Reply(say("echo", word="manager"))

    @cog.command(access=Access.OWNER)
    async def for_owners(ctx: Invocation) -> Reply:
        return Reply(say("echo", word="owner"))

    @cog.command(needs=[Capability.KICKS])
    async def needy(ctx: Invocation) -> Reply:
        return Reply(say("echo", word="can kick"))

    @cog.command()
    async def refuse(ctx: Invocation) -> Reply:
        async with ctx.write() as work:
            await Marks(work.tx).add("refused")
            raise Refusal(say("refused", why="because"))

    @cog.command()
    async def crash(ctx: Invocation) -> Reply:
        async with ctx.write() as work:
            await Marks(work.tx).add("crashed")
            raise RuntimeError("a secret of the cog")

    @cog.command()
    async def slow(ctx: Invocation, word: str = "at last") -> Reply:
        await made.gate.wait()
        return Reply(say("echo", word=word))

    @cog.command(visibility=Visibility.PUBLIC)
    async def slow_public(ctx: Invocation, end: Literal["answer", "refuse", "crash"] = "answer") -> Reply:
        await made.gate.wait()
        if end == "refuse":
            raise Refusal(say("refused", why="late"))
        if end == "crash":
            raise RuntimeError("late")
        return Reply(say("echo", word="at last"))

    @cog.command()
    async def mark(ctx: Invocation, source: str) -> Reply:
        """Writes, and tells in the domain what it has written."""
        async with ctx.write() as work:
            await Marks(work.tx).add(source, ctx.member.id)
            work.emit(Marked(community=ctx.community.id, at=ctx.now, source=source))
        return Reply(say("echo", word=source))


def _edit_form(values: dict[str, str]) -> Form:
    fields = (
        Field("title", say("field-title"), value=values.get("title")),
        Field("tone", say("field-tone"), FieldKind.CHOICE, choices=(_choice("warm"), _choice("cool")), value="warm"),
        Field("note", say("field-note"), FieldKind.LONG, required=False, value=values.get("note")),
    )
    return Form(say("edit-title"), fields, Call(NAME, "save", {"version": 3}), say("edit-intro"))


def _choice(value: str) -> Choice:
    return Choice(value, say(f"choice-{value}"))


def _answers(made: Probe) -> None:
    cog = made.cog

    @cog.command(visibility=Visibility.PUBLIC)
    async def show(ctx: Invocation) -> Reply:
        """A card, a picture, a file and a link."""
        card = Card(
            say("card-title"),
            say("card-body", who=mention(ctx.member)),
            (Detail(say("detail-label"), say("detail-value", count=7)),),
            Picture(PICTURE, say("picture-alt")),
            say("card-footer"),
            Tone.GOOD,
        )
        file = File("notes.txt", "text/plain", b"\x00\xffnotes")
        return Reply(say("shown"), (card,), (LinkButton(say("home-page"), HOMEPAGE),), (file,))

    @cog.command(visibility=Visibility.PUBLIC)
    async def controls(ctx: Invocation, who: Member) -> Reply:
        """A button of every kind, and a select."""
        press = made.presses
        hit = press["hit"](who=who, colour="sky-blue", flag=True, count=3, word=TRICKY)
        return Reply(
            say("press-something"),
            controls=(
                Button(Template("hit"), hit, Tone.PRIMARY),
                Button(Template("turn"), press["turn"](page=1)),
                Button(Template("staff"), press["staff"]()),
                Button(Template("ask"), press["ask"](about="cats")),
                Button(Template("count"), press["count"](source="pressed")),
                Button(Template("form"), press["reopen"]()),
                Select(
                    Template("choose"),
                    press["choose"](about="cats"),
                    tuple(Choice(name, Template(name)) for name in ("one", "two", "three")),
                    least=1,
                    most=2,
                ),
                LinkButton(Template("link"), HOMEPAGE),
            ),
        )


def _presses(made: Probe) -> None:
    cog = made.cog

    @cog.button()
    async def hit(
        ctx: Invocation,
        who: Member,
        colour: Literal["red", "sky-blue"],
        flag: bool,
        count: Annotated[int, Whole(1, 10)],
        word: Annotated[str, Text(max=50)],
        size: Size = Size.SMALL,
    ) -> Reply:
        made.calls.append({name: value for name, value in locals().items() if name not in ("ctx", "made")})
        return Reply(say("given", who=mention(who), word=word))

    @cog.button(visibility=Visibility.PUBLIC)
    async def turn(ctx: Invocation, page: Annotated[int, Whole(1, 1000)]) -> Reply:
        button = Button(Template("turn"), made.presses["turn"](page=page + 1))
        return Reply(say("page", count=page + 1), controls=(button,), replaces=True)

    @cog.button(access=Access.MODERATOR)
    async def staff(ctx: Invocation) -> Reply:
        return Reply(say("echo", word="staff"))

    @cog.button()
    async def ask(ctx: Invocation, about: str, why: Annotated[str, Text(max=100)]) -> Reply:
        """What the button does not carry is asked."""
        if why == "bad":
            raise Invalid({"why": say("not-that", word=why)})
        return Reply(say("echo", word=f"{about}: {why}"))

    @cog.button()
    async def count(ctx: Invocation, source: str) -> Reply:
        async with ctx.write() as work:
            await Marks(work.tx).add(source)
        return Reply(say("echo", word=source))

    @cog.button()
    async def choose(ctx: Invocation, about: str, picked: Annotated[tuple[str, ...], Picked()]) -> Reply:
        made.calls.append({"about": about, "picked": picked})
        return Reply(say("echo", word=", ".join(picked)))

    @cog.button(opens=True)
    async def reopen(ctx: Invocation) -> Form:
        return _edit_form({})

    @cog.button()
    async def save(ctx: Invocation, version: int, form: Submitted) -> Answer:
        values = dict(form.values)
        made.calls.append({"version": version, "values": values})
        if values["title"] == "bad":
            raise Invalid({"title": say("not-that", word="bad")}, _edit_form(values))
        if values["title"] == "more":
            return _edit_form(values)
        async with ctx.write() as work:
            await Marks(work.tx).add(f"save:{values['title']}")
        return Reply(say("echo", word=values["title"]))

    made.presses = {name: Pressable(endpoint) for name, endpoint in cog.endpoints.items() if not endpoint.command}


def _listeners(made: Probe) -> None:
    cog = made.cog

    @cog.guard(lambda _: 0)
    def sift(seen: int, batch: Sequence[Watched]) -> tuple[int, Sequence[Verdict]]:
        """Drops what asks for it, and tells so."""
        verdicts = [
            Verdict(event.key, drop=True, tell=(Heard(community=0, at=event.at, key=event.key),))
            for event in batch
            if event.text.startswith("dropme")
        ]
        return seen + len(batch), verdicts

    async def listen(ctx: Context, event: AnyEvent) -> None:
        if isinstance(event, events.MessagePosted) and event.text == "poison":
            raise RuntimeError("this listener cannot swallow that")
        made.heard.append(event)
        if isinstance(event, Event) and not isinstance(event, events.SpaceSeen):
            await Marks(ctx.tx).add(event.key)

    cog.on(*KINDS, *TOLD)(listen)

    @cog.on_batch(events.MessagePosted)
    async def together(batch: Batch) -> None:
        made.batches.append([arrived.event.key for arrived in batch.arrived])

    @cog.on(events.HomeOpened)
    async def home(ctx: Context, event: events.HomeOpened) -> None:
        button = Button(Template("turn"), made.presses["turn"](page=1))
        panels = Message(say("at-home"), controls=(button,))
        ctx.send(PublishHome(event.account.ref, event.space, panels), tag="home")

    @cog.every("0 9 * * *")
    async def daily(ctx: Context, due: JobDue) -> None:
        made.heard.append(due)
        await Marks(ctx.tx).add(due.key)

    @cog.job
    async def later(ctx: Context, due: JobDue) -> None:
        made.heard.append(due)
        await Marks(ctx.tx).add(due.key)
        if due.values.get("again"):
            await ctx.schedule(made.jobs["later"], ctx.now + timedelta(hours=1), name="more")

    made.jobs = {"daily": daily, "later": later}


def phrase(text: str) -> Phrase:
    """Words of a test's own."""
    return Template(text)
