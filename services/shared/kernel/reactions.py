"""From integration events heard to a service's own commands: one function each, kept in a registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from eventsourcing.persistence import IntegrityError

from services.shared import contract
from services.shared.aggregate import Acting, Aggregate
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.application import Application
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.postgres import Cursor
from services.shared.vocabulary import Role

Reaction: TypeAlias = Callable[[Any, Any], Any]
"""`(application, message) -> None`: makes at most one commit."""

ATTEMPTS = 5


class Reactions:
    """What a service does about the integration events of others."""

    def __init__(self, *also: str) -> None:
        """`also` names senders that are listened to although no single event of theirs is named here."""
        self.by_key: dict[str, tuple[type, Reaction]] = {}
        self._also = also

    def to(self, message: type) -> Callable[[Reaction], Reaction]:
        """Register the decorated function for this message of another service's contracts."""

        def register(reaction: Reaction) -> Reaction:
            self.by_key[f"{_sender_of(message)}.{contract.contract_of(message).name}"] = (message, reaction)
            return reaction

        return register

    @property
    def senders(self) -> tuple[str, ...]:
        """The services listened to."""
        return tuple(sorted({key.partition(".")[0] for key in self.by_key} | set(self._also)))

    def react(self, application: Application, event: IntegrationEvent, tracking: Tracking) -> None:
        """Carry out what this event asks for, with `tracking` in the same transaction; nothing when nobody asked.

        A race with another writer is run again from a fresh load; what the reaction raises otherwise is raised.
        """
        known = self.by_key.get(event.routing_key)
        if known is None:
            return
        message_class, reaction = known
        message: Any = contract.load(message_class, event.data)
        for attempt in range(ATTEMPTS):
            try:
                with carrying_out(_command(application, event, reaction, tracking)):
                    reaction(application, message)
                return
            except IntegrityError:
                if attempt == ATTEMPTS - 1:
                    raise


def _command(application: Application, event: IntegrationEvent, reaction: Reaction, tracking: Tracking) -> Command:
    def track(cursor: Cursor, aggregate: Aggregate) -> None:  # noqa: ARG001  # the shape of an effect
        tracking.write(cursor)

    circumstances = Acting(
        at=application.clock.now(),
        actor=event.source,
        capacity=Role.SYSTEM,
        command=getattr(reaction, "__name__", ""),
        command_id=event.id,
        correlation_id=event.correlationid,
        causation_id=event.id,
        policy_edition=event.policyedition,
        traceparent=event.traceparent,
    )
    return Command(circumstances, effects=[track])


def _sender_of(message: type) -> str:
    """The service whose contracts hold this message: `services.<sender>.contracts`."""
    return message.__module__.split(".")[1]
