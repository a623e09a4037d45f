"""A chat platform that misbehaves, and remembers what it promised: the other side of the crash benchmark.

It speaks the playground's wire by the words of its documentation, and shares no code with the bot:

    the bot:   {"hello": …}   {"ack": n}   {"call": c, "method": m, "payload": {…, "key": k}}
    it:        {"event": {…}, "n": n}      {"result": c, "ok": true, "value": {…}}
                                           {"result": c, "ok": false, "error": "unavailable", "retry_after": 0.1}

An event that was not acknowledged is sent again to whoever connects. A call with a key that was done before is
not done again. Some events it delivers twice, some calls it refuses for now, and some it carries out and hangs
up before it says so.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

SPACE = "crash"
WINDOW = 2_000
TWICE = 0.1
"""The share of events that are delivered twice."""
UNANSWERED, UNAVAILABLE, LIMITED = 0.01, 0.03, 0.01
"""Shares of calls: done but never answered, refused with 503, refused with 429."""

TALKATIVE = 10
"""One member in so many writes enough to reach level 1, and no more."""
MESSAGES_TO_LEVEL_1 = 7
BROKEN = 60
"""One message in so many makes a listener fail half-way."""
ASKING = 12
"""So many joins to a command."""
EFFECTS = frozenset({"messages.post", "dm.post"})
_WORDS = [
    "harbour",
    "lantern",
    "meadow",
    "compass",
    "violet",
    "thunder",
    "pebble",
    "orchard",
    "saddle",
    "copper",
    "willow",
    "marble",
]


@dataclass(slots=True)
class Done:
    """What was done for a key, and how often it was asked for."""

    method: str
    payload: Json
    value: Json
    asked: int = 1


@dataclass(slots=True)
class Promise:
    """What must be found at the end, by the names of this platform."""

    joins: set[str] = field(default_factory=set)
    messages: dict[str, str] = field(default_factory=dict)
    """Message by its author."""
    climbers: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    commands: dict[str, str] = field(default_factory=dict)
    """Interaction by whoever asked; each asks once."""


class Platform:
    """Serves one bot at a time, and the next one after that was killed."""

    def __init__(self, seed: int) -> None:
        self.promise = Promise()
        self.done: dict[str, Done] = {}
        self.calls = self.repeats = self.hung_up = self.refused = 0
        self.faulty = True
        self.connected = asyncio.Event()
        self._chance = random.Random(seed)
        self._start = datetime.now(UTC) - timedelta(hours=20)
        self._frames: dict[int, Json] = {}
        self._last = 0
        self._people = 0
        self._guest: _Guest | None = None
        self._server: asyncio.Server | None = None

    # Events.

    @property
    def pending(self) -> int:
        return len(self._frames)

    @property
    def events(self) -> int:
        return self._last

    def happen(self, people: int) -> None:
        """So many people join, and write; some of them ask for something."""
        for _ in range(people):
            self._newcomer()

    def end_ticks(self) -> None:
        """The channel of the schedule is gone, so that everything can come to an end."""
        self._emit("channel.changed", datetime.now(UTC), channel={"id": "ticks"}, name="ticks", gone=True)

    def _newcomer(self) -> None:
        number = self._people
        self._people += 1
        # Seven seconds apart, so that nobody takes it for a raid.
        at = self._start + timedelta(seconds=7 * number)
        user = {"id": f"u{number}", "name": f"Person {number}"}
        self.promise.joins.add(user["id"])
        self._emit("member.joined", at, user=user)
        talkative = number % TALKATIVE == 0
        if talkative:
            self.promise.climbers.add(user["id"])
        for count in range(MESSAGES_TO_LEVEL_1 if talkative else 1):
            self._message(user, at + timedelta(seconds=61 * (count + 1)), count)
        if number % ASKING == 0:
            self._ask(user, at)

    def _message(self, user: Json, at: datetime, count: int) -> None:
        message = f"{user['id']}-{count}"
        self.promise.messages[message] = user["id"]
        text = " ".join(self._chance.choices(_WORDS, k=5)) + f" {self._chance.random()}"
        if self._chance.random() < 1 / BROKEN:
            self.promise.broken.add(message)
            text = "!break " + text
        place = {"id": message, "channel": f"c{int(user['id'][1:]) % 20}", "author": user, "text": text}
        self._emit("message.posted", at, message=place)

    def _ask(self, user: Json, at: datetime) -> None:
        standing = {"roles": [], "rank": 0, "admin": False, "owner": False, "bot": False}
        asked = self._emit(
            "command.used",
            at,
            user=user,
            standing=standing,
            channel={"id": "c0"},
            locale="en",
            path=["bench", "count"],
            options={},
        )
        self.promise.commands[user["id"]] = asked

    def _emit(self, kind: str, at: datetime, **fields: Any) -> str:
        frame = {"id": f"E{self._last + 1}", "type": kind, "space": SPACE, "ts": at.isoformat(), **fields}
        for _ in range(2 if self._chance.random() < TWICE else 1):
            self._last += 1
            if kind == "command.used":
                # Nobody waits for the answer of a command for long: it is not sent again after a restart.
                self._push(self._last, frame)
            else:
                self._frames[self._last] = frame
                self._push(self._last, frame)
        return str(frame["id"])

    def _push(self, number: int, frame: Json) -> None:
        if self._guest is not None:
            self._guest.offer(number, frame)

    def acknowledge(self, number: int) -> None:
        self._frames.pop(number, None)

    # Calls.

    def call(self, method: str, payload: Json) -> Json | None:
        """What is answered; None where the connection breaks instead."""
        self.calls += 1
        fault = self._chance.random() if self.faulty else 1.0
        if fault < UNAVAILABLE:
            self.refused += 1
            return {"ok": False, "error": "unavailable"}
        if fault < UNAVAILABLE + LIMITED:
            self.refused += 1
            return {"ok": False, "error": "rate_limited", "retry_after": 0.1}
        value = self._act(method, payload)
        if fault > 1 - UNANSWERED and self.faulty:
            self.hung_up += 1
            return None
        return {"ok": True, "value": value}

    def _act(self, method: str, payload: Json) -> Json:
        key = payload.get("key")
        if not isinstance(key, str):
            return {}
        known = self.done.get(key)
        if known is not None:
            known.asked += 1
            self.repeats += 1
            return known.value
        value: Json = {}
        if method in EFFECTS:
            value = {"message": f"B{len(self.done)}", "channel": payload.get("channel", f"dm-{payload.get('user')}")}
        self.done[key] = Done(method, payload, value)
        return value

    # The wire.

    async def listen(self) -> int:
        """The port that it listens at."""
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", 0, limit=8 * 1024 * 1024)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.hang_up()

    def hang_up(self) -> None:
        if self._guest is not None:
            self._guest.abort()
        self._guest = None

    def greet(self, guest: _Guest) -> None:
        """A new connection takes the place of the one before."""
        self.hang_up()
        self._guest = guest
        self._last += 1
        here = {"id": f"E{self._last}", "type": "space.seen", "space": SPACE, "name": "Crash", "locale": "en"}
        self._frames[self._last] = {**here, "ts": datetime.now(UTC).isoformat()}
        for number, frame in list(self._frames.items()):
            guest.offer(number, frame)
        self.connected.set()

    def left(self, guest: _Guest) -> None:
        if self._guest is guest:
            self._guest = None
            self.connected.clear()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = _Guest(self, writer)
        try:
            while line := await reader.readline():
                guest.take(json.loads(line))
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass  # killed in the middle of a line
        finally:
            self.left(guest)
            writer.close()


class _Guest:
    """One connection."""

    def __init__(self, platform: Platform, writer: asyncio.StreamWriter) -> None:
        self._platform = platform
        self._writer = writer
        self._flying: set[int] = set()
        self._waiting: list[tuple[int, Json]] = []

    def offer(self, number: int, frame: Json) -> None:
        if len(self._flying) >= WINDOW:
            self._waiting.append((number, frame))
            return
        self._flying.add(number)
        self._send({"event": frame, "n": number})

    def take(self, value: Json) -> None:
        match value:
            case {"hello": _}:
                self._platform.greet(self)
            case {"ack": int(number)}:
                self._platform.acknowledge(number)
                self._flying.discard(number)
                if self._waiting:
                    self.offer(*self._waiting.pop(0))
            case {"call": int(number), "method": str(method), "payload": dict(payload)}:
                answer = self._platform.call(method, payload)
                if answer is None:
                    self.abort()
                else:
                    self._send({"result": number, **answer})

    def abort(self) -> None:
        self._writer.transport.abort()

    def _send(self, value: Json) -> None:
        if not self._writer.is_closing():
            self._writer.write(json.dumps(value).encode() + b"\n")


# ------------------------------------------------------------------ the check


@dataclass(slots=True)
class Found:
    """What stands in the database, read by the plain driver; people by their account here."""

    awards: list[tuple[str, str, str, int]]
    """(account, source, reason, points) of every row of the ledger."""
    totals: dict[str, int]
    """Points of all time on the board."""
    counted: dict[tuple[str, str], int]
    """How often each account did something, over all days."""
    dead_events: list[tuple[str, str]]
    """(cog, key)."""
    undone: list[str]
    """Outbox rows that wait, are claimed or dead, each in a few words."""
    members_ranked: int
    """Members that the counters of the all-time board hold."""


@dataclass(slots=True)
class Verdict:
    """Each list names what is wrong, so that it can be looked into."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def once(self, what: str, count: int, *, least: int = 1) -> None:
        if count < least:
            self.lost.append(what)
        elif count > 1:
            self.doubled.append(f"{what} {count} times")


