"""What other departments rely on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from services.shared.contract import contract


@contract("funding-reference.published.v1")
class FundingReferencePublished:
    """The grade of one assessment may be relied on when money is given; also said again after a restoration.

    A later message with this `key` replaces it; `corrections` counts those before.
    """

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int
    score: str
    grade: str
    policy_edition: str
    key: str = ""
    corrections: int = 0


@contract("funding-reference.withdrawn.v1")
class FundingReferenceWithdrawn:
    """A funding reference may no longer be relied on; replaces what was said before under this `key`.

    `reason`: the cause for which the centre left the list, or `assessment_annulled`, then with the deciding document.
    """

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int
    reason: str
    key: str = ""
    corrections: int = 0
    document_no: str = ""


@contract("status-extract.issued.v1")
class StatusExtractIssued:
    """What the list said of the day `as_of`, as known at `known_at`. A later message with this `key` replaces it."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    key: str
    department: str
    as_of: date
    known_at: datetime
    status: str
    corrections: int


@contract("status-extract.corrected.v1")
class StatusExtractCorrected:
    """What holds of the day `as_of` as known at `known_at`; replaces what was said before under this `key`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    key: str
    department: str
    as_of: date
    known_at: datetime
    status: str
    corrections: int
    document_no: str
