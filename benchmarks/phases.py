"""What a bot was doing when it was killed: counters in a file that both processes map, and nobody has to flush."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PHASES = ("start", "migrate", "batch", "claim", "send", "answer", "command", "stop")
_COUNTER = struct.Struct("<I")
SIZE = _COUNTER.size * len(PHASES)


class Phases:
    """How many of each are under way."""

    def __init__(self, path: Path) -> None:
        if not path.exists() or path.stat().st_size < SIZE:
            path.write_bytes(bytes(SIZE))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), SIZE)

    def clear(self) -> None:
        self._map[:] = bytes(SIZE)

    def enter(self, phase: str) -> None:
        self._add(phase, 1)

    def leave(self, phase: str) -> None:
        self._add(phase, -1)

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        self._add(phase, 1)
        try:
            yield
        finally:
            self._add(phase, -1)

    def now(self) -> list[str]:
        """The phases that something is in; "idle" where nothing is."""
        return [phase for phase in PHASES if self._read(phase)] or ["idle"]

    def close(self) -> None:
        self._map.close()

    def _add(self, phase: str, change: int) -> None:
        _COUNTER.pack_into(self._map, self._offset(phase), max(0, self._read(phase) + change))

    def _read(self, phase: str) -> int:
        count: int = _COUNTER.unpack_from(self._map, self._offset(phase))[0]
        return count

    def _offset(self, phase: str) -> int:
        return PHASES.index(phase) * _COUNTER.size
