"""Canonical things of review: TC-01 as screening recommends it, and each aggregate at each step of its life."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from services.review.domain.panel import Panel
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.site_visit import SiteVisit
from services.review.domain.values import Appraisal, CaseFacts, Expert, NegativeDecision, Proposal, SiteReport
from services.review.reactions import facts_of
from services.screening import contracts as screening
from services.shared import contract
from services.shared.calendar import Deadline, calendar
from services.shared.policy import edition
from services.shared.vocabulary import DocumentRef, Track
from tests.given import done, made

ROOT = Path(__file__).parents[2]
SAMPLE = json.loads((Path(screening.__file__).parent / "samples/case.recommended.v1.json").read_text(encoding="utf-8"))
STORY = yaml.safe_load((ROOT / "deploy/demo/cases/tc01.yaml").read_text(encoding="utf-8"))["story"]
EDITION = edition("2019-05-06")
TODAY = date(2026, 6, 1)
"""The local day of `tests.given.NOON`."""
AFTER = datetime(2026, 6, 5, 16, tzinfo=UTC)
"""When the notice of that day has elapsed."""
RECOMMENDED: screening.CaseRecommended = contract.load(screening.CaseRecommended, SAMPLE)
CASE = RECOMMENDED.case_id
OTHER_CASE = UUID("0190a0b0-0000-7000-8000-0000000000c2")
FACTS: CaseFacts = facts_of(RECOMMENDED)
TEXT = DocumentRef("ab" * 32, "cd" * 32, "notice.txt", "text/plain", 412)
PHOTO = DocumentRef("ef" * 32, "01" * 32, "equipment.jpg", "image/jpeg", 90210)
EXPERTS = tuple(
    Expert(
        expert["user"],
        expert["speciality"],
        expert["employer"],
        "",
        tuple(expert["fields"]),
        expert["outside_province"],
    )
    for expert in STORY["experts"]
)
POINTS = {
    expert["user"]: {code: Decimal(points) for code, points in expert["items"].items()} for expert in STORY["experts"]
}
INSPECTORS: tuple[str, ...] = tuple(STORY["site"]["inspectors"])
REFUSAL = NegativeDecision("云工信技创〔2026〕70号", ("组建单位不足3家",), ("S3.2.2",), "如对本决定不服，可以……")
FAILED: dict[str, Any] = {"passed": False, "opinion": "不符合。", "reasons": REFUSAL.reasons, "clauses": ("S3.2.2",)}
PASSED: dict[str, Any] = {"passed": True, "opinion": "材料齐全。", "reasons": (), "clauses": ()}
PROPOSAL = Proposal(Track.DESIGNATION, date(2026, 5, 26), "厅党组会议纪要〔2026〕12号", "同意列入拟认定名单。")
PANEL = UUID("0190a0b0-0000-7000-8000-0000000000d1")
VISIT = UUID("0190a0b0-0000-7000-8000-0000000000e1")
NOTICE = UUID("0190a0b0-0000-7000-8000-0000000000f1")

Step = Callable[[Review], Any]
OFFICER: dict[str, Any] = {"actor": "officer"}
HEAD: dict[str, Any] = {"actor": "head"}


def appraisal(score: str = "91.40", sheets: int = 7) -> Appraisal:
    return Appraisal(PANEL, Decimal(score), "mean", sheets)


def recommended(case_id: UUID = CASE, **facts: Any) -> Review:
    """A review of a recommended case (A20)."""
    changed = replace(FACTS, **facts)
    return made(lambda: Review(id=case_id, policy_edition=EDITION.id, facts=changed))


def in_pre_review(case_id: UUID = CASE, **facts: Any) -> Review:
    """A30."""
    return done(recommended(case_id, **facts), Review.register_receipt, Review.accept, **OFFICER)


def in_appraisal(case_id: UUID = CASE, **facts: Any) -> Review:
    """A40, before its panel."""
    review = done(in_pre_review(case_id, **facts), lambda r: r.draft_pre_review(**PASSED), **OFFICER)
    return done(review, Review.pass_pre_review, **HEAD)


def before_panel(case_id: UUID = CASE, **facts: Any) -> Review:
    return done(in_appraisal(case_id, **facts), lambda r: r.assign_panel(PANEL))


def in_inspection(result: Appraisal | None = None, case_id: UUID = CASE, **facts: Any) -> Review:
    """A50, before its visit."""
    return done(before_panel(case_id, **facts), lambda r: r.complete_expert_appraisal(result or appraisal(), EDITION))


def in_assessment(result: Appraisal | None = None, case_id: UUID = CASE, **facts: Any) -> Review:
    """A60."""
    visited = done(in_inspection(result, case_id, **facts), lambda r: r.assign_site_visit(VISIT))
    return done(visited, lambda r: r.take_site_report(SiteReport(VISIT, "相符。", ())))


def proposed(case_id: UUID = CASE) -> Review:
    """A70."""
    return done(in_assessment(case_id=case_id), lambda r: r.propose(PROPOSAL, EDITION))


def on_notice(case_id: UUID = CASE) -> Review:
    """A75."""
    return done(proposed(case_id), lambda r: r.post(NOTICE, r.notice_entry(r.id)))


def cleared(case_id: UUID = CASE) -> Review:
    """A78."""
    elapsed = closed_notice()
    posted = done(proposed(case_id), lambda r: r.post(elapsed.id, r.notice_entry(r.id)))
    return done(posted, lambda r: r.end_notice(elapsed))


def panel(experts: tuple[Expert, ...] = EXPERTS) -> Panel:
    """A panel as the officer composed it."""
    return made(
        lambda: Panel.constitute(
            case_id=CASE,
            facts=FACTS,
            screeners=frozenset({"screener"}),
            experts=experts,
            edition=EDITION,
            track=Track.DESIGNATION,
        ),
        **OFFICER,
    )


def approved_panel() -> Panel:
    return done(panel(), lambda p: p.approve(EDITION), **HEAD)


def declared_panel() -> Panel:
    """Every expert has declared to be free of conflicts."""
    declared = approved_panel()
    for expert in EXPERTS:
        done(declared, Panel.declare_no_conflict, actor=expert.subject)
    return declared


def scored_panel(*left_out: str) -> Panel:
    """With the sheets of TC-01, but for those of some."""
    scored = declared_panel()
    for subject in POINTS:
        if subject not in left_out:
            done(scored, submitting(subject), actor=subject)
    return scored


def submitting(subject: str, **points: str) -> Callable[[Panel], None]:
    """Hand in the sheet of TC-01, with other points for some items."""
    changed = {**POINTS[subject], **{code: Decimal(value) for code, value in points.items()}}
    return lambda p: p.submit_score_sheet(points=changed, comment="同意。", edition=EDITION)


OPINION: dict[str, Any] = {"text": "同意通过论证。", "met_on": date(2026, 4, 28), "edition": EDITION}


def signing(panel: Panel) -> None:
    """The acting expert signs the opinion."""
    panel.sign_opinion(**OPINION)


def signed_panel(of: Panel | None = None, count: int = 5) -> Panel:
    """So many experts have signed; five of seven are enough."""
    signed = of or scored_panel()
    for seat in signed.seated[:count]:
        done(signed, signing, actor=seat.subject)
    return signed


def visit() -> SiteVisit:
    """A scheduled visit with two inspectors."""
    return made(
        lambda: SiteVisit.schedule(
            case_id=CASE,
            number=FACTS.number,
            centre_name=FACTS.centre_name,
            papers=FACTS.papers,
            visit_on=date(2026, 5, 12),
            inspectors=INSPECTORS,
            edition=EDITION,
        ),
        **OFFICER,
    )


def recording(item: str, confirmed: bool = True, note: str = "", photo_sha256: str = "") -> Callable[[SiteVisit], None]:
    return lambda v: v.record_finding(
        item=item, claim="", confirmed=confirmed, note=note, photo_sha256=photo_sha256, edition=EDITION
    )


def inspected_visit() -> SiteVisit:
    """With a finding on every item of the checklist, one of which differs."""
    items = list(EDITION["site.checklist"])
    steps = [recording(item) for item in items[1:]]
    return done(visit(), recording(items[0], confirmed=False, note="股东有变"), *steps, actor=INSPECTORS[0])


def reported_visit() -> SiteVisit:
    return done(
        inspected_visit(), lambda v: v.draft_report(conclusion="基本相符。", edition=EDITION), actor=INSPECTORS[0]
    )


def notice() -> PublicNotice:
    """A drafted list with one case."""
    entries = (proposed().notice_entry(CASE),)
    editions = frozenset({EDITION.id})
    return made(lambda: PublicNotice.draft(title="公示", entries=entries, editions=editions), **OFFICER)


def approved_notice() -> PublicNotice:
    return done(notice(), PublicNotice.approve, **HEAD)


def period(posted_on: date = TODAY) -> Deadline:
    return Deadline.working_days_after(
        posted_on,
        5,
        kind="notice",
        rule="notice.length",
        clause="S4.2",
        close_time="23:59",
        calendar=calendar(),
        count_start_day=True,
    )


def posting(posted_on: date = TODAY) -> Callable[[PublicNotice], None]:
    return lambda n: n.post(
        notice_no="云工信公示〔2026〕6号", posted_on=posted_on, deadline=period(posted_on), text=TEXT
    )


def posted_notice() -> PublicNotice:
    return done(approved_notice(), posting())


def closed_notice() -> PublicNotice:
    """Its full period has elapsed."""
    return done(posted_notice(), PublicNotice.close, at=AFTER)
