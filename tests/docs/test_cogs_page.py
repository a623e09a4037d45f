"""The page on writing a cog shows one that works: its blocks are taken out of it and run."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cog import Cog
from bot.settings import CogSettings
from tests.world import Village, village

PAGE = Path(__file__).parents[2] / "docs" / "cogs.md"
BLOCK = re.compile(r"^`cogs/(tea/[\w/.]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def tea(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cog]:
    """The page's cog, as a package."""
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("tea").cog
    del sys.modules["tea"]


def settings(cog: Cog, **values: str) -> CogSettings:
    assert cog.settings is not None
    made = cog.settings.model_validate(values)
    assert isinstance(made, CogSettings)
    return made


async def offered(v: Village) -> list[str]:
    await v.command("mina", "tea", "offer", to="ben")
    return v.dms("ben")


async def test_the_smallest_cog_has_a_command_a_listener_and_a_schedule(tea: Cog, database_url: str) -> None:
    async with village(database_url, [tea]) as v:
        assert "brings you a cup of *tea*" in (await offered(v))[0]
        message = await v.say("ben", "Thank you! 🍵")
        assert "🍵" in v.seen("ben")[-1].reactions
        await v.configure(settings(tea, channel="playground:plaza:general"))
        await v.advance(hours=24)
        assert "Tea is ready" in v.seen("ben")[-1].text
        assert message


async def test_it_speaks_korean(tea: Cog, database_url: str) -> None:
    async with village(database_url, [tea]) as v:
        v.add("sora", "소라", locale="ko")
        await v.settled()
        await v.command("mina", "tea", "offer", to="sora")
        assert "@Mina가 *차* 한 잔을 보냈어요" in v.dms("sora")[0]


def test_the_page_counts_its_lines() -> None:
    blocks = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    lines = [line for line in blocks["tea/__init__.py"].splitlines() if line.strip()]
    assert f"That is {len(lines)} lines of Python" in PAGE.read_text(encoding="utf-8")
