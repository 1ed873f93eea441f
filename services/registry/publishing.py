"""What the registry tells the others: own domain event → own integration event."""

from __future__ import annotations

from typing import Any

from services.registry import contracts
from services.registry.domain.assessment import Assessment
from services.registry.domain.centre import Centre
from services.registry.domain.extract import StatusExtract
from services.registry.domain.funding import FundingReference
from services.registry.domain.record import CentreRef
from services.registry.domain.rectification import Rectification
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.summary import AnnualSummary
from services.registry.domain.upgrading import UpgradeRequest
from services.shared.kernel.publishing import Publishing

PUBLISHING = Publishing()


@PUBLISHING.of(Centre.Designated)
def seal_centre_designated(event: Any, centre: Centre) -> contracts.CentreDesignated:
    return contracts.CentreDesignated(**_listed(event, centre))


@PUBLISHING.of(Centre.ListedForCultivation)
def seal_centre_listed_for_cultivation(event: Any, centre: Centre) -> contracts.CentreListedForCultivation:
    return contracts.CentreListedForCultivation(**_listed(event, centre))


@PUBLISHING.of(Centre.PlaqueIssued)
def seal_plaque_issued(event: Any, centre: Centre) -> contracts.PlaqueIssued:
    return contracts.PlaqueIssued(plaque_no=event.plaque_no, **_of(centre.ref))


@PUBLISHING.of(Centre.PlaqueRecallOrdered)
def seal_plaque_recall_ordered(event: Any, centre: Centre) -> contracts.PlaqueRecallOrdered:
    return contracts.PlaqueRecallOrdered(plaque_no=event.plaque_no, **_of(centre.ref))


@PUBLISHING.of(AnnualSummary.Accepted)
def seal_summary_accepted(_: Any, summary: AnnualSummary) -> contracts.SummaryAccepted:
    return contracts.SummaryAccepted(year=summary.year, **_of(summary.centre))


@PUBLISHING.of(Assessment.Finalised)
def seal_assessment_finalised(_: Any, assessment: Assessment) -> contracts.AssessmentFinalised:
    return contracts.AssessmentFinalised(
        year=assessment.year,
        score=str(assessment.result.total),
        grade=assessment.result.grade,
        policy_edition=assessment.policy_edition,
        **_of(assessment.centre),
    )


@PUBLISHING.of(Rectification.Ordered)
def seal_rectification_ordered(event: Any, rectification: Rectification) -> contracts.RectificationOrdered:
    return contracts.RectificationOrdered(
        items=event.demands, due_on=event.deadline.local_due.date(), **_of(rectification.centre)
    )


@PUBLISHING.of(Centre.Revoked)
def seal_centre_revoked(event: Any, centre: Centre) -> contracts.CentreRevoked:
    return contracts.CentreRevoked(
        centre_name=centre.facts.centre_name,
        centre_uscc=centre.listed.centre_uscc,
        field_domain=centre.facts.field_domain,
        cause=event.grounds.cause,
        grounds=event.grounds.reasons,
        clauses=event.grounds.clauses,
        remedy=event.grounds.remedy,
        document_no=event.document_no,
        effective_on=event.effective_on,
        banned_until=event.banned_until,
        policy_edition=event.metadata.policy_edition,
        **_of(centre.ref),
    )


@PUBLISHING.of(Centre.RecommendedToMinistry)
def seal_centre_recommended_to_ministry(event: Any, centre: Centre) -> contracts.CentreRecommendedToMinistry:
    return contracts.CentreRecommendedToMinistry(letter_no=event.letter_no, **_of(centre.ref))


@PUBLISHING.of(Centre.BanStarted)
def seal_ban_started(event: Any, centre: Centre) -> contracts.BanStarted:
    return contracts.BanStarted(
        centre_uscc=centre.listed.centre_uscc,
        cause=event.cause,
        banned_from=event.banned_from,
        banned_until=event.banned_until,
        **_of(centre.ref),
    )


@PUBLISHING.of(Centre.RevocationAnnulled)
def seal_revocation_annulled(event: Any, centre: Centre) -> contracts.CentreRevocationAnnulled:
    return contracts.CentreRevocationAnnulled(
        corrects=centre.revoked_by,
        qualification=event.restored,
        plaque=event.plaque_after,
        plaque_no=centre.plaque_no,
        body=event.body,
        document_no=event.document_no,
        policy_edition=event.metadata.policy_edition,
        **_named(event, centre),
    )


@PUBLISHING.of(Centre.CultivationUpgraded)
def seal_centre_upgraded(event: Any, centre: Centre) -> contracts.CentreUpgraded:
    return contracts.CentreUpgraded(
        document_no=event.document_no, policy_edition=event.policy_edition, **_named(event, centre)
    )


@PUBLISHING.of(UpgradeRequest.UpgradeRequested)
def seal_upgrade_requested(event: Any, request: UpgradeRequest) -> contracts.UpgradeRequested:
    return contracts.UpgradeRequested(
        upgrade_id=request.id,
        centre_name=event.centre_name,
        centre_uscc=event.centre_uscc,
        requested_on=event.requested_on,
        policy_edition=event.policy_edition,
        **_of(request.centre),
    )


@PUBLISHING.of(Centre.QualificationExpired)
def seal_centre_expired(event: Any, centre: Centre) -> contracts.CentreExpired:
    return contracts.CentreExpired(**_named(event, centre))


