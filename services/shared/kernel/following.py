"""Follows a log and publishes one stream of it, in order, from the place that was stored last."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import NamedTuple

from services.shared.kernel.broker import Broker, Channel, Patience
from services.shared.kernel.postgres import Database
from services.shared.kernel.publisher import ConfirmedPublisher, Outgoing
from services.shared.kernel.resend import EVENTS
from services.shared.kernel.streams import Place, Stream, read_log

log = logging.getLogger(__name__)

SHORTEST_POLL, LONGEST_POLL = 0.02, 0.2
LONGEST_RETRY = 2.0
NOTE_EVERY = 0.5
"""Seconds."""

_STORE = """
insert into relay_position (stream, position, previous) values (%s, %s, %s)
on conflict (stream) do update set position = excluded.position, previous = excluded.previous
where relay_position.position < excluded.position
returning true
"""


class Ready(NamedTuple):
    """A stretch of the log as messages, and the place behind it."""

    messages: list[Outgoing]
    place: Place
    is_full: bool


class Follower:
    """Publishes one stream from its stored place on."""

    def __init__(self, stream: Stream, database: Database, broker: Broker) -> None:
        self.woken = threading.Event()
        self.last_error = ""
        self._stream, self._database = stream, database
        self._place: Place | None = None
        self._ahead: Ready | None = None
        self._stored, self._stored_at = Place(), 0.0

        def declare(channel: Channel) -> None:
            broker.declare_exchanges(channel)
            if stream.name == EVENTS:  # only one may: RabbitMQ answers two at a time with an internal error
                broker.declare_history(channel)

        self._publisher = ConfirmedPublisher(broker, declare=declare)

    def run(self, done: threading.Event) -> None:
        """Follow the log until `done`. Raises BrokerMisconfigured after three tries."""
        patience, poll = Patience(longest=LONGEST_RETRY), SHORTEST_POLL
        self._place = self._ahead = None
        try:
            while not done.is_set():
                try:
                    # After a failure one record at a time: what other queues have taken is not sent to them again.
                    advanced = self._advance(1 if self.last_error else self._stream.batch)
                except Exception as error:  # whatever it is, the log may not be skipped
                    self._note(error)
                    patience.after(error, done)
                    continue
                self.last_error = ""
                patience.fresh()
                if advanced:
                    poll = SHORTEST_POLL
                else:
                    self._publisher.keep_alive()
                    self.woken.wait(poll)
                    poll = SHORTEST_POLL if self.woken.is_set() else min(poll * 1.5, LONGEST_POLL)
                    self.woken.clear()
                if self._stream.linger:
                    done.wait(self._stream.linger)
        finally:
            self._publisher.close()

    def store(self, place: Place) -> None:
        """Note that everything up to `place` was confirmed; never goes back."""
        self._database.rows(_STORE, (self._stream.name, *place))  # one statement is a transaction of its own
        self._stored, self._stored_at = place, time.monotonic()

    def _advance(self, limit: int) -> bool:
        if self._place is None:
            self._place = self._stored = load_place(self._database, self._stream.name)
        ready, self._ahead = self._ahead or self._ready(self._place, limit), None
        if ready is None:
            self._store_what_told_nobody()
            return False
        self._publisher.send(*ready.messages)
        if ready.is_full:
            with suppress(Exception):  # it is raised when its turn has come
                self._ahead = self._ready(ready.place, limit)  # while the broker confirms
        self._publisher.settle()
        self._place = ready.place
        if ready.messages:
            self.store(self._place)
        return True

    def _ready(self, place: Place, limit: int) -> Ready | None:
        """What comes behind `place`, ready to be published; None at the end of the log."""
        records = read_log(self._database, place.position, limit)
        if not records:
            return None
        messages, previous = self._stream.messages(records, place.previous)
        return Ready(messages, Place(records[-1].position, previous), len(records) == limit)

    def _store_what_told_nobody(self) -> None:
        """A stretch of the log of which nobody is told may be read again after a crash: it is noted now and then."""
        if self._place is not None and self._place != self._stored and time.monotonic() - self._stored_at > NOTE_EVERY:
            self.store(self._place)

    def _note(self, error: Exception) -> None:
        text = f"{self._stream.name}: {type(error).__name__}: {error}"
        if text != self.last_error:
            log.warning("relay cannot publish %s", text)
        self.last_error = text
        self._place = self._ahead = None


def load_place(database: Database, stream: str) -> Place:
    """How far the stream had come when that was last stored."""
    rows = database.rows("select position, previous from relay_position where stream = %s", (stream,))
    return Place(*rows[0]) if rows else Place()
