"""What the public is told: history, verification, CSV without formulas, feed; and the boards of those who steer."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from services.registry.authority import AUTHORITY
from services.registry.queries import boards, public
from services.shared.kernel.authority import Admission
from services.shared.kernel.identity import Identity
from services.shared.kernel.request import Page
from services.shared.vocabulary import NotFound, Role
from tests.registry.examples import CASE, EDITION, OTHER_CASE


@pytest.fixture
def today(life):
    return life.as_at(date(2026, 6, 10), date(2026, 6, 10))


def test_a_plaque_or_number_is_verified_by_anybody(life, today):
    life.designate()
    life.issue_plaque()
    for number in ("001", "YNMIC-2026-001", "云工信技创〔2026〕96号"):
        found = public.verification(life.wired.database, number, today)
        assert (found["valid"], found["number"]) == (True, "YNMIC-2026-001")
    with pytest.raises(NotFound):
        public.verification(life.wired.database, "002", today)


def test_a_plaque_of_a_revoked_centre_is_genuine_but_not_valid(life):
    life.until_revoked()
    found = public.verification(life.wired.database, "002", life.as_at(date(2030, 8, 2), date(2030, 8, 2)))
    assert (found["state"], found["qualification"], found["valid"]) == ("recall-ordered", "revoked", False)


def test_the_history_names_units_and_never_persons(life):
    life.designate()
    told = public.history(life.wired.database, CASE)
    assert {row["fact"] for row in told["facts"]} <= {
        *("centre_name", "lead_unit_name", "member_names", "prefecture", "field_domain", "merged_into")
    }
    assert [row["qualification"] for row in told["qualifications"]] == ["designated"]


def test_who_was_never_listed_has_no_history(life):
    life.clear()
    with pytest.raises(NotFound):
        public.history(life.wired.database, CASE)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@sum", "\tx"])
def test_no_cell_of_the_csv_begins_a_formula(life, today, name):
    life.clear(centre_name=name)
    life.clear(OTHER_CASE)
    for case in (CASE, OTHER_CASE):
        with life.as_("collective-body") as registry:
            registry.designate(case, document_no="96号", effective_on=date(2026, 6, 10))
    text = public.roll_as_csv(life.wired.database, today)
    assert text.startswith("\ufeff编号")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows[1:]] == ["YNMIC-2026-001", "YNMIC-2026-002"]
    assert rows[1][1] == f"'{name}"
    assert not any(cell[:1] in "=+-@\t\r" for row in rows[1:] for cell in row if cell)


def test_the_feed_is_a_json_feed_of_the_roll(life, today):
    life.designate()
    feed = public.roll_as_feed(life.wired.database, today, Page(10, None), "/roll")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in feed["items"]] == [f"/roll/{CASE}"]


def test_the_field_map_shows_what_is_occupied_and_free_again(life):
    life.until_revoked()

    def free(day):
        board = boards.field_map(life.wired.database, life.as_at(day, date(2030, 8, 2)), EDITION)
        return {row["field"]: row["free"] for row in board["fields"]}["LIQUID_METAL"]

    assert not free(date(2030, 7, 31))
    assert free(date(2030, 8, 1))


def test_what_is_late_stands_on_the_board_within_the_readers_scope(life):
    life.designate()
    life.on(date(2027, 2, 1))
    now = life.as_at(date(2027, 2, 1), date(2027, 2, 1))

    def seen(role, place):
        person = Identity("p", "某人", frozenset({role}), place, place)
        may = AUTHORITY["list_overdue"]
        admission = Admission(person, role, may.roles[role], may.basis)
        return [row["kind"] for row in boards.overdue(life.wired.database, admission, now, Page(10, None))["items"]]

    assert seen(Role.PROVINCE_OFFICER, "") == ["annual-summary"]
    assert seen(Role.PREFECTURE_OFFICER, "533100") == []
    life.wired.run_deadlines()
    assert seen(Role.PROVINCE_OFFICER, "") == ["annual-summary-overdue"]
