"""Screening (州市初审): one dossier before its prefecture, from receipt to a recommendation or a refusal (S4.1.2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.screening.domain import errors
from services.screening.domain.deciding import Decided
from services.screening.domain.receiving import Received
from services.screening.domain.states import ENDED, State
from services.screening.domain.suspending import Suspending
from services.screening.domain.values import Facts, Opinion, ServiceRecord, Suspension
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.calendar import Deadline
from services.shared.vocabulary import NotInThisState

ABOVE = "province"
"""The level, as intake names it, before which a case lapses that had gone up."""


class Screening(Received, Decided, Suspending, Aggregate):
    """The prefecture's part of one case. Its id is the case id."""

    TOPIC = "screening.screening"

    @event("Opened", topic="screening.screening.opened")
    def __init__(
        self,
        id: UUID,
        number: str,
        round_id: UUID,
        round_number: str,
        prefecture: str,
        policy_edition: str,
        lead_uscc: str,
        facts: Facts,
    ) -> None:
        self.number = number
        self.round_id = round_id
        self.round_number = round_number
        self.prefecture = prefecture
        self.policy_edition = policy_edition
        self.lead_uscc = lead_uscc
        self.facts = facts
        self.state = State.SUBMITTED
        self.paper_received_on: date | None = None
        self.opinion: Opinion | None = None
        self.signed_by = ""
        self.document_no = ""
        self.batch_id: UUID | None = None
        self.letter_no = ""
        self.withdrawal_noted = False
        self.correction_rounds = 0
        self.came_from = State.SUBMITTED
        self.lapsed_before = ""
        self.recused: tuple[str, ...] = ()
        self.served: ServiceRecord | None = None
        self.suspension: Suspension | None = None
        self.formal_check: Deadline | None = None

    def request_correction(self, *, most: int) -> int:
        """Send the dossier back to be corrected (要求补正); returns which round this is.

        Raises NotInThisState when everything that was missing had to be told before (一次性告知).
        """
        self.require(State.PREF_INTAKE, State.PREF_SCREENING)
        if self.correction_rounds >= most:
            raise errors.told_once(most)
        self._correction_requested(round_no=self.correction_rounds + 1)
        return self.correction_rounds

    @event("CorrectionRequested", topic="screening.screening.correction-requested")
    def _correction_requested(self, round_no: int) -> None:
        self.correction_rounds = round_no
        self.came_from = self.state
        self.state = State.PREF_CORRECTION

    def resubmit(self, *, facts: Facts, formal_check: Deadline) -> None:
        """Take a corrected snapshot: back to where the case came from, or, at the province, in the place of the old.

        An older or the same snapshot changes nothing.
        """
        if facts.snapshot_number <= self.facts.snapshot_number:
            return
        if self.state is State.PREF_CORRECTION:
            again = self.came_from is State.PREF_INTAKE
            self._correction_answered(facts=facts, deadline=formal_check if again else None)
        elif self.state in (State.RECOMMENDED, State.RETURNED_TO_PREF):
            self._snapshot_replaced(facts=facts)

    @event("CorrectionAnswered", topic="screening.screening.correction-answered")
    def _correction_answered(self, facts: Facts, deadline: Deadline | None) -> None:
        self.facts = facts
        self.formal_check = deadline
        self.state = self.came_from
        self.opinion, self.signed_by = None, ""

    @event("SnapshotReplaced", topic="screening.screening.snapshot-replaced")
    def _snapshot_replaced(self, facts: Facts) -> None:
        self.facts = facts

    def lapse(self, *, level: str) -> None:
        """The correction was not answered in time (视为放弃), before the prefecture or the province."""
        if self.state in (State.PREF_CORRECTION, State.RECOMMENDED, State.RETURNED_TO_PREF):
            self._lapsed(level=level)

    @event("Lapsed", topic="screening.screening.lapsed")
    def _lapsed(self, level: str) -> None:
        self.lapsed_before = level
        self.state = State.LAPSED

    def note_reopened(self) -> None:
        """The province goes on with a case that lapsed there: it stands as recommended. A repeat changes nothing."""
        if self.state is State.LAPSED and self.lapsed_before == ABOVE and self.batch_id:
            self._reopened_above()

    @event("ReopenedAbove", topic="screening.screening.reopened-above")
    def _reopened_above(self) -> None:
        self.lapsed_before = ""
        self.state = State.RECOMMENDED

    def take_lapse_back(self) -> None:
        """It had not lapsed at the province, whose time stood still: it stands as recommended. A repeat is ignored."""
        if self.state is State.LAPSED and self.lapsed_before == ABOVE and self.batch_id:
            self._lapse_taken_back()

    @event("LapseTakenBack", topic="screening.screening.lapse-taken-back")
    def _lapse_taken_back(self) -> None:
        self.lapsed_before = ""
        self.state = State.RECOMMENDED

    def recommend(self, *, batch_id: UUID, letter_no: str) -> None:
        """Go up to the province with a batch (行文推荐). Raises NotInThisState without a signed, positive opinion."""
        if not self.is_ready or self.state is State.RETURNED_TO_PREF:
            raise NotInThisState(errors.case_not_ready(self.number))
        self._recommended(batch_id=batch_id, letter_no=letter_no)

    @event("Recommended", topic="screening.screening.recommended")
    def _recommended(self, batch_id: UUID, letter_no: str) -> None:
        self.batch_id = batch_id
        self.letter_no = letter_no
        self.state = State.RECOMMENDED

    def return_to_prefecture(self, *, reasons: tuple[str, ...]) -> None:
        """The province returned the batch for a fault of the prefecture's (退回). A repeat changes nothing."""
        if self.state is State.RECOMMENDED and not self.withdrawal_noted:
            self._returned(reasons=reasons)

    @event("Returned", topic="screening.screening.returned")
    def _returned(self, reasons: tuple[str, ...]) -> None:  # kept in the event
        self.state = State.RETURNED_TO_PREF

    def recommend_again(self, *, letter_no: str) -> None:
        """Go up again with the resubmitted batch, under its new letter. Raises NotInThisState when not ready."""
        if not self.is_ready or self.state is not State.RETURNED_TO_PREF:
            raise NotInThisState(errors.case_not_ready(self.number))
        self._recommended_again(letter_no=letter_no)

    @event("RecommendedAgain", topic="screening.screening.recommended-again")
    def _recommended_again(self, letter_no: str) -> None:
        self.letter_no = letter_no
        self.state = State.RECOMMENDED

    def rescind_recommendation(self, *, document_no: str, service: Deadline | None = None) -> None:
        """Drop a case of a returned batch (撤销推荐); the draft holds reasons, clauses and remedy, as for a refusal."""
        self.require(State.RETURNED_TO_PREF)
        self.check_refusal(document_no)
        self._recommendation_rescinded(document_no=document_no, signed_by=acting_now().actor, service=service)

    @event("RecommendationRescinded", topic="screening.screening.recommendation-rescinded")
    def _recommendation_rescinded(  # the deadline for the deadlines
        self, document_no: str, signed_by: str, service: Deadline | None = None
    ) -> None:
        self.document_no = document_no
        self.signed_by = signed_by
        self.state = State.PREF_NOT_RECOMMENDED

    def terminate(self, *, reason: str) -> None:
        """The case ended by no act of its applicant (终止办理): its round was called off. A repeat changes nothing."""
        if self.state not in ENDED:
            self._terminated(reason=reason)

    @event("Terminated", topic="screening.screening.terminated")
    def _terminated(self, reason: str) -> None:  # kept in the event
        self.state = State.TERMINATED

    def withdraw(self, *, reason: str) -> None:
        """The applicant took the dossier back (撤回). After a decision it is only noted; a repeat changes nothing."""
        if self.state is State.WITHDRAWN or self.withdrawal_noted:
            return
        if self.state is State.RECOMMENDED or self.state in ENDED:
            self._withdrawal_noted(reason=reason)
        else:
            self._withdrawn(reason=reason)

    @event("Withdrawn", topic="screening.screening.withdrawn")
    def _withdrawn(self, reason: str) -> None:
        self.state = State.WITHDRAWN

    @event("WithdrawalNoted", topic="screening.screening.withdrawal-noted")
    def _withdrawal_noted(self, reason: str) -> None:
        self.withdrawal_noted = True
