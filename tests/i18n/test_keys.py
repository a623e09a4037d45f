"""Every key that code uses exists in every language with the values it is given, and no sentence stands in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from pydantic import BaseModel

from bot.app import load_cogs, names_in
from bot.catalogue import Catalogue
from bot.cog import Cog, Endpoint
from bot.i18n import Locales, check_catalogues
from bot.settings import CommunitySettings
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.model import Access

ROOT = Path(__file__).parents[2]
COGS: list[Cog] = load_cogs(names_in("cogs"))
CATALOGUE = Catalogue(tuple(COGS))
FOLDERS = {"core": files("bot") / "locales"} | {cog.name: files(cog.package) / "locales" for cog in COGS}
OTHERS = {"playground": files("adapters.playground") / "locales", "cli": files("bot") / "locales_cli"}
CODE = [
    *(ROOT / "bot").rglob("*.py"),
    *(ROOT / "cogs").rglob("*.py"),
    *(path for path in (ROOT / "adapters").rglob("*.py")),
]


@dataclass(frozen=True)
class Use:
    """A key as code names it; `*` stands for what is filled in at run time."""

    cog: str
    key: str
    values: frozenset[str] | None
    where: str


TERMINAL = {
    "cli",
    "doctor",
    "operate",
    "problems",
    "runner",
    "config",
    "config_values",
    "toml_file",
    "http",
    "cli_text",
}
"""Modules of the core whose words are the terminal's."""


def cog_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    if parts[0] == "bot" and path.stem in TERMINAL:
        return "cli"
    if parts[:2] == ("adapters", "playground"):
        return "playground"
    return parts[1] if parts[0] == "cogs" else "core"


