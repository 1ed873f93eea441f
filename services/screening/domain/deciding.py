"""Opinion, refusal, service, and what a review sets aside (初审意见、不予推荐、送达、责令重作) (S4.1.2)."""

from __future__ import annotations

from datetime import date

from services.screening.domain import errors, rules
from services.screening.domain.standing import Standing
from services.screening.domain.states import SCREENED, State
from services.screening.domain.values import Opinion, ServiceRecord
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.vocabulary import Invalid

PREFECTURE = "prefecture"
"""The level before which a correction of ours runs out."""


class Decided(Standing):
    """The part of a screening in which the prefecture says what it thinks of the case."""

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
    def _reopened_by_remedy(  # body, number and reason are kept in the event
        self, body: str, decision_no: str, to: State, reason: str, deadline: Deadline | None
    ) -> None:
        self.state = to
        self.formal_check, self.suspension = deadline, None
        self.opinion, self.signed_by, self.document_no = None, "", ""
        self.served = None
