"""Upgrade from cultivation to designation (培育转认定): REQUESTED → CLEARED → DONE, or FAILED (S4.2; path ours).

The edition in force when it is requested judges it to its end. The review is a case of its own, filed with origin
`upgrade`; when its public notice closes clear, the upgrade is cleared; when that case ends otherwise, it has failed.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.domain import errors
from services.registry.domain.listing import check_not_before
from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import event
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where an upgrade stands."""

    REQUESTED = "requested"  # 已申请，评定中
    CLEARED = "cleared"  # 公示无异议，待发文
    DONE = "done"  # 已转认定
    FAILED = "failed"  # 未通过
    CEASED = "ceased"  # 终止: the centre is no longer listed


class UpgradeRequest(Record):
    """A centre in cultivation asks to be designated."""

    TOPIC = "registry.upgrade-request"

    @event("UpgradeRequested", topic="registry.upgrade-request.requested")
    def __init__(
        self,
        centre: CentreRef,
        centre_name: str,
        centre_uscc: str,
        requested_on: date,
        materials: DocumentRef,
        policy_edition: str,
    ) -> None:
        self.centre = centre
        self.centre_name = centre_name
        self.centre_uscc = centre_uscc
        self.requested_on = requested_on
        self.policy_edition = policy_edition
        self.state = State.REQUESTED
        self.review_case_id: UUID | None = None
        self.notice_no = ""
        self.cleared_on: date | None = None
        self.source = ""
        self.documents: tuple[DocumentRef, ...] = (materials,)

    def clear(self, *, review_case_id: UUID, notice_no: str, cleared_on: date | None = None) -> None:
        """Note that the public notice of its case closed clear (公示无异议). A repeat does nothing. S4.2"""
        if self.state is State.REQUESTED:
            self._cleared(review_case_id=review_case_id, notice_no=notice_no, cleared_on=cleared_on)

    @event("UpgradeCleared", topic="registry.upgrade-request.cleared")
    def _cleared(self, review_case_id: UUID, notice_no: str, cleared_on: date | None = None) -> None:
        self.cleared_on = cleared_on
        self.review_case_id = review_case_id
        self.notice_no = notice_no
        self.state = State.CLEARED

    def finish(self, *, document_no: str, effective_on: date, document_on: date | None = None) -> None:
        """Note that the centre is designated (已转认定). Raises NotInThisState before a clear notice. S4.2

        Raises Invalid for a day before that notice closed, or before the document.
        """
        if self.state is State.REQUESTED:
            raise errors.not_cleared()
        require_state(self.state, State.CLEARED)
        check_not_before(effective_on, self.cleared_on, document_on)
        self._finished(document_no=document_no)

    @event("UpgradeFinished", topic="registry.upgrade-request.finished")
    def _finished(self, document_no: str) -> None:  # kept in the event
        self.state = State.DONE

    def fail(
        self,
        *,
        reasons: tuple[str, ...],
        clauses: tuple[str, ...],
        remedy: str,
        document_no: str,
        source: str = "",
        review_case_id: UUID | None = None,
    ) -> None:
        """Do not upgrade (未通过), with reasons, clauses and how to object; cultivation goes on. S4.2

        `source`: what ended the case of the upgrade, by its message; empty when the department decides here.
        """
        require_state(self.state, State.REQUESTED, State.CLEARED)
        if not reasons:
            raise errors.reasons_missing()
        self._failed(
            reasons=reasons,
            clauses=clauses,
            remedy=remedy,
            document_no=document_no,
            source=source,
            review_case_id=review_case_id,
        )

    @event("UpgradeFailed", topic="registry.upgrade-request.failed")
    def _failed(  # the rest is kept in the event
        self,
        reasons: tuple[str, ...],
        clauses: tuple[str, ...],
        remedy: str,
        document_no: str,
        source: str = "",
        review_case_id: UUID | None = None,
    ) -> None:
        self.source = source
        self.review_case_id = review_case_id or self.review_case_id
        self.state = State.FAILED

    def cease(self) -> None:
        """Let it fall (终止办理): the centre is no longer listed."""
        require_state(self.state, State.REQUESTED, State.CLEARED)
        self._ceased()

    @event("Ceased", topic="registry.upgrade-request.ceased")
    def _ceased(self) -> None:
        self.state = State.CEASED

    def reopen(self, *, document_no: str) -> None:
        """Be decided anew (重新作出决定): another body annulled the refusal. S4.0"""
        require_state(self.state, State.FAILED)
        self._reopened(document_no=document_no)

    @event("ReopenedByRemedy", topic="registry.upgrade-request.reopened-by-remedy")
    def _reopened(self, document_no: str) -> None:  # kept in the event
        self.state = State.CLEARED if self.notice_no else State.REQUESTED
