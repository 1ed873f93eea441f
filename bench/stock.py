"""The library as it comes: its recorder, its JSON mapper and its projector, for an aggregate like the real round."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import InfrastructureFactory, Tracking
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL

METADATA = {
    "effective_at": "2026-01-05T04:00:00Z",
    "actor": "division-head",
    "capacity": "division_head",
    "organisation": "11530000FAKE01016D",
    "command": "extend_round",
    "command_id": "019b8b5e-7e00-7000-8000-000000000000",
    "correlation_id": "019b8b5e-7e00-7000-8000-000000000000",
    "causation_id": "",
    "policy_edition": "2019-05-06",
    "legal_basis": ["S4.0"],
    "traceparent": "",
}
DEADLINE = {
    "kind": "round",
    "rule": "deadline.close_time",
    "clause": "S4.0",
    "start": "2026-01-05",
    "length": 0,
    "unit": "date",
    "count_start_day": True,
    "calendar_version": "",
    "due": "2026-01-05T17:00:00+08:00",
    "provisional": False,
}


class StockRound(Aggregate):
    """A round as the library's own examples would write it: dates as text, plain dictionaries."""

    @event("Planned")
    def __init__(self, number: str, closes_on: str, metadata: dict[str, Any]) -> None:
        self.number, self.closes_on = number, closes_on

    @event("Extended")
    def extend(self, closes_on: str, reason: str, deadline: dict[str, Any], metadata: dict[str, Any]) -> None:
        self.closes_on, self.deadline = closes_on, deadline


def stock_environment(conninfo: str) -> dict[str, str]:
    """What the library needs in order to use this database."""
    parts = conninfo_to_dict(conninfo)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts.get("host", "127.0.0.1")),
        "POSTGRES_PORT": str(parts.get("port", 5432)),
        "POSTGRES_USER": str(parts.get("user", "postgres")),
        "POSTGRES_PASSWORD": str(parts.get("password", "")),
        "POSTGRES_POOL_SIZE": "16",
    }


def stock_recorder(conninfo: str) -> PostgresApplicationRecorder:
    """The library's recorder on a table of its own."""
    environment = Environment("stock", stock_environment(conninfo))
    recorder = InfrastructureFactory[UUID].construct(environment).application_recorder()
    assert isinstance(recorder, PostgresApplicationRecorder)  # noqa: S101  # what its module names
    return recorder


def stock_application(conninfo: str) -> Application[UUID]:
    """The library's application on tables of its own."""
    return Application(env=stock_environment(conninfo))


def stock_round(application: Application[UUID], versions: int) -> UUID:
    """Save a round of the library's with this many events; returns its id."""
    day = date(2026, 1, 5)
    round_ = StockRound(number="2026-1", closes_on=day.isoformat(), metadata=METADATA)
    for _ in range(versions - 1):
        day += timedelta(days=1)
        round_.extend(day.isoformat(), "因申报材料准备时间不足延期", DEADLINE, METADATA)
    application.save(round_)
    return round_.id


class _View(PostgresTrackingRecorder):
    """A read model as the library's own documentation writes one: a row and its tracking in one transaction."""

    def __init__(self, datastore: Any, **options: Any) -> None:
        super().__init__(datastore, **options)
        self.sql_create_statements.append(
            SQL("create table if not exists stock_rounds (id uuid primary key, version bigint)")
        )

    def set_row(self, round_id: UUID, version: int, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking=tracking)
            cursor.execute(
                "insert into stock_rounds values (%s, %s) on conflict (id) do update set version = excluded.version",
                (round_id, version),
            )


class _StockProjection(Projection[_View]):
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.set_row(domain_event.originator_id, domain_event.originator_version, tracking)


class _StockApplication(Application[UUID]):
    """The application whose log is followed; its name is that of the tables that `stock_application` uses."""

    name = "Application"


def stock_catch_up(application: Application[UUID], conninfo: str, events: int) -> float:
    """Events per second of the library's own projection runner from the log's beginning, over the first `events`."""
    while (application.recorder.max_notification_id() or 0) < events:
        stock_round(application, 10)
    started = time.perf_counter()
    with ProjectionRunner(
        application_class=_StockApplication,
        projection_class=_StockProjection,
        view_class=_View,
        env=stock_environment(conninfo),
    ) as runner:
        runner.wait(events, timeout=120)
        return events / (time.perf_counter() - started)
