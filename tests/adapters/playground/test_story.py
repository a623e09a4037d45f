"""The story that ships comes out as it is written, on both engines, and reads well in both languages."""

from __future__ import annotations

import io
import re
from importlib.resources import files

import pytest
from pydantic import ValidationError

from adapters.playground.demo import STORY, narrator, play
from adapters.playground.story import Story, read
from adapters.playground.telling import StoryFailed
from adapters.playground.transcript import WIDTH, Transcript
from adapters.playground.world import World
from bot.clock import ManualClock


def shipped() -> Story:
    return read(files("data") / "demo" / STORY)


async def printed(database_url: str, locale: str, story: Story) -> str:
    out, clock = io.StringIO(), ManualClock(story.start)
    world = World(clock.now)
    transcript = Transcript(out, story, world, narrator(locale, story), colours=False)
    await play(story, database_url, world, clock, transcript)
    return out.getvalue()


async def test_the_shipped_story_is_played_whole(database_url: str) -> None:
    text = await printed(database_url, "en", shipped())
    for words in (
        "DM to 소라",
        "only Alex sees this",
        "points · 미나 · a message",
        "−21 points · 미나",
        "레벨 1",
        "Leaderboard · Today",
        "들어온 지 일주일",
    ):
        assert words in text
    assert "⟨" not in text, "a text is missing"
    assert not re.search(r"\b(None|True|False)\b", text)


async def test_the_narrator_speaks_korean(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("story")
    text = await printed(f"sqlite:///{folder / 'madang.db'}", "ko", shipped())
    assert "소라 님에게 보낸 DM" in text
    assert "reacts" not in text


async def test_two_tellings_are_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("story")
    first = await printed(f"sqlite:///{folder / 'a.db'}", "en", shipped())
    assert await printed(f"sqlite:///{folder / 'b.db'}", "en", shipped()) == first


async def test_no_line_is_wider_than_a_terminal(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("story")
    text = await printed(f"sqlite:///{folder / 'madang.db'}", "en", shipped())
    assert max(map(len, text.splitlines())) <= WIDTH


async def test_a_story_that_comes_out_differently_fails(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("story")
    story = Story.model_validate(
        {
            "title": {"en": "t", "ko": "t"},
            "start": "2026-03-02T08:30:00+09:00",
            "place": {"id": "p", "name": "P"},
            "channels": [{"id": "c", "name": "c"}],
            "people": [{"id": "a", "name": "A", "owner": True}],
            "steps": [{"do": "expect", "who": "a", "text": "what nobody said"}],
        }
    )
    with pytest.raises(StoryFailed, match="never shown"):
        await printed(f"sqlite:///{folder / 'madang.db'}", "en", story)


def test_a_misspelt_step_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="texxt"):
        Story.model_validate(
            {
                "title": {"en": "t", "ko": "t"},
                "start": "2026-03-02T08:30:00+09:00",
                "place": {"id": "p", "name": "P"},
                "channels": [],
                "people": [],
                "steps": [{"do": "say", "who": "a", "where": "c", "texxt": "hello"}],
            }
        )
