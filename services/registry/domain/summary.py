"""Yearly work summary (年度工作总结): DUE → (WITH_PREFECTURE) → SUBMITTED → ACCEPTED, with RETURNED and OVERDUE (S4.3).

Where the edition sends it through the prefecture (经州市转报), the province has it when the prefecture sent it on. A
centre that filed in time has filed in time, however long the prefecture takes.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain import errors
from services.registry.domain.conditions import check_figures
from services.registry.domain.facts import Fact
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where the summary of one year stands."""

    DUE = "due"  # 待报送
    WITH_PREFECTURE = "with-prefecture"  # 已报州市，待转报
    SUBMITTED = "submitted"  # 已报送省厅
    RETURNED = "returned"  # 退回修改
    ACCEPTED = "accepted"  # 已接收
    OVERDUE = "overdue"  # 逾期; may still be submitted, and is then marked late
    MISSED = "missed"  # 未报: the days of grace are over too
    CEASED = "ceased"  # 终止报送: the centre is no longer listed


MOVES = {
    State.DUE: frozenset({State.WITH_PREFECTURE, State.SUBMITTED, State.OVERDUE, State.CEASED}),
    State.WITH_PREFECTURE: frozenset({State.SUBMITTED, State.RETURNED, State.CEASED}),
    State.SUBMITTED: frozenset({State.RETURNED, State.ACCEPTED, State.CEASED}),
    State.RETURNED: frozenset({State.WITH_PREFECTURE, State.SUBMITTED, State.OVERDUE, State.CEASED}),
    State.ACCEPTED: frozenset[State](),
    State.OVERDUE: frozenset({State.WITH_PREFECTURE, State.SUBMITTED, State.MISSED, State.CEASED}),
    State.MISSED: frozenset[State](),
    State.CEASED: frozenset({State.DUE}),
}

OPEN = (State.DUE, State.WITH_PREFECTURE, State.SUBMITTED, State.RETURNED, State.OVERDUE)
"""States in which something is still to be done."""


def summary_id(case_id: UUID, year: int) -> UUID:
    """The id of the summary of a centre for a year: there is one, however often it is asked for."""
    return uuid5(case_id, f"annual-summary:{year}")


def ad_hoc_id(case_id: UUID, subject: str, asked_on: date) -> UUID:
    """The id of a report in between: one on a subject a day."""
    return uuid5(case_id, f"ad-hoc:{asked_on}:{subject}")


