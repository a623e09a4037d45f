"""Texts that managers write: the small markup, and `{name}` for values that Madang knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.i18n.clean import clean
from bot.i18n.markup import without_sentinels

TEMPLATE_LIMIT = 1500
"""Characters of a template, so that its values still fit into one message everywhere."""

ProblemKind: TypeAlias = Literal["unknown-variable", "unclosed-brace", "too-long"]

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_CONTEXT = 20


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What to mend before a template is kept: a variable's name, the text from a brace on, or the length."""

    kind: ProblemKind
    detail: str


def fill(source: str, mark: Callable[[str], str | None]) -> str:
    """The template as a source for `parse`. `mark` knows the names' sentinels; others stay as written."""

    def marked(found: re.Match[str]) -> str:
        mark_of_value = mark(found[1].strip())
        return found[0] if mark_of_value is None else mark_of_value

    return _VARIABLE.sub(marked, without_sentinels(clean(source)))


def template_problems(source: str, allowed: Collection[str], limit: int = TEMPLATE_LIMIT) -> list[TemplateProblem]:
    """Everything that is wrong with a template, each kind of mistake in the order of the text."""
    problems = [TemplateProblem("unknown-variable", name) for name in _unknown(source, allowed)]
    problems += [TemplateProblem("unclosed-brace", context) for context in _stray_braces(source)]
    if len(source) > limit:
        problems.append(TemplateProblem("too-long", str(len(source))))
    return problems


def _unknown(source: str, allowed: Collection[str]) -> list[str]:
    names = dict.fromkeys(found[1].strip() for found in _VARIABLE.finditer(source))
    return [name for name in names if name not in allowed]


def _stray_braces(source: str) -> list[str]:
    # Blanked rather than removed, so that positions still fit the source.
    rest = _VARIABLE.sub(lambda found: " " * len(found[0]), source)
    return [source[brace.start() : brace.start() + _CONTEXT] for brace in re.finditer("[{}]", rest)]