def text_of(node: ast.expr | None) -> str | None:
    """A key as a pattern: a constant as it is, an f-string with `*` for its holes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)  # type: ignore[misc]
    return None


def uses(path: Path) -> Iterator[Use]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        where = f"{path.relative_to(ROOT)}:{node.lineno}"
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "say" and node.args:
            key = text_of(node.args[0])
            known = all(keyword.arg for keyword in node.keywords)
            values = frozenset(str(keyword.arg) for keyword in node.keywords) if known else None
            if len(node.args) > 1:
                values = dict_keys(node.args[1])
            if key is not None:
                yield Use(cog_of(path), key, values, where)
        if name == "Say" and len(node.args) >= 2:
            cog, key = text_of(node.args[0]), text_of(node.args[1])
            if isinstance(node.args[0], ast.Name) and node.args[0].id == "CORE":
                cog = "core"
            if cog is not None and key is not None and "*" not in cog:
                yield Use(cog, key, dict_keys(node.args[2] if len(node.args) > 2 else None), where)


def dict_keys(node: ast.expr | None) -> frozenset[str] | None:
    if node is None:
        return frozenset()
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return frozenset(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
    return None


USES = [use for path in CODE if "locales" not in path.parts for use in uses(path)]


def catalogue(cog: str, locale: str) -> dict[str, set[str]]:
    """The variables of every key and attribute of a file."""
    folder = (FOLDERS | OTHERS)[cog]
    resource = FluentParser().parse((folder / f"{locale}.ftl").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for entry in resource.body:
        if isinstance(entry, ftl.Message):
            found[entry.id.name] = variables(entry.value)
            found |= {
                f"{entry.id.name}.{attribute.id.name}": variables(attribute.value) for attribute in entry.attributes
            }
    return found


def variables(pattern: ftl.Pattern | None) -> set[str]:
    names: set[str] = set()

    def visit(node: object) -> None:
        if isinstance(node, ftl.VariableReference):
            names.add(node.id.name)
        elif isinstance(node, ftl.BaseNode):
            for child in vars(node).values():
                visit(child)
        elif isinstance(node, list):
            for child in node:
                visit(child)

    visit(pattern)
    return names


CATALOGUES = {(cog, locale): catalogue(cog, locale) for cog in FOLDERS | OTHERS for locale in ("en", "ko")}


def test_the_scan_sees_what_code_says() -> None:
    assert len(USES) > 150
    assert {"core", "points", "welcome", "me", "help", "settings"} <= {use.cog for use in USES}


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_every_key_that_is_used_exists(locale: str) -> None:
    missing = []
    for use in USES:
        keys = CATALOGUES[use.cog, locale]
        pattern = re.compile(".+".join(map(re.escape, use.key.split("*"))) + "$")
        if not any(pattern.match(key) for key in keys):
            missing.append(f"{use.where}: {use.cog}.{use.key}")
    assert missing == []


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_every_value_that_a_text_needs_is_given(locale: str) -> None:
    missing = []
    for use in USES:
        needed = CATALOGUES[use.cog, locale].get(use.key)
        if needed is not None and use.values is not None and not needed <= use.values:
            missing.append(f"{use.where}: {use.cog}.{use.key} needs {sorted(needed - use.values)}")
    assert missing == []


def test_the_catalogues_agree_with_one_another() -> None:
    assert [str(fault) for fault in check_catalogues(FOLDERS | OTHERS, ("en", "ko"))] == []


def endpoint_keys(endpoint: Endpoint) -> Iterator[str]:
    yield endpoint.text
    yield f"{endpoint.text}.title"
    if endpoint.command:
        yield f"{endpoint.text}.description"
    for param in endpoint.schema.params:
        name = param.name.replace("_", "-")
        yield f"{endpoint.text}.{name}"
        yield from (f"{endpoint.text}.{name}-{value.replace('_', '-')}" for value in param.choices)


def setting_keys(model: type[BaseModel]) -> Iterator[str]:
    yield from (f"setting-{name.replace('_', '-')}" for name in model.model_fields)


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_what_a_cog_declares_has_its_words(locale: str) -> None:
    locales = Locales(FOLDERS)
    wanted: list[tuple[str, str]] = []
    for cog in COGS:
        wanted += [(cog.name, "cog.description")]
        wanted += [(cog.name, key) for endpoint in cog.endpoints.values() for key in endpoint_keys(endpoint)]
        wanted += [(cog.name, key) for key in setting_keys(cog.settings)] if cog.settings else []
    wanted += [("core", f"capability-{capability.value}") for capability in Capability]
    wanted += [("core", f"needs-{access.name.lower()}") for access in Access if access > Access.MEMBER]
    assert [f"{cog}.{key}" for cog, key in wanted if not locales.has(cog, key, locale)] == []
    assert set(CommunitySettings.model_fields)


SENTENCE = re.compile(r"[가-힣]{2}|[A-Za-z]+[a-z,]* [a-z]+ [a-z]+")
SILENT = {"log", "_log", "logger"}


def docstrings(tree: ast.Module) -> set[int]:
    """The strings that stand alone: docstrings, also those below a constant."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def inside(tree: ast.AST, kinds: tuple[type[ast.AST], ...]) -> set[int]:
    """Everything within a raise or an assert: what those say is for developers."""
    return {id(child) for node in ast.walk(tree) if isinstance(node, kinds) for child in ast.walk(node)}


def for_operators(tree: ast.AST) -> set[int]:
    """What is logged, kept as an error's reason, or said only where a catalogue's own text fails."""
    spoken: list[ast.AST] = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "error"]
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in SILENT:
                spoken.append(node)
            case ast.Assign(targets=[ast.Name(id="english" | "error")]):
                spoken.append(node)
    return {id(child) for node in spoken for child in ast.walk(node)}


def sentences(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spared = docstrings(tree) | inside(tree, (ast.Raise, ast.Assert)) | for_operators(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in spared and SENTENCE.search(text):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {text[:60]!r}"


def test_no_sentence_for_people_stands_in_code() -> None:
    """Cogs and the engine speak to members; what the terminal says is checked with its own catalogue."""
    spoken = [*(ROOT / "cogs").rglob("*.py"), *(ROOT / "bot" / "engine").rglob("*.py")]
    found = [line for path in spoken for line in sentences(path) if "cities.py" not in line]
    assert found == []
