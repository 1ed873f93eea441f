"""What a consortium does with its draft, and again while it answers a correction (S4.1.0, S4.1.1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.intake.domain import errors
from services.intake.domain.standing import Standing
from services.intake.domain.states import OPEN, State
from services.intake.domain.values import INFECTED, UNSCANNED, Lacking, said_of
from services.shared.aggregate import event
from services.shared.vocabulary import DocumentRef, Invalid, is_uscc


class Drafted(Standing):
    """The part of a dossier that is written and confirmed."""

    def supersede(self, earlier: Standing) -> None:
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

    def copy(self, earlier: Standing, sections: dict[str, tuple[Any, Lacking | None]]) -> None:
        """Take over an earlier dossier's sections (personal data under references of this one) and attachments.

        Raises as `require_copyable`.
        """
        self.require_copyable(earlier)
        for name, (content, lacking) in sections.items():
            self.save_section(section=name, content=content, lacking=lacking)
        for kind, documents in earlier.attachments.items():
            for document in documents:
                scan, pages = earlier.scans.get(document.sha256, UNSCANNED), earlier.pages.get(document.sha256)
                self.attach(kind=kind, document=document, scan=scan, pages=pages)

    def save_section(self, *, section: str, content: Any, lacking: Lacking | None = None) -> None:
        """Keep one section of the forms (personal data already replaced by references), and what it lacks. S4.1.1

        A unit whose row or table 3 becomes another must answer again (S4.1.0).
        """
        self.require_editable()
        after = {**self.sections, section: content}
        answered = self.confirmed | self.declined.keys()
        lapsed = tuple(sorted(unit for unit in answered if said_of(unit, after) != said_of(unit, self.sections)))
        self._section_saved(section=section, content=content, lapsed=lapsed, lacking=lacking)

    @event("SectionSaved", topic="intake.dossier.section-saved")
    def _section_saved(
        self, section: str, content: Any, lapsed: tuple[str, ...], lacking: Lacking | None = None
    ) -> None:
        self.sections = {**self.sections, section: content}
        self.lacking = {**self.lacking, section: lacking}
        self.confirmed = self.confirmed - set(lapsed)
        self.declined = {uscc: reason for uscc, reason in self.declined.items() if uscc not in lapsed}

    def attach(self, *, kind: str, document: DocumentRef, scan: str = UNSCANNED, pages: int | None = None) -> None:
        """Add a supporting document (证明材料) of a kind, with what a scanner says of it, and how many pages it has.

        Raises Invalid for a virus.

        The same bytes of one kind twice change nothing.
        """
        self.require_place_for(kind)
        self.require_no_virus(kind, scan)
        if document not in self.attachments.get(kind, ()):
            self._attachment_added(kind=kind, document=document, scan=scan, pages=pages)

    @event("AttachmentAdded", topic="intake.dossier.attachment-added")
    def _attachment_added(
        self, kind: str, document: DocumentRef, scan: str = UNSCANNED, pages: int | None = None
    ) -> None:
        self.scans = {**self.scans, document.sha256: scan}
        self.pages = {**self.pages, document.sha256: pages}
        self.attachments = {**self.attachments, kind: (*self.attachments.get(kind, ()), document)}

    def note_scans(self, scans: dict[str, str]) -> None:
        """Note what a scanner says of attachments, by their digests. Raises Invalid with every one that has a virus."""
        found = [
            errors.attachment_infected(kind, document.name)
            for kind, documents in self.attachments.items()
            for document in documents
            if scans.get(document.sha256) == INFECTED
        ]
        if found:
            raise Invalid(*found)
        if news := {sha256: scan for sha256, scan in scans.items() if self.scans.get(sha256, UNSCANNED) != scan}:
            self._attachments_scanned(scans=news)

    @event("AttachmentsScanned", topic="intake.dossier.attachments-scanned")
    def _attachments_scanned(self, scans: dict[str, str]) -> None:
        self.scans = {**self.scans, **scans}

    def remove_attachment(self, *, kind: str, sha256: str) -> None:
        """Take a supporting document away again; snapshots that were frozen with it keep it. Raises Invalid."""
        self.require_place_for(kind)
        if all(document.sha256 != sha256 for document in self.attachments.get(kind, ())):
            raise errors.not_attached(kind)
        self._attachment_removed(kind=kind, sha256=sha256)

    @event("AttachmentRemoved", topic="intake.dossier.attachment-removed")
    def _attachment_removed(self, kind: str, sha256: str) -> None:
        documents = self.attachments[kind]
        self.removed = (*self.removed, *(document for document in documents if document.sha256 == sha256))
        self.attachments = {
            **self.attachments,
            kind: tuple(document for document in documents if document.sha256 != sha256),
        }

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
