"""A majority of the sheets, with its tie rule: an aggregation like the others, and computed again from the events."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from services.review.domain.figures import aggregated, majority_mark, statistics_of, vote_on
from services.review.domain.panel import Panel
from services.review.domain.rules import reaches_the_gate
from tests.review.examples import CASE, EDITION, scored_panel
from tests.review.steps import appraise
from tests.review.test_recomputed import events

MARKS = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=9)


def edition_with(**values):
    changed = {key.replace("__", "."): value for key, value in values.items()}
    parameters = {key: replace(EDITION.parameter(key), value=value) for key, value in changed.items()}
    return replace(EDITION, parameters=MappingProxyType({**EDITION.parameters, **parameters}))


ACCEPT = edition_with(expert__tie_rule="accept")
REJECT = edition_with(expert__tie_rule="reject")


def marks(*numbers):
    return [Decimal(number) for number in numbers]


def test_the_mark_is_the_highest_that_more_than_half_of_the_sheets_reach():
    assert majority_mark(marks(90, 80, 70, 60, 50), EDITION) == 70
    assert majority_mark(marks(61), EDITION) == 61


def test_of_two_halves_the_tie_rule_decides():
    even = marks(90, 80, 60, 50)
    assert [majority_mark(even, rule) for rule in (REJECT, ACCEPT)] == marks(60, 80)
    assert EDITION["expert.tie_rule"] == "reject"
    for rule, carried in ((REJECT, False), (ACCEPT, True)):
        vote = vote_on(Decimal(75), even, rule)
        assert (vote.in_favour, vote.against, vote.is_carried) == (2, 2, carried)


@forall(MARKS, st.decimals(0, 100, places=2))
def test_what_the_mark_reaches_is_what_a_count_of_hands_carries(totals, least):
    hands = sum(total >= least for total in totals)
    assert (majority_mark(totals, REJECT) >= least) == (2 * hands > len(totals))
    assert (majority_mark(totals, ACCEPT) >= least) == (2 * hands >= len(totals))


def test_no_sheets_and_an_unknown_rule_are_refused():
    with pytest.raises(ValueError, match="no sheets"):
        majority_mark([], EDITION)
    with pytest.raises(ValueError, match="no tie rule dice"):
        majority_mark(marks(1), edition_with(expert__tie_rule="dice"))


def test_an_edition_may_aggregate_by_majority_and_the_gate_is_then_a_vote():
    """Two enthusiasts lift the mean over the gate; the majority does not follow them."""
    split = marks(100, 100, 55, 55, 55)
    by_vote = edition_with(expert__aggregation="majority")
    assert reaches_the_gate(aggregated(split, EDITION), EDITION)
    assert not reaches_the_gate(aggregated(split, by_vote), by_vote)
    assert statistics_of(split, EDITION).majority == 55


def test_the_votes_are_those_of_the_stored_sheets(wired, review):
    panel = appraise(review)
    totals = [Decimal(event["sheet"]["total"]) for event in events(wired, "review.panel.score-sheet-submitted")]
    votes = review.find(Panel, panel.id).votes(EDITION)
    for track, least in (("designation", 75), ("cultivation", 60)):
        hands = sum(total >= least for total in totals)
        assert (votes[track].in_favour, votes[track].is_carried) == (hands, 2 * hands > len(totals))
    assert review.find(Panel, panel.id).statistics(EDITION).majority == sorted(totals)[3]
    assert panel.case_id == CASE


def test_what_was_kept_before_there_was_a_majority_is_read():
    kept = scored_panel().statistics(EDITION)
    assert replace(kept, majority=None).majority is None
