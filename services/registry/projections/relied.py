"""What others rely on or question: remedy cases, funding references, status extracts."""

from __future__ import annotations

from typing import Any

from services.registry.domain.extract import StatusExtract
from services.registry.domain.funding import FundingReference
from services.registry.domain.funding import State as FundingState
from services.registry.domain.outcome import Kind
from services.registry.domain.remedy import RemedyCase
from services.registry.domain.remedy import State as RemedyState
from services.registry.projections.fixed import COMMON, opens, sets
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change

REMEDIES = Projection(
    "remedies",
    f"""
create table if not exists remedies ({COMMON}
    kind text not null,
    body text not null,
    decision_id uuid not null,
    filed_on date not null,
    in_time boolean not null,
    due timestamptz not null,
    outcome text not null default '',
    document_no text not null default '',
    answer_sha256 text not null default '',
    suspended boolean not null default false,
    decided_on date,
    served_on date
);
alter table remedies add column if not exists suspended boolean not null default false;
alter table remedies add column if not exists decided_on date;
create index if not exists remedies_case on remedies (case_id);
""",
)

FUNDING = Projection(
    "funding_references",
    f"""
create table if not exists funding_references ({COMMON}
    year int not null,
    score text not null,
    grade text not null
);
create index if not exists funding_references_case on funding_references (case_id);
""",
)

EXTRACTS = Projection(
    "status_extracts",
    f"""
create table if not exists status_extracts ({COMMON}
    key text not null,
    department text not null,
    as_of date not null,
    known_at timestamptz not null,
    corrections int not null default 0
);
create index if not exists status_extracts_case on status_extracts (case_id, as_of);
""",
)

sets(
    REMEDIES,
    {
        RemedyCase.RemedyExecuted: {"state": RemedyState.EXECUTED},
        RemedyCase.ExecutionSuspended: {"suspended": True},
        RemedyCase.MediationBegun: {"state": RemedyState.MEDIATION},
    },
)
sets(
    FUNDING,
    {
        FundingReference.FundingReferenceWithdrawn: {"state": FundingState.WITHDRAWN},
        FundingReference.FundingReferenceRestored: {"state": FundingState.PUBLISHED},
        FundingReference.FundingReferenceAnnulled: {"state": FundingState.ANNULLED},
    },
)


@REMEDIES.on(RemedyCase.RemedyCaseOpened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "state": RemedyState.FILED if event.kind == Kind.LITIGATION else RemedyState.NOTICE_RECEIVED,
        "kind": event.kind,
        "body": event.body,
        "decision_id": event.decision_id,
        "filed_on": event.filed_on,
        "in_time": event.in_time,
        "due": event.deadline.due,
    }
    opens(cursor, "remedies", event, row)


@REMEDIES.on(RemedyCase.AnswerFiled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute(
        "update remedies set version = %s, answer_sha256 = %s, state = case when kind = %s then %s else %s end"
        " where id = %s",
        (
            *(event.originator_version, event.document.sha256),
            *(Kind.LITIGATION, RemedyState.DEFENCE_FILED, RemedyState.ANSWER_FILED),
            event.originator_id,
        ),
    )


@REMEDIES.on(RemedyCase.MediationFailed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "remedies", event, state=event.after)


@REMEDIES.on(RemedyCase.Judged)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    told = {"outcome": event.outcome, "document_no": event.document_no, "decided_on": event.decided_on}
    due = {"due": event.appeal.due} if event.appeal else {}
    change(cursor, "remedies", event, state=RemedyState.JUDGED, **due, **told)


@REMEDIES.on(RemedyCase.OutcomeServed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    due = {"due": event.appeal.due} if event.appeal else {}
    change(cursor, "remedies", event, served_on=event.served.served_on, **due)


@REMEDIES.on(RemedyCase.Appealed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    undecided = {"outcome": "", "document_no": "", "decided_on": None, "served_on": None}
    change(cursor, "remedies", event, state=RemedyState.APPEALED, body=event.body, **undecided)


@REMEDIES.on(RemedyCase.JudgmentFinal)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    told = {"outcome": event.outcome, "document_no": event.document_no, "decided_on": event.decided_on}
    change(cursor, "remedies", event, state=RemedyState.FINAL, suspended=False, **told)


@REMEDIES.on(RemedyCase.RemedyDecided)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    told = {"outcome": event.outcome, "document_no": event.document_no, "decided_on": event.decided_on}
    change(cursor, "remedies", event, state=RemedyState.DECIDED, suspended=False, **told)


@FUNDING.on(FundingReference.FundingReferencePublished)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {"state": FundingState.PUBLISHED, "year": event.year, "score": event.score, "grade": event.grade}
    opens(cursor, "funding_references", event, row)


@FUNDING.on(FundingReference.FundingReferenceReissued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    result = {"score": event.score, "grade": event.grade, "policy_edition": event.edition_id}
    change(cursor, "funding_references", event, state=FundingState.PUBLISHED, **result)


@EXTRACTS.on(StatusExtract.StatusExtractIssued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "state": event.status,
        "key": f"{event.centre.number}@{event.as_of.isoformat()}",
        "department": event.department,
        "as_of": event.as_of,
        "known_at": event.known_at,
    }
    opens(cursor, "status_extracts", event, row)


@EXTRACTS.on(StatusExtract.StatusCorrectionPublished)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute(
        "update status_extracts set version = %s, state = %s, known_at = %s, corrections = corrections + 1"
        " where id = %s",
        (event.originator_version, event.status, event.known_at, event.originator_id),
    )
