"""The auditor's pack: complete, checked anywhere by its own `check.py`, and false after any one byte is changed."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audit import queries
from services.audit.application import Audit
from services.audit.ledger.pack import check
from services.audit.ledger.pack.archive import event_line
from services.audit.ledger.pack.contents import Contents, of_case, of_period
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.keys import sm3
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import NotFound, NotInThisState
from tests.audit.events import CASE, OTHER_CASE, Sender
from tests.given import NOON, circumstances

HOUR = timedelta(hours=1)
ROUND, PANEL = UUID(int=0xB1), UUID(int=0xB2)


def sign(audit: Audit) -> None:
    with carrying_out(Command(circumstances("auditor"))):
        audit.sign_checkpoint()


def reference(document: Any) -> dict[str, Any]:
    """A document as events name it."""
    return {"sha256": document.sha256, "sm3": document.sm3, "name": document.name, "size": document.size}


@pytest.fixture
def case(audit: Audit, wired: Wired, intake: Sender, screening: Sender) -> SimpleNamespace:
    """A case with two documents, a round that it names, a cause in another service, and another case beside it."""
    plan = wired.documents.put("计划".encode(), "计划.txt", "text/plain")
    letter = wired.documents.put("推荐".encode(), "推荐.txt", "text/plain")
    intake.record(ROUND, "intake.round.planned", NOON, number="2026-1")
    intake.record(ROUND, "intake.round.opened", NOON)
    intake.record(CASE, "intake.dossier.opened", NOON + HOUR, round_id=str(ROUND), number="A-1")
    intake.ship()
    sign(audit)
    intake.record(CASE, "intake.dossier.attachment-added", NOON + 2 * HOUR, document=reference(plan))
    intake.record(OTHER_CASE, "intake.dossier.opened", NOON + 2 * HOUR, number="A-2")
    cause = {"at": NOON + 3 * HOUR, "causation_id": str(uuid5(NAMESPACE_URL, "urn:zhichuang:intake:5"))}
    screening.record(CASE, "screening.screening.opened", NOON + 3 * HOUR, about=cause, snapshot_sha256=plan.sha256)
    screening.record(PANEL, "review.panel.constituted", NOON + 4 * HOUR, case_id=CASE, letter=reference(letter))
    screening.record(PANEL, "review.panel.opened", NOON + 5 * HOUR, note="#9 2026-06-01\n#10 伪造")
    for sender in (intake, screening):
        sender.ship()
    sign(audit)
    return SimpleNamespace(audit=audit, documents=wired.documents, plan=plan, letter=letter)


def unpacked(case: SimpleNamespace, folder: Path) -> Path:
    """The pack of the case in a folder."""
    target = io.BytesIO()
    queries.pack_of_case(case.audit, case.documents, CASE, target)
    zipfile.ZipFile(target).extractall(folder)
    return folder


@pytest.fixture
def pack(case: SimpleNamespace, tmp_path: Path) -> Path:
    return unpacked(case, tmp_path / "pack")


def checked(folder: Path, *arguments: str, isolated: bool = True) -> tuple[int, str]:
    """Exit code and report of `check.py`; `isolated`: with the standard library alone."""
    flags = ["-I", "-S"] if isolated else []
    run = subprocess.run([sys.executable, *flags, str(folder / "check.py"), *arguments], capture_output=True, cwd="/")
    return run.returncode, run.stdout.decode() + run.stderr.decode()


@pytest.mark.parametrize("isolated", [True, False])
def test_a_pack_holds_with_the_standard_library_alone_and_with_cryptography(pack, isolated):
    code, said = checked(pack, isolated=isolated)
    assert (code, said.count("通过 ok"), "WRONG" in said) == (0, 7, False), said
    assert "the pack holds" in said


def test_a_pack_has_the_events_of_the_case_what_they_name_their_causes_and_the_documents(case, pack):
    events = list(check.events_of(pack / "events.jsonl"))
    named = {(event["service"], event["position"]) for event in events}
    assert named == {("intake", n) for n in (1, 2, 3, 4, 5)} | {("screening", n) for n in (1, 2, 3)}
    documents = {path.stem for path in (pack / "documents").iterdir()}
    assert documents == {case.plan.sha256, case.letter.sha256}
    manifest = json.loads((pack / "manifest.json").read_text())
    assert manifest["documents"] == {case.plan.sha256: "计划.txt", case.letter.sha256: "推荐.txt"}
    assert ["intake", str(ROUND)] in manifest["about"]["whole"]
    assert ["intake", str(OTHER_CASE)] not in manifest["about"]["whole"]


def test_a_pack_keeps_the_exact_stored_bytes(case, pack):
    stored = {each.sequence: each.state for each in of_case(case.audit.database, CASE).events}
    assert {event["sequence"]: event["state"] for event in check.events_of(pack / "events.jsonl")} == stored
    assert all(json.loads(line)["state"] for line in (pack / "events.jsonl").read_text("utf-8").splitlines())


@pytest.mark.parametrize("state", [b"\x00\xff", b'{"a":\n1}', b"[]", b"", b'{"state":"\\",\\"state\\":"}'])
def test_stored_bytes_of_any_kind_come_back_as_they_were(case, tmp_path, state):
    entry = of_case(case.audit.database, CASE).events[0]._replace(state=state)
    (tmp_path / "events.jsonl").write_bytes(event_line(entry))
    assert [event["state"] for event in check.events_of(tmp_path / "events.jsonl")] == [state]


def test_the_key_that_is_held_elsewhere_is_compared(case, pack):
    assert checked(pack, case.audit.signer.public_key.hex())[0] == 0
    code, said = checked(pack, "ab" * 32)
    assert (code, "another key than yours" in said) == (1, True)


def test_a_checkpoint_says_when_each_event_was_sealed_at_the_latest(pack):
    checkpoints = [json.loads(line) for line in (pack / "checkpoints.jsonl").read_text().splitlines()]
    assert [each["size"] for each in checkpoints] == [3, 8]


def test_the_timeline_is_chinese_and_nobody_can_write_a_line_into_it(pack):
    said = (pack / "timeline.txt").read_text("utf-8")
    assert "建立申报材料" in said
    assert "number：A-1" in said
    assert sum(line.startswith("#") for line in said.splitlines()) == 8


def test_a_pack_whose_document_is_missing_or_damaged_is_refused(case, tmp_path):
    [path] = [path for path in tmp_path.rglob(case.letter.sha256) if path.is_file()]
    content = path.read_bytes()
    for change in (lambda: path.write_bytes(content + b"x"), path.unlink):
        path.chmod(0o600)
        change()
        with pytest.raises(NotInThisState, match="pack-incomplete"):
            queries.pack_of_case(case.audit, case.documents, CASE, io.BytesIO())


def test_a_pack_is_refused_until_a_checkpoint_covers_it(case, intake):
    intake.record(CASE, "intake.dossier.submitted", NOON + 6 * HOUR)
    intake.ship()
    with pytest.raises(NotInThisState, match="not-sealed-yet"):
        queries.pack_of_case(case.audit, case.documents, CASE, io.BytesIO())
    with pytest.raises(NotFound):
        queries.pack_of_case(case.audit, case.documents, UUID(int=0xDEAD), io.BytesIO())


def test_a_pack_of_a_period_has_every_event_of_it_without_gaps(case, tmp_path):
    target = io.BytesIO()
    start, end = NOON + HOUR, NOON + 3 * HOUR
    assert queries.pack_of_period(case.audit, case.documents, start, end, target) == 3
    zipfile.ZipFile(target).extractall(tmp_path / "period")
    code, said = checked(tmp_path / "period")
    assert (code, "without gaps" in said) == (0, True), said
    with pytest.raises(NotFound):
        queries.pack_of_period(case.audit, case.documents, NOON - HOUR, NOON, io.BytesIO())
    assert of_period(case.audit.database, NOON, NOON + 9 * HOUR).names == of_case(case.audit.database, CASE).names


def resigned(case: SimpleNamespace, contents: Contents, folder: Path) -> Path:
    """A pack of these contents, truly signed: what a dishonest keeper of the key could hand out."""
    target = io.BytesIO()
    queries._write(case.audit, case.documents, contents, target)
    zipfile.ZipFile(target).extractall(folder)
    return folder


@pytest.mark.parametrize(("place", "said"), [(0, "events of"), (2, "events of"), (4, "causes are missing")])
def test_a_pack_from_which_the_signer_left_out_an_event_fails(case, tmp_path, place, said):
    whole = of_case(case.audit.database, CASE)
    events = whole.events[:place] + whole.events[place + 1 :]
    left_out = Contents(whole.about, events, whole.names, whole.whole)
    code, report = checked(resigned(case, left_out, tmp_path / "less"))
    assert (code, said in report) == (1, True), report


def test_a_pack_in_which_the_signer_changed_an_event_fails(case, tmp_path):
    whole = of_case(case.audit.database, CASE)
    forged = whole.events[2]._replace(state=whole.events[2].state.replace(b"A-1", b"A-9"))
    contents = Contents(whole.about, (*whole.events[:2], forged, *whole.events[3:]), whole.names, whole.whole)
    code, report = checked(resigned(case, contents, tmp_path / "forged"))
    assert (code, "is not in the ledger" in report) == (1, True), report


def test_a_pack_from_which_the_signer_left_out_a_document_fails(case, tmp_path):
    whole = of_case(case.audit.database, CASE)
    contents = Contents(whole.about, whole.events, {case.plan.sha256: ""}, whole.whole)
    code, report = checked(resigned(case, contents, tmp_path / "less"))
    assert (code, "documents missing" in report) == (1, True), report


@pytest.mark.parametrize("change", ["add", "remove"])
def test_a_file_more_or_less_is_noticed(pack, change):
    if change == "add":
        (pack / "note.txt").write_text("x")
    else:
        (pack / "README.txt").unlink()
    assert checked(pack)[0] == 1


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the packs of the next test are changed."""
    return tmp_path_factory.mktemp("scratch")


