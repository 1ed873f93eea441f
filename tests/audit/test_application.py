"""Audit's acts and answers on real PostgreSQL: signing, reporting, proofs, endpoints, logs that come by a broker."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from eventsourcing.persistence import IntegrityError
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.audit import queries
from services.audit.application import SENDERS, Audit
from services.audit.authority import AUTHORITY
from services.audit.domain.checkpoint import SignedCheckpoint, parse, verify
from services.audit.domain.discrepancy import Fault, discrepancy
from services.audit.domain.ledger import LEDGER_ID, Ledger
from services.audit.domain.tree import verify_consistency, verify_inclusion
from services.audit.ledger.rhythm import RHYTHM
from services.audit.service import AuditService
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.issuer import AUDIENCE, DemoIssuer, demo_user
from services.shared.kernel.keys import Ed25519Signer, sm3
from services.shared.kernel.logpages import LogPages, LogRecord, page_of
from services.shared.kernel.projections import rebuild
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.relay import Relay, read_log
from services.shared.kernel.request import Page
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import NotFound, NotInThisState
from tests.audit.events import CASE, Sender
from tests.deployment import Deployment
from tests.given import NOON, circumstances

EVERYTHING = Page(50, None)


def sign(audit: Audit) -> Ledger:
    """A checkpoint on the auditor's demand."""
    with carrying_out(Command(circumstances("auditor"))):
        return audit.sign_checkpoint()


def topics(audit: Audit) -> list[str]:
    """The topics of audit's own log."""
    return [topic for (topic,) in audit.database.rows("select topic from log order by position")]


def superuser(database_url: str, *statements: str) -> None:
    """Do what only a database administrator can: the trigger is put out of the way for it."""
    with psycopg.connect(database_url) as connection:
        for table in ("entries", "nodes", "mentions"):
            connection.execute(f"alter table audit_ledger.{table} disable trigger all")
        for statement in statements:
            connection.execute(statement)


def test_a_checkpoint_is_signed_on_demand_and_shown_with_its_statement(audit, intake):
    intake.record()
    intake.ship()
    sign(audit)
    [shown] = queries.checkpoints(audit.database, EVERYTHING)["items"]
    said = parse(shown["statement"].encode(), shown["sm3"])
    assert said.size == 1
    assert verify(SignedCheckpoint(said, bytes.fromhex(shown["signature"])), audit.signer, sm3) == []


def test_the_clock_signs_when_there_is_more_than_its_own_checkpoints(audit, intake, database_url):
    own = Sender("audit", audit, database_url)
    assert not audit.sign_if_grown()
    intake.record()
    intake.ship()
    assert audit.sign_if_grown()
    own.ship()
    assert audit.sign_if_grown()  # that the ledger was opened
    own.ship()
    assert not audit.sign_if_grown()
    assert topics(audit).count("audit.ledger.checkpoint-signed") == 2


def test_the_clock_signs_once_in_its_rhythm(audit, intake):
    assert not audit.sign_by_rhythm(99.0)
    intake.record()
    intake.ship()
    assert audit.sign_by_rhythm(100.0)
    intake.record()
    intake.ship()
    assert not audit.sign_by_rhythm(100.0 + RHYTHM - 1)
    assert audit.sign_by_rhythm(100.0 + RHYTHM)


def test_the_age_of_the_seal_is_that_of_the_last_checkpoint_while_something_waits(audit, wired, intake):
    assert audit.seal_age() == 0
    intake.record()
    intake.ship()
    assert audit.seal_age() > 365 * 86400, "never signed"
    sign(audit)
    wired.clock.advance(timedelta(seconds=90))
    assert audit.seal_age() == 0, "a quiet night is no alarm"
    intake.record()
    intake.ship()
    assert audit.seal_age() == 90
    assert b'zhichuang_seal_age_seconds{service="audit"} 90' in wired.metrics.exposition()


