"""A chat platform in memory, as strict as the real ones.

People use it through plain methods (`post`, `press`, `submit`, …), and look at it with others
(`visible`, `forms`, `answer`, …). The bot reads `stream` and uses `call`; it is given nothing but
JSON-shaped values. What people may not do, and what the bot may not do, is a WorldError.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.playground import answers, calls
from adapters.playground.acting import Acting
from adapters.playground.faults import Fault, Faults
from adapters.playground.model import Json, WorldError
from adapters.playground.state import system_now
from adapters.playground.stream import Push, Subscription

JOURNAL_LENGTH = 100_000
METHODS = {**calls.METHODS, **answers.METHODS}


@dataclass(frozen=True, slots=True)
class Called:
    """A call of the bot. `outcome` is "ok", "repeated" or an error's code; `done` tells if it took effect."""

    method: str
    payload: Json
    outcome: str
    done: bool


class World(Acting):
    def __init__(self, now: Callable[[], datetime] = system_now, tag: str = "") -> None:
        super().__init__(now, tag)
        self.faults = Faults()
        self.journal: deque[Called] = deque(maxlen=JOURNAL_LENGTH)
        self._done: dict[str, tuple[str, Json]] = {}

    def connect(self, push: Push) -> Subscription:
        """A bot comes online: it hears where it is, then everything that it has not confirmed."""
        self.announce_spaces()
        return self.stream.subscribe(push)

    async def call(self, method: str, payload: Json) -> Json:
        """The bot's way in. Raises WorldError."""
        fault = self.faults.take(method)
        try:
            if fault is not None:
                await _before(fault)
            value, outcome = self._perform(method, payload)
        except WorldError as error:
            self.journal.append(Called(method, payload, error.code, done=False))
            raise
        if fault is not None and fault.kind == "lost":
            self.journal.append(Called(method, payload, "connection_lost", done=outcome == "ok"))
            raise WorldError("connection_lost")
        self.journal.append(Called(method, payload, outcome, done=outcome == "ok"))
        return value

    def calls_of(self, method: str) -> list[Json]:
        """The payloads of the calls that took effect, for assertions."""
        return [called.payload for called in self.journal if called.method == method and called.done]

    def _perform(self, name: str, payload: Json) -> tuple[Json, str]:
        """Does it, or finds what the same key brought about before."""
        method = METHODS.get(name)
        if method is None:
            raise WorldError("unknown_method", detail=name)
        if self.revoked:
            raise WorldError("revoked")
        if method.needs is not None and method.needs not in self.capabilities:
            raise WorldError("not_supported", detail=method.needs)
        method.check(payload, "payload")
        key = payload.get("key")
        if key in self._done:
            return self._repeated(key, name), "repeated"
        value = method.act(self, payload)
        if key is not None:
            self._done[key] = (name, value)
        return value, "ok"

    def _repeated(self, key: str, name: str) -> Json:
        first, value = self._done[key]
        if first != name:
            raise WorldError("key_reused", detail=first)
        return value


async def _before(fault: Fault) -> None:
    match fault.kind:
        case "unavailable":
            raise WorldError("unavailable", fault.seconds or None)
        case "rate_limited":
            raise WorldError("rate_limited", fault.seconds)
        case "dropped":
            raise WorldError("connection_lost")
        case "slow":
            await asyncio.sleep(fault.seconds)
        case "lost":
            pass
