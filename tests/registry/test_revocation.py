"""A revocation procedure: nobody loses a qualification unheard, and whoever gave notice does not decide."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry.domain import due
from services.registry.domain.revocation import Revocation, needs_hearing
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
    revocation.decide(document_no="云工信技创〔2030〕151号", meeting="党组会议", minute_no="〔2030〕19号")


def drop(revocation):
    revocation.drop(reason="陈述理由成立", document_no="云工信技创〔2030〕152号")


close = Revocation.close_statement_period


def test_gives_five_working_days_from_the_next_day():
    assert revocation().deadline.local_due.isoformat() == "2030-08-08T17:30:00+08:00"


def test_is_not_decided_while_the_statement_period_runs():
    refusal = given(revocation()).when(decide, **BODY).then_refused("statement-period-running")
    assert "2030-08-08 17:30" in refusal.findings[0].zh


@pytest.mark.parametrize("step", [hear, close, override, hold_hearing])
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
    given(revocation(close, grounds=FRAUD)).when(decide, **BODY).then_refused("hearing-missing")
    given(revocation(close, hold_hearing, grounds=FRAUD)).when(decide, **BODY).then(Revocation.Decided)


@pytest.mark.parametrize("command", [hear, close, override])
def test_hears_nobody_after_the_period(command):
    given(revocation(close)).when(command).then_refused("not-in-this-state")


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