def test_what_only_the_security_logs_noted_is_sealed_too(audit, wired, intake, database_url):
    own = Sender("audit", audit, database_url)
    wired.security.record(NOON, actor="u-1", act="act", outcome="denied")
    assert not audit.sign_if_grown(), "an empty ledger cannot be signed"
    intake.record()
    intake.ship()
    while audit.sign_if_grown():
        own.ship()
    signed = topics(audit).count("audit.ledger.checkpoint-signed")
    wired.security.record(NOON, actor="u-2", act="act", outcome="denied")
    assert audit.seal_age() == 0
    wired.clock.advance(timedelta(seconds=1))
    assert audit.seal_age() == 1
    assert audit.sign_if_grown()
    assert topics(audit).count("audit.ledger.checkpoint-signed") == signed + 1
    assert audit.verify().intact


def test_what_the_ledger_has_yet_to_hear_is_shown_by_sender(audit, wired, intake):
    intake.record_many(3, size=30)
    assert audit.waiting()["intake"] == 3
    assert b'zhichuang_inbox_lag_events{sender="intake",service="audit"} 3' in wired.metrics.exposition()
    intake.ship()
    assert audit.waiting()["intake"] == 0


def test_the_alarm_is_raised_for_what_is_found_while_nobody_asks(audit, wired, intake, database_url):
    failures = b'zhichuang_chain_check_failures_total{service="audit"} %d'
    intake.record_many(3, size=30)
    [*_, last] = intake.page().records
    audit.take_in(page_of("intake", [LogRecord(*last)._replace(position=1)]))
    assert failures % 1 in wired.metrics.exposition()
    intake.ship()
    sign(audit)
    superuser(database_url, "delete from audit_ledger.entries where sequence > 1")
    assert not audit.sign_if_grown()
    assert failures % 2 in wired.metrics.exposition()


def test_a_rewritten_ledger_is_not_signed_but_reported(audit, intake, database_url):
    intake.record_many(5)
    intake.ship()
    sign(audit)
    superuser(database_url, "update audit_ledger.nodes set digest = sha256('x') where level = 2")
    intake.record()
    intake.ship()
    assert not audit.sign_if_grown()
    assert not audit.sign_if_grown()
    assert topics(audit)[2:] == ["audit.ledger.tampering-found"]
    [found] = queries.findings(audit.database, EVERYTHING)["items"]
    assert (found["service"], found["at_position"], found["kind"], found["detail"]) == (
        "ledger",
        5,
        "root-differs",
        "1",
    )


def test_a_ledger_that_was_cut_is_not_signed_but_reported(audit, intake, database_url):
    intake.record_many(5)
    intake.ship()
    sign(audit)
    superuser(
        database_url,
        "delete from audit_ledger.entries where sequence > 3",
        "delete from audit_ledger.nodes where level = 2",
    )
    assert not audit.sign_if_grown()
    assert topics(audit)[2:] == ["audit.ledger.tampering-found"]


def test_a_page_that_does_not_continue_the_log_is_reported_once_and_not_taken(audit, intake):
    intake.record_many(3)
    whole = intake.page()
    forged = page_of("intake", [LogRecord(*r)._replace(state=b"{}") if r.position == 2 else r for r in whole.records])
    assert [audit.take_in(forged), audit.take_in(forged.since(2))] == [2, 2]
    assert topics(audit) == ["audit.ledger.opened", "audit.ledger.tampering-found"]
    [found] = queries.findings(audit.database, EVERYTHING)["items"]
    assert (found["service"], found["at_position"], found["kind"]) == ("intake", 2, "discontinued")
    assert audit.take_in(whole) == 4


def test_what_was_found_is_reported_once(audit):
    found = [discrepancy(Fault.ENTRY_CHANGED, n) for n in (1, 2)]
    with carrying_out(Command(circumstances("auditor"))):
        audit.report_tampering(found)
    with pytest.raises(NotInThisState, match="nothing-found"), carrying_out(Command(circumstances("auditor"))):
        audit.report_tampering(found)
    assert topics(audit) == ["audit.ledger.opened", *["audit.ledger.tampering-found"] * 2]


