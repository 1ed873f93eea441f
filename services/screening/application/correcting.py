"""Corrections (补正): everything that is missing, told once, and what comes of it (S4.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.screening.application.base import Base
from services.screening.application.counting import count_days, formal_check
from services.screening.domain import errors
from services.screening.domain.correction import Correction, Outcome
from services.screening.domain.screening import ABOVE, Screening
from services.screening.domain.states import State
from services.screening.domain.values import Defect, Facts, ServiceRecord
from services.shared.calendar import Deadline, calendar
from services.shared.kernel.clock import today
from services.shared.policy import Edition, edition


class CorrectsDossiers(Base):
    """How a dossier is corrected, or lapses."""

    def request_correction(
        self, case_id: UUID, *, items: tuple[Defect, ...], served: ServiceRecord, days: int | None = None
    ) -> Screening:
        """Tell everything that is missing, once; the days run from the day after the service (S4.1.2)."""
        screening = self.load(Screening, case_id)
        bound = edition(screening.policy_edition)
        round_no = screening.request_correction(most=bound["correction.max_rounds"])
        Correction.check_notice(items, served, opened_on=screening.opened_on, today=today(self.clock))
        correction = Correction(
            id=Correction.id_of(case_id, round_no),
            case_id=case_id,
            number=screening.number,
            lead_uscc=screening.lead_uscc,
            prefecture=screening.prefecture,
            policy_edition=screening.policy_edition,
            round_no=round_no,
            items=items,
            served=served,
            deadline=_correction_due(bound, served.served_on, days),
        )
        self.save(screening, correction)
        return screening

    def extend_correction(self, case_id: UUID, *, reason: str) -> Screening:
        """Give the lead unit the edition's further days, counted from the end of those it had (S4.1.2)."""
        screening = self.load(Screening, case_id)
        screening.require_correction()
        correction = self._correction_of(screening)
        bound = edition(screening.policy_edition)
        due = correction.deadline.local_due.date()
        deadline = count_days(bound, due, bound["correction.extension_days"], "correction", "correction.extension_days")
        correction.extend(reason=reason, deadline=deadline, most=bound["correction.extensions"], now=self.clock.now())
        self.save(screening, correction)
        return screening

    def recompute_correction_due(self, case_id: UUID) -> Screening:
        """Compute a provisional due moment again, once a newer calendar is known (the clock)."""
        screening = self.load(Screening, case_id)
        correction = self._correction_of(screening)
        correction.recompute(calendar())
        self.save(screening, correction)
        return screening

    def resubmit_case(self, case_id: UUID, *, facts: Facts) -> None:
        """Take note of a corrected dossier (S4.1.2). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is None:
            return
        beside = self._closing_correction(screening, Outcome.ANSWERED)
        screening.resubmit(facts=facts, formal_check=formal_check(edition(screening.policy_edition), today(self.clock)))
        self.save(screening, *(beside if screening.state is not State.PREF_CORRECTION else ()))

    def note_reopened(self, case_id: UUID) -> None:
        """Take note that the province goes on with a case that lapsed there; a repeat changes nothing.

        It stands as recommended, in its batch and with its place. S4.1.2, S4.2
        """
        self._revive(case_id, Screening.note_reopened)

    def take_lapse_back(self, case_id: UUID) -> None:
        """Take note that a case had not lapsed at the province after all; a repeat changes nothing. S4.1.2, S4.2"""
        self._revive(case_id, Screening.take_lapse_back)

    def _revive(self, case_id: UUID, note: Callable[[Screening], None]) -> None:
        screening = self.find(Screening, case_id)
        if screening is None or screening.lapsed_before != ABOVE:
            return
        note(screening)
        if screening.state is State.RECOMMENDED:
            beside = () if screening.withdrawal_noted else self._standing_again(screening)
            self.save(screening, *beside)

    def lapse_case(self, case_id: UUID, *, level: str) -> None:
        """Take note that a correction was not answered in time (S4.1.2). A repeat changes nothing.

        Nor does a lapse in time that stood still: intake did not know yet, and takes it back.
        """
        screening = self.find(Screening, case_id)
        if screening is None or self._lapsed_in_vain(screening):
            return
        beside = self._closing_correction(screening, Outcome.LAPSED)
        screening.lapse(level=level)
        self.save(screening, *beside, *self._leaving(screening, "lapsed"))

    def _lapsed_in_vain(self, screening: Screening) -> bool:
        if screening.state is not State.PREF_CORRECTION:
            return False
        since = screening.suspension.since if screening.suspension and screening.is_suspended else None
        return self._correction_of(screening).lapsed_in_vain(self.clock.now(), since)


def _correction_due(bound: Edition, served_on: date, days: int | None) -> Deadline:
    """Until when the lead unit answers: the edition's days, or the fewer that the officer sets for simple defects."""
    least, most = bound["correction.applicant_days_min"], bound["correction.applicant_days"]
    if days is not None and not least <= days <= most:
        raise errors.days_out_of_range(least, most)
    return count_days(bound, served_on, days or most, "correction", "correction.applicant_days")
