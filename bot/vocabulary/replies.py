"""What a cog answers with: messages, cards, buttons, forms. No limits of any platform stand here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias

from bot.vocabulary.calls import Call
from bot.vocabulary.model import AccountRef, Visibility
from bot.vocabulary.text import Phrase


class Tone(StrEnum):
    """How a button or a card looks; platforms without colours ignore it."""

    PLAIN = "plain"
    PRIMARY = "primary"
    GOOD = "good"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    label: Phrase
    press: Call
    tone: Tone = Tone.PLAIN
    part: Literal["button"] = "button"


@dataclass(frozen=True, slots=True)
class LinkButton:
    label: Phrase
    url: str
    part: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a select's or an option's values; `value` is what comes back."""

    value: str
    label: Phrase


@dataclass(frozen=True, slots=True)
class Select:
    """A menu. The function it calls receives what was picked as its parameter `picked`."""

    label: Phrase
    press: Call
    choices: tuple[Choice, ...]
    least: int = 1
    most: int = 1
    part: Literal["select"] = "select"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image by address; `alt` is read out where it cannot be seen."""

    url: str
    alt: Phrase


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes
    # In JSON, bytes that are no text travel as base64.
    __pydantic_config__: ClassVar[dict[str, str]] = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}


@dataclass(frozen=True, slots=True)
class Detail:
    """A short labelled value of a card."""

    label: Phrase
    value: Phrase


@dataclass(frozen=True, slots=True)
class Card:
    title: Phrase | None = None
    body: Phrase | None = None
    details: tuple[Detail, ...] = ()
    picture: Picture | None = None
    footer: Phrase | None = None
    tone: Tone = Tone.PLAIN


Control: TypeAlias = Button | LinkButton | Select


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted. Nobody is pinged unless named in `pings`."""

    text: Phrase | None = None
    cards: tuple[Card, ...] = ()
    controls: tuple[Control, ...] = ()
    files: tuple[File, ...] = ()
    pings: tuple[AccountRef, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `replaces` rewrites the message whose button was pressed.

    `visibility` may only narrow what the command declares, since a platform fixes it at the first deferral.
    `locale` is the language it speaks where that is not the reader's.
    """

    text: Phrase | None = None
    cards: tuple[Card, ...] = ()
    controls: tuple[Control, ...] = ()
    files: tuple[File, ...] = ()
    visibility: Visibility | None = None
    replaces: bool = False
    locale: str | None = None

    @property
    def message(self) -> Message:
        return Message(self.text, self.cards, self.controls, self.files)


class FieldKind(StrEnum):
    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    MEMBER = "member"
    CHANNEL = "channel"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `least` and `most` bound the length of a text or the value of a number."""

    name: str
    label: Phrase
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    least: int | None = None
    most: int | None = None
    choices: tuple[Choice, ...] = ()
    value: str | None = None
    hint: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Questions asked at once; what is submitted is passed to `submit` beside the values it carries."""

    title: Phrase
    fields: tuple[Field, ...]
    submit: Call
    intro: Phrase | None = None


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What is wrong with a submitted form, by field."""

    errors: Mapping[str, Phrase] = field(default_factory=dict)


Answer: TypeAlias = Reply | Form | None
