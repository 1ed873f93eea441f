"""The table of consequences: what every end of a qualification brings, row by row (S4.2, S4.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.registry.queries import history
from services.shared.vocabulary import Track
from tests.registry.examples import CASE, OTHER_CASE
from tests.registry.test_publishing import told
from tests.registry.test_two_times import change

DAY = date(2029, 6, 20)


def revoked_for(cause):
    def revoke(life):
        notice = life.give_notice(cause)
        with life.as_("applicant") as registry:
            registry.hear_statement(notice.id, text="陈述。")
        with life.as_("officer") as registry:
            registry.hold_hearing(notice.id, minute_no="1号", text="听证。")
        life.revoke(notice.id, DAY)

    return revoke


def left(life):
    with life.as_("applicant") as registry:
        asked = registry.request_exit(CASE, reason="战略调整", report="终结报告")
    with life.as_("collective-body") as registry:
        registry.approve_exit(asked.id, document_no="1号", effective_on=DAY)


def dissolved(life):
    with life.as_("head") as registry:
        registry.dissolve(CASE, source="注销登记", document_no="1号", effective_on=DAY)


def merged(life):
    life.designate(OTHER_CASE)
    change(life, "merger", {}, DAY, OTHER_CASE, other_case_id=CASE)


def expired(life):
    life.wired.run_deadlines()


TABLE: dict[str, tuple[Any, str, str, date | None, str]] = {
    "failed": (revoked_for("dishonesty"), "revoked", "recall-ordered", date(2032, 6, 20), "centre.revoked.v1"),
    "condition": (
        *(revoked_for("condition_shortfall"), "revoked", "recall-ordered"),
        *(date(2032, 6, 20), "centre.revoked.v1"),
    ),
    "fraud": (revoked_for("fraud"), "revoked", "recall-ordered", date(2034, 6, 20), "centre.revoked.v1"),
    "exit": (left, "exited", "recall-ordered", None, "centre.exited.v1"),
    "lawful end": (dissolved, "dissolved", "voided", None, "centre.dissolved.v1"),
    "merger": (merged, "merged", "recall-ordered", None, "centre.merged.v1"),
    "expiry": (expired, "expired", "none", None, "centre.expired.v1"),
}


@pytest.mark.parametrize("trigger", TABLE)
def test_every_end_brings_what_its_row_says(life, trigger):
    end, qualification, plaque, banned_until, message = TABLE[trigger]
    if trigger == "expiry":
        life.clear(track=Track.CULTIVATION)
        with life.as_("collective-body") as registry:
            registry.list_for_cultivation(CASE, document_no="96号", effective_on=date(2026, 6, 10))
    else:
        life.designate()
        life.issue_plaque()
    life.on(DAY)
    with life.as_("officer") as registry:
        registry.issue_extract(CASE, department="TAX", as_of=DAY)
    end(life)
    known = history.as_at(life.wired.database, CASE, life.as_at(DAY, DAY))
    assert known["qualification"] == qualification
    assert known["facts"].get("plaque", {"state": "none"})["state"] == plaque
    assert (known["facts"]["ban"] or {"until": None})["until"] == banned_until
    assert known["facts"]["fields"] == []
    assert {row["state"] for row in life.rows("select state from summaries where case_id = %s", CASE)} <= {
        *("ceased", "overdue", "missed")
    }
    occupied = history.occupied_fields(life.wired.database, life.as_at(DAY, DAY))
    assert occupied == ({"LIQUID_METAL": ["YNMIC-2026-002"]} if trigger == "merger" else {})
    events = told(life)
    names = [event.name for event in events]
    [ended] = [event.data for event in events if event.name == message]
    assert ended.get("credit_record", False) is (trigger in ("failed", "fraud")), "dishonesty and fraud are recorded"
    assert ("ban.started.v1" in names) is (banned_until is not None)
    [extract] = life.rows("select state from status_extracts where case_id = %s", CASE)
    assert extract["state"] == qualification
