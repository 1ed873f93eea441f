"""The command line of every service: the same words, and what an operator or auditor sees."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from uuid import UUID

import psycopg
import pytest

from services.shared.kernel.command import Command, carrying_out
from tests.architecture.services import SERVICES
from tests.given import circumstances

ROUND = {
    "number": "2026-1",
    "title": "批次",
    "year": 2026,
    "opens_on": date(2026, 1, 5),
    "closes_on": date(2099, 6, 30),
}


@pytest.fixture
def told(database_url, tmp_path):
    """`told("intake", "verify")` runs a command and gives the finished process."""

    def run(service, *words, **changes):
        environment = os.environ | {
            "PYTHONPATH": ".",
            "DATABASE_URL": database_url,
            "AMQP_URI": "memory://",
            "OIDC_JWKS": str(tmp_path / "jwks.json"),
            "ZHICHUANG_HOME": str(tmp_path),
            "CREATE_KEYS": "yes",
            **changes,
        }
        return subprocess.run(
            [sys.executable, "-m", f"services.{service}", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def round_(wire):
    intake = wire("intake").application
    with carrying_out(Command(circumstances(actor="officer-1", legal_basis=("S4.0",)))):
        planned = intake.plan_round(**ROUND)
    with carrying_out(Command(circumstances(actor="head-1", legal_basis=("S4.0",)))):
        return intake.open_round(planned.id, document_no="云工信〔2026〕8号")


@pytest.mark.parametrize("service", SERVICES)
def test_verify_passes_an_honest_log_and_names_a_tampered_row(told, database_url, service):
    append = "select %s.append(array[gen_random_uuid()], array[1::bigint], array['a.b.c'], array['{}'::bytea])"
    with psycopg.connect(database_url) as superuser:
        for _ in range(3):
            superuser.execute(append % service)
    assert told(service, "verify").returncode == 0
    with psycopg.connect(database_url) as superuser:
        superuser.execute(f"alter table {service}.log disable trigger all")
        superuser.execute(f"update {service}.log set state = '[]' where position = 2")
    found = told(service, "verify")
    assert found.returncode == 1
    assert service in found.stdout
    assert "2" in found.stdout


def test_replay_prints_who_did_what_by_which_clause_and_the_state_it_adds_up_to(told, round_):
    lines = told("intake", "replay", str(round_.id)).stdout.splitlines()
    assert [("intake.round.planned" in lines[0]), ("intake.round.opened" in lines[1])] == [True, True]
    assert "officer-1" in lines[0]
    assert "S4.0" in lines[0]
    assert '"state":"open"' in lines[-1]
    until = told("intake", "replay", str(round_.id), "--at", "1").stdout
    assert '"state":"planned"' in until


def test_rebuild_mends_a_read_model_and_says_how_many_events_it_read(told, round_, database_url):
    with psycopg.connect(database_url) as superuser:
        superuser.execute("delete from intake_read.rounds")
    assert told("intake", "rebuild", "rounds").stdout == "rounds: 2 events\n"
    with psycopg.connect(database_url) as superuser:
        assert superuser.execute("select number, state from intake_read.rounds").fetchall() == [("2026-1", "open")]
    assert {line.partition(": ")[2] for line in told("intake", "rebuild", "all").stdout.splitlines()} == {"2 events"}
    refused = told("intake", "rebuild", "nothing")
    assert refused.returncode == 2
    assert "rounds" in refused.stderr


def test_parked_and_redrive_have_nothing_to_say_of_a_quiet_inbox(told):
    assert told("screening", "parked").stdout == ""
    assert told("screening", "redrive").stdout == "0 taken in\n"


def test_what_a_sender_told_is_printed_as_published_and_recover_says_what_came_back_and_what_did_not(
    told, round_, database_url, tmp_path
):
    printed = told("intake", "told").stdout
    assert [json.loads(line)["position"] for line in printed.splitlines()] == [2]
    assert told("intake", "told", "--after", "2").stdout == ""
    (tmp_path / "told").write_text(printed)
    (event,) = (json.loads(line)["id"] for line in printed.splitlines())
    (tmp_path / "kept").write_text(json.dumps(witnessed(event)))
    done = told("notify", "recover", str(tmp_path / "kept")).stdout.splitlines()
    assert done[0] == "notify: 1 events taken back, 0 of commands; heard: intake to 2"
    assert done[1:3] == ["parked again: 0", "not known: what of intake was parked since the backup (--told)"]
    assert done[3].startswith("missing: document '缺.pdf' of")
    again = told("notify", "recover", str(tmp_path / "kept"), "--told", str(tmp_path / "told")).stdout.splitlines()
    assert again == ["notify: 0 events taken back, 0 of commands; heard: nobody", "parked again: 0"]


def witnessed(cause):
    """The first row of a log, as the ledger would have kept it: an effect of this event that speaks of a document."""
    metadata = {"actor": "urn:zhichuang:intake", "capacity": "system", "command": "x", "command_id": cause}
    gone = {"sha256": "ab" * 32, "sm3": "cd" * 32, "name": "缺.pdf", "media_type": "application/pdf", "size": 1}
    state = json.dumps({"timestamp": "x", "metadata": {**metadata, "causation_id": cause}, "of": gone}).encode()
    row, topic = UUID(int=1), "notify.made.up"
    link = hashlib.sha256(
        hashlib.sha256(b"").digest() + (1).to_bytes(8) + row.bytes + (1).to_bytes(8) + topic.encode() + b"\0" + state
    )
    named = {"position": 1, "originator_id": str(row), "originator_version": 1, "topic": topic}
    return {**named, "state": state.hex(), "link": link.hexdigest()}


def test_migrate_may_be_run_again(told, round_):
    assert told("intake", "migrate").returncode == 0
    assert told("intake", "verify").stdout == "intake: 2 events, 0 breaks\n"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"AMQP_URI": ""}, "AMQP_URI"),
        ({"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/none"}, "intake"),
    ],
)
def test_a_start_that_cannot_work_ends_in_one_sentence_and_a_failure(told, changes, says):
    ended = told("intake", "verify", **changes)
    assert ended.returncode == 1
    assert says in ended.stderr.strip().splitlines()[-1]
    assert "Traceback" not in ended.stderr
