"""The objection desk on real PostgreSQL: what an objection does to its case and, by the edition, to the whole list."""

from dataclasses import replace as changed
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from services.review.application import objecting
from services.review.domain.objection_states import Result
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Amendment
from services.shared.vocabulary import Invalid, Role, Track
from tests.review.conftest import as_
from tests.review.examples import CASE, EDITION, FACTS, OTHER_CASE, TODAY
from tests.review.steps import post, propose

LETTER = b"%PDF-1.4\n% FAKE\n%%EOF\n"
SOMEBODY = {"name": "幻直言", "organisation": "沪上幻智装备有限公司", "phone": "", "address": ""}
OVER = datetime(2026, 6, 5, 16, 1, tzinfo=UTC)


def state(review, case_id=CASE):
    return review.find(Review, case_id).state


@pytest.fixture
def notice(review):
    """Two cases on one notice."""
    for case_id in (CASE, OTHER_CASE):
        propose(review, case_id)
    return post(review, CASE, OTHER_CASE)


def lodge(review, notice, **changes):
    letter = {"case_id": CASE, "channel": "division", "objector": SOMEBODY, "substance": "权属有争议"}
    with as_("officer"):
        lodged = review.lodge_objection(notice.id, **{**letter, "received_on": TODAY, "sealed": True, **changes})
    with as_("officer"):
        review.attach_evidence(lodged.id, name="1.pdf", body=LETTER, media_type="application/pdf")
    return lodged.id


def admit(review, objection_id):
    with as_("officer"):
        review.admit_objection(objection_id)


def conclude(review, objection_id, result):
    """From the admission to a drafted conclusion."""
    admit(review, objection_id)
    with as_("officer"):
        review.investigate_objection(objection_id)
    with as_("officer"):
        review.seek_response(objection_id, question="请说明。")
    with as_("officer"):
        review.draft_conclusion(
            objection_id, result=result, findings="属实", reasons=("权属不清",), clauses=("S3.2.4",)
        )


@pytest.fixture
def whole_list_is_held(monkeypatch):
    """An edition under which one objection holds every case of the list."""
    key = "notice.on_objection"
    parameter = changed(EDITION.parameter(key), value="hold_all")
    strict = changed(EDITION, parameters=MappingProxyType({**EDITION.parameters, key: parameter}))
    monkeypatch.setattr(objecting, "edition", lambda _: strict)


def test_by_the_edition_one_case_is_held_and_the_others_go_on(wired, review, notice):
    objection = lodge(review, notice)
    admit(review, objection)
    assert [state(review, case) for case in (CASE, OTHER_CASE)] == [State.NOTICE_HELD, State.PUBLIC_NOTICE]
    wired.clock.move_to(OVER)
    assert wired.run_deadlines() == 1
    assert [state(review, case) for case in (CASE, OTHER_CASE)] == [State.NOTICE_HELD, State.NOTICE_CLEARED]


@pytest.mark.usefixtures("whole_list_is_held")
def test_by_another_edition_the_whole_list_is_held_and_let_go_together(wired, review, notice):
    objection = lodge(review, notice)
    conclude(review, objection, Result.NOT_SUSTAINED)
    assert [state(review, case) for case in (CASE, OTHER_CASE)] == [State.NOTICE_HELD] * 2
    wired.clock.move_to(OVER)
    wired.run_deadlines()
    assert [state(review, case) for case in (CASE, OTHER_CASE)] == [State.NOTICE_HELD] * 2
    with as_("head"):
        review.dismiss_objection(objection)
    assert [state(review, case) for case in (CASE, OTHER_CASE)] == [State.NOTICE_CLEARED] * 2


@pytest.mark.usefixtures("whole_list_is_held")
def test_a_sustained_objection_ends_its_own_case_and_lets_the_others_go(review, notice):
    objection = lodge(review, notice)
    conclude(review, objection, Result.SUSTAINED)
    with as_("head"):
        review.sustain_objection(objection, document_no="31号")
    assert [state(review, case) for case in (CASE, OTHER_CASE)] == [State.OBJECTION_SUSTAINED, State.PUBLIC_NOTICE]


def test_a_case_that_changes_its_track_for_an_objection_is_shown_anew_and_the_objection_is_settled(review, notice):
    objection = lodge(review, notice)
    conclude(review, objection, Result.PARTLY_SUSTAINED)
    decision = {"track": Track.CULTIVATION, "meeting_date": TODAY, "minute_no": "15号", "text": "改列培育。"}
    with as_("body"):
        review.amend_proposal(CASE, **decision)
    with as_("head"):
        review.sustain_partly(objection, amendment=None)
    case = review.find(Review, CASE)
    assert (case.state, case.open_objections, case.clock_runs) == (State.PROPOSED, frozenset(), True)
    assert case.notice_entry(CASE).shown_before == (notice.notice_no,)
    assert CASE in review.find(PublicNotice, notice.id).struck


def test_an_objection_to_a_case_that_was_taken_back_can_still_be_concluded(review, notice):
    objection = lodge(review, notice)
    conclude(review, objection, Result.SUSTAINED)
    with as_("intake"):
        review.withdraw_review(CASE, reason="撤回")
    with as_("head"):
        assert not review.sustain_objection(objection, document_no="31号").is_open
    assert (state(review), review.find(Review, CASE).ban) == (State.WITHDRAWN, None)


def test_an_organisation_that_did_not_seal_its_letter_is_not_admitted(review, notice):
    objection = lodge(review, notice, sealed=False)
    with as_("officer"), pytest.raises(Invalid) as refusal:
        review.admit_objection(objection)
    assert [finding.code for finding in refusal.value.findings] == ["objection-without-seal"]
    with as_("officer"):
        review.not_admit_objection(objection, ground="no-seal", explanation="未加盖公章")
    assert state(review) is State.PUBLIC_NOTICE


def test_the_division_registers_no_letter_of_the_discipline_office(review, notice):
    letter = {"case_id": CASE, "channel": "discipline", "objector": {}, "substance": "反映", "received_on": TODAY}
    with as_("officer", Role.PROVINCE_OFFICER), pytest.raises(Invalid) as refusal:
        review.lodge_objection(notice.id, **letter)
    assert [finding.code for finding in refusal.value.findings] == ["not-this-desk"]


def test_a_list_is_corrected_for_an_objection_that_is_right_in_part(review, notice):
    objection = lodge(review, notice)
    conclude(review, objection, Result.PARTLY_SUSTAINED)
    with as_("head"):
        review.sustain_partly(objection, amendment=Amendment(FACTS.centre_name, "昆明幻彩集团", "笔误"))
    assert (state(review), state(review, OTHER_CASE)) == (State.PROPOSED, State.PUBLIC_NOTICE)
