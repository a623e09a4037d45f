"""What a feature declares. A cog is inert data until the core is built with it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, ParamSpec, TypeAlias, TypeVar

from bot.domain.schedule import Policy
from bot.schema import Schema, schema_of, where
from bot.vocabulary.calls import Call, Scalar
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import CogError
from bot.vocabulary.events import DomainEvent, Event, JobDue, MessageEdited, MessagePosted
from bot.vocabulary.model import Access, ChannelRef, Member, RoleRef, Visibility
from bot.vocabulary.replies import Answer, Card
from bot.vocabulary.text import Say, Value

if TYPE_CHECKING:
    from pydantic import BaseModel

    from bot.context import Batch, Context, Invocation
    from bot.storage.tables import Tables

P = ParamSpec("P")
S = TypeVar("S")
AnyEvent: TypeAlias = Event | DomainEvent

Menu: TypeAlias = Literal["message", "member"]
"""Where a command also stands: a message's or a member's context menu."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function that an interaction reaches: a command, or what a button, a select or a form calls."""

    cog: str
    name: str
    function: Callable[..., Awaitable[Answer]]
    schema: Schema
    command: bool
    access: Access
    visibility: Visibility
    needs: frozenset[Capability] = frozenset()
    opens: bool = False
    root: bool = False
    menus: tuple[Menu, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        return (self.cog,) if self.root else (self.cog, self.name)

    @property
    def text(self) -> str:
        """The message of the cog's catalogue: its value is the localised name, its attributes describe the options."""
        return f"{'command' if self.command else 'press'}-{self.name.replace('_', '-')}"


class Pressable(Generic[P]):
    """A cog's press: called with its values, it is the Call that a button carries."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._names = {param.name for param in endpoint.schema.params}

    def __call__(self, **values: Any) -> Call:
        unknown = values.keys() - self._names
        if unknown:
            raise CogError(f"{where(self.endpoint.function)} has no parameter {sorted(unknown)}")
        packed = {name: pack_value(value) for name, value in values.items() if value is not None}
        return Call(self.endpoint.cog, self.endpoint.name, packed)


def pack_value(value: Any) -> Scalar:
    """A value as it travels in a Call; a Member by Madang's own id, marked so that no platform's id is taken for it."""
    if isinstance(value, Member):
        return f"~{value.id}"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, ChannelRef | RoleRef):
        return value.id
    if isinstance(value, str | int):
        return value
    raise CogError(f"a button cannot carry {value!r}")


@dataclass(frozen=True, slots=True)
class Listener:
    """A function that is told of events, one by one, or (`batch`) with all of a batch in arrival order."""

    cog: str
    name: str
    kinds: tuple[type[AnyEvent], ...]
    function: Callable[..., Awaitable[None]]
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A function that runs when a schedule is due; `cron` jobs have a schedule in every community."""

    cog: str
    name: str
    function: Callable[[Context, JobDue], Awaitable[None]]
    cron: str | None = None
    policy: Policy = "once"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard thinks of an event: its key, whether it falls out of what follows, and what to tell."""

    key: str
    drop: bool
    tell: tuple[DomainEvent, ...] = ()


Watched: TypeAlias = MessagePosted | MessageEdited


@dataclass(frozen=True, slots=True)
class Guard(Generic[S]):
    """Looks at messages before anyone else. `judge` is pure; its state is kept only after the commit.

    `start` makes the state of one community from that community's settings; it is called again when they change.
    """

    cog: str
    start: Callable[[Any], S]
    judge: Callable[[S, Sequence[Watched]], tuple[S, Sequence[Verdict]]]


Exporter: TypeAlias = "Callable[[Context, Member], Awaitable[Mapping[str, Any]]]"
Eraser: TypeAlias = "Callable[[Context, Member], Awaitable[None]]"
Merger: TypeAlias = "Callable[[Context, Member, Member], Awaitable[None]]"


@dataclass(slots=True)
class Cog:
    """One feature. `settings` is a pydantic model whose defaults are the feature's; `tables` its metadata."""

    name: str
    settings: type[BaseModel] | None = None
    tables: Tables | None = None
    package: str = field(default_factory=lambda: str(inspect.stack()[2].frame.f_globals["__name__"]))
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    guards: list[Guard[Any]] = field(default_factory=list)
    panels: list[Callable[[Invocation], Awaitable[Card | None]]] = field(default_factory=list)
    exporters: list[Exporter] = field(default_factory=list)
    erasers: list[Eraser] = field(default_factory=list)
    mergers: list[Merger] = field(default_factory=list)

    def say(self, key: str, **values: Value) -> Say:
        return Say(self.name, key, values)

    def command(
        self,
        *,
        access: Access = Access.MEMBER,
        visibility: Visibility = Visibility.PRIVATE,
        needs: Iterable[Capability] = (),
        opens: bool = False,
        root: bool = False,
        menus: Iterable[Menu] = (),
    ) -> Callable[[Callable[Concatenate[Invocation, P], Awaitable[Answer]]], Pressable[P]]:
        """Declares a slash command; the parameters after the context are its options.

        `opens` says that the answer is a Form which must be read for first. `root` makes it `/cog` itself.
        """

        def declare(function: Callable[Concatenate[Invocation, P], Awaitable[Answer]]) -> Pressable[P]:
            return self._endpoint(
                function,
                command=True,
                access=access,
                visibility=visibility,
                needs=frozenset(needs),
                opens=opens,
                root=root,
                menus=tuple(menus),
            )

        return declare

    def button(
        self,
        *,
        access: Access = Access.MEMBER,
        visibility: Visibility = Visibility.PRIVATE,
        opens: bool = False,
    ) -> Callable[[Callable[Concatenate[Invocation, P], Awaitable[Answer]]], Pressable[P]]:
        """Declares what a button, a select or a form calls. What its call does not carry is asked in a form."""

        def declare(function: Callable[Concatenate[Invocation, P], Awaitable[Answer]]) -> Pressable[P]:
            return self._endpoint(function, command=False, access=access, visibility=visibility, opens=opens)

        return declare

    def _endpoint(self, function: Callable[..., Awaitable[Answer]], **declared: Any) -> Pressable[Any]:
        name = function.__name__
        if name in self.endpoints:
            raise CogError(f"{where(function)}: {self.name}.{name} is declared twice")
        endpoint = Endpoint(self.name, name, function, schema_of(function), **declared)
        self.endpoints[name] = endpoint
        return Pressable(endpoint)

    def on(
        self, *kinds: type[AnyEvent]
    ) -> Callable[[Callable[[Context, Any], Awaitable[None]]], Callable[[Context, Any], Awaitable[None]]]:
        """A listener of one event at a time, in the batch's transaction."""

        def declare(
            function: Callable[[Context, Any], Awaitable[None]],
        ) -> Callable[[Context, Any], Awaitable[None]]:
            self.listeners.append(Listener(self.name, function.__name__, kinds, function))
            return function

        return declare

    def on_batch(
        self, *kinds: type[Event]
    ) -> Callable[[Callable[[Batch], Awaitable[None]]], Callable[[Batch], Awaitable[None]]]:
        """A listener of all that a batch holds of these kinds, in arrival order, for what happens often."""

        def declare(function: Callable[[Batch], Awaitable[None]]) -> Callable[[Batch], Awaitable[None]]:
            self.listeners.append(Listener(self.name, function.__name__, kinds, function, batch=True))
            return function

        return declare

    def every(
        self, cron: str, policy: Policy = "once"
    ) -> Callable[[Callable[[Context, JobDue], Awaitable[None]]], Job]:
        """A job at wall-clock times in each community's zone: `"0 9 * * mon"`."""
        return lambda function: self._job(function, cron, policy)

    def job(self, function: Callable[[Context, JobDue], Awaitable[None]]) -> Job:
        """A job that the cog schedules itself, with `ctx.schedule`."""
        return self._job(function, None, "all")

    def _job(self, function: Callable[[Context, JobDue], Awaitable[None]], cron: str | None, policy: Policy) -> Job:
        job = Job(self.name, function.__name__, function, cron, policy)
        self.jobs[job.name] = job
        return job

    def guard(
        self, start: Callable[[Any], S]
    ) -> Callable[[Callable[[S, Sequence[Watched]], tuple[S, Sequence[Verdict]]]], Guard[S]]:
        """A judge of messages; `start` makes its state from the cog's settings."""

        def declare(judge: Callable[[S, Sequence[Watched]], tuple[S, Sequence[Verdict]]]) -> Guard[S]:
            guard = Guard(self.name, start, judge)
            self.guards.append(guard)
            return guard

        return declare

    def home(
        self, function: Callable[[Invocation], Awaitable[Card | None]]
    ) -> Callable[[Invocation], Awaitable[Card | None]]:
        """A panel of `/me` and of the platform's own dashboard."""
        self.panels.append(function)
        return function

    def exports(self, function: Exporter) -> Exporter:
        """What the feature keeps about a member, as JSON values."""
        self.exporters.append(function)
        return function

    def erases(self, function: Eraser) -> Eraser:
        """Forgets a member, keeping what the feature's stated retention demands."""
        self.erasers.append(function)
        return function

    def merges(self, function: Merger) -> Merger:
        """`(ctx, gone, kept)`: what belonged to one member belongs to another from now on."""
        self.mergers.append(function)
        return function
