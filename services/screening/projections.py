"""What screening's read models hold, and how each event changes them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.correction import Correction
from services.screening.domain.quota import Quota
from services.screening.domain.round_terms import RoundTerms
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import Facts
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, Projections, change, upsert

SCREENINGS = Projection(
    "screenings",
    """
create table if not exists screenings (
    id uuid primary key,
    version bigint not null,
    number text not null,
    round_id uuid not null,
    round_number text not null,
    prefecture text not null,
    policy_edition text not null,
    lead_uscc text not null,
    member_usccs text[] not null,
    lead_unit_name text not null,
    centre_name text not null,
    field_domain text not null,
    track_requested text not null,
    snapshot_sha256 text not null,
    received_at timestamptz not null,
    state text not null,
    recommends boolean,
    ready boolean not null default false,
    document_no text not null default '',
    batch_id uuid,
    letter_no text not null default '',
    withdrawal_noted boolean not null default false
);
alter table screenings add column if not exists due timestamptz;
alter table screenings add column if not exists recused text[] not null default '{}';
alter table screenings add column if not exists served_on date;
create index if not exists screenings_prefecture on screenings (prefecture, id);
create index if not exists screenings_inbox on screenings (prefecture, coalesce(due, 'infinity'::timestamptz), id);
create index if not exists screenings_field on screenings (prefecture, field_domain);
create index if not exists screenings_round on screenings (round_id, prefecture, state);
""",
)

BATCHES = Projection(
    "batches",
    """
create table if not exists batches (
    id uuid primary key,
    version bigint not null,
    prefecture text not null,
    round_id uuid not null,
    round_number text not null,
    policy_edition text not null,
    case_ids uuid[] not null,
    annex_3_sha256 text not null,
    filled_on date not null,
    state text not null,
    letter_no text not null default '',
    letter_date date,
    submitted_at timestamptz
);
alter table batches add column if not exists letters text[] not null default '{}';
alter table batches add column if not exists slips jsonb not null default '[]';
alter table batches add column if not exists supplements jsonb not null default '[]';
create index if not exists batches_prefecture on batches (prefecture, id);
create unique index if not exists batches_letter on batches (prefecture, letter_no)
    where letter_no <> '' and state <> 'cancelled';
""",
)

CORRECTIONS = Projection(
    "corrections",
    """
create table if not exists corrections (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    number text not null,
    prefecture text not null,
    round_no integer not null,
    items jsonb not null,
    served_on date not null,
    method text not null,
    due timestamptz not null,
    provisional boolean not null,
    extensions integer not null default 0,
    outcome text not null default ''
);
create index if not exists corrections_case on corrections (case_id, round_no);
""",
)

QUOTAS = Projection(
    "quotas",
    """
create table if not exists quotas (
    id uuid primary key,
    version bigint not null,
    round_id uuid not null,
    prefecture text not null,
    case_ids uuid[] not null
);
create index if not exists quotas_round on quotas (round_id, prefecture);
""",
)

TERMS = Projection(
    "terms",
    """
