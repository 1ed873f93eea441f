"""What a centre has records of: yearly summaries, assessments, rectifications, revocation procedures."""

from __future__ import annotations

from typing import Any

from services.registry.domain.assessment import Assessment
from services.registry.domain.assessment import State as AssessmentState
from services.registry.domain.rectification import Rectification
from services.registry.domain.rectification import State as RectificationState
from services.registry.domain.revocation import Revocation
from services.registry.domain.revocation import State as RevocationState
from services.registry.domain.summary import AnnualSummary
from services.registry.domain.summary import State as SummaryState
from services.registry.projections.fixed import COMMON, opens, sets
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change

SUMMARIES = Projection(
    "summaries",
    f"""
create table if not exists summaries ({COMMON}
    year int not null,
    late boolean not null default false,
    due timestamptz not null,
    document_sha256 text not null default '',
    ad_hoc text not null default ''
);
alter table summaries add column if not exists ad_hoc text not null default '';
create index if not exists summaries_case on summaries (case_id, year);
""",
)

ASSESSMENTS = Projection(
    "assessments",
    f"""
create table if not exists assessments ({COMMON}
    year int not null,
    score text not null default '',
    grade text not null default '',
    document_no text not null default ''
);
create index if not exists assessments_case on assessments (case_id, year);
""",
)

RECTIFICATIONS = Projection(
    "rectifications",
    f"""
create table if not exists rectifications ({COMMON}
    demands text[] not null,
    due timestamptz not null,
    document_no text not null,
    remedy text not null,
    score text not null default '',
    grade text not null default ''
);
create index if not exists rectifications_case on rectifications (case_id);
""",
)

REVOCATIONS = Projection(
    "revocations",
    f"""
create table if not exists revocations ({COMMON}
    cause text not null,
    grounds text[] not null,
    clauses text[] not null,
    remedy text not null,
    statement_due timestamptz not null,
    override_reason text not null default '',
    document_no text not null,
    hearing_wanted boolean not null default false
);
alter table revocations add column if not exists hearing_wanted boolean not null default false;
create index if not exists revocations_case on revocations (case_id);
""",
)

sets(
    SUMMARIES,
    {
        AnnualSummary.Accepted: {"state": SummaryState.ACCEPTED},
        AnnualSummary.FellOverdue: {"state": SummaryState.OVERDUE, "late": True},
        AnnualSummary.Ceased: {"state": SummaryState.CEASED},
        AnnualSummary.Missed: {"state": SummaryState.MISSED, "late": True},
        AnnualSummary.GraceBegun: {},
        AnnualSummary.Forwarded: {"state": SummaryState.SUBMITTED},
    },
)
sets(
    RECTIFICATIONS,
    {
        Rectification.PlanFiled: {"state": RectificationState.PLAN_FILED},
        Rectification.Reported: {"state": RectificationState.REPORTED},
        Rectification.Lapsed: {"state": RectificationState.UNREPORTED},
        Rectification.Ceased: {"state": RectificationState.CEASED},
    },
)
sets(
    REVOCATIONS,
    {
        Revocation.DecisionServed: {},
        Revocation.HearingAskedFor: {"hearing_wanted": True},
        Revocation.StatementHeard: {"state": RevocationState.COLLECTIVE_DECISION},
        Revocation.StatementPeriodClosed: {"state": RevocationState.COLLECTIVE_DECISION},
        Revocation.HearingHeld: {"state": RevocationState.COLLECTIVE_DECISION},
        Revocation.Decided: {"state": RevocationState.REVOKED},
        Revocation.Ceased: {"state": RevocationState.CEASED},
        Revocation.Dropped: {"state": RevocationState.DROPPED},
    },
)
sets(
    ASSESSMENTS,
    {
        Assessment.MaterialsSubmitted: {"state": AssessmentState.INITIAL_REVIEW},
        Assessment.MaterialsReturned: {"state": AssessmentState.COLLECTING},
        Assessment.SiteVisited: {"state": AssessmentState.SITE_VISIT},
        Assessment.Deliberated: {"state": AssessmentState.DELIBERATION},
        Assessment.ResultPosted: {"state": AssessmentState.RESULT_NOTICE},
        Assessment.ResultAnnulled: {"state": AssessmentState.ANNULLED},
    },
)


@SUMMARIES.on(AnnualSummary.Required)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {"state": SummaryState.DUE, "year": event.year, "due": event.deadline.due}
    opens(cursor, "summaries", event, row)


@SUMMARIES.on(AnnualSummary.Submitted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    state = SummaryState.WITH_PREFECTURE if event.forward else SummaryState.SUBMITTED
    change(cursor, "summaries", event, state=state, document_sha256=event.document.sha256)


@SUMMARIES.on(AnnualSummary.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "summaries", event, state=SummaryState.RETURNED, due=event.deadline.due)


@SUMMARIES.on(AnnualSummary.Resumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "summaries", event, state=SummaryState.DUE, due=event.deadline.due)


@SUMMARIES.on(AnnualSummary.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "summaries", event, due=event.deadline.due)


@SUMMARIES.on(AnnualSummary.AskedInBetween)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "summaries", event, due=event.deadline.due, ad_hoc=event.subject)


@SUMMARIES.on(AnnualSummary.HandedOver)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    centre = event.centre
    change(
        cursor,
        "summaries",
        event,
        lead_uscc=centre.lead_uscc,
        prefecture=centre.prefecture,
        member_usccs=list(centre.member_usccs),
    )


@ASSESSMENTS.on(Assessment.Scheduled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    opens(cursor, "assessments", event, {"state": AssessmentState.COLLECTING, "year": event.year})


@ASSESSMENTS.on(Assessment.Scored)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    state, sheet = AssessmentState.RESULT_PROPOSED, event.sheet
    change(cursor, "assessments", event, state=state, score=str(sheet.total), grade=sheet.grade)


@ASSESSMENTS.on(Assessment.Finalised)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "assessments", event, state=AssessmentState.FINAL, document_no=event.document_no)


@RECTIFICATIONS.on(Rectification.Ordered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "state": RectificationState.ORDERED,
        "demands": list(event.demands),
        "due": event.deadline.due,
        "document_no": event.document_no,
        "remedy": event.remedy,
    }
    opens(cursor, "rectifications", event, row)


@RECTIFICATIONS.on(Rectification.Rechecked)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    sheet = event.sheet
    state = RectificationState.PASSED if sheet.passes else RectificationState.FAILED
    change(cursor, "rectifications", event, state=state, score=str(sheet.total), grade=sheet.grade)


@REVOCATIONS.on(Revocation.NoticeGiven)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "state": RevocationState.STATEMENT_PERIOD,
        "cause": event.grounds.cause,
        "grounds": list(event.grounds.reasons),
        "clauses": list(event.grounds.clauses),
        "remedy": event.grounds.remedy,
        "statement_due": event.deadline.due,
        "document_no": event.document_no,
    }
    opens(cursor, "revocations", event, row)


@REVOCATIONS.on(Revocation.StatementPeriodOverridden)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    state = RevocationState.COLLECTIVE_DECISION
    change(cursor, "revocations", event, state=state, override_reason=event.reason)


@REVOCATIONS.on(Revocation.NoticeServed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "revocations", event, statement_due=event.deadline.due)
