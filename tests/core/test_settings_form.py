"""Settings as forms, as lines of text and as TOML: whatever a model holds comes back the same."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, StringConstraints, model_validator

from bot.app import load_cogs, names_in
from bot.problems import Problem
from bot.settings import Channel, CogSettings, CommunitySettings, Role
from bot.settings_form import CommunityForm, fields_of, read_settings, too_long
from bot.settings_slots import shown, slots_of, wrong
from bot.settings_toml import from_toml, to_toml
from bot.vocabulary.errors import CogError, Invalid
from bot.vocabulary.model import Community, SpaceRef
from bot.vocabulary.replies import FieldKind
from bot.vocabulary.text import Lines, Phrase, Say

HERE = SpaceRef("playground", "plaza")
ELSEWHERE = SpaceRef("slack", "T1")


class Shade(Enum):
    LIGHT = "light"
    DARK = "dark_one"


class Row(CogSettings):
    level: Annotated[int, Field(ge=1, le=1000)]
    role: Role = ""
    name: str = ""
    share: float | None = None


class Everything(CogSettings):
    on: bool = True
    count: Annotated[int, Field(ge=0, le=1000)] = 5
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    maybe: int | None = None
    place: Literal["channel", "dm", "off"] = "dm"
    days: Literal[7, 30] = 7
    shade: Shade = Shade.LIGHT
    word: Annotated[str, StringConstraints(max_length=60)] = ""
    essay: Annotated[str, Field(max_length=1500)] = ""
    channel: Channel = ""
    role: Role = ""
    words: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    rows: tuple[Row, ...] = ()


# Surrogates and NUL cannot be kept, and people's white space at the ends of a line is not meant.
LETTERS = st.characters(codec="utf-8", exclude_characters="\r\0")


def is_stripped(text: str) -> bool:
    return text == text.strip()


TEXT = st.text(LETTERS, max_size=40).filter(is_stripped)
WORD = TEXT.filter(bool)
PLACE = st.sampled_from(["", "playground:plaza:general", "slack:T1:C1", "playground:other:x"])
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ROWS = st.builds(Row, level=st.integers(1, 1000), role=PLACE, name=TEXT, share=st.none() | FINITE)
EVERYTHING = st.builds(
    Everything,
    on=st.booleans(),
    count=st.integers(0, 1000),
    share=st.floats(0, 1),
    maybe=st.none() | st.integers(),
    place=st.sampled_from(["channel", "dm", "off"]),
    days=st.sampled_from([7, 30]),
    shade=st.sampled_from(Shade),
    word=TEXT,
    essay=TEXT,
    channel=PLACE,
    role=PLACE,
    words=st.lists(WORD, max_size=4).map(tuple),
    channels=st.lists(PLACE.filter(bool), max_size=4).map(tuple),
    rows=st.lists(ROWS, max_size=4).map(tuple),
)


def asked(settings: CogSettings, space: SpaceRef = HERE) -> dict[str, str]:
    """What the form comes back with when nobody changes anything."""
    return {field.name: field.value or "" for field in fields_of(settings, "cog", space, lambda *_: True)}


@given(EVERYTHING)
def test_a_form_that_nobody_changed_changes_nothing(settings: Everything) -> None:
    assert read_settings(Everything, asked(settings), settings, "cog", HERE) == settings


@given(EVERYTHING, EVERYTHING)
def test_what_a_form_shows_can_be_written_into_any_other(settings: Everything, before: Everything) -> None:
    made = read_settings(Everything, asked(settings), before, "cog", HERE)
    # A place elsewhere is not shown by a picker, and is kept when nothing is picked here.
    same = Everything(**{**settings.model_dump(), "channel": made.channel, "role": made.role})
    assert made == same


@given(EVERYTHING)
def test_toml_comes_back_the_same(settings: Everything) -> None:
    text = to_toml({"cog": settings}, str, lambda *_: True, ["one", "two"])
    assert from_toml(text, {"cog": Everything}, "f.toml") == ({"cog": settings}, [])


@given(EVERYTHING, st.data())
def test_no_answer_breaks_the_reader(before: Everything, data: st.DataObject) -> None:
    names = [slot.name for slot in slots_of(Everything)]
    answers = data.draw(st.dictionaries(st.sampled_from(names), st.text(max_size=30)))
    found: set[str] = set()
    try:
        read_settings(Everything, answers, before, "cog", HERE)
    except Invalid as invalid:
        found = set(invalid.errors)
    assert found <= set(answers)


@given(st.text(max_size=200))
def test_no_file_breaks_the_reader(text: str) -> None:
    found, problems = from_toml(text, {"cog": Everything}, "f.toml")
    assert problems or set(found) <= {"cog"}


# ----------------------------------------------------------------------- fields


def test_each_type_has_its_field() -> None:
    fields = {field.name: field for field in fields_of(Everything(), "cog", HERE, lambda *_: False)}
    assert {name: field.kind for name, field in fields.items()} == {
        "on": FieldKind.SWITCH,
        "count": FieldKind.WHOLE,
        "share": FieldKind.NUMBER,
        "maybe": FieldKind.WHOLE,
        "place": FieldKind.CHOICE,
        "days": FieldKind.CHOICE,
        "shade": FieldKind.CHOICE,
        "word": FieldKind.TEXT,
        "essay": FieldKind.LONG,
        "channel": FieldKind.CHANNEL,
        "role": FieldKind.ROLE,
        "words": FieldKind.LONG,
        "channels": FieldKind.LONG,
        "rows": FieldKind.LONG,
    }
    assert (fields["count"].least, fields["count"].most) == (0, 1000)
    assert [choice.label for choice in fields["shade"].choices] == [
        Say("cog", "setting-shade.light"),
        Say("cog", "setting-shade.dark-one"),
    ]
    assert [choice.label for choice in fields["days"].choices] == [
        Say("cog", "setting-days.v7"),
        Say("cog", "setting-days.v30"),
    ]
    assert fields["word"].hint is None
    assert [name for name, field in fields.items() if field.required] == [
        "on", "count", "share", "place", "days", "shade"
    ]  # fmt: skip


def test_a_hint_stands_where_the_catalogue_has_one() -> None:
    fields = fields_of(Everything(), "cog", HERE, lambda _, key: key == "setting-count.hint")
    assert [field.name for field in fields if field.hint] == ["count"]


def test_places_here_go_by_their_own_id_and_others_by_all_of_it() -> None:
    settings = Everything(channel="playground:plaza:general", channels=("playground:plaza:general", "slack:T1:C1"))
    assert asked(settings)["channel"] == "general"
    assert asked(settings)["channels"] == "general\nslack:T1:C1"
    assert asked(settings, ELSEWHERE)["channel"] == ""


def test_a_place_elsewhere_stays_when_none_is_picked_here() -> None:
    before = Everything(channel="slack:T1:C1")
    assert read(before, channel="").channel == "slack:T1:C1"
    assert read(before, channel="general").channel == "playground:plaza:general"
    assert read(Everything(channel="playground:plaza:x"), channel="").channel == ""


def test_what_no_form_can_hold_is_left_out_and_stays() -> None:
    settings = Everything(words=("x" * 3000, "y" * 3000), count=7)
    assert "words" not in asked(settings)
    assert too_long(settings, HERE) == ["words"]
    assert read_settings(Everything, asked(settings), settings, "cog", HERE) == settings


class Odd(CogSettings):
    when: dict[str, str] = Field(default_factory=dict)


def test_what_no_form_can_ask_is_named() -> None:
    with pytest.raises(CogError, match=r"Odd\.when"):
        slots_of(Odd)


# --------------------------------------------------------------------- mistakes


def read(before: Everything | None = None, **answers: str) -> Everything:
    return read_settings(Everything, answers, before or Everything(), "cog", HERE)


def in_line(line: int, problem: Phrase) -> Say:
    return Say("core", "invalid-in-line", {"line": line, "problem": problem})


def errors(**answers: str) -> dict[str, Phrase]:
    with pytest.raises(Invalid) as caught:
        read(None, **answers)
    return caught.value.errors


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        ("count", "many", Say("core", "invalid-not-whole")),
        ("count", "", Say("core", "invalid-required")),
        ("count", "1001", Say("core", "invalid-out-of-range", {"least": 0, "most": 1000})),
        ("share", "half", Say("core", "invalid-not-number")),
        ("share", "inf", Say("core", "invalid-not-number")),
        ("on", "perhaps", Say("core", "invalid-not-switch")),
        ("channel", "#general", Say("core", "invalid-no-channel", {"typed": "#general"})),
        ("role", "a:b", Say("core", "invalid-no-role", {"typed": "a:b"})),
        ("word", "x" * 61, Say("core", "invalid-too-long", {"most": 60, "length": 61})),
        ("channels", "x\n\n#y", in_line(3, Say("core", "invalid-no-channel", {"typed": "#y"}))),
        ("rows", "5", in_line(1, Say("core", "invalid-columns", {"count": 4, "found": 1}))),
    ],
)
def test_a_mistake_is_said_beside_its_field(field: str, typed: str, expected: Phrase) -> None:
    assert errors(**{field: typed}) == {field: expected}


def test_every_mistake_is_said_at_once_and_by_its_line() -> None:
    found = errors(count="x", share="2", rows="5 | | a |\n\n0 | | b |\nx | | c |")
    assert found == {
        "count": Say("core", "invalid-not-whole"),
        "share": Say("core", "invalid-out-of-range", {"least": 0, "most": 1}),
        "rows": in_line(4, Say("core", "invalid-not-whole")),
    }
    assert errors(rows="5 | | a |\n\n0 | | b |\n2000 | | c |") == {
        "rows": Lines(
            (
                in_line(3, Say("core", "invalid-out-of-range", {"least": 1, "most": 1000})),
                in_line(4, Say("core", "invalid-out-of-range", {"least": 1, "most": 1000})),
            )
        )
    }


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("5 | mods | Gold |", Row(level=5, role="playground:plaza:mods", name="Gold")),
        ("5|<@&77>|a \\| b|0.5", Row(level=5, role="playground:plaza:77", name="a | b", share=0.5)),
        ("1,000 | slack:T1:S1 | two\\nlines | 2", Row(level=1000, role="slack:T1:S1", name="two\nlines", share=2)),
        ("5 | | ¯\\_(ツ)_/¯ |", Row(level=5, name="¯\\_(ツ)_/¯")),
    ],
)
def test_rows_are_read_as_people_write_them(typed: str, row: Row) -> None:
    assert read(rows=typed).rows == (row,)


class Pair(CogSettings):
    least: int = 1
    most: int = 2

    @model_validator(mode="after")
    def _in_order(self) -> Pair:
        if self.least > self.most:
            raise wrong("points", "least-over-most", "least is over most", field="least", most=self.most)
        return self


def test_a_models_own_mistake_is_said_in_its_own_words() -> None:
    with pytest.raises(Invalid) as caught:
        read_settings(Pair, {"least": "9"}, Pair(), "points", HERE)
    assert caught.value.errors == {"least": Say("points", "least-over-most", {"most": 2})}
    _, problems = from_toml("[points]\nleast = 9", {"points": Pair}, "f.toml")
    assert problems[0].write.values == {"text": "least is over most"}


def test_the_community_is_one_form_with_its_name_language_and_zone() -> None:
    community = Community(1, "Village", "en", "Asia/Seoul")
    form = CommunityForm.of(community, CommunitySettings(moderator_roles=("playground:plaza:mods",)))
    assert list(asked(form)) == [
        "name", "locale", "zone", "moderator_roles", "manager_roles", "moderators_channel", "managers_channel"
    ]  # fmt: skip
    made = read_settings(CommunityForm, {"name": "Dorf", "zone": "Europe/Berlin"}, form, "community", HERE)
    assert made.profile_of(community) == Community(1, "Dorf", "en", "Europe/Berlin")
    assert made.settings == CommunitySettings(moderator_roles=("playground:plaza:mods",))
    with pytest.raises(Invalid) as caught:
        read_settings(CommunityForm, {"name": "", "zone": "Asia/Soul", "locale": "fr"}, form, "community", HERE)
    assert caught.value.errors["zone"] == Say("core", "invalid-zone-nearest", {"near": "Asia/Seoul"})
    assert caught.value.errors["name"] == Say("core", "invalid-title")
    assert "locale" in caught.value.errors


def test_values_are_shown_in_words() -> None:
    assert shown(Everything, "cog", "place", '"off"') == (Say("cog", "setting-place"), Say("cog", "setting-place.off"))
    assert shown(Everything, "cog", "on", "false")[1] == Say("core", "off")
    assert shown(Everything, "cog", "words", "[]")[1] == Say("core", "none")
    assert shown(Everything, "cog", "gone", "5") == ("gone", "5")


# ------------------------------------------------------------------------- TOML


def told(text: str) -> list[tuple[str, int | None, str, str]]:
    def one(problem: Problem) -> tuple[str, int | None, str, str]:
        return problem.key, problem.line, problem.found.key, problem.write.key

    return [one(problem) for problem in from_toml(text, {"cog": Everything, "community": CommunityForm}, "f.toml")[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[cog", ("", 1, "found-syntax", "syntax-bracket")),
        ("[kog]", ("kog", 1, "found-unknown", "write-nearest")),
        ("cog = 1", ("cog", 1, "found-value", "write-table")),
        ("[cog]\n\ncuont = 1", ("cog.cuont", 3, "found-unknown", "write-nearest")),
        ('[cog]\ncount = "5"', ("cog.count", 2, "found-value", "write-between")),
        ("[cog]\ncount = 5.0", ("cog.count", 2, "found-value", "write-between")),
        ('[cog]\nplace = "nowhere"', ("cog.place", 2, "found-value", "write-known")),
        ('[cog]\nchannel = "general"', ("cog.channel", 2, "found-value", "write-place")),
        ("[cog]\nrows = [{ level = 0 }]", ("cog.rows[0].level", 2, "found-value", "write-between")),
        ("[[cog.rows]]\nlevel = 1\nnme = ''", ("cog.rows[0].nme", 1, "found-unknown", "write-nearest")),
        ('[community]\nlocale = "en"\nzone = "Asia/Seoul"', ("community.name", 1, "found-nothing", "write-text")),
    ],
)
def test_a_mistake_in_a_file_has_its_key_its_line_and_what_to_write(text: str, expected: tuple[Any, ...]) -> None:
    assert told(text) == [expected]


def test_every_mistake_in_a_file_is_told() -> None:
    assert len(told('x = 1\n[cog]\ncount = "5"\nplace = 1\n[community]\nzone = "x"')) == 6


@pytest.mark.parametrize("name", names_in("cogs"))
def test_every_cogs_settings_can_be_asked_and_labelled(name: str) -> None:
    cog = load_cogs([name])[0]
    if cog.settings is None:
        return
    settings = cog.settings()
    fields = fields_of(settings, name, HERE, lambda *_: True)
    assert {field.name for field in fields} == set(cog.settings.model_fields)
    answers = {field.name: field.value or "" for field in fields}
    assert read_settings(cog.settings, answers, settings, name, HERE) == settings
    text = to_toml({name: settings}, str, lambda *_: True)
    assert from_toml(text, {name: cog.settings}, "f.toml") == ({name: settings}, [])
