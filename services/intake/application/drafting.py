"""Drafts: sections, tables, attachments, what member units say of themselves, codes that an officer accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.intake import forms
from services.intake.application.base import Base, reader_now
from services.intake.domain import errors
from services.intake.domain.dossier import Dossier
from services.intake.domain.numbers import case_number
from services.shared.aggregate import acting_now, new_id
from services.shared.kernel.contents import media_type_of
from services.shared.kernel.pdf import pages_of
from services.shared.policy import edition
from services.shared.policy.bodies import recommending_bodies
from services.shared.vocabulary import Invalid

_TABLES = ("centre", "lead_unit", "member_units")


class DraftsDossiers(Base):
    """What a consortium does with its draft, and again while it answers a correction (S4.1.0, S4.1.1)."""

    def open_dossier(self, *, round_id: UUID, prefecture: str, supersedes: UUID | None = None) -> Dossier:
        """Begin a dossier in an open round, for the caller's own organisation (S4.1.1).

        `prefecture` is the recommending body; `supersedes` an earlier dossier of the same lead unit, which is over
        (再次申报). Raises Invalid for a body that does not recommend under the edition of the round.
        """
        round_ = self._open_round(round_id)
        if prefecture not in recommending_bodies(edition(round_.policy_edition)):
            raise Invalid(errors.not_a_recommending_body(prefecture, "/prefecture"))
        dossier_id = new_id()
        dossier = Dossier(
            id=dossier_id,
            number=case_number(round_.number, dossier_id),
            round_id=round_.id,
            round_number=round_.number,
            round_year=round_.year,
            lead_uscc=acting_now().organisation,
            prefecture=prefecture,
            policy_edition=round_.policy_edition,
        )
        if supersedes is not None:
            dossier.supersede(self.load(Dossier, supersedes))
        self.save(dossier)
        return dossier

    def copy_dossier(self, dossier_id: UUID, *, earlier: UUID) -> Dossier:
        """Take over what an earlier dossier of the same lead unit says; its persons get entries of their own (S4.1.1).

        Raises NotFound for a dossier that the caller may not know of, and as `Dossier.require_copyable`.
        """
        dossier, source = self.load(Dossier, dossier_id), self.load(Dossier, earlier)
        dossier.require_copyable(source)
        whole = self.keeping.copied(source.sections, reader_now("copy of an earlier dossier"))
        dossier.copy(source, self._kept(dossier, whole))
        self.save(dossier)
        return dossier

    def save_section(self, dossier_id: UUID, section: str, content: Any) -> Dossier:
        """Keep one section as far as it is filled in; personal data goes to the vault first (S4.1.1)."""
        dossier = self._editable(dossier_id)
        loaded = forms.load_section(section, content, draft=True, accepted_usccs=dossier.accepted_usccs)
        self._keep(dossier, {section: loaded})
        return dossier

    def import_tables(self, dossier_id: UUID, *, body: bytes, name: str, media_type: str) -> Dossier:
        """Keep Annex 1's tables as a workbook says them, as sections are kept (S4.1.1, A1).

        Raises Invalid with every finding at once; then nothing is kept, not even in the vault.
        """
        dossier = self._editable(dossier_id)
        media_type_of(name or "tables.xlsx", media_type)
        loaded = forms.read_tables(body, accepted_usccs=dossier.accepted_usccs)
        self._keep(dossier, loaded)
        return dossier

    def tables_of(self, dossier: Dossier, reader: forms.Reader) -> bytes:
        """Annex 1's tables as a workbook, with persons; the vault records who took them out and what for."""
        told = {name: dossier.sections[name] for name in _TABLES if name in dossier.sections}
        return forms.write_tables(self.keeping.whole(told, reader))

    def attach_document(self, dossier_id: UUID, *, kind: str, name: str, body: bytes, media_type: str) -> Dossier:
        """Store a supporting document and add it, with what a scanner says of it, and its pages (S4.1.1).

        Raises Invalid for bytes that are not what they claim, or hold a virus.
        """
        dossier = self._editable(dossier_id)
        dossier.require_place_for(kind)
        scan = self.scanner.scan(body)
        dossier.require_no_virus(kind, scan)
        document = self.documents.put(body, name, media_type)
        dossier.attach(kind=kind, document=document, scan=scan, pages=pages_of(body))
        self.save(dossier)
        return dossier

    def remove_attachment(self, dossier_id: UUID, *, kind: str, sha256: str) -> Dossier:
        """Take a supporting document away again (S4.1.1). Raises Invalid for one that is not there."""
        dossier = self._editable(dossier_id)
        dossier.remove_attachment(kind=kind, sha256=sha256)
        self.save(dossier)
        return dossier

    def section_of(self, dossier: Dossier, section: str, reader: forms.Reader) -> Any:
        """One section as it was written, with persons; None before it was. The vault records who read it and why.

        Raises NotFound for a section that the forms do not have.
        """
        forms.require_section(section)
        told = {section: dossier.sections[section]} if section in dossier.sections else {}
        return self.keeping.whole(told, reader).get(section)

    def membership_of(self, dossier: Dossier, uscc: str, reader: forms.Reader) -> dict[str, Any]:
        """What a dossier says of one unit, with persons: its rows of table 1, and its tables 3."""
        told = {"member_units": [form for form in dossier.sections.get("member_units", ()) if form.get("uscc") == uscc]}
        rows = [row for row in dossier.sections.get("centre", {}).get("members", ()) if row.get("uscc") == uscc]
        return {"rows": rows, "tables": self.keeping.whole(told, reader)["member_units"]}

    def confirm_membership(self, dossier_id: UUID) -> Dossier:
        """A member unit confirms its own row and table (S4.1.0)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.confirm_membership(uscc=acting_now().organisation)
        self.save(dossier)
        return dossier

    def decline_membership(self, dossier_id: UUID, *, reason: str) -> Dossier:
        """A member unit says that its row or table is not right, or that it is no member (S4.1.0)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.decline_membership(uscc=acting_now().organisation, reason=reason)
        self.save(dossier)
        return dossier

    def accept_uscc(self, dossier_id: UUID, *, uscc: str, licence: str, reason: str) -> Dossier:
        """An officer accepts a code whose check character is wrong, on the licence's image (A1, check K23)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.require_reader(acting_now().actor)
        dossier.accept_uscc(uscc=uscc, licence=licence, reason=reason)
        self.save(dossier)
        return dossier

    def _keep(self, dossier: Dossier, loaded: Mapping[str, Any]) -> None:
        """Keep loaded sections, in one commit."""
        for section, (content, lacking) in self._kept(dossier, loaded).items():
            dossier.save_section(section=section, content=content, lacking=lacking)
        self.save(dossier)

    def _editable(self, dossier_id: UUID) -> Dossier:
        """The dossier, which may be written in now: a draft, or in time to answer a correction."""
        dossier = self.load(Dossier, dossier_id)
        dossier.require_editable(self.clock.now())
        return dossier
