"""Domain events to stored JSON and back: typed structs decoded straight from the bytes, registered topics only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, MapperDeserialisationError, StoredEvent
from eventsourcing.persistence import Mapper as LibraryMapper

from services.shared.aggregate import Aggregate
from services.shared.kernel.replaying import step_of

Reader: TypeAlias = Callable[[bytes], Any]
"""Makes the event of one topic out of its stored bytes."""


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
        self._readers = {topic: self._reader_of(cls) for topic, cls in self.events.items()}
        self._steps = {topic: step_of(cls, self._readers[topic]) for topic, cls in self.events.items()}

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        cls = type(domain_event)
        if self.events.get(cls.TOPIC) is not cls:
            raise UnknownTopic(f"{cls.__qualname__} is not an event of this service")
        state = msgspec.json.encode(domain_event)
        if (version := getattr(cls, "class_version", 1)) > 1:
            state = msgspec.json.encode({"class_version": version, **msgspec.to_builtins(domain_event)})
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, cls.TOPIC, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        row = stored_event
        return self.event_from(row.originator_id, row.originator_version, row.topic, row.state)

    def event_from(self, originator_id: UUID | str, originator_version: int, topic: str, state: bytes) -> Any:
        """The event in the columns of a log row. Raises UnknownTopic, MapperDeserialisationError."""
        reader = self._readers.get(topic)
        if reader is None:
            raise UnknownTopic(f"topic {topic!r} is not registered")
        try:
            return reader(state)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise MapperDeserialisationError(f"{topic} of {originator_id} {originator_version}: {error}") from error

    def replay(self, aggregate: Any, rows: Iterable[Sequence[Any]]) -> Any:
        """The aggregate, or None before its first event, after the events in these rows of topic and state.

        Raises UnknownTopic, MapperDeserialisationError, and the library's errors when a row is not the next of it.
        """
        steps, whose, topic = self._steps, str(aggregate.id) if aggregate is not None else "", ""
        try:
            for topic, state in rows:
                aggregate = steps[topic](aggregate, whose, state)
                whose = whose or str(aggregate.id)
        except KeyError:
            if topic in steps:
                raise
            raise UnknownTopic(f"topic {topic!r} is not registered") from None
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            place = f"of {whose} after {aggregate.version}" if whose else "at the beginning"
            raise MapperDeserialisationError(f"{topic} {place}: {error}") from error
        return aggregate

    def _reader_of(self, cls: type[Aggregate.Event]) -> Reader:
        reader: Reader = msgspec.json.Decoder(cls).decode
        if getattr(cls, "class_version", 1) > 1:
            reader = partial(_read_upcast, cls)
        if issubclass(cls, Aggregate.Created):
            reader = partial(self._read_created, reader)
        return reader

    def _read_created(self, reader: Reader, state: bytes) -> Any:
        event = reader(state)
        if event.originator_topic not in self.aggregates:
            raise UnknownTopic(f"aggregate topic {event.originator_topic!r} is not registered")
        return event


def _read_upcast(cls: Any, raw: bytes) -> Any:
    state = msgspec.json.decode(raw)
    for version in range(state.pop("class_version", 1), cls.class_version):
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
