"""The ledger: what it signs and reports, its leaves, and how pages of logs go in."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.audit.contracts import CheckpointSigned, TamperingFound
from services.audit.domain.checkpoint import Checkpoint, SignedCheckpoint, verify
from services.audit.domain.discrepancy import Fault, discrepancy
from services.audit.domain.leaf import leaf_of
from services.audit.domain.ledger import LEDGER_ID, ORIGIN, Ledger
from services.audit.domain.tree import EMPTY_ROOT, MemoryNodes, Tree
from services.audit.ledger.entries import Taken
from services.audit.ledger.mentions import cases_in
from services.shared.contract import load
from services.shared.kernel.chain import LogRow, link_of
from services.shared.kernel.keys import Ed25519Signer, sm3
from services.shared.kernel.logpages import LogPage, LogRecord, page_of
from services.shared.kernel.postgres import conninfo_as
from tests.audit.events import CASE, OTHER_CASE
from tests.given import NOON, done, given, made

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SAMPLES = Path("services/audit/contracts/samples")
TREE = Tree(MemoryNodes())
TREE.append([b"a", b"b", b"c", b"d", b"e"])
FORGED = discrepancy(Fault.ENTRY_CHANGED, 3)


def signs(size, tree=TREE, since=0):
    """The command that signs the head of so many leaves."""
    proof = tree.consistency_proof(since, size) if since <= size else []
    return lambda ledger: ledger.sign_checkpoint(size=size, root=tree.root(size), proof=proof, signer=SIGNER, sm3=sm3)


def ledger():
    return made(lambda: Ledger(id=LEDGER_ID, origin=ORIGIN, incarnation="life-1"))


def test_a_checkpoint_is_signed_for_what_the_ledger_holds():
    [signed] = given(ledger()).when(signs(3)).then(Ledger.CheckpointSigned)
    said = signed.checkpoint
    assert (said.number, said.size, said.root, said.at) == (1, 3, TREE.root(3).hex(), NOON)
    assert verify(SignedCheckpoint(said, bytes.fromhex(signed.signature)), SIGNER, sm3) == []


def test_a_checkpoint_names_the_one_before_when_the_ledger_has_grown():
    before = done(ledger(), signs(3))
    assert before.checkpoint is not None
    [signed] = given(before).when(signs(5, since=3)).then(Ledger.CheckpointSigned)
    assert (signed.checkpoint.number, signed.checkpoint.previous) == (2, before.checkpoint.digest)


def test_nothing_is_signed_when_the_ledger_is_empty():
    given(ledger()).when(signs(0)).then_refused("ledger-empty")


@pytest.mark.parametrize(
    ("size", "leaves"), [(5, [b"a", b"B", b"c", b"d", b"e"]), (2, [b"a", b"b"]), (3, [b"a", b"b", b"x"])]
)
def test_nothing_is_signed_when_the_ledger_was_rewritten_or_cut(size, leaves):
    other = Tree(MemoryNodes())
    other.append(leaves)
    given(done(ledger(), signs(3))).when(signs(size, other, since=3)).then_refused("ledger-rewritten")


def test_nothing_is_signed_when_the_clock_has_gone_back():
    back = NOON - timedelta(seconds=1)
    given(done(ledger(), signs(3))).when(signs(5, since=3), at=back).then_refused("time-goes-back")


def test_tampering_is_reported_once_however_often_it_is_found():
    [found] = given(ledger()).when(lambda it: it.report_tampering([FORGED, FORGED])).then(Ledger.TamperingFound)
    assert (found.service, found.position, found.kind) == ("ledger", 3, "entry-changed")
    known = given(done(ledger(), lambda it: it.report_tampering([FORGED])))
    known.when(lambda it: it.report_tampering([FORGED])).then()
    known.when(lambda it: it.report_tampering([replace(FORGED, position=4)])).then(Ledger.TamperingFound)


def test_every_fault_has_its_sentences():
    for fault in Fault:
        said = discrepancy(fault, 7, "x", "intake")
        assert said.zh != said.en
        assert "{" not in said.zh + said.en


def test_the_leaf_is_as_published():
    leaf = leaf_of("intake", 7, UUID(int=5), 1, "intake.dossier.submitted", b'{"n":1}')
    assert leaf.hex() == (
        "00000006696e74616b65" "0000000000000007" "00000000000000000000000000000005" "0000000000000001"
        "00000018696e74616b652e646f73736965722e7375626d6974746564" "000000077b226e223a317d"
    )  # fmt: skip


words = st.text(max_size=3)
leaves = st.tuples(words, st.integers(0, 3), st.uuids(), st.integers(-2, 2), words, st.binary(max_size=3))


@drawn(leaves, leaves)
def test_different_events_have_different_leaves(one, other):
    assert (leaf_of(*one) == leaf_of(*other)) == (one == other)


def test_cases_are_found_in_the_named_fields_however_deep():
    one, two = str(CASE), str(OTHER_CASE)
    assert cases_in(json.dumps({"rows": [{"case_id": one}], "metadata": {"actor": two}}).encode()) == {CASE}
    assert cases_in(json.dumps({"case_ids": [one, two, "x", 7, None]}).encode()) == {CASE, OTHER_CASE}
    assert cases_in(json.dumps({"title": one, "case_number": two}).encode()) == frozenset()
    for unreadable in (b'"case_id"', b'{"case_id":', b'\xff"case_id"', b'{"case_id":' * 5000):
        assert cases_in(unreadable) == frozenset()


def page(*states: bytes, after: LogRecord | None = None, sender: str = "intake") -> LogPage:
    """A page of linked rows with these states, behind the row `after`."""
    position, link = (after.position, after.link) if after else (0, bytes.fromhex(EMPTY_ROOT.hex()))
    records = []
    for state in states:
        position += 1
        row = LogRow(position, UUID(int=position), 1, "intake.dossier.submitted", state, b"")
        link = link_of(link, position, row)
        records.append(LogRecord(*row._replace(link=link)))
    return page_of(sender, records)


def test_a_page_goes_in_whole_under_the_tree(audit):
    came = page(*(b'{"n":%d}' % n for n in range(100)))
    assert audit.entries.append(came) == Taken(101)
    tree = Tree(MemoryNodes())
    tree.append(leaf_of("intake", *record[:5]) for record in came.records)
    assert audit.entries.tree().root() == tree.root()
    assert [e.row for e in audit.entries.walk()] == [LogRow(*record) for record in came.records]
    assert list(audit.entries.rows_of("intake", 40))[-1].position == 40


def test_pages_that_overlap_or_come_again_add_only_what_is_new(audit):
    first = page(b"1", b"2", b"3")
    longer = page_of("intake", [*first.records, *page(b"4", b"5", after=first.records[-1]).records])
    assert [audit.entries.append(p).next for p in (first, first, longer, first)] == [4, 4, 6, 6]
    assert audit.entries.size() == 5
    tree = Tree(MemoryNodes())
    tree.append(entry.leaf_bytes for entry in audit.entries.walk())
    assert audit.entries.tree().root() == tree.root()


def test_a_page_beyond_a_gap_is_left_for_later(audit):
    first = page(b"1", b"2", b"3")
    assert audit.entries.append(first.since(2)) == Taken(1)
    assert audit.entries.size() == 0


def test_a_row_that_does_not_continue_the_chain_is_not_taken_in(audit):
    forgeries: dict[str, Any] = {
        "intake": {"state": b"forged"}, "screening": {"link": bytes(32)}, "review": {"originator_id": UUID(int=9)}
    }  # fmt: skip
    for n, (sender, forge) in enumerate(forgeries.items()):
        whole = page(b"1", b"2", b"3", b"4", sender=sender)
        forged = page_of(sender, [r._replace(**forge) if r.position == 3 else r for r in whole.records])
        assert audit.entries.append(forged) == Taken(3, broken=True)
        assert audit.entries.append(forged.since(3)) == Taken(3, broken=True)
        assert audit.entries.size() == 4 * n + 2
        assert audit.entries.append(whole) == Taken(5)  # once it is mended


def test_thousands_of_events_a_second_go_in_and_are_verified(audit, capsys):
    state = json.dumps({"text": "文" * 250, "case_id": str(CASE)}).encode()
    pages = [page(*[state] * 500)]
    while len(pages) < 20:
        pages.append(page(*[state] * 500, after=pages[-1].records[-1]))
    started = time.perf_counter()
    for each in pages:
        audit.take_in(each)
    taken = time.perf_counter()
    assert audit.verify().ledger.found == ()
    verified = time.perf_counter()
    assert audit.entries.size() == 10_000
    with capsys.disabled():
        rates = (f"{10_000 / seconds:,.0f}" for seconds in (taken - started, verified - taken))
        print("\nledger: {} events/s taken in, {} events/s verified".format(*rates))  # noqa: T201  # a figure to read
    assert taken - started < 10


COLUMNS = {"entries": "state", "nodes": "digest", "mentions": "sequence"}
CHANGES = ("update {} set {} = default", "delete from {}", "truncate {}")


def test_nobody_changes_the_ledger(audit, database_url):
    audit.entries.append(page(b'{"case_id":"%s"}' % str(CASE).encode()))
    for role in ("zc_audit", "zc_audit_owner", "zc_auditor", "postgres"):
        with psycopg.connect(conninfo_as(database_url, role), autocommit=True) as connection:
            for change, (table, column) in product(CHANGES, COLUMNS.items()):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(change.format(f"audit_ledger.{table}", column))


def test_the_samples_are_what_the_contracts_say():
    signed = load(CheckpointSigned, json.loads((SAMPLES / "checkpoint.signed.v1.json").read_text()))
    said = Checkpoint(
        origin=signed.origin,
        incarnation=signed.incarnation,
        number=signed.checkpoint,
        size=signed.size,
        root=signed.root,
        previous=signed.previous,
        at=signed.at,
        key_id=signed.key_id,
        algorithm=signed.algorithm,
    )
    assert sm3(said.statement) == signed.sm3  # a witness can make the signed bytes from the message
    assert load(TamperingFound, json.loads((SAMPLES / "tampering.found.v1.json").read_text())).kind == "changed"
