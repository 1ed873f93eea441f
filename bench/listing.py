"""Lists at 1,000 and at 100,000 dossiers: what a person waits for must not grow with what others have filed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from bench.measurement import Book
from bench.timing import seconds_of
from services.intake import queries as intake_queries
from services.intake.authority import AUTHORITY as INTAKE
from services.screening import queries as screening_queries
from services.screening.authority import AUTHORITY as SCREENING
from services.shared.kernel.authority import admit
from services.shared.kernel.identity import Identity
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.request import Page
from services.shared.kernel.runtime import prepare
from services.shared.vocabulary import Role

FEW, MANY = 1_000, 100_000
MOST = 1.5
"""The goal: a list of many takes at most so many times as long as a list of few."""

LEAD, MEMBER, KUNMING = "91530100MAFAKE019M", "12530000FAKE0003XC", "530100"
DOSSIERS = """
insert into dossiers (id, version, number, round_id, round_number, state, lead_uscc, member_usccs, prefecture,
    centre_name, field_domain, policy_edition, core_technologies)
select gen_random_uuid(), 9, 'n' || n, md5((n / 40)::text)::uuid, '2026-' || n / 40,
    (array['draft', 'submitted', 'concluded', 'concluded', 'concluded', 'withdrawn'])[1 + n % 6],
    case when n % {own} = 0 then '91530100MAFAKE019M' else 'lead-' || n / 3 end,
    array['lead-' || n / 3, 'member-' || n,
        case when n % {own} = 1 then '12530000FAKE0003XC' else 'unit-' || n / 5 end],
    (array['530100', '530300', '530400', '530500', '530600'])[1 + n % 5], '中心 ' || n,
    (array['AI', 'INFO', 'NEW_MAT', 'TITANIUM', 'CONSUMER'])[1 + n % 5], '2019-05-06', array['技术' || n]
from generate_series({start}, {stop} - 1) n
"""
SCREENINGS = """
insert into screenings (id, version, number, round_id, round_number, prefecture, policy_edition, lead_uscc,
    member_usccs, lead_unit_name, centre_name, field_domain, track_requested, snapshot_sha256, received_at, state, due)
select gen_random_uuid(), 5, 'n' || n, md5((n / 40)::text)::uuid, '2026-' || n / 40,
    (array['530100', '530300', '530400', '530500', '530600'])[1 + n % 5], '2019-05-06', 'lead-' || n,
    array['lead-' || n],
    '单位', '中心', 'AI', 'either', '', now(),
    case when n % {own} = 5 then 'pref-intake' else (array['recommended', 'lapsed', 'withdrawn'])[1 + n % 3] end,
    case when n % {own} = 5 then now() + n * interval '1 minute' end
from generate_series({start}, {stop} - 1) n
"""


def measure_lists(few_url: str, many_url: str, book: Book) -> None:
    """Every list at few and at many rows, turn by turn; each ratio is to the same list of few."""
    for name, (few, many) in list_times(few_url, many_url).items():
        versus = {"versus": f"the same of {FEW:,}", "versus_value": few * 1000}
        book.note(f"list of {MANY:,}, {name}", many * 1000, "ms", target=MOST, at_most=True, **versus)


def list_times(
    few_url: str, many_url: str, *, times: int = 200, of: Callable[[list[float]], float] = median
) -> dict[str, tuple[float, float]]:
    """Seconds of each list, the median or what `of` takes, in a database of `FEW` rows and in one of `MANY`.

    What is the caller's own is the same in both: fifty rows, which are a page.
    """
    with ExitStack() as stack:
        few, many = (stack.enter_context(_opened(url)) for url in (few_url, many_url))
        for url in (few_url, many_url):
            _fill(url, 0, FEW, own=20)
        _fill(many_url, FEW, MANY, own=MANY)
        return {name: _asked(ask, many[name], times, of) for name, ask in few.items()}


@contextmanager
def _opened(database_url: str) -> Iterator[dict[str, Callable[[], Any]]]:
    """The lists of a database that has the tables of intake and screening."""
    for service in _ROWS:
        prepare(importlib.import_module(f"services.{service}.wiring").DEFINITION, database_url)
    databases = {name: Database(conninfo_as(database_url, f"zc_{name}", name, f"{name}_read")) for name in _ROWS}
    for database in databases.values():
        database.open()
    try:
        yield _lists(databases)
    finally:
        for database in databases.values():
            database.close()


_ROWS = {"intake": DOSSIERS, "screening": SCREENINGS}


def _fill(database_url: str, start: int, stop: int, *, own: int) -> None:
    """Rows from `start` to `stop`; every `own`-th is the applicant's, a member's, and in the prefecture's inbox."""
    for service, rows in _ROWS.items():
        with psycopg.connect(make_conninfo(database_url, options=f"-c search_path={service}_read")) as connection:
            connection.execute(rows.format(start=start, stop=stop, own=own))
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(f"vacuum analyze {service}_read.{'dossiers' if service == 'intake' else 'screenings'}")


def _lists(databases: Mapping[str, Database]) -> dict[str, Callable[[], Any]]:
    """Every list of dossiers and screenings that there is, as each role asks for its first page."""
    first = Page(limit=50, after=None)
    asked: dict[str, Callable[[], Any]] = {}
    for role in (Role.APPLICANT, Role.MEMBER_UNIT, Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER):
        admission = admit(INTAKE, "list_dossiers", _who(role))
        asked[f"dossiers of {role}"] = partial(intake_queries.dossiers, databases["intake"], admission, first)
    for role in (Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER):
        admission = admit(SCREENING, "list_screenings", _who(role))
        for state in ("", "pref-intake"):
            name = f"inbox of {role}{', ' if state else ''}{state}"
            asked[name] = partial(screening_queries.screenings, databases["screening"], admission, first, state)
    return asked


def _who(role: Role) -> Identity:
    organisation = {Role.APPLICANT: LEAD, Role.MEMBER_UNIT: MEMBER}.get(role, "")
    return Identity(
        subject=f"somebody-{role}", name="", roles=frozenset({role}), organisation=organisation, prefecture=KUNMING
    )


def _asked(
    few: Callable[[], Any], many: Callable[[], Any], times: int, of: Callable[[list[float]], float]
) -> tuple[float, float]:
    """How long each takes, asked in turn, so that a slow minute is slow for both."""
    for _ in range(6):  # the plans are made, the pages are in memory
        few()
        many()
    found = [(seconds_of(few), seconds_of(many)) for _ in range(times)]
    return of([few for few, _ in found]), of([many for _, many in found])
