"""The small markup: what becomes a style or a link, and that nothing a member wrote ever does."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.markup import is_safe_url, parse, sentinel, without_sentinels
from bot.i18n.spans import merged
from bot.vocabulary.text import Anchor, Mention, Plain, Span, Spans, Style, Styled

BEN = Mention("Ben")
HOSTILE = st.text(st.sampled_from("*_`[]()> \n\\ab가1:/.h\U000f0000\U000f0001\ud800\x00"), max_size=60)


def styled(style: Style, text: str) -> Styled:
    return Styled(style, (Plain(text),))


def texts_of(spans: Spans) -> str:
    def of(span: Span) -> str:
        if isinstance(span, Plain):
            return span.text
        return texts_of(span.spans) if isinstance(span, Styled | Anchor) else ""

    return "".join(map(of, spans))


def kinds_of(spans: Spans) -> set[type]:
    inner = (kinds_of(span.spans) for span in spans if isinstance(span, Styled | Anchor))
    return {type(span) for span in spans}.union(*inner)


@pytest.mark.parametrize(
    ("source", "spans"),
    [
        ("", ()),
        ("a *b* c", (Plain("a "), styled("bold", "b"), Plain(" c"))),
        ("**b**", (styled("bold", "b"),)),
        ("_b c_", (styled("italic", "b c"),)),
        ("`*b*`", (styled("code", "*b*"),)),
        ("*a _b_*", (Styled("bold", (Plain("a "), styled("italic", "b"))),)),
        ("[a](https://b.c/d)", (Anchor("https://b.c/d", (Plain("a"),)),)),
        ("[a](https://b.c/d_(e))", (Anchor("https://b.c/d_(e)", (Plain("a"),)),)),
        ("[*a*](mailto:b@c.d)", (Anchor("mailto:b@c.d", (styled("bold", "a"),)),)),
        ("> a\n> *b*", (Styled("quote", (Plain("a\n"), styled("bold", "b"))),)),
        ("a\n> b\nc", (Plain("a\n"), styled("quote", "b"), Plain("\nc"))),
        ("*공지*는 여기", (styled("bold", "공지"), Plain("는 여기"))),
        ("(*3*개)", (Plain("("), styled("bold", "3"), Plain("개)"))),
    ],
)
def test_markup_becomes_spans(source: str, spans: Spans) -> None:
    assert parse(source) == spans


@pytest.mark.parametrize(
    "source",
    [
        "*",
        "****",
        "*a",
        "a*",
        "* a *",
        "***a***",
        "*a\nb*",
        "``",
        "`a",
        "2*3*4",
        "snake_case_name",
        "가_나_다",
        "https://a.b/_c_/d",
        "> ",
        ">_<",
        "a > b",
        "[a]",
        "[](https://b.c)",
        "[a](b)",
        "[a](javascript:alert)",
        "[a](https://b.c d)",
        "[a](https://b.c|d)",
        "[a](https://b.c\u202e)",
        "](https://b.c)",
    ],
)
def test_what_is_no_markup_stays_as_it_is(source: str) -> None:
    assert texts_of(parse(source)) == source
    assert kinds_of(parse(source)) <= {Plain}


def test_the_innermost_pair_wins() -> None:
    assert parse("*a *b*") == (Plain("*a "), styled("bold", "b"))
    assert parse("*a _b* c_") == (styled("bold", "a _b"), Plain(" c_"))


def test_a_link_that_is_not_allowed_takes_no_later_link_with_it() -> None:
    source = "[safe](javascript:a) b](https://c.d)"
    assert parse(source) == (Plain(source),)


def test_leaves_stand_where_their_sentinels_are() -> None:
    source = f"*{sentinel(0)}*님, {sentinel(1)}!"
    assert parse(source, [(BEN,), (Plain("*hi*"),)]) == (Styled("bold", (BEN,)), Plain("님, *hi*!"))


def test_code_and_labels_hold_no_mention() -> None:
    source = f"`{sentinel(0)}` [to {sentinel(0)}](https://a.b)"
    assert parse(source, [(BEN,)]) == (
        styled("code", "Ben"),
        Plain(" "),
        Anchor("https://a.b", (Plain("to Ben"),)),
    )


def test_a_leaf_in_an_address_makes_it_text() -> None:
    source = f"[a](https://b.c/{sentinel(0)})"
    assert parse(source, [(Plain("d"),)]) == (Plain("[a](https://b.c/d)"),)


def test_an_empty_leaf_leaves_no_empty_style() -> None:
    assert parse(f"a*{sentinel(0)}*", [()]) == (Plain("a**"),)
    assert parse(f"*{sentinel(0)}*`{sentinel(0)}`\n> {sentinel(0)}", [()]) == (Plain("\n"),)


def test_no_style_is_put_around_itself() -> None:
    assert parse(f"*a {sentinel(0)}*", [(styled("bold", "b"),)]) == (styled("bold", "a b"),)


def test_a_sentinel_without_a_leaf_is_nothing() -> None:
    assert parse(f"a{sentinel(5)}b") == (Plain("ab"),)


def test_sentinels_are_taken_out_of_what_people_wrote() -> None:
    assert without_sentinels(f"a{sentinel(0)}b{sentinel(60000)}") == "ab"


@pytest.mark.parametrize("url", ["http://a", "HTTPS://a.b/c?d=e&f=%20", "mailto:a@b.c", "https://마당.한국/글"])
def test_safe_urls(url: str) -> None:
    assert is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a",
        "https://",
        "javascript:a",
        "data:a",
        "//a.b",
        " https://a",
        "https://a\n",
        "https://a>b",
        "@everyone",
    ],
)
def test_unsafe_urls(url: str) -> None:
    assert not is_safe_url(url)


@given(st.text() | HOSTILE)
def test_any_text_can_be_parsed_and_none_is_lost_but_markers(source: str) -> None:
    spans = parse(source)
    assert merged(spans) == spans
    assert len(texts_of(spans)) <= len(source)
    # A style around a sentinel without a leaf is a style around nothing, and goes with its markers.
    if kinds_of(spans) <= {Plain} and without_sentinels(source) == source:
        assert texts_of(spans) == source


@given(HOSTILE)
def test_a_leaf_stays_what_it_is(text: str) -> None:
    assert parse(f"{sentinel(0)}", [(Plain(text),)]) == merged([Plain(text)])
    assert parse(f"*{sentinel(0)}*", [(Plain("a" + text),)]) == (styled("bold", "a" + text),)
    assert kinds_of(parse(f"{sentinel(0)}*[{sentinel(0)}]({sentinel(0)})", [(Plain(text),)])) <= {Plain}


@given(HOSTILE, HOSTILE)
def test_only_the_source_decides_about_links_and_styles(source: str, text: str) -> None:
    """The shape around a leaf is the same, whatever the leaf says."""

    def shape(spans: Spans) -> object:
        return [(type(span), shape(span.spans)) for span in spans if isinstance(span, Styled | Anchor)]

    assert shape(parse(source, [(Plain("x"),)])) == shape(parse(source, [(Plain("x" + text),)]))


@pytest.mark.parametrize(
    "pattern",
    [
        "*[_",
        "](",
        "`\n",
        "[a](http://",
        "*a *b ",
        "](http://a(b",
        "[*a* ",
        "_*",
        "> *a\n",
        "**",
        sentinel(0) + "_",
    ],
)
def test_very_long_texts_are_parsed_in_linear_time(pattern: str) -> None:
    source = pattern * (300_000 // len(pattern))
    started = time.perf_counter()
    parse(source, [(BEN,)])
    assert time.perf_counter() - started < 10  # far under a second here; a quadratic parser needs minutes
