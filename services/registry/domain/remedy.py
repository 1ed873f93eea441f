"""Remedy case (行政复议、行政诉讼): NOTICE_RECEIVED → ANSWER_FILED → DECIDED → EXECUTED (S4.0; periods of the laws)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef


class Kind(StrEnum):
    """The way that the centre went."""

    RECONSIDERATION = "reconsideration"  # 行政复议
    LITIGATION = "litigation"  # 行政诉讼


class Outcome(StrEnum):
    """How the other body decided."""

    UPHELD = "upheld"  # 维持
    CHANGED = "changed"  # 变更
    ANNULLED = "annulled"  # 撤销
    ANNULLED_REDO = "annulled-redo"  # 撤销并责令重作
    UNLAWFUL = "unlawful"  # 确认违法
    ORDERED = "ordered"  # 责令履行
    REJECTED = "rejected"  # 驳回
    ENDED = "ended"  # 终止


ANNULLING = frozenset({Outcome.ANNULLED, Outcome.ANNULLED_REDO})
"""The outcomes after which the decision is as if it had never been made."""


class State(StrEnum):
    """Where a remedy case stands."""

    NOTICE_RECEIVED = "notice-received"  # 收到答复通知
    ANSWER_FILED = "answer-filed"  # 已提交答复和证据
    DECIDED = "decided"  # 已决定
    EXECUTED = "executed"  # 已执行


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
        self.state = State.NOTICE_RECEIVED
        self.outcome: Outcome | None = None
        self.suspended = False
        self.documents: tuple[DocumentRef, ...] = ()

    def file_answer(self, *, document: DocumentRef) -> None:
        """Send the answer (提交答复) with everything on file."""
        require_state(self.state, State.NOTICE_RECEIVED)
        self._answer_filed(document=document)

    @event("AnswerFiled", topic="registry.remedy-case.answer-filed")
    def _answer_filed(self, document: DocumentRef) -> None:
        self.documents = (*self.documents, document)
        self.state = State.ANSWER_FILED

    def suspend_execution(self, *, reason: str, document_no: str) -> None:
        """Let the decision rest (停止执行) until the other body has decided; by default it is carried out."""
        require_state(self.state, State.NOTICE_RECEIVED, State.ANSWER_FILED)
        if not self.suspended:
            self._execution_suspended(reason=reason, document_no=document_no)

    @event("ExecutionSuspended", topic="registry.remedy-case.execution-suspended")
    def _execution_suspended(self, reason: str, document_no: str) -> None:  # both kept in the event
        self.suspended = True

    def record_outcome(self, *, outcome: Outcome, document_no: str, decided_on: date, text: str) -> None:
        """Take in how the other body decided (收到决定), whether or not an answer was sent."""
        require_state(self.state, State.NOTICE_RECEIVED, State.ANSWER_FILED)
        self._decided(outcome=outcome, document_no=document_no, decided_on=decided_on, text=text)

    @event("RemedyDecided", topic="registry.remedy-case.decided")
    def _decided(self, outcome: Outcome, document_no: str, decided_on: date, text: str) -> None:  # kept in the event
        self.outcome = outcome
        self.suspended = False
        self.state = State.DECIDED

    def execute(self) -> None:
        """Note that what was decided is carried out (已执行)."""
        require_state(self.state, State.DECIDED)
        self._executed()

    @event("RemedyExecuted", topic="registry.remedy-case.executed")
    def _executed(self) -> None:
        self.state = State.EXECUTED
