"""Supervision (监督): normal, assessed, rectifying, rechecked, facing revocation, or under investigation (S4.3)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.domain import errors
from services.registry.domain.ground import Ground
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.qualification import LISTED
from services.registry.domain.scoring import FAILED
from services.registry.domain.values import FAILED_ASSESSMENT
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.policy import edition


class Supervision(StrEnum):
    """The region that assessments, rectifications and revocation procedures move."""

    NORMAL = "normal"  # 正常
    ASSESSING = "assessing"  # 考核评估中; also failed, until rectification is ordered
    RECTIFYING = "rectifying"  # 限期整改
    REASSESSING = "reassessing"  # 整改复核
    REVOCATION_PROPOSED = "revocation-proposed"  # 拟取消（已告知，听取陈述申辩）
    UNDER_INVESTIGATION = "under-investigation"  # 核查中; comes from any, and goes back there


CODES = {
    Supervision.NORMAL: "S0",
    Supervision.ASSESSING: "S1",
    Supervision.RECTIFYING: "S2",
    Supervision.REASSESSING: "S3",
    Supervision.REVOCATION_PROPOSED: "S4",
    Supervision.UNDER_INVESTIGATION: "S5",
}

_FROM_ANY = frozenset({Supervision.REVOCATION_PROPOSED, Supervision.UNDER_INVESTIGATION})

MOVES = {
    Supervision.NORMAL: _FROM_ANY | {Supervision.ASSESSING},
    Supervision.ASSESSING: _FROM_ANY | {Supervision.NORMAL, Supervision.RECTIFYING},
    Supervision.RECTIFYING: _FROM_ANY | {Supervision.REASSESSING},
    Supervision.REASSESSING: _FROM_ANY | {Supervision.NORMAL, Supervision.ASSESSING},
    # Dropping a revocation or closing an investigation restores what was; it is no move forward.
    Supervision.REVOCATION_PROPOSED: frozenset({Supervision.UNDER_INVESTIGATION}),
    Supervision.UNDER_INVESTIGATION: frozenset({Supervision.REVOCATION_PROPOSED}),
}

CLOUDED = frozenset({Supervision.REVOCATION_PROPOSED, Supervision.UNDER_INVESTIGATION})
"""While a centre stands so, it cannot leave or be taken in: nobody walks away from a revocation and its ban."""


class Supervised(Ground):
    """The part of a centre that is supervised."""

    def begin_assessment(self, *, assessment_id: UUID, year: int, today: date) -> None:
        """Come under assessment (考核评估). Raises Invalid when the centre has not run long enough. S4.3"""
        require_state(self.qualification, *LISTED)
        require_state(self.supervision, Supervision.NORMAL)
        least = edition(self.policy_edition)["assessment.min_running_months"]
        if (months := self._months_on_list(today)) < least:
            raise errors.running_too_briefly(months, least)
        self._assessment_begun(assessment_id=assessment_id, year=year)

    @event("AssessmentBegun", topic="registry.centre.assessment-begun")
    def _assessment_begun(self, assessment_id: UUID, year: int) -> None:  # the year is kept in the event
        self.supervision = Supervision.ASSESSING
        self.assessment_id = assessment_id
        self.assessment_due = None
        self.grade_before = self.grade
        self.grade = ""
        self.rectified = 0

    def bring_assessment_forward(self, *, due: Deadline) -> None:
        """Be assessed before the cycle is over (提前考核评估): a yearly summary never came. S4.3; ours"""
        require_state(self.qualification, *LISTED)
        require_state(self.supervision, Supervision.NORMAL)
        self._assessment_brought_forward(due=due)

    @event("AssessmentBroughtForward", topic="registry.centre.assessment-brought-forward")
    def _assessment_brought_forward(self, due: Deadline) -> None:
        self.assessment_due = due

    def conclude_assessment(self, *, grade: str, next_due: Deadline | None) -> None:
        """Take the final grade; a failed centre stays under assessment until what follows is ordered. S4.3"""
        require_state(self.supervision, Supervision.ASSESSING)
        after = Supervision.ASSESSING if grade == FAILED else Supervision.NORMAL
        self._assessment_concluded(grade=grade, after=after, next_due=next_due)

    @event("AssessmentConcluded", topic="registry.centre.assessment-concluded")
    def _assessment_concluded(self, grade: str, after: Supervision, next_due: Deadline | None) -> None:
        self.supervision = after
        self.assessment_due = next_due
        self.grade = grade

    def begin_rectification(self, *, rectification_id: UUID) -> None:
        """Rectify within a time limit (限期整改) after a failed assessment."""
        require_move(MOVES, self.supervision, Supervision.RECTIFYING)
        if self.grade != FAILED:
            raise errors.rectification_not_due()
        self._rectification_begun(rectification_id=rectification_id)

    @event("RectificationBegun", topic="registry.centre.rectification-begun")
    def _rectification_begun(self, rectification_id: UUID) -> None:  # kept in the event
        self.supervision = Supervision.RECTIFYING
        self.rectified += 1

    def begin_recheck(self) -> None:
        """Be rechecked (整改复核): the report is in, or its time is over. A repeat changes nothing."""
        if self.supervision is not Supervision.REASSESSING:
            require_move(MOVES, self.supervision, Supervision.REASSESSING)
            self._recheck_begun()

    @event("RecheckBegun", topic="registry.centre.recheck-begun")
    def _recheck_begun(self) -> None:
        self.supervision = Supervision.REASSESSING

    def conclude_recheck(self, *, grade: str, next_due: Deadline | None, most: int = 1) -> None:
        """Take the grade of the recheck: back to normal, or revocation is proposed. S4.3

        `most`: how often a centre may rectify; before the last time a failed one waits for the next order.
        """
        require_state(self.supervision, Supervision.REASSESSING)
        if grade == FAILED and self.rectified < most:
            self._assessment_concluded(grade=grade, after=Supervision.ASSESSING, next_due=None)
        elif grade == FAILED:
            self.propose_revocation(cause=FAILED_ASSESSMENT)
        else:
            self._assessment_concluded(grade=grade, after=Supervision.NORMAL, next_due=next_due)

    def propose_revocation(self, *, cause: str) -> None:
        """Propose to revoke the qualification (拟取消资格). S4.3"""
        require_state(self.qualification, *LISTED)
        require_move(MOVES, self.supervision, Supervision.REVOCATION_PROPOSED)
        self._revocation_proposed(cause=cause)

    @event("RevocationProposed", topic="registry.centre.revocation-proposed")
    def _revocation_proposed(self, cause: str) -> None:
        self.cause = cause
        self.supervision_before = self.supervision
        self.supervision = Supervision.REVOCATION_PROPOSED

    def open_investigation(self, *, reason: str) -> None:
        """Be looked into (核查), whatever else is under way; what was waits until it is over. S4.3; ours"""
        require_state(self.qualification, *LISTED)
        require_move(MOVES, self.supervision, Supervision.UNDER_INVESTIGATION)
        self._investigation_opened(reason=reason)

    @event("InvestigationOpened", topic="registry.centre.investigation-opened")
    def _investigation_opened(self, reason: str) -> None:  # kept in the event
        self.supervision_waiting = self.supervision
        self.supervision = Supervision.UNDER_INVESTIGATION

    def close_investigation(self, *, finding: str) -> None:
        """Go on where the investigation began (核查结束); what it found may be proposed as a cause. S4.3; ours"""
        require_state(self.supervision, Supervision.UNDER_INVESTIGATION)
        self._investigation_closed(finding=finding, after=self.supervision_waiting)

    @event("InvestigationClosed", topic="registry.centre.investigation-closed")
    def _investigation_closed(self, finding: str, after: Supervision) -> None:  # `finding` is kept in the event
        self.supervision = after

    def _months_on_list(self, today: date) -> int:
        since = self.listed_since or self.listed.effective_on
        return (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
