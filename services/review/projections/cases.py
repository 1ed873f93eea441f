"""The board of cases."""

from __future__ import annotations

from typing import Any

from services.review.domain.reopening import is_redone
from services.review.domain.review import Review
from services.review.domain.states import CODES, State
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

REVIEWS = Projection(
    "reviews",
    """
create table if not exists reviews (
    id uuid primary key,
    version bigint not null,
    number text not null unique,
    round_number text not null,
    state text not null,
    code text not null,
    changed_at timestamptz not null,
    lead_uscc text not null,
    lead_unit_name text not null,
    member_usccs text[] not null,
    prefecture text not null,
    centre_name text not null,
    field_domain text not null,
    track_requested text not null,
    track text not null default '',
    policy_edition text not null,
    panel_id uuid,
    score numeric,
    site_visit_id uuid,
    discrepancies int,
    notice_id uuid
);
create index if not exists reviews_lead on reviews (lead_uscc, id);
create index if not exists reviews_prefecture on reviews (prefecture, id);
create index if not exists reviews_members on reviews using gin (member_usccs);
""",
)


@REVIEWS.on(Review.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    facts = event.facts
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "number": facts.number,
        "round_number": facts.round_number,
        "state": State.RECOMMENDED.value,
        "code": CODES[State.RECOMMENDED],
        "changed_at": event.timestamp,
        "lead_uscc": facts.lead_uscc,
        "lead_unit_name": facts.lead_unit_name,
        "member_usccs": list(facts.member_usccs),
        "prefecture": facts.prefecture,
        "centre_name": facts.centre_name,
        "field_domain": facts.field_domain,
        "track_requested": facts.track_requested,
        "policy_edition": event.policy_edition,
    }
    upsert(cursor, "reviews", "id", row)


MOVES: dict[type, State] = {
    Review.ReceiptRegistered: State.PROV_INTAKE,
    Review.Accepted: State.PRE_REVIEW,
    Review.PreReviewPassed: State.EXPERT_APPRAISAL,
    Review.PreReviewFailed: State.PRE_REVIEW_FAILED,
    Review.NotSelected: State.NOT_SELECTED,
    Review.CorrectionRequested: State.PROV_CORRECTION,
    Review.Lapsed: State.LAPSED,
    Review.Returned: State.RETURNED_TO_PREF,
    Review.Resubmitted: State.RECOMMENDED,
    Review.Rescinded: State.NOT_RECOMMENDED,
    Review.Held: State.NOTICE_HELD,
    Review.Resumed: State.PUBLIC_NOTICE,
    Review.ClearingReopened: State.PUBLIC_NOTICE,
    Review.Cleared: State.NOTICE_CLEARED,
    Review.ObjectionSustained: State.OBJECTION_SUSTAINED,
    Review.Listed: State.LISTED,
    Review.Withdrawn: State.WITHDRAWN,
    Review.Terminated: State.TERMINATED,
}
"""Events that change nothing on the board but the state."""


@REVIEWS.on(*MOVES)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, MOVES[type(event)])


UNMOVED = (
    Review.PreReviewDrafted,
    Review.FieldConflictFlagged,
    Review.FieldExceptionGranted,
    Review.FieldConflictResolved,
    Review.ObjectionNoted,
    Review.ObjectionSettled,
    Review.NoticeElapsed,
    Review.ClockRestarted,
    Review.BanStarted,
    Review.DecisionServed,
    Review.CaseSuspended,
    Review.CaseResumed,
    Review.AvoidanceAsked,
)
"""Events after which the board shows what it showed before, at a newer version."""


@REVIEWS.on(*UNMOVED)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "reviews", event)


@REVIEWS.on(Review.PanelAssigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "reviews", event, panel_id=event.panel_id)


@REVIEWS.on(Review.ExpertAppraisalCompleted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, State.SITE_INSPECTION, score=event.appraisal.score)


@REVIEWS.on(Review.ExpertAppraisalFailed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "reviews", event, score=event.appraisal.score)


@REVIEWS.on(Review.ExpertAppraisalReopened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, State.EXPERT_APPRAISAL, score=None)


@REVIEWS.on(Review.Corrected)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    facts = event.facts
    row = {
        "lead_unit_name": facts.lead_unit_name,
        "member_usccs": list(facts.member_usccs),
        "centre_name": facts.centre_name,
        "field_domain": facts.field_domain,
        "track_requested": facts.track_requested,
    }
    # Where the case goes on was said when the correction was requested.
    came_from = "select came_from from corrections where case_id = %s order by round_no desc limit 1"
    found = cursor.execute(came_from, (event.originator_id,)).fetchone()
    _move(cursor, event, State(found[0]) if found else State.PROV_INTAKE, **row)


@REVIEWS.on(Review.ListingAmended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    names = {"centre_name": event.amendment.centre_name, "lead_unit_name": event.amendment.lead_unit_name}
    if event.renotice:
        _move(cursor, event, State.PROPOSED, notice_id=None, **names)
    else:
        change(cursor, "reviews", event, **names)


@REVIEWS.on(Review.ProposalAmended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, State.PROPOSED, notice_id=None, track=event.proposal.track.value)


@REVIEWS.on(Review.NoticeLeft)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, State.PROPOSED, notice_id=None)


@REVIEWS.on(Review.SiteVisitAssigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "reviews", event, site_visit_id=event.site_visit_id)


@REVIEWS.on(Review.SiteVisitReleased)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "reviews", event, site_visit_id=None)


@REVIEWS.on(Review.SiteReportSigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, State.COMPREHENSIVE, discrepancies=len(event.report.discrepancies))


@REVIEWS.on(Review.Proposed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, State.PROPOSED, track=event.proposal.track.value)


@REVIEWS.on(Review.Posted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _move(cursor, event, State.PUBLIC_NOTICE, notice_id=event.notice_id)


@REVIEWS.on(Review.ReopenedByRemedy)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    redone: dict[str, Any] = {}
    if is_redone(State.EXPERT_APPRAISAL, event.to):
        redone |= {"panel_id": None, "score": None}
    if is_redone(State.SITE_INSPECTION, event.to):
        redone |= {"site_visit_id": None, "discrepancies": None}
    if is_redone(State.COMPREHENSIVE, event.to):
        redone |= {"track": ""}
    _move(cursor, event, event.to, notice_id=None, **redone)


def _move(cursor: Cursor, event: Any, state: State, **values: Any) -> None:
    moved = {"state": state.value, "code": CODES[state], "changed_at": event.timestamp, **values}
    change(cursor, "reviews", event, **moved)
