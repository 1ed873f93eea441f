"""What a service has on the broker, made by one command, and the least that its user there may do.

In a cluster the command runs as a job with a user that may configure; the service's own user may configure nothing
(but queues that it makes for others), write only under its own name, and read only its own queues (`permissions_of`).
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from services.shared.kernel.broker import Broker, Channel, Names
from services.shared.kernel.hosting import HearsLogs
from services.shared.kernel.wiring import Definition

DEFAULT_EXCHANGE = "amq.default"
"""RabbitMQ's name, in permissions, of the exchange that leads straight to a queue: resent messages go that way."""


@dataclass(frozen=True)
class Permissions:
    """What a user of RabbitMQ may do, as its regular expressions. `topics` maps an exchange to its routing keys."""

    configure: str
    write: str
    read: str
    topics: dict[str, str]


def make(definition: Definition, broker: Broker) -> None:
    """Make the exchanges, queues and bindings of a service; safe to run twice. Raises as `Broker.open`."""

    def declare(channel: Channel) -> None:
        broker.declare_exchanges(channel)
        broker.declare_history(channel)
        broker.declare_resend(channel, definition.name)
        if definition.reactions.senders:
            broker.declare_inbox(channel, definition.name, definition.reactions.senders)
        if senders := senders_of_logs(definition):
            broker.declare_logs(channel, definition.name, senders)

    broker.cut(broker.open(declare))


def senders_of_logs(definition: Definition) -> tuple[str, ...]:
    """Whose raw logs a service hears (only audit does)."""
    methods = inspect.getmembers(definition.service, inspect.isfunction)
    entrypoints = (each for _, method in methods for each in getattr(method, "nameko_entrypoints", ()))
    return next((each.senders for each in entrypoints if isinstance(each, HearsLogs)), ())


def permissions_of(definition: Definition, names: Names) -> Permissions:
    """The least that the user of a service needs on the broker when `TOPOLOGY=given`."""
    name = definition.name
    asked = sorted({*definition.reactions.senders, *senders_of_logs(definition)})
    own = [names.inbox_of(name), names.logs_of(name), names.resend_of(name)]
    outlets = f"{re.escape(names.prefix + definition.outlets)}.*" if definition.outlets else ""
    return Permissions(
        configure=f"^{outlets}$",
        write=_one_of(names.events, names.logs, names.resend, DEFAULT_EXCHANGE),
        read=f"^({'|'.join([*map(re.escape, own), *([outlets] if outlets else [])])})$",
        topics={
            names.events: f"^{name}\\.",
            names.logs: f"^{name}$",
            names.resend: _one_of(*asked) if asked else "^$",
        },
    )


def _one_of(*words: str) -> str:
    return f"^({'|'.join(map(re.escape, words))})$"
