"""Reopened by remedy (因救济决定重新评定): a decision against the applicant was set aside (S4.0, S4.2).

Reconsideration or a judgment orders it, and names the state in which the case goes on. What came of the decision falls
with it; what the case had reached before that state stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.review.domain import rules
from services.review.domain.corrections import Correction, InCorrection
from services.review.domain.standing import refuse
from services.review.domain.states import COMPREHENSIVE_ASSESSMENT, EXPERT_PANEL, MATERIAL_CHECK, PUBLIC_NOTICE, State
from services.review.domain.values import (
    Appraisal,
    Ban,
    NegativeDecision,
    Proposal,
    ServiceRecord,
    SiteReport,
)
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.vocabulary import Finding

WAY = (
    State.PROV_INTAKE,
    State.PRE_REVIEW,
    State.EXPERT_APPRAISAL,
    State.SITE_INSPECTION,
    State.COMPREHENSIVE,
    State.PROPOSED,
)
"""Where a case can go on, in the order of its life; on notice it goes by a new posting only."""

ENDINGS = (State.PRE_REVIEW_FAILED, State.NOT_SELECTED, State.OBJECTION_SUSTAINED, State.LAPSED)
"""How a case ends against its applicant: by a decision, or because a correction did not come in time."""

PASSED = {MATERIAL_CHECK: WAY[:2], EXPERT_PANEL: WAY[:3], COMPREHENSIVE_ASSESSMENT: WAY[:5], PUBLIC_NOTICE: WAY}
"""The states that a case had passed which ended at a stage."""


def is_redone(act: State, to: State) -> bool:
    """Whether what comes of `act` is made anew by a case that goes on at `to`."""
    return WAY.index(to) <= WAY.index(act)


@dataclass(frozen=True)
class Remedy:
    """The decision that sets ours aside (复议决定、判决): who took it, its number, its day, what it says."""

    body: str
    decision_no: str
    decided_on: date
    text: str


class Reopening(InCorrection):
    """The part of a review that comes back after its end."""

    panel_id: UUID | None
    appraisal: Appraisal | None
    site_visit_id: UUID | None
    site_report: SiteReport | None
    proposal: Proposal | None
    notice_id: UUID | None
    notice_elapsed: bool
    notice_until: Deadline | None
    shown_before: tuple[str, ...]
    holding: frozenset[UUID]
    decision: NegativeDecision | None
    ended_at_stage: str
    served: ServiceRecord | None
    remedy_until: Deadline | None
    ban: Ban | None

    def reopen_by_remedy(
        self, remedy: Remedy, *, to: State, notice_no: str = "", answer: Deadline | None = None
    ) -> None:
        """Go on at `to`, as the decision on our decision orders (责令重作). S4.0, S4.2

        `notice_no` is the number of the notice that the case was on, if it was. One that lapsed can wait for the same
        correction again, until `answer`. Raises NotInThisState for a case that did not end against its applicant;
        Invalid for a state that it had not passed, or a day before our decision or to come.
        """
        self._require(*ENDINGS)
        refuse(
            self._was_passed(to)
            + rules.day_is_not_in_the_future(remedy.decided_on, "/decided_on")
            + self._comes_after_ours(remedy.decided_on)
        )
        shown, at, lapsed = notice_no if self.notice_id is not None else "", acting_now().at, self.lapsed
        on = lapsed.came_from if lapsed is not None and to is State.PROV_CORRECTION else to
        self._reopened_by_remedy(remedy=remedy, to=on, notice_no=shown, annulled_ban=self.ban, at=at)
        if lapsed is not None and answer is not None and to is State.PROV_CORRECTION:
            again = replace(lapsed, round_no=lapsed.round_no + 1, deadline=answer, moved=False)
            self._correction_requested(correction=again, at=at)

    @event("ReopenedByRemedy", topic="review.review.reopened-by-remedy")
    def _reopened_by_remedy(  # the decision and the ban that falls with ours are kept in the event
        self, remedy: Remedy, to: State, notice_no: str, annulled_ban: Ban | None, at: datetime
    ) -> None:
        self.state = to
        self.decision, self.ended_at_stage, self.served, self.remedy_until, self.ban = None, "", None, None, None
        self.notice_id, self.notice_elapsed, self.notice_until, self.lapsed = None, False, None, None
        self.shown_before = (*self.shown_before, *([notice_no] if notice_no else []))
        self.suspension = None
        self._forget_what_is_redone(to)
        if to is not State.PROPOSED or not self.holding:  # an objection that still holds the case stops its clock
            self._restart_clock(at, "reopened-by-remedy")

    def _forget_what_is_redone(self, to: State) -> None:
        if is_redone(State.PRE_REVIEW, to):
            self.pre_review = None
        if is_redone(State.EXPERT_APPRAISAL, to):
            self.panel_id, self.appraisal = None, None
        if is_redone(State.SITE_INSPECTION, to):
            self.site_visit_id, self.site_report = None, None
        if is_redone(State.COMPREHENSIVE, to):
            self.proposal = None

    def _was_passed(self, to: State) -> tuple[Finding, ...]:
        passed = _passed_by(self.lapsed) if self.lapsed is not None else PASSED[self.ended_at_stage]
        if to in passed:
            return ()
        zh = f"本案未经过“{to}”，可恢复至 {'、'.join(passed)}"
        en = f"the case had not passed {to}; it can go on at {', '.join(passed)}"
        return (Finding("state-not-passed", zh, en, "/to", "S4.2"),)

    def _comes_after_ours(self, day: date) -> tuple[Finding, ...]:
        ours = self.decision.decided_on if self.decision else None
        if self.lapsed is not None:
            ours = self.lapsed.deadline.local_due.date()
        if ours is None or day >= ours:
            return ()
        zh, en = "救济决定早于本厅决定", "the decision lies before the one that it sets aside"
        return (Finding("remedy-before-decision", zh, en, "/decided_on", "S4.0"),)


def _passed_by(lapsed: Correction) -> tuple[State, ...]:
    """Where a case that lapsed can go on: as far as it was, or waiting for the same correction."""
    return (*WAY[: WAY.index(lapsed.came_from) + 1], State.PROV_CORRECTION)
