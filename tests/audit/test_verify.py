"""Verification finds what a database administrator did to a service's log or to the ledger, and names it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit.domain.checkpoint import seal
from services.audit.domain.tree import MemoryNodes, Tree, leaf_hash
from services.audit.ledger.entries import Entry
from services.audit.ledger.sweep import NotFitting
from services.shared.kernel.chain import START_LINK, LogRow, link_of
from services.shared.kernel.keys import Ed25519Signer, sm3
from tests.audit.events import CASE
from tests.audit.world import World, opened

FORGED = b'{"forged":true}'


@pytest.fixture(scope="module")
def world(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Twelve events of intake and five of screening in the ledger, signed at 6 and at 17; screening has one more."""
    with opened(module_database_url, tmp_path_factory.mktemp("verify")) as world:
        intake, screening = world.senders["intake"], world.senders["screening"]
        intake.record_many(6, size=30)
        intake.ship()
        world.sign()
        intake.record_many(5, size=30)
        intake.record(UUID(int=1), case_id=CASE)
        screening.record_many(5, size=30)
        for sender in (intake, screening):
            sender.ship()
        world.sign()
        screening.record_many(1, size=30)
        yield world


@pytest.fixture(autouse=True)
def _world_is_whole_before_and_after(world: World) -> Iterator[None]:
    yield
    assert world.found() == []


def test_an_honest_world_is_intact_and_what_is_not_yet_heard_is_pending(world):
    report = world.audit.verify()
    assert report.intact
    logs = {log.service: (log.events, log.witnessed, log.pending) for log in report.logs}
    assert (logs["intake"], logs["screening"], logs["audit"]) == ((12, 12, 0), (6, 5, 1), (3, 0, 3))
    assert (report.ledger.size, report.ledger.checkpoints) == (17, 2)
    assert report.ledger.checkpoint == world.signed()[1]
    assert report.ledger.root == report.ledger.checkpoint.checkpoint.root


def test_a_changed_byte_is_found(world):
    with world.tampered("update intake.log set state = set_byte(state, 5, get_byte(state, 5) # 1) where position = 5"):
        assert world.found() == [("intake", 5, "changed", "state")]


OTHER_VALUES = {
    "topic": "'intake.dossier.withdrawn'",
    "originator_id": f"'{UUID(int=9)}'",
    "originator_version": "7",
    "link": "sha256('')",
}


@pytest.mark.parametrize("column", OTHER_VALUES)
def test_a_change_of_any_column_is_found(world, column):
    with world.tampered(f"update intake.log set {column} = {OTHER_VALUES[column]} where position = 5"):
        assert ("intake", 5, "changed", column) in world.found()


def test_a_deleted_row_is_found(world):
    with world.tampered("delete from intake.log where position = 5"):
        assert world.found() == [("intake", 5, "deleted", ""), ("intake", 5, "missing", "5")]


def test_a_row_deleted_and_covered_up_by_renumbering_is_found(world):
    with world.tampered(
        "delete from intake.log where position = 5",
        *(f"update intake.log set position = {n - 1} where position = {n}" for n in range(6, 13)),
        "update intake.log_head set position = 11",
    ):
        found = world.found()
    assert ("intake", 5, "missing", "5") in found
    assert ("intake", 12, "truncated", "12") in found


def test_an_inserted_row_is_found(world):
    with world.tampered(
        *(f"update intake.log set position = {n + 1} where position = {n}" for n in range(12, 4, -1)),
        f"insert into intake.log values (5, '{UUID(int=9)}', 1, 'intake.dossier.submitted', '{{}}', sha256('x'))",
    ):
        assert ("intake", 5, "inserted", "") in world.found()


@pytest.mark.parametrize("position", [0, -3, -(2**63)])
def test_a_row_inserted_where_nobody_counts_is_found(world, position):
    with world.tampered(
        f"insert into intake.log values ({position}, '{UUID(int=9)}', 1, 'intake.x', '{{}}', sha256('x'))"
    ):
        assert world.found() == [("intake", position, "inserted", "")]


