"""A letter is in time by the day on which it was received, whenever it is registered; what it then does to its case."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.review.domain.objection import Objection
from services.review.domain.objection_states import Result
from services.review.domain.objection_states import State as Desk
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Amendment
from services.shared.vocabulary import Invalid, NotInThisState
from tests.review.conftest import as_
from tests.review.examples import AFTER, CASE, FACTS, TODAY
from tests.review.steps import post, propose
from tests.review.test_objecting import LETTER, SOMEBODY
from tests.review.test_publishing import sealed

LATER = AFTER + timedelta(days=3)
LAST_DAY = date(2026, 6, 5)
POSTMARK = "EMS 邮戳 2026-06-05"


def state(review):
    return review.find(Review, CASE).state


@pytest.fixture
def closed(wired, review):
    """A cleared case, its notice closed on the fifth."""
    propose(review)
    notice = post(review, CASE)
    wired.clock.move_to(AFTER)
    wired.run_deadlines()
    assert state(review) is State.NOTICE_CLEARED
    return notice


def lodge(review, notice, received_on=LAST_DAY, receipt=POSTMARK, at=LATER):
    letter = {"case_id": CASE, "channel": "division", "objector": SOMEBODY, "substance": "权属有争议", "sealed": True}
    with as_("officer", at=at):
        lodged = review.lodge_objection(notice.id, **letter, received_on=received_on, receipt=receipt)
    with as_("officer", at=at):
        review.attach_evidence(lodged.id, name="1.pdf", body=LETTER, media_type="application/pdf")
    return lodged


def looked_into(review, objection, result):
    acts = (
        lambda: review.admit_objection(objection.id),
        lambda: review.investigate_objection(objection.id),
        lambda: review.seek_response(objection.id, question="请说明。"),
        lambda: review.draft_conclusion(
            objection.id, result=result, findings="属实", reasons=("权属不清",), clauses=("S3.2.4",)
        ),
    )
    for act in acts:
        with as_("officer", at=LATER):
            act()


def test_registered_after_the_clearing_it_takes_the_clearing_back_and_the_registry_is_told(wired, review, closed):
    lodged = lodge(review, closed)
    assert (lodged.late, lodged.receipt, state(review)) == (False, POSTMARK, State.PUBLIC_NOTICE)
    assert [event.name for event in sealed(wired, review)][-1] == "case.clearing-reopened.v1"
    [(code, notice_id)] = wired.database.rows("select code, notice_id from reviews where id = %s", (CASE,))
    assert (code, notice_id) == ("A75", closed.id)


def test_not_sustained_the_case_is_cleared_anew(wired, review, closed):
    lodged = lodge(review, closed)
    looked_into(review, lodged, Result.NOT_SUSTAINED)
    assert state(review) is State.NOTICE_HELD
    with as_("head", at=LATER):
        review.dismiss_objection(lodged.id)
    assert state(review) is State.NOTICE_CLEARED
    names = [event.name for event in sealed(wired, review)]
    assert names.count("case.cleared.v1") == 2


def test_sustained_the_case_ends(review, closed):
    lodged = lodge(review, closed)
    looked_into(review, lodged, Result.SUSTAINED)
    with as_("head", at=LATER):
        review.sustain_objection(lodged.id, document_no="31号")
    assert state(review) is State.OBJECTION_SUSTAINED


def test_sustained_in_part_the_list_is_corrected_and_shown_anew(review, closed):
    lodged = lodge(review, closed)
    looked_into(review, lodged, Result.PARTLY_SUSTAINED)
    with as_("head", at=LATER):
        review.sustain_partly(lodged.id, amendment=Amendment(FACTS.centre_name, "昆明幻彩集团", "笔误"))
    assert state(review) is State.PROPOSED
    assert CASE in review.find(PublicNotice, closed.id).struck


def test_without_proof_of_the_day_it_is_not_registered_as_in_time(review, closed):
    before = review.event_log.max_notification_id()
    with pytest.raises(Invalid) as refusal:
        lodge(review, closed, receipt="")
    [finding] = refusal.value.findings
    assert (finding.code, finding.pointer, finding.clause) == ("receipt-not-proven", "/receipt", "S4.2")
    assert (review.event_log.max_notification_id(), state(review)) == (before, State.NOTICE_CLEARED)


def test_on_time_it_needs_no_proof(review):
    propose(review)
    notice = post(review, CASE)
    assert not lodge(review, notice, received_on=TODAY, receipt="", at=datetime(2026, 6, 5, 10, tzinfo=UTC)).late


def test_a_late_one_needs_none_either_and_leaves_the_case_cleared(wired, review, closed):
    lodged = lodge(review, closed, received_on=date(2026, 6, 6), receipt="")
    assert (lodged.late, state(review)) == (True, State.NOTICE_CLEARED)
    with as_("officer", at=LATER):
        review.turn_into_complaint(lodged.id)
    told = sealed(wired, review)[-1]
    assert (told.name, told.data["in_time"]) == ("complaint.raised.v1", False)


def test_once_the_centre_is_listed_it_is_a_complaint_with_the_registry(wired, review, closed):
    with as_("registry"):
        review.note_listing(CASE, document_no="30号", name=FACTS.centre_name, field_domain=FACTS.field_domain)
    lodged = lodge(review, closed)
    assert (lodged.late, lodged.case_is_listed, state(review)) == (False, True, State.LISTED)
    with as_("officer", at=LATER), pytest.raises(Invalid) as refusal:
        review.admit_objection(lodged.id)
    assert [finding.code for finding in refusal.value.findings] == ["objection-after-listing"]
    with as_("officer", at=LATER):
        review.turn_into_complaint(lodged.id)
    with as_("officer", at=LATER):
        review.reply_to_objector(lodged.id, text="已转举报。")
    told = next(event for event in sealed(wired, review) if event.name == "complaint.raised.v1")
    assert (told.data["in_time"], told.data["objection_id"]) == (True, str(lodged.id))
    assert SOMEBODY["name"] not in str(told.data)
    found = review.find(Objection, lodged.id)
    assert (found.ground, found.state) == ("case-listed", Desk.REPLIED)


def test_what_came_in_time_for_a_case_under_way_is_no_complaint(review):
    propose(review)
    lodged = lodge(review, post(review, CASE), received_on=TODAY, at=datetime(2026, 6, 2, tzinfo=UTC))
    with as_("officer"), pytest.raises(NotInThisState):
        review.turn_into_complaint(lodged.id)


def test_a_listing_that_crossed_the_letter_stands_and_the_objection_can_still_be_concluded(wired, review, closed):
    lodged = lodge(review, closed)
    with as_("registry"):
        review.note_listing(CASE, document_no="30号", name=FACTS.centre_name, field_domain=FACTS.field_domain)
    assert state(review) is State.LISTED
    looked_into(review, lodged, Result.SUSTAINED)
    with as_("head", at=LATER):
        assert review.sustain_objection(lodged.id, document_no="31号").state is Desk.CONCLUDED
    assert state(review) is State.LISTED
    told = [event.data for event in sealed(wired, review) if event.name == "complaint.raised.v1"]
    assert [(each["objection_id"], each["in_time"]) for each in told] == [(str(lodged.id), True)]


def test_a_letter_about_a_line_that_was_corrected_since_keeps_the_case_from_its_next_clearing(wired, review):
    propose(review)
    first = post(review, CASE)
    with as_("officer"):
        review.amend_listing(CASE, amendment=Amendment(FACTS.centre_name, "昆明幻彩集团", "笔误"))
    lodged = lodge(review, first, received_on=TODAY, at=datetime(2026, 6, 2, tzinfo=UTC))
    assert (lodged.late, review.find(Review, CASE).open_objections) == (False, {lodged.id})
    post(review, CASE, number="9号")
    wired.clock.move_to(LATER)
    wired.run_deadlines()
    assert state(review) is State.PUBLIC_NOTICE
    with as_("officer", at=LATER):
        review.not_admit_objection(lodged.id, ground="out-of-scope", explanation="说明")
    assert state(review) is State.NOTICE_CLEARED
