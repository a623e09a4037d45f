"""The village that every test here starts with."""

from __future__ import annotations

import pytest

from tests.adapters.playground.fakes import Village, village


@pytest.fixture
def here() -> Village:
    return village()
