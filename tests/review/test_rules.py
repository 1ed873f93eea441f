"""The numbers of review: how scores are aggregated and where the lines lie."""

from dataclasses import replace as changed
from decimal import Decimal
from types import MappingProxyType

import pytest

from services.review.domain import rules
from services.review.domain.figures import aggregated
from services.review.domain.scheme import scheme_for
from services.shared.vocabulary import Track
from tests.review.examples import EDITION

TOTALS = [Decimal(total) for total in ("60.00", "80.00", "81.01", "82.00", "100.00")]


def edition_with(key, value):
    parameter = changed(EDITION.parameter(key), value=value)
    return changed(EDITION, parameters=MappingProxyType({**EDITION.parameters, key: parameter}))


@pytest.mark.parametrize(("method", "score"), [("mean", "80.60"), ("trimmed_mean", "81.00"), ("median", "81.01")])
def test_aggregates_by_the_method_of_the_edition(method, score):
    assert str(aggregated(TOTALS, edition_with("expert.aggregation", method))) == score


def test_rounds_half_up():
    totals = [Decimal("90.00"), Decimal("90.01")]
    assert str(aggregated(totals, EDITION)) == "90.01"


def test_refuses_a_method_that_it_does_not_know():
    with pytest.raises(ValueError, match="guess"):
        aggregated(TOTALS, edition_with("expert.aggregation", "guess"))


def test_the_gate_is_the_line_of_the_easier_track():
    assert rules.reaches_the_gate(Decimal("60.00"), EDITION)
    assert not rules.reaches_the_gate(Decimal("59.99"), EDITION)


def test_the_scheme_has_a_hundred_points():
    items = scheme_for(EDITION, Track.DESIGNATION, "NEW_MAT").items
    assert sum(item.max for item in items) == EDITION["expert.max_score"] == 100
    assert EDITION.parameter("expert.items").clause == "S4.2"
    assert EDITION.parameter("expert.items").ours
