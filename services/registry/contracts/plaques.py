"""What becomes of plaques."""

from __future__ import annotations

from uuid import UUID

from services.shared.contract import contract


@contract("plaque.issued.v1")
class PlaqueIssued:
    """A designated centre was given its plaque (授牌)."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    plaque_no: str


@contract("plaque.recall-ordered.v1")
class PlaqueRecallOrdered:
    """A centre that lost its qualification must hand its plaque back."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    plaque_no: str


@contract("plaque.replaced.v1")
class PlaqueReplaced:
    """A new plaque was given for the old one (换发)."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    plaque_no: str
    replaces: str
    reason: str
