"""Periodic assessment (考核评估): COLLECTING → INITIAL_REVIEW → RESULT_PROPOSED → (RESULT_NOTICE) → FINAL (S4.3).

A result that another body, or the department itself, annuls is as if it had never been: ANNULLED; another one follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain import errors
from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.registry.domain.scoring import Score, scored
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.policy import edition
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where an assessment stands."""

    COLLECTING = "collecting"  # 已通知，收集材料
    INITIAL_REVIEW = "initial-review"  # 初评
    RESULT_PROPOSED = "result-proposed"  # 拟定结果
    RESULT_NOTICE = "result-notice"  # 结果公示
    FINAL = "final"  # 结果确定
    ANNULLED = "annulled"  # 结果已撤销


def assessment_id(case_id: UUID, year: int, annulled: int = 0) -> UUID:
    """The id of the assessment of a centre in a year: there is one, and another after each that was annulled."""
    return uuid5(case_id, f"assessment:{year}:{annulled}" if annulled else f"assessment:{year}")


class Assessment(Record):
    """One assessment of one centre, judged by the edition in force when it was scheduled."""

    TOPIC = "registry.assessment"

    @event("Scheduled", topic="registry.assessment.scheduled")
    def __init__(self, id: UUID, centre: CentreRef, year: int, policy_edition: str) -> None:
        self.centre = centre
        self.year = year
        self.policy_edition = policy_edition
        self.state = State.COLLECTING
        self.score_sheet: Score | None = None
        self.scored_by = ""
        self.notice: Deadline | None = None
        self.documents: tuple[DocumentRef, ...] = ()

    def submit_materials(self, *, document: DocumentRef) -> None:
        """Hand in the materials (报送考核材料), again as long as nothing is scored."""
        require_state(self.state, State.COLLECTING, State.INITIAL_REVIEW)
        self._materials_submitted(document=document)

    @event("MaterialsSubmitted", topic="registry.assessment.materials-submitted")
    def _materials_submitted(self, document: DocumentRef) -> None:
        self.documents = (*self.documents, document)
        self.state = State.INITIAL_REVIEW

    def return_materials(self, *, reasons: tuple[str, ...]) -> None:
        """Send the materials back (退回), with every reason at once; they are collected again."""
        require_state(self.state, State.INITIAL_REVIEW)
        self._materials_returned(reasons=reasons)

    @event("MaterialsReturned", topic="registry.assessment.materials-returned")
    def _materials_returned(self, reasons: tuple[str, ...]) -> None:  # kept in the event
        self.state = State.COLLECTING

    def score(self, *, items: Mapping[str, Decimal], stated_total: Decimal | None, opinion: str) -> None:
        """Score every item of the scheme; the grade follows. Until it is final, a new score replaces the old. S4.3"""
        require_state(self.state, State.INITIAL_REVIEW, State.RESULT_PROPOSED)
        sheet = scored(items, edition(self.policy_edition), stated_total)
        self._scored(sheet=sheet, opinion=opinion, scored_by=acting_now().actor)

    @event("Scored", topic="registry.assessment.scored")
    def _scored(self, sheet: Score, opinion: str, scored_by: str) -> None:  # kept in the event
        self.score_sheet = sheet
        self.scored_by = scored_by
        self.state = State.RESULT_PROPOSED

    def post_result(self, *, notice_no: str, deadline: Deadline) -> None:
        """Put the proposed result on public notice (结果公示); it is final when the notice is over. S4.3; ours"""
        require_state(self.state, State.RESULT_PROPOSED)
        self._result_posted(notice_no=notice_no, deadline=deadline)

    @event("ResultPosted", topic="registry.assessment.result-posted")
    def _result_posted(self, notice_no: str, deadline: Deadline) -> None:  # the number is kept in the event
        self.notice = deadline
        self.state = State.RESULT_NOTICE

    def finalise(self, *, document_no: str, now: datetime) -> None:
        """Make the result final (结果确定), after its notice if there is one. Raises Denied for whoever scored."""
        wanted = edition(self.policy_edition)["assessment.result_notice"]
        require_state(self.state, State.RESULT_NOTICE, *(() if wanted else (State.RESULT_PROPOSED,)))
        if self.notice is not None and now < self.notice.due:
            raise errors.result_notice_running(f"{self.notice.local_due:%Y-%m-%d %H:%M}")
        if acting_now().actor == self.scored_by:
            raise errors.drafter_signs(self.scored_by)
        self._finalised(document_no=document_no)

    @event("Finalised", topic="registry.assessment.finalised")
    def _finalised(self, document_no: str) -> None:  # kept in the event
        self.state = State.FINAL

    def annul(self, *, document_no: str, body: str, effective_on: date) -> None:
        """Let the result fall from its first day (考核结果撤销), as `body` decided. S4.3; ours"""
        require_state(self.state, State.FINAL)
        self._annulled(document_no=document_no, body=body, effective_on=effective_on)

    @event("ResultAnnulled", topic="registry.assessment.result-annulled")
    def _annulled(self, document_no: str, body: str, effective_on: date) -> None:  # all kept in the event
        self.state = State.ANNULLED

    @property
    def result(self) -> Score:
        """The score. Raises NotInThisState before there is one."""
        if self.score_sheet is None:
            raise errors.not_in(self.state, State.RESULT_PROPOSED, State.FINAL)
        return self.score_sheet
