"""What every part of the application needs: its stores, the round that takes dossiers, checks and frozen snapshots."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from services.intake import forms
from services.intake.application.surroundings import around
from services.intake.domain import errors
from services.intake.domain.ban import Ban
from services.intake.domain.dossier import Dossier, State
from services.intake.domain.listed_centre import ListedCentre
from services.intake.domain.neighbours import Neighbours
from services.intake.domain.round import Round
from services.intake.domain.rules import Check, Severity, check
from services.intake.domain.values import Content, Lacking
from services.intake.projections import PROJECTIONS
from services.shared.aggregate import Aggregate, acting_now
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock, today
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.postgres import Database
from services.shared.kernel.scanning import NoScanner, Scanner
from services.shared.kernel.vault import Vault
from services.shared.policy import Edition, UnknownEdition, edition
from services.shared.vocabulary import DocumentRef, Finding


class Base(Application):
    """The ground of intake."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Round, Dossier, ListedCentre, Ban)
    projections = PROJECTIONS

    def __init__(
        self, database: Database, clock: Clock, documents: DocumentStore, vault: Vault, scanner: Scanner | None = None
    ) -> None:
        super().__init__(database, clock)
        self.documents, self.vault, self.scanner = documents, vault, scanner or NoScanner()
        self.keeping = forms.Keeping(vault)

    def checks_of(self, dossier: Dossier, edition_id: str = "") -> tuple[Check, ...]:
        """The checks K01–K31 on the dossier as it stands, and warnings about its texts.

        Judged by the edition that binds its round, or by another one to see whether it would pass under that. Raises
        Invalid for an edition that there is not.
        """
        round_ = self.find(Round, dossier.round_id)
        found = check(
            Content(dossier.sections),
            _edition(edition_id or dossier.policy_edition),
            round_year=dossier.round_year,
            today=today(self.clock),
            attachments=frozenset(dossier.attachments_there),
            accepted_usccs=dossier.accepted_usccs,
            neighbours=self._neighbours(dossier),
            fields_open=round_.conditions.fields if round_ and round_.conditions else (),
        )
        return (*found, *_strays(dossier))

    def _neighbours(self, dossier: Dossier) -> Neighbours:
        """What the read models and the vault say of others that have to do with this dossier."""
        pairs = _edition(dossier.policy_edition)["fields.overlap_matrix"]
        found = around(self.database, dossier, Content(dossier.sections), pairs, today(self.clock))
        return replace(found, shared_contacts=self._shared_contacts(dossier))

    def _shared_contacts(self, dossier: Dossier) -> tuple[str, ...]:
        """Where a contact of this dossier is also one of a rival's that goes on; no person is read."""
        refs = forms.contacts(dossier.sections)
        shared = self.vault.shared_contacts(list(refs))
        rivals = {case_id: self._rival(dossier, case_id) for found in shared.values() for case_id, _ in found}
        return tuple(
            refs[ref] for ref, found in shared.items() if any(other in rivals[case_id] for case_id, other in found)
        )

    def _rival(self, dossier: Dossier, case_id: UUID) -> Collection[str]:
        """The contacts of another lead unit's dossier that was handed in and is not over; else none."""
        other = self.find(Dossier, case_id)
        under_way = other is not None and other.state in (State.SUBMITTED, State.CORRECTING)
        return forms.contacts(other.sections) if other and under_way and other.lead_uscc != dossier.lead_uscc else ()

    def _open_round(self, round_id: UUID) -> Round:
        round_ = self.find(Round, round_id)
        if round_ is None or not round_.takes_dossiers(self.clock.now()):
            raise errors.round_not_open(round_.number if round_ else str(round_id))
        return round_

    def _faults(self, dossier: Dossier) -> tuple[Finding, ...]:
        """By what the fields fall short of forms that are filled in, as it was found when each section was saved.

        What older forms found, or where somebody was erased since, is found anew; then the vault records the reading.
        """
        gone = self.keeping.with_erased(dossier.sections)
        told = {
            name: lacks
            for name, lacks in dossier.lacking.items()
            if lacks and lacks.forms == forms.VERSION and name not in gone
        }
        anew = {name: section for name, section in dossier.sections.items() if name not in told}
        known = [finding for lacks in told.values() for finding in forms.as_findings(lacks)]
        if not anew:
            return tuple(known)
        whole = self.keeping.whole(anew, reader_now("submission check"))
        return (*known, *forms.faults_of_sections(whole, accepted_usccs=dossier.accepted_usccs))

    def _look_again(self, dossier: Dossier) -> None:
        """Have the attachments scanned that nobody has looked at yet, where there is a scanner. Raises Invalid."""
        if not isinstance(self.scanner, NoScanner):
            dossier.note_scans({one: str(self.scanner.scan(self.documents.read(one))) for one in dossier.unscanned})

    def _frozen(self, dossier: Dossier) -> DocumentRef:
        """The stored snapshot of a dossier: its sections, and its attachments by digest."""
        frozen = {"number": dossier.number, "sections": dossier.sections, "attachments": _listed(dossier)}
        return self.documents.put_json(frozen, f"{dossier.number}-{len(dossier.snapshots) + 1}.json")

    def _kept(self, dossier: Dossier, loaded: Mapping[str, Any]) -> dict[str, tuple[Any, Lacking | None]]:
        """Loaded sections with their persons in the vault, and what each lacks."""
        lacks = {
            name: forms.lacking(name, value, accepted_usccs=dossier.accepted_usccs) for name, value in loaded.items()
        }
        return {name: (kept, lacks[name]) for name, kept in self.keeping.stripped(dossier.id, loaded).items()}


def reader_now(purpose: str) -> forms.Reader:
    """Whoever acts now, reading personal data for a purpose."""
    who = acting_now()
    return forms.Reader(who.actor, who.capacity, purpose)


def _edition(edition_id: str) -> Edition:
    try:
        return edition(edition_id)
    except UnknownEdition:
        raise errors.unknown_edition(edition_id) from None


def _strays(dossier: Dossier) -> tuple[Check, ...]:
    """Warnings for personal data in free text, where it would stay for ever."""
    return tuple(
        Check(stray.code, Severity.WARN, replace(stray, pointer=f"/{section}{stray.pointer}"))
        for section, value in dossier.sections.items()
        for stray in forms.stray_personal(section, value)
    )


def _listed(dossier: Dossier) -> dict[str, list[str]]:
    return {kind: [document.sha256 for document in documents] for kind, documents in dossier.attachments.items()}
