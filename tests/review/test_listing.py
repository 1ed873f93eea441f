"""Cases on notice: an objection holds one, a corrected list is shown anew, and no order of commands clears early."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.objection import Objection
from services.review.domain.objection_states import Result
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Amendment, Ban, Proposal
from services.shared.aggregate import acting
from services.shared.vocabulary import Refusal, Track
from tests.given import NOON, circumstances, done, given, made
from tests.review.examples import (
    AFTER,
    CASE,
    EDITION,
    FACTS,
    HEAD,
    NOTICE,
    OFFICER,
    PROPOSAL,
    REFUSAL,
    posted_notice,
    posting,
    proposed,
)
from tests.review.test_objection import lodged

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


@dataclass
class Desk:
    """One case with its notices and objections, acted on as the application does, whatever is refused."""

    review: Review = field(default_factory=proposed)
    notices: list[PublicNotice] = field(default_factory=list)
    objections: dict[UUID, Objection] = field(default_factory=dict)
    at: timedelta = timedelta()

    def act(self, step: int) -> None:
        acts = (
            self.post,
            self.wait,
            self.close,
            self.lodge,
            self.admit,
            self.turn_away,
            self.dismiss,
            self.withdraw,
            self.amend,
            self.sustain,
        )
        with acting(circumstances(at=NOON + self.at)), suppress(Refusal):
            acts[step % len(acts)]()

    def post(self) -> None:
        day = (NOON + self.at).date()
        entry = self.review.notice_entry(CASE)
        notice = made(
            lambda: PublicNotice.draft(title="公示", entries=(entry,), editions=frozenset({EDITION.id})), **OFFICER
        )
        done(notice, PublicNotice.approve, **HEAD, at=NOON + self.at)
        with acting(circumstances(at=NOON + self.at)):
            posting(day)(notice)
            self.review.post(notice.id, entry)
        self.notices.append(notice)

    def wait(self) -> None:
        self.at += timedelta(days=8)

    def close(self) -> None:
        for notice in self.notices:
            with suppress(Refusal):
                notice.close()
            with suppress(Refusal):
                self.review.end_notice(notice)

    def lodge(self) -> None:
        objection_id = uuid5(CASE, f"objection {len(self.objections)}")
        self.review.note_objection(objection_id)
        self.objections[objection_id] = lodged()

    def admit(self) -> None:
        objection, objection_id = self._last()
        self.review.hold(objection_id)
        objection.admit(EDITION)

    def turn_away(self) -> None:
        objection, objection_id = self._last()
        objection.not_admit(ground="out-of-scope", explanation="说明")
        self.review.settle_objection(objection_id)

    def dismiss(self) -> None:
        objection, objection_id = self._last()
        objection.investigate()
        objection.draft_conclusion(result=Result.NOT_SUSTAINED, findings="无", reasons=(), clauses=())
        with acting(circumstances("head", at=NOON + self.at)):
            objection.conclude(Result.NOT_SUSTAINED)
            self.review.settle_objection(objection_id)

    def withdraw(self) -> None:
        objection, objection_id = self._last()
        objection.withdraw(reason="误会")
        self.review.settle_objection(objection_id)

    def amend(self) -> None:
        self.review.amend_listing(
            Amendment(f"{self.review.facts.centre_name}甲", FACTS.lead_unit_name, "更正"), EDITION
        )

    def sustain(self) -> None:
        self.review.sustain_objection(self._last()[1], decision=REFUSAL, ban=BAN)

    def _last(self) -> tuple[Objection, UUID]:
        for objection_id, objection in reversed(self.objections.items()):
            if objection.is_open:
                return objection, objection_id
        raise Refusal


@settings(max_examples=200, deadline=None)
@for_all(st.lists(st.integers(0, 9), max_size=40))
def test_no_order_of_commands_clears_a_case_while_a_notice_runs_or_an_objection_is_open(steps):
    desk = Desk()
    for step in (0, *steps):
        desk.act(step)
        if desk.review.state is State.NOTICE_CLEARED:
            assert desk.notices[-1].has_elapsed
            assert not [objection for objection in desk.objections.values() if objection.is_open]
            break


def test_the_commands_of_the_property_do_clear_a_case():
    desk = Desk()
    for step in (0, 3, 4, 6, 1, 2):
        desk.act(step)
    assert desk.review.state is State.NOTICE_CLEARED
    assert [objection.state for objection in desk.objections.values()] == ["concluded"]


@pytest.mark.parametrize("steps", [(0, 2), (0, 3, 1, 2), (0, 3, 4, 1, 2), (0, 8, 1, 2)])
def test_the_case_of_the_property_stays_uncleared(steps):
    desk = Desk()
    for step in steps:
        desk.act(step)
    assert desk.review.state is not State.NOTICE_CLEARED
