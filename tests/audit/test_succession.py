"""One signing key hands over to the next: what the earlier one signed stays provable, and it signs nothing any more."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from eventsourcing.persistence import IntegrityError

from services.audit import queries, schemas
from services.audit.application import Audit
from services.audit.domain.checkpoint import Checkpoint, Flaw, seal
from services.audit.domain.ledger import LEDGER_ID, ORIGIN, Ledger
from services.audit.domain.succession import Keyring, Succession, hand_over, key_id_of
from services.audit.ledger.pack import check
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.keys import Ed25519Signer, Ed25519Verifier, sm3
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.relay import read_log
from services.shared.kernel.request import Page
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import Invalid, NotInThisState
from tests.audit.events import CASE
from tests.audit.test_ledger import SIGNER, signs
from tests.audit.test_words import say  # noqa: F401  # a fixture
from tests.given import NOON, circumstances, done, given, made

HOUR = timedelta(hours=1)


def key(number: int) -> Ed25519Signer:
    """A signing key of its own."""
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


FIRST, SECOND, THIRD, THIEF = SIGNER, key(2), key(3), key(9)


def ledger():
    return made(lambda: Ledger(id=LEDGER_ID, origin=ORIGIN, incarnation="life-1"))


def hands_over(successor, signer=FIRST, lost_key=""):
    return lambda ledger: ledger.succeed_key(signer=signer, lost_key=lost_key, successor=successor, reason="年度更换")


def handed_over(before, after, at=NOON):
    said = Succession(origin=ORIGIN, key=before.public_key.hex(), successor=after.public_key.hex(), at=at)
    return hand_over(said, before, after)


def test_a_key_hands_over_and_both_sign_the_statement():
    [event] = given(ledger()).when(hands_over(SECOND)).then(Ledger.KeySucceeded)
    said = Succession(origin=ORIGIN, key=event.key, successor=event.successor, at=event.at)
    assert FIRST.verify(said.statement, bytes.fromhex(event.signature))
    assert SECOND.verify(said.statement, bytes.fromhex(event.successor_signature))
    assert said.statement.decode().splitlines() == [
        "zhichuang-key-succession v1",
        f"origin {ORIGIN}",
        f"key {FIRST.public_key.hex()}",
        f"successor {SECOND.public_key.hex()}",
        f"at {NOON:%Y-%m-%dT%H:%M:%S}.000000Z",
    ]


def test_only_the_ledgers_own_key_hands_over_and_none_comes_back():
    signed = given(done(ledger(), signs(3)))
    signed.when(hands_over(SECOND, signer=THIEF)).then_refused("not-the-key")
    once = given(done(ledger(), signs(3), hands_over(SECOND)))
    once.when(hands_over(THIRD)).then_refused("not-the-key")
    once.when(hands_over(FIRST, signer=SECOND)).then_refused("key-used-before")
    once.when(hands_over(SECOND, signer=SECOND)).then_refused("key-used-before")
    once.when(hands_over(THIRD, signer=SECOND)).then(Ledger.KeySucceeded)


def test_a_key_that_has_handed_over_signs_no_more():
    given(done(ledger(), signs(3), hands_over(SECOND))).when(signs(5, since=3)).then_refused("not-the-key")


def test_a_lost_key_is_replaced_by_who_names_it():
    lost = hands_over(SECOND, signer=None, lost_key=FIRST.public_key.hex())
    [event] = given(done(ledger(), signs(3))).when(lost).then(Ledger.KeySucceeded)
    assert (event.key, event.signature) == (FIRST.public_key.hex(), "")
    other = hands_over(SECOND, signer=None, lost_key=THIEF.public_key.hex())
    given(done(ledger(), signs(3))).when(other).then_refused("not-the-key")


def test_who_holds_one_key_believes_all_that_it_leads_to():
    chain = [handed_over(FIRST, SECOND), handed_over(SECOND, THIRD, NOON + HOUR)]
    for held in (FIRST, SECOND, THIRD):
        ring = Keyring([held], chain, Ed25519Verifier)
        assert all(ring.verifier(each.key_id) for each in (FIRST, SECOND, THIRD))
        assert ring.verifier(THIEF.key_id) is None


def test_a_statement_that_one_of_the_two_has_not_signed_leads_nowhere():
    honest = handed_over(FIRST, SECOND).succession
    for forged in (hand_over(honest, THIEF, SECOND), hand_over(honest, FIRST, THIEF), hand_over(honest, None, SECOND)):
        assert Keyring([SECOND], [forged], Ed25519Verifier).verifier(FIRST.key_id) is None


def test_a_stolen_key_cannot_hand_over_a_second_time():
    ring = Keyring([SECOND], [handed_over(FIRST, SECOND), handed_over(FIRST, THIEF, NOON + HOUR)], Ed25519Verifier)
    assert ring.verifier(FIRST.key_id)
    assert ring.verifier(THIEF.key_id) is None
    assert ring.is_over(FIRST.key_id, NOON + HOUR)
    assert not ring.is_over(FIRST.key_id, NOON)
    assert not ring.is_over(SECOND.key_id, NOON + HOUR)


def by_auditor(audit: Audit) -> None:
    with carrying_out(Command(circumstances("auditor"))):
        audit.sign_checkpoint()


@pytest.fixture
def rotated(audit, wired, intake):
    """A ledger signed by the first key, then handed over; what an instance with the successor's key is then."""
    intake.record(CASE, "intake.dossier.opened", NOON, number="A-1")
    intake.ship()
    by_auditor(audit)
    wired.clock = audit.clock = type(audit.clock)(NOON + HOUR)
    audit.succeed_key(SECOND, reason="年度更换")
    other = Audit(audit.database, type(audit.clock)(NOON + 2 * HOUR), audit.logs, SECOND)
    intake.record(CASE, "intake.dossier.submitted", NOON + HOUR)
    intake.ship()
    return other


