"""A read model that is rebuilt from the log equals the one that was kept event by event."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.screening.domain.round_terms import Allowance
from services.screening.domain.states import State
from services.screening.projections import PROJECTIONS
from services.shared.kernel.projections import rebuild
from tests.screening.conftest import as_
from tests.screening.examples import CASE, DECISION, DEHONG, FACTS, KUNMING, OTHER_CASE, ROUND, TODAY
from tests.screening.steps import (
    SERVED,
    assemble,
    make_ready,
    open_case,
    refuse,
    reopen,
    request_correction,
    rescind,
    return_batch,
    send_two_up,
    sign,
    submit,
    take_in,
)

TABLES = {
    "screenings": "id",
    "batches": "id",
    "corrections": "id",
    "quotas": "id",
    "allowances": "terms_id, prefecture",
    "deadlines": "aggregate_id, kind",
}


def rows(database):
    return {table: database.rows(f"select * from {table} order by {key}") for table, key in TABLES.items()}


@pytest.fixture
def a_full_log(screenings):
    send_two_up(screenings)
    withdrawn, waiting, refused, batched = (uuid4() for _ in range(4))
    open_case(screenings, withdrawn)
    with as_("officer"):
        screenings.start_intake(withdrawn, paper_received_on=TODAY)
    refuse(screenings, refused, DECISION)
    make_ready(screenings, batched)
    batch = assemble(screenings, batched)
    open_case(screenings, waiting)
    with as_("officer"):
        screenings.start_intake(waiting, paper_received_on=TODAY)
    with as_("head"):
        screenings.cancel_batch(batch.id, reason="重排")
    for case_id in (withdrawn, CASE):
        with as_("intake"):
            screenings.withdraw_case(case_id, reason="")


@pytest.fixture
def a_long_log(screenings):
    """Every other way of a case: corrected, transferred, recalled, returned, dropped, served."""
    with as_("intake"):
        screenings.set_round_terms(ROUND, allowances=(Allowance(KUNMING, 9),), paper_copies=2)
    corrected, lapsed, moved, recalled = (uuid4() for _ in range(4))
    for case_id in (corrected, lapsed, moved, recalled):
        take_in(screenings, case_id)
    request_correction(screenings, corrected)
    request_correction(screenings, lapsed, days=None)
    with as_("officer"):
        screenings.extend_correction(lapsed, reason="公章在外地")
    with as_("intake"):
        screenings.resubmit_case(corrected, facts=replace(FACTS, snapshot_number=2, centre_name="新名"))
    with as_("intake"):
        screenings.lapse_case(lapsed, level="prefecture")
    reopen(screenings, lapsed, State.PREF_INTAKE)
    with as_("officer"):
        screenings.challenge_jurisdiction(moved, to_prefecture=DEHONG, reason="")
    with as_("head"):
        screenings.decide_jurisdiction(moved, transfers=True, reason="")
    with as_("head"):
        screenings.recuse(moved, officer="head", reason="")
    with as_("intake"):
        screenings.recall_case(recalled, reason="")
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    rescind(screenings, OTHER_CASE, DECISION)
    with as_("officer"):
        screenings.record_service(OTHER_CASE, served=SERVED)
    with as_("officer"):
        screenings.reassemble_batch(batch.id)
    sign(screenings, batch, "昆工信〔2026〕21号")
    submit(screenings, batch)
    with as_("intake"):
        screenings.withdraw_case(CASE, reason="")
    with as_("officer"):
        screenings.draft_supplement(batch.id)
    with as_("head"):
        screenings.sign_supplement(batch.id, letter_no="昆工信〔2026〕22号", letter_date=TODAY)


@pytest.mark.usefixtures("a_long_log")
def test_rebuilt_rows_equal_the_live_ones_after_every_other_way_too(wired, screenings, database_url):
    live = rows(wired.database)
    assert {table: len(kept) for table, kept in live.items()} == {
        "screenings": 6,
        "batches": 1,
        "corrections": 2,
        "quotas": 1,
        "allowances": 1,
        "deadlines": 3,
    }
    for projection in PROJECTIONS.by_name.values():
        rebuild(database_url, "screening", projection, screenings.event_mapper)
    assert rows(wired.database) == live


@pytest.mark.usefixtures("a_full_log")
def test_rebuilt_rows_equal_the_live_ones(wired, screenings, database_url):
    live = rows(wired.database)
    assert len(live["screenings"]) == 6
    assert len(live["batches"]) == 2
    assert len(live["deadlines"]) == 2
    for projection in PROJECTIONS.by_name.values():
        assert rebuild(database_url, "screening", projection, screenings.event_mapper) > 0
    assert rows(wired.database) == live


@pytest.mark.usefixtures("a_full_log")
def test_a_withdrawal_is_shown_and_takes_the_deadline_away(wired):
    rows = wired.database.rows(
        "select state, withdrawal_noted from screenings where withdrawal_noted or state = 'withdrawn'"
    )
    assert sorted(rows) == [("recommended", True), ("withdrawn", False)]
    due = wired.database.rows("select state from deadlines join screenings on id = aggregate_id")
    assert sorted(due) == [("pref-intake",), ("pref-not-recommended",)]  # the formal check; the service of a refusal


def test_a_case_is_no_longer_shown_as_ready_when_its_opinion_is_drafted_anew(wired, screenings):
    make_ready(screenings)
    assert wired.database.rows("select recommends, ready from screenings") == [(True, True)]
    with as_("officer"):
        screenings.draft_opinion(CASE, recommends=True, opinion="改写。")
    assert wired.database.rows("select recommends, ready from screenings") == [(True, False)]
