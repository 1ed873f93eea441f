"""Who sees what of a case at the province, in which phase: role x phase x resource, as one table.

Each row: what is read, in which phase of it, and every reader who is shown it. Nobody else is; nobody is told why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.review.authority import AUTHORITY
from services.review.domain.draw import Draw
from services.review.domain.expert_profile import ExpertProfile, profile_id
from services.review.domain.objection import Objection
from services.review.domain.objection_states import Result
from services.review.domain.panel import Panel
from services.review.domain.site_visit import SiteVisit
from services.review.schemas import objection_view, state_view
from services.review.service.noticing import is_shown_to
from services.shared.kernel.authority import ANYBODY, admit
from services.shared.kernel.identity import Identity
from services.shared.vocabulary import Denied, Role
from tests.given import done, made
from tests.review.examples import (
    CASE,
    EDITION,
    EXPERTS,
    FACTS,
    HEAD,
    INSPECTORS,
    OFFICER,
    approved_notice,
    approved_panel,
    closed_notice,
    declared_panel,
    in_appraisal,
    in_assessment,
    inspected_visit,
    notice,
    on_notice,
    panel,
    posted_notice,
    proposed,
    recommended,
    scored_panel,
    visit,
)
from tests.review.test_draw import SEATS, pool
from tests.review.test_objection import admitting, asked, drafted, lodged


def who(subject: str, role: Role, organisation: str = "", prefecture: str = "") -> Identity:
    return Identity(subject, subject, frozenset({role}), organisation, prefecture)


OTHER_UNIT = "91530300MAFAKE051B"
READERS: dict[str, Identity | None] = {
    "public": None,
    "applicant": who("a", Role.APPLICANT, FACTS.lead_uscc),
    "other-applicant": who("b", Role.APPLICANT, OTHER_UNIT),
    "member": who("c", Role.MEMBER_UNIT, FACTS.member_usccs[-1]),
    "other-member": who("d", Role.MEMBER_UNIT, OTHER_UNIT),
    "bureau": who("e", Role.PREFECTURE_OFFICER, prefecture=FACTS.prefecture),
    "bureau-head": who("f", Role.PREFECTURE_HEAD, prefecture=FACTS.prefecture),
    "other-bureau": who("g", Role.PREFECTURE_OFFICER, prefecture="533400"),
    "officer": who("officer", Role.PROVINCE_OFFICER),
    "other-officer": who("officer-2", Role.PROVINCE_OFFICER),
    "head": who("head", Role.DIVISION_HEAD),
    "body": who("h", Role.COLLECTIVE_BODY),
    "discipline": who("i", Role.DISCIPLINE),
    "auditor": who("j", Role.AUDITOR),
    "expert": who(EXPERTS[0].subject, Role.EXPERT),
    "other-expert": who("expert-9", Role.EXPERT),
    "inspector": who(INSPECTORS[0], Role.INSPECTOR),
    "other-inspector": who("inspector-9", Role.INSPECTOR),
    "administrator": who("k", Role.ADMINISTRATOR),
    "subscriber": who("l", Role.SUBSCRIBER),
}

GROUPS = {
    "everybody": " ".join(READERS),
    "department": "officer other-officer head body auditor",
    "parties": "applicant member bureau bureau-head",
    "desk": "officer discipline",
}


def turned_away() -> Objection:
    return done(lodged(real_name=False), lambda o: o.not_admit(ground="anonymous", explanation="未署名"), **OFFICER)


def concluded() -> Objection:
    return done(drafted(), lambda o: o.conclude(Result.SUSTAINED), **HEAD)


def drawn() -> Draw:
    return made(lambda: Draw.hold(case_id=CASE, seats=SEATS, candidates=pool(), seed="a seed", edition=EDITION))


def enrolled() -> ExpertProfile:
    return made(lambda: ExpertProfile(id=profile_id(EXPERTS[0].subject), expert=EXPERTS[0], relations=()))


PHASES: dict[str, Callable[[], Any]] = {
    "recommended": recommended,
    "in-appraisal": in_appraisal,
    "in-assessment": in_assessment,
    "proposed": proposed,
    "on-notice": on_notice,
    "composed": panel,
    "approved-panel": approved_panel,
    "declared": declared_panel,
    "scored": scored_panel,
    "scheduled": visit,
    "inspected": inspected_visit,
    "drafted": notice,
    "approved": approved_notice,
    "posted": posted_notice,
    "closed": closed_notice,
    "lodged": lodged,
    "turned-away": turned_away,
    "admitted": lambda: done(lodged(), admitting),
    "asked": asked,
    "concluded": concluded,
    "drawn": drawn,
    "enrolled": enrolled,
}

TABLE = """
read_review               recommended     department
read_review               in-appraisal    department
read_review               proposed        department
read_review               on-notice       department
read_review_document      recommended     department
read_state                recommended     department parties
read_state                in-appraisal    department parties
read_state                on-notice       department parties
read_avoidance            recommended     department applicant
read_avoidance            in-appraisal    department applicant
read_panel                composed        department expert
read_panel                scored          department expert
read_panel_document       approved-panel
read_panel_document       declared        expert
read_panel_document       scored          expert
read_site_visit           scheduled       department inspector
read_site_visit           inspected       department inspector
read_site_visit_document  inspected       department inspector
read_draw                 drawn           department
read_expert               enrolled        department expert
read_notice               drafted         department
read_notice               approved        department
read_notice               posted          everybody
read_notice               closed          everybody
read_notice_text          drafted         department
read_notice_text          posted          everybody
read_notice_proof         posted          everybody
read_objection            lodged          desk head auditor
read_objection            turned-away     desk head auditor
read_objection            admitted        desk head auditor
read_objection            asked           desk head auditor applicant
read_objection            concluded       desk head auditor applicant
read_evidence             lodged          desk head
read_evidence             concluded       desk head
read_objector             lodged          desk
read_objector             concluded       desk
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


