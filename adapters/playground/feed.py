"""From a world to the core: events in order, acknowledged once committed; interactions each on its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from adapters.playground.decode import Decoder, Unread
from adapters.playground.links import Acknowledge
from adapters.playground.model import INTERACTIONS, Json
from bot.platform import Core, Responder
from bot.vocabulary.events import Event, Interaction

WAITING_EVENTS = 10_000
RUNNING_INTERACTIONS = 256
LAST_WORDS = 5.0
"""Seconds that running interactions and late commits get when all is closed."""

_log = logging.getLogger(__name__)


class Feed:
    """Works from `start` to `close`; interactions wait until `answer` says that they can be answered."""

    def __init__(self, core: Core, responder: Callable[[str], Responder]) -> None:
        self._core = core
        self._responder = responder
        self._decoder = Decoder()
        self._events: asyncio.Queue[tuple[Json, Acknowledge]] = asyncio.Queue(WAITING_EVENTS)
        self._commits: asyncio.Queue[tuple[Awaitable[None], Acknowledge]] = asyncio.Queue()
        self._interactions: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(RUNNING_INTERACTIONS)
        self._answering = asyncio.Event()
        self._taking = True
        self._workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._workers = [asyncio.create_task(self._pump()), asyncio.create_task(self._acknowledge())]

    def answer(self) -> None:
        self._answering.set()

    async def take(self, frame: Json, acknowledge: Acknowledge) -> None:
        """Waits only while too many events wait; what comes after the stop is not acknowledged."""
        if not self._taking:
            return
        kind = frame.get("type")
        if isinstance(kind, str) and kind in INTERACTIONS:
            acknowledge()
            self._ask(frame)
        else:
            await self._events.put((frame, acknowledge))

    async def stop(self) -> None:
        """Takes nothing more; what was offered is still acknowledged when it is committed."""
        self._taking = False
        await _cancelled(self._workers[:1])
        while not self._events.empty():
            self._events.get_nowait()

    async def close(self) -> None:
        await self.stop()
        await self._last_answers()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._commits.join(), LAST_WORDS)
        await _cancelled(self._workers)

    async def _pump(self) -> None:
        while True:
            frame, acknowledge = await self._events.get()
            event = self._decoder.decode(frame)
            if isinstance(event, Unread):
                _log.warning("an event cannot be read: %s", event.reason)
                acknowledge()
                continue
            await self._offer(event, acknowledge)

    async def _offer(self, event: Event, acknowledge: Acknowledge) -> None:
        try:
            committed = await self._core.offer(event)
        except Exception:
            _log.exception("an event was not taken")
        else:
            self._commits.put_nowait((committed, acknowledge))

    async def _acknowledge(self) -> None:
        while True:
            committed, acknowledge = await self._commits.get()
            if await _holds(committed):
                acknowledge()
            self._commits.task_done()

    def _ask(self, frame: Json) -> None:
        interaction = self._decoder.decode(frame)
        if isinstance(interaction, Unread):
            _log.warning("an interaction cannot be read: %s", interaction.reason)
            return
        assert isinstance(interaction, Interaction)
        task = asyncio.create_task(self._interact(interaction, frame["id"]))
        self._interactions.add(task)
        task.add_done_callback(self._interactions.discard)

    async def _interact(self, interaction: Interaction, identity: str) -> None:
        await self._answering.wait()
        async with self._slots:
            try:
                await self._core.interact(interaction, self._responder(identity))
            except Exception:
                _log.exception("an interaction failed")

    async def _last_answers(self) -> None:
        if self._interactions:
            _, late = await asyncio.wait(self._interactions, timeout=LAST_WORDS)
            await _cancelled(late)


async def _holds(committed: Awaitable[None]) -> bool:
    """Whether an event was committed; one that was not will come again."""
    try:
        await committed
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return False
    except Exception:
        _log.exception("an event was not committed")
        return False
    return True


async def _cancelled(tasks: set[asyncio.Task[None]] | list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
