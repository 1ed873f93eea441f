"""The checks of a dossier (domain report §3.8) that intake can compute, and how to run them all.

Each is a function named by a sentence that is true of a good dossier. Their severities are policy data.
"""

from __future__ import annotations

from collections.abc import Collection
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
    lead_unit_keeps_up_its_research,
    plan_and_organisation_are_written,
)
from services.intake.domain.rules.neighbourhood import (
    field_is_free,
    lead_unit_and_technology_are_new,
    no_unit_is_banned,
    overlapping,
    plain,
)
from services.intake.domain.rules.rule import Rule, Severity, Terms
from services.intake.domain.values import SECTION_TITLES, Content
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Track

__all__ = [
    "ELSEWHERE",
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
)

ELSEWHERE = {
    "K12": "an officer reads the project proofs: no form field says which projects the lead unit carried out",
    "K26": "is about Annex 3, which screening generates from the dossiers",
    "K27": "needs the vault: contacts shared by rival dossiers",
}
"""Checks that a dossier alone cannot answer, and why."""

SECTION_MISSING = "section-missing"


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
) -> tuple[Check, ...]:
    """Everything that is wrong with a dossier, judged by the edition that binds its round.

    `round_year` is the year of the round, `today` the local day, `attachments` the kinds of document present,
    `accepted_usccs` the codes that an officer has accepted although their check character is wrong (K23), `neighbours`
    what is known of other dossiers, centres and bans (K20–K22).
    """
    terms = Terms(edition, round_year, today, frozenset(attachments), frozenset(accepted_usccs), neighbours)
    found = [Check(SECTION_MISSING, Severity.BLOCK, _missing(name)) for name in SECTION_TITLES if not content.has(name)]
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
