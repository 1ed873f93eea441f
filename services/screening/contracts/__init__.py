"""The integration events that screening publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.shared.contract import contract
from services.shared.vocabulary import DocumentRef


@dataclass(frozen=True)
class CorrectionItem:
    """One defect of a dossier: where (JSON Pointer, or "" for the paper), and what is wanted."""

    pointer: str
    zh: str
    clause: str


@contract("correction.requested.v1")
class CorrectionRequested:
    """The prefecture tells everything that is missing, once (一次性告知); the answer is due at `due`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    round_no: int
    items: tuple[CorrectionItem, ...]
    due: datetime
    provisional: bool
    explanation: str


@contract("case.not-recommended.v1")
class CaseNotRecommended:
    """The prefecture does not recommend the case: reasons, clauses, and how to object to it."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    document_no: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedy: str
    centre_uscc: str = ""


@contract("case.recommended.v1")
class CaseRecommended:
    """A case went up with a submitted batch: the facts of its frozen snapshot and the prefecture's opinion."""

    case_id: UUID
    number: str
    batch_id: UUID
    letter_no: str
    round_id: UUID
    round_number: str
    prefecture: str
    policy_edition: str
    lead_uscc: str
    lead_unit_name: str
    centre_name: str
    centre_uscc: str
    member_usccs: tuple[str, ...]
    member_names: tuple[str, ...]
    field_domain: str
    rd_direction: str
    track_requested: str
    snapshot_number: int
    snapshot: DocumentRef
    documents: tuple[DocumentRef, ...]
    opinion: str


@contract("batch.submitted.v1", key="batch_id", subject="letter_no")
class BatchSubmitted:
    """A prefecture sent its recommendations up by formal letter: Annex 3, the seal on both, the scanned letter."""

    batch_id: UUID
    letter_no: str
    prefecture: str
    round_id: UUID
    case_ids: tuple[UUID, ...]
    annex_3: DocumentRef
    seal: DocumentRef | None = None
    letter: DocumentRef | None = None


@contract("batch.resubmitted.v1", key="batch_id", subject="letter_no")
class BatchResubmitted:
    """A prefecture answered the return of its batch: these cases go on under the new letter."""

    batch_id: UUID
    letter_no: str
    prefecture: str
    round_id: UUID
    case_ids: tuple[UUID, ...]
    annex_3: DocumentRef
    seal: DocumentRef | None = None
    letter: DocumentRef | None = None


@contract("case.recommendation-rescinded.v1")
class RecommendationRescinded:
    """The prefecture dropped a case of a returned batch: reasons, clauses, and how to object to it."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    document_no: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedy: str
    centre_uscc: str = ""


@contract("batch.supplemented.v1", key="batch_id", subject="letter_no")
class BatchSupplemented:
    """Cases have left a batch after it went up: a supplementary Annex 3 says which still stand; the first one stays."""

    batch_id: UUID
    letter_no: str
    prefecture: str
    round_id: UUID
    case_ids: tuple[UUID, ...]
    left_case_ids: tuple[UUID, ...]
    annex_3: DocumentRef


@contract("decision.served.v1")
class DecisionServed:
    """A refusal of the prefecture's was served on the lead unit; a review can be asked for until `remedy_until`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    document_no: str
    served_on: date
    method: str
    remedy_until: datetime
    explanation: str


@contract("case.transferred.v1")
class CaseTransferred:
    """A case went from one prefecture to another, which begins anew."""

    case_id: UUID
    number: str
    lead_uscc: str
    from_prefecture: str
    prefecture: str
    reason: str


@contract("case.taken-in.v1")
class CaseTakenIn:
    """The prefecture has begun the formal check (形式审查) of this submission, and tells every defect until `due`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    snapshot_number: int
    due: datetime


@contract("case.officer-recused.v1")
class OfficerRecused:
    """An officer with an interest is kept away from the case (回避); `officer` is the subject of an identity."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    officer: str


@contract("case.reopened.v1")
class CaseReopened:
    """A refusal or a lapse before the prefecture was set aside by a review or judgment; the case goes on at `code`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    body: str
    decision_no: str
    code: str


@contract("case.suspended.v1")
class CaseSuspended:
    """The case stands still before its prefecture, for a cause of the edition; deadlines that ran stand with it."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    cause: str
    document_no: str
    since: datetime


@contract("case.resumed.v1")
class CaseResumed:
    """A suspended case goes on where it was; what ran when it was stopped, a check or a correction, ends at `due`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    document_no: str
    due: datetime | None
    provisional: bool
    explanation: str
