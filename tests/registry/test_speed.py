"""How reading grows with the data; the ratios are printed (`pytest -s`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from bench.roll import fill, leave
from services.registry import queries
from services.registry.queries import history
from services.shared.kernel.request import Page
from tests.registry.examples import CASE


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
    fill(database_url, 1, 100)
    few = quickest(lambda: queries.roll(database, moment, Page(50, [str(UUID(int=0))])))
    fill(database_url, 101, 100_000)
    many = quickest(lambda: queries.roll(database, moment, Page(50, [str(UUID(int=0))])))
    print(f"roll of 100: {few:.2f} ms, of 100 000: {many:.2f} ms, ratio {many / few:.2f}")  # noqa: T201
    last = queries.roll(database, moment, Page(50, ["00000000-0000-7000-8000-000000099990"]))
    assert len(last["items"]) == 10
    assert many < 1.5 * few


def test_a_page_of_the_roll_is_as_quick_when_nine_in_ten_left_before_it_as_when_nobody_had(life, database_url):
    database = life.wired.database
    first = Page(50, None)
    fill(database_url, 1, 100)
    few = quickest(lambda: queries.roll(database, life.as_at(date(2028, 1, 1), date(2028, 1, 1)), first))
    fill(database_url, 101, 100_000)
    leave(database_url, 90_000)
    now, then = (life.as_at(day, date(2028, 1, 1)) for day in (date(2028, 1, 1), date(2027, 1, 1)))
    slow = {moment: quickest(partial(queries.roll, database, moment, first)) for moment in (now, then)}
    told = ", ".join(f"{moment.as_of}: {took / few:.2f}" for moment, took in slow.items())
    print(f"roll of 100: {few:.2f} ms; with 90 000 left, as of {told}")  # noqa: T201
    assert queries.roll(database, now, first)["items"][0]["id"] == UUID("00000000-0000-7000-8000-000000090001")
    assert queries.roll(database, then, first)["items"][0]["id"] == UUID("00000000-0000-7000-8000-000000000001")
    not_known_yet = life.as_at(date(2028, 1, 1), date(2027, 6, 1))
    assert queries.roll(database, not_known_yet, first)["items"][0]["id"] == UUID(
        "00000000-0000-7000-8000-000000000001"
    )
    assert max(slow.values()) < 3 * few, "without its index it is thirty times as slow; bench/roll.py holds it to 1.5"
