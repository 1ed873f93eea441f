"""What can be done in intake, in the order of a dossier's life."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from services.intake import forms
from services.intake.domain import errors
from services.intake.domain.dossier import Dossier, Facts
from services.intake.domain.numbers import case_number
from services.intake.domain.round import Round
from services.intake.domain.rules import Check, Severity, check
from services.intake.domain.values import Content
from services.intake.projections import PROJECTIONS
from services.shared.aggregate import Aggregate, acting_now, new_id
from services.shared.calendar import Deadline
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock, today
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.postgres import Database
from services.shared.kernel.vault import Erased, Vault
from services.shared.policy import edition, edition_in_force
from services.shared.vocabulary import DocumentRef


class Intake(Application):
    """Rounds and dossiers."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Round, Dossier)
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, documents: DocumentStore, vault: Vault) -> None:
        super().__init__(database, clock)
        self.documents, self.vault = documents, vault

    def plan_round(self, *, number: str, title: str, year: int, opens_on: date, closes_on: date) -> Round:
        """Prepare a round (S4.0). Raises Invalid for a number that another round has."""
        round_ = Round.plan(number=number, title=title, year=year, opens_on=opens_on, closes_on=closes_on)
        if self._number_is_taken(number):
            raise errors.round_number_taken(number)
        self.save(round_)
        return round_

    def open_round(self, round_id: UUID, *, document_no: str) -> Round:
        """Publish the call notice and bind the edition in force today (S4.0)."""
        round_ = self.load(Round, round_id)
        in_force = edition_in_force(today(self.clock))
        deadline = _closing(round_.closes_on, in_force.id)
        round_.open(policy_edition=in_force.id, document_no=document_no, deadline=deadline)
        self.save(round_)
        return round_

    def extend_round(self, round_id: UUID, *, closes_on: date, reason: str) -> Round:
        """Move the closing day of an open round (S4.0)."""
        round_ = self.load(Round, round_id)
        deadline = _closing(closes_on, round_.policy_edition)
        round_.extend(closes_on=closes_on, reason=reason, deadline=deadline)
        self.save(round_)
        return round_

    def close_round(self, round_id: UUID) -> Round:
        """Take no more dossiers: the clock's act at the closing time (S4.0)."""
        round_ = self.load(Round, round_id)
        round_.close()
        self.save(round_)
        return round_

    def open_dossier(self, *, round_id: UUID, prefecture: str) -> Dossier:
        """Begin a dossier in an open round, for the caller's own organisation (S4.1.1)."""
        round_ = self._open_round(round_id)
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
        self.save(dossier)
        return dossier

    def save_section(self, dossier_id: UUID, section: str, content: Any) -> Dossier:
        """Keep one section as far as it is filled in; personal data goes to the vault first (S4.1.1)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.require_draft()
        loaded = forms.load_section(section, content, draft=True)
        people = forms.personal_blocks(section, loaded)
        refs = {at: self.vault.put(dossier_id, f"{section}{at}", fields) for at, fields in people.items()}
        dossier.save_section(section=section, content=forms.without_personal(section, loaded, refs))
        self.save(dossier)
        return dossier

    def attach_document(self, dossier_id: UUID, *, kind: str, name: str, body: bytes, media_type: str) -> Dossier:
        """Store a supporting document and add it (S4.1.1). Raises Invalid for bytes that are not what they claim."""
        dossier = self.load(Dossier, dossier_id)
        dossier.require_place_for(kind)
        dossier.attach(kind=kind, document=self.documents.put(body, name, media_type))
        self.save(dossier)
        return dossier

    def confirm_membership(self, dossier_id: UUID) -> Dossier:
        """A member unit confirms its own row and table (S4.1.0)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.confirm_membership(uscc=acting_now().organisation)
        self.save(dossier)
        return dossier

    def submit_dossier(self, dossier_id: UUID) -> Dossier:
        """Check everything, freeze a snapshot and hand the dossier in (S4.1.1)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.require_draft()
        self._open_round(dossier.round_id)
        faults = forms.faults_of_sections(self._with_personal(dossier, "submission check"))
        checks = self.checks_of(dossier)
        dossier.require_complete(faults=faults, checks=checks)
        facts = Facts.of(Content(dossier.sections))
        dossier.submit(faults=faults, checks=checks, document=self._frozen(dossier), facts=facts)
        self.save(dossier)
        return dossier

    def withdraw_dossier(self, dossier_id: UUID, *, reason: str) -> Dossier:
        """Take a dossier back for good (S4.1.1)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.withdraw(reason=reason)
        self.save(dossier)
        return dossier

    def conclude_dossier(self, case_id: UUID, *, outcome: str, reference: str) -> None:
        """Note what became of the case in another service."""
        dossier = self.find(Dossier, case_id)
        if dossier is not None:
            dossier.conclude(outcome=outcome, reference=reference)
            self.save(dossier)

    def checks_of(self, dossier: Dossier) -> tuple[Check, ...]:
        """The checks K01–K27 on the dossier as it stands, by its edition, and warnings about its texts."""
        found = check(
            Content(dossier.sections),
            edition(dossier.policy_edition),
            round_year=dossier.round_year,
            today=today(self.clock),
            attachments=frozenset(dossier.attachments),
        )
        return (*found, *_strays(dossier))

    def _open_round(self, round_id: UUID) -> Round:
        round_ = self.find(Round, round_id)
        if round_ is None or not round_.takes_dossiers(self.clock.now()):
            raise errors.round_not_open(round_.number if round_ else str(round_id))
        return round_

    def _number_is_taken(self, number: str) -> bool:
        return bool(self.database.rows("select from rounds where number = %s", (number,)))

    def _frozen(self, dossier: Dossier) -> DocumentRef:
        """The stored snapshot of a dossier: its sections, and its attachments by digest."""
        frozen = {"number": dossier.number, "sections": dossier.sections, "attachments": _listed(dossier)}
        return self.documents.put_json(frozen, f"{dossier.number}-{len(dossier.snapshots) + 1}.json")

    def _with_personal(self, dossier: Dossier, purpose: str) -> dict[str, Any]:
        """The sections with personal data put back; every read is recorded by the vault."""
        who = acting_now()
        refs = forms.references(dossier.sections)
        found = self.vault.read_many(refs, reader=who.actor, capacity=who.capacity, purpose=purpose)
        people = {ref: value for ref, value in found.items() if not isinstance(value, Erased)}
        return {name: forms.with_personal(name, value, people) for name, value in dossier.sections.items()}


def _closing(closes_on: date, edition_id: str) -> Deadline:
    close_time = edition(edition_id)["deadline.close_time"]
    return Deadline.on_date(closes_on, kind="round", rule="deadline.close_time", clause="S4.0", close_time=close_time)


def _strays(dossier: Dossier) -> tuple[Check, ...]:
    """Warnings for personal data in free text, where it would stay for ever."""
    return tuple(
        Check(stray.code, Severity.WARN, replace(stray, pointer=f"/{section}{stray.pointer}"))
        for section, value in dossier.sections.items()
        for stray in forms.stray_personal(section, value)
    )


def _listed(dossier: Dossier) -> dict[str, list[str]]:
    return {kind: [document.sha256 for document in documents] for kind, documents in dossier.attachments.items()}
