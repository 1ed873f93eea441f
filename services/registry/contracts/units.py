"""What members contribute, and what prefectures have of their own (S5.3, S5.4)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.contract import contract


@contract("contribution.fell-short.v1")
class ContributionFellShort:
    """A unit did not pay in full by its day; `outstanding_wan` is a decimal as text, in 万元."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    unit_uscc: str
    kind: str
    due_on: date
    outstanding_wan: str


@contract("prefectural-centre.filed.v1", key="prefectural_id", subject="filing_no")
class PrefecturalCentreFiled:
    """A centre that a prefecture cultivates or recognises itself was put on file; it is not on the provincial list."""

    prefectural_id: UUID
    prefecture: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    field_domain: str
    standing: str
    filing_no: str
