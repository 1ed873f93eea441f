"""The registry on real PostgreSQL, with a clock that the tests move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from services.shared.calendar import BEIJING
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.wiring import Wired
from tests.registry.life import Life


@pytest.fixture
def wired(wire: Callable[..., Wired]) -> Wired:
    """The opened parts of the service, its clock standing at noon of 10 June 2026."""
    parts = wire("registry")
    parts.clock = parts.application.clock = FixedClock(datetime(2026, 6, 10, 12, tzinfo=BEIJING))
    return parts


@pytest.fixture
def life(wired: Wired) -> Life:
    """The lives of centres, told in commands."""
    return Life(wired)