def test_a_lost_race_is_noticed(audit, intake):
    intake.record()
    intake.ship()
    sign(audit)
    stale = audit.find(Ledger, LEDGER_ID)
    sign(audit)
    with carrying_out(Command(circumstances("auditor"))):
        stale.report_tampering([discrepancy(Fault.ENTRY_CHANGED, 1)])
        with pytest.raises(IntegrityError):
            audit.save(stale)


def test_every_entry_is_proved_under_the_newest_checkpoint(audit, intake):
    intake.record_many(7)
    intake.ship()
    with pytest.raises(NotInThisState, match="not-sealed-yet"):
        queries.proof_of_entry(audit.database, 1)
    sign(audit)
    for sequence in range(1, 8):
        proved = queries.proof_of_entry(audit.database, sequence)
        leaf, proof = bytes.fromhex(proved["leaf_hash"]), [bytes.fromhex(step) for step in proved["proof"]]
        root = bytes.fromhex(proved["checkpoint"]["root"])
        assert verify_inclusion(leaf, proved["index"], proved["checkpoint"]["size"], proof, root)
        assert not verify_inclusion(leaf, proved["index"], proved["checkpoint"]["size"], proof, bytes(32))
    intake.record()
    intake.ship()
    with pytest.raises(NotInThisState, match="not-sealed-yet"):
        queries.proof_of_entry(audit.database, 8)
    for unknown in (0, -1, 9, 2**70):
        with pytest.raises(NotFound):
            queries.proof_of_entry(audit.database, unknown)


def test_growth_is_proved_from_each_checkpoint_to_the_newest(audit, intake):
    for _ in range(3):
        intake.record_many(3)
        intake.ship()
        sign(audit)
    for number in (1, 2, 3):
        proved = queries.proof_of_growth(audit.database, number)
        roots = [bytes.fromhex(proved[which]["root"]) for which in ("earlier", "checkpoint")]
        proof = [bytes.fromhex(step) for step in proved["proof"]]
        assert verify_consistency(3 * number, 9, proof, *roots)
    with pytest.raises(NotFound):
        queries.proof_of_growth(audit.database, 4)


def test_lists_come_in_pages_newest_first(audit, intake):
    intake.record()
    intake.ship()
    for _ in range(3):
        sign(audit)
    first = queries.checkpoints(audit.database, Page(2, None))
    assert [c["number"] for c in first["items"]] == [3, 2]
    after = first["items"][-1]["position"]
    assert [c["number"] for c in queries.checkpoints(audit.database, Page(2, [after]))["items"]] == [1]


def test_checkpoints_and_findings_are_told_to_everybody(audit, wired, intake):
    intake.record()
    intake.ship()
    sign(audit)
    with carrying_out(Command(circumstances("auditor"))):
        audit.report_tampering([discrepancy(Fault.ENTRY_CHANGED, 1)])
    seal = Sealer("audit", audit, wired.definition.publishing)
    told = [event for record in read_log(audit.database, 0, 9) if (event := seal(record, 0))]
    assert [event.routing_key for event in told] == ["audit.checkpoint.signed.v1", "audit.tampering.found.v1"]
    shown = queries.checkpoints(audit.database, EVERYTHING)["items"][0]
    assert {name: told[0].data[name] for name in ("root", "sm3", "signature")} == {
        name: shown[name] for name in ("root", "sm3", "signature")
    }


def test_a_rebuilt_read_model_equals_the_live_one(audit, intake, database_url):
    intake.record()
    intake.ship()
    sign(audit)
    with carrying_out(Command(circumstances("auditor"))):
        audit.report_tampering([discrepancy(Fault.ENTRY_CHANGED, 1)])
    audit.succeed_key(Ed25519Signer(Ed25519PrivateKey.generate()), reason="年度更换")
    for name, projection in audit.projections.by_name.items():
        live = audit.database.rows(f"select * from {name}")
        assert live
        rebuild(database_url, "audit", projection, audit.event_mapper)
        assert audit.database.rows(f"select * from {name}") == live


