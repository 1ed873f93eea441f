"""A case that stands still before its prefecture: nothing is done with it, its deadlines go on with what was left."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.screening.contracts import CaseResumed, CaseSuspended
from services.screening.domain.correction import Correction
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.publishing import PUBLISHING
from services.shared.calendar import BEIJING
from services.shared.calendar.suspension import restarted
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.policy import edition
from services.shared.vocabulary import NotInThisState, VersionConflict
from tests.given import circumstances, done, given
from tests.screening.conftest import as_
from tests.screening.examples import (
    CASE,
    DEADLINE,
    EDITION,
    FACTS,
    LETTER,
    NEGATIVE,
    POSITIVE,
    TODAY,
    accepted,
    drafted,
    not_recommended,
    opened,
    ready,
    recommended,
    start_intake,
    taken_in,
)
from tests.screening.steps import assemble, make_ready, open_case, request_correction, sign, submit, take_in

WHY = {"cause": "investigation", "document_no": "昆工信监〔2026〕3号", "reason": "接举报，正在调查。"}
OVER = {"document_no": "昆工信监〔2026〕8号", "reason": "调查终结，未发现问题。"}
CAUSES = edition(EDITION)["suspension.causes"]


def suspending(screening):
    screening.suspend(**WHY, causes=CAUSES)


def resuming(screening):
    screening.resume(**OVER, deadline=DEADLINE)


def returned():
    return done(recommended(), lambda s: s.return_to_prefecture(reasons=("行文未加盖公章",)))


def correcting():
    return done(taken_in(), lambda s: s.request_correction(most=1))


ACTS = [
    (opened, start_intake(TODAY)),
    (opened, lambda s: s.transfer(prefecture="530300", reason="属地")),
    (taken_in, lambda s: s.accept(open_mismatches=0)),
    (taken_in, lambda s: s.request_correction(most=1)),
    (correcting, lambda s: s.require_correction()),
    (accepted, lambda s: s.draft_opinion(**POSITIVE)),
    (lambda: drafted(POSITIVE), Screening.sign_opinion),
    (lambda: drafted(NEGATIVE), lambda s: s.sign_not_recommended(document_no="昆工信〔2026〕16号")),
    (returned, lambda s: s.draft_opinion(**NEGATIVE)),
    (returned, suspending),
]


@pytest.mark.parametrize(("stage", "act"), ACTS)
def test_while_it_stands_nothing_is_done_with_it_and_then_the_same_act_passes(stage, act):
    refusal = given(done(stage(), suspending)).when(act, actor="head").then_refused("case-suspended")
    assert {(f.clause, WHY["document_no"] in f.zh) for f in refusal.findings} == {("S4.1.2", True)}
    again = done(stage(), suspending, resuming)
    assert (again.state, again.is_suspended) == (stage().state, False)
    done(again, act, actor="head")


def test_says_which_cause_and_document_and_refuses_a_cause_that_the_edition_does_not_know():
    [event] = given(taken_in()).when(suspending).then(Screening.CaseSuspended)
    assert (event.suspension.cause, event.suspension.document_no) == (WHY["cause"], WHY["document_no"])
    weather = {**WHY, "cause": "weather"}
    given(taken_in()).when(lambda s: s.suspend(**weather, causes=CAUSES)).then_refused("not-a-cause")


@pytest.mark.parametrize("stage", [recommended, not_recommended, lambda: done(opened(), taking_back)])
def test_a_case_that_the_prefecture_has_no_more_is_not_suspended(stage):
    given(stage()).when(suspending).then_refused("not-in-this-state")
    given(stage()).when(resuming).then_refused("not-suspended")


def taking_back(screening):
    screening.withdraw(reason="撤回")


def test_a_suspended_case_can_be_taken_back_or_ended_and_stands_still_no_more():
    for end in (taking_back, lambda s: s.terminate(reason="批次取消")):
        assert not done(accepted(), suspending, end).is_suspended


def test_a_recalled_case_comes_in_again_without_the_suspension():
    again = done(opened(), suspending, lambda s: s.recall(reason="更正"))
    again = done(again, lambda s: s.submit_again(facts=replace(FACTS, snapshot_number=2)))
    assert (again.state, again.is_suspended) == (State.SUBMITTED, False)


def test_a_ready_case_is_not_ready_while_it_stands_still():
    assert not done(ready(), suspending).is_ready
    assert done(ready(), suspending, resuming).is_ready


@contextmanager
def on(wired, day, actor="head", hour=12, **changes):
    """One command on this day."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)
    wired.clock = wired.application.clock = FixedClock(at)
    with carrying_out(Command(circumstances(actor, at=at), **changes)):
        yield


