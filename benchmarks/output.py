"""One JSON line a figure."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from math import ceil
from typing import Any


def figure(name: str, engine: str, value: float, unit: str, floor: float | None = None, **more: Any) -> None:
    """Prints a figure. `ratio` is value over floor, whichever of the two should be the larger."""
    line: dict[str, Any] = {"figure": name, "engine": engine, "value": short(value), "unit": unit}
    if floor is not None:
        line |= {"floor": short(floor), "ratio": short(value / floor) if floor else None}
    say(line | {key: _shortened(part) for key, part in more.items()})


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """For whoever watches; the figures stand on the standard output alone."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value that `share` of all are at or below."""
    if not sorted_values:
        return float("nan")
    return sorted_values[max(0, ceil(share * len(sorted_values)) - 1)]


def short(value: float) -> float:
    """Four digits that mean something."""
    if value != value or abs(value) >= 1000 or value == int(value):
        return round(value) if value == value else value
    return float(f"{value:.4g}")


def _shortened(part: Any) -> Any:
    if isinstance(part, float):
        return short(part)
    if isinstance(part, dict):
        return {key: _shortened(value) for key, value in part.items()}
    return part
