"""The engine without a platform of its own: a core on a real database, and a platform that a test holds in its hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from bot.engine import intake, outbox


@pytest.fixture(autouse=True)
def _short_tracebacks() -> Iterator[None]:
    """The default ones show every variable, and take seconds."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again at once."""
    monkeypatch.setattr(intake, "PAUSES", (0.001, 0.005))
    monkeypatch.setattr(outbox, "FIRST_BACKOFF", 0.002)
    monkeypatch.setattr(outbox, "LONGEST_BACKOFF", 0.01)
