"""Canonical things of screening: a dossier of TC-01 as intake tells of it, and screenings at each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.contracts import DossierSubmitted
from services.screening.domain.annex_3 import SummarySheet
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.screening import Screening
from services.screening.domain.values import Facts
from services.shared.calendar import Deadline, calendar
from services.shared.vocabulary import DocumentRef
from tests.given import done, made

EDITION = "2019-05-06"
TODAY = date(2026, 6, 1)
"""The day of `tests.given.NOON`."""
KUNMING, DEHONG = "530100", "533100"
ROUND = UUID("0190a0b0-0000-7000-8000-000000000001")
OTHER_ROUND = UUID("0190a0b0-0000-7000-8000-000000000002")
CASE = UUID("0190a0b0-0000-7000-8000-0000000000c1")
OTHER_CASE = UUID("0190a0b0-0000-7000-8000-0000000000c2")
LETTER, DECISION = "昆工信〔2026〕15号", "昆工信〔2026〕16号"
DEADLINE = Deadline.working_days_after(
    TODAY,
    5,
    kind="formal-check",
    rule="correction.officer_days",
    clause="S4.1.2",
    close_time="17:30",
    calendar=calendar(),
    count_start_day=False,
)
SNAPSHOT = DocumentRef("ab" * 32, "cd" * 32, "2026-1-7K3F9QA-1.json", "application/json", 4096)
CERTIFICATE = DocumentRef("ef" * 32, "01" * 32, "legal-person-certificate.pdf", "application/pdf", 612)
FACTS = Facts(
    lead_unit_name="昆明幻彩合金股份有限公司",
    centre_name="云南幻彩液态金属创新中心有限公司",
    centre_uscc="91530112MAFAKE027W",
    member_usccs=("91530100MAFAKE019M", "12530000FAKE0003XC", "12530000FAKE00048C"),
    member_names=("昆明幻彩合金股份有限公司", "云岭虚构理工大学", "云岭虚构材料研究院"),
    field_domain="LIQUID_METAL",
    rd_direction="液态金属合金设计与抗氧化防腐蚀、复合热界面材料、印刷电子材料与装备",
    track_requested="designation",
    total_formation_funds_wan="3200.00",
    snapshot_number=1,
    snapshot=SNAPSHOT,
    documents=(CERTIFICATE,),
)
POSITIVE: dict[str, Any] = {
    "recommends": True,
    "text": "基本符合申报条件，同意推荐。",
    "reasons": (),
    "clauses": (),
    "remedy": "",
}
NEGATIVE: dict[str, Any] = {
    "recommends": False,
    "text": "不符合申报条件。",
    "reasons": ("组建单位不足 3 家",),
    "clauses": ("S3.2.2",),
    "remedy": "如对本决定不服，可以……",
}


def opened(case_id: UUID = CASE, **changes: Any) -> Screening:
    """A screening that waits for its prefecture (A05)."""
    terms: dict[str, Any] = {
        "id": case_id,
        "number": f"2026-1-{case_id.hex[-7:].upper()}",
        "round_id": ROUND,
        "round_number": "2026-1",
        "prefecture": KUNMING,
        "policy_edition": EDITION,
        "lead_uscc": FACTS.member_usccs[0],
        "facts": FACTS,
    }
    return made(lambda: Screening(**{**terms, **changes}))


def taken_in(**changes: Any) -> Screening:
    """A screening in the formal check (A10)."""
    return done(opened(**changes), start_intake(TODAY))


def accepted(**changes: Any) -> Screening:
    """A screening proper (A15)."""
    return done(taken_in(**changes), lambda s: s.accept(open_mismatches=0))


def drafted(opinion: dict[str, Any], **changes: Any) -> Screening:
    """A screening whose opinion the officer has drafted."""
    return done(accepted(**changes), lambda s: s.draft_opinion(**opinion), actor="officer")


def ready(**changes: Any) -> Screening:
    """A screening whose recommending opinion the head has signed."""
    return done(drafted(POSITIVE, **changes), Screening.sign_opinion, actor="head")


def recommended(**changes: Any) -> Screening:
    """A screening that went up with a batch (A20)."""
    return done(ready(**changes), lambda s: s.recommend(batch_id=OTHER_CASE, letter_no=LETTER))


def not_recommended() -> Screening:
    """A screening that ended in a refusal (A18)."""
    return done(drafted(NEGATIVE), lambda s: s.sign_not_recommended(document_no=DECISION), actor="head")


def start_intake(paper_received_on: date | None, *, copies_missing: int = 0) -> Callable[[Screening], None]:
    """The command that takes a dossier in."""
    return lambda screening: screening.start_intake(
        paper_received_on=paper_received_on, copies_missing=copies_missing, today=TODAY, deadline=DEADLINE
    )


def two_ready() -> tuple[Screening, Screening]:
    """Two cases of one prefecture and round that are ready for a batch."""
    return ready(), ready(case_id=OTHER_CASE, facts=replace(FACTS, centre_name="昆明虚磷创新中心有限公司"))


def sheet_of(*screenings: Screening) -> SummarySheet:
    """Annex 3 of these cases, filled in today."""
    return SummarySheet.of(screenings, round_id=ROUND, filled_on=TODAY)


def assembled(*screenings: Screening) -> RecommendationBatch:
    """A batch of these cases that waits for its letter."""
    annex_3 = DocumentRef("12" * 32, "34" * 32, "申报汇总表.json", "application/json", 900)
    sheet = sheet_of(*(screenings or two_ready()))
    return made(
        lambda: RecommendationBatch.assemble(sheet=sheet, annex_3=annex_3, quota=None, recommended_before=0),
        actor="officer",
    )


def signed(*screenings: Screening) -> RecommendationBatch:
    """A batch whose letter the head has signed."""
    return done(
        assembled(*screenings), lambda b: b.sign(letter_no=LETTER, letter_date=TODAY, today=TODAY), actor="head"
    )


def dossier_submitted(case_id: UUID = CASE, **changes: Any) -> DossierSubmitted:
    """What intake says when the dossier of TC-01 is handed in."""
    terms: dict[str, Any] = {
        **{name: getattr(FACTS, name) for name in FACTS.__dataclass_fields__},
        "case_id": case_id,
        "number": f"2026-1-{case_id.hex[-7:].upper()}",
        "round_id": ROUND,
        "round_number": "2026-1",
        "prefecture": KUNMING,
        "policy_edition": EDITION,
        "lead_uscc": FACTS.member_usccs[0],
    }
    return DossierSubmitted(**{**terms, **changes})
