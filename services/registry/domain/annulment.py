"""An annulled result of an assessment (考核结果撤销): what rested on it falls, and it is due again (S4.3; ours)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registry.domain import errors
from services.registry.domain.moves import require_state
from services.registry.domain.national import National, Recommended, stands_against_recommendation
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.supervision import Supervised, Supervision
from services.registry.domain.values import FAILED_ASSESSMENT
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.policy import edition

OF_THE_RESULT = frozenset({Supervision.ASSESSING, Supervision.RECTIFYING, Supervision.REASSESSING})
"""Where a centre stands because of its latest assessment."""


class Annullable(Supervised, Recommended):
    """The part of a centre that an annulled result puts back."""

    def annul_assessment(
        self, *, assessment_id: UUID, document_no: str, body: str, effective_on: date, next_due: Deadline | None
    ) -> None:
        """Be as if the latest assessment had never been: in good order, with the grade of before, and due again.

        A recommendation that the grade of before does not bear is taken back. `next_due`: none while the centre is
        revoked. Raises NotInThisState for an assessment that is not the latest, or of a centre that has left the list.
        """
        require_state(self.qualification, *LISTED, Qualification.REVOKED)
        if assessment_id != self.assessment_id:
            raise errors.not_the_latest_assessment()
        self._assessment_annulled(
            assessment_id=assessment_id,
            grade=self.grade_before,
            document_no=document_no,
            body=body,
            effective_on=effective_on,
            next_due=next_due,
            **self._standing_without_it(),
        )
        against = stands_against_recommendation(
            self.qualification, self.supervision, self.grade, edition(self.policy_edition)
        )
        if self.national is National.RECOMMENDED and any(against):
            self.close_recommendation(reason="assessment_annulled")

    @event("AssessmentAnnulled", topic="registry.centre.assessment-annulled")
    def _assessment_annulled(
        self,
        assessment_id: UUID,
        grade: str,
        after: Supervision,
        before: Supervision,
        waiting: Supervision,
        cause: str,
        document_no: str,
        body: str,
        effective_on: date,
        next_due: Deadline | None,
    ) -> None:  # the body, the document and the day are kept in the event
        self.supervision = after
        self.supervision_before = before
        self.supervision_waiting = waiting
        self.revocation_id = self.revocation_id if cause else None
        self.cause = cause
        self.grade = grade
        self.rectified = 0
        self.assessment_id = None
        self.assessment_due = next_due

    def _standing_without_it(self) -> dict[str, Any]:
        """The supervision of now, before a proposal, and behind an investigation, without what the result brought."""
        failed = self.cause == FAILED_ASSESSMENT

        def without(standing: Supervision) -> Supervision:
            falls = standing in OF_THE_RESULT or (failed and standing is Supervision.REVOCATION_PROPOSED)
            return Supervision.NORMAL if falls else standing

        return {
            "after": without(self.supervision),
            "before": without(self.supervision_before),
            "waiting": without(self.supervision_waiting),
            "cause": "" if failed else self.cause,
        }
