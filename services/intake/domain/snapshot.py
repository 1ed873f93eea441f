"""Snapshot (快照): a submission frozen under a number, and the facts of it that other services decide on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.values import Content
from services.shared.vocabulary import DocumentRef, Finding


@dataclass(frozen=True)
class Facts:
    """What other services decide on, taken from the frozen snapshot; nothing personal."""

    centre_name: str
    centre_uscc: str
    lead_unit_name: str
    member_usccs: tuple[str, ...]
    member_names: tuple[str, ...]
    field_domain: str
    rd_direction: str
    track_requested: str
    total_formation_funds_wan: str
    origin: str = ""

    @classmethod
    def of(cls, content: Content) -> Facts:
        """The facts of a complete dossier."""
        return cls(
            centre_name=content.cover["centre_name"],
            centre_uscc=content.supplement.get("centre_uscc", ""),
            lead_unit_name=content.cover["lead_unit_name"],
            member_usccs=tuple(unit.uscc for unit in content.members),
            member_names=tuple(unit.name for unit in content.members),
            field_domain=content.cover["field_domain"],
            rd_direction=content.centre["main_rd_content"],
            track_requested=content.supplement["track_requested"],
            total_formation_funds_wan=content.supplement["total_formation_funds_wan"],
            origin=content.supplement["origin"],
        )


@dataclass(frozen=True)
class Snapshot:
    """A frozen submission: its number, the document that holds it, the checks that it passed with remarks, and when."""

    number: int
    document: DocumentRef
    facts: Facts
    remarks: tuple[Finding, ...] = ()
    submitted_at: datetime | None = None
