"""Dossier (申报材料): Annexes 1 and 2 with attachments, from draft over corrections to what became of it (S4.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.intake.domain import errors
from services.intake.domain.correction import PREFECTURE, PROVINCE, Correction
from services.intake.domain.rules import Check, Severity
from services.intake.domain.snapshot import Facts, Snapshot
from services.intake.domain.values import ATTACHMENT_KINDS, Content, said_of
from services.shared.aggregate import Aggregate, event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef, Finding, is_uscc

__all__ = ["CODES", "CORRECTION_CODES", "Dossier", "Facts", "Snapshot", "State"]


class State(StrEnum):
    """Where a dossier stands; the codes of the process are in `CODES`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CORRECTING = "correcting"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"
    CONCLUDED = "concluded"


CODES = {
    State.DRAFT: "A00",
    State.SUBMITTED: "A05",
    State.WITHDRAWN: "A90",
    State.LAPSED: "A91",
    State.TERMINATED: "A92",
}
CORRECTION_CODES = {PREFECTURE: "A12", PROVINCE: "A27"}
"""The code of `CORRECTING` by the level that asks."""

OPEN = (State.DRAFT, State.SUBMITTED, State.CORRECTING)
"""States from which a dossier goes on."""


class Dossier(Aggregate):
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
        self.attachments: dict[str, tuple[DocumentRef, ...]] = {}
        self.confirmed: frozenset[str] = frozenset()
        self.snapshots: tuple[Snapshot, ...] = ()
        self.declined: dict[str, str] = {}
        self.accepted_usccs: frozenset[str] = frozenset()
        self.correction: Correction | None = None
        self.recommended = False
        self.supersedes: UUID | None = None

    def supersede(self, earlier: Dossier) -> None:
        """Take the place of an earlier dossier of the same lead unit that is over (再次申报). Raises Invalid."""
        self._require(State.DRAFT)
        if earlier.lead_uscc != self.lead_uscc or earlier.id == self.id:
            raise errors.earlier_of_another()
        if earlier.state in OPEN:
            raise errors.earlier_still_open(earlier.number)
        if self.supersedes != earlier.id:
            self._superseding(earlier_id=earlier.id, earlier_number=earlier.number)

    @event("Superseding", topic="intake.dossier.superseding")
    def _superseding(self, earlier_id: UUID, earlier_number: str) -> None:
        self.supersedes = earlier_id

    def copy(self, earlier: Dossier, sections: dict[str, Any]) -> None:
        """Take over an earlier dossier's sections (personal data under references of this one) and attachments.

        Raises as `require_copyable`.
        """
        self.require_copyable(earlier)
        for name, content in sections.items():
            self.save_section(section=name, content=content)
        for kind, documents in earlier.attachments.items():
            for document in documents:
                self.attach(kind=kind, document=document)

    def save_section(self, *, section: str, content: Any) -> None:
        """Keep one section of the forms (personal data already replaced by references). S4.1.1

        A unit whose row or table 3 becomes another must answer again (S4.1.0).
        """
        self.require_editable()
        after = {**self.sections, section: content}
        answered = self.confirmed | self.declined.keys()
        lapsed = tuple(sorted(unit for unit in answered if said_of(unit, after) != said_of(unit, self.sections)))
        self._section_saved(section=section, content=content, lapsed=lapsed)

    @event("SectionSaved", topic="intake.dossier.section-saved")
    def _section_saved(self, section: str, content: Any, lapsed: tuple[str, ...]) -> None:
        self.sections = {**self.sections, section: content}
        self.confirmed = self.confirmed - set(lapsed)
        self.declined = {uscc: reason for uscc, reason in self.declined.items() if uscc not in lapsed}

    def attach(self, *, kind: str, document: DocumentRef) -> None:
        """Add a supporting document (证明材料) of a kind. The same bytes of one kind twice change nothing."""
        self.require_place_for(kind)
        if document not in self.attachments.get(kind, ()):
            self._attachment_added(kind=kind, document=document)

    @event("AttachmentAdded", topic="intake.dossier.attachment-added")
    def _attachment_added(self, kind: str, document: DocumentRef) -> None:
        self.attachments = {**self.attachments, kind: (*self.attachments.get(kind, ()), document)}

    def confirm_membership(self, *, uscc: str) -> None:
        """A member unit confirms its own row and table 3. Raises Denied for a unit that is not listed. S4.1.0"""
        self._require_member(uscc)
        if uscc not in self.confirmed:
            self._member_confirmed(uscc=uscc)

    @event("MemberConfirmed", topic="intake.dossier.member-confirmed")
    def _member_confirmed(self, uscc: str) -> None:
        self.confirmed = self.confirmed | {uscc}
        self.declined = {unit: reason for unit, reason in self.declined.items() if unit != uscc}

    def decline_membership(self, *, uscc: str, reason: str) -> None:
        """A member unit says that its row or table 3 is not right, or that it is no member. Raises as to confirm."""
        self._require_member(uscc)
        if self.declined.get(uscc) != reason:
            self._member_declined(uscc=uscc, reason=reason)

    @event("MemberDeclined", topic="intake.dossier.member-declined")
    def _member_declined(self, uscc: str, reason: str) -> None:
        self.confirmed = self.confirmed - {uscc}
        self.declined = {**self.declined, uscc: reason}

    def accept_uscc(self, *, uscc: str, licence: str, reason: str) -> None:
        """An officer accepts a code whose check character is wrong, having seen the licence (check K23).

        `licence` is the digest of a document attached to this dossier. Raises Invalid.
        """
        self.require_editable()
        if is_uscc(uscc):
            raise errors.uscc_is_right(uscc)
        if not any(document.sha256 == licence for document in self.attachments.get("business_licence", ())):
            raise errors.licence_not_attached()
        if uscc not in self.accepted_usccs:
            self._uscc_accepted(uscc=uscc, licence=licence, reason=reason)

    @event("UsccAccepted", topic="intake.dossier.uscc-accepted")
    def _uscc_accepted(self, uscc: str, licence: str, reason: str) -> None:
        self.accepted_usccs = self.accepted_usccs | {uscc}

    def submit(
        self, *, faults: tuple[Finding, ...], checks: tuple[Check, ...], document: DocumentRef, facts: Facts
    ) -> None:
        """Hand the dossier in (报送): freeze a numbered snapshot. Raises as `require_complete`."""
        self.require_draft()
        self.require_complete(faults=faults, checks=checks)
        self._submitted(snapshot=self._next_snapshot(checks, document, facts))

    @event("Submitted", topic="intake.dossier.submitted")
    def _submitted(self, snapshot: Snapshot) -> None:
        self.snapshots = (*self.snapshots, snapshot)
        self.state = State.SUBMITTED

    def recall(self, *, reason: str) -> None:
        """Take a submission back to work on it (撤回修改), before anybody has begun with it. The case goes on."""
        self._require(State.SUBMITTED)
        if self.recommended or self.correction is not None:
            raise errors.already_begun()
        self._submission_recalled(reason=reason)

    @event("SubmissionRecalled", topic="intake.dossier.submission-recalled")
    def _submission_recalled(self, reason: str) -> None:
        self.state = State.DRAFT

    def ask_for_correction(self, correction: Correction) -> None:
        """Open the dossier for an answer to a level's notice (补正). S4.1.2

        The same notice again changes nothing, unless it brings another deadline. A dossier that is not with anybody
        (withdrawn, lapsed, concluded) takes no notice.
        """
        if self.state is State.SUBMITTED and not (self.correction and self.correction.is_same_as(correction)):
            self._correction_requested(correction=correction)
        elif (
            self.state is State.CORRECTING
            and self.correction
            and self.correction.is_same_as(correction)
            and correction.deadline.due != self.correction.deadline.due
        ):
            self._correction_deadline_moved(deadline=correction.deadline, explanation=correction.explanation)

    @event("CorrectionRequested", topic="intake.dossier.correction-requested")
    def _correction_requested(self, correction: Correction) -> None:
        self.correction = correction
        self.state = State.CORRECTING

    def recompute_deadline(self, deadline: Deadline) -> None:
        """Move the deadline to where a newer calendar puts it. The same day and certainty change nothing."""
        self._require(State.CORRECTING)
        assert self.correction is not None  # noqa: S101  # for the type checker: CORRECTING has a correction
        known = self.correction.deadline
        if (deadline.due, deadline.provisional) != (known.due, known.provisional):
            self._correction_deadline_moved(deadline=deadline, explanation=deadline.explain()[0])

    @event("CorrectionDeadlineMoved", topic="intake.dossier.correction-deadline-moved")
    def _correction_deadline_moved(self, deadline: Deadline, explanation: str) -> None:
        if self.correction is not None:
            self.correction = replace(self.correction, deadline=deadline, explanation=explanation)

    def resubmit(
        self,
        *,
        at: datetime,
        faults: tuple[Finding, ...],
        checks: tuple[Check, ...],
        document: DocumentRef,
        facts: Facts,
    ) -> None:
        """Answer the correction with the next snapshot. Raises as `require_answerable` and `require_complete`."""
        correction = self.require_answerable(at)
        self.require_complete(faults=faults, checks=checks)
        snapshot = self._next_snapshot(checks, document, facts)
        self._resubmitted(snapshot=snapshot, level=correction.level, round_no=correction.round_no)

    @event("Resubmitted", topic="intake.dossier.resubmitted")
    def _resubmitted(self, snapshot: Snapshot, level: str, round_no: int) -> None:
        self.snapshots = (*self.snapshots, snapshot)
        self.state = State.SUBMITTED

    def lapse(self, *, at: datetime) -> None:
        """Count the case as given up (视为放弃): the answer did not come in time. Raises while it still may."""
        self._require(State.CORRECTING)
        assert self.correction is not None  # noqa: S101  # for the type checker: CORRECTING has a correction
        if self.correction.deadline.is_met(at):
            raise errors.still_in_time(self.correction.deadline.explain())
        self._lapsed(level=self.correction.level)

    @event("Lapsed", topic="intake.dossier.lapsed")
    def _lapsed(self, level: str) -> None:
        self.state = State.LAPSED

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

    def note_recommended(self, *, letter_no: str) -> None:
        """Note that the prefecture has sent the case up. A repeat changes nothing."""
        if self.state is State.SUBMITTED and not self.recommended:
            self._recommended(letter_no=letter_no)

    @event("Recommended", topic="intake.dossier.recommended")
    def _recommended(self, letter_no: str) -> None:
        self.recommended = True

    def conclude(self, *, outcome: str, reference: str) -> None:
        """Note what became of the case elsewhere: listed, not recommended, not selected … A repeat changes nothing."""
        if self.state in (State.SUBMITTED, State.CORRECTING):
            self._concluded(outcome=outcome, reference=reference)

    @event("Concluded", topic="intake.dossier.concluded")
    def _concluded(self, outcome: str, reference: str) -> None:
        self.outcome = outcome
        self.state = State.CONCLUDED

    def require_copyable(self, earlier: Dossier) -> None:
        """Raises Invalid for a dossier of another lead unit, NotInThisState unless this is a draft without content."""
        self._require(State.DRAFT)
        if earlier.lead_uscc != self.lead_uscc or earlier.id == self.id:
            raise errors.earlier_of_another()
        if self.sections or self.attachments:
            raise errors.draft_not_empty()

    def require_draft(self) -> None:
        """Raises NotInThisState once the dossier is no draft any more."""
        self._require(State.DRAFT)

    def require_editable(self, at: datetime | None = None) -> None:
        """Raises NotInThisState unless the dossier is a draft or waits for an answer, at `at` still in time."""
        self._require(State.DRAFT, State.CORRECTING)
        if at is not None and self.state is State.CORRECTING:
            self.require_answerable(at)

    def require_answerable(self, at: datetime) -> Correction:
        """The correction that waits for an answer. Raises NotInThisState when there is none, or the answer is late."""
        self._require(State.CORRECTING)
        assert self.correction is not None  # noqa: S101  # for the type checker: CORRECTING has a correction
        if not self.correction.deadline.is_met(at):
            raise errors.answer_too_late(self.correction.deadline.explain())
        return self.correction

    def require_place_for(self, kind: str) -> None:
        """Raises Invalid for a kind of document that the policy does not know, and as `require_editable`."""
        self.require_editable()
        if kind not in ATTACHMENT_KINDS:
            raise errors.unknown_kind_of_document(kind, tuple(ATTACHMENT_KINDS))

    def require_complete(self, *, faults: tuple[Finding, ...], checks: tuple[Check, ...]) -> None:
        """Raises Invalid with everything that stops a submission at once; `faults` are those of the forms' fields."""
        self.require_editable()
        blocking = [*faults, *(check.finding for check in checks if check.severity is Severity.BLOCK)]
        content = Content(self.sections)
        if content.supplement.get("lead_uscc", self.lead_uscc) != self.lead_uscc:
            blocking.append(errors.another_lead_unit(self.lead_uscc))
        if content.supplement.get("prefecture_code", self.prefecture) != self.prefecture:
            blocking.append(errors.another_prefecture(self.prefecture))
        if declined := sorted(set(self.member_usccs) & self.declined.keys()):
            blocking.append(errors.members_declined(declined))
        if missing := sorted(set(self.member_usccs) - {self.lead_uscc} - self.confirmed - self.declined.keys()):
            blocking.append(errors.members_unconfirmed(missing))
        if blocking:
            raise errors.dossier_incomplete(tuple(blocking))

    @property
    def code(self) -> str:
        """The code of the state in the process (A00 …); "" for what other services know better."""
        if self.state is State.CORRECTING and self.correction is not None:
            return CORRECTION_CODES.get(self.correction.level, "")
        return CODES.get(self.state, "")

    @property
    def member_usccs(self) -> tuple[str, ...]:
        """The member units named in the draft, the lead unit first."""
        members = self.sections.get("centre", {}).get("members", ())
        return tuple(member["uscc"] for member in members if "uscc" in member)

    @property
    def documents(self) -> tuple[DocumentRef, ...]:
        """Every document of the dossier: attachments and frozen snapshots."""
        attached = [document for documents in self.attachments.values() for document in documents]
        return (*attached, *(snapshot.document for snapshot in self.snapshots))

    def snapshot(self, number: int) -> Snapshot:
        """The snapshot of this number. Raises NotFound."""
        for snapshot in self.snapshots:
            if snapshot.number == number:
                return snapshot
        raise errors.no_such_snapshot(number)

    def _next_snapshot(self, checks: tuple[Check, ...], document: DocumentRef, facts: Facts) -> Snapshot:
        remarks = tuple(check.finding for check in checks)
        return Snapshot(len(self.snapshots) + 1, document, facts, remarks)

    def _require_member(self, uscc: str) -> None:
        self.require_editable()
        if uscc not in self.member_usccs:
            raise errors.not_a_member(uscc)

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)
