"""The configuration is read whole or not at all, and every mistake in it is told at once."""

from __future__ import annotations

import os
import re
import string
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator

from bot import config as config_module
from bot import config_values as values_module
from bot import http as http_module
from bot import problems as problems_module
from bot import settings_toml as settings_toml_module
from bot import toml_file as file_module
from bot.cli_text import cli_locale, cli_text, printable
from bot.config import Config, load, parse
from bot.config_values import DEFAULT_COGS, Section
from bot.problems import Problem, Words, dotted, nearest, problems_of, render, render_all
from bot.toml_file import LARGEST_FILE, ConfigError, ConfigMissing, parse_toml
from bot.vocabulary.model import SpaceRef

FILE = Path("madang.toml")
COGS = (*DEFAULT_COGS, "kudos")
TOKEN = "MTA4Nz.Gx1-secret"
PASSWORD = "hunter2%40pass"


class Inner(Section):
    key: SecretStr = SecretStr("")
    size: int = Field(default=1, ge=1)


class Discord(Section):
    token: SecretStr
    shards: int = 1
    extra: SecretStr | None = None
    keys: list[SecretStr] = Field(default_factory=list)
    inner: Inner = Inner()
    either: dict[str, int | list[str]] = Field(default_factory=dict)


class Loose(BaseModel):
    """An adapter's settings that did not ask for strictness."""

    connect: str = "127.0.0.1:7700"


class Chatty(Section):
    """A model whose own text quotes what it was given."""

    token: SecretStr
    name: str = ""

    @model_validator(mode="after")
    def _refuse(self) -> Chatty:
        raise ValueError(f"cannot use {self.token.get_secret_value()}")


ADAPTERS: dict[str, type[BaseModel]] = {"discord": Discord, "playground": Loose, "chatty": Chatty}
ENVIRONMENT = {
    "DISCORD_TOKEN": TOKEN + "\n",
    "DATABASE_URL": f"postgresql://madang:{PASSWORD}@db/madang",
    "DATABASE_PASSWORD": "p@ss/word",
    "EMPTY": "",
    "MYSQL": "mysql://root:hunter2@db/madang",
}


def read(text: str) -> Config:
    return parse(text, FILE, ENVIRONMENT, ADAPTERS, COGS)


def mistakes(text: str) -> dict[str, Problem]:
    with pytest.raises(ConfigError) as raised:
        read(text)
    return {problem.key: problem for problem in raised.value.problems}


def only(text: str) -> Problem:
    (problem,) = mistakes(text).values()
    return problem


def said(problem: Problem) -> str:
    return render(problem, cli_text("en"))


# ------------------------------------------------------------------------ good


def test_an_empty_file_is_the_defaults() -> None:
    config = read("")
    assert config.cogs == DEFAULT_COGS
    assert (config.defaults.locale, config.defaults.zone) == ("en", "Asia/Seoul")
    assert config.database.url.get_secret_value() == "sqlite:///var/madang.db"
    assert (config.http.host, config.http.port, config.http.enabled) == ("127.0.0.1", 8080, True)
    assert (config.log.level, config.log.format) == ("info", "auto")
    assert config.communities == ()
    assert dict(config.adapters) == {}
    assert config.secrets == ()