class Office:
    """The endpoints of audit, asked with real tokens."""

    def __init__(self, wired: Any, issuer: DemoIssuer) -> None:
        self.issuer, self.service = issuer, AuditService()
        self.service.wired = wired  # as the container would give it

    def ask(self, who: str, act: str, query: str = "", **values: Any) -> tuple[int, Any]:
        """Status and body of a request of this person; `act` is the endpoint's name."""
        is_command = act in ("sign_checkpoint", "report_tampering")
        headers = {"Idempotency-Key": uuid4().hex} if is_command else {}
        if who:
            headers["Authorization"] = f"Bearer {self.issuer.token_for(demo_user(who))}"
        method = "POST" if is_command else "GET"
        environ = EnvironBuilder(path=f"/{act}", method=method, query_string=query, headers=[*headers.items()])
        response = getattr(self.service, act)(Request(environ.get_environ()), **values)
        if response.mimetype != "application/json" and response.status_code < 400:
            return response.status_code, b"".join(response.iter_encoded())
        return response.status_code, json.loads(response.get_data())


@pytest.fixture
def office(wire: Callable[..., Wired], audit: Audit, intake: Sender, tmp_path: Path) -> Office:
    """Audit, which has one event of intake and trusts the demo's issuer."""
    intake.record()
    intake.ship()
    issuer = DemoIssuer(tmp_path / "issuer")
    return Office(wire("audit", jwks=str(issuer.jwks), issuer=issuer.issuer, audience=AUDIENCE), issuer)


PEOPLE = ("auditor", "division-head", "officer-province-1", "officer-kunming", "applicant-kunming", "administrator", "")
EVERYBODY = " ".join(PEOPLE)
ACTS: dict[str, tuple[dict[str, Any], str]] = {
    "sign_checkpoint": ({}, "auditor"),
    "report_tampering": ({}, "auditor"),
    "verify": ({}, "auditor division-head"),
    "list_findings": ({}, "auditor division-head"),
    "prove_entry": ({"sequence": 1}, "auditor"),
    "read_timeline": ({"case_id": CASE}, "auditor division-head officer-province-1"),
    "read_as_at": ({"case_id": CASE, "query": "at=2026-07-01T00:00:00Z"}, "auditor"),
    "read_difference": (
        {"case_id": CASE, "query": "from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z"},
        "auditor",
    ),
    "export_pack": ({"case_id": CASE}, "auditor"),
    "export_period": ({"query": "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"}, "auditor"),
    "list_exceptions": ({"query": "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"}, "auditor division-head"),
    "list_security": ({}, "auditor"),
    "list_events": ({}, "auditor division-head officer-province-1 officer-kunming"),
    "list_checkpoints": ({}, EVERYBODY),
    "prove_checkpoint": ({"number": 1}, EVERYBODY),
}


def test_each_endpoint_is_open_to_whom_the_table_says_and_to_nobody_else(office):
    assert set(ACTS) == set(AUTHORITY)
    for act, (values, open_to) in ACTS.items():
        for who in PEOPLE:
            assert (office.ask(who, act, **values)[0] != 403) == (who in open_to.split(" ")), (act, who)


def test_what_changed_is_shown_to_the_auditor_alone(office):
    shown = {who: office.ask(who, "read_timeline", case_id=CASE)[1]["items"] for who in ("auditor", "division-head")}
    assert [("changed" in item) for items in shown.values() for item in items] == [True, False]


def test_the_auditor_signs_verifies_and_proves_over_http(office):
    status, signed = office.ask("auditor", "sign_checkpoint")
    assert (status, signed["checkpoint"], signed["size"]) == (201, 1, 1)
    status, report = office.ask("auditor", "verify")
    assert (status, report["intact"], report["ledger"]["checkpoint"]["root"]) == (200, True, signed["root"])
    assert {log["service"]: (log["events"], log["pending"]) for log in report["logs"]} == {
        **dict.fromkeys(SENDERS, (0, 0)), "intake": (1, 0), "audit": (2, 2),
    }  # fmt: skip
    assert office.ask("auditor", "prove_entry", sequence=1)[1]["checkpoint"]["root"] == signed["root"]
    status, refused = office.ask("auditor", "report_tampering")
    assert (status, refused["code"]) == (409, "nothing-found")
    listed = office.ask("", "list_checkpoints")[1]
    assert (len(listed["items"]), len(listed["public_key"])) == (1, 64)