def suspend(wired, screenings, day, hour=12, **changes):
    with on(wired, day, hour=hour, **changes):
        return screenings.suspend_case(CASE, **WHY)


def resume(wired, screenings, day):
    with on(wired, day):
        return screenings.resume_case(CASE, **OVER)


def running(wired):
    return {
        kind: due.astimezone(BEIJING).date() for kind, due in wired.database.rows("select kind, due from deadlines")
    }


def row(wired):
    [shown] = wired.database.dicts("select state, suspended, due, ready, version from screenings")
    return shown


def test_the_formal_check_stands_still_and_goes_on_with_the_days_that_were_left(wired, screenings):
    take_in(screenings)
    assert running(wired) == {"formal-check": date(2026, 6, 8)}
    suspend(wired, screenings, date(2026, 6, 3))  # the 3rd, the 4th, the 5th and the 8th are left
    assert running(wired) == {}
    assert (row(wired)["suspended"], row(wired)["due"]) == ("investigation", None)
    resume(wired, screenings, date(2026, 6, 30))
    assert running(wired) == {"formal-check": date(2026, 7, 6)}
    assert (row(wired)["suspended"], row(wired)["due"].astimezone(BEIJING).date()) == ("", date(2026, 7, 6))
    assert row(wired)["version"] == screenings.find(Screening, CASE).version


def test_a_second_suspension_counts_from_what_the_first_had_left(wired, screenings):
    take_in(screenings)
    suspend(wired, screenings, date(2026, 6, 3))
    resume(wired, screenings, date(2026, 6, 30))
    suspend(wired, screenings, date(2026, 7, 1))  # the 1st, the 2nd, the 3rd and the 6th
    resume(wired, screenings, date(2026, 7, 13))
    assert running(wired) == {"formal-check": date(2026, 7, 17)}


