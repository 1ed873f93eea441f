"""A database that an earlier version of the code has made: read models of another shape are built anew at `migrate`."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from services.intake.application import Intake
from services.intake.domain.round import Round
from services.intake.projections import PROJECTIONS
from services.intake.wiring import DEFINITION
from services.shared.kernel.cli import NOT_STARTED
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.doubles import Doubled
from services.shared.kernel.projections import Projection, Projections, upsert
from services.shared.kernel.reshaping import outdated
from services.shared.kernel.runtime import prepare
from tests.given import circumstances
from tests.kernel.test_application import ROUND

OLDER = {
    "a column fewer": "alter table intake_read.rounds drop column title cascade",
    "a column more": "alter table intake_read.rounds add column room text not null default ''",
    "another type": "alter table intake_read.rounds alter column year type bigint",
    "another default": "alter table intake_read.rounds alter column policy_edition set default 'x'",
    "an index fewer": "drop index intake_read.dossiers_lead",
    "a unique column less": "alter table intake_read.rounds drop constraint rounds_number_key",
    "a column that may be null": "alter table intake_read.rounds alter column state drop not null",
}


@pytest.fixture
def wired(wire):
    wired = wire("intake")
    for number in range(3):
        with carrying_out(Command(circumstances())):
            wired.application.plan_round(**{**ROUND, "number": str(number)})
    return wired


def alter(database_url, statement):
    with psycopg.connect(database_url) as connection:
        connection.execute(statement)


def rows(wired):
    return wired.database.rows("select t::text from rounds t order by number")


def tables(database_url):
    query = "select relname, oid from pg_class where relnamespace = 'intake_read'::regnamespace"
    with psycopg.connect(database_url) as connection:
        return dict(connection.execute(query).fetchall())


@pytest.mark.parametrize("statement", OLDER.values(), ids=OLDER)
def test_a_read_model_of_another_shape_is_noticed_and_built_anew(wired, database_url, statement):
    before = rows(wired)
    alter(database_url, statement)
    assert len(outdated(database_url, "intake", PROJECTIONS)) == 1
    prepare(DEFINITION, database_url)
    assert outdated(database_url, "intake", PROJECTIONS) == []
    assert rows(wired) == before
    with carrying_out(Command(circumstances())):
        wired.application.plan_round(**{**ROUND, "number": "later"})
    assert len(rows(wired)) == 4


def test_what_has_its_shape_is_left_as_it_is(wired, database_url):
    before = tables(database_url)
    prepare(DEFINITION, database_url)
    assert tables(database_url) == before


def test_the_old_tables_are_served_until_the_new_ones_are_there_and_many_may_migrate_at_once(wired, database_url):
    alter(database_url, OLDER["a column more"])
    over, seen, failures = threading.Event(), set(), []

    def read():
        while not over.is_set():
            try:
                seen.add(wired.database.rows("select count(*) from rounds")[0][0])
            except psycopg.Error as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: prepare(DEFINITION, database_url), range(3)))
    over.set()
    reader.join()
    assert (failures, seen) == ([], {3})
    assert outdated(database_url, "intake", PROJECTIONS) == []


@pytest.fixture
def titles(wire, database_url, monkeypatch):
    """A read model of intake that had its first version; the second writes other rows into the same tables."""

    def made(version, write):
        projection = Projection(
            "titles", "create table if not exists titles (id uuid primary key, text text not null)", version
        )
        projection.on(Round.Planned)(
            lambda cursor, event, _position: upsert(
                cursor, "titles", "id", {"id": event.originator_id, "text": write(event.title)}
            )
        )
        monkeypatch.setattr(Intake, "projections", Projections(*PROJECTIONS.by_name.values(), projection))

    wired = wire("intake")
    made(1, str)
    prepare(DEFINITION, database_url)
    for number in range(3):
        with carrying_out(Command(circumstances())):
            wired.application.plan_round(**{**ROUND, "number": str(number)})
    return wired, made


def test_a_handler_that_writes_other_rows_is_noticed_by_the_version_of_its_projection(titles, database_url):
    wired, made = titles
    made(2, lambda title: title * 2)
    assert [each.name for each in outdated(database_url, "intake", Intake.projections)] == ["titles"]
    prepare(DEFINITION, database_url)
    assert wired.database.rows("select distinct text from titles") == [(str(ROUND["title"]) * 2,)]
    assert outdated(database_url, "intake", Intake.projections) == []
    before = tables(database_url)
    prepare(DEFINITION, database_url)
    assert tables(database_url) == before


def test_a_read_model_from_before_there_were_versions_has_the_first(wired, database_url):
    alter(database_url, "comment on table intake_read.rounds is null")
    assert outdated(database_url, "intake", PROJECTIONS) == []


def test_what_a_new_unique_index_finds_twice_in_the_log_is_named_and_nothing_is_changed(
    wired, database_url, monkeypatch
):
    for number, title in enumerate(("甲", "乙", "乙", "甲", "甲", "丙")):
        with carrying_out(Command(circumstances())):
            wired.application.plan_round(**{**ROUND, "number": f"x{number}", "title": title})
    once = "create unique index if not exists rounds_title on rounds (title) where title <> 'x'"
    tightened = Projection("rounds", f"{PROJECTIONS.by_name['rounds'].ddl}\n{once}")
    tightened.handlers = PROJECTIONS.by_name["rounds"].handlers
    others = [each for each in PROJECTIONS.by_name.values() if each.name != "rounds"]
    monkeypatch.setattr(Intake, "projections", Projections(*others, tightened))
    alter(database_url, OLDER["an index fewer"])  # another read model is to be built anew as well
    before = tables(database_url)
    with pytest.raises(Doubled) as found:
        prepare(DEFINITION, database_url)
    named = f"each title: 乙 (2 times), {ROUND['title']} (3 times), 甲 (3 times); nothing was changed"
    assert str(found.value).endswith(named)
    assert isinstance(found.value, NOT_STARTED)  # told in one sentence
    assert tables(database_url) == before
