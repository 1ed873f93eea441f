"""Annex 3 (申报汇总表): the rows of a batch, made from its screenings and never typed.

Contacts are personal data and stand in no event or document. The frozen snapshot of each row's dossier holds the
vault's reference of its contact, so a form that is asked for later can still be filled in (ADR 0018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.screening.domain import errors, rules
from services.screening.domain.screening import Screening
from services.screening.domain.values import Slip
from services.shared.policy import Edition, edition
from services.shared.policy.bodies import recommending_bodies
from services.shared.vocabulary import DocumentRef, Invalid


@dataclass(frozen=True)
class SummaryRow:
    """One row: what Annex 1 and the plan say of the case, and the prefecture's opinion."""

    seq: int
    case_id: UUID
    number: str
    centre_name: str
    lead_unit_name: str
    member_names: tuple[str, ...]
    field_domain: str
    rd_direction: str
    snapshot_sha256: str
    opinion: str


@dataclass(frozen=True)
class SummarySheet:
    """The whole sheet of one prefecture in one round."""

    prefecture: str
    round_id: UUID
    round_number: str
    policy_edition: str
    filled_on: date
    rows: tuple[SummaryRow, ...]

    @classmethod
    def of(cls, screenings: Sequence[Screening], *, round_id: UUID, filled_on: date) -> SummarySheet:
        """The sheet of these cases. Raises Invalid for cases that are not ready or do not belong together."""
        if not screenings:
            raise errors.batch_empty()
        findings = (
            *rules.cases_are_listed_once(screenings),
            *rules.cases_are_of_one_prefecture(screenings),
            *rules.cases_are_of_one_round(screenings, round_id),
            *rules.cases_are_ready(screenings),
        )
        if findings:
            raise Invalid(*findings)
        first = screenings[0]
        return cls(first.prefecture, round_id, first.round_number, first.policy_edition, filled_on, rows_of(screenings))

    @property
    def name(self) -> str:
        """The name of the stored document."""
        body = recommending_bodies(edition(self.policy_edition))[self.prefecture]
        return f"申报汇总表-{body.zh}-{self.round_number}-{self.filled_on}.json"

    def as_json(self) -> dict[str, Any]:
        """The sheet as plain JSON, with the policy's own title and the Chinese names of places and fields."""
        bound = edition(self.policy_edition)
        return {
            "title": bound.parameter("summary_sheet.columns").zh,
            "recommending_body": recommending_bodies(bound)[self.prefecture].office_zh,
            "prefecture": self.prefecture,
            "round_id": str(self.round_id),
            "round_number": self.round_number,
            "policy_edition": self.policy_edition,
            "filled_on": self.filled_on.isoformat(),
            "rows": _rows_as_json(self.rows, bound),
        }


def seal_as_json(
    *,
    prefecture: str,
    policy_edition: str,
    round_number: str,
    letter_no: str,
    letter_date: date,
    signed_by: str,
    documents: Mapping[str, DocumentRef],
) -> dict[str, Any]:
    """What a prefecture seals (行文用印): its letter, who signed it, and the digests of what goes with it."""
    sealed = {name: {"sha256": one.sha256, "sm3": one.sm3, "name": one.name} for name, one in documents.items()}
    return {
        "recommending_body": recommending_bodies(edition(policy_edition))[prefecture].office_zh,
        "prefecture": prefecture,
        "round_number": round_number,
        "letter_no": letter_no,
        "letter_date": letter_date.isoformat(),
        "signed_by": signed_by,
        **sealed,
    }


def supplement_as_json(sheet: SummarySheet, *, number: int, letter_no: str, slips: Sequence[Slip]) -> dict[str, Any]:
    """A supplementary Annex 3 (补充汇总表): the rows that still stand, as they were issued, and who has left.

    `letter_no` is the letter whose Annex 3 it supplements; that one stays as it was.
    """
    return {
        **sheet.as_json(),
        "supplement": number,
        "supplements_letter": letter_no,
        "left": [
            {**asdict(slip), "case_id": str(slip.case_id), "noted_on": slip.noted_on.isoformat()} for slip in slips
        ],
    }


def contact_of(snapshot: Mapping[str, Any]) -> str:
    """The vault's reference of a dossier's daily contact (附件1 中心日常工作联系人), or "" where it names none."""
    reference: str = snapshot["sections"].get("centre", {}).get("contact", {}).get("pii_ref", "")
    return reference


def rows_of(screenings: Sequence[Screening]) -> tuple[SummaryRow, ...]:
    """The rows of these cases, in this order, as their screenings stand now."""
    return tuple(_row_of(seq, screening) for seq, screening in enumerate(screenings, start=1))


def _row_of(seq: int, screening: Screening) -> SummaryRow:
    facts = screening.facts
    return SummaryRow(
        seq=seq,
        case_id=screening.id,
        number=screening.number,
        centre_name=facts.centre_name,
        lead_unit_name=facts.lead_unit_name,
        member_names=facts.member_names,
        field_domain=facts.field_domain,
        rd_direction=facts.rd_direction,
        snapshot_sha256=facts.snapshot.sha256,
        opinion=screening.opinion.text if screening.opinion else "",
    )


def _rows_as_json(rows: Sequence[SummaryRow], bound: Edition) -> list[dict[str, Any]]:
    fields = bound["fields.taxonomy"]
    return [
        {
            **asdict(row),
            "case_id": str(row.case_id),
            "member_names": list(row.member_names),
            "field_domain_name": fields.get(row.field_domain, row.field_domain),
        }
        for row in rows
    ]
