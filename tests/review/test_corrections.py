"""Corrections and returned batches: the case leaves the desk, its clock stops, and it comes back or ends."""

from dataclasses import replace

import pytest

from services.review.domain.corrections import CorrectionItem
from services.review.domain.review import Review
from services.review.domain.states import State
from services.shared.calendar import Deadline, calendar
from tests.given import done, given
from tests.review.examples import EDITION, FACTS, OFFICER, PASSED, TODAY, in_appraisal, in_pre_review, recommended

ITEM = CorrectionItem("/attachments", "缺少共建协议", "S4.1.1")
CORRECTED = replace(FACTS, snapshot_number=FACTS.snapshot_number + 1, centre_name="更正后的中心")
DUE = Deadline.working_days_after(
    TODAY,
    10,
    kind="correction",
    rule="correction.applicant_days",
    clause="S4.2",
    close_time="17:30",
    calendar=calendar(),
    count_start_day=False,
)


def asking(*items):
    return lambda review: review.request_correction(items=items, deadline=DUE, edition=EDITION)


def received():
    return done(recommended(), Review.register_receipt)


def waiting(before=in_pre_review):
    return done(before(), asking(ITEM))


def answering(facts=CORRECTED):
    return lambda review: review.take_correction(facts)


def returning(review):
    review.return_to_prefecture(cause="batch-returned")


def returned():
    return done(in_pre_review(), returning)


@pytest.mark.parametrize("before", [received, in_pre_review])
def test_asks_for_everything_once_and_stops_the_clock(before):
    outcome = given(before()).when(asking(ITEM))
    [event] = outcome.then(Review.CorrectionRequested)
    assert (event.correction.round_no, event.correction.items) == (1, (ITEM,))
    review = waiting(before)
    assert (review.state, review.clock_runs) == (State.PROV_CORRECTION, False)


def test_goes_on_where_it_was_with_the_new_facts_and_a_running_clock():
    for before, state in ((received, State.PROV_INTAKE), (in_pre_review, State.PRE_REVIEW)):
        given(waiting(before)).when(answering()).then(Review.Corrected)
        review = done(waiting(before), answering())
        assert (review.state, review.facts, review.clock_runs) == (state, CORRECTED, True)
        assert [(stop.cause, stop.ended_by) for stop in review.stops] == [("correction", "corrected")]


def test_forgets_the_draft_that_judged_the_dossier_before():
    drafted = done(in_pre_review(), lambda r: r.draft_pre_review(**PASSED), **OFFICER)
    review = done(drafted, asking(ITEM), answering())
    assert review.pre_review is None


def test_takes_no_older_dossier_and_none_that_nobody_waits_for():
    given(waiting()).when(answering(FACTS)).then()
    given(in_pre_review()).when(answering()).then()
    given(done(waiting(), answering())).when(answering()).then()


def test_refuses_an_empty_list_an_unknown_clause_and_a_second_round():
    given(in_pre_review()).when(asking()).then_refused("no-items")
    given(in_pre_review()).when(asking(replace(ITEM, clause="S9"))).then_refused("unknown-clause")
    given(done(waiting(), answering())).when(asking(ITEM)).then_refused("corrections-used-up")
    given(in_appraisal()).when(asking(ITEM)).then_refused("not-in-this-state")


def test_lapses_while_it_waits_and_not_otherwise():
    given(waiting()).when(Review.lapse).then(Review.Lapsed)
    given(in_pre_review()).when(Review.lapse).then()
    assert done(waiting(), Review.lapse).state is State.LAPSED


def test_goes_back_with_its_batch_and_comes_again_under_a_new_letter():
    given(in_pre_review()).when(returning).then(Review.Returned)
    again = done(returned(), lambda r: r.resubmit(letter_no="昆工信〔2026〕16号"))
    assert (again.state, again.facts.letter_no) == (State.RECOMMENDED, "昆工信〔2026〕16号")
    assert again.clock_runs
    assert [(stop.cause, stop.ended_by) for stop in again.stops] == [("batch-returned", "resubmitted")]
    given(in_pre_review()).when(lambda r: r.resubmit(letter_no="16号")).then()
    given(in_appraisal()).when(returning).then_refused("not-in-this-state")


def test_is_dropped_by_the_prefecture_only_when_it_was_returned():
    given(returned()).when(lambda r: r.rescind(document_no="1号")).then(Review.Rescinded)
    given(in_pre_review()).when(lambda r: r.rescind(document_no="1号")).then()


def test_a_withdrawn_case_is_not_corrected_any_more():
    for late in (answering(), Review.lapse):
        given(done(waiting(), lambda r: r.withdraw(reason="方案调整"))).when(late).then()
