"""Screening (州市初审): one dossier before its prefecture, from receipt to a recommendation or a refusal (S4.1.2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.screening.domain import errors, rules
from services.screening.domain.standing import Standing
from services.screening.domain.states import ENDED, MOVABLE, SCREENED, State
from services.screening.domain.values import Facts, Opinion, ServiceRecord
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.calendar import BEIJING, Deadline
from services.shared.vocabulary import Invalid, NotInThisState, Role

PREFECTURE = "prefecture"
"""The level before which a correction of ours runs out."""


class Screening(Standing, Aggregate):
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
        self.opinion, self.signed_by = None, ""

    def submit_again(self, *, facts: Facts) -> None:
        """Take a recalled dossier that was handed in again. A repeat changes nothing."""
        if self.state is State.DRAFT and facts.snapshot_number > self.facts.snapshot_number:
            self._submitted_again(facts=facts)

    @event("SubmittedAgain", topic="screening.screening.submitted-again")
    def _submitted_again(self, facts: Facts) -> None:
        self.facts = facts
        self.state = State.SUBMITTED

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
    def _correction_answered(self, facts: Facts, deadline: Deadline | None) -> None:  # for the deadlines
        self.facts = facts
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

    def draft_opinion(
        self, *, recommends: bool, text: str, reasons: tuple[str, ...], clauses: tuple[str, ...], remedy: str
    ) -> None:
        """Draft the opinion, in the place of an earlier one and of the signature under it.

        Raises Invalid for a refusal without reasons, clauses or remedy, and for clauses that the policy does not have.
        """
        self.require(*SCREENED)
        opinion = Opinion(recommends, text, reasons, clauses, remedy, drafted_by=acting_now().actor)
        if findings := (*rules.refusal_is_reasoned(opinion), *rules.clauses_exist(opinion)):
            raise Invalid(*findings)
        self._opinion_drafted(opinion=opinion)

    @event("OpinionDrafted", topic="screening.screening.opinion-drafted")
    def _opinion_drafted(self, opinion: Opinion) -> None:
        self.opinion = opinion
        self.signed_by = ""

    def sign_opinion(self) -> None:
        """Sign an opinion that recommends: the case is ready for a batch. Raises Denied for who drafted it."""
        opinion = self.opinion_to_sign()
        if not opinion.recommends:
            raise errors.opinion_not_positive()
        if self.signed_by:
            raise errors.opinion_already_signed()
        self._opinion_signed(signed_by=acting_now().actor)

    @event("OpinionSigned", topic="screening.screening.opinion-signed")
    def _opinion_signed(self, signed_by: str) -> None:
        self.signed_by = signed_by

    def sign_not_recommended(self, *, document_no: str, service: Deadline | None = None) -> None:
        """Decide not to recommend (不予推荐), under the number of the decision document, to be served by `service`.

        The draft holds reasons, clauses and remedy. Raises Denied for who drafted it, Invalid for an unofficial number.
        """
        self.require(State.PREF_SCREENING)
        self.check_refusal(document_no)
        self._not_recommended(document_no=document_no, signed_by=acting_now().actor, service=service)

    @event("NotRecommended", topic="screening.screening.not-recommended")
    def _not_recommended(  # the deadline for the deadlines
        self, document_no: str, signed_by: str, service: Deadline | None = None
    ) -> None:
        self.document_no = document_no
        self.signed_by = signed_by
        self.state = State.PREF_NOT_RECOMMENDED

    def record_service(self, served: ServiceRecord, *, remedy: Deadline, today: date) -> None:
        """Record that the refusal was served (送达), from which day the time to object runs. Once only."""
        self.require(State.PREF_NOT_RECOMMENDED)
        if self.served is not None:
            raise errors.served_already(self.served.served_on)
        if findings := tuple(rules.service_is_proved(served, not_before=self.opened_on, today=today)):
            raise Invalid(*findings)
        self._decision_served(served=served, remedy=remedy)

    @event("DecisionServed", topic="screening.screening.decision-served")
    def _decision_served(self, served: ServiceRecord, remedy: Deadline) -> None:  # for the deadlines
        self.served = served

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

    def reopen_by_remedy(self, *, body: str, decision_no: str, to: State, reason: str, deadline: Deadline) -> None:
        """Go on with a refused or lapsed case because a review or a judgment ordered the act redone (责令重作).

        `to` is the state that the decision names: the formal check, which gets its days anew, or the screening.
        """
        self.require(State.PREF_NOT_RECOMMENDED, State.LAPSED)
        if self.state is State.LAPSED and self.lapsed_before != PREFECTURE:
            raise errors.not_in(self.state, State.PREF_NOT_RECOMMENDED)
        if to not in (State.PREF_INTAKE, State.PREF_SCREENING):
            raise errors.not_in(to, State.PREF_INTAKE, State.PREF_SCREENING)
        again = deadline if to is State.PREF_INTAKE else None
        self._reopened_by_remedy(body=body, decision_no=decision_no, to=to, reason=reason, deadline=again)

    @event("ReopenedByRemedy", topic="screening.screening.reopened-by-remedy")
    def _reopened_by_remedy(  # body, number and reason are kept in the event, the deadline for the deadlines
        self, body: str, decision_no: str, to: State, reason: str, deadline: Deadline | None
    ) -> None:
        self.state = to
        self.opinion, self.signed_by, self.document_no = None, "", ""
        self.served = None

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

    @property
    def opened_on(self) -> date:
        """The local day on which the prefecture got the case; nothing of it was served before."""
        return self.created_on.astimezone(BEIJING).date()
