"""What is written down of a centre: the facts of its notice, the decision that lists it, the grounds to revoke it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from services.shared.vocabulary import DocumentRef, Track

FAILED_ASSESSMENT = "failed_assessment"
"""The cause of revocation that the policy itself names; the others are the edition's."""


@dataclass(frozen=True)
class Facts:
    """What was on public notice and is listed: the names of the notice, copied, never typed again."""

    case_number: str
    track: Track
    notice_no: str
    prefecture: str
    lead_uscc: str
    lead_unit_name: str
    centre_name: str
    centre_uscc: str
    member_usccs: tuple[str, ...]
    member_names: tuple[str, ...]
    field_domain: str
    rd_direction: str
    snapshot: DocumentRef
    round_id: UUID | None = None
    cleared_on: date | None = None

    @property
    def round_began_in(self) -> int:
        """The year of the round, which begins the number of the case; 0 when the number has another form."""
        year = self.case_number[:4]
        return int(year) if year.isdecimal() and len(year) == 4 else 0

    def changed(self, values: Mapping[str, Any]) -> Self:
        """These facts with other values; names that are none of the notice's are left out."""
        known = {field.name for field in fields(self)}
        return replace(self, **{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True)
class Listing:
    """The decision by which a centre stands on the list: its number there, the document and its day, from which day."""

    number: str
    document_no: str
    effective_on: date
    centre_uscc: str
    document_on: date | None = None


@dataclass(frozen=True)
class Grounds:
    """Why a qualification is revoked: cause, facts, clauses, and how to object to it."""

    cause: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class Service:
    """That a paper was served (送达): on which day, how, and what proves it (receipt, waybill)."""

    served_on: date
    method: str
    proof: str


SERVICE_METHODS = ("direct", "lien", "mail", "electronic", "public-notice")
"""直接、留置、邮寄、电子、公告送达."""


class AsAt(NamedTuple):
    """The day in law that is asked about, and the instant whose knowledge answers."""

    as_of: date
    known_at: datetime

    def told(self) -> dict[str, str]:
        """What every answer says of itself."""
        return {"as_of": self.as_of.isoformat(), "known_at": self.known_at.isoformat()}
