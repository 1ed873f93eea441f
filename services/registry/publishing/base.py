"""What many messages say of their centre."""

from __future__ import annotations

from typing import Any

from services.registry import contracts
from services.registry.domain.centre import Centre
from services.registry.domain.record import CentreRef
from services.shared.kernel.publishing import Publishing

PUBLISHING = Publishing()
"""Which events are told to others; the files of this package fill it."""


def of(centre: CentreRef) -> dict[str, Any]:
    return {
        "case_id": centre.case_id,
        "number": centre.number,
        "lead_uscc": centre.lead_uscc,
        "prefecture": centre.prefecture,
    }


def listed(event: Any, centre: Centre) -> dict[str, Any]:
    return of(centre.ref) | {
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


def named(event: Any, centre: Centre) -> dict[str, Any]:
    return of(centre.ref) | {
        "centre_name": centre.facts.centre_name,
        "centre_uscc": centre.listed.centre_uscc,
        "field_domain": centre.facts.field_domain,
        "effective_on": event.effective_on,
    }


def changed(event: Any, centre: Centre, document_no: str) -> contracts.CentreChanged:
    return contracts.CentreChanged(
        changed=tuple(fact.name for fact in event.facts if not fact.name.endswith("_ref")),
        lead_unit_name=centre.facts.lead_unit_name,
        member_usccs=centre.member_usccs,
        document_no=document_no,
        **named(event, centre),
    )
