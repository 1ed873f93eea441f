"""The exceptions report: each kind is found where it was recorded, and everything named in its table exists."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.audit import queries, schemas
from services.audit.application import SENDERS, Audit
from services.audit.ledger.exceptions import as_line, kinds
from services.audit.ledger.wording import meaning
from tests.audit.events import CASE
from tests.given import NOON

DAY = timedelta(days=1)
ALL = NOON - DAY, NOON + DAY


def found(audit: Audit, period: tuple[datetime, datetime] = ALL, kind: str = "") -> list[tuple[str, str]]:
    items = queries.exceptions(audit, *period, kind)["items"]
    assert all(as_line(each) for each in items)
    return [(each["kind"], each["where"]) for each in items]


def test_exceptions_come_from_the_ledger_and_the_security_log_in_order_of_time(audit, wired, intake, screening):
    hour = timedelta(hours=1)
    intake.record(CASE, "intake.dossier.opened", NOON)
    intake.record(CASE, "intake.round.extended", NOON + hour, closes_on="2026-07-01", reason="灾害")
    intake.record(CASE, "intake.dossier.lapsed", NOON + 3 * hour)
    screening.record(CASE, "review.review.field-exception-granted", NOON + 2 * hour, case_id=CASE)
    for sender in (intake, screening):
        sender.ship()
    for n, code in enumerate(("drafter-may-not-sign", "drafter-signs", "other")):
        at = NOON + (4 + n) * hour
        wired.security.record(at, actor="u-1", act="sign", outcome="denied", detail={"codes": [code]})
    wired.security.record(NOON + 6 * hour, actor="demo desk", act="move_clock", outcome="done")
    log = "audit.security_log"
    assert found(audit) == [
        ("deadline-changed", "#2"), ("field-exception", "#4"), ("late", "#3"),
        ("own-draft", f"{log} 1"), ("own-draft", f"{log} 2"), ("clock-moved", f"{log} 4"),
    ]  # fmt: skip
    assert found(audit, kind="late") == [("late", "#3")]
    assert found(audit, (NOON, NOON + hour)) == []
    [changed] = queries.exceptions(audit, *ALL, "deadline-changed")["items"]
    assert as_line(changed) == "2026-06-01 13:00:00 【期限变更】test（somebody）延长受理期（#2）"
    assert (changed["detail"]["reason"], changed["cases"]) == ("灾害", [CASE])


def test_a_clock_that_went_back_is_seen_in_the_ledger(audit, intake):
    for at in (NOON, NOON - timedelta(seconds=59), NOON - timedelta(hours=2)):
        intake.record(CASE, "intake.dossier.section-saved", at)
    intake.ship()
    assert found(audit) == [("clock-moved", "#3")]


@pytest.mark.parametrize("kind", kinds())
def test_every_topic_of_the_table_is_one_that_services_store(kind):
    for topic in kinds()[kind].topics:
        assert topic.partition(".")[0] in SENDERS
        assert meaning(topic) != topic


TELLING = re.compile(
    "extended|deadline|(?<!e)lapsed|overdue|missed|overridden|amended|voided|exception|recomputed|restarted|rescinded|"
    "annulled|reopened|uscc-accepted|expert-replaced|registry-corrected|extract.corrected|escalated"
)
NO_EXCEPTION = {
    "registry.centre.plaque-voided": "follows from a merger or a loss that is told by itself",
    "registry.centre.assessment-annulled": "follows from registry.assessment.result-annulled",
    "registry.funding-reference.annulled": "follows from registry.assessment.result-annulled",
}


def test_every_stored_topic_that_sounds_like_an_exception_is_one_or_says_why_not():
    stored = Path("tests/architecture/stored_names.txt").read_text().splitlines()
    sounding = {line.removeprefix("event ") for line in stored if line.startswith("event ") and TELLING.search(line)}
    assert len(sounding) > 20
    assert sounding - {topic for kind in kinds().values() for topic in kind.topics} == set(NO_EXCEPTION)


@pytest.mark.parametrize("code", sorted(code for kind in kinds().values() for code in kind.codes))
def test_every_code_of_the_table_is_one_that_services_refuse_with(code):
    assert any(f'"{code}"' in path.read_text("utf-8") for path in Path("services").glob("*/domain/**/*.py"))


def test_a_kind_that_there_is_not_is_refused():
    request = type("Request", (), {"args": {"kind": "x"}})()
    with pytest.raises(Exception, match="no-such-kind"):
        schemas.kind_of(request)