class AnnualSummary(Record):
    """What a centre reports of one calendar year."""

    TOPIC = "registry.annual-summary"

    @event("Required", topic="registry.annual-summary.required")
    def __init__(self, id: UUID, centre: CentreRef, year: int, policy_edition: str, deadline: Deadline) -> None:
        self.centre = centre
        self.year = year
        self.policy_edition = policy_edition
        self.deadline = deadline
        self.state = State.DUE
        self.late = False
        self.extended = False
        self.ad_hoc = ""
        self.documents: tuple[DocumentRef, ...] = ()
        self.forward: Deadline | None = None
        self.figures: tuple[Fact, ...] = ()

    def submit(
        self, *, document: DocumentRef, today: date, figures: tuple[Fact, ...] = (), forward: Deadline | None = None
    ) -> None:
        """Hand the summary in (报送), to the prefecture when there is a day by which it sends it on (`forward`).

        Raises Invalid for a year that has not begun, and with each figure of a basic condition that is missing. S3.2
        """
        require_move(MOVES, self.state, State.WITH_PREFECTURE if forward else State.SUBMITTED)
        if self.year > today.year:
            raise errors.year_not_begun(self.year)
        if not self.ad_hoc:
            check_figures(figures)
        self._submitted(document=document, figures=figures, forward=forward)

    @event("Submitted", topic="registry.annual-summary.submitted")
    def _submitted(
        self, document: DocumentRef, figures: tuple[Fact, ...] = (), forward: Deadline | None = None
    ) -> None:
        self.documents = (*self.documents, document)
        self.figures = figures
        self.forward = forward
        self.state = State.WITH_PREFECTURE if forward else State.SUBMITTED

    def send_on(self, *, agrees: bool, opinion: DocumentRef) -> None:
        """Send the summary on to the province (转报), with the opinion of the prefecture."""
        require_state(self.state, State.WITH_PREFECTURE)
        self._forwarded(agrees=agrees, opinion=opinion)

    @event("Forwarded", topic="registry.annual-summary.forwarded")
    def _forwarded(self, agrees: bool, opinion: DocumentRef) -> None:  # `agrees` is kept in the event
        self.documents = (*self.documents, opinion)
        self.state = State.SUBMITTED

    def return_(self, *, reasons: tuple[str, ...], deadline: Deadline) -> None:
        """Send back (退回) what the province has, with every reason at once and a day by which it is wanted again."""
        require_state(self.state, State.SUBMITTED)
        self._returned(reasons=reasons, deadline=deadline)

    def return_unforwarded(self, *, reasons: tuple[str, ...], deadline: Deadline) -> None:
        """Send back (州市退回) what the prefecture would not send on, as the province would."""
        require_state(self.state, State.WITH_PREFECTURE)
        self._returned(reasons=reasons, deadline=deadline)

    @event("Returned", topic="registry.annual-summary.returned")
    def _returned(self, reasons: tuple[str, ...], deadline: Deadline) -> None:  # kept in the event
        self.deadline = deadline
        self.state = State.RETURNED

    def accept(self) -> None:
        """Accept the summary (接收)."""
        require_move(MOVES, self.state, State.ACCEPTED)
        self._accepted()

    @event("Accepted", topic="registry.annual-summary.accepted")
    def _accepted(self) -> None:
        self.state = State.ACCEPTED

    def extend(self, *, deadline: Deadline, reason: str) -> None:
        """Give more time (延期报送), once, before the day is past. S4.3; ours"""
        require_state(self.state, State.DUE, State.RETURNED)
        if self.extended:
            raise errors.extended_already()
        self._extended(deadline=deadline, reason=reason)

    @event("Extended", topic="registry.annual-summary.extended")
    def _extended(self, deadline: Deadline, reason: str) -> None:  # the reason is kept in the event
        self.deadline = deadline
        self.extended = True

    def ask_in_between(self, *, subject: str, deadline: Deadline) -> None:
        """Make it a report in between (临时报告) on a subject, wanted by another day. S4.3; ours"""
        require_state(self.state, State.DUE)
        self._asked_in_between(subject=subject, deadline=deadline)

    @event("AskedInBetween", topic="registry.annual-summary.asked-in-between")
    def _asked_in_between(self, subject: str, deadline: Deadline) -> None:
        self.ad_hoc = subject
        self.deadline = deadline

    def mark_overdue(self, *, grace: Deadline) -> None:
        """Mark that the day is past (逾期); the clock does it. Until `grace` a late one is still taken."""
        require_move(MOVES, self.state, State.OVERDUE)
        self._fell_overdue()
        self._grace_begun(grace=grace)

    @event("GraceBegun", topic="registry.annual-summary.grace-begun")
    def _grace_begun(self, grace: Deadline) -> None:  # for the deadlines
        pass

    def mark_missed(self) -> None:
        """Mark that it never came (未报); the clock does it."""
        require_move(MOVES, self.state, State.MISSED)
        self._missed()

    @event("Missed", topic="registry.annual-summary.missed")
    def _missed(self) -> None:
        self.state = State.MISSED

    def hand_over(self, *, centre: CentreRef) -> None:
        """Ask another unit for it: the lead unit (牵头单位) changed."""
        self._handed_over(centre=centre)

    @event("HandedOver", topic="registry.annual-summary.handed-over")
    def _handed_over(self, centre: CentreRef) -> None:
        self.centre = centre

    @event("FellOverdue", topic="registry.annual-summary.fell-overdue")
    def _fell_overdue(self) -> None:
        self.state = State.OVERDUE
        self.late = True

    def cease(self) -> None:
        """Ask for it no longer: the centre lost its qualification."""
        require_move(MOVES, self.state, State.CEASED)
        self._ceased()

    @event("Ceased", topic="registry.annual-summary.ceased")
    def _ceased(self) -> None:
        self.state = State.CEASED

    def resume(self, *, deadline: Deadline) -> None:
        """Ask for it again: the revocation was annulled. What fell due meanwhile was no fault of the centre."""
        require_move(MOVES, self.state, State.DUE)
        self._resumed(deadline=deadline)

    @event("Resumed", topic="registry.annual-summary.resumed")
    def _resumed(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.state = State.DUE
