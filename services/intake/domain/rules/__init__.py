"""The checks of a dossier (domain report §3.8) that intake can compute, and how to run them all.

Each is a function named by a sentence that is true of a good dossier. Their severities are policy data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from services.intake.domain.neighbours import Neighbours
from services.intake.domain.rules.agreement import (
    every_member_has_its_form,
    every_uscc_is_right,
    lead_unit_is_in_the_prefecture,
    member_counts_match_the_rows,
    required_documents_are_attached,
    staff_by_title_and_degree_add_up,
    staff_parts_are_not_more_than_the_whole,
    unit_figures_are_plausible,
    years_are_the_last_three,
)
from services.intake.domain.rules.conditions import (
    all_mechanisms_are_described,
    board_and_management_are_named,
    centre_is_an_enterprise_of_its_own,
    contributions_add_up,
    formation_funds_reach_the_floor,
    founding_units_at_least_the_floor,
    has_a_core_technology,
    has_full_time_researchers,
    initial_input_reaches_the_floor,
    investors_are_diverse,
    lead_unit_has_carried_out_projects,
    lead_unit_keeps_up_its_research,
    plan_and_organisation_are_written,
)
from services.intake.domain.rules.neighbourhood import (
    contacts_are_its_own,
    field_is_free,
    lead_unit_and_technology_are_new,
    no_unit_is_banned,
    overlapping,
    plain,
)
from services.intake.domain.rules.plan import (
    centre_has_a_postcode_of_the_province,
    expected_patents_are_counted,
    fund_plan_is_the_whole_of_the_funds,
    milestones_leave_no_gap,
    shares_are_plausible,
)
from services.intake.domain.rules.rule import Rule, Severity, Terms
from services.intake.domain.values import SECTION_TITLES, Content
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Track

__all__ = [
    "ELSEWHERE",
    "FIELD_NOT_OPEN",
    "RULES",
    "SECTION_MISSING",
    "Check",
    "Neighbours",
    "Rule",
    "Severity",
    "Terms",
    "check",
    "overlapping",
    "plain",
    "severity",
]

NOBODY = Neighbours()

RULES: tuple[Rule, ...] = (
    founding_units_at_least_the_floor,
    formation_funds_reach_the_floor,
    initial_input_reaches_the_floor,
    contributions_add_up,
    centre_is_an_enterprise_of_its_own,
    investors_are_diverse,
    board_and_management_are_named,
    has_a_core_technology,
    has_full_time_researchers,
    all_mechanisms_are_described,
    plan_and_organisation_are_written,
    lead_unit_has_carried_out_projects,
    lead_unit_keeps_up_its_research,
    member_counts_match_the_rows,
    every_member_has_its_form,
    staff_by_title_and_degree_add_up,
    staff_parts_are_not_more_than_the_whole,
    unit_figures_are_plausible,
    years_are_the_last_three,
    field_is_free,
    no_unit_is_banned,
    lead_unit_and_technology_are_new,
    every_uscc_is_right,
    lead_unit_is_in_the_prefecture,
    required_documents_are_attached,
    contacts_are_its_own,
    fund_plan_is_the_whole_of_the_funds,
    milestones_leave_no_gap,
    expected_patents_are_counted,
    centre_has_a_postcode_of_the_province,
    shares_are_plausible,
)

ELSEWHERE = {
    "K26": "is about Annex 3, which screening generates from the dossiers: `annex_3_is_current` there",
}
"""Checks that a dossier alone cannot answer, and why."""

SECTION_MISSING, FIELD_NOT_OPEN = "section-missing", "field-not-open"
"""Checks that follow from the forms and the round alone; no edition weighs them."""


@dataclass(frozen=True)
class Check:
    """One thing found: by which check (its id), how severe, and what."""

    id: str
    severity: Severity
    finding: Finding


def check(
    content: Content,
    edition: Edition,
    *,
    round_year: int,
    today: date,
    attachments: Collection[str],
    accepted_usccs: Collection[str] = (),
    neighbours: Neighbours = NOBODY,
    fields_open: tuple[str, ...] = (),
) -> tuple[Check, ...]:
    """Everything that is wrong with a dossier, judged by the edition that binds its round.

    `round_year` is the year of the round, `today` the local day, `attachments` the kinds of document present,
    `accepted_usccs` the codes that an officer has accepted although their check character is wrong (K23), `neighbours`
    what is known of other dossiers, centres and bans (K20–K22, K27), `fields_open` the fields that the round is limited
    to (none: every field).
    """
    terms = Terms(
        edition, round_year, today, frozenset(attachments), frozenset(accepted_usccs), neighbours, fields_open
    )
    found = [Check(SECTION_MISSING, Severity.BLOCK, _missing(name)) for name in SECTION_TITLES if not content.has(name)]
    found += [Check(FIELD_NOT_OPEN, Severity.BLOCK, finding) for finding in _field_is_open(content, terms)]
    for rule in RULES:
        weight = severity(edition, rule.id, content.track)
        found += [Check(rule.id, weight, finding) for finding in rule(content, terms)]
    return tuple(found)


def severity(edition: Edition, check_id: str, track: Track) -> Severity:
    """How much a check weighs under this edition, for this track."""
    return Severity(edition.on_track(f"checks.{check_id}.severity", track))


def _missing(section: str) -> Finding:
    title = SECTION_TITLES[section]
    return Finding(SECTION_MISSING, f"缺少“{title}”", f"the section {section} is missing", f"/{section}", "S4.1.1")


def _field_is_open(content: Content, terms: Terms) -> Iterator[Finding]:
    """The round takes dossiers of this field (its published conditions)."""
    wanted = content.cover.get("field_domain", "")
    if wanted and terms.fields_open and wanted not in terms.fields_open:
        names = terms.edition["fields.taxonomy"]
        zh = f"本批次只受理：{'、'.join(names.get(code, code) for code in terms.fields_open)}"
        en = f"this round takes these fields only: {', '.join(terms.fields_open)}"
        yield Finding(FIELD_NOT_OPEN, zh, en, "/cover/field_domain", "S4.0")
