"""Remedy case (救济): one reconsideration or one suit about one decision (S4.0; periods of the laws).

Reconsideration (行政复议): NOTICE_RECEIVED → ANSWER_FILED → (MEDIATION) → DECIDED → EXECUTED.
Suit (行政诉讼): FILED → DEFENCE_FILED → JUDGED → (APPEALED) → FINAL → EXECUTED. A judgment of first instance has no
effect before its time of appeal is over.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.registry.domain import errors
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.outcome import Kind, Outcome, Party
from services.registry.domain.record import CentreRef, Record
from services.registry.domain.values import Service
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where a remedy case stands."""

    NOTICE_RECEIVED = "notice-received"  # 收到答复通知
    ANSWER_FILED = "answer-filed"  # 已提交答复和证据
    MEDIATION = "mediation"  # 调解
    DECIDED = "decided"  # 已决定
    FILED = "filed"  # 已起诉
    DEFENCE_FILED = "defence-filed"  # 已提交答辩和证据
    JUDGED = "judged"  # 一审已判决，上诉期内
    APPEALED = "appealed"  # 已上诉
    FINAL = "final"  # 判决已生效
    EXECUTED = "executed"  # 已执行


MOVES = {
    State.NOTICE_RECEIVED: frozenset({State.ANSWER_FILED, State.MEDIATION, State.DECIDED}),
    State.ANSWER_FILED: frozenset({State.MEDIATION, State.DECIDED}),
    # A mediation that fails restores what was; it is no move forward.
    State.MEDIATION: frozenset({State.DECIDED}),
    State.DECIDED: frozenset({State.EXECUTED}),
    State.FILED: frozenset({State.DEFENCE_FILED, State.JUDGED}),
    State.DEFENCE_FILED: frozenset({State.JUDGED}),
    State.JUDGED: frozenset({State.APPEALED, State.FINAL}),
    State.APPEALED: frozenset({State.FINAL}),
    State.FINAL: frozenset({State.EXECUTED}),
    State.EXECUTED: frozenset[State](),
}

_UNDECIDED = tuple(state for state in State if state not in {State.DECIDED, State.FINAL, State.EXECUTED})


