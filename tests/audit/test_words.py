"""The words of the command line that only audit has, each run as an auditor would, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.audit.application import Audit
from services.shared.kernel.wiring import Wired
from tests.audit.events import CASE, Sender
from tests.given import NOON

Said = tuple[int, str]


@pytest.fixture
def say(wired: Wired, database_url: str, tmp_path: Path) -> Callable[..., Said]:
    """`say("timeline", …)` runs a word beside the opened service; gives its exit code and what it printed."""

    def run(*words: Any) -> Said:
        environment = os.environ | {
            "PYTHONPATH": ".",
            "DATABASE_URL": database_url,
            "AMQP_URI": "memory://",
            "OIDC_JWKS": str(tmp_path / "jwks.json"),
            "ZHICHUANG_HOME": str(tmp_path),
        }
        asked = [sys.executable, "-W", "ignore", "-m", "services.audit", *map(str, words)]
        done = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def case(audit: Audit, intake: Sender) -> UUID:
    """A case of two events in the ledger."""
    intake.record(CASE, "intake.dossier.opened", NOON, number="A-1")
    intake.record(CASE, "intake.dossier.submitted", NOON + timedelta(hours=1))
    intake.ship()
    return CASE


def test_a_checkpoint_a_timeline_and_verification_are_words(say, case):
    code, said = say("checkpoint")
    assert code == 0, said
    signed = json.loads(said)
    assert (code, signed["number"], signed["size"], len(signed["public_key"])) == (0, 1, 2, 64)
    code, said = say("timeline", case)
    assert (code, "建立申报材料" in said, "number：A-1" in said) == (0, True, True)
    code, said = say("timeline", case, "--json")
    assert (code, [each["position"] for each in json.loads(said)["items"]]) == (0, [1, 2])
    code, said = say("timeline", case, "--json", "--topic", "intake.dossier.opened", "--service", "intake")
    assert (code, [each["position"] for each in json.loads(said)["items"]]) == (0, [1])
    code, said = say("verify")
    assert (code, said) == (0, "audit: 4 events, 1 checkpoints, 0 breaks\n")


def test_verification_is_held_to_a_checkpoint_from_outside(say, case, tmp_path, database_url):
    held = tmp_path / "held-outside.json"
    held.write_text(say("checkpoint")[1])
    assert say("verify", "--held", held) == (0, "audit: 4 events, 2 checkpoints, 0 breaks\n")
    with psycopg.connect(database_url) as superuser:  # everything is rewritten: as if nothing had ever been signed
        superuser.execute("set session_replication_role = replica")
        for table in ("audit.log", "audit_read.checkpoints", "audit_ledger.mentions", "audit_ledger.nodes"):
            superuser.execute(f"delete from {table}")
        superuser.execute("update audit.log_head set position = 0, link = sha256('')")
        superuser.execute("delete from audit_ledger.entries where sequence = 2")
        superuser.execute("delete from intake.log where position = 2")
        superuser.execute("update intake.log_head set position = 1, link = (select link from intake.log)")
    assert say("verify")[0] == 0, "nobody inside can tell"
    code, said = say("verify", "--held", held)
    assert (code, "it had 2 entries when checkpoint 1 was signed" in said) == (1, True), said
    held.write_text("{}")
    code, said = say("verify", "--held", held)
    assert (code, "give a checkpoint" in said) == (1, True), said


def test_exceptions_and_the_security_log_are_words(say, case, wired):
    wired.security.record(NOON, actor="u-1", act="sign", outcome="denied", detail={"codes": ["drafter-signs"]})
    code, said = say("exceptions", "--from", "2026-01-01T00:00:00+08:00", "--to", "2027-01-01T00:00:00+08:00")
    assert (code, "【起草人试图签发】u-1 sign" in said) == (0, True), said
    code, said = say("security", "--outcome", "denied")
    assert (code, [json.loads(line)["actor"] for line in said.splitlines()]) == (0, ["u-1"]), said


def test_an_administrative_act_is_noted(say, case):
    assert say("rebuild", "findings")[0] == 0
    assert say("redrive")[0] == 0
    noted = [json.loads(line) for line in say("security", "--actor", "command line")[1].splitlines()]
    assert [(each["act"], each["object"], each["outcome"]) for each in noted] == [
        ("redrive", "", "done"), ("rebuild", "findings", "done"),
    ]  # fmt: skip


def test_what_is_not_there_is_said_in_both_languages(say, case):
    code, said = say("timeline", UUID(int=5))
    assert (code, said) == (1, "没有这一案件\nno such case\n")


def test_the_pack_of_a_period_is_written_and_checks_itself(say, case, tmp_path):
    pack = tmp_path / "period.zip"
    code, said = say("pack", pack, "--from", NOON.isoformat(), "--to", (NOON + timedelta(days=1)).isoformat())
    assert (code, said) == (0, f"{pack}: 2 events\n")
    zipfile.ZipFile(pack).extractall(tmp_path / "pack")
    checked = subprocess.run([sys.executable, "-I", "-S", tmp_path / "pack" / "check.py"], capture_output=True)
    assert checked.returncode == 0, checked.stdout.decode()
