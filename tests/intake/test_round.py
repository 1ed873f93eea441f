"""Decisions of a round: each command happens, can be refused, and leaves what it must."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.intake.domain.round import Round, State
from services.shared.vocabulary import Invalid
from tests.given import given
from tests.intake.examples import (
    CALL,
    CLOSES_ON,
    EDITION,
    LATER,
    announce,
    closed_round,
    closing,
    extend,
    open_round,
    planned,
)


def test_is_in_preparation_when_planned():
    round_ = given(planned()).aggregate
    assert (round_.state, round_.number, round_.closes_on) == (State.PLANNED, "2026-1", CLOSES_ON)
    assert round_.policy_edition == ""


@pytest.mark.parametrize("closes_on", [date(2026, 1, 12), date(2026, 1, 11)])
def test_refuses_to_close_before_it_opens(closes_on):
    with pytest.raises(Invalid) as refusal:
        planned(closes_on=closes_on)
    assert [(f.code, f.pointer) for f in refusal.value.findings] == [("dates-disordered", "/closes_on")]


def test_binds_the_edition_when_it_opens():
    [event] = given(planned()).when(announce).then(Round.Opened)
    assert (event.policy_edition, event.document_no, event.deadline) == (EDITION, CALL, closing(CLOSES_ON))
    assert given(open_round()).aggregate.policy_edition == EDITION


@pytest.mark.parametrize("make", [open_round, closed_round])
def test_refuses_to_open_twice(make):
    given(make()).when(announce).then_refused("not-in-this-state")


def test_does_not_open_behind_its_closing():
    terms: dict[str, Any] = {"policy_edition": EDITION, "document_no": CALL, "deadline": closing(CLOSES_ON)}
    due = closing(CLOSES_ON).due
    late = due + timedelta(microseconds=1)
    refusal = given(planned()).when(lambda r: r.open(**terms, at=late)).then_refused("closing-is-past")
    assert refusal.findings[0].clause == "S4.0"
    given(planned()).when(lambda r: r.open(**terms, at=due)).then(Round.Opened)


def test_takes_dossiers_up_to_the_last_instant_of_its_deadline():
    round_, due = given(open_round()).aggregate, closing(CLOSES_ON).due
    assert round_.takes_dossiers(due)
    assert not round_.takes_dossiers(due + timedelta(microseconds=1))
    assert round_.is_open


@pytest.mark.parametrize("make", [planned, closed_round])
def test_takes_no_dossiers_unless_it_is_open(make):
    assert not given(make()).aggregate.takes_dossiers(closing(CLOSES_ON).due)


def test_closes_later_when_extended():
    [event] = given(open_round()).when(extend(LATER)).then(Round.Extended)
    assert (event.closes_on, event.reason, event.deadline) == (LATER, "系统维护", closing(LATER))
    extended = given(open_round())
    extended.when(extend(LATER))
    assert extended.aggregate.takes_dossiers(closing(LATER).due)


@pytest.mark.parametrize("day", [CLOSES_ON, CLOSES_ON - timedelta(days=1)])
def test_refuses_an_extension_to_a_day_that_is_not_later(day):
    refusal = given(open_round()).when(extend(day)).then_refused("deadline-not-later")
    assert refusal.findings[0].pointer == "/closes_on"


@pytest.mark.parametrize("make", [planned, closed_round])
def test_refuses_an_extension_unless_it_is_open(make):
    given(make()).when(extend(LATER)).then_refused("not-in-this-state")


def test_is_over_when_closed():
    given(open_round()).when(Round.close).then(Round.Closed)
    assert given(closed_round()).aggregate.state is State.CLOSED


@pytest.mark.parametrize("make", [planned, closed_round])
def test_refuses_to_close_unless_it_is_open(make):
    given(make()).when(Round.close).then_refused("not-in-this-state")


def test_names_its_edition_on_every_event_from_the_opening_on():
    events: list[Any] = list(closed_round().collect_events())
    first, *rest = events
    assert first.metadata.policy_edition == ""
    assert {event.metadata.policy_edition for event in rest} == {EDITION}
