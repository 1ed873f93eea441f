"""Periodic assessment (考核评估): COLLECTING → INITIAL_REVIEW → (SITE_VISIT) → (DELIBERATION) → RESULT_PROPOSED →
(RESULT_NOTICE) → FINAL (S4.3). The edition says which stages there are between the materials and the score.

A result that another body, or the department itself, annuls is as if it had never been: ANNULLED; another one follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from services.shared.vocabulary import DocumentRef, Finding, Invalid


class State(StrEnum):
    """Where an assessment stands."""

    COLLECTING = "collecting"  # 已通知，收集材料
    INITIAL_REVIEW = "initial-review"  # 初评
    SITE_VISIT = "site-visit"  # 现场考察
    DELIBERATION = "deliberation"  # 综合评议
    RESULT_PROPOSED = "result-proposed"  # 拟定结果
    RESULT_NOTICE = "result-notice"  # 结果公示
    FINAL = "final"  # 结果确定
    ANNULLED = "annulled"  # 结果已撤销


def assessment_id(case_id: UUID, year: int, annulled: int = 0) -> UUID:
    """The id of the assessment of a centre in a year: there is one, and another after each that was annulled."""
    return uuid5(case_id, f"assessment:{year}:{annulled}" if annulled else f"assessment:{year}")


def stages_of(policy_edition: str) -> tuple[State, ...]:
    """The stages between the materials and the score, in their order; the initial review is always the first."""
    return tuple(State(stage) for stage in edition(policy_edition)["assessment.stages"])


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
        self.visited_on: date | None = None

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

    def visit_site(self, *, visited_on: date, inspectors: tuple[str, ...], document: DocumentRef, today: date) -> None:
        """Record what the inspectors found at the site (现场考察). S4.3; ours

        Raises NotInThisState where the edition has no such stage or it is not its turn; Invalid for a day that has not
        come, too few inspectors, or whoever records it as the only one of them.
        """
        self._require_turn_of(State.SITE_VISIT)
        least = edition(self.policy_edition)["assessment.min_inspectors"]
        if wrong := tuple(_wrong_visit(visited_on, inspectors, least, today)):
            raise Invalid(*wrong)
        self._site_visited(visited_on=visited_on, inspectors=inspectors, document=document)

    @event("SiteVisited", topic="registry.assessment.site-visited")
    def _site_visited(  # the inspectors are kept in the event
        self, visited_on: date, inspectors: tuple[str, ...], document: DocumentRef
    ) -> None:
        self.visited_on = visited_on
        self.documents = (*self.documents, document)
        self.state = State.SITE_VISIT

    def deliberate(self, *, held_on: date, minute_no: str, document: DocumentRef, today: date) -> None:
        """Record what was said of it in common (综合评议), which the score rests on. S4.3; ours

        Raises NotInThisState where the edition has no such stage or it is not its turn; Invalid for a day that has not
        come, or is before the visit.
        """
        self._require_turn_of(State.DELIBERATION)
        if held_on > today:
            raise Invalid(errors.day_not_come(held_on, today, "/held_on"))
        if self.visited_on is not None and held_on < self.visited_on:
            raise errors.before_the_visit(self.visited_on)
        self._deliberated(held_on=held_on, minute_no=minute_no, document=document)

    @event("Deliberated", topic="registry.assessment.deliberated")
    def _deliberated(self, held_on: date, minute_no: str, document: DocumentRef) -> None:  # day and number are kept
        self.documents = (*self.documents, document)
        self.state = State.DELIBERATION

    def _require_turn_of(self, stage: State) -> None:
        """Raises NotInThisState when the edition leaves the stage out, or the one before it was not reached."""
        stages = stages_of(self.policy_edition)
        if stage not in stages:
            raise errors.stage_left_out(stage)
        require_state(self.state, stages[stages.index(stage) - 1])

    def score(self, *, items: Mapping[str, Decimal], stated_total: Decimal | None, opinion: str) -> None:
        """Score every item of the scheme; the grade follows. Until it is final, a new score replaces the old. S4.3"""
        require_state(self.state, stages_of(self.policy_edition)[-1], State.RESULT_PROPOSED)
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


def _wrong_visit(visited_on: date, inspectors: tuple[str, ...], least: int, today: date) -> Iterator[Finding]:
    if visited_on > today:
        yield errors.day_not_come(visited_on, today, "/visited_on")
    if len(set(inspectors)) < least:
        yield errors.too_few_inspectors(least)
    if set(inspectors) == {acting_now().actor}:
        yield errors.only_inspector_records()
