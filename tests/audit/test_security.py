"""The security logs: read by the auditor in one list, chained, and held by the ledger against a superuser."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from services.audit import queries
from services.audit.application import SENDERS, Audit
from services.audit.ledger.security import Sought
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.request import Page
from services.shared.kernel.wiring import Wired
from tests.audit.events import Sender
from tests.given import NOON, circumstances

LOG = "audit.security_log"
RELINKED = """
update audit.security_log set actor = 'u-幻' where number = 1;
do $$ declare tip bytea := sha256(''); n record; begin
    for n in select number, (jsonb_strip_nulls(to_jsonb(s) - 'link'))::text as row from audit.security_log s order by 1
    loop tip := sha256(tip || convert_to(n.row, 'UTF8'));
        update audit.security_log set link = tip where number = n.number; end loop;
end $$
"""


@pytest.fixture
def noted(audit: Audit, wired: Wired, intake: Sender) -> Audit:
    """Three notes in audit's security log, sealed into the ledger by a signed checkpoint."""
    for n, outcome in enumerate(("denied", "exported", "denied")):
        wired.security.record(NOON + timedelta(minutes=n), actor=f"u-{n}", act="act", outcome=outcome, detail={"n": n})
    intake.record()
    intake.ship()
    with carrying_out(Command(circumstances("auditor"))):
        audit.sign_checkpoint()
    return audit


def superuser(database_url: str, *statements: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica; set timezone = 'UTC'")
        for statement in statements:
            connection.execute(statement)


def security_faults(audit: Audit) -> list[tuple[str, int, str]]:
    return [each.key for each in audit.verify().found if each.service == LOG]


def test_what_was_noted_is_listed_newest_first_in_pages_and_by_filters(noted):
    first = queries.security(noted, Sought(), Page(2, None))
    assert [each["actor"] for each in first["items"]] == ["u-2", "u-1"]
    last = first["items"][-1]
    behind = Page(2, [str(last["at"]), last["log"], last["number"]])
    assert [each["actor"] for each in queries.security(noted, Sought(), behind)["items"]] == ["u-0"]
    exported = queries.security(noted, Sought(outcome="exported", log=LOG), Page(9, None))["items"]
    assert [each["detail"] for each in exported] == [{"n": 1}]
    later = queries.security(noted, Sought(start=NOON + timedelta(minutes=1), end=NOON + timedelta(minutes=2)), behind)
    assert later["items"] == []


def test_the_reads_of_personal_data_are_in_the_list_and_chained(audit, wire):
    intake = wire("intake").application
    ref = intake.vault.put(UUID(int=1), "contact", {"phone": "FAKE"})
    intake.vault.read(ref, reader="u-1", capacity="prefecture-officer", purpose="check")
    [read] = queries.security(audit, Sought(log="vault.reads"), Page(9, None))["items"]
    assert (read["actor"], read["act"], read["object"], read["detail"]["purpose"]) == (
        "u-1", "read_personal_data", ref, "check",
    )  # fmt: skip
    assert audit.security.heads()["vault.reads"].number == read["number"]
    assert audit.verify().intact


def test_the_logs_of_all_six_services_are_in_the_list_and_sealed(audit, wire, intake):
    for service in SENDERS:
        wire(service).security.record(NOON, actor=f"u-{service}", act="act", outcome="denied")
    listed = queries.security(audit, Sought(outcome="denied"), Page(50, None))["items"]
    assert {each["log"]: each["actor"] for each in listed} == {f"{each}.security_log": f"u-{each}" for each in SENDERS}
    intake.record()
    intake.ship()
    assert audit.sign_if_grown()
    sealed = audit._ledger().security
    numbers = {log: number for log, (number, _) in sealed.items() if log != "vault.reads"}
    assert numbers == {f"{each}.security_log": 1 for each in SENDERS}
    assert audit.verify().intact


def test_untouched_logs_verify_and_later_notes_are_no_difference(noted, wired):
    assert noted.verify().intact
    wired.security.record(NOON, actor="u-9", act="act", outcome="denied")
    assert noted.verify().intact
    assert noted.find(type(noted._ledger()), noted._ledger().id).security[LOG][0] == 3


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("update audit.security_log set actor = 'u-幻' where number = 2", [(LOG, 2, "security-changed")]),
        ("delete from audit.security_log where number = 2", [(LOG, 2, "security-missing")]),
        ("delete from audit.security_log where number = 3", [(LOG, 3, "security-cut")]),
        ("delete from audit.security_log", [(LOG, 3, "security-cut")]),
        (RELINKED, [(LOG, 3, "security-rewritten")]),
    ],
)
def test_what_a_superuser_did_is_found_and_named(noted, database_url, statement, faults):
    superuser(database_url, statement)
    assert security_faults(noted) == faults


def test_nobody_else_can_change_a_note(noted, database_url):
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("update audit.security_log set actor = 'x'")
