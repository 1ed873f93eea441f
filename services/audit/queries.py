"""What can be asked of audit: cases, checkpoints, findings, and proofs that bind the ledger (RFC 9162 §2.1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from services.audit.application import Audit
from services.audit.domain import errors
from services.audit.domain.tree import Tree
from services.audit.ledger.changes import changes
from services.audit.ledger.changes import difference as difference_between
from services.audit.ledger.entries import Entries
from services.audit.ledger.exceptions import exceptions as exceptions_between
from services.audit.ledger.filters import Wanted
from services.audit.ledger.nodes import StoredNodes
from services.audit.ledger.pack.archive import write_pack
from services.audit.ledger.pack.contents import Contents, of_case, of_period
from services.audit.ledger.pack.proving import proofs
from services.audit.ledger.security import Sought
from services.audit.ledger.telling import text
from services.audit.ledger.timeline import Asked, Happening, happenings, told
from services.audit.ledger.timeline import as_at as history_as_at
from services.shared.kernel.documents import Documents
from services.shared.kernel.keys import sm3
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page, cursor_behind, position


def checkpoints(database: Database, page: Page) -> dict[str, Any]:
    """The signed checkpoints, newest first, each with its exact statement and signature."""
    return _newest_first(database, "select * from checkpoints", page)


def successions(database: Database) -> list[dict[str, Any]]:
    """The keys that handed over, oldest first, each with the statement that both keys signed."""
    return database.dicts("select * from successions order by position")


def findings(database: Database, page: Page) -> dict[str, Any]:
    """What tampering is on record, newest first."""
    return _newest_first(database, "select * from findings", page)


def timeline(
    database: Database, case_id: UUID, services: Collection[str], wanted: Wanted, *, with_content: bool
) -> dict[str, Any]:
    """What happened in a case, across these services, in causal order; what changed only `with_content`.

    Raises NotFound.
    """
    history = _history(database, case_id)
    changed = changes(history) if with_content else {}
    items = []
    for each in history:
        if each.service in services and wanted.admits(each):
            fields = [change._asdict() for change in changed.get(each.sequence, ())]
            items.append(told(each) | ({"changed": each.changed, "fields": fields} if with_content else {}))
    return {"case_id": case_id, "items": items}


def timeline_text(
    database: Database, case_id: UUID, services: Collection[str], wanted: Wanted, *, with_content: bool
) -> str:
    """The same as Chinese text. Raises NotFound."""
    history = _history(database, case_id)
    chosen = [each for each in history if each.service in services and wanted.admits(each)]
    return text(f"案件 {case_id} 时间线", chosen, changes(history) if with_content else {})


def as_at(database: Database, case_id: UUID, services: Collection[str], asked: Asked) -> dict[str, Any]:
    """What every service said of a case at a moment (see `ledger.timeline.as_at`). Raises NotFound."""
    items = history_as_at(_history(database, case_id, services), asked)
    return {"case_id": case_id, **vars(asked), "items": items}


def difference(
    database: Database, case_id: UUID, services: Collection[str], start: datetime, end: datetime
) -> dict[str, Any]:
    """What every service said of a case differently at two moments. Raises NotFound."""
    items = difference_between(_history(database, case_id, services), start, end)
    return {"case_id": case_id, "from": start, "to": end, "items": items}


def pack_of_case(audit: Audit, documents: Documents, case_id: UUID, target: IO[bytes]) -> int:
    """Write the auditor's pack of a case; the number of events in it.

    Raises NotFound, and NotInThisState when no checkpoint covers it yet or one of its documents is not at hand.
    """
    contents = of_case(audit.database, case_id)
    if not contents.events:
        raise errors.no_such("案件", "case")
    return _write(audit, documents, contents, target)


def pack_of_period(audit: Audit, documents: Documents, start: datetime, end: datetime, target: IO[bytes]) -> int:
    """The same for everything that was recorded from `start` and before `end`."""
    contents = of_period(audit.database, start, end)
    if not contents.events:
        raise errors.nothing_in_period()
    return _write(audit, documents, contents, target)


def security(audit: Audit, sought: Sought, page: Page) -> dict[str, Any]:
    """What the security logs and the vault noted, newest first."""
    rows = audit.security.notes(sought, page)
    items, more = rows[: page.limit], len(rows) > page.limit
    last = [str(items[-1]["at"]), items[-1]["log"], items[-1]["number"]] if more else []
    return {"items": items, **({"next": cursor_behind(last)} if more else {})}


def exceptions(audit: Audit, start: datetime, end: datetime, kind: str = "") -> dict[str, Any]:
    """The exceptions of a period, of one kind or of all (see `ledger.exceptions`), oldest first."""
    found = exceptions_between(audit.database, audit.security, start, end)
    return {"from": start, "to": end, "items": [each for each in found if kind in ("", each["kind"])]}


def proof_of_entry(database: Database, sequence: int) -> dict[str, Any]:
    """That entry `sequence` is under the newest checkpoint: the entry, its leaf, the proof, and what was signed.

    Hashes and bytes are in hex. Raises NotFound, and NotInThisState when no checkpoint covers the entry yet.
    """
    entry = Entries(database).find(sequence)
    if entry is None:
        raise errors.no_such("账本条目", "entry of the ledger")
    newest = _newest(database)
    if newest is None or newest["size"] < sequence:
        raise errors.not_sealed_yet(sequence)
    proof = _tree(database, newest["size"]).inclusion_proof(sequence - 1)
    return {
        "sequence": sequence,
        "service": entry.service,
        "position": entry.position,
        "originator_id": entry.originator_id,
        "originator_version": entry.originator_version,
        "topic": entry.topic,
        "leaf": entry.leaf_bytes.hex(),
        "leaf_hash": entry.leaf.hex(),
        "index": sequence - 1,
        "proof": [step.hex() for step in proof],
        "checkpoint": newest,
    }


def proof_of_growth(database: Database, number: int) -> dict[str, Any]:
    """That the ledger of the newest checkpoint begins with that of checkpoint `number`. Raises NotFound."""
    query = "select * from checkpoints where number = %s order by position desc limit 1"
    earlier = database.dicts(query, (min(number, 2**62),))
    newest = _newest(database)
    if not earlier or newest is None:
        raise errors.no_such("检查点", "checkpoint")
    proof = _tree(database, newest["size"]).consistency_proof(earlier[0]["size"])
    return {"earlier": earlier[0], "checkpoint": newest, "proof": [step.hex() for step in proof]}


def _history(database: Database, case_id: UUID, services: Collection[str] = ()) -> list[Happening]:
    found = happenings(database, case_id)
    chosen = [each for each in found if not services or each.service in services]
    if not chosen:
        raise errors.no_such("案件", "case")
    return chosen


def _write(audit: Audit, documents: Documents, contents: Contents, target: IO[bytes]) -> int:
    write_pack(
        target,
        contents,
        proofs(audit.database, [entry.sequence for entry in contents.events]),
        documents=documents,
        signer=audit.signer,
        public_key=audit.signer.public_key,
        sm3=sm3,
        made_at=audit.clock.now(),
    )
    return len(contents.events)


def _newest(database: Database) -> dict[str, Any] | None:
    found = database.dicts("select * from checkpoints order by position desc limit 1")
    return found[0] if found else None


def _tree(database: Database, size: int) -> Tree:
    return Tree(StoredNodes(database.rows), size)


def _newest_first(database: Database, query: str, page: Page) -> dict[str, Any]:
    [before] = page.behind(position) or [2**62]
    query = f"{query} where position < %s::bigint order by position desc limit %s"
    rows = database.dicts(query, (before, page.limit + 1))
    items, more = rows[: page.limit], len(rows) > page.limit
    return {"items": items, **({"next": cursor_behind([items[-1]["position"]])} if more else {})}
