"""What becomes of the records of a centre."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.contract import contract


@contract("summary.accepted.v1")
class SummaryAccepted:
    """The yearly work summary (工作总结) of a centre was accepted."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int


@contract("assessment.finalised.v1")
class AssessmentFinalised:
    """The result of a periodic assessment (考核评估) is final; `score` is a decimal as text."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int
    score: str
    grade: str
    policy_edition: str


@contract("assessment.annulled.v1")
class AssessmentAnnulled:
    """The result of the assessment of `year` fell from its first day, `effective_on`; the centre is assessed again."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int
    body: str
    document_no: str
    effective_on: date


@contract("rectification.ordered.v1")
class RectificationOrdered:
    """A centre that failed its assessment must rectify (限期整改) by `due_on`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    items: tuple[str, ...]
    due_on: date


@contract("upgrade.requested.v1")
class UpgradeRequested:
    """A centre in cultivation asks to be designated; `policy_edition` judges it to its end."""

    case_id: UUID
    number: str
    upgrade_id: UUID
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    requested_on: date
    policy_edition: str


@contract("shortfall.opened.v1")
class ShortfallOpened:
    """A basic condition is no longer met; it must be met again by `due_on`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    condition: str
    clause: str
    due_on: date


@contract("shortfall.cured.v1")
class ShortfallCured:
    """The basic condition is met again."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    condition: str


@contract("revocation.served.v1")
class RevocationServed:
    """The decision to revoke was served (送达) on `served_on`; from then on the time to object runs."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    revocation_id: UUID
    served_on: date
    method: str
