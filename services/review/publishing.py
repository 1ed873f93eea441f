"""What review tells the others: own domain event → own integration event."""

from __future__ import annotations

from typing import Any

from services.review import contracts
from services.review.domain.corrections import BatchReturn
from services.review.domain.objection import Objection
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.states import CODES
from services.shared.calendar import BEIJING
from services.shared.kernel.publishing import Publishing

PUBLISHING = Publishing()


@PUBLISHING.of(Review.CorrectionRequested)
def seal_correction_requested(event: Any, review: Review) -> contracts.CorrectionRequested:
    asked = event.correction
    return contracts.CorrectionRequested(
        case_id=review.id,
        number=review.number,
        lead_uscc=review.lead_uscc,
        prefecture=review.prefecture,
        round_no=asked.round_no,
        items=tuple(contracts.CorrectionItem(item.pointer, item.zh, item.clause) for item in asked.items),
        due=asked.deadline.due,
        provisional=asked.deadline.provisional,
        explanation=asked.deadline.explain()[0],
    )


@PUBLISHING.of(BatchReturn.Returned)
def seal_batch_returned(event: Any, returned: BatchReturn) -> contracts.BatchReturned:  # noqa: ARG001  # the registry's shape
    return contracts.BatchReturned(
        batch_id=event.batch_id,
        letter_no=event.letter_no,
        prefecture=event.prefecture,
        case_ids=event.case_ids,
        reasons=event.reasons,
    )


@PUBLISHING.of(Review.PreReviewFailed)
def seal_pre_review_failed(event: Any, review: Review) -> contracts.CaseNotSelected:
    return _not_selected(event, review)


@PUBLISHING.of(Review.NotSelected)
def seal_not_selected(event: Any, review: Review) -> contracts.CaseNotSelected:
    return _not_selected(event, review)


@PUBLISHING.of(Review.ObjectionSustained)
def seal_objection_sustained(event: Any, review: Review) -> contracts.CaseNotSelected:
    return _not_selected(event, review)


@PUBLISHING.of(Review.ReopenedByRemedy)
def seal_case_reopened(event: Any, review: Review) -> contracts.CaseReopened:
    return contracts.CaseReopened(
        case_id=review.id,
        number=review.number,
        lead_uscc=review.lead_uscc,
        prefecture=review.prefecture,
        body=event.remedy.body,
        decision_no=event.remedy.decision_no,
        code=CODES[event.to],
    )


@PUBLISHING.of(Review.CaseSuspended)
def seal_case_suspended(event: Any, review: Review) -> contracts.CaseSuspended:
    said = event.suspension
    return contracts.CaseSuspended(
        case_id=review.id,
        number=review.number,
        lead_uscc=review.lead_uscc,
        prefecture=review.prefecture,
        cause=said.cause,
        document_no=said.document_no,
        since=said.since,
    )


@PUBLISHING.of(Review.CaseResumed)
def seal_case_resumed(event: Any, review: Review) -> contracts.CaseResumed:
    until = event.correction_until
    return contracts.CaseResumed(
        case_id=review.id,
        number=review.number,
        lead_uscc=review.lead_uscc,
        prefecture=review.prefecture,
        document_no=event.document_no,
        correction_due=until and until.due,
        provisional=bool(until and until.provisional),
        explanation=until.explain()[0] if until else "",
    )


@PUBLISHING.of(Review.ClearingReopened)
def seal_clearing_reopened(event: Any, review: Review) -> contracts.CaseClearingReopened:
    return contracts.CaseClearingReopened(
        case_id=review.id,
        number=review.number,
        lead_uscc=review.lead_uscc,
        prefecture=review.prefecture,
        notice_no=event.notice_no,
    )


@PUBLISHING.of(Objection.Referred)
@PUBLISHING.of(Objection.TurnedIntoComplaint)
def seal_complaint_raised(event: Any, objection: Objection) -> contracts.ComplaintRaised:  # noqa: ARG001  # the registry's shape
    against = objection.against
    return contracts.ComplaintRaised(
        case_id=against.case_id,
        number=against.number,
        centre_name=against.centre_name,
        lead_uscc=against.lead_uscc,
        objection_id=objection.id,
        received_on=objection.received_on,
        in_time=not objection.late,
    )


@PUBLISHING.of(Review.BanStarted)
def seal_ban_started(event: Any, review: Review) -> contracts.BanStarted:
    return contracts.BanStarted(
        case_id=review.id,
        number=review.number,
        centre_uscc=review.facts.centre_uscc,
        lead_uscc=review.lead_uscc,
        prefecture=review.prefecture,
        cause=event.ban.cause,
        banned_from=event.ban.since,
        banned_until=event.ban.until,
    )


@PUBLISHING.of(PublicNotice.Posted)
def seal_notice_posted(event: Any, notice: PublicNotice) -> contracts.NoticePosted:
    return contracts.NoticePosted(
        notice_id=notice.id,
        notice_no=event.notice_no,
        title=notice.title,
        case_ids=tuple(entry.case_id for entry in notice.entries),
        posted_on=event.posted_on,
        ends_at=event.deadline.due,
        text=event.text,
    )


@PUBLISHING.of(PublicNotice.Closed)
def seal_notice_closed(event: Any, notice: PublicNotice) -> contracts.NoticeClosed:  # noqa: ARG001  # the registry's shape
    return contracts.NoticeClosed(notice_id=notice.id, notice_no=notice.notice_no)


@PUBLISHING.of(Review.Cleared)
def seal_case_cleared(event: Any, review: Review) -> contracts.CaseCleared:
    assert review.proposal is not None  # noqa: S101  # no case is cleared without one; tells the type checker
    facts = review.facts
    return contracts.CaseCleared(
        case_id=review.id,
        number=facts.number,
        track=review.proposal.track,
        notice_id=event.notice_id,
        notice_no=event.notice_no,
        round_id=facts.round_id,
        round_number=facts.round_number,
        prefecture=facts.prefecture,
        policy_edition=review.policy_edition,
        lead_uscc=facts.lead_uscc,
        lead_unit_name=facts.lead_unit_name,
        centre_name=facts.centre_name,
        centre_uscc=facts.centre_uscc,
        member_usccs=facts.member_usccs,
        member_names=facts.member_names,
        field_domain=facts.field_domain,
        rd_direction=facts.rd_direction,
        snapshot=facts.snapshot,
        cleared_on=event.timestamp.astimezone(BEIJING).date(),
    )


def _not_selected(event: Any, review: Review) -> contracts.CaseNotSelected:
    return contracts.CaseNotSelected(
        case_id=review.id,
        number=review.number,
        lead_uscc=review.lead_uscc,
        prefecture=review.prefecture,
        stage=event.stage,
        document_no=event.decision.document_no,
        reasons=event.decision.reasons,
        clauses=event.decision.clauses,
        remedy=event.decision.remedy,
        centre_uscc=review.facts.centre_uscc,
    )
