"""Appraisals and proposals judged again by another edition: what differs is named by clause, nothing is written."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.review.what_if import judged_again
from services.shared.kernel.what_if import by_clause
from services.shared.policy import Edition
from tests.review.examples import CASE, EDITION
from tests.review.steps import propose


def other(**values: Any) -> Edition:
    """The edition of the examples, with these parameters otherwise; two underscores stand for a point."""
    changed = {name.replace("__", "."): value for name, value in values.items()}
    parameters = {key: replace(EDITION.parameter(key), value=value) for key, value in changed.items()}
    return replace(EDITION, id="other", parameters={**EDITION.parameters, **parameters})


def told(review: Any, edition: Edition) -> list[tuple[str, str, str]]:
    return [(each.act.rpartition(".")[2], each.was, each.would_be) for each in judged_again(review, edition)]


def test_what_another_edition_would_have_decided_is_listed_by_clause(review):
    propose(review)
    log = review.database.rows("select * from log order by position")
    asked = "expert-appraisal-completed", "proposed"
    same = [(asked[0], "过线", "过线"), (asked[1], "拟列入", "拟列入")]
    assert told(review, EDITION) == same
    assert by_clause(judged_again(review, EDITION)) == {}

    stricter = other(expert__min_score__designation=Decimal("99.00"))
    assert told(review, stricter) == [same[0], (asked[1], "拟列入", "不得拟列入")]
    assert by_clause(judged_again(review, stricter)) == {"S4.2": 1}
    beyond = other(expert__min_score=Decimal("99.00"), expert__min_score__designation=Decimal("99.00"))
    assert told(review, beyond)[0] == (asked[0], "过线", "未过线")
    assert by_clause(judged_again(review, beyond)) == {"S4.2": 2}
    assert {(each.case_id, each.edition, each.other) for each in judged_again(review, stricter)} == {
        (CASE, EDITION.id, "other")
    }
    assert review.database.rows("select * from log order by position") == log


def test_the_score_is_made_anew_from_what_the_experts_entered(review):
    propose(review)
    [before, *_] = judged_again(review, EDITION)
    halved = tuple({**item, "weight": Decimal("0.5")} for item in EDITION["expert.items"])
    [after, *_] = judged_again(review, other(expert__items=halved))
    assert (before.would_be, after.would_be) == ("过线", "未过线")
    assert before.zh != after.zh
    fewer = EDITION["expert.items"][:-1]
    [stands, *_] = judged_again(review, other(expert__items=fewer))
    assert stands.zh == before.zh, "a scheme that does not take the sheets leaves the score as it was"