def test_the_successor_signs_and_the_former_key_waits(audit, rotated):
    assert audit.sign_if_grown() is False
    with pytest.raises(NotInThisState) as refused:
        by_auditor(audit)
    assert [each.code for each in refused.value.findings] == ["not-the-key"]
    assert rotated.sign_if_grown() is True
    [newest, *_] = queries.checkpoints(audit.database, Page(50, None))["items"]
    assert newest["key_id"] == SECOND.key_id


def test_verification_holds_by_either_key_and_by_no_other(audit, rotated):
    rotated.sign_if_grown()
    assert audit.verify().intact
    assert rotated.verify().intact
    stranger = Audit(audit.database, audit.clock, audit.logs, THIEF)
    assert {each.kind for each in stranger.verify().found} == {Flaw.OTHER_KEY}


def test_what_the_former_key_signed_after_it_handed_over_is_found(audit, rotated):
    rotated.sign_if_grown()
    late = Checkpoint(
        origin=ORIGIN, incarnation="life-1", number=9, size=1, root="0" * 64, at=NOON + 3 * HOUR,
        key_id=audit.signer.key_id, algorithm="ed25519",
    )  # fmt: skip
    found = rotated.verify([seal(late, audit.signer, sm3)]).found
    assert Flaw.KEY_SUCCEEDED in {each.kind for each in found}


def test_the_same_hand_over_again_does_nothing_and_a_lost_race_is_noticed(audit, rotated):
    assert rotated.succeed_key(SECOND, reason="再次").key_id == SECOND.key_id
    assert len(queries.successions(audit.database)) == 1
    stale = rotated._ledger()
    rotated.succeed_key(THIRD, reason="泄露")
    with carrying_out(Command(circumstances("system"))):
        stale.succeed_key(signer=SECOND, lost_key="", successor=THIEF, reason="泄露")
        with pytest.raises(IntegrityError):
            rotated.save(stale)


def test_what_a_lost_key_signed_holds_for_who_has_its_public_key(audit, intake):
    intake.record(CASE, "intake.dossier.opened", NOON, number="A-1")
    intake.ship()
    by_auditor(audit)
    later = type(audit.clock)(NOON + HOUR)
    other = Audit(audit.database, later, audit.logs, SECOND)
    other.succeed_key(SECOND, reason="密钥损毁", lost_key=audit.signer.public_key.hex())
    intake.record(CASE, "intake.dossier.submitted", NOON + HOUR)
    intake.ship()
    assert other.sign_if_grown()
    assert {each.kind for each in other.verify().found} == {Flaw.OTHER_KEY}
    assert other.verify(keys=[audit.signer.public_key]).intact


def test_a_pack_made_after_a_key_was_lost_holds_for_who_kept_its_public_key(audit, wired, intake, tmp_path):
    intake.record(CASE, "intake.dossier.opened", NOON, number="A-1")
    intake.ship()
    by_auditor(audit)
    other = Audit(audit.database, type(audit.clock)(NOON + HOUR), audit.logs, SECOND)
    lost = audit.signer.public_key.hex()
    other.succeed_key(SECOND, reason="密钥损毁", lost_key=lost)
    intake.record(CASE, "intake.dossier.submitted", NOON + HOUR)
    intake.ship()
    assert other.sign_if_grown()
    folder = packed(other, wired, tmp_path / "pack")
    assert checked(folder)[0] == 1
    assert checked(folder, SECOND.public_key.hex())[0] == 1
    code, said = checked(folder, SECOND.public_key.hex(), lost)
    assert code == 0, said


