"""The integration events that review publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.shared.contract import contract
from services.shared.vocabulary import DocumentRef, Track


@dataclass(frozen=True)
class CorrectionItem:
    """One defect of a dossier: where (JSON Pointer, or "" for the paper), and what is wanted."""

    pointer: str
    zh: str
    clause: str


@contract("correction.requested.v1")
class CorrectionRequested:
    """The department tells everything that is missing, once; the answer is due at `due`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    round_no: int
    items: tuple[CorrectionItem, ...]
    due: datetime
    provisional: bool
    explanation: str


@contract("batch.returned.v1", key="batch_id", subject="letter_no")
class BatchReturned:
    """The department returned a batch for a fault of the prefecture's (letter, Annex 3)."""

    batch_id: UUID
    letter_no: str
    prefecture: str
    case_ids: tuple[UUID, ...]
    reasons: tuple[str, ...]


@contract("case.not-selected.v1")
class CaseNotSelected:
    """The case ended in review: at which stage, why, by which clauses, and how to object to it."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    stage: str
    document_no: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedy: str
    centre_uscc: str = ""


@contract("case.reopened.v1")
class CaseReopened:
    """A decision against the case in review was set aside by a review or judgment; it goes on at `code`.

    A ban that came of the decision falls with it.
    """

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    body: str
    decision_no: str
    code: str


@contract("case.suspended.v1")
class CaseSuspended:
    """Nothing is decided of the case until it is resumed, and every clock of it stands still since then."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    cause: str
    document_no: str
    since: datetime


@contract("case.resumed.v1")
class CaseResumed:
    """The case goes on; a correction that it waits for is due at `correction_due`, counted from the days left."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    document_no: str
    correction_due: datetime | None
    provisional: bool
    explanation: str


@contract("case.clearing-reopened.v1")
class CaseClearingReopened:
    """An objection that had come in time was registered after the case was cleared: it is not to be listed.

    It is cleared anew, or ends.
    """

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    notice_no: str


@contract("complaint.raised.v1")
class ComplaintRaised:
    """An objection that can hold the case no more became a complaint: it came late, or the centre was listed already.

    Who complains, and of what, is asked at the desk that has it.
    """

    case_id: UUID
    number: str
    centre_name: str
    lead_uscc: str
    objection_id: UUID
    received_on: date
    in_time: bool


@contract("notice.posted.v1", key="notice_id", subject="notice_no")
class NoticePosted:
    """A list of proposed centres is on public notice until `ends_at`."""

    notice_id: UUID
    notice_no: str
    title: str
    case_ids: tuple[UUID, ...]
    posted_on: date
    ends_at: datetime
    text: DocumentRef


@contract("notice.closed.v1", key="notice_id", subject="notice_no")
class NoticeClosed:
    """A public notice has run its full period."""

    notice_id: UUID
    notice_no: str


@contract("case.cleared.v1")
class CaseCleared:
    """The public notice of this case closed without an open objection: it may be listed on this track.

    `cleared_on`: the local day on which it closed, or on which the last objection that held the case was concluded.
    """

    case_id: UUID
    number: str
    track: Track
    notice_id: UUID
    notice_no: str
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
    snapshot: DocumentRef
    cleared_on: date | None = None


@contract("ban.started.v1")
class BanStarted:
    """No new dossier of this centre or its lead unit is taken before the end of `banned_until`.

    The cause is a key of `ban.months_by_cause` of the edition. The registry says the same of centres that it revoked.
    """

    case_id: UUID
    number: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    cause: str
    banned_from: date
    banned_until: date