def test_every_value_is_read() -> None:
    config = read(
        """
        cogs = ["kudos"]
        defaults = {locale = "ko", zone = "Europe/Berlin"}
        http = {host = "::1", port = 0, enabled = false}
        log = {level = "debug", format = "json"}
        [communities.village]
        name = "마당"
        spaces = ["discord:123456", "playground:T0123"]
        [communities.other]
        name = "Other"
        locale = "en"
        zone = "UTC"
        spaces = ["discord:7"]
        [adapters.discord]
        token = "env:DISCORD_TOKEN"
        shards = 2
        """
    )
    village, other = config.communities
    assert config.cogs == ("kudos",)
    assert (config.http.host, config.http.port, config.http.enabled) == ("::1", 0, False)
    assert (village.key, village.name, village.locale, village.zone) == (
        "village",
        "마당",
        "ko",
        "Europe/Berlin",
    )
    assert village.spaces == (SpaceRef("discord", "123456"), SpaceRef("playground", "T0123"))
    assert (other.locale, other.zone) == ("en", "UTC")
    assert config.community_of(SpaceRef("discord", "7")) == other
    assert config.community_of(SpaceRef("discord", "8")) is None
    discord = config.adapters["discord"]
    assert isinstance(discord, Discord)
    assert discord.token.get_secret_value() == TOKEN
    assert discord.shards == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:////srv/madang.db", "sqlite:////srv/madang.db"),
        ("postgresql://madang@db:5432/madang", "postgresql://madang@db:5432/madang"),
        ("postgres://madang@db/madang", "postgresql://madang@db/madang"),
        ("postgresql://postgres:@/postgres?host=/tmp/pg", "postgresql://postgres:@/postgres?host=/tmp/pg"),
        ("env:DATABASE_URL", f"postgresql://madang:{PASSWORD}@db/madang"),
        ("postgresql://a:env:DATABASE_PASSWORD@db/madang", "postgresql://a:p%40ss%2Fword@db/madang"),
    ],
)
def test_addresses_of_databases(written: str, meant: str) -> None:
    assert read(f"database.url = '{written}'").database.url.get_secret_value() == meant


def test_an_adapter_is_looked_up_only_when_it_is_named() -> None:
    asked: list[str] = []

    def find(name: str) -> type[BaseModel] | None:
        asked.append(name)
        return ADAPTERS.get(name)

    assert "playground" in parse("[adapters.playground]", FILE, {}, find, COGS).adapters
    assert asked == ["playground"]
    with pytest.raises(ConfigError, match="discord, if that is what you meant"):
        parse("[adapters.discrod]", FILE, {}, find, COGS, known_adapters=("discord",))


def test_defaults_of_the_program_need_no_permission() -> None:
    assert parse("", FILE, {}, {}, known_cogs=()).cogs == DEFAULT_COGS


# -------------------------------------------------------------------- mistakes


BAD = """\
cogs = ["help", "pionts", "help"]
colour = 1
[defaults]
locale = "de"
zone = "Asia/Soul"
[database]
url = "mysql://root:hunter2@db/madang"
[http]
host = "http://example.org:80"
port = "eighty"
enabled = 1
prot = 3
[log]
level = "Info"
[communities.village]
name = "Vil\\nlage"
zone = "KST"
spaces = ["discord:1", "discrod:2", "discord 5", "discord:1"]
[communities."My Town"]
spaces = ["discord:1"]
[adapters.discord]
token = "MTA4Nz.literal"
shards = true
tokn = "MTA4Nz.other"
extra = "env:NOPE"
inner.size = 0
either.a = 2.5
[adapters.discrod]
[adapters.playground]
conect = "x"
"""

EXPECTED = {
    ("cogs[1]", 1, "write-nearest"),
    ("cogs[2]", 1, "write-once"),
    ("colour", 2, "write-known"),
    ("defaults.locale", 4, "write-known"),
    ("defaults.zone", 5, "write-zone-nearest"),
    ("database.url", 7, "write-url"),
    ("http.host", 9, "write-host"),
    ("http.port", 10, "write-between"),
    ("http.enabled", 11, "write-switch"),
    ("http.prot", 12, "write-nearest"),
    ("log.level", 14, "write-nearest"),
    ("communities.village.name", 16, "write-title"),
    ("communities.village.zone", 17, "write-zone"),
    ("communities.village.spaces[1]", 18, "write-platform"),
    ("communities.village.spaces[2]", 18, "write-space"),
    ("communities.village.spaces[3]", 18, "write-once"),
    ('communities."My Town"', 19, "write-community-key"),
    ('communities."My Town".name', 19, "write-text"),
    ('communities."My Town".spaces[0]', 20, "write-once"),
    ("adapters.discord.token", 22, "write-env"),
    ("adapters.discord.shards", 23, "write-whole"),
    ("adapters.discord.tokn", 24, "write-nearest"),
    ("adapters.discord.extra", 25, "write-variable"),
    ("adapters.discord.inner.size", 26, "write-at-least"),
    ("adapters.discord.either.a", 27, "write-whole"),
    ("adapters.discrod", 28, "write-nearest"),
    ("adapters.playground.conect", 30, "write-nearest"),
}


