"""Review on real PostgreSQL, at noon of the first day of TC-01's notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.review.application import ProvincialReview
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from tests.given import NOON, circumstances


@contextmanager
def as_(actor: str, **changes: Any) -> Iterator[Command]:
    """One command of this person; `changes` are those of `Command`."""
    with carrying_out(Command(circumstances(actor), **changes)) as command:
        yield command


@pytest.fixture
def wired(wire: Callable[..., Any]) -> Any:
    """The opened parts of the service, its clock standing still."""
    parts = wire("review")
    parts.clock = parts.application.clock = FixedClock(NOON)
    return parts


@pytest.fixture
def review(wired: Any) -> ProvincialReview:
    """The application of the service."""
    application: ProvincialReview = wired.application
    return application
