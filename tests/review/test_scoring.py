"""Score sheets: voided with cause and never changed, with the statistics before and after; dissent; declining."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.review.domain.figures import statistics_of
from services.review.domain.panel import DECLINED, Panel
from services.review.domain.review import Review
from services.review.domain.scoring import State
from services.review.domain.states import State as CaseState
from services.shared.vocabulary import Role
from tests.given import done, given
from tests.review.examples import (
    EDITION,
    EXPERTS,
    HEAD,
    OFFICER,
    PANEL,
    VISIT,
    before_panel,
    declared_panel,
    in_inspection,
    scored_panel,
    signed_panel,
    signing,
    submitting,
)

SUBSTITUTE = replace(EXPERTS[3], subject="expert-8")


def voiding(expert="expert-4", ground="financial_interest"):
    return lambda p: p.void_score_sheet(expert=expert, ground=ground, cause="曾任成员单位有偿顾问", edition=EDITION)


def voided():
    return done(scored_panel(), voiding(), **OFFICER)


def filled_up():
    """The seat is given to another, the panel approved anew, and the substitute's sheet is in."""
    panel = done(voided(), lambda p: p.replace_expert(recused="expert-4", expert=SUBSTITUTE), **OFFICER)
    done(panel, lambda p: p.approve(EDITION), **HEAD)
    return done(panel, Panel.declare_no_conflict, lambda p: submit(p), actor="expert-8")


def submit(panel):
    submitting("expert-4")(panel)


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (("80", "90", "85", "84", "86", "83", "84"), ("84.57", "84.40", "84.00", "10.00")),
        (("80", "90"), ("85.00", "85.00", "85.00", "10.00")),
        (("70",), ("70.00", "70.00", "70.00", "0.00")),
    ],
)
def test_statistics_are_exact_and_rounded_half_up(totals, expected):
    found = statistics_of([Decimal(total) for total in totals], EDITION)
    assert (found.mean, found.trimmed_mean, found.median, found.spread) == tuple(map(Decimal, expected))
    assert found.sheets == len(totals)


def test_no_sheets_have_no_statistics():
    with pytest.raises(ValueError, match="no sheets"):
        statistics_of([], EDITION)


def test_a_sheet_is_voided_with_cause_and_kept_with_what_the_sheets_came_to():
    [event] = given(scored_panel()).when(voiding(), **OFFICER).then(Panel.ScoreSheetVoided)
    assert (event.before.sheets, event.before.mean) == (7, Decimal("91.40"))
    panel = voided()
    assert (panel.state, len(panel.sheets), panel.recused["expert-4"]) == (
        State.CONSTITUTED,
        6,
        "financial_interest",
    )
    assert panel.voided_for(Role.AUDITOR)[0].sheet.expert == "expert-4"
    assert panel.voided_for(Role.PROVINCE_OFFICER) == ()


def test_only_a_sheet_that_is_in_is_voided_and_on_a_known_ground():
    given(declared_panel()).when(voiding(), **OFFICER).then_refused("sheet-not-in")
    given(scored_panel()).when(voiding(ground="dislike"), **OFFICER).then_refused("unknown-ground")


def test_six_are_not_approved_and_whoever_was_voided_is_out():
    given(voided()).when(lambda p: p.approve(EDITION), **HEAD).then_refused("panel-even", "panel-too-small")
    given(voided()).when(submit, actor="expert-4").then_refused("not-of-the-panel")
    given(voided()).when(signing, actor="expert-1").then_refused("not-in-this-state")


def test_a_substitute_scores_and_both_means_are_known():
    panel = signed_panel(filled_up())
    assert panel.appraisal is not None
    assert (panel.before[0].mean, panel.appraisal.score) == (Decimal("91.40"), Decimal("91.40"))
    assert [each.sheets for each in (panel.before[0], panel.statistics(EDITION))] == [7, 7]


def test_a_voided_sheet_takes_the_signed_opinion_with_it():
    signed = signed_panel()
    panel = done(signed, voiding(), **OFFICER)
    assert (panel.appraisal, panel.opinion, panel.state) == (None, "", State.CONSTITUTED)


def test_the_case_waits_for_its_panel_again_until_inspectors_are_sent():
    given(in_inspection()).when(lambda r: r.reopen_expert_appraisal(PANEL)).then(Review.ExpertAppraisalReopened)
    again = done(in_inspection(), lambda r: r.reopen_expert_appraisal(PANEL))
    assert (again.state, again.appraisal, again.panel_changes) == (CaseState.EXPERT_APPRAISAL, None, 1)
    sent = done(in_inspection(), lambda r: r.assign_site_visit(PANEL))
    given(sent).when(lambda r: r.reopen_expert_appraisal(PANEL)).then_refused("already-under-way")
    given(before_panel()).when(lambda r: r.reopen_expert_appraisal(VISIT)).then_refused("not-of-this-case")


def test_an_expert_who_declines_is_out_and_the_declaration_stays():
    def declining(panel):
        panel.decline(reason="出国")

    given(declared_panel()).when(declining, actor="expert-2").then(Panel.Declined)
    panel = done(declared_panel(), declining, actor="expert-2")
    assert (panel.recused["expert-2"], "expert-2" in panel.free_of_conflict) == (DECLINED, True)
    assert "expert-2" not in panel.people
    given(scored_panel()).when(declining, actor="expert-2").then_refused("sheet-is-in")