def test_every_mistake_is_told_at_once() -> None:
    problems = mistakes(BAD).values()
    assert {(problem.key, problem.line, problem.write.key) for problem in problems} == EXPECTED
    assert {problem.file for problem in problems} == {"madang.toml"}


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_mistakes_are_told_without_what_was_meant_to_stay_hidden(locale: Any) -> None:
    text = render_all(mistakes(BAD).values(), cli_text(locale))
    assert "hunter2" not in text
    assert "MTA4Nz" not in text
    assert "{" not in text


def test_a_mistake_reads_well() -> None:
    assert said(only('[http]\nprot = "x"')) == (
        "madang.toml, line 2: http.prot\n"
        "    found: a key that does not exist here\n"
        "    fix: port, if that is what you meant; possible are: enabled, host, port"
    )
    assert render(only("http.port = 70000"), cli_text("ko")) == (
        "madang.toml 1번째 줄: http.port\n    지금: 70000\n    이렇게: 0부터 65535까지의 정수를 따옴표 없이 적어 주세요"
    )


@pytest.mark.parametrize(
    ("url", "write"),
    [
        ("sqlite://var/madang.db", "write-url-sqlite"),
        ("sqlite:///", "write-url-sqlite"),
        ("sqlite:///:memory:", "write-url-sqlite"),
        ("sqlite", "write-url"),
        ("", "write-url"),
        ("postgresql://madang@db", "write-url-postgresql"),
        ("postgresql:///madang", "write-url-postgresql"),
        ("postgresql://u:p@db:port/madang", "write-url-postgresql"),
        ("postgresql://[::1/madang", "write-url-postgresql"),
        ("env:MYSQL", "write-url"),
        ("env:EMPTY", "write-variable"),
        ("env:", "write-env"),
        ("env:not a name", "write-env"),
        ("postgresql://u:env:NOPE@db/madang", "write-variable"),
    ],
)
def test_addresses_that_are_none(url: str, write: str) -> None:
    problem = only(f"database.url = '{url}'")
    assert (problem.key, problem.write.key) == ("database.url", write)
    assert "u:p@" not in said(problem)


@pytest.mark.parametrize("zone", ["../../etc/passwd", "asia/seoul", "localtime", "Factory", "", "UTC+9", "a\x00b"])
def test_zones_that_are_none(zone: str) -> None:
    written = zone.replace("\x00", "\\u0000")
    assert only(f'defaults.zone = "{written}"').key == "defaults.zone"


def test_zones_are_guessed() -> None:
    for typed in ("Seoul", "asia/seoul", "Asia/Soul"):
        assert only(f'defaults.zone = "{typed}"').write.values["near"] == "Asia/Seoul"


@pytest.mark.parametrize("host", ["", "a b", "http://x", "127.0.0.1:80", "x\\ny", "-x"])
def test_hosts_that_are_none(host: str) -> None:
    assert only(f'http.host = "{host}"').write.key == "write-host"