def test_two_rows_that_changed_places_are_found(world):
    with world.tampered(
        "update intake.log set position = -3 where position = 3",
        "update intake.log set position = 3 where position = 4",
        "update intake.log set position = 4 where position = -3",
    ):
        found = world.found()
    assert [each for each in found if each[2] == "reordered"] == [
        ("intake", 3, "reordered", "4"), ("intake", 4, "reordered", "3"),
    ]  # fmt: skip


@pytest.mark.parametrize("covering_up", [(), ("update intake.log_head set position = 9",)])
def test_a_tail_cut_off_is_found(world, covering_up):
    with world.tampered("delete from intake.log where position > 9", *covering_up):
        assert world.found() == [("intake", 10, "truncated", "10-12")]


def test_a_tail_cut_off_before_audit_heard_of_it_is_found_by_the_head(world):
    with psycopg.connect(world.url, autocommit=True) as superuser:
        superuser.execute("create temporary table last as select * from screening.log where position = 6")
        superuser.execute("alter table screening.log disable trigger all")
        superuser.execute("delete from screening.log where position = 6")
        assert world.found() == [("screening", 6, "truncated", "6")]
        superuser.execute("insert into screening.log table last")


def test_an_emptied_log_and_a_log_that_cannot_be_read_are_found(world):
    with world.tampered("truncate intake.log"):
        assert world.found() == [("intake", 1, "truncated", "1-12")]
    with psycopg.connect(world.url, autocommit=True) as superuser:
        for undo, do in (
            ("alter table intake.hidden rename to log", "alter table intake.log rename to hidden"),
            ("grant select on intake.log to zc_auditor", "revoke select on intake.log from zc_auditor"),
        ):
            superuser.execute(do)
            [(service, position, kind, _)] = world.found()
            assert (service, position, kind) == ("intake", 0, "unreadable")
            superuser.execute(undo)


def relinked(superuser: psycopg.Connection, table: str, where: str = "true") -> None:
    """Give every row of a log, or of its copy, the link that fits what it now holds."""
    link = START_LINK
    columns = "position, originator_id, originator_version, topic, state, link"
    for row in superuser.execute(f"select {columns} from {table} where {where} order by position").fetchall():
        link = link_of(link, row[0], LogRow(*row))
        superuser.execute(f"update {table} set link = %s where {where} and position = %s", (link, row[0]))


FORGE_LOG = f"update intake.log set state = '{FORGED.decode()}' where position = 5"
FORGE_ENTRY = f"update audit_ledger.entries set state = '{FORGED.decode()}' where sequence = 5"


def test_a_change_with_all_links_recomputed_is_found_by_the_ledger(world):
    with world.tampered(FORGE_LOG, change=lambda superuser: relinked(superuser, "intake.log")):
        assert world.found() == [("intake", 5, "changed", "state, link")]


def test_a_changed_entry_of_the_ledger_is_found(world):
    with world.tampered(FORGE_ENTRY):
        assert world.found() == [("ledger", 5, "entry-changed", ""), ("intake", 5, "changed", "state")]


def rebuilt(superuser: psycopg.Connection) -> None:
    """Make leaves and nodes fit the entries, as a forger who knows the format would."""
    tree, columns = Tree(MemoryNodes()), ", ".join(Entry._fields)
    for row in superuser.execute(f"select {columns} from audit_ledger.entries order by sequence").fetchall():
        entry = Entry(*row)
        tree.append([entry.leaf_bytes])
        change = "update audit_ledger.entries set leaf = %s where sequence = %s"
        superuser.execute(change, (leaf_hash(entry.leaf_bytes), entry.sequence))
    for level, place in superuser.execute("select level, place from audit_ledger.nodes").fetchall():
        change = "update audit_ledger.nodes set digest = %s where level = %s and place = %s"
        superuser.execute(change, (tree.nodes.get(level, place), level, place))


def test_an_entry_whose_leaf_was_recomputed_is_found_by_nodes_and_checkpoint(world):
    leaf = "update audit_ledger.entries set leaf = %s where sequence = 5"

    def forge(superuser: psycopg.Connection) -> None:
        entry = next(world.audit.entries.walk(4))
        superuser.execute(leaf, (leaf_hash(entry.leaf_bytes),))

    with world.tampered(FORGE_ENTRY, change=forge):
        found = world.found()
    assert ("ledger", 5, "copy-discontinued", "intake 5") in found
    nodes = [detail for _, _, kind, detail in found if kind == "node-changed"]
    assert nodes == ["1,2", "3,0", "4,0"]  # of two nodes that end at the same entry the upper one is named
    assert ("ledger", 6, "root-differs", "1") in found


