"""Domain events to stored JSON and back: typed structs decoded straight from the bytes, registered topics only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, MapperDeserialisationError, StoredEvent
from eventsourcing.persistence import Mapper as LibraryMapper

from services.shared.aggregate import Aggregate


class UnknownTopic(MapperDeserialisationError):
    """A stored row names a topic that this service never registered; nothing is imported to satisfy it."""


class Mapper(LibraryMapper[UUID]):
    """Maps the events of the given aggregate classes.

    The stored state is one JSON object with every field of the event. An event class with `class_version = n` has
    static methods `upcast_v1_v2` … that change an older stored object, in place, into the next version.
    """

    def __init__(self, aggregates: Iterable[type[Aggregate]]) -> None:
        super().__init__(JSONTranscoder())
        self.aggregates = {cls.TOPIC: cls for cls in aggregates}
        self.events: dict[str, type[Aggregate.Event]] = {}
        for cls in self.aggregates.values():
            self.events.update(_events_of(cls))
        self._decoders = {topic: msgspec.json.Decoder(cls) for topic, cls in self.events.items()}

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        cls = type(domain_event)
        if self.events.get(cls.TOPIC) is not cls:
            raise UnknownTopic(f"{cls.__qualname__} is not an event of this service")
        state = msgspec.json.encode(domain_event)
        if (version := getattr(cls, "class_version", 1)) > 1:
            state = msgspec.json.encode({"class_version": version, **msgspec.to_builtins(domain_event)})
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, cls.TOPIC, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        cls = self.events.get(stored_event.topic)
        if cls is None:
            raise UnknownTopic(f"topic {stored_event.topic!r} is not registered")
        try:
            event = self._decode(cls, stored_event)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise MapperDeserialisationError(
                f"{stored_event.topic} of {stored_event.originator_id}: {error}"
            ) from error
        if getattr(event, "originator_topic", None) not in (None, *self.aggregates):
            raise UnknownTopic(f"aggregate topic {event.originator_topic!r} is not registered")
        return event

    def event_from(self, originator_id: UUID, originator_version: int, topic: str, state: bytes) -> Any:
        """The event in the columns of a log row."""
        return self.to_domain_event(StoredEvent(originator_id, originator_version, topic, state))

    def _decode(self, cls: type[Aggregate.Event], stored_event: StoredEvent) -> Any:
        current = getattr(cls, "class_version", 1)
        if current == 1:
            return self._decoders[stored_event.topic].decode(stored_event.state)
        state = msgspec.json.decode(stored_event.state)
        for version in range(state.pop("class_version", 1), current):
            getattr(cls, f"upcast_v{version}_v{version + 1}")(state)
        return msgspec.convert(state, cls)


def _events_of(cls: type[Aggregate]) -> dict[str, type[Aggregate.Event]]:
    """The concrete events of an aggregate class by stored topic."""
    library = ("Event", "Created", "Snapshot")
    return {
        value.TOPIC: value
        for name, value in vars(cls).items()
        if isinstance(value, type) and issubclass(value, Aggregate.Event) and name not in library
    }