def test_the_hand_over_is_told_to_everybody(audit, wired, rotated):
    seal_of = Sealer("audit", audit, wired.definition.publishing)
    told = [event for record in read_log(audit.database, 0, 9) if (event := seal_of(record, 0))]
    [said] = [event for event in told if event.routing_key == "audit.key.succeeded.v1"]
    shown = queries.successions(audit.database)[0]
    names = ("key", "successor", "signature", "successor_signature", "reason")
    assert {name: said.data[name] for name in names} == {name: shown[name] for name in names}


@pytest.fixture
def pack(rotated: Audit, wired: Wired, tmp_path: Path) -> Path:
    """The pack of a case whose events were sealed under two keys."""
    rotated.sign_if_grown()
    return packed(rotated, wired, tmp_path / "pack")


def packed(audit: Audit, wired: Wired, folder: Path) -> Path:
    target = io.BytesIO()
    queries.pack_of_case(audit, wired.documents, CASE, target)
    zipfile.ZipFile(target).extractall(folder)
    return folder


def checked(folder: Path, *arguments: str) -> tuple[int, str]:
    words = [sys.executable, "-I", "-S", str(folder / "check.py"), *arguments]
    run = subprocess.run(words, capture_output=True, cwd="/")
    return run.returncode, run.stdout.decode()


def test_a_pack_holds_by_the_key_of_then_and_by_that_of_today(audit, pack):
    signers = {json.loads(line)["statement"].split("key ")[1][:16] for line in lines(pack, "checkpoints.jsonl")}
    assert signers == {audit.signer.key_id, SECOND.key_id}
    for held in ((), (audit.signer.public_key.hex(),), (SECOND.public_key.hex(),)):
        code, said = checked(pack, *held)
        assert code == 0, said
    assert checked(pack, THIEF.public_key.hex())[0] == 1


def lines(folder: Path, name: str) -> list[str]:
    return (folder / name).read_text().splitlines()


@pytest.mark.parametrize("name", ["signature", "successor_signature", "statement"])
def test_a_pack_whose_hand_over_was_changed_does_not_hold(pack, tmp_path, name):
    folder = shutil.copytree(pack, tmp_path / name)
    [line] = lines(folder, "keys.jsonl")
    said = json.loads(line)
    said[name] = said[name].replace("a", "b").replace("1", "2")
    (folder / "keys.jsonl").write_text(json.dumps(said) + "\n")
    code, told = checked(folder)
    assert (code, "WRONG" in told) == (1, True)


def test_a_checkpoint_of_a_key_that_had_handed_over_does_not_hold_in_a_pack():
    late = Checkpoint(
        origin=ORIGIN, incarnation="life-1", number=9, size=1, root="0" * 64, at=NOON + 3 * HOUR,
        key_id=FIRST.key_id, algorithm="ed25519",
    )  # fmt: skip
    signed = seal(late, FIRST, sm3)
    line = {"statement": late.statement.decode(), "sm3": signed.checkpoint.sm3, "signature": signed.signature.hex()}
    keys = {FIRST.key_id: (FIRST.public_key.hex(), f"{NOON:%Y-%m-%dT%H:%M:%S}.000000Z")}
    with pytest.raises(check.Wrong, match="had handed over"):
        check.parse_checkpoint(line, {"keys": keys})


def test_rotating_is_a_word_of_the_command_line(say, audit, intake, tmp_path):  # noqa: F811
    intake.record(CASE, "intake.dossier.opened", NOON, number="A-1")
    intake.ship()
    file = tmp_path / "next"
    private = Ed25519PrivateKey.generate()
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(0o600)
    code, said = say("rotate-key", file, "--reason", "年度更换")
    assert code == 0, said
    told = json.loads(said)
    assert told["successor"] == private.public_key().public_bytes_raw().hex()
    assert audit._ledger().key_id == key_id_of(told["successor"])
    assert audit._ledger().checkpoint is not None, "the former key has sealed what there was"
    code, said = say("verify")
    assert code == 0, said
    code, said = say("rotate-key", file, "--reason", "x", "--lost", "no key")
    assert (code, "64" in said) == (1, True)


def test_a_public_key_that_is_none_is_refused():
    with pytest.raises(Invalid) as refused:
        schemas.keys_in(["XY"])
    assert [each.code for each in refused.value.findings] == ["not-a-key"]


def test_a_succession_names_two_keys():
    for successor in (FIRST.public_key.hex(), "ab"):
        with pytest.raises(ValueError, match="two keys"):
            Succession(origin=ORIGIN, key=FIRST.public_key.hex(), successor=successor, at=NOON)
