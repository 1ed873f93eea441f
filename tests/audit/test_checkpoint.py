"""Checkpoints: their exact bytes, seals and succession; and the keys that sign them."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.audit.domain.checkpoint import (
    NO_PREVIOUS,
    Checkpoint,
    Flaw,
    SignedCheckpoint,
    Signer,
    next_checkpoint,
    parse,
    seal,
    verify,
    verify_succession,
)
from services.audit.domain.tree import EMPTY_ROOT, MemoryNodes, Tree
from services.shared.kernel.keys import (
    Ed25519Signer,
    Ed25519Verifier,
    KeyFileRefused,
    load,
    load_or_create,
    sm3,
    sm3_by_cryptography,
)

AT = datetime(2026, 11, 23, 16, 30, tzinfo=timezone(timedelta(hours=8)))
STATEMENT = b"""zhichuang-checkpoint v1
origin mic.yn.gov.cn/audit
incarnation life-1
number 2
size 8
root 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
previous 1111111111111111111111111111111111111111111111111111111111111111
at 2026-11-23T08:30:00.000000Z
key 21fe31dfa154a261
algorithm ed25519
"""
CHECKPOINT = Checkpoint(
    origin="mic.yn.gov.cn/audit",
    incarnation="life-1",
    number=2,
    size=8,
    root="5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    previous="1" * 64,
    at=AT,
    key_id="21fe31dfa154a261",
    algorithm="ed25519",
)


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))


def following(before: Checkpoint | None, tree: Tree, signer: Signer, **changes) -> Checkpoint:
    said: dict[str, Any] = {"origin": "o", "incarnation": "life-1", "at": AT} | changes
    return next_checkpoint(before, size=tree.size, root=tree.root(), signer=signer, **said)


def test_the_statement_is_these_exact_bytes():
    assert CHECKPOINT.statement == STATEMENT
    assert CHECKPOINT.digest == sha256(STATEMENT).hexdigest()


def test_a_statement_reads_back_to_the_same_checkpoint():
    assert parse(STATEMENT, "abc") == replace(CHECKPOINT, sm3="abc", at=AT.astimezone(UTC))


@pytest.mark.parametrize(
    ("said", "forged"),
    [
        (b"number 2", b"number 02"),
        (b"number 2", b"number +2"),
        (b"number 2", b"number 0"),
        (b"size 8", b"size 1_0"),
        (b"size 8", b"size -1"),
        (b"\n", b"\r\n"),
        (b"origin ", b"origin  "),
        (b"origin mic", b"origin m\xc3\xafc"),
        (b"origin mic", b"origin \xff"),
        (b"root 5d", b"root 5D"),
        (b"previous 1", b"previous "),
        (b".000000Z", b"Z"),
        (b"000Z", b"000+00:00"),
        (b"11-23T", b"13-23T"),
        (b" v1", b" v2"),
        (b"algorithm ed25519\n", b"algorithm ed25519"),
        (b"algorithm ed25519\n", b"algorithm ed25519\n\n"),
        (b"zhichuang", b"\nzhichuang"),
    ],
)
def test_refuses_bytes_that_differ_from_the_one_form(said, forged):
    with pytest.raises(ValueError, match=r".+"):
        parse(STATEMENT.replace(said, forged))


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "a b"},
        {"incarnation": ""},
        {"origin": "a\nnumber 9"},
        {"number": 0},
        {"size": -1},
        {"root": "ab"},
        {"previous": "G" * 64},
        {"at": AT.replace(tzinfo=None)},
    ],
)
def test_refuses_values_that_no_statement_can_hold(changes):
    with pytest.raises(ValueError, match=r".+"):
        replace(CHECKPOINT, **changes)


def test_a_seal_holds_for_what_was_sealed(signer):
    signed = seal(following(None, Tree(MemoryNodes()), signer), signer, sm3)
    assert verify(signed, Ed25519Verifier(signer.public_key), sm3) == []
    assert signed.checkpoint.sm3 == sm3(signed.checkpoint.statement)


@pytest.mark.parametrize(
    "change",
    [{"origin": "p"}, {"incarnation": "x"}, {"number": 2}, {"size": 1}, {"root": "0" * 64}, {"previous": "1" * 64},
     {"at": AT + timedelta(microseconds=1)}],
)  # fmt: skip
def test_a_seal_breaks_when_anything_that_was_said_changes(signer, change):
    signed = seal(following(None, Tree(MemoryNodes()), signer), signer, sm3)
    forged = replace(signed, checkpoint=replace(signed.checkpoint, **change))
    assert verify(forged, signer, sm3) == [Flaw.SM3_DIFFERS, Flaw.SIGNATURE_INVALID]


def test_names_a_digest_a_signature_and_a_key_that_do_not_fit(signer):
    signed = seal(following(None, Tree(MemoryNodes()), signer), signer, sm3)
    other = Ed25519Signer(Ed25519PrivateKey.generate())
    assert verify(replace(signed, checkpoint=replace(signed.checkpoint, sm3="")), signer, sm3) == [Flaw.SM3_DIFFERS]
    assert verify(replace(signed, signature=b"short"), signer, sm3) == [Flaw.SIGNATURE_INVALID]
    assert verify(signed, other, sm3) == [Flaw.OTHER_KEY]
    posing = SignedCheckpoint(signed.checkpoint, other.sign(signed.checkpoint.statement))
    assert verify(posing, signer, sm3) == [Flaw.SIGNATURE_INVALID]
    with pytest.raises(ValueError, match="names key"):
        seal(signed.checkpoint, other, sm3)


def test_checkpoints_follow_one_another(signer):
    tree = Tree(MemoryNodes())
    first = following(None, tree, signer)
    assert (first.number, first.root, first.previous) == (1, EMPTY_ROOT.hex(), NO_PREVIOUS)
    for _ in range(3):
        tree.append([b"a", b"b", b"c"])
        second = following(first, tree, signer)
        assert (second.number, second.previous) == (first.number + 1, first.digest)
        assert verify_succession(first, second, tree.consistency_proof(first.size)) == []
        first = second


def test_names_what_does_not_follow(signer):
    tree, rewritten = Tree(MemoryNodes()), Tree(MemoryNodes())
    tree.append([b"a", b"b", b"c"])
    rewritten.append([b"a", b"B", b"c", b"d"])
    first = following(None, tree, signer)
    tree.append([b"d"])
    second, proof = following(first, tree, signer), tree.consistency_proof(3)
    for change, flaw in (
        ({"origin": "p"}, Flaw.OTHER_ORIGIN),
        ({"number": 3}, Flaw.NUMBER_NOT_NEXT),
        ({"previous": NO_PREVIOUS}, Flaw.PREVIOUS_DIFFERS),
        ({"at": AT - timedelta(seconds=1)}, Flaw.TIME_GOES_BACK),
        ({"root": rewritten.root().hex()}, Flaw.LEDGER_REWRITTEN),
        ({"size": 2, "root": tree.root(2).hex()}, Flaw.LEDGER_REWRITTEN),
    ):
        assert verify_succession(first, replace(second, **change), proof) == [flaw]
    forged = following(first, rewritten, signer)
    assert verify_succession(first, forged, rewritten.consistency_proof(3)) == [Flaw.LEDGER_REWRITTEN]


def test_a_restored_ledger_begins_a_new_life_that_names_the_old(signer):
    tree = Tree(MemoryNodes())
    tree.append([b"a"])
    before = following(following(None, tree, signer), tree, signer)
    after = following(before, tree, signer, incarnation="life-2")
    assert (after.number, after.previous) == (1, before.digest)
    assert verify_succession(before, after, []) == [Flaw.OTHER_INCARNATION]


def test_every_flaw_has_a_sentence_in_both_languages():
    assert all(flaw.zh and flaw.en and flaw.zh != flaw.en for flaw in Flaw)


def test_signs_as_the_vector_of_rfc_8032():
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed))
    assert signer.public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.key_id == sha256(signer.public_key).hexdigest()[:16]
    assert signer.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974")


def test_sm3_is_that_of_the_standard():
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abc") == sm3_by_cryptography(b"abc") == expected


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "keys" / "audit.pem"
    made = load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create(path).public_key == load(path).public_key == made.public_key
    assert os.listdir(path.parent) == ["audit.pem"]


def test_processes_that_make_a_key_at_once_agree(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_or_create(tmp_path / "audit.pem").key_id, range(16)))
    assert len(keys) == 1


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o620])
def test_refuses_a_key_file_that_is_open_to_others(tmp_path, mode):
    path = tmp_path / "audit.pem"
    load_or_create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileRefused, match="0600"):
        load(path)


def test_refuses_a_file_that_holds_no_ed25519_key(tmp_path):
    path = tmp_path / "audit.pem"
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"", b"not a key", other):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(KeyFileRefused):
            load_or_create(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "missing.pem")
