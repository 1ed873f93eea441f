"""The two streams that a relay makes of one log: integration events for everybody, raw pages for audit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from services.shared.envelope import MEDIA_TYPE, IntegrationEvent, encode
from services.shared.kernel import logpages
from services.shared.kernel.broker import Broker
from services.shared.kernel.logpages import LogRecord, encode_page, page_of
from services.shared.kernel.postgres import Database
from services.shared.kernel.publisher import Outgoing
from services.shared.kernel.resend import EVENTS, LOGS

Seal: TypeAlias = Callable[[LogRecord, int], IntegrationEvent | None]
"""`(record, position of the integration event before)` → the integration event, or None when nobody is told."""

PAGE_RECORDS = 500
PAGE_BYTES = 512 * 1024


class Place(NamedTuple):
    """How far a stream has come: the last record, and the last record that was told to others."""

    position: int = 0
    previous: int = 0


class Stream(Protocol):
    """What the relay makes of the log."""

    name: str
    batch: int
    """Records published between two notes of the place."""
    linger: float
    """Seconds to let records gather between two of these."""

    def messages(self, records: Sequence[LogRecord], previous: int) -> tuple[list[Outgoing], int]:
        """The messages of consecutive records, in order, and the last position told."""


class EventStream:
    """Integration events, one message each."""

    name = EVENTS
    batch = 200
    linger = 0.0

    def __init__(self, broker: Broker, seal: Seal) -> None:
        self._exchange, self._seal = broker.names.events, seal
        self._one_at_a_time = threading.Lock()  # the log is followed and resends are answered at the same time

    def messages(self, records: Sequence[LogRecord], previous: int) -> tuple[list[Outgoing], int]:
        outgoing = []
        with self._one_at_a_time:
            for record in records:
                event = self._seal(record, previous)
                if event is not None:
                    # W3C trace context, where the instrumentation of a broker's clients looks for it
                    trace = {"traceparent": event.traceparent} if event.traceparent else {}
                    outgoing.append(Outgoing(self._exchange, event.routing_key, encode(event), MEDIA_TYPE, trace))
                    previous = record.position
        return outgoing, previous


class LogStream:
    """The raw log in pages of at most 500 records and about half a megabyte."""

    name = LOGS
    batch = PAGE_RECORDS
    linger = 0.05  # audit is no nearer to anybody's next step; a page for each commit costs as much as the commit

    def __init__(self, broker: Broker, service: str) -> None:
        self._exchange, self._service = broker.names.logs, service

    def messages(self, records: Sequence[LogRecord], previous: int) -> tuple[list[Outgoing], int]:
        pages = [encode_page(page_of(self._service, part)) for part in _parts(records)]
        outgoing = [Outgoing(self._exchange, self._service, page, logpages.MEDIA_TYPE) for page in pages]
        return outgoing, records[-1].position if records else previous


def read_log(database: Database, after: int, limit: int) -> list[LogRecord]:
    """The records after position `after`, in order, at most `limit`."""
    query = (
        "select position, originator_id, originator_version, topic, state, link from log"
        " where position > %s order by position limit %s"
    )
    return list(map(LogRecord._make, database.rows(query, (after, limit), prepare=True)))


def _parts(records: Sequence[LogRecord]) -> list[list[LogRecord]]:
    parts: list[list[LogRecord]] = []
    size = 0
    for record in records:
        weight = len(record.state) * 4 // 3 + len(record.topic) + 160  # base64, and the rest of the row
        if not parts or size + weight > PAGE_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(record)
        size += weight
    return parts
