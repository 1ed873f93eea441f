"""Anyone can compute it again: scores from the stored events, a draw from what is published, with none of our code."""

from __future__ import annotations

import hashlib
import json
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

import pytest

from services.review.domain.draw import RULES, Draw
from services.review.domain.expert_profile import Relation
from services.review.domain.panel import Panel
from services.review.domain.values import Expert
from services.review.schemas import DrawView
from services.shared.vocabulary import NotInThisState
from tests.review.conftest import as_
from tests.review.examples import CASE, EDITION, EXPERTS, FACTS, POINTS
from tests.review.steps import appraise, pre_review

CENT = Decimal("0.01")


def events(wired, topic):
    """The stored states of events of a topic, as plain JSON."""
    rows = wired.database.rows("select state from log where topic = %s order by position", (topic,))
    return [json.loads(bytes(state)) for (state,) in rows]


def rounded(value):
    return value.quantize(CENT, ROUND_HALF_UP)


def test_the_panels_figures_are_those_of_the_stored_sheets(wired, review):
    panel = appraise(review)
    sheets = [event["sheet"] for event in events(wired, "review.panel.score-sheet-submitted")]
    assert {sheet["expert"] for sheet in sheets} == set(POINTS)
    totals = []
    for sheet in sheets:
        entered = {item["code"]: Decimal(item["given"]) for item in sheet["items"]}
        assert entered == POINTS[sheet["expert"]]
        assert sum(Decimal(item["points"]) for item in sheet["items"]) == Decimal(sheet["total"])
        assert all(item["formula"] for item in sheet["items"])
        assert (sheet["scheme"], bool(sheet["formula"])) == ("2019-05-06/designation", True)
        totals.append(Decimal(sheet["total"]))
    [signed] = events(wired, "review.panel.opinion-signed")
    mean = rounded(sum(totals) / len(totals))
    assert (Decimal(signed["appraisal"]["score"]), signed["appraisal"]["method"]) == (mean, "mean")
    figures = review.find(Panel, panel.id).statistics(EDITION)
    middle = sorted(totals)[1:-1]
    assert (figures.mean, figures.trimmed_mean) == (mean, rounded(sum(middle) / len(middle)))
    assert (figures.median, figures.spread) == (rounded(median(totals)), max(totals) - min(totals))


def by_hand(published):
    """The rule `balanced-1` as it is worded, on what is published."""
    seats, seed = published["seats"], published["seed"]
    free = [each["expert"] for each in published["candidates"] if not each["conflicts"]]
    chosen: list[dict[str, Any]] = []
    for speciality in ("finance", "management", "technology"):
        for _ in range(seats[speciality]):
            wanted = sum(each["outside_province"] for each in chosen) < seats["outside"]
            left = [each for each in free if each["speciality"] == speciality and each not in chosen]
            employers = {each["employer"] for each in chosen}
            left.sort(key=lambda each: hashlib.sha256(f"{seed}:{each['subject']}".encode()).hexdigest())
            left.sort(key=lambda each: seats["field_domain"] not in each["fields"])
            left.sort(key=lambda each: each["employer"] in employers)  # sorted at once
            left.sort(key=lambda each: wanted and not each["outside_province"])  # sorted at once
            chosen.append(left[0])
    return [each["subject"] for each in chosen]


@pytest.fixture
def published(wired, review):
    """A draw from a pool, one of which is tied to a member, as it is read over HTTP."""
    pool = [*EXPERTS, *(Expert(f"pool-{number}", "technology", f"单位{number}", "", (), True) for number in range(6))]
    for expert in pool:
        tied = (Relation("shareholding", FACTS.member_usccs[-1], "成员单位"),) if expert.subject == "pool-0" else ()
        with as_("officer"):
            review.enrol_expert(expert=expert, relations=tied)
    pre_review(review)
    with as_("head"):
        review.pass_pre_review(CASE)
    with as_("officer"):
        review.draw_panel(CASE)
    [draw] = published_draws(wired, review)
    return draw


def published_draws(wired, review):
    """Every draw as it is read over HTTP, oldest first."""
    ids = [draw_id for (draw_id,) in wired.database.rows("select id from draws order by id")]
    return [json.loads(json.dumps(DrawView().dump(review.find(Draw, each)), default=plain)) for each in ids]


def plain(value):
    return vars(value) if hasattr(value, "__dict__") else str(value)


def test_a_draw_is_repeated_by_hand_from_what_is_published(published):
    assert by_hand(published) == published["drawn"]
    assert published["is_repeatable"]
    assert published["rule"] in RULES
    assert "SHA-256" in published["rule_says"]
    [tied] = [each for each in published["candidates"] if each["conflicts"]]
    assert (tied["expert"]["subject"], tied["conflicts"]) == ("pool-0", ["shareholding"])


def test_another_seed_or_pool_is_not_the_draw_that_was_held(published):
    outcomes = {tuple(by_hand({**published, "seed": f"seed {number}"})) for number in range(12)}
    assert len(outcomes) > 1


def test_a_substitute_is_drawn_for_the_same_seat_and_that_draw_is_repeated_too(wired, review, published):
    [(panel_id,)] = wired.database.rows("select id from panels")
    leaving = published["drawn"][-1]
    with as_("officer"), pytest.raises(NotInThisState):
        review.draw_substitute(panel_id, recused=leaving)
    with as_(leaving):
        review.declare_conflict(panel_id, ground="near_kin")
    with as_("officer"):
        panel = review.draw_substitute(panel_id, recused=leaving)
    _, second = published_draws(wired, review)
    assert by_hand(second) == second["drawn"] == [panel.experts[-1].subject]
    assert second["drawn"][0] not in {*published["drawn"], "pool-0"}
    assert panel.experts[-1].speciality == "technology"
    kept_out = {each["expert"]["subject"] for each in second["candidates"] if "of-the-panel" in each["conflicts"]}
    assert kept_out == set(published["drawn"])
