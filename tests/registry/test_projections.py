"""Read models: rebuilt rows equal the live ones, and the two times of a status give two right answers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry import queries
from services.registry.authority import AUTHORITY
from services.registry.domain.values import AsAt
from services.registry.projections import PROJECTIONS
from services.shared.kernel.authority import Admission
from services.shared.kernel.identity import Identity
from services.shared.kernel.projections import rebuild
from services.shared.kernel.request import Page
from services.shared.vocabulary import Role
from tests.registry.examples import CASE, OTHER_CASE

ALL = Page(50, None)
SCOPES = {
    (Role.APPLICANT, "91530100MAFAKE019M"): 1,
    (Role.APPLICANT, "91533100MAFAKE158H"): 0,
    (Role.MEMBER_UNIT, "12530000FAKE0003XC"): 1,
    (Role.PREFECTURE_OFFICER, "530100"): 1,
    (Role.PREFECTURE_OFFICER, "533100"): 0,
    (Role.AUDITOR, ""): 1,
}
"""Who, of which organisation or prefecture, sees how many centres of Kunming."""
TABLES = [table for projection in PROJECTIONS.by_name.values() for table in projection.tables]

ELSEWHERE = {"changes", "shortfalls", "exits", "upgrades", "remedies", "status_extracts"}
ELSEWHERE |= {"contributions", "prefectural_centres"}
"""The tables of which TC-11 up to the revocation fills none; test_state_machine.py rebuilds them."""


def annul(life):
    with life.as_("head") as registry:
        registry.annul_revocation(CASE, document_no="33号", body="云南省人民政府", effective_on=date(2030, 8, 1))


def status(life, as_of, known_on):
    return queries.status(life.wired.database, CASE, life.as_at(as_of, known_on))["qualification"]


def admission(role, place):
    person = Identity("p", "某人", frozenset({role}), place, place)
    may = AUTHORITY["list_centres"]
    return Admission(person, role, may.roles[role], may.basis)


def contents(life):
    return {table: life.rows(f"select * from {table} order by 1, 2") for table in TABLES}


def test_rebuilt_rows_equal_the_live_ones(life, database_url):
    life.until_revoked()
    life.designate(OTHER_CASE)
    with life.as_("review") as registry:
        registry.take_complaint(
            UUID(int=1),
            case_id=OTHER_CASE,
            case_number="2026-1-1",
            centre_name="某中心",
            lead_uscc="",
            received_on=date(2026, 6, 9),
            in_time=False,
        )
    live = contents(life)
    assert {table for table in TABLES if not live[table]} == ELSEWHERE
    for projection in PROJECTIONS.by_name.values():
        rebuild(database_url, "registry", projection, life.registry.event_mapper)
    assert contents(life) == live


def test_rebuilt_rows_equal_the_live_ones_after_an_annulment(life, database_url):
    life.until_revoked()
    annul(life)
    live = contents(life)
    for projection in PROJECTIONS.by_name.values():
        rebuild(database_url, "registry", projection, life.registry.event_mapper)
    assert contents(life) == live


def test_a_backdated_decision_is_known_only_from_the_day_that_it_was_recorded(life):
    life.on(date(2026, 6, 12))
    life.designate(effective_on=date(2026, 6, 10))
    assert status(life, date(2026, 6, 11), known_on=date(2026, 6, 11)) is None
    assert status(life, date(2026, 6, 11), known_on=date(2026, 6, 12)) == "designated"
    assert status(life, date(2026, 6, 9), known_on=date(2026, 6, 12)) is None


def test_an_annulled_revocation_is_still_what_was_known_before(life):
    life.until_revoked()
    life.on(date(2030, 11, 5))
    annul(life)
    september, november = date(2030, 9, 1), date(2030, 11, 5)
    assert status(life, september, known_on=september) == "revoked"
    assert status(life, september, known_on=november) == "designated"
    assert status(life, date(2030, 7, 31), known_on=september) == "designated"


def test_an_answer_says_of_when_it_is(life):
    life.designate()
    as_at = life.as_at(date(2026, 6, 10), date(2026, 6, 10))
    assert queries.roll(life.wired.database, as_at, ALL)["as_of"] == "2026-06-10"


def test_the_public_roll_shows_who_was_listed_that_day_and_nobody_in_person(life):
    life.until_revoked()
    database = life.wired.database
    [then] = queries.roll(database, life.as_at(date(2030, 7, 31), date(2030, 8, 1)), ALL)["items"]
    assert (then["number"], then["qualification"]) == ("YNMIC-2026-001", "designated")
    assert set(then) == {
        *("id", "number", "centre_name", "centre_uscc", "lead_unit_name", "prefecture", "field_domain"),
        *("qualification", "valid_from", "document_no"),
    }
    assert queries.roll(database, life.as_at(date(2030, 8, 1), date(2030, 8, 1)), ALL)["items"] == []


def test_the_roll_leaves_out_who_only_waits_for_a_document(life):
    life.clear()
    assert queries.roll(life.wired.database, life.as_at(date(2030, 1, 1), date(2030, 1, 1)), ALL)["items"] == []


def test_centres_are_listed_within_the_callers_scope(life):
    life.clear()
    today: AsAt = life.as_at(date(2026, 6, 10), date(2026, 6, 10))
    seen = {
        (role, place): len(queries.centres(life.wired.database, admission(role, place), today, ALL)["items"])
        for role, place in SCOPES
    }
    assert seen == SCOPES


def test_a_long_list_goes_on_behind_its_cursor(life):
    life.designate(CASE)
    life.designate(OTHER_CASE)
    today = life.as_at(date(2026, 6, 10), date(2026, 6, 10))
    first = queries.roll(life.wired.database, today, Page(1, None))
    second = queries.roll(life.wired.database, today, Page(1, [str(first["items"][0]["id"])]))
    assert [row["number"] for row in (*first["items"], *second["items"])] == ["YNMIC-2026-001", "YNMIC-2026-002"]
    assert "next" in first
    assert "next" not in second
