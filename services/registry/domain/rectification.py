"""Rectification (限期整改): ORDERED → (PLAN_FILED) → REPORTED or UNREPORTED → PASSED or FAILED (S4.3; ours)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from services.registry.domain import errors
from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.registry.domain.scoring import Score, scored
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.policy import edition
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where a rectification stands."""

    ORDERED = "ordered"  # 整改中
    PLAN_FILED = "plan-filed"  # 已报整改方案，整改中
    REPORTED = "reported"  # 已报整改报告
    UNREPORTED = "unreported"  # 逾期未报; a late report is still taken
    PASSED = "passed"  # 复核合格
    FAILED = "failed"  # 复核不合格
    CEASED = "ceased"  # 终止: the centre is no longer listed


_RUNNING = (State.ORDERED, State.PLAN_FILED)

OPEN = (*_RUNNING, State.REPORTED, State.UNREPORTED)
"""States in which something is still to be done."""


class Rectification(Record):
    """What a centre that failed must put right, until when, and how the recheck ended."""

    TOPIC = "registry.rectification"

    @event("Ordered", topic="registry.rectification.ordered")
    def __init__(
        self,
        centre: CentreRef,
        demands: tuple[str, ...],
        document_no: str,
        remedy: str,
        policy_edition: str,
        deadline: Deadline,
        ordered_by: str,
    ) -> None:
        self.centre = centre
        self.demands = demands
        self.document_no = document_no
        self.remedy = remedy
        self.policy_edition = policy_edition
        self.deadline = deadline
        self.ordered_by = ordered_by
        self.state = State.ORDERED
        self.outcome: Score | None = None
        self.documents: tuple[DocumentRef, ...] = ()

    def file_plan(self, *, document: DocumentRef) -> None:
        """Say how it is to be put right (整改方案); a later plan stands in the place of the first."""
        require_state(self.state, *_RUNNING)
        self._plan_filed(document=document)

    @event("PlanFiled", topic="registry.rectification.plan-filed")
    def _plan_filed(self, document: DocumentRef) -> None:
        self.documents = (*self.documents, document)
        self.state = State.PLAN_FILED

    def report(self, *, document: DocumentRef) -> None:
        """Report what was put right (整改报告), with or without a plan before."""
        require_state(self.state, *_RUNNING, State.UNREPORTED)
        self._reported(document=document)

    @event("Reported", topic="registry.rectification.reported")
    def _reported(self, document: DocumentRef) -> None:
        self.documents = (*self.documents, document)
        self.state = State.REPORTED

    def lapse(self) -> None:
        """Note that the time is over without a report; the clock does it."""
        require_state(self.state, *_RUNNING)
        self._lapsed()

    @event("Lapsed", topic="registry.rectification.lapsed")
    def _lapsed(self) -> None:
        self.state = State.UNREPORTED

    def recheck(self, *, items: Mapping[str, Decimal], stated_total: Decimal | None, opinion: str) -> Score:
        """Score again (整改复核) by the edition of the order. Raises Denied for whoever ordered it."""
        require_state(self.state, State.REPORTED, State.UNREPORTED)
        if (actor := acting_now().actor) == self.ordered_by:
            raise errors.drafter_signs(actor)
        sheet = scored(items, edition(self.policy_edition), stated_total)
        self._rechecked(sheet=sheet, opinion=opinion)
        return sheet

    @event("Rechecked", topic="registry.rectification.rechecked")
    def _rechecked(self, sheet: Score, opinion: str) -> None:  # kept in the event
        self.outcome = sheet
        self.state = State.PASSED if sheet.passes else State.FAILED

    def cease(self) -> None:
        """Let it fall (终止办理): the centre is no longer listed."""
        require_state(self.state, *OPEN)
        self._ceased()

    @event("Ceased", topic="registry.rectification.ceased")
    def _ceased(self) -> None:
        self.state = State.CEASED
