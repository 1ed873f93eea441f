"""A broker that is not to be relied on and a clock that only moves when told, for the relay's and the inbox's own code.

Nothing here waits and nothing is random: every message is lost, repeated, overtaken or delivered because the test says
so, and the log and the tables live in memory, with transactions that are whole or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from services.shared.envelope import IntegrationEvent
from services.shared.kernel.broker import Broker
from services.shared.kernel.inbox import Inbox, Tracking
from services.shared.kernel.logpages import LogRecord
from services.shared.kernel.parking import UNREADABLE_SENDER
from services.shared.kernel.publisher import NotConfirmed, Outgoing
from services.shared.kernel.resend import ResendRequest
from services.shared.kernel.resending import RESEND_LIMIT
from services.shared.kernel.streams import EventStream, Place
from services.shared.kernel.tracking import AlreadyTaken
from tests.kernel.letters import seal


class Killed(BaseException):
    """The process ends here, at once."""


class Wire:
    """The listener's queue. Whatever was confirmed is in it until the test loses it."""

    def __init__(self) -> None:
        self.queue: list[tuple[bytes, dict[str, Any]]] = []
        self.up = True

    def publish(self, messages: Sequence[Outgoing], confirmed: int) -> None:
        """Take these messages; tell the sender of the first `confirmed` of them only. Raises NotConfirmed."""
        if not self.up:
            raise NotConfirmed("away")
        self.queue += [(message.body, message.headers) for message in messages]
        if confirmed < len(messages):
            raise NotConfirmed("the confirm was lost")


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Requests:
    """Where the listener's requests to resend go, in place of its publisher."""

    def __init__(self, wire: Wire) -> None:
        self.after: list[int] = []
        self._wire = wire

    def publish(self, message: Outgoing) -> None:
        if not self._wire.up:
            raise NotConfirmed("away")
        self.after.append(msgspec.json.decode(message.body, type=ResendRequest).after)

    def keep_alive(self) -> None:
        """Nothing to keep."""

    def close(self) -> None:
        """Nothing to close."""


class Sender:
    """A log, the relay's real stream over it, and the place that was stored last."""

    def __init__(self, wire: Wire) -> None:
        self.log: list[LogRecord] = []
        self.place = Place()
        self._wire = wire
        self._stream = EventStream(Broker("memory://", prefix="simulated."), seal)

    def append(self, topic: str, case: int) -> None:
        number = len(self.log) + 1
        self.log.append(LogRecord(number, UUID(int=case + 1), number, topic, b"{}", b""))

    def told(self) -> list[IntegrationEvent]:
        """What every listener must have taken in the end."""
        events = (seal(record, 0) for record in self.log)
        return [event for event in events if event is not None]

    def relay(self, batch: int, confirmed: int, *, killed: bool) -> None:
        """One turn of the relay: publish, then store the place, unless the confirm is lost or the process killed."""
        records = self.log[self.place.position :][:batch]
        if not records:
            return
        messages, previous = self._stream.messages(records, self.place.previous)
        try:
            self._wire.publish(messages, confirmed)
        except NotConfirmed:
            return
        if not killed:
            self.place = Place(records[-1].position, previous)

    def resend(self, after: int) -> None:
        """Answer a listener that asks for what comes after this position."""
        messages, _ = self._stream.messages(self.log[after : after + RESEND_LIMIT], after)
        try:
            self._wire.publish(messages, len(messages))
        except NotConfirmed:
            return


class Tables:
    """The listener's database: its places, its effects, what is parked."""

    def __init__(self) -> None:
        self.position = 0
        self.effects: list[tuple[int, str]] = []
        self.parked: list[tuple[int, str]] = []
        self.away = 0
        """So many of the next transactions end with the database away, as it may be at any of them."""

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        cursor = Cursor(self)
        yield cursor
        if self.away:
            self.away -= 1
            raise psycopg.OperationalError("away")
        cursor.commit()

    def rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if "inbox_position" in query:
            return [("intake", self.position)]
        assert "from parked" in query, query
        return [()] if any(parameters[0] in (key, UNREADABLE_SENDER) for _, key in self.parked) else []


class Cursor:
    """Understands the three statements that the inbox and the listener make; nothing counts before `commit`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._position = tables.position
        self._effects: list[tuple[int, str]] = []
        self._parked: list[tuple[int, str]] = []

    def execute(self, statement: str, parameters: tuple[Any, ...]) -> None:
        if "inbox_position" in statement:
            _, partition_key, position = parameters
            if position <= self._tables.position or any(key == partition_key for _, key in self._tables.parked):
                raise AlreadyTaken
            self._position = position
        elif "parked" in statement:
            self._parked.append((parameters[1], parameters[2]))
        else:
            self._effects.append((parameters[0], parameters[1]))

    def commit(self) -> None:
        self._tables.position = self._position
        self._tables.effects += self._effects
        self._tables.parked += self._parked


class Listening(Inbox):
    """The real inbox, its messages handed to it by the test and its requests to resend kept for the test."""

    def __init__(self, tables: Tables, wire: Wire) -> None:
        self.tables = tables
        self.poison: set[int] = set()
        self.killed_after_effect = False
        super().__init__("screening", ["intake"], tables, Broker("memory://"), self._have_effect)  # type: ignore[arg-type]
        self.requests = Requests(wire)
        self._resends._publisher = self.requests  # type: ignore[assignment]  # as much of it as is used
        self.connected()

    def pause(self, seconds: float) -> None:
        """Time passes."""

    def hand(self, body: bytes, headers: dict[str, Any]) -> None:
        """One delivery, acknowledged when this returns. Raises Killed."""
        self.take(body, headers)
        if self.killed_after_effect:
            raise Killed

    def _have_effect(self, event: IntegrationEvent, tracking: Tracking) -> None:
        if event.position in self.poison:
            raise ValueError("this one never works")
        with self.tables.transaction() as cursor:
            cursor.execute("effect", (event.position, event.partitionkey))
            tracking.write(cursor)  # type: ignore[arg-type]
