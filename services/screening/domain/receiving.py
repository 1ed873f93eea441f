"""A case comes to its prefecture (收件、形式审查): recusal, transfer, receipt, recall (S4.1.1)."""

from __future__ import annotations

from datetime import date

from services.screening.domain import errors
from services.screening.domain.standing import Standing
from services.screening.domain.states import MOVABLE, State
from services.screening.domain.values import Facts
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.vocabulary import Invalid, Role


class Received(Standing):
    """The part of a screening before it is screened."""

    def recuse(self, *, officer: str, reason: str) -> None:
        """Keep an officer with an interest in the case away from it (回避); a head may order that of another."""
        if officer != acting_now().actor and acting_now().capacity != Role.PREFECTURE_HEAD:
            raise errors.head_orders_recusal()
        if officer in self.recused:
            raise errors.recused_already(officer)
        self._recused(officer=officer, reason=reason)

    @event("Recused", topic="screening.screening.recused")
    def _recused(self, officer: str, reason: str) -> None:  # kept in the event
        self.recused = (*self.recused, officer)

    def transfer(self, *, prefecture: str, reason: str) -> None:
        """Hand the case to another prefecture (移送), which begins anew; an opinion that was drafted falls away."""
        self.require(*MOVABLE)
        self._transferred(from_prefecture=self.prefecture, prefecture=prefecture, reason=reason)

    @event("Transferred", topic="screening.screening.transferred")
    def _transferred(self, from_prefecture: str, prefecture: str, reason: str) -> None:  # kept in the event
        self.prefecture = prefecture
        self.state = State.SUBMITTED
        self.opinion, self.signed_by = None, ""

    def start_intake(
        self, *, paper_received_on: date | None, copies_missing: int, today: date, deadline: Deadline
    ) -> None:
        """Take the dossier in for the formal check (形式审查). Raises Invalid without the required paper copies."""
        self.require(State.SUBMITTED)
        if copies_missing > 0:
            raise errors.paper_missing(copies_missing)
        if paper_received_on is not None and paper_received_on > today:
            raise Invalid(errors.in_the_future("/paper_received_on", paper_received_on))
        self._intake_started(paper_received_on=paper_received_on, deadline=deadline)

    @event("IntakeStarted", topic="screening.screening.intake-started")
    def _intake_started(self, paper_received_on: date | None, deadline: Deadline) -> None:
        self.paper_received_on = paper_received_on
        self.formal_check = deadline
        self.state = State.PREF_INTAKE

    def accept(self, *, open_mismatches: int) -> None:
        """Find the materials complete and begin to screen them (受理); the paper says what the dossier says."""
        self.require(State.PREF_INTAKE)
        if open_mismatches:
            raise errors.paper_differs(open_mismatches)
        self._accepted()

    @event("Accepted", topic="screening.screening.accepted")
    def _accepted(self) -> None:
        self.state = State.PREF_SCREENING

    def recall(self, *, reason: str) -> None:
        """The applicant took the submission back to work on it (撤回修改); whatever had begun falls away."""
        if self.state in MOVABLE:
            self._recalled(reason=reason)

    @event("Recalled", topic="screening.screening.recalled")
    def _recalled(self, reason: str) -> None:  # kept in the event
        self.state = State.DRAFT
        self.suspension = None
        self.opinion, self.signed_by = None, ""

    def submit_again(self, *, facts: Facts) -> None:
        """Take a recalled dossier that was handed in again. A repeat changes nothing."""
        if self.state is State.DRAFT and facts.snapshot_number > self.facts.snapshot_number:
            self._submitted_again(facts=facts)

    @event("SubmittedAgain", topic="screening.screening.submitted-again")
    def _submitted_again(self, facts: Facts) -> None:
        self.facts = facts
        self.state = State.SUBMITTED
