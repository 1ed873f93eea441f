"""What screening knows of a dossier and says of it: facts, opinions, service records, defects, slips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.shared.vocabulary import DocumentRef

SERVICE_METHODS = {
    "electronic": "电子送达",
    "in_person": "直接送达",
    "post": "邮寄送达",
    "left": "留置送达",
    "public_notice": "公告送达",
}
"""How a paper is served on a party (送达方式)."""


@dataclass(frozen=True)
class Facts:
    """What the frozen snapshot of the dossier says; copied, never typed by the prefecture. Funds are in 万元."""

    lead_unit_name: str
    centre_name: str
    centre_uscc: str
    member_usccs: tuple[str, ...]
    member_names: tuple[str, ...]
    field_domain: str
    rd_direction: str
    track_requested: str
    total_formation_funds_wan: str
    snapshot_number: int
    snapshot: DocumentRef
    documents: tuple[DocumentRef, ...]


@dataclass(frozen=True)
class Opinion:
    """The screening opinion (初审意见) as drafted; a refusal has reasons, clauses and the remedy paragraph."""

    recommends: bool
    text: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedy: str
    drafted_by: str


@dataclass(frozen=True)
class ServiceRecord:
    """That a paper was served (送达): on which day, how (`SERVICE_METHODS`), and what proves it (receipt, waybill)."""

    served_on: date
    method: str
    proof: str


@dataclass(frozen=True)
class Suspension:
    """A time in which a case stands still (中止办理): a cause of the edition, and the document that says so."""

    cause: str
    document_no: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class Defect:
    """One thing to correct: where (JSON Pointer, or "" for the paper), what is wanted, and by which clause."""

    pointer: str
    zh: str
    clause: str


@dataclass(frozen=True)
class Slip:
    """A case that left a batch after its letter had gone out (更正单): which, why, and when that was noted."""

    case_id: UUID
    number: str
    cause: str  # withdrawn 撤回 | rescinded 撤销推荐 | lapsed 逾期未补正 | terminated 终止办理
    noted_on: date


@dataclass(frozen=True)
class Supplement:
    """A supplementary Annex 3 (补充汇总表): which rows still stand; it is issued once its letter is signed."""

    number: int
    annex_3: DocumentRef
    case_ids: tuple[UUID, ...]
    filled_on: date
    drafted_by: str
    letter_no: str = ""
    letter_date: date | None = None
    form: DocumentRef | None = None
    seal: DocumentRef | None = None