@PUBLISHING.of(Centre.VoluntaryExitApproved)
def seal_centre_exited(event: Any, centre: Centre) -> contracts.CentreExited:
    return contracts.CentreExited(document_no=event.document_no, **_named(event, centre))


@PUBLISHING.of(Centre.Dissolved)
def seal_centre_dissolved(event: Any, centre: Centre) -> contracts.CentreDissolved:
    return contracts.CentreDissolved(source=event.source, document_no=event.document_no, **_named(event, centre))


@PUBLISHING.of(Centre.MergedInto)
def seal_centre_merged(event: Any, centre: Centre) -> contracts.CentreMerged:
    named = {name: value for name, value in _named(event, centre).items() if name != "field_domain"}
    return contracts.CentreMerged(
        fields=centre.fields, survivor_id=event.survivor_id, document_no=event.document_no, **named
    )


@PUBLISHING.of(Centre.FactsChanged)
def seal_centre_changed(event: Any, centre: Centre) -> contracts.CentreChanged:
    return _changed(event, centre, event.document_no)


@PUBLISHING.of(Centre.RegistryCorrected)
def seal_registry_corrected(event: Any, centre: Centre) -> contracts.CentreChanged:
    return _changed(event, centre, "")


@PUBLISHING.of(Centre.PlaqueReplaced)
def seal_plaque_replaced(event: Any, centre: Centre) -> contracts.PlaqueReplaced:
    return contracts.PlaqueReplaced(
        plaque_no=event.plaque_no, replaces=event.replaces, reason=event.reason, **_of(centre.ref)
    )


@PUBLISHING.of(Shortfall.ConditionShortfallOpened)
def seal_shortfall_opened(event: Any, shortfall: Shortfall) -> contracts.ShortfallOpened:
    return contracts.ShortfallOpened(
        condition=event.condition,
        clause=event.clause,
        due_on=event.deadline.local_due.date(),
        **_of(shortfall.centre),
    )


@PUBLISHING.of(Shortfall.ConditionShortfallCured)
def seal_shortfall_cured(_: Any, shortfall: Shortfall) -> contracts.ShortfallCured:
    return contracts.ShortfallCured(condition=shortfall.condition, **_of(shortfall.centre))


@PUBLISHING.of(FundingReference.FundingReferencePublished)
def seal_funding_reference_published(_: Any, reference: FundingReference) -> contracts.FundingReferencePublished:
    return _published(reference)


@PUBLISHING.of(FundingReference.FundingReferenceRestored)
def seal_funding_reference_restored(_: Any, reference: FundingReference) -> contracts.FundingReferencePublished:
    return _published(reference)


@PUBLISHING.of(FundingReference.FundingReferenceWithdrawn)
def seal_funding_reference_withdrawn(event: Any, reference: FundingReference) -> contracts.FundingReferenceWithdrawn:
    return contracts.FundingReferenceWithdrawn(year=reference.year, reason=event.reason, **_of(reference.centre))


@PUBLISHING.of(StatusExtract.StatusExtractIssued)
def seal_status_extract_issued(_: Any, extract: StatusExtract) -> contracts.StatusExtractIssued:
    return contracts.StatusExtractIssued(**_extract(extract))


@PUBLISHING.of(StatusExtract.StatusCorrectionPublished)
def seal_status_correction(event: Any, extract: StatusExtract) -> contracts.StatusExtractCorrected:
    return contracts.StatusExtractCorrected(document_no=event.document_no, **_extract(extract))


def _published(reference: FundingReference) -> contracts.FundingReferencePublished:
    return contracts.FundingReferencePublished(
        year=reference.year,
        score=reference.score,
        grade=reference.grade,
        policy_edition=reference.policy_edition,
        **_of(reference.centre),
    )


def _of(centre: CentreRef) -> dict[str, Any]:
    return {
        "case_id": centre.case_id,
        "number": centre.number,
        "lead_uscc": centre.lead_uscc,
        "prefecture": centre.prefecture,
    }


def _listed(event: Any, centre: Centre) -> dict[str, Any]:
    return _of(centre.ref) | {
        "case_number": centre.facts.case_number,
        "centre_name": centre.facts.centre_name,
        "centre_uscc": event.listing.centre_uscc,
        "lead_unit_name": centre.facts.lead_unit_name,
        "member_usccs": centre.member_usccs,
        "field_domain": centre.facts.field_domain,
        "document_no": event.listing.document_no,
        "effective_on": event.listing.effective_on,
        "policy_edition": centre.policy_edition,
    }


def _named(event: Any, centre: Centre) -> dict[str, Any]:
    return _of(centre.ref) | {
        "centre_name": centre.facts.centre_name,
        "centre_uscc": centre.listed.centre_uscc,
        "field_domain": centre.facts.field_domain,
        "effective_on": event.effective_on,
    }


def _changed(event: Any, centre: Centre, document_no: str) -> contracts.CentreChanged:
    return contracts.CentreChanged(
        changed=tuple(fact.name for fact in event.facts if not fact.name.endswith("_ref")),
        lead_unit_name=centre.facts.lead_unit_name,
        member_usccs=centre.member_usccs,
        document_no=document_no,
        **_named(event, centre),
    )


def _extract(extract: StatusExtract) -> dict[str, Any]:
    return _of(extract.centre) | {
        "key": extract.key,
        "department": extract.department,
        "as_of": extract.as_of,
        "known_at": extract.known_at,
        "status": extract.status,
        "corrections": extract.corrections,
    }
