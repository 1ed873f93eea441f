"""A case that is suspended while time runs for others: the clocks stop with it, and go on with the days left."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import pytest

from services.review.domain.objection_states import Result
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.states import State
from services.shared.calendar.suspension import restarted
from services.shared.vocabulary import NotInThisState, VersionConflict
from tests.given import NOON, done, given
from tests.review.conftest import as_
from tests.review.examples import AFTER, CASE, EDITION, OTHER_CASE, cleared, posted_notice, proposed
from tests.review.steps import open_case, post, propose
from tests.review.test_corrections import CORRECTED, DUE, ITEM, answering, received, returned, waiting
from tests.review.test_objecting import conclude, lodge
from tests.review.test_suspending import OVER, WHY, resuming, suspending

DAY = timedelta(days=1)
OBJECTION = OTHER_CASE


def edition_with(**values):
    changed = {key: replace(EDITION.parameter(key), value=value) for key, value in values.items()}
    return replace(EDITION, parameters=MappingProxyType({**EDITION.parameters, **changed}))


RENOTICE = edition_with(**{"notice.after_suspension": "renotice"})


def shown(until=None):
    """A case on a notice that runs from 1 to 5 June, and the notice."""
    notice = posted_notice()
    return done(proposed(), lambda r: r.post(notice.id, r.notice_entry(CASE), until)), notice


def closed(notice):
    return done(notice, PublicNotice.close, at=AFTER)


@pytest.mark.parametrize("stage", [received, waiting, returned, cleared, lambda: shown()[0]])
def test_in_any_state_that_is_not_the_end(stage):
    given(stage()).when(suspending).then(Review.CaseSuspended)
    again = done(stage(), suspending, resuming)
    assert (again.state, again.is_suspended, again.clock_runs) == (stage().state, False, stage().clock_runs)


def test_a_correction_stands_still_and_has_the_days_left_that_it_had():
    """Ten working days from 1 June: due on the 15th. Stopped on the 4th, eight are left, that day among them."""
    suspended = done(waiting(), suspending, at=NOON + 3 * DAY)
    [event] = given(suspended).when(resuming, at=NOON + 21 * DAY).then(Review.CaseResumed)  # on Monday the 22nd
    assert (event.correction_until.length, event.correction_until.start) == (8, date(2026, 6, 22))
    assert event.correction_until.local_due.isoformat() == "2026-07-02T17:30:00+08:00"
    assert done(suspended, resuming, at=NOON + 21 * DAY).correction.deadline == event.correction_until


def test_whether_the_day_of_the_stop_is_used_up_is_the_editions():
    used = edition_with(**{"suspension.count_stop_day": True})
    stop, on = NOON + 3 * DAY, NOON + 21 * DAY
    assert [restarted(DUE, stop, on, known).length for known in (EDITION, used)] == [8, 7]


def test_a_period_that_was_over_when_it_stopped_stays_over():
    late = datetime(2026, 6, 15, 10, tzinfo=UTC)
    assert restarted(DUE, late, late + DAY, EDITION) is DUE


def test_a_correction_does_not_lapse_while_it_stands_still_nor_by_what_was_told_before_it_went_on():
    suspended = done(waiting(), suspending, at=NOON + 3 * DAY)
    given(suspended).when(Review.lapse, at=NOON + 20 * DAY).then()
    for days, events in ((22, ()), (40, (Review.Lapsed,))):
        resumed = done(done(waiting(), suspending, at=NOON + 3 * DAY), resuming, at=NOON + 21 * DAY)
        given(resumed).when(Review.lapse, at=NOON + days * DAY).then(*events)


def test_one_whose_time_was_over_before_lapses_though_it_is_suspended():
    suspended = done(waiting(), suspending, at=NOON + 15 * DAY)
    given(suspended).when(Review.lapse, at=NOON + 16 * DAY).then(Review.Lapsed)
    assert not done(suspended, Review.lapse, at=NOON + 16 * DAY).is_suspended


def test_a_dossier_that_comes_back_meanwhile_is_taken_and_the_case_stands_still_on():
    case = done(waiting(), suspending, answering(CORRECTED))
    assert (case.state, case.is_suspended, case.clock_runs) == (State.PRE_REVIEW, True, False)
    assert [stop.cause for stop in case.stops] == ["correction", "investigation"]
    assert done(case, resuming).clock_runs


def test_a_batch_that_comes_again_meanwhile_is_taken_and_the_case_stands_still_on():
    case = done(returned(), suspending, lambda r: r.resubmit(letter_no="16号"))
    assert (case.state, case.is_suspended, case.clock_runs) == (State.RECOMMENDED, True, False)


def test_the_check_at_receipt_stands_still_too():
    case = done(received(), suspending)
    assert case.check_until is None
    checked = done(done(received(), lambda r: r._receipt_registered(check=DUE)), suspending, at=NOON)
    assert done(checked, resuming, at=NOON + DAY).check_until.local_due.date() == date(2026, 6, 16)


def test_the_notice_of_the_others_closes_and_the_suspended_case_is_left_out():
    case, notice = shown()
    done(case, suspending, at=NOON + DAY)
    given(case).when(lambda r: r.end_notice(closed(notice)), at=AFTER).then()
    assert case.state is State.PUBLIC_NOTICE


def test_after_it_resumes_it_is_shown_for_the_days_left_and_then_cleared_by_the_clock():
    """Stopped on the second of five days, four are left: resumed on the 8th, until the 12th at the end of the day."""
    case, notice = resumed_on_the_8th()
    assert (case.notice_until.kind, case.notice_until.length) == ("case-notice", 4)
    assert case.notice_until.local_due.isoformat() == "2026-06-12T23:59:00+08:00"
    given(case).when(lambda r: r.end_own_notice(notice), at=NOON + 9 * DAY).then_refused("notice-still-running")
    case, notice = resumed_on_the_8th()
    given(case).when(lambda r: r.end_own_notice(notice), at=NOON + 12 * DAY).then(Review.Cleared)


def resumed_on_the_8th():
    """Stopped on the 2nd, its list closed on the 5th."""
    case, notice = shown()
    done(case, suspending, at=NOON + DAY)
    done(case, lambda r: r.end_notice(closed(notice)), at=AFTER)
    return done(case, lambda r: resuming(r, notice), at=NOON + 7 * DAY), notice


def test_a_case_without_a_time_of_its_own_is_ended_with_its_list_alone():
    case, notice = shown()
    given(case).when(lambda r: r.end_own_notice(closed(notice)), at=AFTER).then_refused("notice-still-running")


def test_resumed_before_the_list_closes_it_is_not_cleared_with_the_list():
    case, notice = shown()
    done(case, suspending, at=NOON + DAY)
    done(case, lambda r: resuming(r, notice), at=NOON + 2 * DAY)
    done(case, lambda r: r.end_notice(closed(notice)), at=AFTER)
    assert case.state is State.PUBLIC_NOTICE
    given(case).when(lambda r: r.end_own_notice(notice), at=NOON + 20 * DAY).then(Review.Cleared)


def test_by_another_edition_it_is_shown_anew():
    case, notice = shown()
    done(case, suspending, at=NOON + DAY)
    steps = given(case).when(lambda r: resuming(r, notice, RENOTICE), at=NOON + 2 * DAY)
    steps.then(Review.CaseResumed, Review.NoticeLeft)
    done(case, lambda r: resuming(r, notice, RENOTICE), at=NOON + 2 * DAY)
    assert (case.state, case.notice_entry(CASE).shown_before) == (State.PROPOSED, (notice.notice_no,))


def test_a_time_of_its_own_that_would_end_in_a_year_of_unknown_holidays_is_not_begun():
    case, notice = shown()
    done(case, suspending, at=NOON + DAY)
    late = datetime(2026, 12, 30, 2, tzinfo=UTC)
    given(case).when(lambda r: resuming(r, notice), at=late).then_refused("calendar-unknown")


def test_an_objection_to_a_suspended_case_is_noted_held_and_settled_and_clears_nothing():
    case, notice = shown()
    done(case, suspending, at=NOON + DAY)
    done(case, lambda r: r.note_objection(OBJECTION), lambda r: r.hold(OBJECTION))
    assert (case.state, case.is_suspended) == (State.NOTICE_HELD, True)
    done(case, lambda r: r.end_notice(closed(notice)), lambda r: r.settle_objection(OBJECTION), at=AFTER)
    assert (case.state, case.clock_runs) == (State.PUBLIC_NOTICE, False)


def test_one_whose_time_was_over_before_it_was_suspended_is_cleared_when_it_resumes_and_nothing_is_open():
    case, notice = shown()
    done(case, lambda r: r.note_objection(OBJECTION), lambda r: r.end_notice(closed(notice)), suspending, at=AFTER)
    done(case, lambda r: r.settle_objection(OBJECTION))
    assert case.state is State.PUBLIC_NOTICE
    given(case).when(lambda r: resuming(r, notice), at=AFTER + DAY).then(Review.CaseResumed, Review.Cleared)


def test_nothing_is_late_while_it_stands_still_and_then_what_comes_after_its_own_time():
    case, notice = shown()
    day = date(2026, 6, 30)
    assert case.objection_is_late(day, notice)
    done(case, suspending, at=NOON + DAY)
    assert not case.objection_is_late(day, notice)
    done(case, lambda r: resuming(r, notice), at=NOON + 7 * DAY)
    assert [case.objection_is_late(date(2026, 6, each), notice) for each in (12, 13)] == [False, True]


def test_a_suspended_case_is_not_found_against():
    case, _ = shown()
    done(case, lambda r: r.note_objection(OBJECTION), suspending)
    sustain = lambda r: r.sustain_in_part(OBJECTION, amendment=None, edition=EDITION)  # noqa: E731
    given(case).when(sustain).then_refused("amendment-missing")
    assert case.open_objections == {OBJECTION}


def state(review, case_id=CASE):
    return review.find(Review, case_id).state


def test_on_real_tables_the_clock_clears_the_others_and_then_the_case_in_its_own_time(wired, review):
    for case_id in (CASE, OTHER_CASE):
        propose(review, case_id)
    notice = post(review, CASE, OTHER_CASE)
    wired.clock.move_to(NOON + DAY)
    with as_("head", at=NOON + DAY):
        review.suspend_case(CASE, **WHY)
    wired.clock.move_to(AFTER)
    assert wired.run_deadlines() == 1
    assert [state(review, case) for case in (CASE, OTHER_CASE)] == [State.PUBLIC_NOTICE, State.NOTICE_CLEARED]
    with as_("head", at=NOON + 7 * DAY):
        review.resume_case(CASE, **OVER)
    wired.clock.move_to(NOON + 9 * DAY)
    assert wired.run_deadlines() == 0
    wired.clock.move_to(NOON + 12 * DAY)
    assert wired.run_deadlines() == 1
    assert state(review) is State.NOTICE_CLEARED
    assert review.find(PublicNotice, notice.id).struck == {}
    assert wired.run_deadlines() == 0


def test_on_real_tables_the_deadline_of_a_correction_goes_and_comes_again(wired, review):
    rows = "select kind, due from deadlines where aggregate_id = %s"
    in_correction(review)
    [(kind, _)] = wired.database.rows(rows, (CASE,))
    assert kind == "correction"
    with as_("head", at=NOON + 3 * DAY):
        review.suspend_case(CASE, **WHY)
    assert wired.database.rows(rows, (CASE,)) == []
    with as_("head", at=NOON + 21 * DAY):
        review.resume_case(CASE, **OVER)
    [(_, due)] = wired.database.rows(rows, (CASE,))
    assert due == datetime(2026, 7, 2, 9, 30, tzinfo=UTC)


def in_correction(review):
    open_case(review)
    with as_("officer"):
        review.register_receipt(CASE)
    with as_("officer"):
        review.request_correction(CASE, items=(ITEM,))


def test_an_objection_lodged_while_it_stands_still_keeps_it_from_being_cleared(wired, review):
    propose(review)
    notice = post(review, CASE)
    with as_("head", at=NOON + DAY):
        review.suspend_case(CASE, **WHY)
    objection = lodge(review, notice)
    conclude_late(wired, review, objection)
    assert state(review) is State.PUBLIC_NOTICE


def conclude_late(wired, review, objection):
    conclude(review, objection, Result.NOT_SUSTAINED)
    wired.clock.move_to(AFTER)
    wired.run_deadlines()
    with as_("head", at=AFTER):
        review.dismiss_objection(objection)


def test_a_lost_race_is_noticed(review):
    propose(review)
    with as_("head", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        review.suspend_case(CASE, **WHY)
    with as_("head"):
        review.suspend_case(CASE, **WHY)
    with as_("head"), pytest.raises(NotInThisState):
        review.suspend_case(CASE, **WHY)