create table if not exists allowances (
    terms_id uuid not null,
    prefecture text not null,
    most integer not null,
    primary key (terms_id, prefecture)
);
""",
)

DEADLINES = deadlines_projection()

RECOMPUTATION = "correction-recomputation"
"""The kind of deadline by which the clock looks for a newer calendar; it binds nobody and is shown to nobody."""

PROJECTIONS = Projections(SCREENINGS, BATCHES, CORRECTIONS, QUOTAS, TERMS, DEADLINES)


@SCREENINGS.on(Screening.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "number": event.number,
        "round_id": event.round_id,
        "round_number": event.round_number,
        "prefecture": event.prefecture,
        "policy_edition": event.policy_edition,
        "lead_uscc": event.lead_uscc,
        **_said(event.facts),
        "received_at": event.timestamp,
        "state": State.SUBMITTED,
    }
    upsert(cursor, "screenings", "id", row)


@SCREENINGS.on(Screening.IntakeStarted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.PREF_INTAKE, due=event.deadline.due)


@SCREENINGS.on(Screening.Accepted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.PREF_SCREENING, due=None)


@SCREENINGS.on(Screening.Recused)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event)
    cursor.execute(
        "update screenings set recused = array_append(recused, %s) where id = %s", (event.officer, event.originator_id)
    )


@SCREENINGS.on(Screening.Transferred)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {"prefecture": event.prefecture, "state": State.SUBMITTED, "recommends": None, "ready": False, "due": None}
    change(cursor, "screenings", event, **row)


@SCREENINGS.on(Screening.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.PREF_CORRECTION)


@SCREENINGS.on(Correction.Requested, Correction.Extended, Correction.DueRecomputed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute("update screenings set due = %s where id = %s", (event.deadline.due, event.case_id))


@SCREENINGS.on(Screening.CorrectionAnswered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    again = event.deadline is not None
    change(
        cursor,
        "screenings",
        event,
        state=State.PREF_INTAKE if again else State.PREF_SCREENING,
        due=event.deadline.due if again else None,
        recommends=None,
        ready=False,
        **_said(event.facts),
    )


@SCREENINGS.on(Screening.SnapshotReplaced)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, **_said(event.facts))


@SCREENINGS.on(Screening.Recalled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.DRAFT, due=None, recommends=None, ready=False)


@SCREENINGS.on(Screening.SubmittedAgain)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {**_said(event.facts), "received_at": event.timestamp}
    change(cursor, "screenings", event, state=State.SUBMITTED, **row)


@SCREENINGS.on(Screening.Terminated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.TERMINATED, due=None, ready=False)


@SCREENINGS.on(Screening.Lapsed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.LAPSED, due=None, ready=False)


@SCREENINGS.on(Screening.OpinionDrafted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, recommends=event.opinion.recommends, ready=False)


@SCREENINGS.on(Screening.OpinionSigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, ready=True)


@SCREENINGS.on(Screening.NotRecommended, Screening.RecommendationRescinded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.PREF_NOT_RECOMMENDED, document_no=event.document_no)


@SCREENINGS.on(Screening.DecisionServed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, served_on=event.served.served_on)


@SCREENINGS.on(Screening.Recommended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(
        cursor,
        "screenings",
        event,
        state=State.RECOMMENDED,
        ready=False,
        batch_id=event.batch_id,
        letter_no=event.letter_no,
    )


@SCREENINGS.on(Screening.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.RETURNED_TO_PREF, ready=True)


@SCREENINGS.on(Screening.RecommendedAgain)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.RECOMMENDED, ready=False, letter_no=event.letter_no)


@SCREENINGS.on(Screening.Withdrawn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.WITHDRAWN, due=None, ready=False)


@SCREENINGS.on(Screening.WithdrawalNoted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, withdrawal_noted=True)


@BATCHES.on(RecommendationBatch.Assembled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "prefecture": event.prefecture,
        "round_id": event.round_id,
        "round_number": event.round_number,
        "policy_edition": event.policy_edition,
        "case_ids": [row.case_id for row in event.rows],
        "annex_3_sha256": event.annex_3.sha256,
        "filled_on": event.filled_on,
        "state": "assembled",
    }
    upsert(cursor, "batches", "id", row)


@BATCHES.on(RecommendationBatch.Signed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="signed", letter_no=event.letter_no, letter_date=event.letter_date)
    _add_letter(cursor, event.originator_id, event.letter_no)


@BATCHES.on(RecommendationBatch.Submitted, RecommendationBatch.Resubmitted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="submitted", submitted_at=event.timestamp)


@BATCHES.on(RecommendationBatch.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="returned")


@BATCHES.on(RecommendationBatch.Reassembled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(
        cursor,
        "batches",
        event,
        case_ids=[row.case_id for row in event.rows],
        annex_3_sha256=event.annex_3.sha256,
        filled_on=event.filled_on,
        state="assembled",
    )


@BATCHES.on(RecommendationBatch.SlipNoted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    slip = {**asdict(event.slip), "case_id": str(event.slip.case_id), "noted_on": event.slip.noted_on.isoformat()}
    change(cursor, "batches", event)
    cursor.execute("update batches set slips = slips || %s where id = %s", (Jsonb([slip]), event.originator_id))


@BATCHES.on(RecommendationBatch.SupplementIssued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    issued = event.supplement
    row = {"number": issued.number, "letter_no": issued.letter_no, "annex_3_sha256": issued.annex_3.sha256}
    change(cursor, "batches", event)
    cursor.execute(
        "update batches set supplements = supplements || %s where id = %s", (Jsonb([row]), event.originator_id)
    )
    _add_letter(cursor, event.originator_id, issued.letter_no)


@BATCHES.on(RecommendationBatch.SupplementDrafted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event)


@BATCHES.on(RecommendationBatch.Cancelled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="cancelled")


@CORRECTIONS.on(Correction.Requested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": event.case_id,
        "number": event.number,
        "prefecture": event.prefecture,
        "round_no": event.round_no,
        "items": Jsonb([asdict(item) for item in event.items]),
        "served_on": event.served.served_on,
        "method": event.served.method,
        "due": event.deadline.due,
        "provisional": event.deadline.provisional,
    }
    upsert(cursor, "corrections", "id", row)


@CORRECTIONS.on(Correction.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    due = {"due": event.deadline.due, "provisional": event.deadline.provisional}
    change(cursor, "corrections", event, **due)
    cursor.execute("update corrections set extensions = extensions + 1 where id = %s", (event.originator_id,))


@CORRECTIONS.on(Correction.DueRecomputed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "corrections", event, due=event.deadline.due, provisional=event.deadline.provisional)


@CORRECTIONS.on(Correction.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "corrections", event, outcome=event.outcome)


@QUOTAS.on(Quota.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "round_id": event.round_id,
        "prefecture": event.prefecture,
        "case_ids": list(event.case_ids),
    }
    upsert(cursor, "quotas", "id", row)


@QUOTAS.on(Quota.Taken)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "quotas", event)
    statement = "update quotas set case_ids = case_ids || %s::uuid[] where id = %s"
    cursor.execute(statement, (list(event.case_ids), event.originator_id))


@QUOTAS.on(Quota.Released)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "quotas", event)
    for case_id in event.case_ids:
        statement = "update quotas set case_ids = array_remove(case_ids, %s) where id = %s"
        cursor.execute(statement, (case_id, event.originator_id))


@TERMS.on(RoundTerms.Published, RoundTerms.Changed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute("delete from allowances where terms_id = %s", (event.originator_id,))
    for allowance in event.allowances:
        row = (event.originator_id, allowance.prefecture, allowance.most)
        cursor.execute("insert into allowances values (%s, %s, %s)", row)


@DEADLINES.on(Screening.IntakeStarted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(
    Screening.Accepted,
    Screening.Transferred,
    Screening.CorrectionRequested,
    Screening.Recalled,
    Screening.Terminated,
    Screening.Withdrawn,
)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "formal-check")


@DEADLINES.on(Screening.CorrectionAnswered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.deadline is not None:
        set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Correction.Requested, Correction.Extended, Correction.DueRecomputed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.case_id, event.deadline)
    clear_deadline(cursor, event.case_id, RECOMPUTATION)
    if event.deadline.provisional:
        set_deadline(cursor, event.case_id, replace(event.deadline, kind=RECOMPUTATION, due=event.timestamp))


@DEADLINES.on(Correction.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.case_id, "correction", RECOMPUTATION)


@DEADLINES.on(Screening.DecisionServed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.remedy)


def _said(facts: Facts) -> dict[str, Any]:
    """The columns that say what the snapshot says."""
    return {
        "member_usccs": list(facts.member_usccs),
        "lead_unit_name": facts.lead_unit_name,
        "centre_name": facts.centre_name,
        "field_domain": facts.field_domain,
        "track_requested": facts.track_requested,
        "snapshot_sha256": facts.snapshot.sha256,
    }


def _add_letter(cursor: Cursor, batch_id: UUID, letter_no: str) -> None:
    cursor.execute("update batches set letters = array_append(letters, %s) where id = %s", (letter_no, batch_id))
