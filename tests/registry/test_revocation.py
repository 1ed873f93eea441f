"""A revocation procedure: nobody loses a qualification unheard, and whoever gave notice does not decide."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry.domain import due
from services.registry.domain.revocation import Revocation, needs_hearing
from services.registry.domain.values import Service
from services.shared.vocabulary import Invalid
from tests.given import given
from tests.registry.examples import BODY, DOCUMENT, EDITION, FRAUD, HEAD, revocation


def hear(revocation):
    revocation.hear_statement(document=DOCUMENT)


def override(revocation):
    revocation.override_statement_period(reason="整改期间已多次听取中心意见。")


def hold_hearing(revocation):
    revocation.hold_hearing(minute_no="听证笔录〔2030〕1号", document=DOCUMENT)


def decide(revocation):
    revocation.decide(
        document_no="云工信技创〔2030〕151号", meeting="党组会议", minute_no="〔2030〕19号", today=DECIDED_ON
    )


def drop(revocation):
    revocation.drop(reason="陈述理由成立", document_no="云工信技创〔2030〕152号")


SERVED, DECIDED_ON = Service(date(2030, 8, 5), "direct", "送达回证〔2030〕5号"), date(2030, 8, 20)
close = Revocation.close_statement_period


def serve(revocation):
    deadline = due.statement(SERVED.served_on, EDITION)
    revocation.serve_notice(served=SERVED, deadline=deadline, given_on=date(2030, 8, 1))


def serve_decision(revocation):
    revocation.serve_decision(served=Service(date(2030, 8, 22), "mail", "EMS 1"))


def elapse(revocation):
    serve(revocation)
    close(revocation)


def test_gives_five_working_days_from_the_next_day():
    assert revocation().deadline.local_due.isoformat() == "2030-08-08T17:30:00+08:00"


def test_is_not_decided_while_the_statement_period_runs():
    refusal = given(revocation()).when(decide, **BODY).then_refused("statement-period-running")
    assert "2030-08-08 17:30" in refusal.findings[0].zh


@pytest.mark.parametrize("step", [hear, elapse, override, hold_hearing])
def test_is_decided_once_heard_or_elapsed_or_overridden(step):
    given(revocation(step)).when(decide, **BODY).then(Revocation.Decided)


def test_keeps_the_reason_of_an_override_on_record():
    assert given(revocation(override)).aggregate.override_reason == "整改期间已多次听取中心意见。"


def test_is_not_decided_by_whoever_gave_notice():
    given(revocation(hear)).when(decide, **HEAD).then_refused("drafter-signs")


def test_is_not_decided_twice():
    decided = revocation(hear, decide)
    given(decided).when(decide, **BODY).then_refused("not-in-this-state")


def test_waits_for_a_hearing_when_the_cause_needs_one():
    given(revocation(elapse, grounds=FRAUD)).when(decide, **BODY).then_refused("hearing-missing")
    given(revocation(elapse, hold_hearing, grounds=FRAUD)).when(decide, **BODY).then(Revocation.Decided)


@pytest.mark.parametrize("command", [hear, close, override])
def test_hears_nobody_after_the_period(command):
    given(revocation(elapse)).when(command).then_refused("not-in-this-state")


def test_is_dropped_before_it_is_decided_only():
    given(revocation(hear)).when(drop).then(Revocation.Dropped)
    given(revocation(hear, decide)).when(drop).then_refused("not-in-this-state")


def test_knows_only_the_causes_of_the_edition():
    assert needs_hearing("fraud", EDITION)
    assert not needs_hearing("failed_assessment", EDITION)
    with pytest.raises(Invalid, match="unknown-cause"):
        needs_hearing("bad_weather", EDITION)


@pytest.mark.parametrize(
    ("cause", "until"),
    [("failed_assessment", date(2033, 8, 1)), ("fraud", date(2035, 8, 1)), ("voluntary_exit", None)],
)
def test_a_ban_lasts_as_long_as_its_cause_says(cause, until):
    ban = due.ban(cause, date(2030, 8, 1), EDITION)
    assert (ban.local_due.date() if ban else None) == until


def test_the_statement_period_runs_from_the_service_of_the_notice():
    served = given(revocation())
    served.when(serve).then(Revocation.NoticeServed)
    assert served.aggregate.deadline.local_due.isoformat() == "2030-08-12T17:30:00+08:00"


def test_a_period_that_never_began_does_not_end():
    given(revocation()).when(close).then_refused("notice-not-served")


def test_a_notice_is_served_once_and_not_before_it_was_given():
    given(revocation(serve)).when(serve).then_refused("served-already")
    early = Service(date(2030, 7, 31), "direct", "x")
    given(revocation()).when(
        lambda r: r.serve_notice(served=early, deadline=r.deadline, given_on=date(2030, 8, 1))
    ).then_refused("served-before-made")


def test_a_hearing_that_was_asked_for_is_held_before_the_decision():
    asked = given(revocation(serve, Revocation.ask_for_hearing, close))
    asked.when(decide, **BODY).then_refused("hearing-missing")
    asked.when(hold_hearing).then(Revocation.HearingHeld)
    given(revocation(serve, Revocation.ask_for_hearing)).when(Revocation.ask_for_hearing).then()


def test_the_decision_is_known_from_its_service_on():
    decided = revocation(hear, decide)
    assert decided.known_on is None
    served = given(decided)
    served.when(serve_decision).then(Revocation.DecisionServed)
    assert served.aggregate.known_on == date(2030, 8, 22)
    given(revocation(hear, decide, serve_decision)).when(serve_decision).then_refused("served-already")
    early = Service(date(2030, 8, 19), "direct", "x")
    given(revocation(hear, decide)).when(lambda r: r.serve_decision(served=early)).then_refused("served-before-made")
    given(revocation(hear)).when(serve_decision).then_refused("not-in-this-state")
