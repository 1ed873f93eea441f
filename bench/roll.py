"""The roll and a status as at, as they grow: one centre with 1,000 events, a list of 100 and of 100,000 centres.

A list is also measured of which nine in ten left, all of them before the first that stayed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import psycopg

from bench.measurement import Book
from bench.timing import Work, rates
from services.registry import queries
from services.registry.domain.values import AsAt
from services.registry.queries import history
from services.registry.wiring import DEFINITION
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.request import Page
from services.shared.kernel.runtime import prepare

FEW, MANY, EVENTS = 100, 100_000, 1_000
MOMENT = AsAt(date(2028, 1, 1), datetime(2028, 1, 1, tzinfo=UTC))
_ID = "('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid"


def measure_roll(database_url: str, book: Book, *, seconds: float) -> None:
    """A page of the list at both sizes, and one centre with many events beside plain SQL of its rows."""
    prepare(DEFINITION, database_url)
    database = Database(conninfo_as(database_url, "zc_registry", "registry_read", "registry"), size=1)
    database.open()
    try:
        few = _roll_at(database, database_url, 1, FEW, seconds)
        many = _roll_at(database, database_url, FEW + 1, MANY, seconds)
        versus = {"versus": f"of {FEW}", "versus_value": few, "target": 1 / 1.5}
        book.note(f"page of the roll, {MANY:,} centres", many, "pages/s", **versus)
        left = _roll_when_most_left(database, database_url, seconds)
        book.note(f"page of the roll, {MANY:,} centres, 9 in 10 left", left, "pages/s", **versus)
        _note_status(database, database_url, book, seconds)
    finally:
        database.close()


def _roll_at(database: Database, owner: str, first: int, last: int, seconds: float) -> float:
    fill(owner, first, last)
    page = Page(50, [str(UUID(int=0))])
    read: Work = lambda: 1 if queries.roll(database, MOMENT, page)["items"] else 0  # noqa: E731  # a contender
    return rates({"roll": [read]}, seconds=seconds)["roll"]


def _roll_when_most_left(database: Database, owner: str, seconds: float) -> float:
    """The first page, for which every centre that left would have to be passed over."""
    leave(owner, MANY * 9 // 10)
    read: Work = lambda: 1 if queries.roll(database, MOMENT, Page(50, None))["items"] else 0  # noqa: E731  # as above
    return rates({"roll": [read]}, seconds=seconds)["roll"]


def leave(owner: str, last: int) -> None:
    """Let the centres up to number `last` have left the list, as the projections would."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for statement in (_LEFT, _LEFT_STATUSES):
            connection.execute(statement.format(id=_ID).encode(), (1, last))
        connection.execute("vacuum (analyze) registry_read.centres, registry_read.centre_status")


def _note_status(database: Database, owner: str, book: Book, seconds: float) -> None:
    centre = UUID("00000000-0000-7000-8000-000000000001")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(
            "insert into registry_read.centre_facts select 2000000 + n, %s, 'fax', to_jsonb(n::text),"
            " date '2026-06-10' + n, date '2026-06-10', '' from generate_series(1, %s) as n",
            (centre, EVENTS),
        )
        connection.execute("analyze registry_read.centre_facts")
    rows = "select * from centre_facts where centre_id = %s"
    found = rates(
        {
            "status as at": [lambda: 1 if history.as_at(database, centre, MOMENT)["facts"] else 0],
            "plain rows": [lambda: 1 if database.rows(rows, (centre,)) else 0],
        },
        seconds=seconds,
    )
    versus = {"versus": "its rows by plain SQL", "versus_value": found["plain rows"], "target": 1 / 5}
    book.note(f"status as at, {EVENTS:,} events", found["status as at"], "answers/s", **versus)


def fill(owner: str, first: int, last: int) -> None:
    """Put centres number `first` to `last` on the list, as the projections would; and tell the planner."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for statement in (_CENTRES, _STATUSES, _FACTS_OF):
            connection.execute(statement.format(id=_ID).encode(), (first, last))
        connection.execute("analyze registry_read.centres, registry_read.centre_status, registry_read.centre_facts")


_CENTRES = """
insert into registry_read.centres (id, version, number, case_number, track, qualification, supervision, plaque,
    national_level, centre_name, centre_uscc, lead_uscc, lead_unit_name, member_usccs, prefecture, field_domain,
    policy_edition)
select {id}, 1, 'N-' || n, '2026-1', 'designation', 'designated', 'normal', 'none', 'none', '中心' || n, 'U' || n,
    'L' || n, '单位' || n, '{{}}', '530100', 'AI', '2019-05-06'
from generate_series(%s::int, %s::int) as n
"""
_STATUSES = """
insert into registry_read.centre_status
select 1000000 + n, {id}, 'designated', '2026-06-10', '2026-06-10', '96号'
from generate_series(%s::int, %s::int) as n
"""
_FACTS_OF = """
insert into registry_read.centre_facts
select 1000000 + n, {id}, fact, to_jsonb('x' || n), '2026-06-10', '2026-06-10', '96号'
from generate_series(%s::int, %s::int) as n,
     unnest(array['centre_name', 'centre_uscc', 'lead_uscc', 'lead_unit_name', 'prefecture', 'field_domain']) as fact
"""
_LEFT = """
update registry_read.centres set qualification = 'exited', left_on = '2027-06-10', left_at = '2027-06-10'
where id in (select {id} from generate_series(%s::int, %s::int) as n)
"""
_LEFT_STATUSES = """
insert into registry_read.centre_status
select 3000000 + n, {id}, 'exited', '2027-06-10', '2027-06-10', '97号'
from generate_series(%s::int, %s::int) as n
"""
