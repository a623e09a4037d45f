"""Phrases in a reader's language and zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import Broken, Locales, Speaker, pick_locale, template_problems
from bot.vocabulary.model import AccountRef, ChannelRef, RoleRef, SpaceRef
from bot.vocabulary.text import (
    Anchor,
    ChannelLink,
    CommandName,
    Lines,
    Listed,
    Mention,
    Phrase,
    Plain,
    RoleName,
    Say,
    Spans,
    Styled,
    Template,
    TimeStyle,
    Url,
    Value,
    Voice,
    When,
)

NOW = datetime(2026, 3, 5, 6, 5, tzinfo=UTC)
SPACE = SpaceRef("playground", "1")
MINSU = Mention("민수", (AccountRef("playground", "7"),))

EN = """
given = { $giver } thanked *{ $to }*: { $why }
    .label = Thanks
count = { $n ->
    [one] { $n } point
   *[other] { $n } points
}
kind = { $kind ->
    [kick] out
   *[other] other: { $kind }
}
only-en = Only here
josa = { $value }
forged = {"\\U0F0000"}{ $x }
"""
KO = """
given = { $giver } 님이 { JOSA($to, "을/를") } 칭찬했어요: { $why }
    .label = 칭찬
count = { $n }점
kind = { $kind ->
    [kick] 내보냄
   *[other] 기타: { $kind }
}
josa = { JOSA($value, "을/를") } 봐요
broken = { JOSA($value, "을") }
circular = { circular }
forged = {"\\U0F0000"}{ $x }
"""


class World:
    """A catalogue, what it reported, and its two voices."""

    def __init__(self, folder: Path) -> None:
        (folder / "en.ftl").write_text(EN, encoding="utf-8")
        (folder / "ko.ftl").write_text(KO, encoding="utf-8")
        self.broken: list[Broken] = []
        self.locales = Locales({"kudos": folder}, report=self.broken.append)
        self.en = Speaker(self.locales, "en", "Europe/Berlin", lambda: NOW)
        self.ko = Speaker(self.locales, "ko", "Asia/Seoul", lambda: NOW)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> World:
    """For the tests with many examples; none of them breaks a text."""
    return World(tmp_path_factory.mktemp("locales"))


def say(key: str, **values: Value) -> Say:
    return Say("kudos", key, values)


def in_template(value: Value) -> Template:
    return Template("{x}", {"x": value})


# ------------------------------------------------------------------ saying


def test_a_speaker_is_a_voice(world: World) -> None:
    voice: Voice = world.ko
    assert (voice.locale, voice.zone) == ("ko", "Asia/Seoul")


def test_values_become_leaves(world: World) -> None:
    phrase = say("given", giver=MINSU, to="Ben", why="*kind*")
    assert world.en.spans(phrase) == (
        MINSU,
        Plain(" thanked "),
        Styled("bold", (Plain("Ben"),)),
        Plain(": *kind*"),
    )


def test_a_particle_reads_the_name_and_follows_the_mention(world: World) -> None:
    assert world.ko.spans(say("josa", value=MINSU)) == (MINSU, Plain("를 봐요"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("수민", "수민을 봐요"),
        (1000, "1,000을 봐요"),
        (2, "2를 봐요"),
        (Say("kudos", "given.label"), "칭찬을 봐요"),
        (Template("*{who}*", {"who": "하늘"}), "하늘을 봐요"),
        (Listed(("수민", "민수")), "수민, 민수를 봐요"),
        (RoleName(RoleRef(SPACE, "1"), "도우미"), "@도우미를 봐요"),
        (ChannelLink(ChannelRef(SPACE, "1"), "잡담"), "#잡담을 봐요"),
        (CommandName("points", "give"), "/points give를 봐요"),
        (Url("https://a.b", "규칙"), "규칙을 봐요"),
        ("🎉", "🎉을(를) 봐요"),
    ],
)
def test_particles_follow_every_kind_of_value(world: World, value: Value, text: str) -> None:
    assert world.ko.plain(say("josa", value=value)) == text


def test_numbers_choose_the_plural_and_carry_separators(world: World) -> None:
    assert world.en.plain(say("count", n=1)) == "1 point"
    assert world.en.plain(say("count", n=1234)) == "1,234 points"
    assert world.ko.plain(say("count", n=1234)) == "1,234점"


def test_a_text_can_be_selected_by(world: World) -> None:
    assert world.en.plain(say("kind", kind="kick")) == "out"
    assert world.en.plain(say("kind", kind="ban")) == "other: ban"
    assert world.en.plain(say("kind", kind=MINSU)) == "other: @민수"


def test_phrases_hold_phrases(world: World) -> None:
    inner = say("given", giver="a", to="b", why="c")
    assert world.en.spans(in_template(inner)) == world.en.spans(inner)
    assert world.ko.plain(Lines((say("count", n=1), Template("_x_"), Lines(())))) == "1점\nx\n"


def test_a_text_without_values_for_names_and_labels(world: World) -> None:
    assert world.locales.text("kudos", "given.label", "ko") == "칭찬"
    assert world.locales.text("kudos", "only-en", "ko") is None
    assert world.locales.available == ("en", "ko")
    assert world.broken == []


# ------------------------------------------------------------- what fails


def test_a_text_missing_in_one_language_comes_from_the_default(world: World) -> None:
    assert world.ko.plain(say("only-en")) == "Only here"
    assert [(broken.key, broken.locale) for broken in world.broken] == [("only-en", "ko")]


@pytest.mark.parametrize("key", ["nowhere", "given.nowhere", "broken", "circular", "count", ""])
def test_what_cannot_be_said_is_its_key_and_reported_once(world: World, key: str) -> None:
    for _ in range(2):
        assert world.ko.plain(say(key, value="x")) == f"⟨kudos.{key}⟩"
    assert [broken.locale for broken in world.broken] == ["ko", "en"]


def test_an_unknown_namespace(world: World) -> None:
    assert world.ko.plain(Say("nobody", "given")) == "⟨nobody.given⟩"


def test_a_forged_sentinel_shows_nothing_that_was_not_given(world: World) -> None:
    assert world.ko.plain(say("forged", x="v")) == "vv"


# -------------------------------------------------------------- templates


def test_a_template_has_markup_and_known_values(world: World) -> None:
    template = Template("*{name}* {n} { name } {other} {} {name.x}", {"name": MINSU, "n": 1000})
    assert world.ko.spans(template) == (
        Styled("bold", (MINSU,)),
        Plain(" 1,000 "),
        MINSU,
        Plain(" {other} {} {name.x}"),
    )


def test_a_template_cannot_point_at_a_value(world: World) -> None:
    template = Template("a\U000f0000b\U000f0001", {"secret": "hidden"})
    assert world.ko.plain(template) == "ab"


def test_a_value_is_not_filled_again(world: World) -> None:
    template = Template("{a}", {"a": "{b} *x* [y](https://z.z)", "b": "no"})
    assert world.ko.spans(template) == (Plain("{b} *x* [y](https://z.z)"),)


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ("*{name}* hi", []),
        ("{ name }{nmae}{nmae}", [("unknown-variable", "nmae")]),
        ("{}", [("unknown-variable", "")]),
        ("a {name b", [("unclosed-brace", "{name b")]),
        ("a} {name}", [("unclosed-brace", "} {name}")]),
        ("x" * 11, []),
        ("x" * 21, [("too-long", "21")]),
    ],
)
def test_template_problems(source: str, problems: list[tuple[str, str]]) -> None:
    found = template_problems(source, {"name"}, limit=20)
    assert [(problem.kind, problem.detail) for problem in found] == problems


# ----------------------------------------------------------------- leaves


@pytest.mark.parametrize(
    ("value", "spans"),
    [
        (Url("https://a.b/c", "*here*"), (Anchor("https://a.b/c", (Plain("*here*"),)),)),
        (Url("https://a.b/c"), (Anchor("https://a.b/c", (Plain("https://a.b/c"),)),)),
        (Url("javascript:a", "here"), (Plain("here"),)),
        (Url("https://a.b|c"), (Plain("https://a.b|c"),)),
        (When(NOW), (When(NOW),)),
        (Listed((MINSU, "b", 1000)), (MINSU, Plain(", b, 1,000"))),
        (Listed(()), ()),
        ("a\r\nb\x00\ud800\u202ec\u2066", (Plain("a\nb\ufffd\ufffdc"),)),
        (Mention("a\u202e\nb"), (Mention("a b"),)),
    ],
)
def test_values(world: World, value: Value, spans: Spans) -> None:
    assert world.en.spans(in_template(value)) == spans


@given(st.text())
def test_what_a_member_wrote_is_one_text(shared: World, text: str) -> None:
    phrases: list[Phrase] = [in_template(text), say("josa", value=text)]
    for phrase in phrases:
        spans = shared.en.spans(phrase)
        assert all(isinstance(span, Plain) for span in spans)
        assert len(spans) <= 1
        shared.en.plain(phrase).encode()
    assert shared.broken == []


@given(st.text(), st.dictionaries(st.text(max_size=5), st.text() | st.integers(-(2**63), 2**63)))
def test_any_template_can_be_said(shared: World, source: str, values: Mapping[str, Value]) -> None:
    shared.ko.plain(Template(source, values)).encode()
    template_problems(source, values)


# ------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("style", "ko", "en"),
    [
        ("date", "2026년 3월 5일 (목)", "Thu, Mar 5, 2026"),
        ("time", "오후 3:05", "7:05 AM"),
        ("datetime", "2026년 3월 5일 (목) 오후 3:05", "Thu, Mar 5, 2026, 7:05 AM"),
        ("relative", "지금", "now"),
    ],
)
def test_moments_in_the_readers_zone(world: World, style: TimeStyle, ko: str, en: str) -> None:
    assert world.ko.when(When(NOW, style)) == ko
    assert world.en.when(When(NOW.replace(tzinfo=None), style)) == en


def test_distances(world: World) -> None:
    later, earlier = When(NOW + timedelta(days=3), "relative"), When(NOW - timedelta(hours=2), "relative")
    assert (world.ko.when(later), world.en.when(later)) == ("3일 후", "in 3 days")
    assert (world.ko.when(earlier), world.en.when(earlier)) == ("2시간 전", "2 hours ago")


@pytest.mark.parametrize("zone", ["", "Nowhere/At_all", "../../etc/passwd", "\x00", "Asia"])
def test_an_unknown_zone_is_utc(world: World, zone: str) -> None:
    assert Speaker(world.locales, "en", zone, lambda: NOW).when(When(NOW, "time")) == "6:05 AM"


@given(
    st.datetimes(timezones=st.none() | st.just(UTC)),
    st.sampled_from(["date", "time", "datetime", "relative"]),
)
def test_any_moment_has_words(shared: World, at: datetime, style: TimeStyle) -> None:
    assert shared.ko.when(When(at, style))


def test_the_ends_of_time(world: World) -> None:
    assert world.ko.when(When(datetime.max))  # noqa: DTZ901
    assert Speaker(world.locales, "en", "America/New_York", lambda: NOW).when(When(datetime.min))  # noqa: DTZ901


# ------------------------------------------------------------- the reader


@pytest.mark.parametrize(
    ("wanted", "locale"),
    [
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("ko_KR", "ko"),
        ("en-US", "en"),
        ("EN", "en"),
        ("fr", "en"),
        ("korean", "en"),
        ("", "en"),
        ("-", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_language(wanted: str | None, locale: str) -> None:
    assert pick_locale(wanted, ["ko", "en"], "en") == locale


def test_commands_are_written_as_the_platform_writes_them(world: World) -> None:
    def words(command: CommandName, locale: str) -> str:
        return f"/madang {command.cog} ({locale})"

    speaker = Speaker(world.locales, "ko", "UTC", lambda: NOW, words)
    assert speaker.plain(in_template(CommandName("me"))) == "/madang me (ko)"
    assert world.ko.plain(in_template(CommandName("me"))) == "/me"
