"""How reading grows with the data; the ratios are printed (`pytest -s`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from uuid import UUID

import psycopg

from services.registry import queries
from services.registry.queries import history
from services.shared.kernel.request import Page
from tests.registry.examples import CASE

_CENTRES = """
insert into {schema}.centres (id, version, number, case_number, track, qualification, supervision, plaque,
    national_level, centre_name, centre_uscc, lead_uscc, lead_unit_name, member_usccs, prefecture, field_domain,
    policy_edition)
select {id}, 1, 'N-' || n, '2026-1', 'designation', 'designated', 'normal', 'none', 'none', '中心' || n, 'U' || n,
    'L' || n, '单位' || n, '{{}}', '530100', 'AI', '2019-05-06'
from generate_series(%s::int, %s::int) as n
"""
_STATUSES = """
insert into {schema}.centre_status
select 1000000 + n, {id}, 'designated', '2026-06-10', '2026-06-10', '96号'
from generate_series(%s::int, %s::int) as n
"""
_FACTS = """
insert into {schema}.centre_facts
select 1000000 + n, {id}, fact, '"x"', '2026-06-10', '2026-06-10', '96号'
from generate_series(%s::int, %s::int) as n, unnest(array['centre_name', 'lead_unit_name', 'field_domain']) as fact
"""
_ID = "('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid"


def fill(life, first, last):
    with life.wired.database.transaction() as cursor:
        for statement in (_CENTRES, _STATUSES, _FACTS):
            cursor.execute(statement.format(schema="registry_read", id=_ID), (first, last))


def quickest(ask: Callable[[], object], times: int = 30) -> float:
    """The best of many runs in milliseconds: what the work costs when nobody disturbs it."""
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        ask()
        best = min(best, time.perf_counter() - began)
    return best * 1000


def test_status_as_at_of_a_centre_with_a_thousand_events_costs_under_five_times_reading_its_rows(life):
    life.designate()
    database = life.wired.database
    with database.transaction() as cursor:
        cursor.execute(
            "insert into registry_read.centre_facts select 2000000 + n, %s, 'fax', to_jsonb(n::text),"
            " date '2026-06-10' + n, now(), '' from generate_series(1, 1000) as n",
            (CASE,),
        )
    moment = life.as_at(date(2028, 1, 1), date(2099, 1, 1))
    asked = quickest(lambda: history.as_at(database, CASE, moment))
    plain = quickest(lambda: database.rows("select * from centre_facts where centre_id = %s", (CASE,)))
    print(f"as-at {asked:.2f} ms, plain rows {plain:.2f} ms, ratio {asked / plain:.2f}")  # noqa: T201
    assert history.as_at(database, CASE, moment)["facts"]["fax"] == str((date(2028, 1, 1) - date(2026, 6, 10)).days)
    assert asked < 5 * plain


def test_a_page_of_the_roll_is_as_quick_with_a_hundred_thousand_centres_as_with_a_hundred(life, database_url):
    database = life.wired.database
    moment = life.as_at(date(2026, 6, 10), date(2026, 6, 10))
    fill(life, 1, 100)
    _settle(database_url)
    few = quickest(lambda: queries.roll(database, moment, Page(50, [str(UUID(int=0))])))
    fill(life, 101, 100_000)
    _settle(database_url)
    many = quickest(lambda: queries.roll(database, moment, Page(50, [str(UUID(int=0))])))
    print(f"roll of 100: {few:.2f} ms, of 100 000: {many:.2f} ms, ratio {many / few:.2f}")  # noqa: T201
    last = queries.roll(database, moment, Page(50, ["00000000-0000-7000-8000-000000099990"]))
    assert len(last["items"]) == 10
    assert many < 1.5 * few


def _settle(database_url: str) -> None:
    """Let the planner know how much there is, as autovacuum would."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("analyze registry_read.centres, registry_read.centre_status, registry_read.centre_facts")
