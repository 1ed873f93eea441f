"""One phrase for all regions of a centre, its own and those that run beside it."""

from __future__ import annotations

from datetime import date

from services.registry.queries.phrases import phrases
from tests.registry.examples import CASE
from tests.registry.test_conditions import ask, changed, listed

__all__ = ["listed"]


def phrase(life):
    rows = life.rows("select id, qualification, supervision, plaque, national_level from centres where id = %s", CASE)
    return phrases(life.wired.database, rows)[CASE]


def test_everything_that_is_under_way_is_said_in_both_languages_and_no_more_when_it_is_over(listed):
    listed.issue_plaque()
    changed(listed, {"full_time_rd_staff": "0"})
    ask(listed, {"full_time_rd_staff": "3"})
    listed.wired.run_deadlines()
    said = phrase(listed)
    assert said["zh"] == "已认定，已授牌，条件不足限期补足 1 项，变更办理中 1 件，工作总结逾期 1 份"
    assert said["en"] == "designated, has its plaque, conditions to cure: 1, changes under way: 1, reports overdue: 1"
    changed(listed, {"full_time_rd_staff": "3"})
    assert "条件不足" not in phrase(listed)["zh"]
    listed.summarise(2026)
    assert "逾期" not in phrase(listed)["zh"]
    with listed.as_("head") as registry:
        registry.dissolve(CASE, source="注销登记", document_no="1号", effective_on=date(2027, 4, 1))
    assert phrase(listed) == {"zh": "主体已注销，牌匾公告作废", "en": "dissolved, its plaque is void"}


def test_a_remedy_case_is_said_until_it_is_carried_out(life):
    revocation = life.until_revoked()
    with life.as_("officer") as registry:
        terms = {"kind": "reconsideration", "body": "云南省人民政府", "filed_on": date(2030, 8, 1)}
        remedy = registry.open_remedy_case(revocation.id, **terms)
    assert "救济程序 1 件" in phrase(life)["zh"]
    with life.as_("head") as registry:
        outcome = {"outcome": "upheld", "document_no": "1号", "decided_on": date(2030, 8, 1), "text": "维持"}
        registry.record_remedy_outcome(remedy.id, **outcome)
    with life.as_("officer") as registry:
        registry.execute_remedy(remedy.id)
    assert "救济程序" not in phrase(life)["zh"]
