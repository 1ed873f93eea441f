"""Decided against (不利决定): with reasons, clauses, remedy and minutes, and served on the applicant (S4.2)."""

from __future__ import annotations

from datetime import date

from services.review.domain import errors, rules
from services.review.domain.standing import Standing, refuse
from services.review.domain.states import COMPREHENSIVE_ASSESSMENT, EXPERT_PANEL, State
from services.review.domain.values import Appraisal, NegativeDecision, ServiceRecord
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import Finding


class Decided(Standing):
    """The part of a review that ends in a decision against the applicant."""

    appraisal: Appraisal | None
    decision: NegativeDecision | None
    ended_at_stage: str
    served: ServiceRecord | None
    remedy_until: Deadline | None

    def not_select(self, *, decision: NegativeDecision, minute_no: str, text: str = "") -> None:
        """End the case (不予列入) by collective decision. Raises Invalid for a decision without why. S4.2

        It comes after the comprehensive assessment, or when the experts' score lies below the gate; `decided_on` is the
        day of the meeting, `text` what its minutes say.
        """
        self._require(State.EXPERT_APPRAISAL, State.COMPREHENSIVE)
        if self.state is State.EXPERT_APPRAISAL and self.appraisal is None:
            raise errors.gate_was_met()
        found = rules.decision_tells_why_and_what_can_be_done(decision)
        if decision.decided_on is not None:
            found += rules.day_is_not_in_the_future(decision.decided_on, "/meeting_date")
        refuse(found)
        stage = EXPERT_PANEL if self.state is State.EXPERT_APPRAISAL else COMPREHENSIVE_ASSESSMENT
        self._not_selected(decision=decision, stage=stage, minute_no=minute_no, text=text)

    @event("NotSelected", topic="review.review.not-selected")
    def _not_selected(self, decision: NegativeDecision, stage: str, minute_no: str, text: str = "") -> None:
        self.decision = decision
        self.ended_at_stage = stage
        self.state = State.NOT_SELECTED

    def record_service(self, served: ServiceRecord, *, remedy: Deadline) -> None:
        """Record that the decision was served (送达), from which day the time to object runs. Once only. S4.2

        Raises Invalid for a day before the decision or to come.
        """
        self._require(State.PRE_REVIEW_FAILED, State.NOT_SELECTED, State.OBJECTION_SUSTAINED)
        if self.served is not None:
            raise errors.already_has("送达记录", "a record of service")
        refuse(rules.day_is_not_in_the_future(served.served_on, "/served_on") + self._served_after(served.served_on))
        self._decision_served(served=served, remedy=remedy)

    @event("DecisionServed", topic="review.review.decision-served")
    def _decision_served(self, served: ServiceRecord, remedy: Deadline) -> None:
        self.served = served
        self.remedy_until = remedy

    def _served_after(self, day: date) -> tuple[Finding, ...]:
        decided_on = self.decision.decided_on if self.decision else None
        if decided_on is None or day >= decided_on:
            return ()
        zh, en = "送达日期早于决定日期", "served before it was decided"
        return (Finding("served-before-decision", zh, en, "/served_on", "S4.2"),)
