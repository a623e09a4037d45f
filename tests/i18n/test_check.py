"""The completeness check, and the core's own catalogue through it."""

from __future__ import annotations

from pathlib import Path

import bot
from bot.i18n import Fault, check_catalogues

CORE = Path(bot.__file__).parent / "locales"


def faults(folder: Path, en: str, ko: str) -> list[tuple[str, str, str]]:
    (folder / "en.ftl").write_text(en, encoding="utf-8")
    (folder / "ko.ftl").write_text(ko, encoding="utf-8")
    return [(fault.locale, fault.key, fault.kind) for fault in check_catalogues({"c": folder}, ["en", "ko"])]


def test_the_core_says_everything_in_every_language() -> None:
    assert check_catalogues({"core": CORE}, ["en", "ko"]) == []


def test_what_agrees_has_no_faults(tmp_path: Path) -> None:
    en = "-brand = Madang\na = Hello { $who } from { -brand }\n    .label = { NUMBER($n) }\n"
    ko = '-brand = 마당\na = { -brand }에서 { JOSA($who, "을/를") } 반겨요\n    .label = { $n }개\n'
    assert faults(tmp_path, en, ko) == []


def test_missing_texts_and_attributes(tmp_path: Path) -> None:
    en = "a = A\n    .label = L\nb = B\n"
    ko = "a = 가\nc = 다\n"
    assert faults(tmp_path, en, ko) == [
        ("ko", "a.label", "missing"),
        ("ko", "b", "missing"),
        ("en", "c", "missing"),
    ]


def test_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").write_text("a = A\n", encoding="utf-8")
    assert check_catalogues({"c": tmp_path}, ["en", "ko"]) == [Fault("c", "ko", "", "no-file", "there is no such file")]


def test_differing_variables(tmp_path: Path) -> None:
    en = "a = { $x ->\n    [one] { $y }\n   *[other] { $x }\n}\n"
    assert faults(tmp_path, en, "a = { $x }{ $z }\n") == [("ko", "a", "variables")]


def test_variables_are_followed_through_quoted_messages(tmp_path: Path) -> None:
    assert faults(tmp_path, "a = { b }\nb = { $x }\n", "a = { $x }\nb = { $x }\n") == []
    assert faults(tmp_path, "a = { b }\nb = { a }\n", "a = { b }\nb = { a }\n") == []


def test_junk_and_duplicates(tmp_path: Path) -> None:
    assert faults(tmp_path, "a = A\nb = { $\n", "a = 가\na = 나\n") == [
        ("en", "b = { $", "syntax"),
        ("ko", "a", "duplicate"),
    ]


def test_misused_functions_references_and_particles(tmp_path: Path) -> None:
    en = "a = { $x }\nb = { $x }\nc = C\nd = { $x }\n"
    ko = 'a = { JOSSA($x, "을/를") }\nb = { JOSA($x, "을") }\nc = { -brand }\nd = { JOSA($x) }\n'
    assert faults(tmp_path, en, ko) == [
        ("ko", "a", "function"),
        ("ko", "b", "particles"),
        ("ko", "c", "reference"),
        ("ko", "d", "particles"),
    ]


def test_a_fault_says_where_it_is() -> None:
    fault = Fault("kudos", "ko", "given", "missing", "other languages have this text")
    assert str(fault) == "kudos/ko.ftl: given: other languages have this text"
