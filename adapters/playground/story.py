"""A story: a village and what happens in it, as TOML. The demo prints one; a test replays it."""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, TypeAdapter


class StoryPart(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(StoryPart):
    """A line of the narrator, in both languages."""

    en: str
    ko: str


class Role(StoryPart):
    id: str
    name: str
    rank: int = 1
    moderates: bool = False


class Channel(StoryPart):
    id: str
    name: str
    private: tuple[str, ...] | None = None


class Person(StoryPart):
    """Someone of the village. Who is `here` is in it from the start, others join in the story."""

    id: str
    name: str
    locale: Literal["en", "ko"] | None = None
    zone: str | None = None
    roles: tuple[str, ...] = ()
    owner: bool = False
    here: bool = True
    takes_dms: bool = True


class Place(StoryPart):
    id: str
    name: str
    locale: Literal["en", "ko"] = "en"
    zone: str = "Asia/Seoul"


class Step(StoryPart):
    """`at` is a local time of day, on which the clock is set; `after` a length such as "3d", "2h" or "90s"."""

    at: Annotated[str, Field(pattern=r"^\d\d:\d\d(:\d\d)?$")] | None = None
    after: Annotated[str, Field(pattern=r"^\d+[smhd]$")] | None = None


class Tells(Step):
    do: Literal["tell"]
    words: Words


class Joins(Step):
    do: Literal["join"]
    who: str


class Leaves(Step):
    do: Literal["leave"]
    who: str


class Says(Step):
    """`called` gives the message a name for later steps."""

    do: Literal["say"]
    who: str
    text: str
    where: str
    reply_to: str | None = None
    called: str | None = None


class Reacts(Step):
    do: Literal["react"]
    who: str
    to: str
    emoji: str


class Removes(Step):
    do: Literal["remove"]
    who: str
    message: str


class Uses(Step):
    """A command, as in `points rank`."""

    do: Literal["use"]
    who: str
    command: str
    where: str
    options: dict[str, str] = Field(default_factory=dict)


class Presses(Step):
    """The latest button whose label has this text, among what the person sees; `picked` for a menu."""

    do: Literal["press"]
    who: str
    label: str
    picked: tuple[str, ...] = ()


class Fills(Step):
    """Fills in the form that is open in front of somebody, and sends it."""

    do: Literal["fill"]
    who: str
    values: dict[str, str]


class Waits(Step):
    """Only time passes."""

    do: Literal["wait"]


class Expects(Step):
    """A text that somebody has been shown by now; a story that does not come out so has failed."""

    do: Literal["expect"]
    who: str
    text: str


AnyStep: TypeAlias = Annotated[
    Tells | Joins | Leaves | Says | Reacts | Removes | Uses | Presses | Fills | Waits | Expects,
    Discriminator("do"),
]


class Story(StoryPart):
    """`settings` are the community's, by cog, as `madang settings import` takes them."""

    title: Words
    start: datetime
    place: Place
    roles: tuple[Role, ...] = ()
    channels: tuple[Channel, ...]
    people: tuple[Person, ...]
    settings: dict[str, dict[str, Any]] = Field(default_factory=dict)
    steps: tuple[AnyStep, ...]


def read(file: Path | Traversable) -> Story:
    """Raises pydantic.ValidationError, or ValueError for what is no TOML."""
    return TypeAdapter(Story).validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
