"""The demonstration cases agree with themselves, with the policy edition, the calendar and the demo users."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from deploy.demo.cases.print_attachments import pdf
from services.shared.calendar import calendar
from services.shared.kernel.issuer import demo_user
from services.shared.policy import edition
from services.shared.vocabulary import Role
from tests.examples.dossiers import CASES, demo_case

NAMES = ["tc01", "tc11"]
EDITION = edition("2019-05-06")


def leaves(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        yield value
        return
    for item in inner:
        yield from leaves(item)


@pytest.mark.parametrize("name", NAMES)
def test_holds_plain_values_only(name):
    assert {type(leaf) for leaf in leaves(demo_case(name))} <= {str, int, bool, type(None)}


@pytest.mark.parametrize(("name", "mean"), [("tc01", "91.40"), ("tc11", "80.00")])
def test_score_sheets_follow_the_edition_and_have_the_mean_that_the_story_tells(name, mean):
    story = demo_case(name)["story"]
    most = {item["code"]: item["max"] for item in EDITION["expert.items"]}
    for sheet in story["experts"]:
        assert sheet["items"].keys() == most.keys()
        assert all(Decimal(points) <= most[code] for code, points in sheet["items"].items())
        assert sum(Decimal(points) for points in sheet["items"].values()) == Decimal(sheet["total"])
    totals = [Decimal(sheet["total"]) for sheet in story["experts"]]
    assert sum(totals) / len(totals) == Decimal(mean) == Decimal(story["panel"]["mean"])


@pytest.mark.parametrize("name", NAMES)
def test_the_panel_is_composed_as_the_edition_wants(name):
    experts = demo_case(name)["story"]["experts"]
    share = EDITION["expert.outside_min"]
    assert len(experts) == EDITION["expert.min.designation"]
    assert sum(one["outside_province"] for one in experts) * share["denominator"] >= len(experts) * share["numerator"]
    assert {"finance", "management"} <= {one["speciality"] for one in experts}


@pytest.mark.parametrize(
    ("name", "block", "score"), [("tc01", "three_year", 93), ("tc11", "three_year", 54), ("tc11", "recheck", 57)]
)
def test_assessments_follow_the_scheme_and_the_grades(name, block, score):
    assessment = demo_case(name)["story"][block]
    most = {item["code"]: item["max"] for item in EDITION["assessment.scheme"]}
    assert assessment["items"].keys() == most.keys()
    assert all(Decimal(points) <= most[code] for code, points in assessment["items"].items())
    assert sum(Decimal(points) for points in assessment["items"].values()) == Decimal(assessment["score"]) == score
    grade = next(one["code"] for one in EDITION["assessment.grades"] if score >= one["min"])
    assert grade == assessment["grade"]


@pytest.mark.parametrize("name", NAMES)
def test_the_site_visit_answers_the_whole_checklist_with_two_inspectors(name):
    site = demo_case(name)["story"]["site"]
    assert [one["item"] for one in site["findings"]] == list(EDITION["site.checklist"])
    assert len(set(site["inspectors"])) >= EDITION["site.min_inspectors"]


@pytest.mark.parametrize("name", NAMES)
def test_the_notice_closes_when_the_calendar_says_and_acts_fall_on_working_days(name):
    story = demo_case(name)["story"]
    posted = date.fromisoformat(story["notice"]["posted_on"])
    last = calendar().last_day(posted, EDITION["notice.length"], count_start_day=EDITION["notice.count_start_day"])
    assert story["notice"]["closes_on"] == last.day.isoformat() == "2026-06-05"
    acts = [story["screening"]["screened_on"], story["batch"]["letter_date"], story["panel"]["met_on"]]
    acts += [story["site"]["visited_on"], story["assessment"]["held_on"], story["decision"]["issued_on"]]
    acts += [story["plaque"]["issued_on"]]
    assert acts == sorted(acts)
    assert all(calendar().is_working_day(date.fromisoformat(day)) for day in acts)


@pytest.mark.parametrize("name", NAMES)
def test_everybody_in_the_story_is_a_demo_user_in_the_right_role(name):
    case = demo_case(name)
    story, lead = case["story"], case["dossier"]["supplement"]["lead_uscc"]
    applicant = demo_user(case["applicant"]["user"])
    assert (applicant.roles, applicant.organisation) == ((Role.APPLICANT,), lead)
    others = {row["uscc"] for row in case["dossier"]["centre"]["members"]} - {lead}
    assert {demo_user(one["user"]).organisation for one in case["member_confirmations"]} == others
    assert {one["uscc"] for one in case["member_confirmations"]} == others
    for sheet in story["experts"]:
        user = demo_user(sheet["user"])
        assert (user.name, user.roles) == (sheet["name"], (Role.EXPERT,))
        assert user.organisation not in others
    assert {demo_user(one).roles for one in story["site"]["inspectors"]} == {(Role.INSPECTOR,)}
    prefecture = case["dossier"]["supplement"]["prefecture_code"]
    for act, role in (("officer", Role.PREFECTURE_OFFICER), ("head", Role.PREFECTURE_HEAD)):
        user = demo_user(story["screening"][act])
        assert (user.roles, user.prefecture) == ((role,), prefecture)


def test_the_cases_share_one_round_and_have_their_own_plaques():
    first, second = (demo_case(name) for name in NAMES)
    assert first["round"] == second["round"]
    assert [case["story"]["plaque"]["number"] for case in (first, second)] == ["001", "002"]


def test_the_committed_pdf_files_are_those_of_their_texts():
    texts = sorted(CASES.glob("*/text/*.txt"))
    assert len(texts) == 9
    for text in texts:
        printed = text.parent.parent / f"{text.stem}.pdf"
        assert printed.read_bytes() == pdf(text.read_text(encoding="utf-8")), printed


def test_refuses_to_print_a_text_that_does_not_fit_its_page():
    with pytest.raises(ValueError, match="do not fit"):
        pdf("一\n" * 43)