def test_verification_over_http_is_held_to_checkpoints_from_outside(office, audit, wired, database_url):
    office.ask("auditor", "sign_checkpoint")
    listed = office.ask("", "list_checkpoints")[1]["items"][0]
    seal = Sealer("audit", audit, wired.definition.publishing)
    [published] = [event for record in read_log(audit.database, 0, 9) if (event := seal(record, 0))]
    superuser(database_url, "update audit_ledger.entries set leaf = sha256('x')")
    for given in (listed, published.data, {"data": published.data}):
        text = json.dumps(given, default=str)
        status, report = office.ask("auditor", "verify", f"held={quote(text)}")
        assert (status, report["ledger"]["checkpoints_checked"]) == (200, 2)
        assert {each["kind"] for each in report["ledger"]["found"]} == {"entry-changed", "root-differs"}
    for wrong in (
        "",
        "{}",
        "[]",
        "x",
        json.dumps(listed | {"statement": "x"}),
        json.dumps(listed | {"signature": "x"}),
    ):
        status, refused = office.ask("auditor", "verify", f"held={quote(wrong)}")
        assert (status, refused["errors"][0]["code"], refused["errors"][0]["pointer"]) == (
            422,
            "not-a-checkpoint",
            "/held",
        )


def test_the_pack_of_a_period_is_exported_over_http_and_noted(office, audit, wired):
    office.ask("auditor", "sign_checkpoint")
    status, body = office.ask("auditor", "export_period", "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z")
    assert (status, body[:2]) == (200, b"PK")
    assert office.ask("auditor", "export_period", "from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z")[0] == 404
    noted = wired.database.rows("select actor, outcome from security_log where act = 'export_period' order by number")
    assert noted == [("auditor", "exported"), ("auditor", "denied")]


def eventually(condition: Callable[[], object], within: float = 15) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.05)


def test_a_log_comes_in_whole_by_the_relay_whatever_was_said_before_audit_listened(audit, wired, wire, intake):
    sender = wire("intake")
    intake.record_many(30, size=30)
    stop = threading.Event()
    relay = Relay("intake", sender.database, wired.broker, lambda record, previous: None)
    pages = LogPages("audit", ["intake"], wired.broker, audit.expected, audit.take_in)
    threads = [threading.Thread(target=run, args=(stop,), daemon=True) for run in (relay.run, pages.run)]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: audit.entries.position("intake") == 30)
        intake.record_many(5, size=30)
        eventually(lambda: audit.entries.position("intake") == 35)
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    assert audit.verify().intact


def test_the_running_services_bring_a_decision_into_the_ledger(database_url, amqp_uri, rabbit_prefix, tmp_path):
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    deployment = Deployment(tmp_path, database_url, amqp_uri, prefix=rabbit_prefix, start=start)
    try:
        deployment.prepare("intake", "audit")
        deployment.begin("intake")
        deployment.start("audit")
        deployment.wait_ready("intake")
        officer, auditor = deployment.person("officer-province-1"), deployment.person("auditor")
        days = {"opens_on": "2026-03-02", "closes_on": "2026-04-30"}
        planned = officer.act("intake", "/rounds", {"number": "2026-9", "title": "测试批次", "year": 2026, **days})
        [told] = auditor.until("audit", f"/cases/{planned['id']}/timeline", lambda seen: seen["items"])["items"]
        assert told["sentence"].endswith("省厅经办（officer-province-1）拟定申报批次，依据 S4.0")
        assert auditor.get("audit", "/verification")["intact"]
        auditor.until("audit", "/checkpoints", lambda seen: seen["items"])
    finally:
        deployment.close()
