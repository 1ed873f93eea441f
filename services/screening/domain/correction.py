"""Correction (补正): the one notice that tells a lead unit everything that is missing, and what comes of it (S4.1.2).

The days run from the service of the notice. Intake takes the answer and its clock lets the case lapse; what it says is
recorded here.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from services.screening.domain import errors, rules
from services.screening.domain.values import Defect, ServiceRecord
from services.shared.aggregate import Aggregate, event
from services.shared.calendar import Calendar, Deadline
from services.shared.vocabulary import Invalid


class Outcome(StrEnum):
    """What came of a correction; empty while it runs."""

    ANSWERED = "answered"  # 已补正
    LAPSED = "lapsed"  # 逾期未补正
    WITHDRAWN = "withdrawn"  # 撤回
    TERMINATED = "terminated"  # 终止办理


class Correction(Aggregate):
    """One round of correction of one case; its id follows from the case and the round."""

    TOPIC = "screening.correction"

    @event("Requested", topic="screening.correction.requested")
    def __init__(
        self,
        id: UUID,
        case_id: UUID,
        number: str,
        lead_uscc: str,
        prefecture: str,
        policy_edition: str,
        round_no: int,
        items: tuple[Defect, ...],
        served: ServiceRecord,
        deadline: Deadline,
    ) -> None:
        self.case_id = case_id
        self.number = number
        self.lead_uscc = lead_uscc
        self.prefecture = prefecture
        self.policy_edition = policy_edition
        self.round_no = round_no
        self.items = items
        self.served = served
        self.deadline = deadline
        self.extensions = 0
        self.moved = False
        self.outcome = ""

    @staticmethod
    def id_of(case_id: UUID, round_no: int) -> UUID:
        """The id of this round of correction of a case."""
        return uuid5(case_id, f"correction-{round_no}")

    @staticmethod
    def check_notice(items: tuple[Defect, ...], served: ServiceRecord, *, opened_on: date, today: date) -> None:
        """Raises Invalid with everything that is wrong with the notice to be served."""
        findings = (
            *rules.defects_can_be_found(items),
            *rules.service_is_proved(served, not_before=opened_on, today=today),
        )
        if findings:
            raise Invalid(*findings)

    def extend(self, *, reason: str, deadline: Deadline, most: int, now: datetime) -> None:
        """Give the lead unit more time (延期), as often as the edition allows and before the time is up."""
        self._require_running()
        if self.extensions >= most:
            raise errors.extended_already(most)
        self.require_in_time(now)
        self._extended(case_id=self.case_id, deadline=deadline, reason=reason)

    @event("Extended", topic="screening.correction.extended")
    def _extended(self, case_id: UUID, deadline: Deadline, reason: str) -> None:  # for the deadlines, the record
        self.deadline = deadline
        self.extensions += 1

    def require_in_time(self, now: datetime) -> None:
        """Raises NotInThisState when the correction is over, or its time is up."""
        self._require_running()
        if not self.deadline.is_met(now):
            raise errors.correction_is_over()

    def resume(self, *, deadline: Deadline) -> None:
        """Go on with the days that were left when the case was suspended (恢复计算期限)."""
        self._require_running()
        self._resumed(case_id=self.case_id, deadline=deadline)

    @event("Resumed", topic="screening.correction.resumed")
    def _resumed(self, case_id: UUID, deadline: Deadline) -> None:  # for the deadlines
        self.deadline = deadline
        self.moved = True

    def lapsed_in_vain(self, now: datetime, stood_still_since: datetime | None) -> bool:
        """Whether a lapse that is heard of now fell into time that did not run: intake takes it back by itself."""
        if stood_still_since is not None:
            return self.deadline.is_met(stood_still_since)
        return self.moved and self.deadline.is_met(now)

    def recompute(self, calendar: Calendar) -> None:
        """Compute the due moment again by a newer calendar. Raises NotInThisState when there is none."""
        self._require_running()
        if calendar.version == self.deadline.calendar_version:
            raise errors.calendar_unchanged(calendar.version)
        self._due_recomputed(case_id=self.case_id, deadline=self.deadline.recomputed(calendar))

    @event("DueRecomputed", topic="screening.correction.due-recomputed")
    def _due_recomputed(self, case_id: UUID, deadline: Deadline) -> None:  # for the deadlines
        self.deadline = deadline

    def close(self, outcome: Outcome) -> None:
        """Record what came of it. A repeat changes nothing."""
        if not self.outcome:
            self._closed(case_id=self.case_id, outcome=outcome)

    @event("Closed", topic="screening.correction.closed")
    def _closed(self, case_id: UUID, outcome: str) -> None:  # for the deadlines
        self.outcome = outcome

    def _require_running(self) -> None:
        if self.outcome:
            raise errors.correction_is_over()
