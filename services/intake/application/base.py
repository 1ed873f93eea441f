"""What every part of the application needs: its stores, the round that takes dossiers, checks and frozen snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from services.intake import forms
from services.intake.domain import errors
from services.intake.domain.dossier import Dossier
from services.intake.domain.listed_centre import ListedCentre
from services.intake.domain.neighbours import Holder, Neighbours, Rival
from services.intake.domain.round import Round
from services.intake.domain.rules import Check, Severity, check, plain
from services.intake.domain.values import Content
from services.intake.projections import PROJECTIONS
from services.shared.aggregate import Aggregate, acting_now
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock, today
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.postgres import Database
from services.shared.kernel.vault import Vault
from services.shared.policy import Edition, UnknownEdition, edition
from services.shared.vocabulary import DocumentRef, Finding


class Base(Application):
    """The ground of intake."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Round, Dossier, ListedCentre)
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, documents: DocumentStore, vault: Vault) -> None:
        super().__init__(database, clock)
        self.documents, self.vault = documents, vault
        self.keeping = forms.Keeping(vault)

    def checks_of(self, dossier: Dossier, edition_id: str = "") -> tuple[Check, ...]:
        """The checks K01–K27 on the dossier as it stands, and warnings about its texts.

        Judged by the edition that binds its round, or by another one to see whether it would pass under that. Raises
        Invalid for an edition that there is not.
        """
        found = check(
            Content(dossier.sections),
            _edition(edition_id or dossier.policy_edition),
            round_year=dossier.round_year,
            today=today(self.clock),
            attachments=frozenset(dossier.attachments),
            accepted_usccs=dossier.accepted_usccs,
            neighbours=self._neighbours(dossier),
        )
        return (*found, *_strays(dossier))

    def _neighbours(self, dossier: Dossier) -> Neighbours:
        """Who holds a field, who else has handed in and is not over, and whom a revocation bans."""
        content, now = Content(dossier.sections), today(self.clock)
        technologies = [plain(one["name"]) for one in content.supplement.get("core_technologies", ()) if "name" in one]
        pairs = _edition(dossier.policy_edition)["fields.overlap_matrix"]
        wanted = content.cover.get("field_domain", "")
        fields = sorted({wanted, *(other for pair in pairs if wanted in pair for other in pair)})
        holders = self.database.rows(
            "select centre_name, centre_uscc, field_domain from listed_centres"
            " where holds_field and field_domain = any(%s) order by id limit 50",
            (fields,),
        )
        rivals = self.database.rows(
            "select lead_uscc, field_domain, core_technologies from dossiers where state = any(%s) and id <> %s"
            " and (field_domain = any(%s) or lead_uscc = %s or core_technologies && %s) order by id limit 50",
            (["submitted", "correcting"], dossier.id, fields, dossier.lead_uscc, technologies),
        )
        bans = self.database.rows(
            "select uscc, max(banned_until) from listed_centres, unnest(banned_usccs) as uscc"
            " where banned_until > %s and uscc = any(%s) group by uscc",
            (now, [uscc for _, uscc, _ in content.usccs]),
        )
        return Neighbours(
            tuple(Holder(*row) for row in holders),
            tuple(Rival(lead, field, tuple(known)) for lead, field, known in rivals),
            dict(bans),
        )

    def _open_round(self, round_id: UUID) -> Round:
        round_ = self.find(Round, round_id)
        if round_ is None or not round_.takes_dossiers(self.clock.now()):
            raise errors.round_not_open(round_.number if round_ else str(round_id))
        return round_

    def _faults(self, dossier: Dossier) -> tuple[Finding, ...]:
        """By what the fields fall short of forms that are filled in; the vault records that persons were read."""
        whole = self.keeping.whole(dossier.sections, reader_now("submission check"))
        return forms.faults_of_sections(whole, accepted_usccs=dossier.accepted_usccs)

    def _frozen(self, dossier: Dossier) -> DocumentRef:
        """The stored snapshot of a dossier: its sections, and its attachments by digest."""
        frozen = {"number": dossier.number, "sections": dossier.sections, "attachments": _listed(dossier)}
        return self.documents.put_json(frozen, f"{dossier.number}-{len(dossier.snapshots) + 1}.json")

    def _kept(self, dossier: Dossier, loaded: Mapping[str, Any]) -> dict[str, Any]:
        """Loaded sections with their persons in the vault."""
        return {name: self.keeping.strip(dossier.id, name, value) for name, value in loaded.items()}


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
