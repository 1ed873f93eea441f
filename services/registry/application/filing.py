"""Centres of the prefectures, reported for filing (州市级创新中心备案): S5.4."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from services.registry.application.base import Base
from services.registry.domain import errors
from services.registry.domain.prefectural import PrefecturalCentre, PrefecturalFacts, prefectural_centre_id
from services.shared.kernel.clock import today
from services.shared.kernel.command import command_now
from services.shared.policy import edition_in_force


class _Reported(NamedTuple):
    """The prefecture for which somebody reports."""

    prefecture: str


class FilesPrefecturalCentres(Base):
    """What prefectures cultivate and recognise themselves."""

    def register_prefectural_centre(self, *, prefecture: str, facts: PrefecturalFacts) -> PrefecturalCentre:
        """Take in what a prefecture reports of a centre of its own; the same told again changes nothing (S5.4)."""
        reported: Any = _Reported(prefecture)
        if (command := command_now()) is not None and not command.sees(reported):
            raise errors.other_prefecture(prefecture)
        self._check_day(facts.standing_since)
        rules, id_ = edition_in_force(today(self.clock)), prefectural_centre_id(facts.centre_uscc)
        if facts.field_domain not in rules["fields.taxonomy"]:
            raise errors.unknown_field(facts.field_domain)
        centre = self.find(PrefecturalCentre, id_)
        if centre is None:
            centre = PrefecturalCentre(id=id_, prefecture=prefecture, facts=facts, policy_edition=rules.id)
        elif centre.prefecture != prefecture:
            raise errors.registered_elsewhere(centre.prefecture)
        else:
            centre.report_again(facts)
        self.save(centre)
        return centre

    def file_prefectural_centre(self, prefectural_id: UUID, *, filing_no: str) -> PrefecturalCentre:
        """Put it on file at the province (S5.4; ours)."""
        centre = self.load(PrefecturalCentre, prefectural_id)
        centre.file(filing_no=filing_no)
        self.save(centre)
        return centre

    def strike_prefectural_centre(self, prefectural_id: UUID, *, reason: str, document_no: str) -> PrefecturalCentre:
        """Take it off the file, as its prefecture asks (S5.4; ours)."""
        centre = self.load(PrefecturalCentre, prefectural_id)
        centre.strike(reason=reason, document_no=document_no)
        self.save(centre)
        return centre
