"""Who sees what of a panel, in which phase: role x phase x resource, by the authority table and the view itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.review.authority import AUTHORITY
from services.review.domain.panel import Panel
from services.review.schemas import panel_view
from services.shared.kernel.authority import admit
from services.shared.kernel.identity import Identity
from services.shared.vocabulary import Denied, Role
from tests.given import done
from tests.review.examples import (
    EDITION,
    EXPERTS,
    FACTS,
    OFFICER,
    approved_panel,
    declared_panel,
    panel,
    scored_panel,
    submitting,
)

MINE, PEER = "expert-1", "expert-2"


def drafted() -> Panel:
    def saving(p: Panel) -> None:
        p.save_score_sheet(points={}, reasons={}, comment="草稿", edition=EDITION)

    return done(declared_panel(), saving, actor=MINE)


def one_in() -> Panel:
    return done(declared_panel(), submitting(PEER), actor=PEER)


def voided() -> Panel:
    def voiding(p: Panel) -> None:
        p.void_score_sheet(expert=MINE, ground="near_kin", cause="发现亲属关系", edition=EDITION)

    return done(scored_panel(), voiding, **OFFICER)


PHASES: dict[str, Callable[[], Panel]] = {
    "composed": panel,
    "approved": approved_panel,
    "drafted": drafted,
    "others-in": lambda: scored_panel(MINE),
    "mine-in": lambda: done(one_in(), submitting(MINE), actor=MINE),
    "all-in": scored_panel,
    "voided": voided,
}

DEPARTMENT = (Role.PROVINCE_OFFICER, Role.DIVISION_HEAD, Role.COLLECTIVE_BODY)
READERS = {
    "mine": (MINE, Role.EXPERT),
    "stranger": ("expert-9", Role.EXPERT),
    **{role.value: (f"some-{role.value}", role) for role in Role if role is not Role.EXPERT},
}

NOTHING: frozenset[str] = frozenset()
TITLE = frozenset({"title"})
OPEN = TITLE | {"papers"}
PEERS, SHEETS, FIGURES = "who the others are", "others' sheets", "statistics"

OF_MINE = {
    "composed": TITLE,
    "approved": TITLE,
    "drafted": OPEN | {"own draft"},
    "others-in": OPEN,
    "mine-in": OPEN | {SHEETS},
    "all-in": OPEN | {SHEETS, PEERS, FIGURES, "whose sheets"},
    "voided": NOTHING,
}
"""What an expert of the panel sees in each phase; in the last one the own sheet was voided."""

OF_DEPARTMENT = dict.fromkeys(PHASES, TITLE | {PEERS}) | {
    "all-in": TITLE | {PEERS, SHEETS, FIGURES, "whose sheets"},
    "voided": TITLE | {PEERS, SHEETS, FIGURES, "whose sheets", "what there was before"},
}
OF_AUDITOR = {
    "composed": TITLE | {PEERS},
    "approved": TITLE | {PEERS},
    "drafted": TITLE | {PEERS},
    "others-in": TITLE | {PEERS, SHEETS, "whose sheets"},
    "mine-in": TITLE | {PEERS, SHEETS, "whose sheets"},
    "all-in": OF_DEPARTMENT["all-in"],
    "voided": OF_DEPARTMENT["voided"] | {"voided sheet"},
}


def expected(reader: str, phase: str) -> frozenset[str]:
    if reader == "mine":
        return OF_MINE[phase]
    if reader == Role.AUDITOR.value:
        return OF_AUDITOR[phase]
    return OF_DEPARTMENT[phase] if reader in DEPARTMENT else NOTHING


def seen(reader: str, of: Panel) -> frozenset[str]:
    """Everything of the panel that this reader is shown, by name."""
    subject, role = READERS[reader]
    identity = Identity(subject, subject, frozenset({role}), "", "")
    try:
        admission = admit(AUTHORITY, "read_panel", identity)
    except Denied:
        return NOTHING
    if not admission.sees(of):
        return NOTHING
    view: dict[str, Any] = panel_view(of, admission)
    sheets = [sheet for sheet in view.get("score_sheets", ()) if sheet.expert != subject]
    shown = {
        "title": view["centre_name"] == FACTS.centre_name,
        "papers": role is Role.EXPERT and of.papers_for(subject) != (),
        "own draft": view.get("draft") is not None,
        PEERS: any(seat.subject != subject for seat in view.get("experts", ())),
        SHEETS: bool(sheets),
        "whose sheets": any(sheet.expert for sheet in sheets),
        FIGURES: view.get("statistics") is not None,
        "what there was before": bool(view.get("statistics_before")),
        "voided sheet": bool(view.get("voided")),
    }
    return frozenset(name for name, is_shown in shown.items() if is_shown)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_sees_of_a_panel_what_the_phase_allows_and_no_more(reader, phase):
    assert seen(reader, PHASES[phase]()) == expected(reader, phase)


def test_before_the_declaration_an_expert_is_told_the_parties_and_nothing_of_the_others():
    identity = Identity(MINE, MINE, frozenset({Role.EXPERT}), "", "")
    view = panel_view(approved_panel(), admit(AUTHORITY, "read_panel", identity))
    assert set(view) == {"id", "version", "case_id", "number", "centre_name", "state", "parties"}
    assert view["parties"] == [FACTS.lead_unit_name, *FACTS.member_names]
    assert not any(expert.subject in str(view) for expert in EXPERTS[1:])


def test_an_expert_of_whom_the_pool_knows_a_conflict_sees_the_title_alone():
    identity = Identity(MINE, MINE, frozenset({Role.EXPERT}), "", "")
    conflicts = {MINE: ("paid_advice",)}
    view = panel_view(scored_panel(), admit(AUTHORITY, "read_panel", identity), conflicts)
    assert set(view) == {"id", "version", "case_id", "number", "centre_name", "state", "conflicts"}
    assert scored_panel().papers_for(MINE, conflicts) == ()


READS_OF_EXPERTS = {"list_panels", "read_panel", "read_panel_document", "list_experts", "read_expert"}
READS_OF_INSPECTORS = {"list_site_visits", "read_site_visit", "read_site_visit_document"}
READS_OF_APPLICANTS = {"list_states", "read_state", "read_avoidance", "list_objections", "read_objection"}
OF_EVERYBODY = {name for name, may in AUTHORITY.items() if may.public}


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.EXPERT, READS_OF_EXPERTS),
        (Role.INSPECTOR, READS_OF_INSPECTORS),
        (Role.APPLICANT, READS_OF_APPLICANTS),
        (Role.MEMBER_UNIT, {"list_states", "read_state"}),
        (Role.ADMINISTRATOR, set()),
    ],
)
def test_no_role_outside_the_department_reads_anything_else(role, reads):
    allowed = {name for name, may in AUTHORITY.items() if role in may.roles and not may.basis}
    assert allowed - OF_EVERYBODY - {"list_events"} == reads
