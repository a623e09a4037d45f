"""What a large community says, the same for the same seed: frames as the playground's wire carries them."""

from __future__ import annotations

import json
import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

SPACE = "bench"
START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Seoul."""
MEMBERS = 100_000
CHANNELS = 40
EARNING = 0.2
"""The share of messages that earn points; the others fall into their author's cooldown."""
COOLDOWN = 60.0
STEEPNESS, FLATTENED = 1.25, 8
"""Authors after Zipf and Mandelbrot: the loudest of 100,000 writes some 8 % of all."""

REPLIES, REACTIONS, EDITS, DELETES = 0.06, 0.02, 0.004, 0.004

_ENGLISH = [
    "the",
    "a",
    "to",
    "and",
    "of",
    "it",
    "is",
    "that",
    "in",
    "you",
    "for",
    "on",
    "with",
    "this",
    "have",
    "not",
    "be",
    "are",
    "was",
    "but",
    "they",
    "we",
    "what",
    "can",
    "just",
    "so",
    "if",
    "do",
    "my",
    "at",
    "like",
    "how",
    "there",
    "out",
    "up",
    "about",
    "when",
    "some",
    "would",
    "them",
    "or",
    "who",
    "more",
    "from",
    "know",
    "make",
    "good",
    "time",
    "get",
    "think",
    "one",
    "see",
    "people",
    "then",
    "now",
    "really",
    "server",
    "game",
    "build",
    "update",
    "question",
    "anyone",
    "help",
    "thanks",
    "maybe",
    "still",
    "never",
    "always",
    "try",
    "found",
    "link",
    "channel",
    "event",
    "tomorrow",
    "weekend",
    "music",
    "stream",
    "patch",
    "bug",
    "works",
    "fixed",
    "great",
    "idea",
    "because",
    "should",
    "could",
    "probably",
    "community",
    "member",
    "welcome",
    "morning",
    "night",
    "today",
    "yesterday",
    "version",
    "release",
    "screenshot",
]
_KOREAN = [
    "오늘",
    "내일",
    "진짜",
    "그냥",
    "너무",
    "이거",
    "저거",
    "근데",
    "그래서",
    "아니",
    "맞아",
    "혹시",
    "다들",
    "여기",
    "저기",
    "지금",
    "나중에",
    "같이",
    "게임",
    "서버",
    "이벤트",
    "업데이트",
    "질문",
    "있어요",
    "없어요",
    "해요",
    "했어요",
    "할까요",
    "좋아요",
    "싫어요",
    "감사합니다",
    "안녕하세요",
    "반가워요",
    "주말에",
    "아침에",
    "저녁에",
    "링크",
    "채널",
    "음악",
    "방송",
    "사진",
    "버그",
    "고쳤어요",
    "됐어요",
    "안돼요",
    "어떻게",
    "왜",
    "누가",
    "언제",
    "어디서",
    "모르겠어요",
    "알겠습니다",
    "그럼",
    "일단",
    "다시",
    "조금",
    "많이",
    "정말",
    "ㅋㅋㅋ",
    "ㅎㅎ",
    "ㅠㅠ",
    "커뮤니티",
    "가입",
    "규칙",
    "공지",
    "확인했어요",
    "부탁드려요",
    "재밌어요",
    "배고파요",
    "퇴근",
    "출근",
    "학교",
    "시험",
    "과제",
]
_SHORT = ("ㅋㅋㅋㅋ", "ㅇㅇ", "lol", "ok", "^^", "👍", "ㅠㅠ", "gg", "?", "ㅎㅎ")
_EMOJI = ("👍", "❤️", "😂", "🎉", "👀")


@dataclass(frozen=True, slots=True)
class Corpus:
    """`lines` are frames as JSON; `messages` of them are new messages, over `span` seconds of the members' time."""

    lines: list[bytes]
    messages: int
    span: float
    kinds: dict[str, int]


def user_id(number: int) -> str:
    return f"u{number}"


def user_name(number: int) -> str:
    return f"{_KOREAN[number % 7]}{number}" if number % 2 else f"Member {number}"


def user(number: int) -> Json:
    return {"id": user_id(number), "name": user_name(number)}


