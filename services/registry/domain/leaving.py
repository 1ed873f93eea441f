"""Voluntary exit (自愿退出): REQUESTED → APPROVED or REFUSED (S4.3; ours)."""

from __future__ import annotations

from enum import StrEnum

from services.registry.domain import errors
from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import acting_now, event
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where a request to leave stands."""

    REQUESTED = "requested"  # 已申请
    APPROVED = "approved"  # 已同意
    REFUSED = "refused"  # 不予同意


class ExitRequest(Record):
    """A centre asks to leave the list; its final report (终结报告) comes with it."""

    TOPIC = "registry.exit-request"

    @event("ExitRequested", topic="registry.exit-request.requested")
    def __init__(
        self, centre: CentreRef, reason: str, report: DocumentRef, requested_by: str, policy_edition: str
    ) -> None:
        self.centre = centre
        self.reason = reason
        self.requested_by = requested_by
        self.policy_edition = policy_edition
        self.state = State.REQUESTED
        self.documents: tuple[DocumentRef, ...] = (report,)

    def approve(self, *, document_no: str) -> None:
        """Agree (同意退出). Raises Denied for whoever asked."""
        require_state(self.state, State.REQUESTED)
        if acting_now().actor == self.requested_by:
            raise errors.drafter_signs(self.requested_by)
        self._approved(document_no=document_no)

    @event("ExitApproved", topic="registry.exit-request.approved")
    def _approved(self, document_no: str) -> None:  # kept in the event
        self.state = State.APPROVED

    def refuse(self, *, reasons: tuple[str, ...], clauses: tuple[str, ...], remedy: str, document_no: str) -> None:
        """Do not agree (不予同意), with reasons, clauses and how to object."""
        require_state(self.state, State.REQUESTED)
        if not reasons:
            raise errors.reasons_missing()
        self._refused(reasons=reasons, clauses=clauses, remedy=remedy, document_no=document_no)

    @event("ExitRefused", topic="registry.exit-request.refused")
    def _refused(  # all kept in the event
        self, reasons: tuple[str, ...], clauses: tuple[str, ...], remedy: str, document_no: str
    ) -> None:
        self.state = State.REFUSED

    def reopen(self, *, document_no: str) -> None:
        """Be decided anew (重新作出决定): another body annulled the refusal. S4.0"""
        require_state(self.state, State.REFUSED)
        self._reopened(document_no=document_no)

    @event("ReopenedByRemedy", topic="registry.exit-request.reopened-by-remedy")
    def _reopened(self, document_no: str) -> None:  # kept in the event
        self.state = State.REQUESTED
