"""Opinions and refusals (初审意见、不予推荐), and cases that end on their own (S4.1.2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.screening.application.base import Base
from services.screening.application.counting import formal_check, time_to_serve
from services.screening.domain.correction import Outcome
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import ServiceRecord
from services.shared.calendar import Deadline, calendar
from services.shared.kernel.clock import today
from services.shared.policy import Edition, edition


class DecidesCases(Base):
    """What the prefecture thinks of a case."""

    def draft_opinion(
        self,
        case_id: UUID,
        *,
        recommends: bool,
        opinion: str,
        reasons: tuple[str, ...] = (),
        clauses: tuple[str, ...] = (),
    ) -> Screening:
        """Draft the screening opinion; a refusal gets the remedy paragraph of the edition (S4.1.2)."""
        screening = self.load(Screening, case_id)
        remedy = "" if recommends else _remedy(edition(screening.policy_edition))
        screening.draft_opinion(recommends=recommends, text=opinion, reasons=reasons, clauses=clauses, remedy=remedy)
        self.save(screening)
        return screening

    def sign_opinion(self, case_id: UUID) -> Screening:
        """Sign an opinion that recommends (S4.1.2)."""
        screening = self.load(Screening, case_id)
        screening.sign_opinion()
        self.save(screening)
        return screening

    def sign_not_recommended(self, case_id: UUID, *, document_no: str) -> Screening:
        """Decide not to recommend the case (S4.1.2)."""
        screening = self.load(Screening, case_id)
        service = time_to_serve(edition(screening.policy_edition), today(self.clock))
        screening.sign_not_recommended(document_no=document_no, service=service)
        self.save(screening)
        return screening

    def record_service(self, case_id: UUID, *, served: ServiceRecord) -> Screening:
        """Record that a refusal was served; the time to object runs from then (S4.1.2, invariant 5)."""
        screening = self.load(Screening, case_id)
        remedy = _time_to_object(edition(screening.policy_edition), served.served_on)
        screening.record_service(served, remedy=remedy, today=today(self.clock))
        self.save(screening)
        return screening

    def reopen_by_remedy(self, case_id: UUID, *, body: str, decision_no: str, to: State, reason: str) -> Screening:
        """Go on with a case whose refusal or lapse was set aside by a review or a judgment (S4.1.2)."""
        screening = self.load(Screening, case_id)
        deadline = formal_check(edition(screening.policy_edition), today(self.clock))
        screening.reopen_by_remedy(body=body, decision_no=decision_no, to=to, reason=reason, deadline=deadline)
        self.save(screening)
        return screening

    def withdraw_case(self, case_id: UUID, *, reason: str) -> None:
        """Take note that the applicant took the dossier back (S4.1.1). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is None:
            return
        beside = self._closing_correction(screening, Outcome.WITHDRAWN)
        screening.withdraw(reason=reason)
        self.save(screening, *beside, *self._leaving(screening, "withdrawn"))

    def terminate_case(self, case_id: UUID, *, reason: str) -> None:
        """Take note that the case ended by no act of its applicant (S4.0). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is None:
            return
        beside = self._closing_correction(screening, Outcome.TERMINATED)
        screening.terminate(reason=reason)
        self.save(screening, *beside, *self._leaving(screening, "terminated"))


def _time_to_object(bound: Edition, served_on: date) -> Deadline:
    """Until when a review of the decision can be asked for (行政复议)."""
    return Deadline.calendar_days_after(
        served_on,
        bound["remedy.limits"]["reconsideration_days"],
        kind="remedy",
        rule="remedy.limits",
        clause="S4.0",
        close_time="23:59",
        calendar=calendar() if bound["deadline.roll_forward"] else None,
    )


def _remedy(bound: Edition) -> str:
    """How to object to a decision of a prefecture."""
    text: str = bound["remedy.text"]
    return text.format(body=bound["remedy.body"]["prefecture"])
