"""What cannot be is refused with its clause, and nothing changes: days, grounds, mergers, years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.registry.domain.summary import summary_id
from services.shared.vocabulary import Refusal
from tests.registry.examples import CASE, FIGURES

NOW, TOMORROW = date(2027, 4, 1), date(2027, 4, 2)
DECIDED: dict[str, Any] = {"document_no": "99号"}
NOTICE: dict[str, Any] = {"cause": "failed_assessment", **DECIDED}
SLIP: dict[str, Any] = {"facts": {"centre_name": "幻"}, "reason": "笔误"}
FAX: dict[str, Any] = {"subject": "fax", "facts": {"fax": "1"}, "reason": "变更"}
GONE: dict[str, Any] = {"source": "注销登记", **DECIDED}
MERGER: dict[str, Any] = {"subject": "merger", "facts": {}, "effective_on": NOW, "reason": "合并"}
SUMMARY: dict[str, Any] = {"text": "全年工作总结。", "figures": FIGURES}

CASES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "dissolved tomorrow": ("effective-in-future", lambda r: r.dissolve(CASE, effective_on=TOMORROW, **GONE)),
    "dissolved before it was listed": (
        "before-listing",
        lambda r: r.dissolve(CASE, effective_on=date(2026, 6, 9), **GONE),
    ),
    "changed tomorrow": ("effective-in-future", lambda r: r.request_change(CASE, effective_on=TOMORROW, **FAX)),
    "changed before it was listed": (
        "before-listing",
        lambda r: r.request_change(CASE, effective_on=date(2026, 6, 9), **FAX),
    ),
    "corrected tomorrow": ("effective-in-future", lambda r: r.request_correction(CASE, effective_on=TOMORROW, **SLIP)),
    "corrected before its round": (
        "before-round",
        lambda r: r.request_correction(CASE, effective_on=date(2025, 12, 31), **SLIP),
    ),
    "plaque returned tomorrow": ("effective-in-future", lambda r: r.return_plaque(CASE, received_on=TOMORROW)),
    "revocation without grounds": (
        "grounds-missing",
        lambda r: r.give_revocation_notice(CASE, grounds=(), clauses=("S4.3",), **NOTICE),
    ),
    "revocation with blank grounds": (
        "grounds-missing",
        lambda r: r.give_revocation_notice(CASE, grounds=(" ",), clauses=("S4.3",), **NOTICE),
    ),
    "revocation without clauses": (
        "grounds-missing",
        lambda r: r.give_revocation_notice(CASE, grounds=("事由",), clauses=(), **NOTICE),
    ),
    "merged into itself": ("merged-into-itself", lambda r: r.request_change(CASE, other_case_id=CASE, **MERGER)),
    "report of next year": ("year-not-begun", lambda r: r.submit_summary(summary_id(CASE, 2028), **SUMMARY)),
    "assessment of next year": ("not-of-this-year", lambda r: r.schedule_assessment(CASE, year=2028)),
    "assessment too early": ("running-too-briefly", lambda r: r.schedule_assessment(CASE, year=2027)),
}


@pytest.fixture
def listed(life):
    """A centre with a plaque; its summary of 2028 is asked for already."""
    life.designate()
    life.issue_plaque()
    life.on(date(2027, 1, 15))
    for year in (2026, 2027):
        life.summarise(year)
        life.accept(year)
    life.on(NOW)
    return life


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_is_refused_with_its_clause_and_nothing_changes(listed, name):
    code, ask = CASES[name]
    before = listed.registry.event_log.max_notification_id(), listed.centre().version
    with listed.as_("somebody") as registry, pytest.raises(Refusal, match=code) as refused:
        ask(registry)
    assert all(finding.clause for finding in refused.value.findings)
    assert (listed.registry.event_log.max_notification_id(), listed.centre().version) == before
