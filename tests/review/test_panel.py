"""Panel: composition, conflicts, one blind sheet each, one signed opinion."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.review.domain import rules
from services.review.domain.panel import Panel
from services.shared.vocabulary import Role
from tests.given import done, given
from tests.review.examples import (
    EDITION,
    EXPERTS,
    FACTS,
    HEAD,
    OFFICER,
    STORY,
    approved_panel,
    declared_panel,
    panel,
    scored_panel,
    submitting,
)

BARE: dict[str, Any] = {"comment": "", "edition": EDITION}
ONE, TWO = EXPERTS[0].subject, EXPERTS[1].subject
SUBSTITUTE = replace(EXPERTS[0], subject="expert-8")


def approving(p):
    p.approve(EDITION)


def recusing(ground="co_author"):
    return lambda p: p.declare_conflict(ground=ground, edition=EDITION)


def replacing(expert=SUBSTITUTE, recused=ONE):
    return lambda p: p.replace_expert(recused=recused, expert=expert)


def recused_panel():
    return done(declared_panel(), recusing(), actor=ONE)


def refilled_panel():
    return done(recused_panel(), replacing(), **OFFICER)


def composed(*experts):
    """What the panel of TC-01 refuses when it is composed so."""
    return given(panel()).when(lambda _: panel(experts))


def test_the_panel_of_tc01_is_well_composed():
    assert given(panel()).aggregate.people == tuple(f"expert-{number}" for number in range(1, 8))


def test_refuses_a_small_even_panel_without_finance_management_and_outsiders():
    plain = [replace(expert, speciality="technology", outside_province=False) for expert in EXPERTS[:6]]
    codes = ("panel-too-small", "panel-even", "panel-lacks-finance", "panel-lacks-management", "panel-lacks-outsiders")
    composed(*plain).then_refused(*codes)


@pytest.mark.parametrize(
    "tie", [{"employer_uscc": FACTS.member_usccs[1]}, {"employer": FACTS.member_names[1]}], ids=["code", "name"]
)
def test_refuses_an_expert_who_works_for_a_member_unit(tie):
    tied = (*EXPERTS[:6], replace(EXPERTS[6], **tie))
    [finding] = composed(*tied).then_refused("expert-employed-by-applicant").findings
    assert finding.pointer == "/experts/6"


def test_no_code_of_the_employer_is_no_tie_to_a_centre_without_one():
    not_founded_yet = replace(FACTS, centre_uscc="")
    assert rules.experts_have_no_known_tie(EXPERTS, not_founded_yet, frozenset()) == ()


def test_refuses_whoever_screened_the_case():
    composed(*EXPERTS[:6], replace(EXPERTS[6], subject="screener")).then_refused("expert-screened-the-case")


def test_refuses_an_expert_twice():
    composed(*EXPERTS[:6], replace(EXPERTS[6], subject=ONE)).then_refused("expert-named-twice")


def test_is_approved_by_another_than_composed_it():
    given(panel()).when(approving, **OFFICER).then_refused("drafter-may-not-sign")
    given(panel()).when(approving, **HEAD).then(Panel.Approved)
    given(approved_panel()).when(approving, **HEAD).then_refused("not-in-this-state")


def test_is_not_approved_when_recusals_left_it_short():
    short = done(panel(), recusing(), actor=ONE)
    given(short).when(approving, **HEAD).then_refused("panel-too-small", "panel-even")


def test_an_expert_declares_once():
    given(approved_panel()).when(Panel.declare_no_conflict, actor=ONE).then(Panel.NoConflictDeclared)
    given(declared_panel()).when(Panel.declare_no_conflict, actor=ONE).then()


def test_nobody_else_declares_or_scores():
    given(approved_panel()).when(Panel.declare_no_conflict, actor="expert-9").then_refused("not-of-the-panel")
    given(declared_panel()).when(submitting(ONE), actor="expert-9").then_refused("not-of-the-panel")


def test_a_recused_expert_is_out():
    assert ONE not in recused_panel().people
    assert recused_panel().papers_for(ONE) == ()
    given(recused_panel()).when(submitting(ONE), actor=ONE).then_refused("not-of-the-panel")


def test_recusal_needs_a_known_ground():
    given(approved_panel()).when(recusing("dislike"), actor=ONE).then_refused("unknown-ground")


def test_recusal_comes_before_the_sheet():
    given(scored_panel()).when(recusing(), actor=ONE).then_refused("sheet-is-in")


def test_a_recused_seat_is_filled_and_approved_anew():
    assert "expert-8" in refilled_panel().people
    given(refilled_panel()).when(submitting(TWO), actor=TWO).then_refused("not-in-this-state")
    given(refilled_panel()).when(approving, **HEAD).then(Panel.Approved)


def test_only_a_recused_seat_is_filled_and_by_somebody_without_ties():
    given(approved_panel()).when(replacing()).then_refused("not-recused")
    given(recused_panel()).when(replacing(replace(SUBSTITUTE, subject=TWO))).then_refused("expert-named-twice")
    given(recused_panel()).when(replacing(EXPERTS[0])).then_refused("expert-screened-the-case")


def test_a_dossier_is_read_after_the_declaration_only():
    assert approved_panel().papers_for(ONE) == ()
    assert declared_panel().papers_for(ONE) == FACTS.papers


def test_nobody_scores_before_the_declaration():
    given(approved_panel()).when(submitting(ONE), actor=ONE).then_refused("conflict-not-declared")


def test_a_sheet_adds_up_its_items():
    [event] = given(declared_panel()).when(submitting(ONE), actor=ONE).then(Panel.ScoreSheetSubmitted)
    assert event.sheet.total == Decimal(STORY["experts"][0]["total"])


def test_a_sheet_is_handed_in_once():
    once = done(declared_panel(), submitting(ONE), actor=ONE)
    given(once).when(submitting(ONE, outcome="20"), actor=ONE).then_refused("sheet-is-in")


def test_a_sheet_with_unknown_missing_and_too_many_points_is_refused():
    points = {"foundation": Decimal("20.01"), "beauty": Decimal(1)}
    refusal = given(declared_panel()).when(lambda p: p.submit_score_sheet(points=points, **BARE), actor=ONE)
    refusal.then_refused("score-out-of-range", "score-item-unknown", "score-missing")


@pytest.mark.parametrize("points", ["-0.01", "20.01", "NaN", "Infinity"])
def test_points_lie_between_none_and_the_most(points):
    sheet = submitting(ONE, outcome=points)
    given(declared_panel()).when(sheet, actor=ONE).then_refused("score-out-of-range")


def test_scoring_is_blind_until_the_own_sheet_is_in():
    halfway = done(declared_panel(), submitting(ONE), actor=ONE)
    assert [sheet.expert for sheet in halfway.sheets_for(ONE, Role.EXPERT)] == [ONE]
    assert halfway.sheets_for(TWO, Role.EXPERT) == ()
    assert halfway.sheets_for("officer", Role.PROVINCE_OFFICER) == ()
    assert len(halfway.sheets_for("auditor", Role.AUDITOR)) == 1
    assert len(scored_panel().sheets_for("officer", Role.PROVINCE_OFFICER)) == 7
