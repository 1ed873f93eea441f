"""The base of every service's application layer: loads aggregates and saves them with all that belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import starmap
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import eventsourcing.application
from eventsourcing.application import AggregateNotFoundError, ProcessingEvent, Repository
from eventsourcing.persistence import EventStore, Recording

from services.shared.aggregate import Aggregate
from services.shared.kernel.clock import Clock
from services.shared.kernel.command import Command, command_now
from services.shared.kernel.log import Log
from services.shared.kernel.mapper import Mapper
from services.shared.kernel.postgres import Cursor, Database
from services.shared.kernel.projections import Projections
from services.shared.vocabulary import Finding, NotFound, VersionConflict

A = TypeVar("A", bound=Aggregate)


class Application(eventsourcing.application.Application[UUID]):
    """An event-sourced application: one method for each command, in the order of the thing's life.

    A method loads, lets the aggregate decide, saves once, and returns the aggregate. `save` writes the events, the
    read-model rows and the ambient command's own effects (inbox position, idempotency record) in one transaction.
    """

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = ()
    projections: ClassVar[Projections] = Projections()
    env: ClassVar[dict[str, str]] = {"AGGREGATE_CACHE_MAXSIZE": "500"}

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        super().__init__()

    def construct_mapper(self) -> Mapper:
        return Mapper(self.aggregates)

    def construct_recorder(self) -> Log:
        return Log(self.database)

    def construct_repository(self) -> Repository[UUID]:
        return _Repository(
            _Rows(self.event_mapper, self.event_log), self.event_mapper, int(self.env[self.AGGREGATE_CACHE_MAXSIZE])
        )

    def construct_event_store(self) -> EventStore[UUID]:
        return _Events(self.event_mapper, self.event_log)

    @property
    def event_log(self) -> Log:
        """The log of this service."""
        assert isinstance(self.recorder, Log)  # noqa: S101  # made above; tells the type checker
        return self.recorder

    @property
    def event_mapper(self) -> Mapper:
        """The mapper of this service."""
        assert isinstance(self.mapper, Mapper)  # noqa: S101  # made above; tells the type checker
        return self.mapper

    def load(self, cls: type[A], aggregate_id: UUID, *, version: int | None = None) -> A:
        """The aggregate, by replay of its events; at `version`, when one is given.

        Raises NotFound when there is none of this kind or the caller may not know of it, and VersionConflict when the
        caller expected another version of it.
        """
        aggregate = self.find(cls, aggregate_id, version=version)
        command = command_now()
        if aggregate is None or (command is not None and not command.sees(aggregate)):
            raise NotFound(Finding("not-found", "没有这一事项", f"no such {cls.__name__}"))
        if command is not None and version is None:
            _check_expected(command, aggregate)
        return aggregate

    def find(self, cls: type[A], aggregate_id: UUID, *, version: int | None = None) -> A | None:
        """As `load`, for the service's own use: None when there is none; no view or expectation is checked."""
        try:
            aggregate: Any = self.repository.get(aggregate_id, version=version)
        except AggregateNotFoundError:
            return None
        return aggregate if isinstance(aggregate, cls) else None

    def _record(self, processing_event: ProcessingEvent[UUID]) -> list[Recording[UUID]]:
        command = command_now()
        first = next(iter(processing_event.aggregates.values()), None)
        effects = partial(self._write_beside, processing_event.events, command, first)
        recordings = self.events.put(processing_event.events, effects=effects)
        if command is not None:
            command.committed = True
        return recordings

    def _write_beside(
        self, events: Sequence[Any], command: Command | None, first: Any, cursor: Cursor, positions: Sequence[int]
    ) -> None:
        self.projections.apply(cursor, events, positions)
        if command is None:
            return
        if command.committed:
            raise RuntimeError("one command, one commit: save() was called twice")
        for effect in command.effects:
            effect(cursor, first)

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit of this process."""
        self.event_log.on_commit = wake


class _Events(EventStore[UUID]):
    """Reads events straight from the rows: the library's object for each stored event is not made first."""

    def __init__(self, mapper: Mapper, log: Log) -> None:
        super().__init__(mapper, log)
        self._event_from, self._rows_of = mapper.event_from, log.rows_of

    def get(self, originator_id: UUID, **which: Any) -> Iterator[Any]:
        return starmap(self._event_from, self._rows_of(originator_id, **which))


class _Rows(EventStore[UUID]):
    """Gives the rows of an aggregate as they are."""

    def __init__(self, mapper: Mapper, log: Log) -> None:
        super().__init__(mapper, log)
        self._states_of = log.states_of

    def get(self, originator_id: UUID, **which: Any) -> Iterator[Any]:
        return iter(self._states_of(originator_id, **which))


class _Repository(Repository[UUID]):
    """Replays straight from the rows."""

    def __init__(self, rows: _Rows, mapper: Mapper, cached: int) -> None:
        super().__init__(rows, cache_maxsize=cached)
        self._replay: Any = mapper.replay

    def get(self, aggregate_id: UUID, *, version: int | None = None, **_: Any) -> Any:
        return super().get(aggregate_id, version=version, projector_func=self._replay)


def fold(aggregate: Any, events: Iterable[Any]) -> Any:
    """The state of an aggregate after these events: the library's projector without its costly protocol check."""
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate


def _check_expected(command: Command, aggregate: Aggregate) -> None:
    expected = command.expected_version
    if expected is not None and aggregate.id == command.target and aggregate.version != expected:
        raise VersionConflict(expected, aggregate.version)
