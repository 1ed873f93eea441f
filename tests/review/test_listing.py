"""Cases on notice: an objection holds one, a corrected list is shown anew, and no order of commands clears early."""

from datetime import date
from uuid import uuid5

from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Amendment, Ban, Proposal
from services.shared.vocabulary import Track
from tests.given import done, given
from tests.review.examples import (
    AFTER,
    CASE,
    EDITION,
    FACTS,
    NOTICE,
    PROPOSAL,
    REFUSAL,
    posted_notice,
    proposed,
)

FIRST, SECOND = uuid5(CASE, "first objection"), uuid5(CASE, "second objection")
BAN = Ban("objection_sustained", 36, date(2026, 6, 3), date(2029, 6, 3))
NEW_NAME = Amendment(FACTS.centre_name, "昆明幻彩合金（集团）股份有限公司", "牵头单位名称有误")


def running(*steps):
    """A case on a running notice after these steps, and the notice."""
    notice = posted_notice()
    return done(proposed(), lambda r: r.post(notice.id, r.notice_entry(r.id)), *steps), notice


def noting(objection):
    return lambda r: r.note_objection(objection)


def holding(objection):
    return lambda r: r.hold(objection)


def settling(objection):
    return lambda r: r.settle_objection(objection)


def ending(notice):
    return lambda r: r.end_notice(notice)


def elapsed(notice):
    return done(notice, PublicNotice.close, at=AFTER)


def test_an_admitted_objection_holds_the_case_and_stops_its_clock():
    given(running(noting(FIRST))[0]).when(holding(FIRST)).then(Review.Held)
    given(running(noting(FIRST))[0]).when(holding(SECOND)).then_refused("not-of-this-case")
    held, _ = running(noting(FIRST), holding(FIRST))
    assert (held.state, held.clock_runs) == (State.NOTICE_HELD, False)


def test_resumes_when_nothing_holds_it_any_more():
    both, _ = running(noting(FIRST), holding(FIRST), noting(SECOND), holding(SECOND))
    given(both).when(settling(FIRST)).then(Review.ObjectionSettled)
    given(running(noting(FIRST), holding(FIRST))[0]).when(settling(SECOND)).then()
    one, _ = running(noting(FIRST), holding(FIRST))
    given(one).when(settling(FIRST)).then(Review.ObjectionSettled, Review.Resumed)


def test_waits_after_the_notice_for_an_open_objection_and_is_cleared_with_it():
    review, notice = running(noting(FIRST), holding(FIRST))
    waiting = done(review, ending(elapsed(notice)))
    assert waiting.state is State.NOTICE_HELD
    given(waiting).when(settling(FIRST)).then(Review.ObjectionSettled, Review.Resumed, Review.Cleared)


def test_an_objection_not_decided_on_keeps_the_case_too():
    review, notice = running(noting(FIRST))
    given(review).when(ending(elapsed(notice))).then(Review.NoticeElapsed)


def test_ends_for_a_sustained_objection_with_a_ban():
    review, _ = running(noting(FIRST), holding(FIRST))

    def sustaining(ban):
        return lambda r: r.sustain_objection(FIRST, decision=REFUSAL, ban=ban)

    [ended, banned] = given(review).when(sustaining(BAN)).then(Review.ObjectionSustained, Review.BanStarted)
    assert (ended.stage, banned.ban) == ("public_notice", BAN)
    given(running(noting(FIRST), holding(FIRST))[0]).when(sustaining(None)).then(Review.ObjectionSustained)


def test_a_corrected_name_takes_a_new_notice():
    review, notice = running()
    [event] = given(review).when(lambda r: r.amend_listing(NEW_NAME, EDITION)).then(Review.ListingAmended)
    assert event.renotice
    review, notice = running()
    amended = done(review, lambda r: r.amend_listing(NEW_NAME, EDITION))
    assert (amended.state, amended.facts.lead_unit_name) == (State.PROPOSED, NEW_NAME.lead_unit_name)
    given(amended).when(ending(elapsed(notice))).then_refused("not-in-this-state")


def test_a_line_drawn_up_before_the_change_is_not_shown_as_it_was():
    stale = proposed().notice_entry(CASE)
    amended = done(running()[0], lambda r: r.amend_listing(NEW_NAME, EDITION, "6号"))
    fresh = amended.notice_entry(CASE)
    assert (fresh.lead_unit_name, fresh.shown_before) == (NEW_NAME.lead_unit_name, ("6号",))
    given(amended).when(lambda r: r.post(NOTICE, stale)).then_refused("list-out-of-date")
    amended = done(running()[0], lambda r: r.amend_listing(NEW_NAME, EDITION, "6号"))
    given(amended).when(lambda r: r.post(NOTICE, fresh)).then(Review.Posted)


def test_is_sustained_in_part_with_a_corrected_list_or_after_the_other_track_was_decided():
    def in_part(amendment):
        return lambda r: r.sustain_in_part(FIRST, amendment=amendment, edition=EDITION)

    def held():
        return running(noting(FIRST), holding(FIRST))[0]

    given(held()).when(in_part(None)).then_refused("amendment-missing")
    given(held()).when(in_part(NEW_NAME)).then(Review.ListingAmended, Review.ObjectionSettled, Review.ClockRestarted)
    other = Proposal(Track.CULTIVATION, PROPOSAL.meeting_date, "纪要〔2026〕15号", "改列培育。")
    decided = done(held(), lambda r: r.amend_proposal(other))
    given(decided).when(in_part(None)).then(Review.ObjectionSettled, Review.ClockRestarted)


def test_nothing_is_amended_to_what_it_is():
    same = Amendment(FACTS.centre_name, FACTS.lead_unit_name, "复核")
    given(running()[0]).when(lambda r: r.amend_listing(same, EDITION)).then_refused("nothing-changes")


def test_changes_to_cultivation_by_a_new_decision_only():
    other = Proposal(Track.CULTIVATION, PROPOSAL.meeting_date, "纪要〔2026〕15号", "改列培育。")
    given(running()[0]).when(lambda r: r.amend_proposal(other)).then(Review.ProposalAmended)
    given(running()[0]).when(lambda r: r.amend_proposal(PROPOSAL)).then_refused("track-may-not-change-so")
