"""The sender's side of resending: reads requests and answers each from the log."""

from __future__ import annotations

import logging
import time
from typing import Any, NamedTuple

import msgspec

from services.shared.kernel.broker import Broker, Channel
from services.shared.kernel.consumer import Consumer, HandBack, Unreadable
from services.shared.kernel.postgres import Database
from services.shared.kernel.publisher import MORE, ConfirmedPublisher, Outgoing
from services.shared.kernel.resend import EVENTS, LOGS, ResendRequest
from services.shared.kernel.streams import Place, Stream, read_log

log = logging.getLogger(__name__)

RESEND_LIMIT = 500
"""Messages of events, or records of the raw log, that one request brings; the last one says that there is more."""


RETRY_FOR = 60.0
"""Seconds for which an answer that failed is tried again: the listener, who was heard, asks again only in silence."""


class _Wanted(NamedTuple):
    request: ResendRequest
    until: float


class Resender(Consumer):
    """Answers requests to send again, straight to the queue of the listener that asks."""

    def __init__(self, service: str, database: Database, broker: Broker, streams: tuple[Stream, ...]) -> None:
        super().__init__(broker, broker.names.resend_of(service))
        self.service = service
        self._database = database
        self._streams = {stream.name: stream for stream in streams}
        self._wanted: dict[tuple[str, str], _Wanted] = {}
        self._publisher = ConfirmedPublisher(broker)

    def declare(self, channel: Channel) -> None:
        self.broker.declare_exchanges(channel)
        self.broker.declare_resend(channel, self.service)

    def take(self, body: bytes, headers: dict[str, Any]) -> None:  # noqa: ARG002  # a request has no headers
        try:
            request = msgspec.json.decode(body, type=ResendRequest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreadable("not a request to resend") from error
        names = self.broker.names
        own_queues = {EVENTS: names.inbox_of(request.listener), LOGS: names.logs_of(request.listener)}
        if own_queues.get(request.stream) != request.queue:
            raise Unreadable("a request for a queue that is not the listener's")
        wanted = _Wanted(request, time.monotonic() + RETRY_FOR)
        self._wanted[request.queue, request.stream] = wanted  # only the latest counts

    def idle(self) -> None:
        failed: dict[tuple[str, str], _Wanted] = {}
        while self._wanted and not self._stop.is_set():
            key, wanted = self._wanted.popitem()
            try:
                self._answer(wanted.request)
            except HandBack:
                raise
            except Exception as error:  # whatever it is: tried again, and after a while the listener asks again
                log.warning("cannot resend to %s: %s: %s", wanted.request.queue, type(error).__name__, error)
                if time.monotonic() < wanted.until:
                    failed[key] = wanted
        self._wanted = failed | self._wanted
        self._publisher.keep_alive()

    def closed(self) -> None:
        self._publisher.close()

    def _answer(self, request: ResendRequest) -> None:
        stream = self._streams[request.stream]
        place, room = Place(request.after, request.after), RESEND_LIMIT
        while room > 0 and not self._stop.is_set():
            records = read_log(self._database, place.position, RESEND_LIMIT)
            if not records:
                return
            messages, previous = stream.messages(records, place.previous)
            room -= len(messages) if stream.name == EVENTS else len(records)
            messages = messages[: len(messages) + min(room, 0)]
            self._send(messages, request.queue, more=room <= 0)
            place = Place(records[-1].position, previous)
            self.pause(0)

    def _send(self, messages: list[Outgoing], queue: str, *, more: bool) -> None:
        direct = [message._replace(exchange="", routing_key=queue) for message in messages]
        if direct and more:
            direct[-1] = direct[-1]._replace(headers={MORE: True})
        self._publisher.publish(*direct)
