"""The inbox: what a service hears of others, each event's effect exactly once, in the sender's order.

The tracking row is the only dedupe: a position that was taken is acknowledged, a gap is asked for again, and what
keeps failing is parked while every other case goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from services.shared.envelope import EnvelopeError, IntegrationEvent, decode
from services.shared.kernel.broker import Broker, Channel, Patience
from services.shared.kernel.consumer import Consumer, Unreadable
from services.shared.kernel.parking import (
    ATTEMPTS,
    BEHIND,
    React,
    anything_parked,
    describe,
    is_parked,
    park,
    park_unreadable,
)
from services.shared.kernel.postgres import Database
from services.shared.kernel.publisher import MORE
from services.shared.kernel.resend import EVENTS, Resends
from services.shared.kernel.tracking import TRANSIENT, AlreadyTaken, Tracking, positions

__all__ = ["AlreadyTaken", "Inbox", "React", "Tracking"]

log = logging.getLogger(__name__)


class Inbox(Consumer):
    """Hears the integration events of `senders` for `service` and gives each to `react`.

    `react(event, tracking)` has the effect and calls `tracking.write(cursor)` in its transaction; an event that is of
    no interest may just return.
    """

    passing = Consumer.passing + TRANSIENT

    def __init__(self, service: str, senders: Sequence[str], database: Database, broker: Broker, react: React) -> None:
        super().__init__(broker, broker.names.inbox_of(service))
        self.service, self.senders = service, tuple(senders)
        self._database, self._react = database, react
        self._positions: dict[str, int] = {}
        self._some_parked = True
        self._resends = Resends(broker, service, EVENTS, self.senders, self.position)

    def position(self, sender: str) -> int:
        """The last position of `sender` that this instance knows to be taken."""
        return self._positions.get(sender, 0)

    def lag(self) -> dict[str, float]:
        """How far each sender is known to be ahead of what was taken, in positions of its log."""
        return {sender: float(self._resends.behind(sender)) for sender in self.senders}

    def declare(self, channel: Channel) -> None:
        self.broker.declare_exchanges(channel)
        self.broker.declare_inbox(channel, self.service, self.senders)

    def connected(self) -> None:
        self._positions = positions(self._database)
        self._some_parked = anything_parked(self._database)
        self._resends.restart()
        self._resends.tick()

    def idle(self) -> None:
        self._resends.tick()

    def closed(self) -> None:
        self._resends.close()

    def take(self, body: bytes, headers: dict[str, Any]) -> None:
        event = self._read(body)
        if event.previousposition > self.position(event.sender):
            self._positions = positions(self._database)  # another instance may have come further
        if event.previousposition > self.position(event.sender):
            self._resends.gap(event.sender, event.previousposition)
            return
        if event.position > self.position(event.sender):
            self._carry_out(event)
        self._resends.heard(event.sender, more=bool(headers.get(MORE)))

    def put_away(self, body: bytes, error: Unreadable) -> None:
        if self.broker.is_memory:
            park_unreadable(self._database, body, describe(error))

    def _read(self, body: bytes) -> IntegrationEvent:
        try:
            event = decode(body)
        except EnvelopeError as error:
            raise Unreadable("not an integration event") from error
        if event.sender not in self.senders:
            raise Unreadable("not from a sender that is heard here")
        return event

    def _carry_out(self, event: IntegrationEvent) -> None:
        """Have the effect or park the event; returns when one of the two is stored."""
        patience, failures, error = Patience(), 0, ""
        while True:
            try:
                self._attempt(event, error if failures >= ATTEMPTS else "", failures)
                self._positions[event.sender] = event.position
                break
            except AlreadyTaken:
                self._positions = positions(self._database)
                if event.position <= self.position(event.sender):
                    break
                self._some_parked = True  # another instance has parked its case, while this one stood by
            except TRANSIENT as caught:
                log.warning("event %s waits for the database: %s", event.id, type(caught).__name__)
                self.last_error = describe(caught)
            except Exception as caught:  # whatever the reaction raises: tried again, then parked
                log.warning("event %s failed: %s", event.id, type(caught).__name__)
                failures, error = failures + 1, describe(caught)
                self.last_error, self._some_parked = error, True  # perhaps what it builds on is parked: look
            self.pause(patience.next_wait())

    def _attempt(self, event: IntegrationEvent, error: str, failures: int) -> None:
        """Park the event when it has an `error` or a case mate is parked; else let it have its effect.

        While nothing is known to be parked, only the transaction of the effect looks: it raises AlreadyTaken.
        """
        tracking = Tracking(event.sender, event.position, event.partitionkey)
        if error or (self._some_parked and is_parked(self._database, event.partitionkey)):
            with self._database.transaction() as cursor:
                tracking.write_parked(cursor)
                park(cursor, event, error or BEHIND, failures)
            self._some_parked = True
            log.error("event %s parked after %d attempts", event.id, failures)
            return
        self._react(event, tracking)
        if not tracking.written:
            with self._database.transaction() as cursor:
                tracking.write(cursor)