def check(platform: Platform, found: Found) -> Verdict:
    """Everything that was promised, exactly once."""
    verdict = Verdict()
    _check_awards(platform.promise, found, verdict)
    _check_counts(platform, found, verdict)
    _check_posts(platform, verdict)
    _check_ticks(platform, verdict)
    _check_broken(platform.promise, found, verdict)
    if platform.pending:
        verdict.stuck.append(f"{platform.pending} events were never acknowledged")
    verdict.stuck += found.undone
    return verdict


def _check_awards(promise: Promise, found: Found, verdict: Verdict) -> None:
    """One row of the ledger a message; a member's board shows their ledger's sum."""
    rows = Counter((account, source.rpartition(":")[2]) for account, source, _, _ in found.awards)
    for message, author in promise.messages.items():
        verdict.once(f"award for {message}", rows.pop((author, message), 0))
    verdict.doubled += [f"award nobody earned: {account} {source}" for account, source in rows]
    sums: dict[str, int] = defaultdict(int)
    for account, _, _, points in found.awards:
        sums[account] += points
    for account in sums.keys() | found.totals.keys():
        ledger, board = sums.get(account, 0), found.totals.get(account, 0)
        if ledger != board:
            (verdict.doubled if board > ledger else verdict.lost).append(f"{account}: {ledger} earned, {board} shown")
    if found.members_ranked != len(sums):
        (verdict.doubled if found.members_ranked > len(sums) else verdict.lost).append(
            f"{found.members_ranked} members in the counters, {len(sums)} on the board"
        )


