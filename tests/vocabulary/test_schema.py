"""What a signature says, and what it may not: a mistake names the file, the line, the function and the parameter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from bot.catalogue import Catalogue
from bot.cog import Cog, pack_value
from bot.schema import Submitted, read_switch, schema_of
from bot.vocabulary.calls import Call
from bot.vocabulary.errors import CogError
from bot.vocabulary.model import ChannelRef, Member, RoleRef, SpaceRef
from bot.vocabulary.options import Picked, Suggest, Text, Whole
from bot.vocabulary.replies import Answer, Choice, FieldKind

SPACE = SpaceRef("paper", "desk")


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Number(Enum):
    ONE = 1


async def suggest(ctx: Any, typed: str) -> Sequence[Choice]:
    return ()


async def everything(
    ctx: Any,
    who: Member,
    place: ChannelRef,
    role: RoleRef,
    word: str,
    short: Annotated[str, Text(max=9, min=2)],
    essay: Annotated[str, Text(max=4000, long=True)],
    guess: Annotated[str, Suggest(suggest)],
    count: int,
    few: Annotated[int, Whole(1, 3)],
    flag: bool,
    colour: Literal["red", "blue"],
    size: Size,
    picked: Annotated[tuple[str, ...], Picked()],
    rest: Submitted,
    maybe: Member | None = None,
    perhaps: str | None = None,
    usually: int = 5,
) -> Answer: ...


def test_a_signature_that_has_everything() -> None:
    schema = schema_of(everything)
    found = {param.name: param for param in schema.params}
    assert (schema.picked, schema.submitted) == ("picked", "rest")
    assert {name: param.kind for name, param in found.items()} == {
        "who": FieldKind.MEMBER,
        "place": FieldKind.CHANNEL,
        "role": FieldKind.ROLE,
        "word": FieldKind.TEXT,
        "short": FieldKind.TEXT,
        "essay": FieldKind.LONG,
        "guess": FieldKind.TEXT,
        "count": FieldKind.WHOLE,
        "few": FieldKind.WHOLE,
        "flag": FieldKind.SWITCH,
        "colour": FieldKind.CHOICE,
        "size": FieldKind.CHOICE,
        "maybe": FieldKind.MEMBER,
        "perhaps": FieldKind.TEXT,
        "usually": FieldKind.WHOLE,
    }
    assert [name for name, param in found.items() if not param.required] == ["maybe", "perhaps", "usually"]
    assert (found["short"].least, found["short"].most) == (2, 9)
    assert (found["few"].least, found["few"].most) == (1, 3)
    assert found["colour"].choices == ("red", "blue")
    assert found["size"].make("large") is Size.LARGE
    assert found["guess"].completer is suggest
    assert found["usually"].default == 5


async def no_annotation(ctx: Any, wrong) -> Answer: ...  # type: ignore[no-untyped-def]
async def unknown_type(ctx: Any, wrong: float) -> Answer: ...
async def two_types(ctx: Any, wrong: str | int) -> Answer: ...
async def no_default(ctx: Any, wrong: str | None) -> Answer: ...
async def many(ctx: Any, *wrong: str) -> Answer: ...
async def named(ctx: Any, **wrong: str) -> Answer: ...
async def too_long(ctx: Any, wrong: Annotated[str, Text(max=4001)]) -> Answer: ...
async def listed(ctx: Any, wrong: list[str]) -> Answer: ...
async def numbers(ctx: Any, wrong: Literal[1, 2]) -> Answer: ...
async def anything(ctx: Any, wrong: Any) -> Answer: ...


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (no_annotation, "no annotation"),
        (unknown_type, "no type that a platform can ask for"),
        (two_types, "several types"),
        (no_default, "needs the default None"),
        (many, "variable number"),
        (named, "variable number"),
        (too_long, "over 4000"),
        (listed, "no type"),
        (numbers, "no type"),
        (anything, "no type"),
    ],
)
def test_a_mistake_names_file_function_and_parameter(function: Callable[..., Any], why: str) -> None:
    with pytest.raises(CogError) as caught:
        schema_of(function)
    told = str(caught.value)
    assert re.search(rf"{re.escape(Path(__file__).name)}:\d+ {function.__name__}: parameter 'wrong': .*{why}", told)
    line = int(re.findall(r":(\d+) ", told)[0])
    assert function.__name__ in Path(__file__).read_text().splitlines()[line - 1]


def test_a_cog_says_what_collides() -> None:
    cog = Cog("twins", package="tests")

    @cog.command()
    async def one(ctx: Any) -> Answer: ...

    with pytest.raises(CogError, match=r"test_schema\.py:\d+ .*one: twins\.one is declared twice"):

        @cog.button()
        async def one(ctx: Any) -> Answer: ...

    with pytest.raises(CogError, match="two cogs are named 'twins'"):
        Catalogue((cog, Cog("twins", package="tests")))


def test_a_press_knows_its_parameters() -> None:
    cog = Cog("shop", package="tests")

    @cog.button()
    async def buy(ctx: Any, what: str, count: int = 1) -> Answer: ...

    assert buy(what="tea", count=None) == Call("shop", "buy", {"what": "tea"})
    with pytest.raises(CogError, match=r"test_schema\.py:\d+ .*buy has no parameter \['whom'\]"):
        buy(whom="me")


@pytest.mark.parametrize(
    ("value", "packed"),
    [
        ("x", "x"),
        (7, 7),
        (True, True),
        (Size.LARGE, "large"),
        (ChannelRef(SPACE, "c1"), "c1"),
        (RoleRef(SPACE, "r1"), "r1"),
        (Member(9, 1, 1, "Ben"), "~9"),
    ],
)
def test_what_a_button_carries(value: Any, packed: str | int) -> None:
    assert pack_value(value) == packed


def test_what_it_cannot() -> None:
    with pytest.raises(CogError, match=r"cannot carry 1\.5"):
        pack_value(1.5)


@pytest.mark.parametrize("yes", ["1", "true", "Yes", " ON "])
@pytest.mark.parametrize("no", ["0", "false", "No", " off "])
def test_yes_and_no(yes: str, no: str) -> None:
    assert read_switch(yes)
    assert not read_switch(no)
    with pytest.raises(KeyError):
        read_switch("perhaps")


def test_an_enum_of_numbers_is_refused() -> None:
    """Choices travel as text: an enum whose values are none could never be made again."""

    async def numbered(ctx: Any, number: Number) -> Answer: ...

    with pytest.raises(CogError, match="number"):
        schema_of(numbered)
