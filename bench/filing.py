"""Filing: the submission of a large dossier beside a bare insert of the same bytes, and lists that grow."""

from __future__ import annotations

import mimetypes
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

import psycopg

from bench.grounds import circumstances
from bench.measurement import Book
from bench.timing import seconds_of
from services.intake.application import Intake
from services.intake.domain.dossier import Dossier
from services.shared.kernel import idempotency
from services.shared.kernel.clock import today
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import Role
from tests.examples.dossiers import CASES, demo_case, with_members

UNITS = 40
"""Member units of the dossier that is handed in."""

LEAD, KUNMING = "91530100MAFAKE019M", "530100"
PLAIN = "create table if not exists public.plain_dossiers (id uuid primary key, content bytea not null)"
INSERT = "insert into public.plain_dossiers values (%b, %b)"
MOST_TIMES, MOST_MS = 10.0, 50.0


def measure_filing(wired: Wired, book: Book, *, times: int) -> None:
    """Submissions with all their checks, in turn with bare inserts of the bytes that each of them keeps."""
    found = filing_times(wired, times=times)
    plain, whole = median(found["bare insert"]), median(found["submission"])
    name = f"submission, {UNITS} member units"
    versus = {"versus": "bare insert of the same bytes", "versus_value": plain * 1000}
    book.note(name, whole * 1000, "ms", target=MOST_TIMES, at_most=True, **versus)
    book.note(f"{name}, median", whole * 1000, "ms", target=MOST_MS, at_most=True, absolute=True)


def filing_times(wired: Wired, *, times: int) -> dict[str, list[float]]:
    """Seconds of each submission, and of each bare insert with its commit, taken turn by turn."""
    intake: Any = wired.application
    case_id = prepared(intake)
    submit(intake, case_id)  # statements are prepared, caches filled
    found: dict[str, list[float]] = {"submission": [], "bare insert": []}
    with psycopg.connect(wired.settings.database_url, autocommit=True) as connection:
        connection.execute(PLAIN)
        for _ in range(times):
            take_back(intake, case_id)
            found["submission"].append(seconds_of(lambda: submit(intake, case_id)))
            content = _kept_bytes(wired, intake, case_id)
            found["bare insert"].append(seconds_of(partial(_insert, connection, content)))
    return found


def prepared(intake: Intake, units: int = UNITS) -> UUID:
    """A dossier of so many member units that lacks nothing but its submission."""
    opens_on = today(intake.clock) - timedelta(days=7)
    with _acting(Role.DIVISION_HEAD):
        round_ = intake.plan_round(
            number=uuid.uuid4().hex[:16],
            title="批次",
            year=2026,
            opens_on=opens_on,
            closes_on=opens_on + timedelta(days=3650),
        )
    with _acting(Role.DIVISION_HEAD):
        intake.open_round(round_.id, document_no="申报通知")
    with _acting(Role.APPLICANT):
        case_id = intake.open_dossier(round_id=round_.id, prefecture=KUNMING).id
    dossier = with_members(units)
    for name, content in dossier.items():
        with _acting(Role.APPLICANT):
            intake.save_section(case_id, name, content)
    for one in demo_case("tc01")["attachments"]:
        upload = {"name": one["name"], "media_type": mimetypes.guess_type(one["name"])[0] or "application/pdf"}
        with _acting(Role.APPLICANT):
            intake.attach_document(case_id, kind=one["kind"], body=(CASES / one["file"]).read_bytes(), **upload)
    for row in dossier["centre"]["members"][1:]:
        with _acting(Role.MEMBER_UNIT, row["uscc"]):
            intake.confirm_membership(case_id)
    return case_id


def submit(intake: Intake, case_id: UUID) -> None:
    """The command that hands the dossier in, with the record of its key."""
    with _acting(Role.APPLICANT):
        intake.submit_dossier(case_id)


def take_back(intake: Intake, case_id: UUID) -> None:
    """The command that makes a draft of it again."""
    with _acting(Role.APPLICANT):
        intake.recall_dossier(case_id, reason="再次测量")


def _kept_bytes(wired: Wired, intake: Intake, case_id: UUID) -> bytes:
    """What the newest submission has kept: its frozen snapshot and its event."""
    [(state,)] = wired.database.rows(
        "select state from log where originator_id = %s order by originator_version desc limit 1", (case_id,)
    )
    dossier = intake.load(Dossier, case_id)
    return intake.documents.read(dossier.snapshots[-1].document.sha256) + bytes(state)


def _insert(connection: psycopg.Connection, content: bytes) -> None:
    connection.execute(INSERT, (uuid.uuid4(), content))


@contextmanager
def _acting(role: Role, organisation: str = LEAD) -> Iterator[None]:
    key, who = uuid.uuid4().hex, f"{role}-{organisation}"
    acting = replace(circumstances(), actor=who, capacity=str(role), organisation=organisation, command_id=key)
    with carrying_out(Command(acting, effects=[idempotency.remember(who, key, b"\x00" * 32, "file")])):
        yield
