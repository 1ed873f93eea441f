"""Corrections: told once, in full, with days that run from the service; and what comes of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.intake.contracts import DossierLapsed
from services.screening.application import correcting, counting
from services.screening.domain.correction import Correction
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import ServiceRecord
from services.screening.reactions import when_dossier_lapsed
from services.shared.calendar import BEIJING, calendar
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.deadlines import run_due
from services.shared.vocabulary import Invalid, NotInThisState
from tests.screening.conftest import as_
from tests.screening.examples import CASE, FACTS, TODAY
from tests.screening.steps import CERTIFICATE_MISSING, SERVED, open_case, request_correction, take_in

ANSWERED = replace(FACTS, snapshot_number=2, centre_name="云南幻彩液态金属创新中心股份有限公司")


def correction_of(screenings, round_no=1):
    return screenings.find(Correction, Correction.id_of(CASE, round_no))


def screening_of(screenings):
    return screenings.find(Screening, CASE)


def codes(refusal):
    return sorted(finding.code for finding in refusal.value.findings)


def resubmit(screenings, facts=ANSWERED):
    with as_("intake"):
        screenings.resubmit_case(CASE, facts=facts)


def test_sends_the_case_back_with_every_defect_and_until_when(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    [row] = wired.database.dicts("select state, due from screenings")
    assert (row["state"], row["due"].date()) == ("pref-correction", date(2026, 6, 8))  # five days from the next day on
    [kept] = wired.database.dicts("select * from corrections")
    assert [item["clause"] for item in kept["items"]] == ["S4.1.1", "S4.1.0"]
    assert wired.database.rows("select kind from deadlines") == [("correction",)]


def test_gives_the_days_of_the_edition_when_the_officer_sets_none(screenings):
    take_in(screenings)
    request_correction(screenings, days=None)
    assert correction_of(screenings).deadline.length == 10


@pytest.mark.parametrize("days", [4, 11])
def test_refuses_fewer_or_more_days_than_the_edition_allows(screenings, days):
    take_in(screenings)
    with pytest.raises(Invalid) as refusal:
        request_correction(screenings, days=days)
    assert codes(refusal) == ["days-out-of-range"]


def test_refuses_a_notice_with_every_fault_of_it_at_once(screenings):
    take_in(screenings)
    wrong = (replace(CERTIFICATE_MISSING, pointer="attachments"), replace(CERTIFICATE_MISSING, clause="S9"))
    unserved = ServiceRecord(TODAY + timedelta(days=1), "post", " ")
    with as_("officer"), pytest.raises(Invalid) as refusal:
        screenings.request_correction(CASE, items=(*wrong, wrong[1]), served=unserved)
    assert codes(refusal) == [
        "date-in-future",
        "defect-told-twice",
        "not-a-pointer",
        "proof-missing",
        "unknown-clause",
        "unknown-clause",
    ]


def test_refuses_a_service_before_the_case_was_there(screenings):
    take_in(screenings)
    early = replace(SERVED, served_on=TODAY - timedelta(days=1))
    with as_("officer"), pytest.raises(Invalid) as refusal:
        screenings.request_correction(CASE, items=(CERTIFICATE_MISSING,), served=early)
    assert codes(refusal) == ["served-too-early"]


def test_refuses_a_correction_before_the_formal_check(screenings):
    open_case(screenings)
    with pytest.raises(NotInThisState):
        request_correction(screenings)


def test_tells_everything_once_and_not_again(screenings):
    take_in(screenings)
    request_correction(screenings)
    resubmit(screenings)
    with pytest.raises(NotInThisState) as refusal:
        request_correction(screenings)
    assert codes(refusal) == ["correction-told-once"]


@pytest.mark.parametrize(("accepted", "state"), [(False, State.PREF_INTAKE), (True, State.PREF_SCREENING)])
def test_goes_back_to_where_the_case_came_from_with_the_new_facts(wired, screenings, accepted, state):
    take_in(screenings)
    if accepted:
        with as_("officer"):
            screenings.accept_dossier(CASE)
        with as_("officer"):
            screenings.draft_opinion(CASE, recommends=True, opinion="同意。")
    request_correction(screenings)
    resubmit(screenings)
    screening = screening_of(screenings)
    assert (screening.state, screening.facts, screening.opinion) == (state, ANSWERED, None)
    assert correction_of(screenings).outcome == "answered"
    assert wired.database.rows("select centre_name, state from screenings") == [(ANSWERED.centre_name, state)]
    kinds = wired.database.rows("select kind from deadlines")
    assert kinds == ([] if accepted else [("formal-check",)])


def test_ignores_an_answer_that_was_heard_before(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    resubmit(screenings)
    resubmit(screenings)
    topics = [topic for (topic,) in wired.database.rows("select topic from log order by position")]
    assert topics.count("screening.screening.correction-answered") == 1


def test_ends_the_case_when_intake_says_that_it_lapsed(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    message = DossierLapsed(
        case_id=CASE, number="2026-1-7K3F9QA", lead_uscc="", prefecture="530100", level="prefecture"
    )
    for _ in range(2):
        with as_("intake"):
            when_dossier_lapsed(screenings, message)
    assert (screening_of(screenings).code, correction_of(screenings).outcome) == ("A91", "lapsed")
    assert wired.database.rows("select from deadlines") == []


def test_closes_the_correction_when_the_applicant_withdraws(screenings):
    take_in(screenings)
    request_correction(screenings)
    with as_("intake"):
        screenings.withdraw_case(CASE, reason="")
    assert (screening_of(screenings).code, correction_of(screenings).outcome) == ("A90", "withdrawn")


def test_extends_once_from_the_end_of_the_days_that_were_given(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    with as_("officer"):
        screenings.extend_correction(CASE, reason="公章在外地")
    assert correction_of(screenings).deadline.local_due.date() == date(2026, 6, 15)
    [(due,)] = wired.database.rows("select due from screenings")
    assert due.astimezone(BEIJING).date() == date(2026, 6, 15)
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.extend_correction(CASE, reason="再延期")
    assert codes(refusal) == ["extended-already"]


def test_does_not_extend_what_is_over(screenings):
    take_in(screenings)
    request_correction(screenings)
    screenings.clock = FixedClock(datetime(2026, 6, 8, 9, 31, tzinfo=UTC))  # 17:31 in Kunming
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.extend_correction(CASE, reason="迟了")
    assert codes(refusal) == ["correction-is-over"]


@pytest.fixture
def provisional(screenings):
    """Served on 28 December 2026, when nobody knows the holidays of 2027."""
    screenings.clock = FixedClock(datetime(2026, 12, 28, 4, tzinfo=UTC))
    take_in_late = {"paper_received_on": date(2026, 12, 28)}
    open_case(screenings)
    with as_("officer"):
        screenings.start_intake(CASE, **take_in_late)
    with as_("officer"):
        served = ServiceRecord(date(2026, 12, 28), "electronic", "回执 20261228-1")
        screenings.request_correction(CASE, items=(CERTIFICATE_MISSING,), served=served, days=5)
    return screenings


def test_a_due_moment_behind_the_calendar_is_provisional_and_stays_so_while_there_is_no_newer(wired, provisional):
    assert correction_of(provisional).deadline.provisional
    assert run_due(provisional, wired.definition.deadlines) == 0
    [shown] = wired.database.dicts("select due, provisional from corrections")
    assert shown["provisional"]


def test_the_clock_computes_a_provisional_due_moment_again_by_a_newer_calendar(wired, provisional, monkeypatch):
    before = correction_of(provisional).deadline
    known = calendar()
    days = frozenset({*known.holidays, date(2027, 1, 1)})
    newer = replace(known, version="cn-2027-1", last_known_year=2027, holidays=days)
    monkeypatch.setattr(counting, "calendar", lambda: newer)
    monkeypatch.setattr(correcting, "calendar", lambda: newer)
    assert run_due(provisional, wired.definition.deadlines) == 1
    after = correction_of(provisional).deadline
    assert (after.provisional, after.calendar_version) == (False, "cn-2027-1")
    assert before.local_due.date() == date(2027, 1, 4)
    assert after.local_due.date() == date(2027, 1, 5)  # New Year's Friday is not worked
    assert run_due(provisional, wired.definition.deadlines) == 0
