"""Losing a qualification (取消资格) and getting it back when the decision is annulled (S4.3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.domain import errors, plaque, qualification
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.national import Recommended
from services.registry.domain.plaque import HasPlaque, Plaque
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.supervision import Supervised, Supervision
from services.registry.domain.values import FAILED_ASSESSMENT, Grounds
from services.shared.aggregate import event
from services.shared.calendar import Deadline


class Revocable(Supervised, HasPlaque, Recommended):
    """The part of a centre that a revocation procedure moves."""

    def face_revocation(self, *, revocation_id: UUID, cause: str) -> None:
        """Be served the notice of rights, one procedure at a time; a failed assessment is proposed before."""
        require_state(self.qualification, *LISTED)
        if self.revocation_id is not None:
            raise errors.revocation_under_way()
        if self.supervision is not Supervision.REVOCATION_PROPOSED and cause != FAILED_ASSESSMENT:
            self.propose_revocation(cause=cause)
        if self.cause != cause:
            raise errors.other_cause(self.cause)
        self._revocation_opened(revocation_id=revocation_id)

    @event("RevocationOpened", topic="registry.centre.revocation-opened")
    def _revocation_opened(self, revocation_id: UUID) -> None:
        self.revocation_id = revocation_id

    def drop_revocation(self, *, assessment_due: Deadline | None = None) -> None:
        """Go on as before the proposal; after a failed assessment, as a centre in good order that is assessed again."""
        require_state(self.qualification, *LISTED)
        require_state(self.supervision, Supervision.REVOCATION_PROPOSED)
        failed = self.cause == FAILED_ASSESSMENT
        self._revocation_dropped(
            after=Supervision.NORMAL if failed else self.supervision_before,
            assessment_due=assessment_due if failed else None,
        )

    @event("RevocationDropped", topic="registry.centre.revocation-dropped")
    def _revocation_dropped(self, after: Supervision, assessment_due: Deadline | None = None) -> None:
        self.supervision = after
        self.assessment_due = assessment_due or self.assessment_due
        self.cause = ""
        self.revocation_id = None

    def revoke(
        self,
        grounds: Grounds,
        *,
        document_no: str,
        effective_on: date,
        banned_until: date | None,
        credit_record: bool = False,
    ) -> None:
        """Take the qualification away (取消资格): the plaque is recalled, the ban begins, the field is free. S4.3

        `credit_record`: whether its cause is for the credit record (信用记录) of the units.
        """
        require_move(qualification.MOVES, self.qualification, Qualification.REVOKED)
        require_state(self.supervision, Supervision.REVOCATION_PROPOSED)
        self.check_not_before_qualification(effective_on)
        self._revoked(
            grounds=grounds,
            document_no=document_no,
            effective_on=effective_on,
            banned_until=banned_until,
            credit_record=credit_record,
        )
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()
        self.close_recommendation(reason=grounds.cause)

    @event("Revoked", topic="registry.centre.revoked")
    def _revoked(
        self,
        grounds: Grounds,
        document_no: str,
        effective_on: date,
        banned_until: date | None,
        credit_record: bool = False,  # kept in the event
    ) -> None:
        self.qualification_before = self.qualification
        self.qualification = Qualification.REVOKED
        self.revoked_on = effective_on
        self.revoked_by = document_no
        self.banned_until = banned_until

    @event("BanStarted", topic="registry.centre.ban-started")
    def _ban_started(self, cause: str, banned_from: date, banned_until: date) -> None:
        """Recorded before a ban had a life of its own (`Ban`); old logs are read."""
        self.banned_until = banned_until

    def annul_revocation(
        self,
        *,
        document_no: str,
        body: str,
        effective_on: date,
        assessment_due: Deadline | None = None,
        cultivation_due: Deadline | None = None,
    ) -> None:
        """Restore what a revocation took, from its first day on, as another body decided (撤销取消决定).

        The proposal may be decided anew; the deadlines of a listed centre run again. Raises Invalid for another day
        than the one of the revocation.
        """
        require_state(self.qualification, Qualification.REVOKED)
        if effective_on != self.revoked_on:
            raise errors.not_from_the_beginning(self.revoked_on)
        self._revocation_annulled(
            document_no=document_no,
            body=body,
            effective_on=effective_on,
            restored=self.qualification_before,
            plaque_after=plaque.AFTER_ANNULMENT.get(self.plaque, self.plaque),
            assessment_due=assessment_due,
            cultivation_due=cultivation_due,
        )

    @event("RevocationAnnulled", topic="registry.centre.revocation-annulled")
    def _revocation_annulled(
        self,
        document_no: str,
        body: str,
        effective_on: date,
        restored: Qualification,
        plaque_after: Plaque,
        assessment_due: Deadline | None = None,
        cultivation_due: Deadline | None = None,  # for the deadlines
    ) -> None:
        self.assessment_due = assessment_due or self.assessment_due
        self.qualification = restored
        self.plaque = plaque_after
        self.banned_until = None
        self.revocation_id = None
