"""By no order of commands is a case cleared too soon: while its time runs, an objection is open, or it is suspended.

Nor while the list says something else. Commands go to the aggregates as the application gives them, and also past it:
to the case alone, out of order, for objections that nobody lodged. What is refused changes nothing. What is open is
known here from the objections alone, and what time has run from the days themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.review.domain.objection import Objection
from services.review.domain.objection_states import Result
from services.review.domain.public_notice import PublicNotice
from services.review.domain.reopening import Remedy
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Amendment, Ban, NoticeEntry, Proposal
from services.shared.aggregate import acting
from services.shared.calendar import calendar
from services.shared.policy import edition
from services.shared.vocabulary import Refusal, Track
from tests.given import NOON, circumstances, done, made
from tests.review.examples import (
    CASE,
    EDITION,
    FACTS,
    HEAD,
    OFFICER,
    PROPOSAL,
    REFUSAL,
    TEXT,
    closed_notice,
    period,
    proposed,
)
from tests.review.test_objection import lodged
from tests.review.test_standing_still import RENOTICE

BAN = Ban.under(edition(EDITION.id), "objection_sustained", NOON.date())
OTHER_TRACK = Proposal(Track.CULTIVATION, PROPOSAL.meeting_date, "纪要〔2026〕15号", "改列培育。")
REMEDY = Remedy("省人民政府", "19号", NOON.date(), "撤销，责令重做。")
DAYS = st.sampled_from([0, 1, 9])
WHICH = st.integers(0, 5)


class Clearing(RuleBasedStateMachine):
    """One case with every notice that was drawn up for it and every letter about it; one of two lists is posted."""

    def __init__(self) -> None:
        super().__init__()
        self.review: Review = proposed()
        self.notices: list[PublicNotice] = []
        self.objections: dict[UUID, Objection] = {}
        self.now = NOON
        self.at_clearing: tuple[PublicNotice, NoticeEntry, list[str], bool, int] | None = None
        self.stood: list[tuple[datetime, datetime | None]] = []
        self.draw_up()
        self.draw_up()
        self.put_up(0)

    def acts(self, command, actor="officer"):
        """Carry a command out; whatever is refused, is."""
        before = self.review.state
        with acting(circumstances(actor, at=self.now)), suppress(Refusal):
            command()
        if self.review.state is State.NOTICE_CLEARED is not before:
            self.note_clearing()

    def note_clearing(self):
        notice = next(notice for notice in self.notices if notice.id == self.review.notice_id)
        proposal, facts = self.review.proposal, self.review.facts
        assert proposal is not None
        listed = NoticeEntry(
            CASE, facts.number, facts.centre_name, facts.lead_unit_name, proposal.track, self.review.shown_before
        )
        open_: list[str] = [each.state for each in self.objections.values() if each.is_open]
        self.at_clearing = notice, listed, open_, self.stands, self.days_shown(notice)

    @property
    def stands(self) -> bool:
        """Whether the case stands still, by what was accepted here."""
        return bool(self.stood) and self.stood[-1][1] is None

    def days_shown(self, notice) -> int:
        """How many working days have passed since the posting on which the case did not stand still at all."""
        still = [(since.date(), (until or self.now).date()) for since, until in self.stood]
        passed = range((self.now.date() - notice.posted_on).days)
        days = [notice.posted_on + timedelta(days=number) for number in passed]
        shown = [day for day in days if not any(first <= day <= last for first, last in still)]
        return sum(calendar().is_working_day(day) for day in shown)

    @property
    def open(self) -> list[UUID]:
        """The objections that are not settled, as they say themselves."""
        return [objection_id for objection_id, objection in self.objections.items() if objection.is_open]

    def one(self, which: int) -> tuple[UUID, Objection]:
        """One of the open objections."""
        objection_id = self.open[which % len(self.open)]
        return objection_id, self.objections[objection_id]

    @property
    def is_shown(self) -> bool:
        return self.review.state in (State.PUBLIC_NOTICE, State.NOTICE_HELD)

    def drafted(self, state: str) -> list[PublicNotice]:
        """The notices that stand so."""
        return [notice for notice in self.notices if notice.state == state]

    @rule(days=DAYS)
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @precondition(lambda self: self.review.state is State.PROPOSED and len(self.drafted("approved")) < 2)
    @rule()
    def draft(self) -> None:
        self.draw_up()

    def draw_up(self) -> None:
        def drafting() -> None:
            entry = self.review.notice_entry(CASE)
            editions = frozenset({EDITION.id})
            notice = made(
                lambda: PublicNotice.draft(title="公示", entries=(entry,), editions=editions), **OFFICER, at=self.now
            )
            self.notices.append(done(notice, PublicNotice.approve, **HEAD, at=self.now))

        self.acts(drafting)

    @precondition(lambda self: self.review.state is State.PROPOSED and self.drafted("approved"))
    @rule(which=WHICH)
    def post(self, which: int) -> None:
        self.put_up(which)

    def put_up(self, which: int) -> None:
        def posting() -> None:
            approved = self.drafted("approved")
            notice = approved[which % len(approved)]
            day = self.now.date()
            notice.check_day(day)
            self.review.post(notice.id, notice.entries[0])
            notice.post(notice_no="6号", posted_on=day, deadline=period(day), text=TEXT)

        if self.drafted("approved"):
            self.acts(posting)

    @precondition(lambda self: self.drafted("posted"))
    @rule(which=WHICH)
    def close(self, which: int) -> None:
        """The clock closes a notice; the case is told, whether it is on it or not."""
        posted = self.drafted("posted")
        if posted:
            notice = posted[which % len(posted)]
            self.acts(notice.close)
            self.acts(lambda: self.review.end_notice(notice))

    @precondition(lambda self: self.review.notice_id is not None)
    @rule()
    def end_own_time(self) -> None:
        """The clock acts on the case's own time, whether it has one or not."""
        notice = next((each for each in self.notices if each.id == self.review.notice_id), None)
        if notice is not None:
            self.acts(lambda: self.review.end_own_notice(notice))

    @precondition(lambda self: len(self.open) < 2)
    @rule()
    def lodge(self) -> None:
        """A letter in time, registered at any moment: also when the case is cleared, or off its notice."""

        def lodging() -> None:
            objection_id = uuid5(CASE, f"objection {len(self.objections)}")
            self.review.note_objection(objection_id)
            self.objections[objection_id] = lodged()

        self.acts(lodging)

    @precondition(lambda self: self.open)
    @rule(which=WHICH)
    def admit(self, which: int) -> None:
        objection_id, objection = self.one(which)

        def admitting() -> None:
            objection.admit(EDITION)
            self.review.hold(objection_id)

        self.acts(admitting)

    @precondition(lambda self: self.open)
    @rule(which=WHICH)
    def turn_away(self, which: int) -> None:
        self.settled(which, lambda objection: objection.not_admit(ground="out-of-scope", explanation="说明"))

    @precondition(lambda self: self.open)
    @rule(which=WHICH)
    def withdraw_objection(self, which: int) -> None:
        self.settled(which, lambda objection: objection.withdraw(reason="误会"))

    @precondition(lambda self: self.open)
    @rule(which=WHICH, result=st.sampled_from(Result))
    def look_into(self, which: int, result: Result) -> None:
        _, objection = self.one(which)

        def looking() -> None:
            objection.investigate()
            objection.seek_response(question="请说明。")
            objection.draft_conclusion(result=result, findings="无", reasons=("无",), clauses=("S4.2",))

        self.acts(looking)

    @precondition(lambda self: self.open)
    @rule(which=WHICH)
    def dismiss(self, which: int) -> None:
        self.settled(which, lambda objection: objection.conclude(Result.NOT_SUSTAINED), "head")

    @precondition(lambda self: self.open)
    @rule(which=WHICH, named=st.booleans())
    def sustain_in_part(self, which: int, named: bool) -> None:
        objection_id, objection = self.one(which)
        amendment = self.another_name() if named else None

        def sustaining() -> None:
            if objection.conclusion is not None and objection.conclusion.result is Result.PARTLY_SUSTAINED:
                self.review.sustain_in_part(objection_id, amendment=amendment, edition=EDITION)
                objection.conclude(Result.PARTLY_SUSTAINED)

        self.acts(sustaining, "head")

    @precondition(lambda self: self.open)
    @rule(which=WHICH)
    def sustain(self, which: int) -> None:
        objection_id, objection = self.one(which)

        def sustaining() -> None:
            objection.conclude(Result.SUSTAINED)
            self.review.sustain_objection(objection_id, decision=REFUSAL, ban=BAN)

        self.acts(sustaining, "head")

    @precondition(lambda self: self.review.state is State.OBJECTION_SUSTAINED)
    @rule(to=st.sampled_from([State.COMPREHENSIVE, State.PROPOSED]))
    def reopen(self, to: State) -> None:
        self.acts(lambda: self.review.reopen_by_remedy(REMEDY, to=to, notice_no="6号"), "head")

    @rule()
    def suspend(self) -> None:
        def suspending() -> None:
            self.review.suspend(cause="investigation", document_no="3号", reason="调查")
            self.stood.append((self.now, None))

        self.acts(suspending, "head")

    @rule(anew=st.booleans())
    def resume(self, anew: bool = False) -> None:
        def resuming() -> None:
            notice = next((each for each in self.notices if each.id == self.review.notice_id), None)
            since, until = self.stood.pop() if self.stood else (self.now, self.now)
            self.stood.append((since, until or self.now))
            try:
                in_force = RENOTICE if anew else EDITION
                self.review.resume(document_no="8号", reason="终结", edition=in_force, notice=notice)
            except Refusal:
                self.stood[-1] = since, until
                raise

        self.acts(resuming, "head")

    @precondition(lambda self: self.review.state is State.COMPREHENSIVE)
    @rule()
    def propose_anew(self) -> None:
        self.acts(lambda: self.review.propose(PROPOSAL, EDITION), "body")

    @precondition(lambda self: self.is_shown)
    @rule()
    def amend_name(self) -> None:
        self.acts(lambda: self.review.amend_listing(self.another_name(), EDITION, "6号"))

    @precondition(lambda self: self.is_shown)
    @rule()
    def amend_track(self) -> None:
        self.acts(lambda: self.review.amend_proposal(OTHER_TRACK, "6号"))

    @rule(which=WHICH, act=st.sampled_from(["settle", "hold", "list", "withdraw", "end", "post"]))
    def past_the_desk(self, which: int, act: str) -> None:
        """A command to the case alone, out of order: for what nobody lodged, for another notice, or too soon."""
        nobodys = uuid5(CASE, f"nobody's {which}")
        other = self.notices[which % len(self.notices)] if self.notices else closed_notice()
        acts: dict[str, Callable[[], None]] = {
            "settle": lambda: self.review.settle_objection(nobodys),
            "hold": lambda: self.review.hold(nobodys),
            "list": lambda: self.review.note_listing(document_no="30号"),
            "withdraw": lambda: self.review.withdraw(reason="撤回"),
            "end": lambda: self.review.end_notice(other),
            "post": lambda: self.review.post(nobodys, other.entries[0]),
        }
        if act != "withdraw" or which == 5:  # seldom: it ends everything
            self.acts(acts[act])

    @invariant()
    def nothing_is_cleared_too_soon(self) -> None:
        if self.at_clearing is None:
            assert self.review.state not in (State.NOTICE_CLEARED, State.LISTED)
            return
        notice, listed, open_, stands, days = self.at_clearing
        assert not stands, "cleared while it was suspended"
        assert days >= EDITION["notice.length"], "cleared before it had been shown for its full period"
        assert notice.has_elapsed, "cleared while its notice runs"
        assert open_ == [], "cleared while an objection is open"
        assert notice.entries == (listed,), "cleared as something else than was shown"
        assert CASE not in notice.struck

    @invariant()
    def the_case_stands_still_when_it_was_told_to(self) -> None:
        assert self.review.is_suspended == (self.stands and not self.review.is_over)

    @invariant()
    def the_clock_stands_while_the_case_is_held(self) -> None:
        if self.review.state is State.NOTICE_HELD or self.review.is_suspended:
            assert not self.review.clock_runs
        elif self.review.state in (State.COMPREHENSIVE, State.PUBLIC_NOTICE):
            assert self.review.clock_runs

    def settled(self, which, command, actor="officer"):
        objection_id, objection = self.one(which)

        def settling() -> None:
            command(objection)
            self.review.settle_objection(objection_id)

        self.acts(settling, actor)

    def another_name(self) -> Amendment:
        return Amendment(f"{self.review.facts.centre_name}甲", FACTS.lead_unit_name, "更正")