def make(messages: int, seed: int = 1, members: int = MEMBERS) -> Corpus:
    """The frames of so many messages, with the replies, reactions, edits and removals among them."""
    chance = random.Random(seed)
    authors = _authors(chance, messages, members)
    span = _span(authors)
    frames = list(_frames(chance, authors, span / max(1, messages), members))
    kinds: dict[str, int] = {}
    for frame in frames:
        kinds[frame["type"]] = kinds.get(frame["type"], 0) + 1
    lines = [json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode() for frame in frames]
    return Corpus(lines, messages, span, kinds)


def message_frame(number: int, author: int, text: str, at: datetime, channel: int = 0) -> Json:
    return {
        "id": f"E{number}",
        "type": "message.posted",
        "space": SPACE,
        "ts": at.isoformat(),
        "message": {"id": f"M{number}", "channel": f"c{channel}", "author": user(author), "text": text},
    }


def space_seen() -> Json:
    return {
        "id": "E-space",
        "type": "space.seen",
        "space": SPACE,
        "ts": START.isoformat(),
        "name": "Bench",
        "locale": "ko",
    }


def sentence(chance: random.Random) -> str:
    """A message of natural length: mostly short, seldom long, Korean and English in equal parts."""
    if chance.random() < 0.08:
        return chance.choice(_SHORT)
    words = _KOREAN if chance.random() < 0.5 else _ENGLISH
    count = min(120, max(1, round(chance.lognormvariate(1.7, 0.8))))
    chosen = [words[min(int(chance.expovariate(0.04)), len(words) - 1)] for _ in range(count)]
    return " ".join(chosen) + chance.choice(("", "", "!", "?", "..", " ㅋㅋ", f" {chance.randrange(100)}"))


def _authors(chance: random.Random, messages: int, members: int) -> list[int]:
    """Who writes, by rank; the ranks are shuffled so that ids tell nothing."""
    weights = list(accumulate(1 / (rank + FLATTENED) ** STEEPNESS for rank in range(1, members + 1)))
    order = list(range(members))
    chance.shuffle(order)
    return [order[min(bisect(weights, chance.random() * weights[-1]), members - 1)] for _ in range(messages)]


def _span(authors: list[int]) -> float:
    """Seconds over which the messages must lie for EARNING of them to earn."""
    short, long = 1.0, 40 * 86_400.0
    for _ in range(24):
        middle = (short * long) ** 0.5
        if _earning(authors, middle / max(1, len(authors))) > EARNING * len(authors):
            long = middle
        else:
            short = middle
    return short


def _earning(authors: list[int], pace: float) -> int:
    last: dict[int, float] = {}
    earned = 0
    for number, author in enumerate(authors):
        at = number * pace
        if at - last.get(author, -COOLDOWN) >= COOLDOWN:
            last[author] = at
            earned += 1
    # Some of these are too short, or like what their author has just written.
    return int(earned * 0.9)


def _frames(chance: random.Random, authors: list[int], pace: float, members: int) -> Iterator[Json]:
    recent: list[Json] = []
    for number, author in enumerate(authors):
        at = START + timedelta(seconds=number * pace)
        channel = min(int(chance.expovariate(0.15)), CHANNELS - 1)
        frame = message_frame(number, author, sentence(chance), at, channel)
        if recent and chance.random() < REPLIES:
            frame["message"]["reply_to"] = chance.choice(recent)
        yield frame
        place = {key: frame["message"][key] for key in ("id", "channel", "author")}
        place["author"] = place["author"]["id"]
        recent = [*recent[-30:], place]
        yield from _around(chance, number, at, recent, members)


def _around(chance: random.Random, number: int, at: datetime, recent: list[Json], members: int) -> Iterator[Json]:
    """What happens to messages besides being written."""
    common: Json = {"space": SPACE, "ts": at.isoformat()}
    if chance.random() < REACTIONS:
        by = user(chance.randrange(members))
        kind: Json = {"id": f"R{number}", "type": "reaction.added", "user": by, "emoji": chance.choice(_EMOJI)}
        yield {**common, **kind, "message": chance.choice(recent)}
    if chance.random() < EDITS:
        edited = chance.choice(recent)
        written = {**edited, "author": user(int(edited["author"][1:])), "text": sentence(chance)}
        yield {**common, "id": f"D{number}", "type": "message.edited", "message": written}
    if chance.random() < DELETES:
        yield {**common, "id": f"X{number}", "type": "message.deleted", "message": chance.choice(recent)}
