"""The opinion: one wording, signed by two thirds of the seats once every sheet is in, with dissent beside it."""

from datetime import date

from services.review.domain.panel import Panel
from services.review.domain.scoring import State
from tests.given import done, given
from tests.review.examples import (
    EDITION,
    EXPERTS,
    OPINION,
    STORY,
    declared_panel,
    scored_panel,
    signed_panel,
    signing,
)

ONE, TWO, SIX, SEVEN = (EXPERTS[place].subject for place in (0, 1, 5, 6))
OTHER = {**OPINION, "text": "同意，但应核实资金。"}


def dissenting(panel):
    panel.record_dissent(text="资金方案不可行。")


def drafting(**opinion):
    return lambda panel: panel.draft_opinion(**(opinion or OPINION))


def recusing(panel):
    panel.declare_conflict(ground="near_kin", edition=EDITION)


def test_the_first_signature_drafts_and_two_thirds_of_them_conclude_with_the_mean_of_tc01():
    [drafted, endorsed] = (
        given(scored_panel()).when(signing, actor=TWO).then(Panel.OpinionDrafted, Panel.OpinionEndorsed)
    )
    assert (drafted.draft.drafted_by, endorsed.by) == (TWO, TWO)
    [event] = given(signed_panel(count=4)).when(signing, actor=SIX).then(Panel.OpinionSigned)
    assert str(event.appraisal.score) == STORY["panel"]["mean"] == "91.40"
    assert (event.appraisal.sheets, event.appraisal.method, event.signed_by) == (7, "mean", SIX)
    assert event.signers == (*(seat.subject for seat in EXPERTS[:4]), SIX)


def test_a_signature_is_given_once_and_one_that_comes_later_is_kept_too():
    given(signed_panel(count=1)).when(signing, actor=ONE).then()
    given(signed_panel()).when(signing, actor=ONE).then()
    given(signed_panel()).when(signing, actor=SEVEN).then(Panel.OpinionEndorsed)
    assert signed_panel(count=7).signers == tuple(seat.subject for seat in EXPERTS)


def test_one_wording_is_signed():
    given(signed_panel(count=1)).when(lambda p: p.sign_opinion(**OTHER), actor=TWO).then_refused(
        "another-opinion-drafted"
    )


def test_a_new_wording_is_signed_by_everybody_anew_and_none_follows_the_signed_one():
    panel = done(signed_panel(count=4), drafting(**OTHER), actor=SIX)
    assert panel.opinion_draft is not None
    assert (panel.signers, panel.opinion_draft.text) == ((), OTHER["text"])
    given(panel).when(drafting(**OTHER), actor=SIX).then()
    given(signed_panel()).when(drafting(**OTHER), actor=SIX).then_refused("not-in-this-state")


def test_who_dissents_has_not_signed_and_does_not_sign():
    panel = done(signed_panel(count=2), dissenting, actor=ONE)
    assert (panel.signers, set(panel.dissents)) == ((TWO,), {ONE})
    given(panel).when(signing, actor=ONE).then_refused("dissent-on-record")


def test_dissent_may_follow_the_signatures_and_needs_an_own_sheet():
    given(signed_panel()).when(dissenting, actor=SEVEN).then(Panel.DissentRecorded)
    assert done(signed_panel(), dissenting, actor=SEVEN).state is State.CONCLUDED
    given(declared_panel()).when(dissenting, actor=TWO).then_refused("sheet-not-in")
    given(scored_panel()).when(dissenting, actor="stranger").then_refused("not-of-the-panel")


def test_too_few_sign_when_three_of_seven_dissent():
    panel = scored_panel()
    for seat in EXPERTS[:3]:
        done(panel, dissenting, actor=seat.subject)
    for seat in EXPERTS[3:]:
        done(panel, signing, actor=seat.subject)
    assert (panel.state, panel.appraisal) == (State.APPROVED, None)


def test_the_opinion_is_not_of_a_meeting_to_come():
    future = {**OPINION, "met_on": date(2026, 6, 2)}
    given(scored_panel()).when(lambda p: p.sign_opinion(**future), actor=ONE).then_refused("day-in-the-future")
    given(scored_panel()).when(drafting(**future), actor=ONE).then_refused("day-in-the-future")


def test_the_opinion_waits_for_every_sheet():
    given(scored_panel(TWO)).when(signing, actor=ONE).then_refused("sheets-missing")
    given(scored_panel(TWO)).when(drafting(), actor=ONE).then_refused("sheets-missing")


def test_the_opinion_is_not_signed_by_a_panel_that_recusals_left_short():
    short = done(scored_panel(TWO), recusing, actor=TWO)
    given(short).when(signing, actor=ONE).then_refused("panel-too-small", "panel-even")


def test_nobody_else_signs():
    given(scored_panel()).when(signing, actor="officer").then_refused("not-of-the-panel")
