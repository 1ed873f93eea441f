"""Intake on real PostgreSQL, at ten in the morning of a day on which the round of the examples is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from services.intake.application import Intake
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.issuer import demo_user
from tests.given import circumstances
from tests.intake.examples import MORNING


@contextmanager
def as_(user: str, **changes: Any) -> Iterator[Command]:
    """One command of this demo user; `changes` are those of `Command`."""
    who = demo_user(user)
    acting = circumstances(who.subject, str(who.roles[0]), at=MORNING, organisation=who.organisation)
    with carrying_out(Command(acting, **changes)) as command:
        yield command


@pytest.fixture
def database_url(module_database_url: str) -> Iterator[str]:
    """The module's database, emptied after each test: to clone one for each would take most of the time."""
    yield module_database_url
    with psycopg.connect(module_database_url) as connection:
        connection.execute("set session_replication_role = replica")  # past the trigger that keeps the logs
        tables = "select schemaname, tablename from pg_tables where schemaname ~ '^(intake|vault)'"
        for schema, table in connection.execute(tables).fetchall():
            if table != "log_head":
                connection.execute(f'delete from "{schema}"."{table}"')
        connection.execute("update intake.log_head set position = 0, link = sha256('')")


@pytest.fixture
def wired(wire: Callable[..., Any]) -> Any:
    """The opened parts of the service, its clock standing still."""
    parts = wire("intake")
    parts.clock = parts.application.clock = FixedClock(MORNING)
    return parts


@pytest.fixture
def intake(wired: Any) -> Intake:
    """The application of the service."""
    application: Intake = wired.application
    return application
