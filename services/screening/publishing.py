"""What screening tells the others: own domain event → own integration event."""

from __future__ import annotations

from typing import Any

from services.screening import contracts
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.correction import Correction
from services.screening.domain.screening import Screening
from services.screening.domain.values import Opinion
from services.shared.kernel.publishing import Publishing

PUBLISHING = Publishing()


@PUBLISHING.of(Correction.Requested)
@PUBLISHING.of(Correction.Extended)
@PUBLISHING.of(Correction.DueRecomputed)
@PUBLISHING.of(Correction.Resumed)
def seal_correction_requested(
    event: Any,  # noqa: ARG001  # the registry's shape
    correction: Correction,
) -> contracts.CorrectionRequested:
    """Said again, with the same round number, whenever the due moment moves."""
    return contracts.CorrectionRequested(
        case_id=correction.case_id,
        number=correction.number,
        lead_uscc=correction.lead_uscc,
        prefecture=correction.prefecture,
        round_no=correction.round_no,
        items=tuple(contracts.CorrectionItem(item.pointer, item.zh, item.clause) for item in correction.items),
        due=correction.deadline.due,
        provisional=correction.deadline.provisional,
        explanation=correction.deadline.explain()[0],
    )


@PUBLISHING.of(Screening.NotRecommended)
def seal_case_not_recommended(event: Any, screening: Screening) -> contracts.CaseNotRecommended:
    opinion = _signed(screening)
    return contracts.CaseNotRecommended(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        document_no=event.document_no,
        reasons=opinion.reasons,
        clauses=opinion.clauses,
        remedy=opinion.remedy,
        centre_uscc=screening.facts.centre_uscc,
    )


@PUBLISHING.of(Screening.Recommended)
def seal_case_recommended(event: Any, screening: Screening) -> contracts.CaseRecommended:
    facts = screening.facts
    return contracts.CaseRecommended(
        case_id=screening.id,
        number=screening.number,
        batch_id=event.batch_id,
        letter_no=event.letter_no,
        round_id=screening.round_id,
        round_number=screening.round_number,
        prefecture=screening.prefecture,
        policy_edition=screening.policy_edition,
        lead_uscc=screening.lead_uscc,
        lead_unit_name=facts.lead_unit_name,
        centre_name=facts.centre_name,
        centre_uscc=facts.centre_uscc,
        member_usccs=facts.member_usccs,
        member_names=facts.member_names,
        field_domain=facts.field_domain,
        rd_direction=facts.rd_direction,
        track_requested=facts.track_requested,
        snapshot_number=facts.snapshot_number,
        snapshot=facts.snapshot,
        documents=facts.documents,
        opinion=_signed(screening).text,
    )


@PUBLISHING.of(Screening.RecommendationRescinded)
def seal_recommendation_rescinded(event: Any, screening: Screening) -> contracts.RecommendationRescinded:
    opinion = _signed(screening)
    return contracts.RecommendationRescinded(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        document_no=event.document_no,
        reasons=opinion.reasons,
        clauses=opinion.clauses,
        remedy=opinion.remedy,
        centre_uscc=screening.facts.centre_uscc,
    )


@PUBLISHING.of(Screening.DecisionServed)
def seal_decision_served(event: Any, screening: Screening) -> contracts.DecisionServed:
    return contracts.DecisionServed(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        document_no=screening.document_no,
        served_on=event.served.served_on,
        method=event.served.method,
        remedy_until=event.remedy.due,
        explanation=event.remedy.explain()[0],
    )


@PUBLISHING.of(Screening.IntakeStarted)
def seal_case_taken_in(event: Any, screening: Screening) -> contracts.CaseTakenIn:
    return contracts.CaseTakenIn(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        snapshot_number=screening.facts.snapshot_number,
        due=event.deadline.due,
    )


@PUBLISHING.of(Screening.Recused)
def seal_officer_recused(event: Any, screening: Screening) -> contracts.OfficerRecused:
    return contracts.OfficerRecused(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        officer=event.officer,
    )


@PUBLISHING.of(Screening.ReopenedByRemedy)
def seal_case_reopened(event: Any, screening: Screening) -> contracts.CaseReopened:
    return contracts.CaseReopened(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        body=event.body,
        decision_no=event.decision_no,
        code=screening.code,
    )


@PUBLISHING.of(Screening.CaseSuspended)
def seal_case_suspended(event: Any, screening: Screening) -> contracts.CaseSuspended:
    said = event.suspension
    return contracts.CaseSuspended(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        cause=said.cause,
        document_no=said.document_no,
        since=said.since,
    )


@PUBLISHING.of(Screening.CaseResumed)
def seal_case_resumed(event: Any, screening: Screening) -> contracts.CaseResumed:
    return contracts.CaseResumed(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        prefecture=screening.prefecture,
        document_no=event.document_no,
        due=event.deadline.due if event.deadline else None,
        provisional=bool(event.deadline and event.deadline.provisional),
        explanation=event.deadline.explain()[0] if event.deadline else "",
    )


@PUBLISHING.of(Screening.Transferred)
def seal_case_transferred(event: Any, screening: Screening) -> contracts.CaseTransferred:
    return contracts.CaseTransferred(
        case_id=screening.id,
        number=screening.number,
        lead_uscc=screening.lead_uscc,
        from_prefecture=event.from_prefecture,
        prefecture=event.prefecture,
        reason=event.reason,
    )


@PUBLISHING.of(RecommendationBatch.Submitted)
def seal_batch_submitted(
    event: Any,  # noqa: ARG001  # the registry's shape
    batch: RecommendationBatch,
) -> contracts.BatchSubmitted:
    return contracts.BatchSubmitted(
        batch_id=batch.id,
        letter_no=batch.letter_no,
        prefecture=batch.prefecture,
        round_id=batch.round_id,
        case_ids=batch.case_ids,
        annex_3=batch.annex_3,
        seal=batch.seal,
        letter=batch.letter,
    )


@PUBLISHING.of(RecommendationBatch.Resubmitted)
def seal_batch_resubmitted(
    event: Any,  # noqa: ARG001  # the registry's shape
    batch: RecommendationBatch,
) -> contracts.BatchResubmitted:
    return contracts.BatchResubmitted(
        batch_id=batch.id,
        letter_no=batch.letter_no,
        prefecture=batch.prefecture,
        round_id=batch.round_id,
        case_ids=batch.case_ids,
        annex_3=batch.annex_3,
        seal=batch.seal,
        letter=batch.letter,
    )


@PUBLISHING.of(RecommendationBatch.SupplementIssued)
def seal_batch_supplemented(event: Any, batch: RecommendationBatch) -> contracts.BatchSupplemented:
    issued = event.supplement
    return contracts.BatchSupplemented(
        batch_id=batch.id,
        letter_no=issued.letter_no,
        prefecture=batch.prefecture,
        round_id=batch.round_id,
        case_ids=issued.case_ids,
        left_case_ids=tuple(slip.case_id for slip in batch.slips),
        annex_3=issued.annex_3,
    )


def _signed(screening: Screening) -> Opinion:
    """The opinion under the decision: there is none without."""
    if screening.opinion is None:
        raise RuntimeError(f"screening {screening.id} was decided without an opinion")
    return screening.opinion