@pytest.mark.parametrize(
    ("text", "key", "write"),
    [
        ("cogs = 'help'", "cogs", "write-list"),
        ("cogs = [1]", "cogs[0]", "write-text"),
        ("http = 3", "http", "write-table"),
        ("communities = []", "communities", "write-table"),
        ("communities.a = 1", "communities.a", "write-table"),
        ("communities.a = {name = 'A', spaces = []}", "communities.a.spaces", "write-more"),
        ("communities.a = {name = 'A', spaces = 'discord:1'}", "communities.a.spaces", "write-list"),
        ("communities.a = {name = '', spaces = ['discord:1']}", "communities.a.name", "write-title"),
        ("adapters = 1", "adapters", "write-table"),
        ("adapters.discord = 'MTA4'", "adapters.discord", "write-table"),
        ("http.port = true", "http.port", "write-between"),
        ("http.port = 80.0", "http.port", "write-between"),
        ("http.port = -1", "http.port", "write-between"),
        ("http.port = 0x" + "f" * 5000, "http.port", "write-between"),
        ("http.port = 2026-01-01", "http.port", "write-between"),
        ("http.enabled = 'yes'", "http.enabled", "write-switch"),
        ("adapters.discord.token = 3", "adapters.discord.token", "write-text"),
    ],
)
def test_wrong_kinds(text: str, key: str, write: str) -> None:
    problem = only(text)
    assert (problem.key, problem.write.key) == (key, write)
    assert len(said(problem)) < 500


def test_a_value_cannot_forge_a_line() -> None:
    problem = only('"http\\nmadang.toml: all is well" = 1')
    assert len(said(problem).splitlines()) == 3
    problem = only('log.level = "info\\u202e\\u001b[2J\\u2028"')
    assert said(problem).count("\n") == 2
    assert "\x1b" not in said(problem)


# --------------------------------------------------------------------- secrets


def test_secrets_come_from_the_environment_at_any_depth() -> None:
    config = read(
        """
        [adapters.discord]
        token = "env:DISCORD_TOKEN"
        extra = "env:DATABASE_PASSWORD"
        keys = ["env:DISCORD_TOKEN"]
        inner.key = "env:DISCORD_TOKEN"
        """
    )
    discord = config.adapters["discord"]
    assert isinstance(discord, Discord)
    assert discord.inner.key.get_secret_value() == TOKEN
    assert [key.get_secret_value() for key in discord.keys] == [TOKEN]
    assert set(config.secrets) == {TOKEN, "p@ss/word"}


def test_a_configuration_shows_no_secret() -> None:
    config = read('database.url = "env:DATABASE_URL"\nadapters.discord.token = "env:DISCORD_TOKEN"')
    for text in (repr(config), str(config), f"{config.database}", f"{config.adapters['discord']!r}"):
        assert TOKEN not in text
        assert PASSWORD not in text
        assert "hunter2" not in text
    assert {TOKEN, PASSWORD, "hunter2@pass"} <= set(config.secrets)


def test_an_address_without_a_password_hides_nothing() -> None:
    assert read('database.url = "postgresql://madang@db/madang"').secrets == ()


@pytest.mark.parametrize("key", ["token", "extra", "inner.key"])
def test_a_secret_in_the_file_is_refused(key: str) -> None:
    problem = mistakes(f'[adapters.discord]\n{key} = "MTA4Nz.literal"')[f"adapters.discord.{key}"]
    name = f"DISCORD_{key.upper().replace('.', '_')}"
    assert problem.found == Words("found-written-secret")
    assert problem.write == Words("write-env", {"name": name})


def test_a_validator_that_quotes_a_secret_is_scrubbed() -> None:
    problem = only('[adapters.chatty]\ntoken = "env:DISCORD_TOKEN"')
    assert TOKEN not in said(problem)
    assert "cannot use ***" in said(problem)


def test_a_missing_secret_says_how_to_give_it() -> None:
    problem = only("[adapters.discord]")
    assert (problem.key, problem.line, problem.found.key) == ("adapters.discord.token", 1, "found-nothing")
    assert '"env:NAME"' in said(problem)


# -------------------------------------------------------------------- the file


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "madang.toml"
    path.write_bytes(b"\xef\xbb\xbf[http]\r\nport = 0\r\n")
    config = load(path, ENVIRONMENT, ADAPTERS, COGS)
    assert (config.file, config.http.port) == (path, 0)


