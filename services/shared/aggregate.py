"""The base of every aggregate: what each event of the house carries, and the acting person behind it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

import eventsourcing.domain
import msgspec
from eventsourcing.domain import CommandMethodDecorator, event
from uuid6 import uuid7

__all__ = ["Acting", "Aggregate", "Metadata", "acting", "acting_now", "event", "new_id"]


class Metadata(msgspec.Struct, frozen=True, gc=False):
    """Who decided an event, in which capacity, on which legal basis, under which policy edition, and why.

    `effective_at` is when the fact holds in law; the event's own `timestamp` is when it was recorded. A struct and not
    a dataclass because every event has one: it is read in less than half the time.
    """

    effective_at: datetime
    actor: str
    capacity: str
    organisation: str
    command: str
    command_id: str
    correlation_id: str
    causation_id: str
    policy_edition: str
    legal_basis: tuple[str, ...]
    traceparent: str = ""


@dataclass(frozen=True)
class Acting:
    """The circumstances of one command: set once by whoever lets it in, written on every event that it causes."""

    at: datetime
    actor: str
    capacity: str
    organisation: str = ""
    command: str = ""
    command_id: str = ""
    correlation_id: str = ""
    causation_id: str = ""
    policy_edition: str = ""
    legal_basis: tuple[str, ...] = ()
    effective_at: datetime | None = None
    traceparent: str = ""

    def metadata(self, policy_edition: str) -> Metadata:
        """What an event records of these circumstances; an aggregate's own edition goes before the ambient one."""
        return Metadata(
            effective_at=self.effective_at or self.at,
            actor=self.actor,
            capacity=self.capacity,
            organisation=self.organisation,
            command=self.command,
            command_id=self.command_id,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            policy_edition=policy_edition or self.policy_edition,
            legal_basis=self.legal_basis,
            traceparent=self.traceparent,
        )


_acting: ContextVar[Acting] = ContextVar("acting")


def acting_now() -> Acting:
    """The circumstances of the command that is being carried out. LookupError outside of one."""
    return _acting.get()


@contextmanager
def acting(circumstances: Acting, **changes: Any) -> Iterator[Acting]:
    """Carry out what is inside under these circumstances."""
    now = replace(circumstances, **changes)
    token = _acting.set(now)
    try:
        yield now
    finally:
        _acting.reset(token)


def new_id() -> UUID:
    """A new time-ordered id (UUIDv7, RFC 9562): a third of the write-ahead log of random ones."""
    return UUID(int=uuid7().int)


if TYPE_CHECKING:

    class NamesEvents(eventsourcing.domain.MetaAggregate[Any]):
        """Tells the type checker that `Dossier.Submitted` exists: the library makes it from the decorated method."""

        def __getattr__(self, name: str) -> Any: ...

else:

    class NamesEvents(eventsourcing.domain.MetaAggregate):
        """Gives a field of an event the default of the parameter it is made from: rows from before the field are read.

        The library passes the default to new events only. An event also applies itself without looking up, each time,
        what the decorated method takes: a third of the time of a replay. An aggregate may be written in parts, plain
        classes among its bases: what they record is recorded as if it were written in the aggregate itself.
        """

        def __new__(cls, name, bases, namespace, **kwargs):
            parts = [base for base in bases if not isinstance(base, eventsourcing.domain.MetaAggregate)]
            recorded = {n: v for part in parts for n, v in vars(part).items() if isinstance(v, CommandMethodDecorator)}
            return super().__new__(cls, name, bases, {**recorded, **namespace}, **kwargs)

        def _define_event_class(cls, name, bases, apply_method, event_topic=None):  # noqa: N805  # a metaclass
            made = super()._define_event_class(name, bases, apply_method, event_topic)
            if apply_method is not None and not issubclass(made, eventsourcing.domain.CanInitAggregate):
                made.apply, made.mutate, made.applied_by = _applying(apply_method), _mutate, staticmethod(apply_method)
            made.__module__ = apply_method.__module__ if apply_method else made.__module__  # where its types are known
            parameters = inspect.signature(apply_method).parameters if apply_method else {}
            for field in vars(made)["__annotations__"]:
                if parameters[field].default is not inspect.Parameter.empty:
                    made.__dataclass_fields__[field].default = parameters[field].default
            return made


def _applying(method: Callable[..., None]) -> Callable[[Any, Any], None]:
    """How an event made from a decorated method applies itself: it calls the method with its own fields."""
    names = tuple(inspect.signature(method).parameters)[1:]

    def apply(self: Any, aggregate: Any) -> None:
        said = self.__dict__
        method(aggregate, **{name: said[name] for name in names})

    return apply


def _mutate(self: Any, aggregate: Any) -> Any:
    """As the library's own, with its checks, by plain attributes."""
    version = self.originator_version
    if self.originator_id != aggregate.id:
        raise eventsourcing.domain.OriginatorIDError(self.originator_id, aggregate.id)
    if version != aggregate.version + 1:
        raise eventsourcing.domain.OriginatorVersionError(version, aggregate.version + 1)
    self.apply(aggregate)
    aggregate.version = version
    aggregate.modified_on = self.timestamp
    return aggregate


class Aggregate(eventsourcing.domain.Aggregate, metaclass=NamesEvents):
    """An event-sourced aggregate whose every event carries `Metadata`.

    A public method checks the rules and raises a `Refusal`; it then calls its private, past-tense twin, which is
    decorated with `@event(name, topic=…)` and only records. What applies an event never judges, raises or reads a
    clock.

    A subclass names its stored topic in `TOPIC`; topics are written out, never derived from module paths, and are
    held fixed by `tests/architecture/stored_names.txt`.
    """

    TOPIC: ClassVar[str]
    policy_edition = ""
    """The edition of the policy that binds this aggregate, once it is known."""

    class Event(eventsourcing.domain.Aggregate.Event):
        """A decision of an aggregate. `timestamp` is when it was recorded (recorded_at)."""

        TOPIC: ClassVar[str]
        originator_id: UUID  # said again: the library's generic base would widen it to UUID | str
        metadata: Metadata

        @staticmethod
        def create_timestamp() -> datetime:
            return acting_now().at

    class Created(Event, eventsourcing.domain.Aggregate.Created):
        """The first event of an aggregate."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        topic = cls.__dict__.get("TOPIC")
        if topic is not None:
            cls._name_inherited_events(topic)
        super().__init_subclass__(**kwargs)

    @classmethod
    def _name_inherited_events(cls, topic: str) -> None:
        """Give the library's own `Created` and `Snapshot` a topic; it insists, though neither is ever stored so."""
        for name in ("Created", "Snapshot"):
            parent = getattr(cls, name)
            names = {
                "TOPIC": f"{topic}.{name.lower()}",
                "__module__": cls.__module__,
                "__qualname__": f"{cls.__qualname__}.{name}",
            }
            setattr(cls, name, type(parent)(name, (parent,), names))

    @staticmethod
    def create_id(*_: Any, **__: Any) -> UUID:
        return new_id()

    @classmethod
    def _create(cls, event_class: Any, **kwargs: Any) -> Self:
        metadata = acting_now().metadata(str(kwargs.get("policy_edition", "")))
        return super()._create(event_class, metadata=metadata, **kwargs)

    def trigger_event(self, event_class: Any, **kwargs: Any) -> None:
        # An event that binds an edition is itself decided under it.
        metadata = acting_now().metadata(str(kwargs.get("policy_edition", "")) or self.policy_edition)
        super().trigger_event(event_class, metadata=metadata, **kwargs)
