"""Steps that lead a case through the province in the application, each a command of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.review.application import ProvincialReview
from services.review.domain.expert_profile import ExpertProfile, profile_id
from services.review.domain.panel import Panel
from services.review.domain.public_notice import PublicNotice
from services.review.domain.site_visit import SiteVisit
from services.review.domain.values import Expert
from services.review.reactions import when_case_recommended
from tests.review.conftest import as_
from tests.review.examples import (
    CASE,
    EDITION,
    EXPERTS,
    FACTS,
    INSPECTORS,
    PASSED,
    POINTS,
    PROPOSAL,
    RECOMMENDED,
    TODAY,
)

SECTIONS = {
    "centre": {"centre_name": FACTS.centre_name, "staff_total": 58},
    "supplement": {"total_formation_funds_wan": "3200.00", "full_time_rd_staff": 42},
}
"""What the frozen snapshot says, as far as the tests ask."""

OPINION: dict[str, Any] = {"text": "同意通过论证。", "met_on": date(2026, 4, 28)}
QUORUM = 5
"""Two thirds of seven."""

SHOWN = {"channel": "website", "url": "https://gxt.yn.example/notices/6"}
SCREENSHOT = b"%PDF-1.4\n% FAKE\n%%EOF\n"
"""What proves that a list was posted."""

FIELDS = ("LIQUID_METAL", "BIOMED_HEALTH", "GREEN_FOOD", "INFO", "CONSUMER", "GREEN_ENERGY", "NEV")
"""Fields that do not overlap: the cases of the tests claim different ones."""


def open_case(review: ProvincialReview, case_id: UUID = CASE, **changes: Any) -> None:
    number = f"2026-1-{case_id.hex[-7:].upper()}"
    snapshot = review.documents.put_json({"sections": SECTIONS}, "snapshot.json")
    facts = {"field_domain": FIELDS[case_id.int % len(FIELDS)], **changes}
    with as_("screening"):
        when_case_recommended(review, replace(RECOMMENDED, case_id=case_id, number=number, snapshot=snapshot, **facts))


def pre_review(review: ProvincialReview, case_id: UUID = CASE, draft: dict[str, Any] = PASSED) -> None:
    """From the recommendation to a drafted pre-review."""
    open_case(review, case_id)
    with as_("officer"):
        review.register_receipt(case_id)
    with as_("officer"):
        review.accept_case(case_id)
    with as_("officer"):
        review.draft_pre_review(case_id, **draft)


def enrol(review: ProvincialReview, *experts: Expert) -> None:
    """These experts serve in the pool; those who did before go on."""
    for expert in experts or EXPERTS:
        if review.find(ExpertProfile, profile_id(expert.subject)) is None:
            with as_("officer"):
                review.enrol_expert(expert=expert, relations=())


def constitute(review: ProvincialReview, case_id: UUID = CASE) -> Panel:
    pre_review(review, case_id)
    with as_("head"):
        review.pass_pre_review(case_id)
    enrol(review)
    with as_("officer"):
        panel = review.constitute_panel(case_id, experts=EXPERTS)
    with as_("head"):
        return review.approve_panel(panel.id)


def score(review: ProvincialReview, panel: Panel, share: int = 1) -> None:
    """Every expert declares and hands in the sheet of TC-01, its points divided by `share`."""
    for subject, points in POINTS.items():
        with as_(subject):
            review.declare_no_conflict(panel.id)
        with as_(subject):
            items = {code: given / share for code, given in points.items()}
            review.submit_score_sheet(panel.id, items=items, comment="")


def appraise(review: ProvincialReview, case_id: UUID = CASE, share: int = 1) -> Panel:
    """From the recommendation to the panel's opinion."""
    panel = constitute(review, case_id)
    score(review, panel, share)
    return sign(review, panel)


def sign(review: ProvincialReview, panel: Panel, count: int = QUORUM) -> Panel:
    """So many experts sign."""
    for expert in EXPERTS[:count]:
        with as_(expert.subject):
            panel = review.sign_opinion(panel.id, **OPINION)
    return panel


def schedule(review: ProvincialReview, case_id: UUID = CASE) -> SiteVisit:
    with as_("officer"):
        return review.schedule_site_visit(case_id, visit_on=date(2026, 5, 12), inspectors=INSPECTORS)


def inspect(review: ProvincialReview, case_id: UUID = CASE) -> SiteVisit:
    """A whole site visit, up to the last signature."""
    visit = schedule(review, case_id)
    for item in EDITION["site.checklist"]:
        with as_(INSPECTORS[0]):
            review.record_finding(visit.id, item=item, claim="", confirmed=True, note="", photo_sha256="")
    with as_(INSPECTORS[0]):
        review.draft_site_report(visit.id, conclusion="相符。")
    for inspector in INSPECTORS:
        with as_(inspector):
            visit = review.sign_site_report(visit.id)
    return visit


def propose(review: ProvincialReview, case_id: UUID = CASE) -> None:
    """From the recommendation to the collective decision."""
    appraise(review, case_id)
    inspect(review, case_id)
    with as_("body"):
        review.propose_case(
            case_id,
            track=PROPOSAL.track,
            meeting_date=PROPOSAL.meeting_date,
            minute_no=PROPOSAL.minute_no,
            text=PROPOSAL.text,
        )


def draft_notice(review: ProvincialReview, *case_ids: UUID) -> PublicNotice:
    """An approved list of proposed cases, and the page on which it will be shown."""
    with as_("officer"):
        notice = review.draft_notice(title="关于 2026 年省级制造业创新中心拟认定名单的公示", case_ids=case_ids)
    with as_("head"):
        review.approve_notice(notice.id)
    with as_("officer"):
        return review.attach_proof(notice.id, name="page.pdf", body=SCREENSHOT, media_type="application/pdf")


def post(review: ProvincialReview, *case_ids: UUID, number: str = "云工信公示〔2026〕6号") -> PublicNotice:
    notice = draft_notice(review, *case_ids)
    with as_("officer"):
        return review.post_notice(notice.id, notice_no=number, posted_on=TODAY, **SHOWN)