def found(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        load(path, ENVIRONMENT, ADAPTERS, COGS)
    assert str(path.name) in str(raised.value)
    return raised.value.problems[0].found.key


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigMissing, match=r"config\.example\.toml"):
        load(tmp_path / "nowhere.toml", {}, ADAPTERS, COGS)


def test_files_that_are_none(tmp_path: Path) -> None:
    assert found(tmp_path) == "found-no-regular-file"
    large = tmp_path / "large.toml"
    large.write_bytes(b"# x\n" * 260_000)
    assert found(large) == "found-too-large"
    at_most = tmp_path / "at-most.toml"
    at_most.write_bytes(b"#" * LARGEST_FILE)
    assert load(at_most, {}, ADAPTERS, COGS).cogs == DEFAULT_COGS
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    assert found(pipe) == "found-no-regular-file"


@pytest.mark.parametrize("content", ["[http]\nport=1".encode("utf-16"), b"a = 1\nb = '\xb8\xb6'"])
def test_a_file_that_is_not_utf8(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "madang.toml"
    path.write_bytes(content)
    assert found(path) == "found-not-utf8"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it cannot be read"):
        load(tmp_path / ("x" * 300), ENVIRONMENT, ADAPTERS, COGS)


@pytest.mark.parametrize(
    ("text", "line", "column", "write"),
    [
        ("[http]\nport = eighty", 2, 8, "syntax-value"),
        ("[http\nport = 1", 1, 6, "syntax-bracket"),
        ("a = 1 b = 2", 1, 7, "syntax-rest"),
        ("\na: 1", 2, 2, "syntax-equals"),
        ("a = 'x", 1, None, "syntax-quote"),
        ('a = "x', 1, None, "syntax-quote"),
        ("a = [1,\n2\n", 2, None, "syntax-array"),
        ("a = {b = 1", 1, None, "syntax-inline-table"),
        ("[a]\n[a]", 2, 3, "syntax-twice"),
        ("= 1", 1, 1, "syntax-statement"),
        ('a = "C:\\q"', 1, 10, "syntax-backslash"),
        ("a = 'x\x01'", 1, 7, "syntax-character"),
        ("a = " + "1" * 5000, None, None, "syntax-number"),
    ],
)
def test_what_is_no_toml(text: str, line: int | None, column: int | None, write: str) -> None:
    problem = only(text)
    assert (problem.line, problem.column, problem.write.key) == (line, column, write)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "{a = " * 50_000,
        "x = 1\n" + "a." * 100_000 + "a = 1",
        "[" + "a ." * 50_000 + "a]",
        '"a".' * 50_000 + "a = 1",
    ],
)
def test_what_is_nested_too_deeply(text: str) -> None:
    assert only(text).found.key == "found-too-deep"


def test_a_long_text_is_not_deep() -> None:
    assert parse_toml(f"a = '{'x' * 100_000} {'a b. ' * 20_000}'", "x.toml")["a"]


# ----------------------------------------------------------------- for settings


class Rule(Section):
    at_most: int = Field(default=3, ge=1, le=9)
    word: str = Field(default="ab", min_length=2, max_length=4)
    place: str = Field(default="", pattern="^[a-z]*$")
    words: list[str] = Field(default_factory=list, max_length=2)


class Community(Section):
    rule: Rule = Rule()


def test_a_model_on_its_own() -> None:
    with pytest.raises(ValidationError) as raised:
        Community.model_validate(
            {"rule": {"at_most": 10, "word": "a", "place": "1", "words": ["a", "b", "c"]}, "rul": 1}
        )
    problems = problems_of(raised.value, "settings.toml", "settings", Community)
    assert [(problem.key, problem.write) for problem in problems] == [
        ("settings.rule.at_most", Words("write-between", {"least": "1", "most": "9"})),
        ("settings.rule.word", Words("write-longer", {"limit": "2"})),
        ("settings.rule.place", Words("write-pattern", {"pattern": "^[a-z]*$"})),
        ("settings.rule.words", Words("write-fewer", {"limit": "2"})),
        ("settings.rul", Words("write-nearest", {"near": "rule", "known": "rule"})),
    ]


