"""What reviews, panels, site visits and notices are made of: plain frozen values, as they are kept in events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.shared.calendar import Deadline
from services.shared.policy import Edition
from services.shared.vocabulary import DocumentRef, Track


@dataclass(frozen=True)
class CaseFacts:
    """What screening said of the case when it recommended it; taken from the frozen snapshot of the dossier."""

    number: str
    batch_id: UUID
    letter_no: str
    round_id: UUID
    round_number: str
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
    snapshot_number: int
    snapshot: DocumentRef
    documents: tuple[DocumentRef, ...]
    opinion: str

    def changed(self, values: Mapping[str, Any]) -> CaseFacts:
        """The same case with these facts in the place of the old ones."""
        return replace(self, **values)

    @property
    def papers(self) -> tuple[DocumentRef, ...]:
        """Everything that came with the dossier: the snapshot and its attachments."""
        return (self.snapshot, *self.documents)


@dataclass(frozen=True)
class PreReview:
    """The draft of a material pre-review (材料初审意见): its outcome, opinion and, when it fails, why."""

    passed: bool
    opinion: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    drafted_by: str


@dataclass(frozen=True)
class NegativeDecision:
    """A decision against the applicant: reasons, clauses, how to object to it, and its document number."""

    document_no: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedy: str
    decided_on: date | None = None


SERVICE_METHODS = {
    "direct": "直接送达",
    "lien": "留置送达",
    "mail": "邮寄送达",
    "electronic": "电子送达",
    "public-notice": "公告送达",
}


@dataclass(frozen=True)
class ServiceRecord:
    """That a decision was served (送达): on which day, how, and what proves it (receipt, waybill)."""

    served_on: date
    method: str
    proof: str


@dataclass(frozen=True)
class Expert:
    """A member of a panel, by the subject of the login: who that is stays with the identity provider.

    `speciality` is one of `SPECIALITIES`; `employer_uscc` is empty where the employer has no such code.
    """

    subject: str
    speciality: str
    employer: str
    employer_uscc: str = ""
    fields: tuple[str, ...] = ()
    outside_province: bool = False


SPECIALITIES = {"technology": "技术", "finance": "财务", "management": "管理"}


@dataclass(frozen=True)
class ItemScore:
    """The points for one item of the score scheme, from what was entered, by which formula, and why."""

    code: str
    points: Decimal
    given: Decimal | None = None
    formula: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ScoreSheet:
    """One expert's score sheet (评分表), by which version of which scheme; it is never changed."""

    expert: str
    items: tuple[ItemScore, ...]
    total: Decimal
    comment: str
    scheme: str = ""
    formula: str = ""


@dataclass(frozen=True)
class DraftSheet:
    """What an expert has entered so far, for nobody else's eyes."""

    items: Mapping[str, Decimal]
    reasons: Mapping[str, str]
    comment: str


@dataclass(frozen=True)
class OpinionDraft:
    """The wording that experts sign: text, day of the meeting, and who drafted it."""

    text: str
    met_on: date
    drafted_by: str


@dataclass(frozen=True)
class Appraisal:
    """The result of an expert appraisal: the aggregated score, by which method, from how many sheets."""

    panel_id: UUID
    score: Decimal
    method: str
    sheets: int


@dataclass(frozen=True)
class SiteFinding:
    """What an inspector saw of one item of the checklist, beside what the dossier claims; `photo` is the first one."""

    item: str
    claim: str
    confirmed: bool
    note: str
    photo: DocumentRef | None
    by: str
    more_photos: tuple[DocumentRef, ...] = ()


@dataclass(frozen=True)
class SiteReport:
    """A signed site report: its conclusion and the items in which the site differs from the dossier."""

    site_visit_id: UUID
    conclusion: str
    discrepancies: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A collective decision to list a case (综合评估): track, day of the meeting, number of the minutes, wording."""

    track: Track
    meeting_date: date
    minute_no: str
    text: str


@dataclass(frozen=True)
class NoticeEntry:
    """One line of a proposed list; the names are copied from the case, never typed.

    `shown_before` are the numbers of the notices that the case was on and had to leave (重新公示).
    """

    case_id: UUID
    number: str
    centre_name: str
    lead_unit_name: str
    track: Track
    shown_before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ban:
    """The lead unit may hand in no new dossier (限制申报) before `until`; months by the edition for the cause."""

    cause: str
    months: int
    since: date
    until: date

    @classmethod
    def under(cls, edition: Edition, cause: str, since: date) -> Ban | None:
        """The ban that an edition has for a cause, if it has one; by months, and no shorter for days off."""
        months: int = edition["ban.months_by_cause"][cause]
        if months < 1:
            return None
        rule, close_time = "ban.months_by_cause", edition["deadline.close_time"]
        end = Deadline.months_after(since, months, kind="ban", rule=rule, clause="S4.3", close_time=close_time)
        return cls(cause, months, since, end.local_due.date())


@dataclass(frozen=True)
class Amendment:
    """What a corrected list says of a case, and why it had to be corrected."""

    centre_name: str
    lead_unit_name: str
    reason: str
