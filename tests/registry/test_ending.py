"""How a centre leaves the list without fault, cultivation and upgrade; TC-02 and TC-12 as commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.upgrading import State
from services.registry.queries import boards, history
from services.shared.vocabulary import Denied, Invalid, NotInThisState, Track
from tests.registry.examples import CASE, EDITION, OTHER_CASE

UPGRADE_CASE = UUID("0190a0b0-0000-7000-8000-0000000000ff")


def cultivate(life):
    life.clear(track=Track.CULTIVATION)
    with life.as_("collective-body") as registry:
        registry.list_for_cultivation(CASE, document_no="云工信技创〔2026〕96号", effective_on=date(2026, 6, 10))


def ask_upgrade(life):
    with life.as_("applicant") as registry:
        return registry.request_upgrade(CASE, text="培育期内完成建设任务。")


def finish(life, upgrade):
    with life.as_("collective-body") as registry:
        return registry.upgrade(upgrade.id, document_no="云工信技创〔2028〕41号", effective_on=date(2028, 6, 1))


def ask_exit(life):
    with life.as_("applicant") as registry:
        return registry.request_exit(CASE, reason="战略调整", report="三年工作总结与资产处置情况。" * 2)


def test_an_exit_is_approved_recalls_the_plaque_and_brings_no_ban(life):
    life.designate()
    life.issue_plaque()
    life.on(date(2029, 3, 1))
    request = ask_exit(life)
    with life.as_("applicant") as registry, pytest.raises(Denied, match="drafter-signs"):
        registry.approve_exit(request.id, document_no="12号", effective_on=date(2029, 3, 1))
    with life.as_("collective-body") as registry:
        registry.approve_exit(request.id, document_no="12号", effective_on=date(2029, 3, 1))
    centre = life.centre()
    assert (centre.qualification, centre.plaque) == (Qualification.EXITED, Plaque.RECALL_ORDERED)
    assert life.rows("select * from bans") == []
    assert life.rows("select state from summaries") == [{"state": "ceased"}]
    assert life.rows("select 1 from deadlines") == []


def test_a_dissolved_centre_has_its_plaque_void_and_no_ban(life):
    life.designate()
    life.issue_plaque()
    life.on(date(2029, 4, 2))
    with life.as_("head") as registry:
        centre = registry.dissolve(CASE, source="注销登记", document_no="20号", effective_on=date(2029, 4, 1))
    assert (centre.qualification, centre.plaque) == (Qualification.DISSOLVED, Plaque.VOIDED)
    assert life.rows("select state from plaques") == [{"state": "voided"}]
    assert life.rows("select * from bans") == []


@pytest.mark.parametrize(
    ("day", "code"), [(date(2029, 4, 3), "effective-in-future"), (date(2026, 6, 9), "before-listing")]
)
def test_nothing_ends_on_a_day_that_cannot_be(life, day, code):
    life.designate()
    life.on(date(2029, 4, 2))
    with life.as_("head") as registry, pytest.raises(Invalid, match=code):
        registry.dissolve(CASE, source="注销登记", document_no="20号", effective_on=day)
    assert life.centre().qualification is Qualification.DESIGNATED


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 6, 11), "effective-in-future"), (date(2025, 12, 31), "before-round")]
)
def test_no_listing_ahead_of_its_day_or_before_its_round(life, day, code):
    with pytest.raises(Invalid, match=code):
        life.designate(effective_on=day)
    assert life.centre().qualification is Qualification.CLEARED


def test_a_legal_person_stands_on_the_list_once(life):
    life.designate()
    life.clear(OTHER_CASE, centre_uscc=life.centre().listed.centre_uscc)
    with life.as_("collective-body") as registry, pytest.raises(Invalid, match="listed-already"):
        registry.designate(OTHER_CASE, document_no="97号", effective_on=date(2026, 6, 10))


def test_cultivation_ends_when_its_term_is_over_and_is_extended_once(life):
    cultivate(life)
    with life.as_("head") as registry:
        registry.extend_cultivation(CASE, reason="设备到货延迟", document_no="30号")
    with life.as_("head") as registry, pytest.raises(NotInThisState, match="extended-already"):
        registry.extend_cultivation(CASE, reason="再次延迟", document_no="31号")
    life.on(date(2028, 6, 20))
    life.wired.run_deadlines()
    assert life.centre().qualification is Qualification.CULTIVATION
    life.on(date(2029, 6, 20))
    life.wired.run_deadlines()
    assert life.centre().qualification is Qualification.EXPIRED
    today = life.as_at(date(2029, 6, 20), date(2029, 6, 20))
    assert history.occupied_fields(life.wired.database, today) == {}


def test_an_upgrade_is_designated_after_its_own_clear_notice_under_the_edition_of_its_start(life, monkeypatch):
    cultivate(life)
    newer = replace(EDITION, id="2028-01-01-draft")
    monkeypatch.setattr("services.registry.application.upgrading.edition_in_force", lambda _: newer)
    life.on(date(2028, 2, 10))
    upgrade = ask_upgrade(life)
    assert (upgrade.policy_edition, life.centre().policy_edition) == (newer.id, EDITION.id)
    life.on(date(2028, 6, 1))
    with pytest.raises(NotInThisState, match="notice-not-cleared"):
        finish(life, upgrade)
    life.clear(UPGRADE_CASE)
    life.clear(UPGRADE_CASE)
    assert life.centre(UPGRADE_CASE) is None
    assert finish(life, upgrade).state is State.DONE
    life.clear(UPGRADE_CASE)
    assert life.centre(UPGRADE_CASE) is None
    centre = life.centre()
    assert (centre.qualification, centre.policy_edition) == (Qualification.DESIGNATED, newer.id)
    assert (centre.listed.number, centre.listed.document_no) == ("YNMIC-2026-001", "云工信技创〔2028〕41号")
    statuses = history.statuses_of(life.wired.database, CASE)
    assert [row["policy_edition"] for row in statuses] == [EDITION.id, newer.id]
    life.issue_plaque()
    today = life.as_at(date(2028, 6, 1), date(2028, 6, 1))
    board = boards.targets(life.wired.database, today, EDITION)
    assert (board["designated"], board["both_tracks"]) == (1, 1)
    assert [(target["wanted"], target["met"], target["past"]) for target in board["targets"]] == [
        (3, False, True),
        (10, False, True),
    ]
    may = life.as_at(date(2028, 5, 31), date(2028, 6, 1))
    board = boards.targets(life.wired.database, may, EDITION)
    assert (board["designated"], board["both_tracks"]) == (0, 1)


def test_an_upgraded_centre_whose_revocation_is_annulled_is_designated_again(life):
    cultivate(life)
    life.on(date(2028, 2, 10))
    upgrade = ask_upgrade(life)
    life.on(date(2028, 6, 1))
    life.clear(UPGRADE_CASE)
    finish(life, upgrade)
    life.issue_plaque()
    life.on(date(2029, 6, 3))
    with life.as_("head") as registry:
        registry.give_revocation_notice(
            CASE, cause="condition_shortfall", grounds=("条件不足",), clauses=("S4.3",), document_no="1号"
        )
    [revocation] = life.rows("select id from revocations")
    with life.as_("head") as registry:
        registry.override_statement_period(revocation["id"], reason="误操作")
    life.revoke(revocation["id"], date(2029, 6, 3))
    with life.as_("head") as registry:
        registry.annul_revocation(CASE, document_no="33号", body="云南省人民政府", effective_on=date(2029, 6, 3))
    assert life.centre().qualification is Qualification.DESIGNATED
    statuses = history.statuses_of(life.wired.database, CASE)
    assert [row["qualification"] for row in statuses] == ["cultivation", "designated", "revoked", "designated"]


def test_cultivation_goes_on_while_an_upgrade_is_under_way_and_ends_after_it_failed(life):
    cultivate(life)
    life.on(date(2028, 2, 10))
    upgrade = ask_upgrade(life)
    with pytest.raises(NotInThisState, match="upgrade-under-way"):
        ask_upgrade(life)
    life.on(date(2028, 6, 20))
    life.wired.run_deadlines()
    assert life.centre().qualification is Qualification.CULTIVATION
    with life.as_("head") as registry:
        registry.fail_upgrade(upgrade.id, reasons=("未达到认定条件",), clauses=("S4.2",), document_no="40号")
    life.wired.run_deadlines()
    assert life.centre().qualification is Qualification.EXPIRED


def test_summaries_are_extended_once_asked_for_in_between_and_missed_after_the_days_of_grace(life):
    life.designate()
    life.on(date(2027, 1, 20))
    with life.as_("officer") as registry:
        report = registry.ask_for_report(CASE, subject="安全生产")
    with life.as_("officer") as registry:
        assert registry.ask_for_report(CASE, subject="安全生产").version == report.version
    [yearly] = life.rows("select id from summaries where ad_hoc = ''")
    with life.as_("officer") as registry:
        extended = registry.extend_summary(yearly["id"], reason="审计未结束")
    assert extended.deadline.local_due.date() == date(2027, 2, 15)
    with life.as_("officer") as registry, pytest.raises(NotInThisState, match="extended-already"):
        registry.extend_summary(yearly["id"], reason="仍未结束")
    states = []
    for day in (date(2027, 2, 15), date(2027, 2, 16), date(2027, 3, 2), date(2027, 3, 3)):
        life.on(day)
        life.wired.run_deadlines()
        states += [row["state"] for row in life.rows("select state from summaries where id = %s", yearly["id"])]
    assert states == ["due", "overdue", "overdue", "missed"]


def test_a_centre_that_never_reported_is_assessed_at_once_and_one_in_trouble_is_not(life):
    life.designate()
    for day in (date(2027, 2, 1), date(2027, 2, 20)):
        life.on(day)
        life.wired.run_deadlines()
    [due] = life.rows("select due from deadlines where kind = 'assessment'")
    assert due["due"].date() == date(2027, 2, 20)
    with life.as_("head") as registry:
        registry.open_investigation(CASE, reason="多年未报")
    for day in (date(2028, 2, 1), date(2028, 2, 20)):
        life.on(day)
        life.wired.run_deadlines()
    [due] = life.rows("select due from deadlines where kind = 'assessment'")
    assert due["due"].date() == date(2027, 2, 20)
    assert [row["state"] for row in life.rows("select state from summaries order by year")][:2] == ["missed"] * 2


NOTICE_CLOSED = date(2026, 6, 8)


@pytest.mark.parametrize(
    ("effective_on", "document_on", "code"),
    [
        (date(2026, 6, 7), None, "before-cleared"),
        (date(2026, 6, 9), date(2026, 6, 7), "before-cleared"),
        (date(2026, 6, 9), date(2026, 6, 10), "before-document"),
    ],
)
@pytest.mark.parametrize("track", Track)
def test_no_listing_before_its_notice_closed_or_before_its_document(life, track, effective_on, document_on, code):
    life.clear(track=track, cleared_on=NOTICE_CLOSED)
    act = life.registry.designate if track is Track.DESIGNATION else life.registry.list_for_cultivation
    with life.as_("collective-body"), pytest.raises(Invalid, match=code) as refused:
        act(CASE, document_no="96号", effective_on=effective_on, document_on=document_on)
    assert all(finding.clause for finding in refused.value.findings)
    assert life.centre().qualification is Qualification.CLEARED
    with life.as_("collective-body"):
        act(CASE, document_no="96号", effective_on=date(2026, 6, 9), document_on=date(2026, 6, 9))
    assert life.centre().listed.document_on == date(2026, 6, 9)


@pytest.mark.parametrize(
    ("effective_on", "document_on", "code"),
    [(date(2028, 5, 31), None, "before-cleared"), (date(2028, 6, 2), date(2028, 6, 3), "before-document")],
)
def test_no_upgrade_before_its_notice_closed_or_before_its_document(life, effective_on, document_on, code):
    cultivate(life)
    life.on(date(2028, 2, 10))
    upgrade = ask_upgrade(life)
    life.on(date(2028, 6, 5))
    life.clear(UPGRADE_CASE, cleared_on=date(2028, 6, 1))
    with life.as_("collective-body") as registry, pytest.raises(Invalid, match=code):
        registry.upgrade(upgrade.id, document_no="60号", effective_on=effective_on, document_on=document_on)
    with life.as_("collective-body") as registry:
        registry.upgrade(upgrade.id, document_no="60号", effective_on=date(2028, 6, 1))
    assert life.centre().qualification is Qualification.DESIGNATED