def test_no_order_of_commands_clears_a_case_too_soon():
    run_state_machine_as_test(
        Clearing, settings=settings(max_examples=150, stateful_step_count=25, deadline=None, print_blob=False)
    )


PLAIN = (("wait", 8), ("close", 0))
OBJECTED = ("lodge", ("admit", 0))
SETTLED = (("look_into", 0, Result.NOT_SUSTAINED), ("dismiss", 0))
SUSTAINED = (*OBJECTED, ("look_into", 0, Result.SUSTAINED), ("sustain", 0))
ANEW = ("amend_name", ("wait", 8), "draft", ("post", 1), ("wait", 8))


def after(*steps) -> State:
    """Where the case stands after these steps."""
    machine = Clearing()
    for step in steps:
        name, *arguments = (step,) if isinstance(step, str) else step
        getattr(machine, name)(*arguments)
        machine.nothing_is_cleared_too_soon()
        machine.the_clock_stands_while_the_case_is_held()
    return machine.review.state


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (PLAIN, State.NOTICE_CLEARED),
        ((*PLAIN, ("past_the_desk", 0, "list")), State.LISTED),
        ((*OBJECTED, *SETTLED, ("wait", 8), ("close", 0)), State.NOTICE_CLEARED),
        ((*OBJECTED, ("wait", 8), ("close", 0), *SETTLED), State.NOTICE_CLEARED),
        ((*ANEW, ("close", 1)), State.NOTICE_CLEARED),
        ((("close", 0),), State.PUBLIC_NOTICE),
        (("lodge", ("wait", 8), ("close", 0)), State.PUBLIC_NOTICE),
        ((*OBJECTED, ("wait", 8), ("close", 0)), State.NOTICE_HELD),
        (("amend_name", "suspend", "draft", ("post", 1)), State.PROPOSED),
        (("amend_name", "suspend", "resume", "draft", ("post", 1)), State.PUBLIC_NOTICE),
        ((*OBJECTED, "amend_name", "suspend", *SETTLED, "resume", "draft", ("post", 1)), State.PUBLIC_NOTICE),
        (("suspend", *PLAIN), State.PUBLIC_NOTICE),
        (("suspend", *PLAIN, "resume", "end_own_time"), State.PUBLIC_NOTICE),
        (("suspend", *PLAIN, "resume", ("wait", 9), "end_own_time"), State.NOTICE_CLEARED),
        (("suspend", "resume", *PLAIN), State.PUBLIC_NOTICE),
        (("suspend", ("resume", True)), State.PROPOSED),
        ((*OBJECTED, "suspend", *SETTLED, *PLAIN, "resume", ("wait", 9), "end_own_time"), State.NOTICE_CLEARED),
        (("suspend", *OBJECTED, *PLAIN, "resume", ("wait", 9), "end_own_time"), State.NOTICE_HELD),
        (("lodge", *PLAIN, "suspend", ("turn_away", 0)), State.PUBLIC_NOTICE),
        (("lodge", *PLAIN, "suspend", ("turn_away", 0), "resume"), State.NOTICE_CLEARED),
        ((*PLAIN, "lodge"), State.PUBLIC_NOTICE),
        ((*PLAIN, *OBJECTED), State.NOTICE_HELD),
        ((*PLAIN, *OBJECTED, *SETTLED), State.NOTICE_CLEARED),
        ((*PLAIN, "lodge", ("past_the_desk", 0, "list")), State.LISTED),
        ((*PLAIN, "lodge", "suspend", ("turn_away", 0)), State.PUBLIC_NOTICE),
        (SUSTAINED, State.OBJECTION_SUSTAINED),
        ((*SUSTAINED, ("reopen", State.PROPOSED), ("wait", 8), ("close", 0)), State.PROPOSED),
        ((*SUSTAINED, ("reopen", State.COMPREHENSIVE), "propose_anew", ("post", 0)), State.PROPOSED),
        ((*SUSTAINED, ("reopen", State.PROPOSED), "draft", ("post", 1)), State.PUBLIC_NOTICE),
        (
            (*SUSTAINED, ("reopen", State.PROPOSED), "draft", ("post", 1), ("wait", 9), ("close", 1)),
            State.NOTICE_CLEARED,
        ),
        ((*ANEW, ("close", 0)), State.PUBLIC_NOTICE),
        ((*OBJECTED, *ANEW[:-1]), State.NOTICE_HELD),
        (("amend_track", ("post", 0)), State.PROPOSED),
    ],
)
def test_the_steps_of_the_property_lead_where_they_should(steps, state):
    assert after(*steps) is state
