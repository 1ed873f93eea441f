"""TC-06: after the scoring of 楚雄幻钛 it is found that expert no. 4 was paid by a member."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deploy.demo.case_file import read
from services.shared.vocabulary import Role
from tests.journeys.conftest import CASES
from tests.journeys.prefecture import lead_uscc
from tests.journeys.reviewing import Plan, hidden, province_on, refused

MEMBER = ("曲靖幻钛股份有限公司", lead_uscc("530300", 61))
TOTALS = ("85.0", "84.0", "86.0", "83.0", "85.0", "84.0", "85.0")
"""592 points on seven sheets: 84.57 on average."""
CAUSE = "2024 年 11 月起任成员单位有偿顾问，申明时未说明"


def sheets():
    """The experts of TC-01 with these totals: what is taken off is taken off the technology."""
    experts = read(CASES / "tc01.yaml").story["experts"]
    for expert, total in zip(experts, TOTALS, strict=True):
        points = {"foundation": "17.0", "organisation": "17.0", "mechanism": "13.0", "outcome": "17.0"}
        rest = Decimal(total) - sum(map(Decimal, points.values()))
        expert |= {"items": {**points, "technology": str(rest)}, "total": total}
    return experts


@pytest.fixture(scope="module")
def province(module_database_url, amqp_uri, tmp_path_factory):
    home = tmp_path_factory.mktemp("tc06")
    with province_on(module_database_url, amqp_uri, home, "intake", "screening", "review", "audit") as province:
        yield province


@pytest.fixture(scope="module")
def scored(province):
    """The case after a signed opinion of 84.57, and expert no. 4 in the pool."""
    plan = Plan("楚雄幻钛股份有限公司", "532300", 60, "TITANIUM", member=MEMBER, terms={"experts": sheets()})
    [track] = province.recommended(plan)
    seat = {"subject": "expert-4", "speciality": "technology", "employer": "滇南虚构大学", "outside_province": False}
    profile = province.officer.act("review", "/experts", {"expert": seat, "relations": []})
    province.through("panel", track)
    panel = province.officer.get("review", f"/reviews/{track.case_id}")["panel_id"]
    return track, f"/panels/{panel}", f"/experts/{profile['id']}"


@pytest.fixture(scope="module")
def substituted(province, scored):
    """The sheet is voided, six are too few, and a substitute has scored."""
    track, path, profile = scored
    assert (province.state(track), province.officer.get("review", path)["score"]) == ("A50", "84.57")
    form = {"expert": "expert-4", "ground": "financial_interest", "cause": CAUSE}
    province.officer.act("review", f"{path}/void-score-sheet", form)
    assert province.state(track) == "A40"
    assert refused(province.head, f"{path}/approve") == (422, ["panel-even", "panel-too-small"])
    tie = {"kind": "financial_interest", "uscc": MEMBER[1], "unit": MEMBER[0], "until": "2024-11-20"}
    province.officer.act("review", f"{profile}/declare-relations", {"relations": [tie]})
    seat = {"subject": "expert-8", "speciality": "technology", "employer": "云岭虚构检测院", "outside_province": False}
    back = {**seat, "subject": "expert-4"}
    again = refused(province.officer, f"{path}/replace-expert", {"recused": "expert-4", "expert": back})
    assert again == (422, ["expert-has-conflict", "expert-screened-the-case"])
    replacing = {"recused": "expert-4", "expert": seat}
    assert refused(province.officer, f"{path}/replace-expert", replacing) == (422, ["expert-not-in-pool"])
    province.officer.act("review", "/experts", {"expert": seat, "relations": []})
    province.officer.act("review", f"{path}/replace-expert", replacing)
    province.head.act("review", f"{path}/approve")
    substitute = province.world.person("expert-8", Role.EXPERT)
    substitute.act("review", f"{path}/declare-no-conflict")
    items = {**sheets()[0]["items"], "technology": "24.0"}
    substitute.act("review", f"{path}/submit-score-sheet", {"items": items, "comment": "同意。"})
    opinion = {"text": "同意通过论证。", "met_on": "2026-01-20"}
    for subject in ("expert-1", "expert-2", "expert-3", "expert-5", "expert-8"):
        province.world.person(subject, Role.EXPERT).act("review", f"{path}/sign-opinion", opinion)
    return scored


def test_tc06_both_means_are_kept(province, substituted):
    track, path, _ = substituted
    panel = province.officer.get("review", path)
    [before] = panel["statistics_before"]
    assert (before["mean"], before["sheets"]) == ("84.57", 7)
    assert (panel["score"], panel["statistics"]["mean"], panel["statistics"]["sheets"]) == ("85.29", "85.29", 7)
    assert province.officer.get("review", f"/reviews/{track.case_id}")["appraisal"]["score"] == "85.29"


def test_tc06_the_voided_sheet_is_for_the_auditor_and_not_for_the_officer_or_the_expert(province, substituted):
    _, path, _ = substituted
    [voided] = province.auditor.get("review", path)["voided"]
    assert (voided["sheet"]["expert"], voided["sheet"]["total"], voided["cause"]) == ("expert-4", "83.00", CAUSE)
    seen = province.officer.get("review", path)
    assert seen["voided"] == []
    assert "expert-4" not in {sheet["expert"] for sheet in seen["score_sheets"]}
    assert hidden(province.world.person("expert-4", Role.EXPERT), path)


def test_tc06_the_experts_record_has_a_note(province, substituted):
    track, _, profile = substituted
    [note] = province.officer.get("review", profile)["notes"]
    assert (note["case_id"], note["text"]) == (track.case_id, CAUSE)


def test_tc06_the_applicant_sees_only_that_the_panel_was_changed(province, substituted):
    track, path, _ = substituted
    applicant = province.applicant(track)
    state = applicant.get("review", f"/reviews/{track.case_id}/state")
    assert state["panel_changes"] == 1
    assert not any(secret in str(state) for secret in ("expert-4", "84.57", "85.29", "顾问"))
    assert hidden(applicant, path)


def test_tc06_who_voided_the_sheet_and_when_is_in_the_ledger(province, substituted):
    track, *_ = substituted
    province.auditor.until(
        "audit",
        f"/cases/{track.case_id}/timeline",
        lambda told: "review.review.expert-appraisal-reopened" in {each["topic"] for each in told["items"]},
    )