def test_a_correction_stands_still_and_intake_is_told_until_when_it_runs_now(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    suspend(wired, screenings, date(2026, 6, 8))  # its last day: none is left, one is given
    assert running(wired) == {}
    with on(wired, date(2026, 6, 9), "officer"), pytest.raises(NotInThisState) as refusal:
        screenings.extend_correction(CASE, reason="x")
    assert refusal.value.findings[0].code == "case-suspended"
    resume(wired, screenings, date(2026, 7, 1))
    assert running(wired) == {"correction": date(2026, 7, 2)}
    [(due,)] = wired.database.rows("select due from corrections")
    assert due.astimezone(BEIJING).date() == date(2026, 7, 2)
    event = list(screenings.events.get(CASE))[-1]
    told = PUBLISHING.seals[Screening.CaseResumed](event, screenings.find(Screening, CASE))
    assert isinstance(told, CaseResumed)
    assert (told.due, told.document_no) == (due, OVER["document_no"])
    assert "1个工作日" in told.explanation
    assert Correction.Resumed in PUBLISHING.seals


def test_a_correction_whose_time_is_up_cannot_be_stopped_any_more(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    with pytest.raises(NotInThisState) as refusal:
        suspend(wired, screenings, date(2026, 6, 8), hour=18)
    assert refusal.value.findings[0].code == "correction-is-over"


def test_a_formal_check_that_was_late_stays_late(wired, screenings):
    take_in(screenings)
    suspend(wired, screenings, date(2026, 6, 9))
    resume(wired, screenings, date(2026, 6, 30))
    assert running(wired) == {"formal-check": date(2026, 6, 8)}


def test_an_answer_that_crossed_the_suspension_is_taken_and_the_check_begins_with_the_resumption(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    suspend(wired, screenings, date(2026, 6, 3))
    with on(wired, date(2026, 6, 5), "intake"):
        screenings.resubmit_case(CASE, facts=replace(FACTS, snapshot_number=2))
    assert (row(wired)["state"], row(wired)["suspended"]) == (State.PREF_INTAKE, "investigation")
    resume(wired, screenings, date(2026, 6, 30))
    assert running(wired) == {"formal-check": date(2026, 7, 7)}


def test_a_lapse_that_crossed_the_suspension_is_none_and_one_in_time_that_runs_again_is(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    suspend(wired, screenings, date(2026, 6, 8))
    for day in (date(2026, 6, 20), date(2026, 6, 30)):
        with on(wired, day, "intake"):
            screenings.lapse_case(CASE, level="prefecture")
        assert row(wired)["state"] == State.PREF_CORRECTION
        if row(wired)["suspended"]:
            resume(wired, screenings, date(2026, 6, 30))
    with on(wired, running(wired)["correction"] + timedelta(days=1), "intake"):
        screenings.lapse_case(CASE, level="prefecture")
    assert row(wired)["state"] == State.LAPSED


def test_working_days_are_counted_over_holidays():
    bound = edition(EDITION)
    running_out = replace(DEADLINE, due=datetime(2026, 9, 30, 17, 30, tzinfo=BEIJING))
    since, resumed = (datetime(2026, 9, day, 12, tzinfo=BEIJING) for day in (29, 30))
    over = restarted(running_out, since, resumed, bound)
    assert over.local_due.date() == date(2026, 10, 9)  # two days, after the National Day; 10 October is worked later


def test_a_batch_with_a_suspended_case_does_not_go_up(wired, screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    sign(screenings, batch)
    with as_("head"):
        screenings.suspend_case(CASE, **WHY)
    assert not row(wired)["ready"]
    with pytest.raises(NotInThisState) as refusal:
        submit(screenings, batch)
    assert [f.code for f in refusal.value.findings] == ["case-not-ready"]
    with as_("head"):
        screenings.resume_case(CASE, **OVER)
    assert row(wired)["ready"]
    assert submit(screenings, batch).letter_no == LETTER


def test_notices_a_lost_race_and_tells_the_suspension_without_its_reason(screenings):
    open_case(screenings)
    with as_("head", target=CASE, expected_version=7), pytest.raises(VersionConflict):
        screenings.suspend_case(CASE, **WHY)
    with as_("head"):
        screening = screenings.suspend_case(CASE, **WHY)
    event = list(screenings.events.get(CASE))[-1]
    told = PUBLISHING.seals[Screening.CaseSuspended](event, screening)
    assert isinstance(told, CaseSuspended)
    assert (told.cause, told.since) == ("investigation", event.suspension.since)
    assert WHY["reason"] not in repr(told)


def test_over_http_by_the_head_with_every_finding_at_once_a_repeat_ignored_and_shown_in_the_inbox(api, open_case):
    case_id = open_case()
    path = f"/screenings/{case_id}"
    assert api("POST", f"{path}/suspend", json=WHY).status_code == 403
    wrong = api("POST", f"{path}/suspend", as_="head-kunming", json={"cause": ""})
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/cause", "/document_no", "/reason"}
    assert api("POST", f"{path}/suspend", as_="head-kunming", json=WHY).json()["code"] == "A05"
    again = api("POST", f"{path}/suspend", as_="head-kunming", json=WHY)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "case-suspended")
    assert api("GET", path).json()["suspension"]["reason"] == WHY["reason"]
    listed = api("GET", "/screenings", params={"limit": 200}).json()["items"]
    assert {item["suspended"] for item in listed if item["id"] == case_id} == {"investigation"}
    late = api("POST", f"{path}/start-intake", json={"paper_received_on": TODAY.isoformat()})
    assert late.json()["errors"][0]["clause"] == "S4.1.2"
    assert api("POST", f"{path}/resume", as_="division-head", json=OVER).is_success
    assert api("GET", path).json()["suspension"] is None
