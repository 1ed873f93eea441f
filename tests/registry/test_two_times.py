"""As known on one day about another: every answer, also when the news came late or a decision was annulled."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry import queries
from services.registry.authority import AUTHORITY
from services.registry.domain.centre import Centre
from services.registry.queries import boards, history, public
from services.shared.kernel.authority import Admission
from services.shared.kernel.identity import Identity
from services.shared.kernel.request import Page
from services.shared.vocabulary import NotFound, Role, Track
from tests.registry.examples import CASE, EDITION, LISTED_ON, OTHER_CASE

REVOKED_ON, BACK_ON, ANNULLED_ON = date(2030, 8, 1), date(2030, 9, 1), date(2030, 11, 5)
LEAD = {"lead_uscc": "91532600MAFAKE182F", "lead_unit_name": "文山虚参有限公司", "prefecture": "532600"}


def change(life, subject, facts, effective_on, case_id=CASE, **more):
    """A change that everybody concerned agrees to."""
    with life.as_("applicant") as registry:
        terms = {"facts": facts, "effective_on": effective_on, "reason": "变更", **more}
        request = registry.request_change(case_id, subject=subject, **terms)
    for prefecture in request.prefectures:
        with life.as_("prefecture-head") as registry:
            registry.give_change_opinion(request.id, agrees=True, text="同意", prefecture=prefecture)
    with life.as_("head") as registry:
        return registry.approve_change(request.id, document_no="云工信技创〔2027〕18号")


def known(life, day, known_on, case_id=CASE):
    return history.as_at(life.wired.database, case_id, life.as_at(day, known_on))


def roll(life, day, known_on):
    rows = queries.roll(life.wired.database, life.as_at(day, known_on), Page(10, None))["items"]
    return {row["id"]: row for row in rows}


@pytest.fixture
def moved(life):
    """The lead unit and the name are others since 1 April 2027, which was known on the 20th only."""
    life.designate()
    life.on(date(2027, 4, 20))
    change(life, "lead_unit", LEAD, date(2027, 4, 1))
    change(life, "centre_name", {"centre_name": "云南新名创新中心"}, date(2027, 4, 1))
    return life


@pytest.mark.parametrize(
    ("day", "known_on", "lead", "prefecture"),
    [
        (date(2027, 3, 31), date(2027, 4, 20), "昆明幻彩合金股份有限公司", "530100"),
        (date(2027, 4, 1), date(2027, 4, 19), "昆明幻彩合金股份有限公司", "530100"),
        (date(2027, 4, 1), date(2027, 4, 20), LEAD["lead_unit_name"], "532600"),
    ],
)
def test_the_roll_and_the_list_name_who_was_known_for_that_day(moved, day, known_on, lead, prefecture):
    row = roll(moved, day, known_on)[CASE]
    assert (row["lead_unit_name"], row["prefecture"]) == (lead, prefecture)
    who = Identity("o", "某人", frozenset({Role.PROVINCE_OFFICER}), "", "")
    may = AUTHORITY["list_centres"]
    admission = Admission(who, Role.PROVINCE_OFFICER, may.roles[Role.PROVINCE_OFFICER], may.basis)
    moment = moved.as_at(day, known_on)
    [listed] = queries.centres(moved.wired.database, admission, moment, Page(10, None))["items"]
    assert (listed["lead_unit_name"], listed["prefecture"]) == (lead, prefecture)


def test_a_plaque_is_verified_by_what_was_known_then(moved):
    moved.issue_plaque("001")
    moved.on(date(2027, 5, 10))
    with moved.as_("officer") as registry:
        registry.replace_plaque(CASE, plaque_no="001-2", reason="名称变更")

    def asked(number, day, known_on):
        return public.verification(moved.wired.database, number, moved.as_at(day, known_on))

    now, before = asked("001", date(2027, 5, 10), date(2027, 5, 10)), asked("001", date(2027, 5, 9), date(2027, 5, 10))
    assert (now["valid"], now["state"], now["replaced_by"]) == (False, "replaced", "001-2")
    assert (before["valid"], before["centre_name"]) == (True, "云南新名创新中心")
    with pytest.raises(NotFound):
        asked("001-2", date(2027, 5, 10), date(2027, 5, 9))


def test_a_decision_that_listed_two_centres_verifies_both_and_an_old_one_is_still_found(life):
    life.designate()
    life.designate(OTHER_CASE)
    found = public.verification(life.wired.database, "云工信技创〔2026〕96号", life.as_at(LISTED_ON, LISTED_ON))
    assert [row["number"] for row in found["centres"]] == ["YNMIC-2026-001", "YNMIC-2026-002"]


def test_a_plaque_that_came_back_before_the_annulment_was_never_asked_back(life):
    life.until_revoked()
    life.on(BACK_ON)
    with life.as_("officer") as registry:
        registry.return_plaque(CASE, received_on=BACK_ON)
    life.on(ANNULLED_ON)
    with life.as_("head") as registry:
        registry.annul_revocation(CASE, document_no="33号", body="云南省人民政府", effective_on=REVOKED_ON)
    for day in (REVOKED_ON, BACK_ON, ANNULLED_ON):
        assert known(life, day, ANNULLED_ON)["facts"]["plaque"] == {"state": "issued", "no": "002"}
    assert known(life, BACK_ON, BACK_ON)["facts"]["plaque"]["state"] == "returned"
    verified = public.verification(life.wired.database, "002", life.as_at(ANNULLED_ON, ANNULLED_ON))
    assert verified["valid"]


def test_a_field_that_changed_before_a_merger_but_was_told_after_it_is_occupied_as_it_was(life):
    life.designate()
    life.designate(OTHER_CASE)
    life.on(date(2027, 9, 1))
    change(life, "field", {"field_domain": "CONSUMER"}, date(2027, 1, 1), OTHER_CASE)
    change(life, "merger", {}, date(2027, 9, 1), other_case_id=OTHER_CASE)
    life.on(date(2027, 10, 1))
    change(life, "field", {"field_domain": "NEW_MAT"}, date(2027, 8, 1))

    def fields(day):
        return known(life, day, date(2027, 10, 1))["facts"]["fields"]

    assert fields(date(2027, 7, 31)) == ["LIQUID_METAL"]
    assert fields(date(2027, 8, 1)) == ["NEW_MAT"]
    assert fields(date(2027, 9, 1)) == ["NEW_MAT", "CONSUMER"]
    assert life.registry.find(Centre, CASE).fields == ("NEW_MAT", "CONSUMER")
    board = boards.field_map(life.wired.database, life.as_at(date(2027, 9, 1), date(2027, 10, 1)), EDITION)
    taken = {row["field"]: row["numbers"] for row in board["fields"] if row["numbers"]}
    assert taken == {"NEW_MAT": ["YNMIC-2026-001"], "CONSUMER": ["YNMIC-2026-001"]}


def test_a_change_of_the_time_of_cultivation_may_be_told_after_the_upgrade(life):
    life.clear(track=Track.CULTIVATION)
    with life.as_("body") as registry:
        registry.list_for_cultivation(CASE, document_no="1号", effective_on=LISTED_ON)
    life.on(date(2028, 1, 10))
    with life.as_("applicant") as registry:
        request = registry.request_upgrade(CASE, text="申请转为认定。")
    with life.as_("review") as registry:
        registry.clear_upgrade("91530112MAFAKE027W", review_case_id=OTHER_CASE, notice_no="6号")
    with life.as_("body") as registry:
        registry.upgrade(request.id, document_no="2号", effective_on=date(2028, 1, 10))
    change(life, "centre_name", {"centre_name": "云南新名创新中心"}, date(2027, 3, 1))
    assert roll(life, date(2027, 3, 1), date(2028, 1, 10))[CASE]["centre_name"] == "云南新名创新中心"
    old = public.verification(life.wired.database, "1号", life.as_at(date(2028, 1, 10), date(2028, 1, 10)))
    assert (old["qualification"], old["valid"]) == ("designated", True)
