"""The consumer of one queue: one message at a time, in order; it reconnects, keeps its heartbeat, and drains."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any

from kombu.entity import Queue
from kombu.messaging import Consumer as KombuConsumer

from services.shared.kernel.broker import BROKER_ERRORS, Broker, BrokerMisconfigured, Channel, Connection, Patience

log = logging.getLogger(__name__)

TICK = 0.1
"""Seconds between two looks at whether to stop."""


class Unreadable(Exception):
    """The message is not what this queue holds: it goes to the dead letters."""


class HandBack(Exception):
    """We stop before the message has had its effect: it stays with the broker."""


class Consumer:
    """Base of what hears a queue. A message is acknowledged after `take` has returned.

    `run` may be called again after it has ended, in one thread at a time.
    """

    prefetch = 20
    passing: tuple[type[Exception], ...] = (BrokerMisconfigured, *BROKER_ERRORS)
    """Errors after which the consumer connects again."""

    def __init__(self, broker: Broker, queue: str) -> None:
        self.broker, self.queue = broker, queue
        self.last_error = ""
        self._stop = threading.Event()
        self._connection: Connection = None
        self._waiting: deque[Any] = deque()

    def declare(self, channel: Channel) -> None:
        """Declare the queue and its bindings."""
        raise NotImplementedError

    def take(self, body: bytes, headers: dict[str, Any]) -> None:
        """Let one message have its effect. Raises Unreadable to have it put away, HandBack to leave it."""
        raise NotImplementedError

    def connected(self) -> None:
        """Called on every (re)connect, before the first message."""

    def idle(self) -> None:
        """Called whenever no message waits, ten times a second or more."""

    def closed(self) -> None:
        """Called when a connection has ended."""

    def run(self, stop: threading.Event) -> None:
        """Consume until `stop`: then finish the message in hand, cancel and close.

        An unreachable broker is tried again for ever; BrokerMisconfigured is raised after three tries.
        """
        self._stop = stop
        patience = Patience()
        while not stop.is_set():
            try:
                self._session(patience)
            except self.passing as error:
                self.last_error = f"{type(error).__name__}: {error}"
                log.warning("consumer of %s lost its connection: %s", self.queue, type(error).__name__)
                patience.after(error, stop)

    def pause(self, seconds: float) -> None:
        """Wait in the middle of `take`, keeping the connection alive. Raises HandBack when it is time to stop."""
        until = time.monotonic() + seconds
        while True:
            self._pump(max(0.0, min(TICK, until - time.monotonic())))
            if self._stop.is_set():
                raise HandBack
            if time.monotonic() >= until:
                return

    def _session(self, patience: Patience) -> None:
        self._connection = self.broker.open(self.declare)
        self._waiting.clear()  # deliveries of the connection before are the broker's again
        try:
            self.connected()
            consumer = self._subscribe()
            patience.fresh()
            self.last_error = ""
            while not self._stop.is_set():
                self._turn()
            consumer.cancel()
            self._connection.close()
        except HandBack:
            log.info("consumer of %s stops; the message in hand stays with the broker", self.queue)
        finally:
            self.broker.cut(self._connection)
            self.closed()

    def _subscribe(self) -> Any:
        channel = self._connection.default_channel
        channel.basic_qos(0, self.prefetch, False)
        consumer: Any = KombuConsumer(  # type: ignore[no-untyped-call]  # kombu is half typed
            channel,
            [Queue(self.queue)],  # type: ignore[no-untyped-call]
            on_message=self._waiting.append,
            on_decode_error=lambda message, _error: self._waiting.append(message),  # put away in its turn
            auto_declare=False,
        )
        consumer.consume()
        return consumer

    def _turn(self) -> None:
        if self._waiting:
            self._settle(self._waiting.popleft())
        else:
            self._pump(TICK)
            if not self._waiting:
                self.idle()

    def _pump(self, timeout: float) -> None:
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=timeout)
        if not self.broker.is_memory:
            self._connection.heartbeat_check()

    def _settle(self, message: Any) -> None:
        body = _bytes_of(message.body)
        try:
            if message.errors:
                raise Unreadable("compressed, which nobody here sends")
            self.take(body, message.headers)
        except Unreadable as error:
            log.error("unreadable message put away from %s: sha256=%s", self.queue, hashlib.sha256(body).hexdigest())
            self.put_away(body, error)
            message.reject(requeue=False)
        else:
            message.ack()

    def put_away(self, body: bytes, error: Unreadable) -> None:
        """Called before an unreadable message is rejected to the dead letters."""


def _bytes_of(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body or b"")