def test_a_leaf_that_is_not_of_its_entry_is_found_though_the_tree_fits_it(world):
    def forge(superuser: psycopg.Connection) -> None:
        other = world.audit.entries.find(5)._replace(state=FORGED)
        superuser.execute(FORGE_ENTRY)
        rebuilt(superuser)
        superuser.execute("update audit_ledger.entries set state = %s where sequence = 5", (entry.state,))
        assert leaf_hash(other.leaf_bytes) != entry.leaf

    entry = world.audit.entries.find(5)
    with world.tampered(change=forge):
        assert world.found() == [("ledger", 5, "entry-changed", ""), ("ledger", 6, "root-differs", "1")]


def test_an_entry_that_was_renumbered_is_found(world):
    with world.tampered("update audit_ledger.entries set sequence = 18 where sequence = 17"):
        assert ("ledger", 17, "entry-missing", "17") in world.found()


def test_a_row_put_behind_the_last_with_a_hole_between_is_found_though_its_link_fits(world):
    def forge(superuser: psycopg.Connection) -> None:
        link = world.audit.entries.find(12).link
        row = LogRow(14, UUID(int=9), 1, "intake.x", b"{}", b"")
        values = (*row[:5], link_of(link, 14, row))
        superuser.execute("insert into intake.log values (%s, %s, %s, %s, %s, %s)", values)

    with world.tampered(change=forge):
        assert [each[:3] for each in world.found()] == [("intake", 13, "missing")]


def everything_rewritten(superuser: psycopg.Connection) -> None:
    relinked(superuser, "intake.log")
    relinked(superuser, "audit_ledger.entries", "service = 'intake'")
    rebuilt(superuser)


def test_a_ledger_rewritten_together_with_the_log_differs_from_what_was_signed(world):
    with world.tampered(FORGE_LOG, FORGE_ENTRY, change=everything_rewritten):
        assert world.found() == [("ledger", 6, "root-differs", "1")]


def test_a_checkpoint_held_outside_shows_a_world_rewritten_whole(world):
    held = tuple(world.signed())
    forgotten = ("truncate audit.log", "update audit.log_head set position = 0")
    with world.tampered(FORGE_LOG, FORGE_ENTRY, *forgotten, change=everything_rewritten):
        assert world.found() == []  # nobody inside can tell any more
        assert world.found(anchors=held) == [("ledger", 6, "root-differs", "1")]


def test_a_deleted_entry_of_the_ledger_is_found(world):
    with world.tampered("delete from audit_ledger.entries where sequence between 5 and 6"):
        found = world.found()
    assert [each for each in found if each[0] == "ledger"] == [("ledger", 5, "entry-missing", "5-6")]
    assert ("intake", 5, "inserted", "") in found  # as far as the ledger knows


@pytest.mark.parametrize("sequence", [0, -5])
def test_an_entry_inserted_where_nobody_counts_is_found(world, sequence):
    copied = "'intake', -1, originator_id, 99, topic, state, link, leaf from audit_ledger.entries where sequence = 5"
    with world.tampered(f"insert into audit_ledger.entries select {sequence}, {copied}"):
        assert ("ledger", sequence, "entry-inserted", "intake -1") in world.found()


def test_an_entry_inserted_between_others_is_found(world):
    later = "update audit_ledger.entries set sequence = {} where sequence = {}"
    copied = "'intake', 99, originator_id, 99, topic, state, link, leaf from audit_ledger.entries where sequence = 6"
    with world.tampered(
        *(later.format(n + 1, n) for n in range(17, 4, -1)), f"insert into audit_ledger.entries select 5, {copied}"
    ):
        found = world.found()
    assert ("ledger", 5, "entry-changed", "") in found
    assert ("ledger", 6, "root-differs", "1") in found


def test_an_event_of_a_service_that_there_is_not_is_found(world):
    columns = "'ghost', 1, originator_id, 1, topic, state, link, leaf from audit_ledger.entries where sequence = 5"
    with world.tampered(f"insert into audit_ledger.entries select 18, {columns}"):
        assert ("ledger", 18, "entry-inserted", "ghost 1") in world.found()


