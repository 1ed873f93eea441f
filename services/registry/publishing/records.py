"""What is told of the records of a centre."""

from __future__ import annotations

from typing import Any

from services.registry import contracts
from services.registry.domain.assessment import Assessment
from services.registry.domain.extract import StatusExtract
from services.registry.domain.funding import FundingReference
from services.registry.domain.rectification import Rectification
from services.registry.domain.revocation import Revocation
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.summary import AnnualSummary
from services.registry.domain.upgrading import UpgradeRequest
from services.registry.publishing.base import PUBLISHING, of


@PUBLISHING.of(AnnualSummary.Accepted)
def seal_summary_accepted(_: Any, summary: AnnualSummary) -> contracts.SummaryAccepted:
    return contracts.SummaryAccepted(year=summary.year, **of(summary.centre))


@PUBLISHING.of(Assessment.Finalised)
def seal_assessment_finalised(_: Any, assessment: Assessment) -> contracts.AssessmentFinalised:
    return contracts.AssessmentFinalised(
        year=assessment.year,
        score=str(assessment.result.total),
        grade=assessment.result.grade,
        policy_edition=assessment.policy_edition,
        **of(assessment.centre),
    )


@PUBLISHING.of(Assessment.ResultAnnulled)
def seal_assessment_annulled(event: Any, assessment: Assessment) -> contracts.AssessmentAnnulled:
    return contracts.AssessmentAnnulled(
        year=assessment.year,
        body=event.body,
        document_no=event.document_no,
        effective_on=event.effective_on,
        **of(assessment.centre),
    )


@PUBLISHING.of(Rectification.Ordered)
def seal_rectification_ordered(event: Any, rectification: Rectification) -> contracts.RectificationOrdered:
    return contracts.RectificationOrdered(
        items=event.demands, due_on=event.deadline.local_due.date(), **of(rectification.centre)
    )


@PUBLISHING.of(Revocation.DecisionServed)
def seal_revocation_served(event: Any, revocation: Revocation) -> contracts.RevocationServed:
    return contracts.RevocationServed(
        revocation_id=revocation.id,
        served_on=event.served.served_on,
        method=event.served.method,
        **of(revocation.centre),
    )


@PUBLISHING.of(UpgradeRequest.UpgradeRequested)
def seal_upgrade_requested(event: Any, request: UpgradeRequest) -> contracts.UpgradeRequested:
    return contracts.UpgradeRequested(
        upgrade_id=request.id,
        centre_name=event.centre_name,
        centre_uscc=event.centre_uscc,
        requested_on=event.requested_on,
        policy_edition=event.policy_edition,
        **of(request.centre),
    )


@PUBLISHING.of(Shortfall.ConditionShortfallOpened)
def seal_shortfall_opened(event: Any, shortfall: Shortfall) -> contracts.ShortfallOpened:
    return contracts.ShortfallOpened(
        condition=event.condition,
        clause=event.clause,
        due_on=event.deadline.local_due.date(),
        **of(shortfall.centre),
    )


@PUBLISHING.of(Shortfall.ConditionShortfallCured)
def seal_shortfall_cured(_: Any, shortfall: Shortfall) -> contracts.ShortfallCured:
    return contracts.ShortfallCured(condition=shortfall.condition, **of(shortfall.centre))


@PUBLISHING.of(FundingReference.FundingReferencePublished)
def seal_funding_reference_published(_: Any, reference: FundingReference) -> contracts.FundingReferencePublished:
    return _published(reference)


@PUBLISHING.of(FundingReference.FundingReferenceRestored)
def seal_funding_reference_restored(_: Any, reference: FundingReference) -> contracts.FundingReferencePublished:
    return _published(reference)


@PUBLISHING.of(FundingReference.FundingReferenceWithdrawn)
def seal_funding_reference_withdrawn(event: Any, reference: FundingReference) -> contracts.FundingReferenceWithdrawn:
    return _withdrawn(event, reference)


@PUBLISHING.of(FundingReference.FundingReferenceAnnulled)
def seal_funding_reference_annulled(event: Any, reference: FundingReference) -> contracts.FundingReferenceWithdrawn:
    return _withdrawn(event, reference, event.document_no)


@PUBLISHING.of(FundingReference.FundingReferenceReissued)
def seal_funding_reference_reissued(_: Any, reference: FundingReference) -> contracts.FundingReferencePublished:
    return _published(reference)


@PUBLISHING.of(StatusExtract.StatusExtractIssued)
def seal_status_extract_issued(_: Any, extract: StatusExtract) -> contracts.StatusExtractIssued:
    return contracts.StatusExtractIssued(**_extract(extract))


@PUBLISHING.of(StatusExtract.StatusCorrectionPublished)
def seal_status_correction(event: Any, extract: StatusExtract) -> contracts.StatusExtractCorrected:
    return contracts.StatusExtractCorrected(document_no=event.document_no, **_extract(extract))


def _extract(extract: StatusExtract) -> dict[str, Any]:
    return of(extract.centre) | {
        "key": extract.key,
        "department": extract.department,
        "as_of": extract.as_of,
        "known_at": extract.known_at,
        "status": extract.status,
        "corrections": extract.corrections,
    }


def _withdrawn(event: Any, reference: FundingReference, document_no: str = "") -> contracts.FundingReferenceWithdrawn:
    return contracts.FundingReferenceWithdrawn(
        year=reference.year,
        reason=event.reason,
        key=reference.key,
        corrections=reference.corrections,
        document_no=document_no,
        **of(reference.centre),
    )


def _published(reference: FundingReference) -> contracts.FundingReferencePublished:
    return contracts.FundingReferencePublished(
        year=reference.year,
        score=reference.score,
        grade=reference.grade,
        policy_edition=reference.policy_edition,
        key=reference.key,
        corrections=reference.corrections,
        **of(reference.centre),
    )
