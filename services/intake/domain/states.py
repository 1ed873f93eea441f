"""Where a dossier stands, with the codes of the process (domain report §1.2.2)."""

from __future__ import annotations

from enum import StrEnum

from services.intake.domain.correction import PREFECTURE, PROVINCE


class State(StrEnum):
    """Where a dossier stands; the codes of the process are in `CODES`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CORRECTING = "correcting"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"
    CONCLUDED = "concluded"


CODES = {
    State.DRAFT: "A00",
    State.SUBMITTED: "A05",
    State.WITHDRAWN: "A90",
    State.LAPSED: "A91",
    State.TERMINATED: "A92",
}
TAKEN_IN, RECOMMENDED = "A10", "A20"
"""The codes of `SUBMITTED` once the prefecture has begun, and once it has sent the case up."""

CORRECTION_CODES = {PREFECTURE: "A12", PROVINCE: "A27"}
"""The code of `CORRECTING` by the level that asks."""

OUTCOME_CODES = {
    "not-recommended": "A18",
    "material_check": "A32",
    "expert_panel": "A65",
    "comprehensive_assessment": "A65",
    "public_notice": "A79",
    "designated": "A80",
    "cultivation": "A80",
}
"""The code of `CONCLUDED` by what became of the case; a case that was not selected is told by its stage."""

OPEN = (State.DRAFT, State.SUBMITTED, State.CORRECTING)
"""States from which a dossier goes on."""
