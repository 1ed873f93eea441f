"""Cases: the material check, corrections, the collective decision."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma

from services.review.domain.corrections import CorrectionItem
from services.review.domain.field_claim import Way
from services.review.domain.reopening import WAY, Remedy
from services.review.domain.review import Review
from services.review.domain.states import CODES, TITLES, State
from services.review.domain.values import SERVICE_METHODS, ServiceRecord
from services.shared.kernel.fields import (
    Block,
    Code,
    Day,
    Flag,
    Form,
    Items,
    Text,
)
from services.shared.vocabulary import Track


class DraftPreReview(Form):
    """`POST /reviews/{id}/draft-pre-review`"""

    passed = Flag(required=True)
    opinion = Text(4000, multiline=True, required=True)
    reasons = Items(Text(1000), load_default=list)
    clauses = Items(Text(20), load_default=list)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "reasons": tuple(data["reasons"]), "clauses": tuple(data["clauses"])}


class FailPreReview(Form):
    """`POST /reviews/{id}/fail-pre-review`"""

    document_no = Text(60, required=True)


class CorrectionItemForm(Form):
    """One defect: where (JSON Pointer, or "" for the paper), what is wanted, by which clause."""

    pointer = Text(200, min=0, load_default="")
    zh = Text(1000, multiline=True, required=True)
    clause = Text(20, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> CorrectionItem:
        return CorrectionItem(**data)


class RequestCorrection(Form):
    """`POST /reviews/{id}/request-correction`"""

    items_wanted = Items(Block(CorrectionItemForm), 1, 100, required=True, data_key="items")

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"items": tuple(data["items_wanted"])}


class ReturnBatch(Form):
    """`POST /batches/{id}/return`"""

    reasons = Items(Text(1000), 1, 50, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"reasons": tuple(data["reasons"])}


class ResolveFieldConflicts(Form):
    """`POST /reviews/{id}/resolve-field-conflicts`"""

    way = Code([way.value for way in Way], required=True)
    reasons = Items(Text(1000), 1, 20, required=True)
    meeting_date = Day(required=True)
    minute_no = Text(60, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        day = date.fromisoformat(data["meeting_date"])
        return {**data, "way": Way(data["way"]), "reasons": tuple(data["reasons"]), "meeting_date": day}


class ProposeCase(Form):
    """`POST /reviews/{id}/propose`"""

    track = Code([track.value for track in Track], required=True)
    meeting_date = Day(required=True)
    minute_no = Text(60, required=True)
    text = Text(8000, multiline=True, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "track": Track(data["track"]), "meeting_date": date.fromisoformat(data["meeting_date"])}


class NotSelectCase(Form):
    """`POST /reviews/{id}/not-select`"""

    document_no = Text(60, required=True)
    minute_no = Text(60, required=True)
    meeting_date = Day(required=True)
    text = Text(8000, multiline=True, required=True)
    reasons = Items(Text(1000), 1, required=True)
    clauses = Items(Text(20), 1, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        day = date.fromisoformat(data["meeting_date"])
        return {**data, "reasons": tuple(data["reasons"]), "clauses": tuple(data["clauses"]), "meeting_date": day}


class RecordService(Form):
    """`POST /reviews/{id}/record-service`"""

    served_on = Day(required=True)
    method = Code(SERVICE_METHODS, required=True)
    proof = Text(200, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"served": ServiceRecord(date.fromisoformat(data["served_on"]), data["method"], data["proof"])}


class ReopenByRemedy(Form):
    """`POST /reviews/{id}/reopen-by-remedy`: the decision that sets ours aside, and where the case goes on by it.

    A case that lapsed can also wait for its correction again (`prov-correction`), which has its days anew.
    """

    body = Text(100, required=True)
    decision_no = Text(60, required=True)
    decided_on = Day(required=True)
    text = Text(4000, required=True, multiline=True)
    to = Code({state: TITLES[state] for state in (*WAY, State.PROV_CORRECTION)}, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        day = date.fromisoformat(data["decided_on"])
        return {"remedy": Remedy(data["body"], data["decision_no"], day, data["text"]), "to": State(data["to"])}


class ResumeCase(Form):
    """`POST /reviews/{id}/resume`"""

    document_no = Text(60, required=True)
    reason = Text(1000, required=True, multiline=True)


class SuspendCase(ResumeCase):
    """`POST /reviews/{id}/suspend`: `cause` is one of the edition's."""

    cause = Text(40, required=True)


class ReviewAnswer(ma.Schema):
    """A case after a command."""

    number = ma.fields.String()
    state = ma.fields.String()
    code = ma.fields.Function(lambda review: CODES[review.state])
    policy_edition = ma.fields.String()


class CaseAnswer(ma.Schema):
    """A case after a command of its applicant."""

    number = ma.fields.String()
    state = ma.fields.String()


class BatchReturnAnswer(ma.Schema):
    """The return of a batch."""

    batch_id = ma.fields.UUID()
    letter_no = ma.fields.String()
    case_ids = ma.fields.Function(lambda returned: list(returned.case_ids))


class ReviewView(ReviewAnswer):
    """A case as the department reads it."""

    id = ma.fields.UUID()
    facts = ma.fields.Raw()
    pre_review = ma.fields.Raw()
    panel_id = ma.fields.UUID()
    appraisal = ma.fields.Raw()
    site_visit_id = ma.fields.UUID()
    site_report = ma.fields.Raw()
    proposal = ma.fields.Raw()
    notice_id = ma.fields.UUID()
    ended_at_stage = ma.fields.String()
    decision = ma.fields.Raw()
    served = ma.fields.Raw()
    remedy_until = ma.fields.Function(lambda review: review.remedy_until and review.remedy_until.due)
    correction = ma.fields.Raw()
    notice_until = ma.fields.Function(lambda review: review.notice_until and review.notice_until.due)
    clock_runs = ma.fields.Boolean()
    stops = ma.fields.Function(lambda review: list(review.stops))
    suspension = ma.fields.Function(lambda review: review.suspension if review.is_suspended else None)
    conflicts = ma.fields.Function(lambda review: list(review.conflicts))
    resolution = ma.fields.Raw()
    ban = ma.fields.Raw()
    open_objections = ma.fields.Function(lambda review: len(review.open_objections))


def state_view(review: Review) -> dict[str, Any]:
    """What the applicant sees of the case: where it stands, and a decision against it in full."""
    return {
        "id": review.id,
        "version": review.version,
        "number": review.number,
        "state": review.state,
        "code": CODES[review.state],
        "title": TITLES[review.state],
        "track": review.proposal.track if review.proposal and review.is_proposal_public else "",
        "decision": review.decision,
        "served": review.served,
        "remedy_until": review.remedy_until and review.remedy_until.due,
        "correction": review.correction,
        "panel_changes": review.panel_changes,
        "ban": review.ban,
        "suspended": _suspended(review),
    }


def _suspended(review: Review) -> dict[str, Any] | None:
    """By which document and since when a case stands still; the reason is the department's."""
    said = review.suspension
    if said is None or not review.is_suspended:
        return None
    return {"cause": said.cause, "document_no": said.document_no, "since": said.since}
