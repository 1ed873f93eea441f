"""What is told of contributions of the members and of the centres of prefectures."""

from __future__ import annotations

from typing import Any

from services.registry import contracts
from services.registry.domain.contribution import Contribution
from services.registry.domain.prefectural import PrefecturalCentre
from services.registry.publishing.base import PUBLISHING, of


@PUBLISHING.of(Contribution.ContributionFellShort)
def seal_contribution_fell_short(event: Any, contribution: Contribution) -> contracts.ContributionFellShort:
    return contracts.ContributionFellShort(
        unit_uscc=contribution.unit_uscc,
        kind=contribution.kind,
        due_on=contribution.due_on,
        outstanding_wan=str(event.outstanding_wan),
        **of(contribution.centre),
    )


@PUBLISHING.of(PrefecturalCentre.PrefecturalCentreFiled)
def seal_prefectural_centre_filed(event: Any, centre: PrefecturalCentre) -> contracts.PrefecturalCentreFiled:
    facts = centre.facts
    return contracts.PrefecturalCentreFiled(
        prefectural_id=centre.id,
        prefecture=centre.prefecture,
        centre_name=facts.centre_name,
        centre_uscc=facts.centre_uscc,
        lead_uscc=facts.lead_uscc,
        field_domain=facts.field_domain,
        standing=facts.standing,
        filing_no=event.filing_no,
    )