def named(words: list[str]) -> set[str]:
    return {reader for word in words for reader in GROUPS.get(word, word).split()}


def is_shown(act: str, thing: Any, reader: str) -> bool:
    """Whether this reader is shown anything at all of it, as the endpoint decides."""
    identity = READERS[reader]
    try:
        admission = admit(AUTHORITY, act, identity)
    except Denied:
        return False
    if not admission.sees(thing):
        return False
    if act.startswith("read_notice"):
        return is_shown_to(thing, admission)
    if act == "read_panel_document":
        return bool(thing.papers_for((identity or ANYBODY).subject))
    return True


@pytest.mark.parametrize(("act", "phase", "readers"), [(row[0], row[1], row[2:]) for row in ROWS])
def test_a_resource_is_shown_in_its_phase_to_those_of_the_table_and_to_nobody_else(act, phase, readers):
    thing = PHASES[phase]()
    assert {reader for reader in READERS if is_shown(act, thing, reader)} == named(readers)


def test_the_table_has_every_resource_that_is_read_by_its_id_and_every_phase():
    reads = {name for name, may in AUTHORITY.items() if name.startswith("read_")}
    assert {row[0] for row in ROWS} == reads - {"read_objection_progress"}  # by the receipt alone
    assert {row[1] for row in ROWS} | {"in-assessment"} == set(PHASES)
    aggregates = {type(make()).__name__ for make in PHASES.values()}
    assert {Panel.__name__, SiteVisit.__name__, Objection.__name__, Draw.__name__} <= aggregates


STATE = {"id", "version", "number", "state", "code", "title", "track", "decision", "correction", "panel_changes", "ban"}
STATE |= {"served", "remedy_until", "suspended"}


@pytest.mark.parametrize("phase", ["recommended", "in-appraisal", "in-assessment", "proposed", "on-notice"])
def test_the_parties_are_shown_where_the_case_stands_and_a_track_only_once_it_is_public(phase):
    view = state_view(PHASES[phase]())
    assert set(view) == STATE
    assert view["track"] == ("designation" if phase == "on-notice" else "")
    assert not any(secret in str(view) for secret in ("91.40", EXPERTS[0].subject, INSPECTORS[0]))


@pytest.mark.parametrize("phase", ["asked", "concluded"])
def test_the_party_objected_to_is_shown_the_question_and_nothing_of_the_letter(phase):
    objection = PHASES[phase]()
    shown = objection_view(objection, Role.APPLICANT)
    assert set(shown) == {"id", "version", "number", "state", "question", "response"}
    for role in (Role.APPLICANT, Role.PROVINCE_OFFICER, Role.DISCIPLINE, Role.DIVISION_HEAD, Role.AUDITOR):
        assert objection.pii_ref not in str(objection_view(objection, role))
