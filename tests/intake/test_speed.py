"""Filing keeps its speed: what `make bench` prints as ratios, asserted here with room for a busy machine."""

from __future__ import annotations

from statistics import median

import psycopg

from bench.filing import MOST_TIMES, filing_times
from bench.listing import MOST, list_times


def test_a_submission_of_forty_units_costs_a_few_bare_inserts_of_the_same_bytes(wired):
    found = filing_times(wired, times=15)
    assert median(found["submission"]) / median(found["bare insert"]) < 2 * MOST_TIMES


def test_lists_do_not_grow_with_what_others_have_filed(databases):
    with databases.one() as few, databases.one() as many:
        times = list_times(few, many, times=40, of=min)
        for url in (few, many):  # to delete so many rows one by one takes longer than the test
            with psycopg.connect(url) as connection:
                connection.execute("truncate intake_read.dossiers, screening_read.screenings")
    slower = {name: many / few for name, (few, many) in times.items()}
    assert [name for name, ratio in slower.items() if ratio > 2 * MOST] == []
