"""Handing in: everything is checked, a numbered snapshot is frozen; snapshots can be compared (S4.1.1)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from services.intake import forms
from services.intake.application.base import Base
from services.intake.domain.dossier import Dossier, Facts
from services.intake.domain.values import Content


class SubmitsDossiers(Base):
    """What leads a draft to the prefecture, and back before anybody has begun with it."""

    def submit_dossier(self, dossier_id: UUID) -> Dossier:
        """Check everything, freeze a snapshot and hand the dossier in (S4.1.1)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.require_draft()
        self._open_round(dossier.round_id)
        self._look_again(dossier)
        faults, checks = self._faults(dossier), self.checks_of(dossier)
        dossier.require_complete(faults=faults, checks=checks)
        facts = Facts.of(Content(dossier.sections))
        frozen, now = self._frozen(dossier), self.clock.now()
        dossier.submit(faults=faults, checks=checks, document=frozen, facts=facts, at=now)
        self.save(dossier)
        return dossier

    def recall_dossier(self, dossier_id: UUID, *, reason: str) -> Dossier:
        """Take a submission back to work on it, while the round is open and nobody has begun with it (S4.1.1)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.recall(reason=reason)
        self._open_round(dossier.round_id)
        self.save(dossier)
        return dossier

    def differences(self, dossier: Dossier, old: int, new: int, reader: forms.Reader) -> tuple[forms.Difference, ...]:
        """Two snapshots field by field. Raises NotFound for a number that no snapshot has.

        The vault records that `reader` compared persons; of them only whether they changed is told.
        """
        before, after = (self._thawed(dossier, number, reader) for number in (old, new))
        return forms.compare(before, after)

    def _thawed(self, dossier: Dossier, number: int, reader: forms.Reader) -> dict[str, Any]:
        """A frozen snapshot with its persons put back; who was erased stays a reference."""
        frozen = json.loads(self.documents.read(dossier.snapshot(number).document.sha256))
        return {**frozen, "sections": self.keeping.whole(frozen["sections"], reader)}