def _check_counts(platform: Platform, found: Found, verdict: Verdict) -> None:
    """Counters add up, so they show what a ledger with a unique source would hide."""
    written = Counter(platform.promise.messages.values())
    for account, count in written.items():
        counted = found.counted.get((account, "messages"), 0)
        if counted != count:
            (verdict.doubled if counted > count else verdict.lost).append(f"{account}: {counted} of {count} messages")
    answered = {
        str(done.payload.get("interaction"))
        for done in platform.done.values()
        if done.method == "interactions.reply" and "counted" in words(done.payload)
    }
    for account, interaction in platform.promise.commands.items():
        # A command that died with its process was not answered either: the member sees that it failed.
        least = 1 if interaction in answered else 0
        verdict.once(f"command of {account}", found.counted.get((account, "asked"), 0), least=least)


def _check_posts(platform: Platform, verdict: Verdict) -> None:
    """One welcome a join, one post a level; two posts with different keys are two."""
    welcomes: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for done in platform.done.values():
        if done.method == "dm.post":
            welcomes[str(done.payload.get("user"))] += 1
        elif done.method == "messages.post" and not words(done.payload).startswith("tick"):
            levels.update(mentioned(done.payload))
    for account in platform.promise.joins:
        verdict.once(f"welcome for {account}", welcomes.pop(account, 0))
    for account in platform.promise.climbers:
        verdict.once(f"level of {account}", levels.pop(account, 0))
    verdict.doubled += [f"a DM that nobody was to get: {account}" for account in welcomes]
    verdict.doubled += [f"a level that nobody reached: {account}" for account in levels]


def _check_ticks(platform: Platform, verdict: Verdict) -> None:
    """A schedule runs once for each of its seconds, from the first that was posted to the last."""
    ticks: Counter[int] = Counter()
    for done in platform.done.values():
        found = re.fullmatch(r"tick (\d+)", words(done.payload)) if done.method == "messages.post" else None
        if found:
            ticks[int(found[1])] += 1
    if not ticks:
        verdict.lost.append("every tick")
        return
    for second in range(min(ticks), max(ticks) + 1):
        verdict.once(f"tick {second}", ticks[second])


def _check_broken(promise: Promise, found: Found, verdict: Verdict) -> None:
    """What a listener left half done is undone, and the event is kept."""
    dead = Counter(key.rpartition(":")[2] for cog, key in found.dead_events if cog == "bench")
    if len(dead) < len(promise.broken):
        verdict.lost.append(f"{len(promise.broken) - len(dead)} dead events")
    verdict.doubled += [f"dead event {key} {count} times" for key, count in dead.items() if count > 1]


def words(payload: Json) -> str:
    """The plain words of what was said."""
    return "".join(_texts(payload.get("body", {}))).strip()


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in _texts(value)]
    return [text for each in part for text in _texts(each)] if isinstance(part, list) else []


def mentioned(part: Any) -> set[str]:
    """The ids of everyone that a payload names."""
    if isinstance(part, dict):
        own = {str(part["id"])} if part.get("t") == "user" else set()
        return own.union(*(mentioned(value) for value in part.values()))
    return set().union(*(mentioned(each) for each in part)) if isinstance(part, list) else set()
