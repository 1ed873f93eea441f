"""Dossier (申报材料): Annexes 1 and 2 with attachments, from draft over corrections to what became of it (S4.1)."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.domain import errors
from services.intake.domain.answering import InCorrection
from services.intake.domain.correction import Correction
from services.intake.domain.drafting import Drafted
from services.intake.domain.following import Followed
from services.intake.domain.rules import Check
from services.intake.domain.snapshot import Facts, Snapshot
from services.intake.domain.standing import Suspension
from services.intake.domain.states import CODES, CORRECTION_CODES, OPEN, State
from services.intake.domain.suspending import Suspended
from services.intake.domain.values import Lacking
from services.shared.aggregate import Aggregate, event
from services.shared.vocabulary import DocumentRef, Finding

__all__ = ["CODES", "CORRECTION_CODES", "OPEN", "Dossier", "Facts", "Snapshot", "State"]


class Dossier(Drafted, InCorrection, Suspended, Followed, Aggregate):
    """One consortium's dossier in one round. Its id is the case id, which follows it through every service."""

    TOPIC = "intake.dossier"

    @event("Opened", topic="intake.dossier.opened")
    def __init__(
        self,
        id: UUID,
        number: str,
        round_id: UUID,
        round_number: str,
        round_year: int,
        lead_uscc: str,
        prefecture: str,
        policy_edition: str,
    ) -> None:
        self.number = number
        self.round_id = round_id
        self.round_number = round_number
        self.round_year = round_year
        self.lead_uscc = lead_uscc
        self.prefecture = prefecture
        self.policy_edition = policy_edition
        self.state = State.DRAFT
        self.outcome = ""
        self.sections: dict[str, Any] = {}
        self.lacking: dict[str, Lacking | None] = {}
        self.attachments: dict[str, tuple[DocumentRef, ...]] = {}
        self.confirmed: frozenset[str] = frozenset()
        self.snapshots: tuple[Snapshot, ...] = ()
        self.declined: dict[str, str] = {}
        self.accepted_usccs: frozenset[str] = frozenset()
        self.correction: Correction | None = None
        self.removed: tuple[DocumentRef, ...] = ()
        self.taken_in = False
        self.recommended = False
        self.recused: frozenset[str] = frozenset()
        self.supersedes: UUID | None = None
        self.suspension: Suspension | None = None
        self.scans: dict[str, str] = {}
        self.pages: dict[str, int | None] = {}

    def __deepcopy__(self, _: dict[int, Any]) -> Dossier:
        """A copy for each command: what applies an event puts new values in place and alters none, so these are shared.

        The sections of forty member units are not copied at each load.
        """
        twin = copy(self)
        twin._pending_events = list(self.pending_events)
        return twin

    def submit(
        self,
        *,
        faults: tuple[Finding, ...],
        checks: tuple[Check, ...],
        document: DocumentRef,
        facts: Facts,
        at: datetime | None = None,
    ) -> None:
        """Hand the dossier in (报送) at this moment: freeze a numbered snapshot. Raises as `require_complete`."""
        self.require_draft()
        self.require_complete(faults=faults, checks=checks)
        self._submitted(snapshot=self._next_snapshot(checks, document, facts, at))

    @event("Submitted", topic="intake.dossier.submitted")
    def _submitted(self, snapshot: Snapshot) -> None:
        self.snapshots = (*self.snapshots, snapshot)
        self.state = State.SUBMITTED

    def recall(self, *, reason: str) -> None:
        """Take a submission back to work on it (撤回修改), before anybody has begun with it. The case goes on."""
        self._require(State.SUBMITTED)
        self.require_going_on()
        if self.taken_in or self.recommended or self.correction is not None:
            raise errors.already_begun()
        self._submission_recalled(reason=reason)

    @event("SubmissionRecalled", topic="intake.dossier.submission-recalled")
    def _submission_recalled(self, reason: str) -> None:
        self.state = State.DRAFT

    def withdraw(self, *, reason: str) -> None:
        """Take the dossier back for good (撤回)."""
        self._require(*OPEN)
        self._withdrawn(reason=reason, submitted=bool(self.snapshots))

    @event("Withdrawn", topic="intake.dossier.withdrawn")
    def _withdrawn(self, reason: str, submitted: bool) -> None:
        self.state = State.WITHDRAWN

    def terminate(self, *, document_no: str, reason: str) -> None:
        """End the case by no act of its applicant (终止办理): its round was called off."""
        self._require(*OPEN)
        self._terminated(document_no=document_no, reason=reason, submitted=bool(self.snapshots))

    @event("Terminated", topic="intake.dossier.terminated")
    def _terminated(self, document_no: str, reason: str, submitted: bool) -> None:
        self.state = State.TERMINATED
