"""The integration events that intake publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.shared.contract import contract
from services.shared.vocabulary import DocumentRef


@contract("round.opened.v1", key="round_id")
class RoundOpened:
    """A round takes dossiers; every case of it is judged by this edition of the policy."""

    round_id: UUID
    number: str
    title: str
    year: int
    policy_edition: str
    opens_on: date
    closes_on: date


@dataclass(frozen=True)
class Quota:
    """How many cases a recommending body, by its prefecture's code, may send up."""

    prefecture: str
    most: int


@contract("round.conditions-published.v1", key="round_id")
class RoundConditionsPublished:
    """What a round asks beside the policy: fields, quotas of recommending bodies (none: no limit), paper copies."""

    round_id: UUID
    number: str
    text: str
    fields: tuple[str, ...]
    quotas: tuple[Quota, ...]
    paper_copies: int


@contract("round.extended.v1", key="round_id")
class RoundExtended:
    """A round closes later than was said (延期): on `closes_on`, to the minute at `closes_at`, and why.

    `drafting` are the lead units that have a draft in it.
    """

    round_id: UUID
    number: str
    closes_on: date
    closes_at: datetime
    reason: str
    drafting: tuple[str, ...] = ()


@contract("round.announced.v1", key="round_id")
class RoundAnnounced:
    """The list of a round was published under this document number."""

    round_id: UUID
    number: str
    document_no: str


@contract("round.cancelled.v1", key="round_id")
class RoundCancelled:
    """A round was called off; each of its open dossiers ends with `dossier.terminated.v1`."""

    round_id: UUID
    number: str
    document_no: str
    reason: str


@contract("round.closed.v1", key="round_id")
class RoundClosed:
    """A round takes no more dossiers."""

    round_id: UUID
    number: str


@contract("dossier.submitted.v1")
class DossierSubmitted:
    """A dossier was handed in: its frozen snapshot by digest, and the facts that others decide on."""

    case_id: UUID
    number: str
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
    total_formation_funds_wan: str
    snapshot_number: int
    snapshot: DocumentRef
    documents: tuple[DocumentRef, ...]
    origin: str = ""


@contract("dossier.resubmitted.v1")
class DossierResubmitted:
    """A correction was answered in time with a new frozen snapshot; `level` is who had asked (prefecture, province)."""

    case_id: UUID
    number: str
    level: str
    round_no: int
    prefecture: str
    lead_uscc: str
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
    origin: str = ""


@contract("dossier.recalled.v1")
class DossierRecalled:
    """The applicant took a submission back to work on it, within the round and before anybody had begun with it.

    The case goes on: the next submission is said by `dossier.submitted.v1` with the next snapshot number.
    """

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    snapshot_number: int
    reason: str


@contract("dossier.terminated.v1")
class DossierTerminated:
    """A dossier ended by no act of its applicant (终止办理): its round was called off. Not reviewed, not refused."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    submitted: bool
    document_no: str
    reason: str
    centre_uscc: str = ""


@contract("dossier.lapsed.v1")
class DossierLapsed:
    """A correction was not answered in time: the case counts as given up (视为放弃)."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    level: str
    centre_uscc: str = ""


@contract("dossier.lapse-taken-back.v1")
class DossierLapseTakenBack:
    """A case had lapsed at `level` in time that stood still (中止办理) already: it has not lapsed, and waits on."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    level: str


@contract("dossier.withdrawn.v1")
class DossierWithdrawn:
    """The applicant took the dossier back. `submitted` says whether it had been handed in."""

    case_id: UUID
    number: str
    submitted: bool
    reason: str
    lead_uscc: str = ""
    prefecture: str = ""
    centre_uscc: str = ""
