"""Where a run takes place: a throw-away database with intake's real tables, and its real application opened on it."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

from services.intake.domain.round import Round
from services.intake.wiring import DEFINITION
from services.shared.aggregate import Acting, acting, new_id
from services.shared.calendar import Deadline
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.runtime import prepare
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Wired

FIRST_DAY = date(2026, 1, 5)
NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
DEADLINE = Deadline.on_date(FIRST_DAY, kind="round", rule="deadline.close_time", clause="S4.0", close_time="17:00")


@contextmanager
def throw_away_database(server_url: str) -> Iterator[str]:
    """A database of this run's own; its login may create roles and schemas."""
    name = f"zc_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            yield make_conninfo(server_url, dbname=name)
        finally:
            server.execute(f'drop database "{name}" with (force)')


@contextmanager
def intake_on(database_url: str, amqp_uri: str, prefix: str) -> Iterator[Wired]:
    """Intake with its tables made and its pool opened; nothing of it serves or relays."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(
            database_url=database_url,
            amqp_uri=amqp_uri,
            broker_prefix=prefix,
            documents=home / "documents",
            vault_key=home / "keys" / "vault",
            audit_key=home / "keys" / "audit",
            jwks=str(home / "jwks.json"),
            issuer="bench",
            audience="bench",
            create_keys=True,
        )
        prepare(DEFINITION, database_url)
        wired = Wired(DEFINITION, settings)
        wired.open()
        try:
            yield wired
        finally:
            wired.close()


def circumstances() -> Acting:
    """A division head who acts, with everything that a real command carries."""
    trace = str(new_id())
    return Acting(
        at=NOON,
        actor="division-head",
        capacity="division_head",
        organisation="11530000FAKE01016D",
        command="extend_round",
        command_id=trace,
        correlation_id=trace,
        legal_basis=("S4.0",),
    )


def carry_out(work: Callable[[], object]) -> None:
    """Do this as a command of the division head."""
    with carrying_out(Command(circumstances())):
        work()


def round_with(versions: int, number: str) -> Round:
    """An unsaved round with this many events: planned, opened, and then moved back a day at a time."""
    with acting(circumstances()):
        round_ = Round.plan(
            number=number, title="制造业创新中心申报批次", year=2026, opens_on=FIRST_DAY, closes_on=FIRST_DAY + DAY
        )
        if versions > 1:
            round_.open(policy_edition="2019-05-06", document_no="申报通知 2026-1", deadline=DEADLINE, at=DEADLINE.due)
        for _ in range(versions - 2):
            round_.extend(closes_on=round_.closes_on + DAY, reason="因申报材料准备时间不足延期", deadline=DEADLINE)
    return round_


def stored(wired: Wired, round_: Round) -> tuple[UUID, list[Any]]:
    """The aggregate's id and its new events as they are stored."""
    events = round_.collect_events()
    return round_.id, [wired.application.event_mapper.to_stored_event(event) for event in events]


DAY = timedelta(days=1)
