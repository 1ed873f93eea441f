"""The sections of a dossier in the order of the paper, and how one is loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import marshmallow as ma

from services.intake.domain.values import SECTION_TITLES
from services.intake.forms.centre import Centre
from services.intake.forms.cover import Cover
from services.intake.forms.lead_unit import LeadUnit
from services.intake.forms.member_units import MemberUnit
from services.intake.forms.plan import Plan
from services.intake.forms.supplement import Supplement
from services.shared.kernel.fields import REQUIRED, UNKNOWN, Failure, load
from services.shared.vocabulary import Finding, Invalid, NotFound

SECTIONS: dict[str, ma.Schema] = {
    "cover": Cover(),
    "centre": Centre(),
    "lead_unit": LeadUnit(),
    "member_units": MemberUnit(many=True),
    "plan": Plan(),
    "supplement": Supplement(),
}


def require_section(name: str) -> None:
    """Raises NotFound for a section that the forms do not have."""
    if name not in SECTIONS:
        raise NotFound(_finding(UNKNOWN, name))


def load_section(name: str, data: object, *, draft: bool = False, accepted_usccs: Collection[str] = ()) -> Any:
    """One section as its normalised plain-JSON value. A draft may leave out required fields.

    `accepted_usccs` are codes that an officer has accepted although their check character is wrong. Raises NotFound
    for a section that the forms do not have, and Invalid with every finding at once; pointers begin with the section,
    as in `/member_units/2/uscc`.
    """
    require_section(name)
    return load(SECTIONS[name], data, at=f"/{name}", draft=draft, accepted_usccs=accepted_usccs)


def load_sections(data: Mapping[str, object], *, accepted_usccs: Collection[str] = ()) -> dict[str, Any]:
    """All sections of a dossier that is to be submitted. Raises Invalid with the findings of all of them."""
    loaded: dict[str, Any] = {}
    findings = [_finding(UNKNOWN, name) for name in data if name not in SECTIONS]
    for name in SECTIONS:
        if name not in data:
            findings.append(_finding(REQUIRED, name))
            continue
        try:
            loaded[name] = load_section(name, data[name], accepted_usccs=accepted_usccs)
        except Invalid as refusal:
            findings.extend(refusal.findings)
    if findings:
        raise Invalid(*findings)
    return loaded


def faults_of_sections(data: Mapping[str, object], *, accepted_usccs: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything by which the sections that are there fall short of a form that is filled in."""
    findings: list[Finding] = []
    for name, section in data.items():
        try:
            load_section(name, section, accepted_usccs=accepted_usccs)
        except Invalid as refusal:
            findings.extend(refusal.findings)
    return tuple(findings)


def _finding(failure: Failure, name: str) -> Finding:
    return Finding(failure.code, f"{SECTION_TITLES.get(name, '')}{failure.zh}", failure.en, f"/{name}")
