"""Whether every namespace says the same in every language: for the tests and `madang doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.i18n.fluent import SUFFIX, Folder
from bot.i18n.josa import particle

FaultKind: TypeAlias = Literal[
    "no-file", "syntax", "duplicate", "missing", "variables", "function", "reference", "particles"
]

_FUNCTIONS = {"JOSA", "NUMBER", "DATETIME"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text: where, and what to write."""

    namespace: str
    locale: str
    key: str
    kind: FaultKind
    detail: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.locale}{SUFFIX}: {self.key or 'file'}: {self.detail}"


class _Reader(Visitor):
    """What one text uses."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.references: set[str] = set()
        self.functions: set[str] = set()
        self.pairs: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
        self.references.add(_dotted(node.id, node.attribute))

    def visit_TermReference(self, node: ast.TermReference) -> None:  # noqa: N802
        self.references.add("-" + _dotted(node.id, node.attribute))

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802
        self.functions.add(node.id.name)
        if node.id.name == "JOSA":
            self.pairs.update(_second_text(node.arguments))
        self.generic_visit(node)


@dataclass(slots=True)
class _Catalogue:
    """One file: its texts by key, terms under `-name`, attributes under `key.attribute`."""

    texts: dict[str, _Reader] = field(default_factory=dict)
    faults: list[tuple[str, FaultKind, str]] = field(default_factory=list)

    def messages(self) -> list[str]:
        return [key for key in self.texts if not key.startswith("-")]

    def variables(self, key: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """The values that a text needs, also through the messages it quotes."""
        text = self.texts.get(key)
        # A term sees only what its caller hands over by name.
        if text is None or key in seen or key.startswith("-"):
            return set()
        quoted = (self.variables(reference, seen | {key}) for reference in text.references)
        return text.variables.union(*quoted)


def check_catalogues(folders: Mapping[str, Folder], locales: Sequence[str]) -> list[Fault]:
    """Every fault in the namespaces' files; the first locale is the one that others are compared with."""
    return [fault for namespace, folder in folders.items() for fault in _check(namespace, folder, locales)]


def _check(namespace: str, folder: Folder, locales: Sequence[str]) -> Iterator[Fault]:
    catalogues: dict[str, _Catalogue] = {}
    for locale in locales:
        file = folder / f"{locale}{SUFFIX}"
        if not file.is_file():
            yield Fault(namespace, locale, "", "no-file", "there is no such file")
            continue
        catalogues[locale] = _read(file.read_text(encoding="utf-8"))
        for key, kind, detail in catalogues[locale].faults:
            yield Fault(namespace, locale, key, kind, detail)
    for locale, key, kind, detail in _compare(catalogues):
        yield Fault(namespace, locale, key, kind, detail)


def _compare(catalogues: Mapping[str, _Catalogue]) -> Iterator[tuple[str, str, FaultKind, str]]:
    first = next(iter(catalogues), "")
    every_key = dict.fromkeys(key for catalogue in catalogues.values() for key in catalogue.messages())
    for key in every_key:
        for locale, catalogue in catalogues.items():
            if key not in catalogue.texts:
                yield locale, key, "missing", "other languages have this text"
            elif key in catalogues[first].texts:
                difference = catalogue.variables(key) ^ catalogues[first].variables(key)
                if difference:
                    names = ", ".join(f"${name}" for name in sorted(difference))
                    yield locale, key, "variables", f"{names} only in one of {first} and {locale}"


def _read(source: str) -> _Catalogue:
    catalogue = _Catalogue()
    for entry in FluentParser().parse(source).body:
        if isinstance(entry, ast.Junk):
            catalogue.faults.append((_first_line(entry), "syntax", _complaint(entry)))
        elif isinstance(entry, ast.Message | ast.Term):
            _add(catalogue, entry)
    for key, text in catalogue.texts.items():
        catalogue.faults += _misuses(catalogue, key, text)
    return catalogue


def _add(catalogue: _Catalogue, entry: ast.Message | ast.Term) -> None:
    name = f"-{entry.id.name}" if isinstance(entry, ast.Term) else entry.id.name
    texts = [(name, entry.value)] if entry.value else []
    texts += [(f"{name}.{attribute.id.name}", attribute.value) for attribute in entry.attributes]
    for key, pattern in texts:
        if key in catalogue.texts:
            catalogue.faults.append((key, "duplicate", "stands here twice; the first one is used"))
            continue
        catalogue.texts[key] = _Reader()
        catalogue.texts[key].visit(pattern)


def _misuses(catalogue: _Catalogue, key: str, text: _Reader) -> Iterator[tuple[str, FaultKind, str]]:
    for name in sorted(text.functions - _FUNCTIONS):
        yield key, "function", f"there is no function {name}"
    for name in sorted(text.references - catalogue.texts.keys()):
        yield key, "reference", f"there is no text {name} in this file"
    for pair in sorted(text.pairs):
        try:
            particle("", pair)
        except ValueError as error:
            yield key, "particles", str(error)


def _second_text(arguments: ast.CallArguments) -> list[str]:
    """The pair that JOSA is given; an empty one, which is none, where it was left out."""
    texts = [argument for argument in arguments.positional[1:2] if isinstance(argument, ast.StringLiteral)]
    return [str(text.parse()["value"]) for text in texts] or [""]


def _dotted(name: ast.Identifier, attribute: ast.Identifier | None) -> str:
    return f"{name.name}.{attribute.name}" if attribute else name.name


def _first_line(junk: ast.Junk) -> str:
    return (junk.content or "").strip().partition("\n")[0][:60]


def _complaint(junk: ast.Junk) -> str:
    return "; ".join(annotation.message or annotation.code for annotation in junk.annotations)
