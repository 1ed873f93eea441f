"""The auditor after TC-01 and TC-11: what a pack holds, that it holds alone, and that a replay says what is served."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from services.shared.kernel.as_at import When, as_at
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.issuer import demo_user
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Wired
from tests.journeys.conftest import Played
from tests.journeys.test_faults import everything_has_arrived

SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")
CASES = ("tc01", "tc11")


@pytest.fixture(scope="module")
def packs(played: Played, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pack of each case, as it comes over HTTP, in a folder that holds nothing else."""
    everything_has_arrived(played.deployment.database_url)
    auditor, folder = played.deployment.person("auditor"), tmp_path_factory.mktemp("packs")
    bearer = {"Authorization": f"Bearer {played.deployment.token_for(demo_user('auditor').claims())}"}
    auditor.act("audit", "/checkpoints", {})
    found = {}
    for name in CASES:
        archive = folder / f"{name}.zip"
        address = f"{played.deployment.addresses['audit']}/cases/{played.tracks[name].case_id}/pack"
        answer = httpx.get(address, headers=bearer, timeout=60)
        answer.raise_for_status()
        archive.write_bytes(answer.content)
        zipfile.ZipFile(archive).extractall(folder / name)
        found[name] = folder / name
    return found


def stored(database_url: str) -> Iterator[tuple[str, int, UUID, bytes]]:
    """Service, position, thing and exact bytes of every event of every service."""
    with psycopg.connect(database_url) as connection:
        for service in SERVICES:
            for row in connection.execute(f"select position, originator_id, state from {service}.log").fetchall():
                yield service, *row


def events_of(pack: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (pack / "events.jsonl").read_bytes().splitlines()]


@pytest.mark.parametrize("name", CASES)
def test_a_pack_has_every_event_that_names_the_case_in_whatever_field(played, packs, name):
    case = str(played.tracks[name].case_id)
    naming = {
        (service, position)
        for service, position, thing, state in stored(played.deployment.database_url)
        if str(thing) == case or case.encode() in state
    }
    held = {(event["service"], event["position"]) for event in events_of(packs[name])}
    assert len(naming) > 40
    assert naming - held == set()


@pytest.mark.parametrize("name", CASES)
def test_a_pack_has_every_document_that_its_events_name_in_whatever_field(played, packs, name):
    """Whatever looks like a digest and is that of a document in the store."""
    store = DocumentStore(played.deployment.home / "documents")
    digests = {digest for event in events_of(packs[name]) for digest in re.findall("[0-9a-f]{64}", json.dumps(event))}
    documents = {digest for digest in digests if is_held(store, digest)}
    held = {path.name.partition(".")[0] for path in (packs[name] / "documents").iterdir()}
    assert len(documents) > 5
    assert documents - held == set()


def is_held(store: DocumentStore, digest: str) -> bool:
    try:
        return bool(store.read(digest))
    except Exception:
        return False


@pytest.mark.parametrize("name", CASES)
def test_a_pack_holds_on_a_clean_machine(packs, name, tmp_path):
    """Nothing but Python and the pack: no environment, an empty folder to stand in, no network where it can be cut."""
    cut = ["unshare", "--map-root-user", "--net"]
    can_be_cut = shutil.which("unshare") and subprocess.run([*cut, "true"], check=False).returncode == 0
    alone = cut if can_be_cut else []
    checker = [sys.executable, "-I", "-S", str(packs[name] / "check.py")]
    run = subprocess.run([*alone, *checker], cwd=tmp_path, env={}, capture_output=True, timeout=120)
    assert (run.returncode, b"WRONG" in run.stdout) == (0, False), run.stdout.decode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_read_model_says_what_a_replay_from_nothing_says(played, service):
    everything_has_arrived(played.deployment.database_url)
    deployment, home = played.deployment, played.deployment.home
    keys = (home / "keys" / "vault", home / "keys" / "audit")
    settings = Settings(deployment.database_url, "memory://", home / "documents", *keys, "", "t", "t", create_keys=True)
    wired = Wired(importlib.import_module(f"services.{service}.wiring").DEFINITION, settings)
    wired.open()
    try:
        position = wired.application.event_log.max_notification_id()
        with as_at(wired.application, service, settings.database_url, When(position=position)) as models:
            served = {
                table: sorted(map(str, wired.database.dicts(f"select * from {table}"))) for table in models.tables
            }
            replayed = {table: sorted(map(str, models.rows(table))) for table in models.tables}
        if position == wired.application.event_log.max_notification_id():  # audit may sign in between
            assert replayed == served
        assert any(served.values())
    finally:
        wired.close()
