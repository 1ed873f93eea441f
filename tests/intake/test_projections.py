"""A read model that is rebuilt from the log equals the one that was kept event by event."""

import pytest

from services.intake.projections import PROJECTIONS
from services.shared.kernel.projections import rebuild
from tests.intake.conftest import as_
from tests.intake.examples import LATER
from tests.intake.steps import hand_in, open_dossier, open_round, plan_round, prepare, submit, withdraw

TABLES = {"rounds": "id", "dossiers": "id", "listed_centres": "id", "deadlines": "aggregate_id"}


def rows(database):
    return {table: database.rows(f"select * from {table} order by {key}") for table, key in TABLES.items()}


@pytest.fixture
def a_full_log(wired, intake):
    """Rounds planned, open, extended and closed; dossiers in every state that they can come to."""
    concluded = hand_in(intake)
    with as_("division-head"):
        intake.conclude_dossier(concluded.id, outcome="designated", reference="云工信技创〔2026〕96号")
    with as_("division-head"):
        intake.close_round(concluded.round_id)
    plan_round(intake, "2026-2")
    third = open_round(intake, "2026-3")
    open_dossier(intake, third.id)
    submit(intake, prepare(intake, round_=third))
    withdraw(intake, prepare(intake, round_=third))
    with as_("division-head"):
        intake.extend_round(third.id, closes_on=LATER, reason="系统维护")


@pytest.mark.usefixtures("a_full_log")
def test_rebuilt_rows_equal_the_live_ones(wired, intake, database_url):
    live = rows(wired.database)
    states = "select state, count(*)::int from {} group by state order by state"
    assert wired.database.rows(states.format("rounds")) == [("closed", 1), ("open", 1), ("planned", 1)]
    assert wired.database.rows(states.format("dossiers")) == [
        ("concluded", 1),
        ("draft", 1),
        ("submitted", 1),
        ("withdrawn", 1),
    ]
    assert len(live["deadlines"]) == 1
    for name, projection in PROJECTIONS.by_name.items():
        assert rebuild(database_url, "intake", projection, intake.event_mapper) > 0 or name == "listed_centres"
    assert rows(wired.database) == live


@pytest.mark.usefixtures("a_full_log")
def test_a_rebuild_mends_rows_that_somebody_has_spoilt(wired, intake, database_url):
    live = rows(wired.database)
    with wired.database.transaction() as cursor:
        cursor.execute("update dossiers set state = 'lost', version = 1")
        cursor.execute("delete from deadlines")
    assert rows(wired.database) != live
    for projection in PROJECTIONS.by_name.values():
        rebuild(database_url, "intake", projection, intake.event_mapper)
    assert rows(wired.database) == live
