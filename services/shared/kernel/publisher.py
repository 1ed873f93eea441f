"""The publisher whose doubt is bounded: within seconds a message is either confirmed or `NotConfirmed` is raised."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from services.shared.kernel.broker import BROKER_ERRORS, Broker, BrokerMisconfigured, Channel, Connection

PERSISTENT = 2
MORE = "more"
"""Header of the last message of a page of resent ones: there is more, ask again."""


class NotConfirmed(Exception):
    """The broker has not confirmed that every queue took the message. It may have arrived all the same."""


class NoQueue(NotConfirmed):
    """The broker is well, and no queue takes the message: whoever should read it was never there."""


class Outgoing(NamedTuple):
    """One message: where to, and its bytes."""

    exchange: str
    routing_key: str
    body: bytes
    content_type: str
    headers: dict[str, Any] = {}  # noqa: RUF012  # never changed


class ConfirmedPublisher:
    """Publishes in order on a connection of its own, with confirm and the mandatory flag.

    One thread at a time. `timeout` bounds, in seconds, the wait for the next confirm. `declare` runs on every
    (re)connect; without it the exchanges are declared. On any doubt the connection is cut, never politely closed.
    """

    def __init__(self, broker: Broker, timeout: float = 3, declare: Callable[[Channel], None] | None = None) -> None:
        self._broker, self._timeout = broker, timeout
        self._declare = declare or broker.declare_exchanges
        self._connection: Connection = None
        self._window = _Window()

    def publish(self, *messages: Outgoing) -> None:
        """Publish all of them in this order and wait until each is confirmed.

        Raises NotConfirmed when a confirm did not come or a queue refused a message, NoQueue when one went to no queue;
        BrokerMisconfigured when the broker refuses us.
        """
        self.send(*messages)
        self.settle()

    def send(self, *messages: Outgoing) -> None:
        """Hand all of them to the broker in this order; nothing is known of them before `settle`. Raises as that."""
        if messages:
            self._guarded(self._connect)
            self._guarded(lambda: self._send(messages))

    def settle(self) -> None:
        """Wait until everything that was sent is confirmed. Raises as `publish`."""
        if self._connection is not None:
            self._guarded(self._await_confirms)
        if refused := self._window.refused:
            self._window.refused = None
            raise refused

    def _guarded(self, work: Callable[[], Any]) -> None:
        """Do this with the connection; on any doubt it is cut."""
        try:
            work()
        except BROKER_ERRORS as error:
            self.close()
            raise NotConfirmed(f"{type(error).__name__}: {error}") from error
        except BrokerMisconfigured:
            raise
        except BaseException:
            self.close()
            raise

    def keep_alive(self) -> None:
        """Answer the broker's heartbeats; to be called while idle, a few times a minute at least."""
        if self._connection is None or self._broker.is_memory:
            return
        try:
            self._drain(0)
            self._connection.heartbeat_check()
        except BROKER_ERRORS:
            self.close()

    def close(self) -> None:
        """Cut the connection; the next publish makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._broker.cut(connection)

    def _connect(self) -> None:
        if self._connection is not None:
            return
        self._connection = self._broker.open(self._declare)
        if not self._broker.is_memory:
            _spare_each_publish(self._connection.connection, self._timeout)
            channel = self._connection.default_channel
            channel.confirm_select()
            self._window = _Window()
            channel.events["basic_ack"].add(self._window.acked)
            channel.events["basic_nack"].add(self._window.nacked)
            channel.events["basic_return"].add(self._window.returned)

    def _send(self, messages: Sequence[Outgoing]) -> None:
        channel = self._connection.default_channel
        mandatory = {} if self._broker.is_memory else {"mandatory": True}
        for message in messages:
            prepared = channel.prepare_message(
                message.body,
                content_type=message.content_type,
                content_encoding="utf-8" if message.content_type.endswith("json") else "binary",
                headers=dict(message.headers),
                properties={"delivery_mode": PERSISTENT},
            )
            self._window.sent += 0 if self._broker.is_memory else 1
            channel.basic_publish(
                prepared,
                exchange=message.exchange,
                routing_key=message.routing_key,
                **mandatory,
            )

    def _await_confirms(self) -> None:
        while self._window.open():
            before = self._window.settled
            deadline = time.monotonic() + self._timeout
            while self._window.settled == before:
                if not self._drain(max(0.0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                    raise TimeoutError(f"no confirm within {self._timeout} s")

    def _drain(self, timeout: float) -> bool:
        try:
            self._connection.drain_events(timeout=timeout)
        except TimeoutError:
            return False
        return True


def _spare_each_publish(link: Any, timeout: float) -> None:
    """Do once for a connection what py-amqp would do for each message, at a third of the cost of publishing it.

    The time-out of the socket is set for its whole life; and whether the broker holds us up for want of memory is not
    asked before each message: we ask for confirms, and hear of it there.
    """
    link.transport.sock.settimeout(timeout)
    capabilities = {**link.client_properties.get("capabilities", {}), "connection.blocked": False}
    link.client_properties = {**link.client_properties, "capabilities": capabilities}


class _Window:
    """The confirms that one channel still owes us. Tags are 1, 2, 3 …; they may come out of order and in groups."""

    def __init__(self) -> None:
        self.sent = 0
        self.refused: NotConfirmed | None = None
        self._low = 0  # every tag up to here is settled
        self._above: set[int] = set()

    @property
    def settled(self) -> int:
        return self._low + len(self._above)

    def open(self) -> bool:
        return self.settled < self.sent

    def acked(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._low = max(self._low, tag)
            self._above = {t for t in self._above if t > self._low}
        elif tag > self._low:
            self._above.add(tag)
        while self._low + 1 in self._above:
            self._low += 1
            self._above.remove(self._low)

    def nacked(self, tag: int, multiple: bool) -> None:
        self.refused = NotConfirmed("a queue refused the message")
        self.acked(tag, multiple)

    def returned(self, _error: Exception, exchange: str, routing_key: str, _message: Any) -> None:
        self.refused = self.refused or NoQueue(f"no queue takes {routing_key!r} of {exchange!r}")
