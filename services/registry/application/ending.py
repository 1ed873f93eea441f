"""How a centre leaves the list without fault: exit, dissolution (S4.3, S3.2.1; ours). A merger is a change."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registry.application.base import Base, in_law, remedy_text
from services.registry.domain.centre import Centre
from services.registry.domain.leaving import ExitRequest
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import LISTED, Qualification
from services.shared.aggregate import acting_now
from services.shared.kernel.clock import today
from services.shared.policy import edition, edition_in_force


class EndsQualifications(Base):
    """Exit and dissolution, with what follows by the table of consequences."""

    def request_exit(self, case_id: UUID, *, reason: str, report: str) -> ExitRequest:
        """Ask to leave the list, with a final report (S4.3; ours)."""
        centre = self.load(Centre, case_id)
        require_state(centre.qualification, *LISTED)
        centre.check_not_clouded()
        request = ExitRequest(
            centre=centre.ref,
            reason=reason,
            report=self._frozen("final-report", text=report),
            requested_by=acting_now().actor,
            policy_edition=edition_in_force(today(self.clock)).id,
        )
        self.save(request)
        return request

    def approve_exit(self, exit_id: UUID, *, document_no: str, effective_on: date) -> ExitRequest:
        """Let a centre go: its plaque is recalled, no ban, its field is free (S4.3; ours)."""
        self._check_day(effective_on)
        request = self.load(ExitRequest, exit_id)
        centre = self.load(Centre, request.centre.case_id)
        with in_law(effective_on):
            request.approve(document_no=document_no)
            centre.leave(document_no=document_no, effective_on=effective_on)
            after = self._follows_the_end(
                centre,
                status=Qualification.EXITED,
                effective_on=effective_on,
                document_no=document_no,
                reason="voluntary_exit",
                rules=edition(request.policy_edition),
            )
            self.save(request, centre, *after)
        return request

    def refuse_exit(self, exit_id: UUID, *, document_no: str, **why: Any) -> ExitRequest:
        """Refuse to let a centre go, with reasons and clauses (S4.3; ours)."""
        request = self.load(ExitRequest, exit_id)
        request.refuse(remedy=remedy_text(edition(request.policy_edition)), document_no=document_no, **why)
        self.save(request)
        return request

    def dissolve(self, case_id: UUID, *, source: str, document_no: str, effective_on: date) -> Centre:
        """Note that the centre is no more as a legal person: the plaque is void, no ban (S3.2.1; ours)."""
        self._check_day(effective_on)
        centre = self.load(Centre, case_id)
        with in_law(effective_on):
            centre.dissolve(source=source, document_no=document_no, effective_on=effective_on)
            after = self._follows_the_end(
                centre,
                status=Qualification.DISSOLVED,
                effective_on=effective_on,
                document_no=document_no,
                reason="lawful_termination",
                rules=edition_in_force(today(self.clock)),
            )
            self.save(centre, *after)
        return centre
