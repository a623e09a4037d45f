"""Every scenario is played on every platform, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
import structlog

from bot.clock import ManualClock
from bot.engine import outbox
from bot.vocabulary.capabilities import Capability
from tests.conformance.cog import Probe
from tests.conformance.cog import probe as new_probe
from tests.conformance.driver import Driver
from tests.conformance.playground import PlaygroundDriver
from tests.conformance.stage import START, DriverKind, Stage, playing

DRIVERS: Mapping[str, DriverKind] = {
    "playground": PlaygroundDriver,
}
"""A new adapter is one more line."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def lacking() -> Capability | None:
    """What the platform cannot do; tests of fallbacks name it."""
    return None


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest, clock: ManualClock, lacking: Capability | None) -> Driver:
    made = DRIVERS[request.param](clock)
    if lacking is not None:
        made.lack(lacking)
    return made


@pytest.fixture
def probe() -> Probe:
    return new_probe()


@pytest.fixture(autouse=True)
def _short_tracebacks() -> Iterator[None]:
    """The default ones show every variable, and take seconds."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliveries are tried again at once."""
    monkeypatch.setattr(outbox, "FIRST_BACKOFF", 0.002)
    monkeypatch.setattr(outbox, "LONGEST_BACKOFF", 0.01)
    monkeypatch.setattr(outbox, "GONE_SECONDS", 0.01)


@pytest.fixture
async def stage(driver: Driver, probe: Probe, clock: ManualClock, database_url: str) -> AsyncIterator[Stage]:
    async with playing(driver, probe, clock, database_url) as made:
        yield made