def test_two_entries_of_the_ledger_that_changed_places_are_found(world):
    exchange = "update audit_ledger.entries set sequence = {} where sequence = {}"
    with world.tampered(exchange.format(-3, 3), exchange.format(3, 4), exchange.format(4, -3)):
        found = world.found()
    assert ("ledger", 3, "copy-discontinued", "intake 4") in found
    assert ("ledger", 6, "root-differs", "1") in found


def test_what_does_not_fit_and_cannot_be_named_is_said_all_the_same(world, monkeypatch):
    def differs(*_: Any) -> None:
        raise NotFitting

    monkeypatch.setattr("services.audit.ledger.sweep.Sweep.swept", differs)
    assert world.found() == [("ledger", 17, "unexplained", "")]


def test_a_ledger_cut_off_is_found(world):
    with world.tampered(
        "delete from audit_ledger.entries where sequence > 14",
        "delete from audit_ledger.nodes where (place + 1) << level > 14",
        "delete from audit_ledger.mentions where sequence > 14",
    ):
        assert world.found() == [("ledger", 17, "ledger-truncated", "2")]


def test_a_changed_or_deleted_node_is_found(world):
    for statement in ("update audit_ledger.nodes set digest = sha256('x')", "delete from audit_ledger.nodes"):
        with world.tampered(f"{statement} where level = 2 and place = 1"):
            assert world.found() == [("ledger", 8, "node-changed", "2,1")]


def test_a_case_hidden_from_its_timeline_is_found(world):
    with world.tampered("delete from audit_ledger.mentions"):
        assert world.found() == [("ledger", 12, "mentions-changed", "")]
    with world.tampered(f"insert into audit_ledger.mentions values ('{CASE}', 3)"):
        assert world.found() == [("ledger", 3, "mentions-changed", "")]


def replaced(position: int, change: Callable[[dict[str, Any]], None]) -> Callable[[psycopg.Connection], None]:
    """Change the stored JSON of an event of audit's own log."""

    def forge(superuser: psycopg.Connection) -> None:
        [state] = superuser.execute("select state from audit.log where position = %s", (position,)).fetchone() or (b"",)
        content = json.loads(state)
        change(content)
        superuser.execute(
            "update audit.log set state = %s where position = %s", (json.dumps(content).encode(), position)
        )

    return forge


def test_a_checkpoint_that_was_changed_in_the_log_is_found(world):
    def change(content: dict[str, Any]) -> None:
        content["checkpoint"]["root"] = sha256(b"x").hexdigest()

    with world.tampered(change=replaced(2, change)):
        found = world.found()
    kinds = {kind for service, position, kind, _ in found if service == "ledger" and position == 6}
    assert kinds == {"sm3-differs", "signature-invalid", "root-differs"}
    assert ("ledger", 17, "previous-differs", "2") in found
    assert any(each[:3] == ("audit", 2, "changed") for each in found)


def test_a_checkpoint_signed_with_another_key_is_found(world):
    other, [first, _] = Ed25519Signer(Ed25519PrivateKey.generate()), world.signed()
    forged = seal(replace(first.checkpoint, key_id=other.key_id), other, sm3)

    def change(content: dict[str, Any]) -> None:
        content["checkpoint"] |= {"key_id": other.key_id, "sm3": forged.checkpoint.sm3}
        content["signature"] = forged.signature.hex()

    with world.tampered(change=replaced(2, change)):
        assert ("ledger", 6, "other-key", "1") in world.found()


def test_a_checkpoint_that_cannot_be_read_is_found(world):
    with world.tampered(change=replaced(2, lambda content: content.pop("checkpoint"))):
        assert ("audit", 2, "checkpoint-unreadable", "") in world.found()


def test_a_wrecked_log_is_counted_and_named_up_to_a_limit(world, monkeypatch):
    monkeypatch.setattr("services.audit.ledger.verifying.LIMIT", 4)
    with world.tampered("update intake.log set state = 'x'"):
        [wrecked] = [log for log in world.audit.verify().logs if log.service == "intake"]
    assert (wrecked.count, len(wrecked.found)) == (12, 4)