class RemedyCase(Record):
    """One objection of a centre to one decision, before another body."""

    TOPIC = "registry.remedy-case"

    @event("RemedyCaseOpened", topic="registry.remedy-case.opened")
    def __init__(
        self,
        centre: CentreRef,
        kind: Kind,
        body: str,
        decision_id: UUID,
        filed_on: date,
        in_time: bool,
        deadline: Deadline,
        policy_edition: str,
    ) -> None:
        self.centre = centre
        self.kind = kind
        self.body = body
        self.decision_id = decision_id
        self.filed_on = filed_on
        self.in_time = in_time
        self.deadline = deadline
        self.policy_edition = policy_edition
        self.state = State.FILED if kind == Kind.LITIGATION else State.NOTICE_RECEIVED
        self.before_mediation = State.NOTICE_RECEIVED
        self.appeal: Deadline | None = None
        self.judgment_no = ""
        self.judged_on = filed_on
        self.outcome_served: Service | None = None
        self.outcome: Outcome | None = None
        self.suspended = False
        self.documents: tuple[DocumentRef, ...] = ()

    def file_answer(self, *, document: DocumentRef) -> None:
        """Send the answer (提交答复、答辩) with everything on file."""
        require_move(MOVES, self.state, self._answered)
        self._answer_filed(document=document)

    @event("AnswerFiled", topic="registry.remedy-case.answer-filed")
    def _answer_filed(self, document: DocumentRef) -> None:
        self.documents = (*self.documents, document)
        self.state = self._answered

    def begin_mediation(self, *, reason: str, deadline: Deadline) -> None:
        """Be mediated (调解) before the body of reconsideration, until an agreement or the end of the time for it."""
        require_move(MOVES, self.state, State.MEDIATION)
        self._mediation_begun(reason=reason, deadline=deadline)

    @event("MediationBegun", topic="registry.remedy-case.mediation-begun")
    def _mediation_begun(self, reason: str, deadline: Deadline) -> None:  # both kept in the event
        self.before_mediation = self.state
        self.state = State.MEDIATION

    def end_mediation(self, *, reason: str) -> None:
        """Go on where the mediation began (调解不成): nothing was agreed. An agreement is an outcome."""
        require_state(self.state, State.MEDIATION)
        self._mediation_failed(reason=reason, after=self.before_mediation)

    @event("MediationFailed", topic="registry.remedy-case.mediation-failed")
    def _mediation_failed(self, reason: str, after: State) -> None:  # the reason is kept in the event
        self.state = after

    def suspend_execution(self, *, reason: str, document_no: str) -> None:
        """Let the decision rest (停止执行) until the other body has decided; by default it is carried out."""
        require_state(self.state, *_UNDECIDED)
        if not self.suspended:
            self._execution_suspended(reason=reason, document_no=document_no)

    @event("ExecutionSuspended", topic="registry.remedy-case.execution-suspended")
    def _execution_suspended(self, reason: str, document_no: str) -> None:  # both kept in the event
        self.suspended = True

    def record_outcome(self, *, outcome: Outcome, document_no: str, decided_on: date, text: str) -> None:
        """Take in how the body of reconsideration decided (收到复议决定), whether or not an answer was sent.

        What was agreed (调解书) comes out of a mediation only.
        """
        require_move(MOVES, self.state, State.DECIDED)
        if outcome is Outcome.MEDIATED:
            require_state(self.state, State.MEDIATION)
        self._decided(outcome=outcome, document_no=document_no, decided_on=decided_on, text=text)

    @event("RemedyDecided", topic="registry.remedy-case.decided")
    def _decided(self, outcome: Outcome, document_no: str, decided_on: date, text: str) -> None:  # kept in the event
        self.outcome = outcome
        self.judged_on = decided_on
        self.suspended = False
        self.state = State.DECIDED

    def judge(self, *, outcome: Outcome, document_no: str, decided_on: date, text: str) -> None:
        """Take in the judgment of first instance (一审判决); it has no effect while it may be appealed.

        The time of appeal runs from its service.
        """
        require_move(MOVES, self.state, State.JUDGED)
        if outcome is Outcome.MEDIATED:
            raise errors.not_in(self.state, State.MEDIATION)
        self._judged(outcome=outcome, document_no=document_no, decided_on=decided_on, text=text)

    @event("Judged", topic="registry.remedy-case.judged")
    def _judged(  # the text is kept in the event; before services were recorded, it had the time of appeal too
        self, outcome: Outcome, document_no: str, decided_on: date, text: str, appeal: Deadline | None = None
    ) -> None:
        self.outcome = outcome
        self.judgment_no = document_no
        self.judged_on = decided_on
        self.appeal = appeal
        self.state = State.JUDGED

    def serve_outcome(self, *, served: Service, appeal: Deadline | None = None) -> None:
        """Record that the decision or judgment was served (送达); what may be done against it runs from that day. Once.

        `appeal`: the time of appeal, of a judgment of first instance. Raises Invalid for a day before it was made.
        """
        require_state(self.state, State.DECIDED, State.JUDGED, State.FINAL, State.EXECUTED)
        if self.outcome_served is not None:
            raise errors.served_already()
        if served.served_on < self.judged_on:
            raise errors.served_before_made(self.judged_on)
        self._outcome_served(served=served, appeal=appeal if self.state is State.JUDGED else None)

    @event("OutcomeServed", topic="registry.remedy-case.outcome-served")
    def _outcome_served(self, served: Service, appeal: Deadline | None) -> None:
        self.outcome_served = served
        self.appeal = appeal or self.appeal

    def appeal_judgment(self, *, by: Party, body: str, appealed_on: date) -> None:
        """Note that a party appealed (上诉) to a higher court. Raises Invalid outside the time of appeal.

        Raises NotInThisState while no service of the judgment is on record.
        """
        require_move(MOVES, self.state, State.APPEALED)
        if self.appeal is None:
            raise errors.judgment_not_served()
        if not self.judged_on <= appealed_on <= self.appeal.local_due.date():
            raise errors.outside_the_appeal(appealed_on, self.appeal.local_due.date())
        self._appealed(by=by, body=body, appealed_on=appealed_on)

    @event("Appealed", topic="registry.remedy-case.appealed")
    def _appealed(self, by: Party, body: str, appealed_on: date) -> None:  # who and when are kept in the event
        self.body = body
        self.outcome = None
        self.outcome_served = None
        self.state = State.APPEALED

    def confirm_judgment(self, *, now: datetime) -> None:
        """Note that nobody appealed in time: the judgment of first instance is final (判决生效)."""
        require_state(self.state, State.JUDGED)
        if self.appeal is None:
            raise errors.judgment_not_served()
        if now < self.appeal.due:
            raise errors.appeal_running(f"{self.appeal.local_due:%Y-%m-%d %H:%M}")
        self._became_final(outcome=self.outcome, document_no=self.judgment_no, decided_on=self.judged_on, text="")

    def judge_finally(self, *, outcome: Outcome, document_no: str, decided_on: date, text: str) -> None:
        """Take in the judgment of second instance (二审判决), which is final."""
        require_state(self.state, State.APPEALED)
        if outcome is Outcome.MEDIATED:
            raise errors.not_in(self.state, State.MEDIATION)
        self._became_final(outcome=outcome, document_no=document_no, decided_on=decided_on, text=text)

    @event("JudgmentFinal", topic="registry.remedy-case.judgment-final")
    def _became_final(self, outcome: Outcome | None, document_no: str, decided_on: date, text: str) -> None:
        self.outcome = outcome
        self.judgment_no = document_no  # the text is kept in the event
        self.judged_on = decided_on
        self.suspended = False
        self.state = State.FINAL

    def execute(self) -> None:
        """Note that what was decided is carried out (已执行)."""
        require_move(MOVES, self.state, State.EXECUTED)
        self._executed()

    @event("RemedyExecuted", topic="registry.remedy-case.executed")
    def _executed(self) -> None:
        self.state = State.EXECUTED

    @property
    def _answered(self) -> State:
        return State.DEFENCE_FILED if self.kind == Kind.LITIGATION else State.ANSWER_FILED
