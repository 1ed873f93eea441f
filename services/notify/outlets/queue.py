"""A queue of a subscribed system's own on the broker: `subscriber.<name>`, with its dead letters kept beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from amqp.exceptions import NotFound

from services.notify.domain.subscription import Subscription
from services.notify.outlets.broker_users import Access, Management
from services.notify.outlets.carrier import Depths, Missing, NotTaken
from services.notify.outlets.webhook import Secrets
from services.shared.envelope import MEDIA_TYPE
from services.shared.kernel.broker import BROKER_ERRORS, Broker, BrokerMisconfigured, Channel
from services.shared.kernel.publisher import ConfirmedPublisher, NotConfirmed, Outgoing

DELIVERY_LIMIT = 20
"""Deliveries of one message before it goes to the dead letters (quorum queues, RabbitMQ 3.10 and later)."""

_AWAY: tuple[type[Exception], ...] = (BrokerMisconfigured, *BROKER_ERRORS)


def queue_of(prefix: str, name: str) -> str:
    """The queue of the subscription of this name."""
    return f"{prefix}subscriber.{name}"


def dead_of(prefix: str, name: str) -> str:
    """Its dead letters."""
    return f"{queue_of(prefix, name)}.dead"


def arguments_of(prefix: str, name: str) -> dict[str, Any]:
    """How the queue is declared: replicated, one consumer at a time, so that order holds; nothing is ever dropped."""
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_of(prefix, name),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def access_of(subscription: Subscription, prefix: str, secrets: Secrets) -> Access:
    """The user of a subscribed system on the broker."""
    password = secrets.password(subscription.id, subscription.generation)
    return Access(queue_of(prefix, subscription.name), password)


class QueueCarrier:
    """Publishes to the queues of systems, each page confirmed as a whole."""

    gives_up = False
    waits = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30))
    """Short: it is our own broker that is away, and there is one."""
    batch, per_turn = 200, 1000

    def __init__(
        self, broker: Broker, prefix: str, secrets: Secrets | None = None, management: Management | None = None
    ) -> None:
        self._broker, self._prefix = broker, prefix
        self._secrets, self._management = secrets, management
        self._publisher = ConfirmedPublisher(broker, declare=lambda _: None)

    def prepare(self, subscription: Subscription) -> int:
        self._on_channel(lambda channel: self._declare(channel, subscription.name))
        return 0

    def admit(self, subscription: Subscription) -> None:
        if self._management is not None and self._secrets is not None:
            self._management.admit(access_of(subscription, self._prefix, self._secrets))

    def dismiss(self, subscription: Subscription) -> None:
        if self._management is not None:
            self._management.dismiss(queue_of(self._prefix, subscription.name))

        def delete(channel: Channel) -> None:
            for queue in (queue_of(self._prefix, subscription.name), dead_of(self._prefix, subscription.name)):
                channel.queue_delete(queue=queue)

        self._on_channel(delete)

    def deliver(self, subscription: Subscription, bodies: Sequence[bytes]) -> None:
        try:
            self._publish(queue_of(self._prefix, subscription.name), *bodies)
        except NotTaken:
            self.depths(subscription)  # says so when the queue is missing
            raise

    def redrive(self, subscription: Subscription) -> None:
        """One after the other: taken from the dead letters only when the queue has confirmed it."""
        source, target = dead_of(self._prefix, subscription.name), queue_of(self._prefix, subscription.name)

        def move(channel: Channel) -> None:
            for _ in range(channel.queue_declare(queue=source, passive=True).message_count):
                message = channel.basic_get(queue=source)
                if message is None:
                    return
                body = message.body if isinstance(message.body, bytes) else message.body.encode()
                self._publish(target, body)
                channel.basic_ack(message.delivery_tag)

        self._on_channel(move)

    def depths(self, subscription: Subscription) -> Depths | None:
        if self._broker.is_memory:
            return None

        def count(channel: Channel) -> Depths:
            waiting = channel.queue_declare(queue=queue_of(self._prefix, subscription.name), passive=True)
            dead = channel.queue_declare(queue=dead_of(self._prefix, subscription.name), passive=True)
            return Depths(waiting.message_count, dead.message_count)

        found: Depths = self._on_channel(count)
        return found

    def _declare(self, channel: Channel, name: str) -> None:
        for queue, arguments in (
            (dead_of(self._prefix, name), {"x-queue-type": "quorum"}),
            (queue_of(self._prefix, name), arguments_of(self._prefix, name)),
        ):
            wanted = {} if self._broker.is_memory else arguments
            channel.queue_declare(queue=queue, durable=True, exclusive=False, auto_delete=False, arguments=wanted)

    def _publish(self, queue: str, *bodies: bytes) -> None:
        try:
            self._publisher.publish(*(Outgoing("", queue, body, MEDIA_TYPE) for body in bodies))
        except (NotConfirmed, BrokerMisconfigured) as error:
            raise NotTaken(f"broker: {error}") from error

    def _on_channel(self, work: Any) -> Any:
        try:
            connection = self._broker.connect()
        except _AWAY as error:
            raise NotTaken(f"broker: {type(error).__name__}") from error
        try:
            return work(connection.default_channel)
        except NotFound as error:
            raise Missing(f"broker: {error.reply_text}") from error
        except BROKER_ERRORS as error:
            raise NotTaken(f"broker: {type(error).__name__}: {error}") from error
        finally:
            self._broker.cut(connection)
