"""Follows a log and publishes one stream of it, in order, from the place that was stored last."""

from __future__ import annotations

import logging
import threading

from services.shared.kernel.broker import Broker, Channel, Patience
from services.shared.kernel.postgres import Database
from services.shared.kernel.publisher import ConfirmedPublisher
from services.shared.kernel.resend import EVENTS
from services.shared.kernel.streams import Place, Stream, read_log

log = logging.getLogger(__name__)

SHORTEST_POLL, LONGEST_POLL = 0.02, 0.2
LONGEST_RETRY = 2.0
"""Seconds."""

_STORE = """
insert into relay_position (stream, position, previous) values (%s, %s, %s)
on conflict (stream) do update set position = excluded.position, previous = excluded.previous
where relay_position.position < excluded.position
"""


class Follower:
    """Publishes one stream from its stored place on."""

    def __init__(self, stream: Stream, database: Database, broker: Broker) -> None:
        self.woken = threading.Event()
        self.last_error = ""
        self._stream, self._database = stream, database
        self._place: Place | None = None

        def declare(channel: Channel) -> None:
            broker.declare_exchanges(channel)
            if stream.name == EVENTS:  # only one may: RabbitMQ answers two at a time with an internal error
                broker.declare_history(channel)

        self._publisher = ConfirmedPublisher(broker, declare=declare)

    def run(self, done: threading.Event) -> None:
        """Follow the log until `done`. Raises BrokerMisconfigured after three tries."""
        patience, poll = Patience(longest=LONGEST_RETRY), SHORTEST_POLL
        self._place = None
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
        finally:
            self._publisher.close()

    def store(self, place: Place) -> None:
        """Note that everything up to `place` was confirmed; never goes back."""
        with self._database.transaction() as cursor:
            cursor.execute(_STORE, (self._stream.name, *place))

    def _advance(self, limit: int) -> bool:
        if self._place is None:
            self._place = load_place(self._database, self._stream.name)
        [(head,)] = self._database.rows("select position from log_head")
        if head <= self._place.position:
            return False
        records = read_log(self._database, self._place.position, limit)
        messages, previous = self._stream.messages(records, self._place.previous)
        self._publisher.publish(*messages)
        place = Place(records[-1].position, previous)
        self.store(place)
        self._place = place
        return True

    def _note(self, error: Exception) -> None:
        text = f"{self._stream.name}: {type(error).__name__}: {error}"
        if text != self.last_error:
            log.warning("relay cannot publish %s", text)
        self.last_error = text
        self._place = None


def load_place(database: Database, stream: str) -> Place:
    """How far the stream had come when that was last stored."""
    rows = database.rows("select position, previous from relay_position where stream = %s", (stream,))
    return Place(*rows[0]) if rows else Place()