def test_dotted_keys() -> None:
    assert dotted(dotted(dotted("", "a"), "b c"), 0) == 'a."b c"[0]'


def test_names_that_were_meant() -> None:
    assert nearest("PIONTS", ("points", "help")) == "points"
    assert nearest("zzz", ("points", "help")) is None
    assert nearest(3, ("points",)) is None
    assert nearest("p" * 100_000, ("points",)) is None


# -------------------------------------------------------------- whatever stands


VALUES = st.recursive(
    st.one_of(
        st.sampled_from(["1", "-1", "true", "0.5", "nan", "1979-05-27", "07:32:00", "''", "'env:DISCORD_TOKEN'"]),
        st.sampled_from(["'discord:1'", "'ko'", "'Asia/Seoul'", "'env:NOPE'", "'postgresql://u:p@h/n'"]),
        st.text(string.printable + "마당\u202e", max_size=12).map(lambda text: f"{text!r}"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"k{i} = {item}" for i, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "cogs",
        "defaults.locale",
        "defaults.zone",
        "database.url",
        "http.host",
        "http.port",
        "log.level",
        "communities.a.name",
        "communities.a.spaces",
        "communities.b.spaces",
        "communities",
        "adapters.discord.token",
        "adapters.discord.keys",
        "adapters.discord.either.a",
        "adapters.discord.inner",
        "adapters.chatty.token",
        "adapters",
        "adapters.x.y",
        "x",
    ]
)


def outcome(source: str) -> tuple[str, tuple[Problem, ...]]:
    try:
        return repr(read(source)), ()
    except ConfigError as error:
        return str(error) + render_all(error.problems, cli_text("ko")), error.problems


@given(st.one_of(st.text(max_size=60), st.lists(st.tuples(KEYS, VALUES), max_size=8)))
def test_any_text_is_a_configuration_or_a_list_of_mistakes(text: Any) -> None:
    source = text if isinstance(text, str) else "\n".join(f"{key} = {value}" for key, value in text)
    shown, problems = outcome(source)
    assert len({problem.key for problem in problems}) == len(problems)
    assert printable(shown.replace("\n", "")) == shown.replace("\n", "")
    assert TOKEN not in shown


# ------------------------------------------------------------------- the words


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def catalogue(locale: str) -> dict[str, set[str]]:
    source = (Path(config_module.__file__).with_name("locales_cli") / f"{locale}.ftl").read_text(encoding="utf-8")
    messages: dict[str, set[str]] = {}
    for entry in FluentParser().parse(source).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            assert entry.id.name not in messages
            variables = _Variables()
            variables.visit(entry)
            messages[entry.id.name] = variables.names
    return messages


def test_both_languages_say_the_same() -> None:
    assert catalogue("en") == catalogue("ko")


def test_every_key_in_use_is_in_the_catalogue() -> None:
    modules = (config_module, values_module, file_module, problems_module, http_module, settings_toml_module)
    sources = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules)
    used = set(re.findall(r'"((?:found|write|syntax|listen)-[a-z0-9-]+)"', sources))
    known = {key for key in catalogue("en") if re.match("found|write|syntax|listen", key)}
    assert used == known


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko"}, "ko"),
        ({"LANG": "ko-KR"}, "ko"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "kok_IN.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "ko_KR.EUC-KR"}, "ko"),
    ],
)
def test_the_language_of_the_terminal(environment: dict[str, str], locale: str) -> None:
    assert cli_locale(environment) == locale


def test_a_text_that_nobody_wrote_is_its_key() -> None:
    assert cli_text("ko")("no-such-key", {"x": 1}) == "no-such-key"


def test_values_are_not_read_as_markup() -> None:
    assert cli_text("en")("found-value", {"value": "{ $secret }"}) == "{ $secret }"
