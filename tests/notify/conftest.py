"""A notify service on a database of its own, and a way to let it hear messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.shared.kernel.inbox import Tracking
from services.shared.kernel.wiring import Wired
from tests.notify.messages import event_of


class Listening:
    """A notify service that is told messages one after the other."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.notify: Any = wired.application
        self._last: dict[str, int] = {}

    def hear(self, *messages: Any) -> None:
        """Hear each message as the next event of its sender."""
        for message in messages:
            sender = type(message).__module__.split(".")[1]
            self._last[sender] = self._last.get(sender, 0) + 1
            self.hear_at(self._last[sender], message)

    def hear_at(self, position: int, message: Any) -> Tracking:
        """Hear this message as the sender's event at `position`."""
        event = event_of(message, position)
        tracking = Tracking(event.sender, position)
        self.wired.react(event, tracking)
        return tracking

    def rows(self, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Columns of the read model, in the order in which the rows were last moved."""
        return self.wired.database.rows(f"select {columns} from notifications where {where} order by position")

    def events(self) -> int:
        """How many events the log holds."""
        return self.notify.event_log.max_notification_id() or 0


@pytest.fixture
def listening(wire: Callable[..., Wired]) -> Listening:
    """A notify service that has heard nothing yet."""
    return Listening(wire("notify"))
