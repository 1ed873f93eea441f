"""The broker: every name that lives on it, how to connect, and what is declared on every (re)connect.

Nothing here or in what builds on it waits without a limit, in plain threads and in green ones alike: each socket has a
time-out of its own (SO_RCVTIMEO and SO_SNDTIMEO do nothing on a non-blocking socket). Bodies are raw bytes; kombu's
own JSON and its decompression by header, which unpacks before anybody has looked, are not used.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import amqp.exceptions
import kombu.compression
import kombu.connection
import kombu.exceptions
import kombu.utils.url

log = logging.getLogger(__name__)

Channel: TypeAlias = Any  # of py-amqp or of kombu's memory transport; neither ships types
Connection: TypeAlias = Any

BROKER_ERRORS: tuple[type[Exception], ...] = (
    amqp.exceptions.AMQPError,
    amqp.exceptions.MessageNacked,
    kombu.exceptions.KombuError,
    OSError,
    AttributeError,  # py-amqp's answer to a connection that was lost in the middle of a call
)
"""What a connection that breaks raises: connect again."""

CONNECT_TIMEOUT = 5
HEARTBEAT = 15
SOCKET_TIMEOUT = 5
"""Seconds. A peer that is silent for two heartbeats is dead; no read or write waits longer than the last."""

LONGEST_WAIT = 5.0
TRIES_WHEN_REFUSED = 3
REQUEST_LIFE = 60_000
"""Milliseconds that a request to resend is kept: whoever still misses something asks again."""

GUARDED_QUEUE = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": 20,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}
"""Order holds, a second instance takes over, and what cannot be delivered is kept in the dead-letter queue."""

_REFUSALS = (
    amqp.exceptions.AccessRefused,
    amqp.exceptions.PreconditionFailed,
    amqp.exceptions.NotAllowed,
    amqp.exceptions.AMQPNotImplementedError,
)

kombu.compression._decoders.clear()  # 300 kB on the wire would become 300 MB before any check
kombu.compression._aliases.clear()


class BrokerMisconfigured(Exception):
    """The broker refuses what we need: a password, a permission, or a queue declared with other arguments."""


class Names:
    """Every name on the broker. `prefix` keeps test runs apart."""

    def __init__(self, prefix: str = "") -> None:
        self.events = f"{prefix}zhichuang.events"
        self.logs = f"{prefix}zhichuang.logs"
        self.resend = f"{prefix}zhichuang.resend"
        self.dead = f"{prefix}zhichuang.dead"
        self.history = f"{prefix}zhichuang.history"
        self.prefix = prefix

    def inbox_of(self, service: str) -> str:
        """The queue of the integration events that `service` hears."""
        return f"{self.prefix}{service}.inbox"

    def logs_of(self, service: str) -> str:
        """The queue of the raw log pages that `service` (audit) hears."""
        return f"{self.prefix}{service}.logs"

    def resend_of(self, service: str) -> str:
        """The queue of the requests to `service` to send something again."""
        return f"{self.prefix}{service}.resend"


class Broker:
    """One RabbitMQ, or kombu's `memory://` inside one process.

    `memory://` has no single active consumer, no confirms and no dead letters: one instance of each service.
    `given` says that exchanges, queues and bindings are made by somebody else (the `topology` command): then they are
    only looked for, which needs no permission to configure anything.
    """

    def __init__(self, uri: str, prefix: str = "", *, given: bool = False) -> None:
        self.uri = uri
        self.names = Names(prefix)
        self.is_memory = uri.startswith("memory:")
        self._given = given

    @property
    def vhost(self) -> str:
        """The virtual host that the address names."""
        found: str = kombu.utils.url.parse_url(self.uri)["virtual_host"] or "/"
        return found

    @property
    def address(self) -> str:
        """Host, port and virtual host, without user and password."""
        found = kombu.utils.url.parse_url(self.uri)
        return f"{found['hostname']}:{found['port']}/{found['virtual_host']}"

    def connect(self) -> Connection:
        """A new connection whose every wait is bounded. Raises BrokerMisconfigured, or one of BROKER_ERRORS."""
        options: dict[str, Any] = {"interval_start": 0, "interval_step": 0}
        if self.is_memory:
            options |= {"polling_interval": 0.02, "deadletter_queue": None}
        connection: Connection = kombu.connection.Connection(  # type: ignore[no-untyped-call]  # kombu is half typed
            self.uri, ssl=self._tls(), connect_timeout=CONNECT_TIMEOUT, heartbeat=HEARTBEAT, transport_options=options
        )
        try:
            connection.connect()
            if not self.is_memory:
                connection.connection.transport.sock.settimeout(SOCKET_TIMEOUT)
        except _REFUSALS as error:
            raise BrokerMisconfigured(f"{connection.as_uri()} refuses us: {_reason(error)}") from error
        return connection

    def open(self, declare: Callable[[Channel], None]) -> Connection:
        """A new connection on which `declare` was run. Raises as `connect`."""
        connection = self.connect()
        try:
            declare(connection.default_channel)
        except _REFUSALS as error:
            self.cut(connection)
            raise BrokerMisconfigured(f"{connection.as_uri()} refuses a declaration: {_reason(error)}") from error
        except BaseException:
            self.cut(connection)
            raise
        return connection

    def _tls(self) -> dict[str, str] | bool:
        """With `amqps` the certificate must be of a known authority (`SSL_CERT_FILE`), and of the host we asked."""
        parts = urlsplit(self.uri)
        return {"server_hostname": parts.hostname or ""} if parts.scheme == "amqps" else False

    def cut(self, connection: Connection) -> None:
        """Drop a connection without a word: a polite close waits for an answer that may never come."""
        with suppress(Exception):
            if self.is_memory:
                connection.close()
            else:
                connection.connection.transport.sock.close()
        with suppress(Exception):
            connection.collect()

    def declare_exchanges(self, channel: Channel) -> None:
        """The exchanges of events, log pages, resend requests and dead letters."""
        names = self.names
        for name in (names.events, names.logs, names.resend, names.dead):
            channel.exchange_declare(exchange=name, type="topic", durable=True, auto_delete=False, **self._only_look())

    def declare_history(self, channel: Channel) -> None:
        """The stream from which other systems replay. Kept whole; RabbitMQ only."""
        if not self.is_memory:
            self._declare_queue(channel, self.names.history, {"x-queue-type": "stream"})
            self._bind(channel, self.names.history, self.names.events, "#")

    def declare_inbox(self, channel: Channel, service: str, senders: Iterable[str]) -> None:
        """The queue of integration events of `service`, bound to everything that `senders` say."""
        self._declare_guarded(channel, self.names.inbox_of(service))
        for sender in senders:
            self._bind(channel, self.names.inbox_of(service), self.names.events, f"{sender}.#")

    def declare_logs(self, channel: Channel, service: str, senders: Iterable[str]) -> None:
        """The queue of raw log pages of `service` (audit)."""
        self._declare_guarded(channel, self.names.logs_of(service))
        for sender in senders:
            self._bind(channel, self.names.logs_of(service), self.names.logs, sender)

    def declare_resend(self, channel: Channel, service: str) -> None:
        """The queue in which `service` is asked to send something again. Old requests lapse."""
        queue = self.names.resend_of(service)
        arguments = {"x-queue-type": "quorum", "x-message-ttl": REQUEST_LIFE}
        self._declare_queue(channel, queue, self._unless_memory(arguments))
        self._bind(channel, queue, self.names.resend, service)

    def _declare_guarded(self, channel: Channel, queue: str) -> None:
        if not self.is_memory:
            # At-least-once dead lettering holds a message back for as long as nothing takes it.
            self._declare_queue(channel, self.names.dead, {"x-queue-type": "quorum"})
            self._bind(channel, self.names.dead, self.names.dead, "#")
        arguments = GUARDED_QUEUE | {"x-dead-letter-exchange": self.names.dead}
        self._declare_queue(channel, queue, self._unless_memory(arguments))

    def _declare_queue(self, channel: Channel, name: str, arguments: dict[str, Any]) -> None:
        channel.queue_declare(
            queue=name, durable=True, exclusive=False, auto_delete=False, arguments=arguments, **self._only_look()
        )

    def _bind(self, channel: Channel, queue: str, exchange: str, routing_key: str) -> None:
        if not self._given:
            channel.queue_bind(queue=queue, exchange=exchange, routing_key=routing_key)

    def _only_look(self) -> dict[str, bool]:
        return {"passive": True} if self._given else {}

    def _unless_memory(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {} if self.is_memory else arguments


class Patience:
    """The waits between tries: jittered, doubling from `shortest` to `longest` seconds."""

    def __init__(self, shortest: float = 0.05, longest: float = LONGEST_WAIT) -> None:
        self._shortest, self._longest = shortest, longest
        self.fresh()

    def fresh(self) -> None:
        """Something went well: start again from the shortest wait."""
        self._next, self._refusals = self._shortest, 0

    def next_wait(self) -> float:
        """Seconds to wait before the next try."""
        wait, self._next = self._next, min(self._next * 2, self._longest)
        return wait * random.uniform(0.5, 1.0)  # noqa: S311  # spreads the tries of many instances, guards nothing

    def after(self, error: Exception, stop: threading.Event) -> None:
        """Wait before the next try, or until `stop`. Raises the third BrokerMisconfigured in a row."""
        if isinstance(error, BrokerMisconfigured):
            self._refusals += 1
            if self._refusals == TRIES_WHEN_REFUSED:
                raise error
        stop.wait(self.next_wait())


def _reason(error: Exception) -> str:
    return str(getattr(error, "reply_text", "") or error)