def one_byte_changed(pack: Path, files: list[str], examples: int, judge: Callable[[Path], int], scratch: Path) -> None:
    """Change one byte of one of these files, so many times; `judge` must not say 0 of any such pack."""
    whole = {name: (pack / name).read_bytes() for name in files}
    folder = Path(shutil.copytree(pack, scratch / os.urandom(6).hex()))

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(files), st.integers(0, 10**6), st.integers(1, 255))
    def one_byte(name: str, place: int, change: int) -> None:
        content = bytearray(whole[name])
        content[place % len(content)] ^= change
        (folder / name).write_bytes(content)
        try:
            assert judge(folder) != 0, (name, place % len(content))
        finally:
            (folder / name).write_bytes(whole[name])

    assert judge(folder) == 0
    one_byte()


def test_any_one_byte_changed_in_any_file_is_noticed(pack, scratch, monkeypatch):
    """In this process, so that many can be tried."""
    files = sorted(path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file())
    monkeypatch.setattr(check, "say", lambda *_: None)

    def judge(folder: Path) -> int:
        monkeypatch.setattr(check, "HERE", folder)
        return check.main([])

    one_byte_changed(pack, files, 200, judge, scratch)


def test_any_one_byte_changed_in_the_checker_is_noticed_by_itself(pack, scratch):
    one_byte_changed(pack, ["check.py"], 25, lambda folder: checked(folder)[0], scratch)


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 119, 1000])
def test_the_checker_computes_sm3_as_the_kernel_does(length):
    data = bytes(n % 251 for n in range(length))
    assert check.sm3_here(data) == check.sm3(data) == sm3(data)


def test_the_checker_verifies_ed25519_as_the_library_does(case):
    signer = case.audit.signer
    signature = signer.sign(b"text")
    for judge in (check.verify, check.verify_here):
        assert judge(signer.public_key, b"text", signature)
        assert not judge(signer.public_key, b"Text", signature)
        for place in (0, 31, 32, 63):
            changed = bytearray(signature)
            changed[place] ^= 1
            assert not judge(signer.public_key, b"text", bytes(changed))
