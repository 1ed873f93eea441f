"""Objection (公示异议): lodged in writing during a notice, admitted or not, looked into, concluded, answered (S4.2).

A stream of its own, for those who handle it. Who objects is in the vault under `pii_ref`, and nowhere else: neither the
case's stream nor `substance` names the person.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.review.domain import admissibility, errors
from services.review.domain.objection_states import SETTLED, Against, Conclusion, Result, State
from services.review.domain.standing import refuse
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.policy import Edition
from services.shared.vocabulary import DocumentRef


class Objection(Aggregate):
    """One objection to one case on a notice. `people` are those who handle it."""

    TOPIC = "review.objection"

    @event("Lodged", topic="review.objection.lodged")
    def __init__(
        self,
        id: UUID,
        policy_edition: str,
        against: Against,
        channel: str,
        real_name: bool,
        pii_ref: str,
        substance: str,
        received_on: date,
        late: bool,
        receipt_code: str,
        by: str,
        seal_missing: bool = False,
        receipt: str = "",
        case_is_listed: bool = False,
    ) -> None:
        self.policy_edition = policy_edition
        self.against = against
        self.channel = channel
        self.real_name = real_name
        self.pii_ref = pii_ref
        self.substance = substance
        self.received_on = received_on
        self.late = late
        self.seal_missing = seal_missing
        self.receipt = receipt
        self.case_is_listed = case_is_listed
        self.receipt_code = receipt_code
        self.people: tuple[str, ...] = (by,)
        self.evidence: tuple[DocumentRef, ...] = ()
        self.ground = ""
        self.transferred_to = ""
        self.question = ""
        self.response = ""
        self.conclusion: Conclusion | None = None
        self.reply_text = ""
        self.state = State.LODGED

    def assign(self, officer: str) -> None:
        """Have another officer handle it too. A repeat changes nothing. S4.2"""
        if officer not in self.people:
            self._assigned(officer=officer)

    @event("Assigned", topic="review.objection.assigned")
    def _assigned(self, officer: str) -> None:
        self.people = (*self.people, officer)

    def attach_evidence(self, document: DocumentRef) -> None:
        """Add a piece of evidence (证据), until there is a conclusion. The same one twice changes nothing. S4.2"""
        self._require(State.LODGED, State.ADMITTED, State.INVESTIGATING, State.RESPONSE_SOUGHT)
        if document not in self.evidence:
            self._evidence_attached(document=document)

    @event("EvidenceAttached", topic="review.objection.evidence-attached")
    def _evidence_attached(self, document: DocumentRef) -> None:
        self.evidence = (*self.evidence, document)

    def admit(self, edition: Edition) -> None:
        """Admit it (受理). Raises Invalid with every ground against: anonymous, late, without seal or evidence. S4.2"""
        self._require(State.LODGED)
        refuse(admissibility.nothing_speaks_against(self._letter, edition))
        self._admitted()

    @event("Admitted", topic="review.objection.admitted")
    def _admitted(self) -> None:
        self.state = State.ADMITTED

    def not_admit(self, *, ground: str, explanation: str) -> None:
        """Turn it away (不予受理). Raises Invalid for a ground that is not so. S4.2"""
        self._require(State.LODGED)
        refuse(admissibility.ground_is_true(ground, self._letter))
        self._not_admitted(ground=ground, explanation=explanation)

    @event("NotAdmitted", topic="review.objection.not-admitted")
    def _not_admitted(self, ground: str, explanation: str) -> None:
        self.ground = ground
        self.state = State.NOT_ADMITTED

    def turn_into_complaint(self) -> None:
        """What came after the end of the notice is handled as a complaint (转举报); it holds no case. S4.2

        So is what came in time and was registered when the centre was on the list already.
        """
        self._require(State.LODGED)
        if not (self.late or self.case_is_listed):
            raise errors.objection_in_time()
        self._turned_into_complaint()

    @event("TurnedIntoComplaint", topic="review.objection.turned-into-complaint")
    def _turned_into_complaint(self) -> None:
        self.ground = admissibility.LATE if self.late else admissibility.LISTED
        self.state = State.LATE_TO_COMPLAINT

    def transfer(self, *, to: str) -> None:
        """Pass what was not admitted on (移送), for instance to the discipline committee. S4.2"""
        self._require(State.NOT_ADMITTED, State.LATE_TO_COMPLAINT)
        self._transferred(to=to)

    @event("Transferred", topic="review.objection.transferred")
    def _transferred(self, to: str) -> None:
        self.transferred_to = to
        self.state = State.TRANSFERRED

    def investigate(self) -> None:
        """Begin to look into it (核查). S4.2"""
        self._require(State.ADMITTED)
        self._investigation_begun()

    @event("InvestigationBegun", topic="review.objection.investigation-begun")
    def _investigation_begun(self) -> None:
        self.state = State.INVESTIGATING

    def seek_response(self, *, question: str) -> None:
        """Ask the party objected to (听取意见): it is shown `question`, never who objects. S4.2"""
        self._require(State.INVESTIGATING)
        self._response_sought(question=question)

    @event("ResponseSought", topic="review.objection.response-sought")
    def _response_sought(self, question: str) -> None:
        self.question = question
        self.state = State.RESPONSE_SOUGHT

    def respond(self, *, text: str) -> None:
        """The party objected to answers. S4.2"""
        self._require(State.RESPONSE_SOUGHT)
        self._response_given(text=text)

    @event("ResponseGiven", topic="review.objection.response-given")
    def _response_given(self, text: str) -> None:
        self.response = text
        self.state = State.INVESTIGATING

    def draft_conclusion(
        self, *, result: Result, findings: str, reasons: tuple[str, ...], clauses: tuple[str, ...]
    ) -> None:
        """Draft the conclusion; a newer draft takes the place of an older one. S4.2

        Raises NotInThisState for a finding against a party that was not asked.
        """
        self._require(State.INVESTIGATING, State.RESPONSE_SOUGHT)
        if result is not Result.NOT_SUSTAINED and not self.question:
            raise errors.respondent_not_heard()
        self._conclusion_drafted(draft=Conclusion(result, findings, reasons, clauses, acting_now().actor))

    @event("ConclusionDrafted", topic="review.objection.conclusion-drafted")
    def _conclusion_drafted(self, draft: Conclusion) -> None:
        self.conclusion = draft

    def conclude(self, *results: Result) -> Conclusion:
        """Sign the drafted conclusion, one of `results`. Raises Denied for the drafter. S4.2"""
        self._require(State.INVESTIGATING, State.RESPONSE_SOUGHT)
        if self.conclusion is None or self.conclusion.result not in results:
            raise errors.no_such_conclusion(*results)
        if self.conclusion.drafted_by == acting_now().actor:
            raise errors.drafter_may_not_sign()
        self._concluded(conclusion=self.conclusion)
        return self.conclusion

    @event("Concluded", topic="review.objection.concluded")
    def _concluded(self, conclusion: Conclusion) -> None:
        self.conclusion = conclusion
        self.state = State.CONCLUDED

    def refer(self) -> None:
        """Pass a sustained one on to the registry (移交名录管理): the centre was listed before its conclusion. S4.2"""
        self._require(State.CONCLUDED)
        self._referred()

    @event("Referred", topic="review.objection.referred")
    def _referred(self) -> None:
        self.case_is_listed = True

    def withdraw(self, *, reason: str) -> None:
        """The objector takes it back. S4.2"""
        self._require(State.LODGED, State.ADMITTED, State.INVESTIGATING, State.RESPONSE_SOUGHT)
        self._withdrawn(reason=reason)

    @event("Withdrawn", topic="review.objection.withdrawn")
    def _withdrawn(self, reason: str) -> None:
        self.state = State.WITHDRAWN

    def reply(self, *, text: str) -> None:
        """Answer the objector (答复), who finds it under the receipt code. S4.2"""
        self._require(State.CONCLUDED, State.NOT_ADMITTED, State.LATE_TO_COMPLAINT, State.TRANSFERRED)
        self._replied(text=text)

    @event("Replied", topic="review.objection.replied")
    def _replied(self, text: str) -> None:
        self.reply_text = text
        self.state = State.REPLIED

    @property
    def lead_uscc(self) -> str:
        """The party objected to, as the one who may know of it: nobody before it is asked."""
        return self.against.lead_uscc if self.question else ""

    @property
    def is_open(self) -> bool:
        """Whether it is not settled yet."""
        return self.state not in SETTLED

    @property
    def _letter(self) -> admissibility.Letter:
        return admissibility.Letter(
            self.real_name, self.late, bool(self.evidence), self.seal_missing, self.case_is_listed
        )

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)
