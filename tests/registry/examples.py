"""Canonical things of the registry: the centres of TC-01 and TC-11, and each aggregate at each step of its life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from services.registry.domain import due
from services.registry.domain.assessment import Assessment, assessment_id
from services.registry.domain.centre import Centre
from services.registry.domain.facts import Fact
from services.registry.domain.record import CentreRef
from services.registry.domain.rectification import Rectification
from services.registry.domain.revocation import Revocation
from services.registry.domain.summary import AnnualSummary, summary_id
from services.registry.domain.values import FAILED_ASSESSMENT, Facts, Grounds, Listing
from services.review.contracts import CaseCleared
from services.shared.policy import edition
from services.shared.vocabulary import DocumentRef, Track
from tests.given import done, made

CASES = Path(__file__).parents[2] / "deploy/demo/cases"
TC01 = yaml.safe_load((CASES / "tc01.yaml").read_text(encoding="utf-8"))["story"]
TC11 = yaml.safe_load((CASES / "tc11.yaml").read_text(encoding="utf-8"))["story"]
EDITION = edition("2019-05-06")
CASE = UUID("0190a0b0-0000-7000-8000-0000000000c1")
OTHER_CASE = UUID("0190a0b0-0000-7000-8000-0000000000c2")
LISTED_ON = date(2026, 6, 10)
DOCUMENT = DocumentRef("ab" * 32, "cd" * 32, "text.json", "application/json", 412)
FACTS = Facts(
    case_number="2026-1-7K3F9QA",
    track=Track.DESIGNATION,
    notice_no="云工信公示〔2026〕6号",
    prefecture="530100",
    lead_uscc="91530100MAFAKE019M",
    lead_unit_name="昆明幻彩合金股份有限公司",
    centre_name="云南幻彩液态金属创新中心有限公司",
    centre_uscc="91530112MAFAKE027W",
    member_usccs=("91530100MAFAKE019M", "12530000FAKE0003XC", "91310000MAFAKE078X"),
    member_names=("昆明幻彩合金股份有限公司", "云岭虚构理工大学", "沪上幻智装备有限公司"),
    field_domain="LIQUID_METAL",
    rd_direction="液态金属热管理",
    snapshot=DOCUMENT,
)
LISTING = Listing("YNMIC-2026-001", "云工信技创〔2026〕96号", LISTED_ON, FACTS.centre_uscc)
REF = CentreRef(CASE, LISTING.number, FACTS.lead_uscc, FACTS.prefecture, FACTS.member_usccs)
GROUNDS = Grounds(FAILED_ASSESSMENT, ("考核评估不合格，整改复核仍不合格",), ("S4.3",), "如对本决定不服，可以……")
FRAUD = replace(GROUNDS, cause="fraud", reasons=("隐瞒有关情况",))
REVOCATION_ID = UUID("0190a0b0-0000-7000-8000-0000000000d1")
ASSESSMENT_DUE = due.assessment(LISTED_ON, EDITION)

Step = Callable[[Any], Any]
OFFICER: dict[str, Any] = {"actor": "officer"}
HEAD: dict[str, Any] = {"actor": "head"}
BODY: dict[str, Any] = {"actor": "collective-body"}


def points(story: dict[str, Any], block: str) -> dict[str, Decimal]:
    """The score sheet of a demo case."""
    return {code: Decimal(value) for code, value in story[block]["items"].items()}


GOOD, BAD = points(TC01, "three_year"), points(TC11, "three_year")


def cleared_message(case_id: UUID = CASE, **changes: Any) -> CaseCleared:
    """What review says when the public notice of the case closed clear."""
    facts = {name: value for name, value in vars(FACTS).items() if name != "case_number"}
    if case_id == OTHER_CASE:
        facts["centre_uscc"] = "91533103MAFAKE2546"
    fixed = {
        "case_id": case_id,
        "number": FACTS.case_number,
        "notice_id": UUID(int=6),
        "round_id": UUID(int=7),
        "round_number": "2026-1",
        "policy_edition": EDITION.id,
    }
    return CaseCleared(**{**facts, **fixed, **changes})


def cleared(track: Track = Track.DESIGNATION, **facts: Any) -> Centre:
    """A centre that waits for its decision document."""
    changed = replace(FACTS, track=track, **facts)
    return made(lambda: Centre(id=CASE, facts=changed, policy_edition=EDITION.id))


def designated(*steps: Step) -> Centre:
    """Q2."""
    return done(cleared(), lambda c: c.designate(LISTING, assessment_due=ASSESSMENT_DUE), *steps)


def cultivated() -> Centre:
    """Q1."""
    centre = cleared(Track.CULTIVATION)
    return done(centre, lambda c: c.list_for_cultivation(LISTING, assessment_due=ASSESSMENT_DUE))


def with_plaque(*steps: Step) -> Centre:
    """Q2, P1."""
    return designated(lambda c: c.issue_plaque(plaque_no="001"), *steps)


def begin_assessment(centre: Centre) -> None:
    centre.begin_assessment(assessment_id=UUID(int=8), year=2029, today=date(2029, 6, 11))


def fail(centre: Centre) -> None:
    centre.conclude_assessment(grade="failed", next_due=None)


def rectify(centre: Centre) -> None:
    centre.begin_rectification(rectification_id=UUID(int=9))


def fail_again(centre: Centre) -> None:
    centre.begin_recheck()
    centre.conclude_recheck(grade="failed", next_due=None)


def notice(centre: Centre) -> None:
    centre.face_revocation(revocation_id=REVOCATION_ID, cause=FAILED_ASSESSMENT)


def revoke(centre: Centre) -> None:
    centre.revoke(
        GROUNDS, document_no="云工信技创〔2030〕151号", effective_on=date(2030, 8, 1), banned_until=date(2033, 8, 1)
    )


FAILING: tuple[Step, ...] = (begin_assessment, fail, rectify, fail_again)


def facing_revocation(*steps: Step) -> Centre:
    """Q2, S4, P1, notice served."""
    return with_plaque(*FAILING, notice, *steps)


def summary(*steps: Step, year: int = 2026) -> AnnualSummary:
    """The summary of a year, after these steps."""
    deadline = due.summary(year, EDITION)
    return done(made(lambda: AnnualSummary(summary_id(CASE, year), REF, year, EDITION.id, deadline)), *steps)


FIGURES: dict[str, Any] = {
    "owner_usccs": ["91530100MAFAKE019M", "12530000FAKE0003XC", "91310000MAFAKE078X"],
    "full_time_rd_staff": 42,
    "total_formation_funds_wan": "3200.00",
    "core_technologies": ["液态金属热界面"],
}
BASIC = tuple(Fact.of(name, value) for name, value in FIGURES.items())


def filed(summary: AnnualSummary) -> None:
    """Handed in to the prefecture on 15 January 2027."""
    day = date(2027, 1, 15)
    forward = due.forwarded_summary(summary.year, day, EDITION)
    summary.submit(document=DOCUMENT, today=day, figures=BASIC, forward=forward)


def sent_on(summary: AnnualSummary) -> None:
    summary.send_on(agrees=True, opinion=DOCUMENT)


def submitted(summary: AnnualSummary) -> None:
    """Handed in, and sent on by the prefecture."""
    filed(summary)
    sent_on(summary)


def returned(summary: AnnualSummary) -> None:
    summary.return_(reasons=("缺少经费数据",), deadline=due.returned_summary(date(2027, 1, 20), EDITION))


def assessment(*steps: Step) -> Assessment:
    """The assessment of 2029, after these steps of the officer."""
    return done(made(lambda: Assessment(assessment_id(CASE, 2029), REF, 2029, EDITION.id)), *steps, **OFFICER)


def rectification(*steps: Step) -> Rectification:
    """A rectification that the head ordered, after these steps of the officer."""
    deadline = due.rectification(date(2029, 7, 5), EDITION)
    order = ("补齐中试提取线建设",), "云工信技创〔2029〕138号", "如对本决定不服……", EDITION.id, deadline, "head"
    return done(made(lambda: Rectification(REF, *order), **HEAD), *steps, **OFFICER)


def revocation(*steps: Step, grounds: Grounds = GROUNDS) -> Revocation:
    """A procedure that the head opened on 1 August 2030, after these steps."""
    deadline = due.statement(date(2030, 8, 1), EDITION)
    opened = made(lambda: Revocation(REF, grounds, "云工信技创〔2030〕150号", EDITION.id, deadline, "head"), **HEAD)
    return done(opened, *steps, **OFFICER)
