"""What is told of centres and their plaques."""

from __future__ import annotations

from typing import Any

from services.registry import contracts
from services.registry.domain.centre import Centre
from services.registry.publishing.base import PUBLISHING, changed, listed, named, of


@PUBLISHING.of(Centre.Designated)
def seal_centre_designated(event: Any, centre: Centre) -> contracts.CentreDesignated:
    return contracts.CentreDesignated(**listed(event, centre))


@PUBLISHING.of(Centre.ListedForCultivation)
def seal_centre_listed_for_cultivation(event: Any, centre: Centre) -> contracts.CentreListedForCultivation:
    return contracts.CentreListedForCultivation(**listed(event, centre))


@PUBLISHING.of(Centre.PlaqueIssued)
def seal_plaque_issued(event: Any, centre: Centre) -> contracts.PlaqueIssued:
    return contracts.PlaqueIssued(plaque_no=event.plaque_no, **of(centre.ref))


@PUBLISHING.of(Centre.PlaqueRecallOrdered)
def seal_plaque_recall_ordered(event: Any, centre: Centre) -> contracts.PlaqueRecallOrdered:
    return contracts.PlaqueRecallOrdered(plaque_no=event.plaque_no, **of(centre.ref))


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
        credit_record=event.credit_record,
        policy_edition=event.metadata.policy_edition,
        **of(centre.ref),
    )


@PUBLISHING.of(Centre.RecommendedToMinistry)
def seal_centre_recommended_to_ministry(event: Any, centre: Centre) -> contracts.CentreRecommendedToMinistry:
    return contracts.CentreRecommendedToMinistry(letter_no=event.letter_no, **of(centre.ref))


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
        **named(event, centre),
    )


@PUBLISHING.of(Centre.CultivationUpgraded)
def seal_centre_upgraded(event: Any, centre: Centre) -> contracts.CentreUpgraded:
    return contracts.CentreUpgraded(
        document_no=event.document_no, policy_edition=event.policy_edition, **named(event, centre)
    )


@PUBLISHING.of(Centre.QualificationExpired)
def seal_centre_expired(event: Any, centre: Centre) -> contracts.CentreExpired:
    return contracts.CentreExpired(**named(event, centre))


@PUBLISHING.of(Centre.VoluntaryExitApproved)
def seal_centre_exited(event: Any, centre: Centre) -> contracts.CentreExited:
    return contracts.CentreExited(document_no=event.document_no, **named(event, centre))


@PUBLISHING.of(Centre.Dissolved)
def seal_centre_dissolved(event: Any, centre: Centre) -> contracts.CentreDissolved:
    return contracts.CentreDissolved(source=event.source, document_no=event.document_no, **named(event, centre))


@PUBLISHING.of(Centre.MergedInto)
def seal_centre_merged(event: Any, centre: Centre) -> contracts.CentreMerged:
    without_field = {name: value for name, value in named(event, centre).items() if name != "field_domain"}
    return contracts.CentreMerged(
        fields=centre.fields, survivor_id=event.survivor_id, document_no=event.document_no, **without_field
    )


@PUBLISHING.of(Centre.SplitOff)
def seal_centre_split(event: Any, centre: Centre) -> contracts.CentreSplit:
    split = event.split
    return contracts.CentreSplit(
        unit_uscc=split.unit_uscc,
        unit_name=split.unit_name,
        keeper=split.keeper,
        member_usccs=split.member_usccs,
        fields=split.fields,
        document_no=event.document_no,
        **named(event, centre),
    )


@PUBLISHING.of(Centre.FactsChanged)
def seal_centre_changed(event: Any, centre: Centre) -> contracts.CentreChanged:
    return changed(event, centre, event.document_no)


@PUBLISHING.of(Centre.RegistryCorrected)
def seal_registry_corrected(event: Any, centre: Centre) -> contracts.CentreChanged:
    return changed(event, centre, "")


@PUBLISHING.of(Centre.PlaqueReplaced)
def seal_plaque_replaced(event: Any, centre: Centre) -> contracts.PlaqueReplaced:
    return contracts.PlaqueReplaced(
        plaque_no=event.plaque_no, replaces=event.replaces, reason=event.reason, **of(centre.ref)
    )


@PUBLISHING.of(Centre.NationalResultRecorded)
def seal_national_result(event: Any, centre: Centre) -> contracts.CentreNationalResult:
    return contracts.CentreNationalResult(result=event.result, document_no=event.document_no, **of(centre.ref))


@PUBLISHING.of(Centre.NationalRecommendationClosed)
def seal_recommendation_closed(event: Any, centre: Centre) -> contracts.CentreRecommendationClosed:
    return contracts.CentreRecommendationClosed(reason=event.reason, **of(centre.ref))
