"""What the broker could deliver to nobody: counted for the metrics, listed and taken away for whoever runs the system.

Nothing depends on these messages: a listener that missed an event sees the gap and is sent it again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.shared.kernel.broker import Broker, Channel

ASKED_AT_MOST_EVERY = 60.0
"""Seconds between two counts: each is a connection of its own."""

LISTED = 1000


@dataclass(frozen=True)
class DeadLetter:
    """One message, without its content: where it was sent, why it lies here, and how to know it again."""

    exchange: str
    routing_key: str
    reason: str
    queue: str
    size: int
    sha256: str


class DeadLetters:
    """The dead-letter queue of a broker. Every method raises BROKER_ERRORS, BrokerMisconfigured."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._asked, self._found = -ASKED_AT_MOST_EVERY, 0.0

    def count(self) -> float:
        """How many there are, as of a minute ago at most."""
        if time.monotonic() - self._asked >= ASKED_AT_MOST_EVERY:
            with self._channel() as channel:
                told = channel.queue_declare(queue=self._broker.names.dead, passive=True)
            self._found, self._asked = float(told.message_count), time.monotonic()
        return self._found

    def look(self, *, discard: bool = False) -> list[DeadLetter]:
        """The oldest ones, at most a thousand; they stay, unless `discard`. `memory://` has none."""
        if self._broker.is_memory:
            return []
        with self._channel() as channel:
            messages = list(_taken(channel, self._broker.names.dead))
            if messages and discard:
                channel.basic_ack(messages[-1].delivery_tag, multiple=True)
                channel.close()  # waits for the broker's answer, so that the acknowledgement has arrived
            return [_described(message) for message in messages]

    @contextmanager
    def _channel(self) -> Iterator[Channel]:
        connection = self._broker.connect()
        try:
            yield connection.default_channel
        finally:
            self._broker.cut(connection)  # what was not acknowledged is the queue's again


def _taken(channel: Channel, queue: str) -> Iterator[Channel]:
    for _ in range(LISTED):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield message


def _described(message: Channel) -> DeadLetter:
    headers = message.headers or {}
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
    return DeadLetter(
        exchange=str(headers.get("x-first-death-exchange", message.delivery_info.get("exchange", ""))),
        routing_key=str(message.delivery_info.get("routing_key", "")),
        reason=str(headers.get("x-first-death-reason", "")),
        queue=str(headers.get("x-first-death-queue", "")),
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
    )
