"""Standing: what all parts of a dossier share — where it stands, what is written in it, what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.domain import errors
from services.intake.domain.correction import Correction
from services.intake.domain.rules import Check, Severity
from services.intake.domain.snapshot import Facts, Snapshot
from services.intake.domain.states import (
    CODES,
    CORRECTION_CODES,
    OUTCOME_CODES,
    RECOMMENDED,
    TAKEN_IN,
    State,
)
from services.intake.domain.values import ATTACHMENT_KINDS, INFECTED, UNSCANNED, Content, Lacking
from services.shared.vocabulary import DocumentRef, Finding, Invalid


@dataclass(frozen=True)
class Suspension:
    """That a level lets the case stand still (中止办理): prefecture or province, why, by which document, since when."""

    level: str
    cause: str
    document_no: str
    since: datetime


class Standing:
    """The base of the parts of a dossier."""

    id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    state: State
    outcome: str
    sections: dict[str, Any]
    lacking: dict[str, Lacking | None]
    attachments: dict[str, tuple[DocumentRef, ...]]
    removed: tuple[DocumentRef, ...]
    scans: dict[str, str]
    pages: dict[str, int | None]
    confirmed: frozenset[str]
    declined: dict[str, str]
    accepted_usccs: frozenset[str]
    snapshots: tuple[Snapshot, ...]
    correction: Correction | None
    taken_in: bool
    recommended: bool
    recused: frozenset[str]
    supersedes: UUID | None
    suspension: Suspension | None

    def require_copyable(self, earlier: Standing) -> None:
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
        """The correction that waits for an answer.

        Raises NotInThisState when there is none, the answer is late, or the case is suspended.
        """
        self._require(State.CORRECTING)
        self.require_going_on()
        assert self.correction is not None  # noqa: S101  # for the type checker: CORRECTING has a correction
        if not self.correction.deadline.is_met(at):
            raise errors.answer_too_late(self.correction.deadline.explain())
        return self.correction

    def require_going_on(self) -> None:
        """Raises NotInThisState while the case stands still (中止办理)."""
        if self.suspension is not None and self.is_suspended:
            raise errors.case_is_suspended(self.suspension.document_no)

    def require_place_for(self, kind: str) -> None:
        """Raises Invalid for a kind of document that the policy does not know, and as `require_editable`."""
        self.require_editable()
        if kind not in ATTACHMENT_KINDS:
            raise errors.unknown_kind_of_document(kind, tuple(ATTACHMENT_KINDS))

    def require_no_virus(self, kind: str, scan: str) -> None:
        """Raises Invalid for what a scanner found infected."""
        if scan == INFECTED:
            raise Invalid(errors.attachment_infected(kind))

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

    def require_reader(self, subject: str) -> None:
        """Raises Denied for an officer who was recused: no more than the title is for him (回避, invariant 6)."""
        if subject in self.recused:
            raise errors.has_conflict()

    @property
    def is_suspended(self) -> bool:
        """Whether the case stands still; one that has ended meanwhile does not."""
        return self.suspension is not None and self.state in (State.SUBMITTED, State.CORRECTING)

    @property
    def code(self) -> str:
        """The code of the state in the process (A00 …); "" for what other services know better."""
        if self.state is State.CORRECTING and self.correction is not None:
            return CORRECTION_CODES.get(self.correction.level, "")
        if self.state is State.CONCLUDED:
            return OUTCOME_CODES.get(self.outcome, "")
        if self.state is State.SUBMITTED and (self.recommended or self.taken_in):
            return RECOMMENDED if self.recommended else TAKEN_IN
        return CODES.get(self.state, "")

    @property
    def member_usccs(self) -> tuple[str, ...]:
        """The member units named in the draft, the lead unit first."""
        members = self.sections.get("centre", {}).get("members", ())
        return tuple(member["uscc"] for member in members if "uscc" in member)

    @property
    def unscanned(self) -> tuple[str, ...]:
        """The digests of attachments that no scanner has looked at."""
        held = (document.sha256 for documents in self.attachments.values() for document in documents)
        return tuple(dict.fromkeys(one for one in held if self.scans.get(one, UNSCANNED) == UNSCANNED))

    @property
    def attachments_there(self) -> tuple[str, ...]:
        """The kinds of supporting document of which there is any."""
        return tuple(kind for kind, documents in self.attachments.items() if documents)

    @property
    def documents(self) -> tuple[DocumentRef, ...]:
        """Every document of the dossier: attachments, those that were there once, and frozen snapshots."""
        attached = [document for documents in self.attachments.values() for document in documents]
        return (*attached, *self.removed, *(snapshot.document for snapshot in self.snapshots))

    def snapshot(self, number: int) -> Snapshot:
        """The snapshot of this number. Raises NotFound."""
        for snapshot in self.snapshots:
            if snapshot.number == number:
                return snapshot
        raise errors.no_such_snapshot(number)

    def _next_snapshot(
        self, checks: tuple[Check, ...], document: DocumentRef, facts: Facts, at: datetime | None
    ) -> Snapshot:
        remarks = tuple(check.finding for check in checks)
        return Snapshot(len(self.snapshots) + 1, document, facts, remarks, at)

    def _require_member(self, uscc: str) -> None:
        self.require_editable()
        if uscc not in self.member_usccs:
            raise errors.not_a_member(uscc)

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)
