"""What a community decides about its welcome."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias
from zlib import crc32

from pydantic import Field, StringConstraints, field_validator

from bot.api import Channel, CogSettings, Role, template_problems, wrong_setting

Language: TypeAlias = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")

VARIABLES = ("member", "community")
"""What a text may name: `{member}`, `{community}`."""
LONGEST_TEXT = 1500

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Address = Annotated[str, Field(max_length=500, pattern=r"^https://[^\s<>\"`|\\]+$")]

_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")


class WelcomeLink(CogSettings):
    """A page that helps a newcomer to find their way."""

    label: Words
    url: Address


class WelcomeAnswer(CogSettings):
    """An answer to the one question: its button, the interest it stands for, a role that comes with it."""

    label: Words
    tag: Tag
    role: Role = ""


class WelcomeSettings(CogSettings):
    """Empty texts, questions and answers are the shipped ones, which every language has."""

    mode: Literal["dm", "post", "both", "off"] = "dm"
    channel: Channel = ""
    hello_channel: Channel = ""
    texts: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    links: Annotated[tuple[WelcomeLink, ...], Field(max_length=3)] = ()
    ask: bool = True
    question: Annotated[str, Field(max_length=300)] = ""
    answers: Annotated[tuple[WelcomeAnswer, ...], Field(max_length=5)] = ()
    nudge: bool = True
    raid_joins: Annotated[int, Field(ge=2, le=1000)] = 10
    raid_seconds: Annotated[int, Field(ge=2, le=3600)] = 60

    @field_validator("texts")
    @classmethod
    def _texts_can_be_filled(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            _check_template(text)
        return texts

    @field_validator("answers")
    @classmethod
    def _tags_differ(cls, answers: tuple[WelcomeAnswer, ...]) -> tuple[WelcomeAnswer, ...]:
        if len({answer_key(answer.tag) for answer in answers}) < len(answers):
            raise wrong_setting("core", "invalid-once", "each only once")
        return answers

    def texts_in(self, language: Language) -> list[str]:
        """The managers' texts for readers of a language, told by their script; all of them where none fits."""
        fitting = [text for text in self.texts if (_HANGUL.search(text) is not None) == (language == "ko")]
        return fitting or list(self.texts)


def answer_key(tag: str) -> str:
    """A tag as a button carries it: short, whatever letters it is written in."""
    return f"{crc32(tag.encode()):08x}"


def _check_template(text: str) -> None:
    if not text.strip():
        raise wrong_setting("core", "invalid-too-short", "at least {least} character", least=1)
    for problem in template_problems(text, VARIABLES, LONGEST_TEXT):
        match problem.kind:
            case "unknown-variable":
                allowed = ", ".join(f"{{{name}}}" for name in VARIABLES)
                english = "there is no value for {variable}; possible are: {allowed}"
                key = "template-unknown-variable"
                raise wrong_setting("core", key, english, variable=problem.detail, allowed=allowed)
            case "unclosed-brace":
                english = "a brace stands alone here: {near}"
                raise wrong_setting("core", "template-unclosed-brace", english, near=problem.detail)
            case "too-long":
                english = "at most {most} characters; there are {length}"
                values = {"most": LONGEST_TEXT, "length": len(text)}
                raise wrong_setting("core", "template-too-long", english, **values)
