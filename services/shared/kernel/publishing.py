"""From a service's own domain events to its integration events: one function each, kept in a registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared import contract
from services.shared.aggregate import Aggregate
from services.shared.envelope import TYPE_PREFIX, IntegrationEvent, source_of
from services.shared.kernel.application import Application
from services.shared.kernel.relay import LogRecord

Seal: TypeAlias = Callable[[Any, Any], Any]
"""`(event, the aggregate as it was after the event) -> message of the service's contracts`."""

REMEMBERED = 1000
"""Aggregates that the sealer keeps while it follows the log."""


class Publishing:
    """Which domain events are told to other services, and how."""

    def __init__(self) -> None:
        self.seals: dict[type, Seal] = {}

    def of(self, event: type) -> Callable[[Seal], Seal]:
        """Register the decorated function as the one that seals this domain event."""

        def register(seal: Seal) -> Seal:
            self.seals[event] = seal
            return seal

        return register


class Sealer:
    """Turns log records into integration events for the relay: the same record always gives the same event."""

    def __init__(self, service: str, application: Application, publishing: Publishing) -> None:
        self._service, self._application, self._publishing = service, application, publishing
        self._aggregates: dict[UUID, Aggregate] = {}

    def __call__(self, record: LogRecord, previous: int) -> IntegrationEvent | None:
        """The integration event of this record, or None when it tells nobody anything."""
        mapper = self._application.event_mapper
        event = mapper.event_from(record.originator_id, record.originator_version, record.topic, record.state)
        aggregate = self._after(event)
        seal = self._publishing.seals.get(type(event))
        return None if seal is None else self._envelope(event, seal(event, aggregate), record.position, previous)

    def _after(self, event: Any) -> Aggregate:
        """The aggregate as it was after the event; the log is followed in order, so mostly one step from the last."""
        known = self._aggregates.pop(event.originator_id, None)
        if event.originator_version == 1:
            known = event.mutate(None)
        elif known is not None and known.version == event.originator_version - 1:
            known = event.mutate(known)
        else:
            known = self._application.find(Aggregate, event.originator_id, version=event.originator_version)
        if known is None:
            raise RuntimeError(f"no aggregate at {event.originator_id} version {event.originator_version}")
        self._aggregates[event.originator_id] = known
        if len(self._aggregates) > REMEMBERED:
            del self._aggregates[next(iter(self._aggregates))]
        return known

    def _envelope(self, event: Any, message: Any, position: int, previous: int) -> IntegrationEvent:
        terms, data = contract.contract_of(message), contract.dump(message)
        return IntegrationEvent(
            id=str(uuid5(NAMESPACE_URL, f"{source_of(self._service)}:{position}")),
            source=source_of(self._service),
            type=f"{TYPE_PREFIX}{terms.name}",
            subject=str(data[terms.subject]),
            time=event.timestamp.isoformat(),
            dataschema=f"urn:zhichuang:schema:{self._service}:{terms.name}",
            partitionkey=str(data[terms.key]),
            sequence=event.originator_version,
            position=position,
            previousposition=previous,
            correlationid=event.metadata.correlation_id,
            causationid=event.metadata.command_id,
            policyedition=event.metadata.policy_edition,
            traceparent=event.metadata.traceparent,
            data=data,
        )
