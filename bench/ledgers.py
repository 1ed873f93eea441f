"""A log and the ledger that has witnessed it, of any length, written by COPY, as the two would have written them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from bench.grounds import NOON, circumstances
from services.audit.domain.leaf import leaf_of
from services.audit.domain.tree import Tree, leaf_hash
from services.audit.ledger.nodes import RightEdge
from services.shared.kernel.chain import START_LINK, LogRow, link_of
from services.shared.kernel.postgres import Database

CASE_EVENTS = 300
"""Events of each case; those of all cases stand among each other."""

PAGE = 20_000
TOPIC = "intake.dossier.section-saved"
TYPES: dict[str, str] = {
    "intake.log": "int8 uuid int8 text bytea bytea",
    "audit_ledger.entries": "int8 text int8 uuid int8 text bytea bytea bytea",
    "audit_ledger.nodes": "int2 int8 bytea",
    "audit_ledger.mentions": "uuid int8",
}


READ = {"intake.log": "position", "audit_ledger.entries": "sequence"}
"""What verification reads, and in the order of which number."""


def case_of(number: int) -> UUID:
    """The id of one of the cases, from 0."""
    return UUID(int=0xBE0C_0000_0000_0000 + number)


def stock(database_url: str, count: int) -> None:
    """Fill intake's log and the ledger, both empty, with this many events of cases of 300 each."""
    edge, rows = RightEdge(), log_rows(count)
    tree, size, last = Tree(edge), 0, None
    with psycopg.connect(database_url) as connection:
        while page := list(islice(rows, PAGE)):
            leaves = [leaf_hash(leaf_of("intake", *row[:5])) for row in page]
            tree.append_digests(leaves)
            entries = [
                (p, "intake", *row, leaf) for p, (row, leaf) in enumerate(zip(page, leaves, strict=True), size + 1)
            ]
            mentions = [(entry[3], entry[0]) for entry in entries]
            columns: tuple[Sequence[Sequence[Any]], ...] = (page, entries, edge.grown, mentions)
            for table, values in zip(TYPES, columns, strict=True):
                _copy(connection, table, values)
            edge.grown.clear()
            size, last = size + len(page), page[-1]
        if last is not None:
            connection.execute("update intake.log_head set position = %s, link = %s", (last.position, last.link))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"vacuum (analyze, freeze) {', '.join(TYPES)}".encode())


def log_rows(count: int) -> Iterator[LogRow]:
    """The rows of such a log, each with its true link."""
    cases, link = max(1, count // CASE_EVENTS), START_LINK
    about = msgspec.json.encode(circumstances().metadata("2019-05-06"))
    for position in range(1, count + 1):
        nth, number = divmod(position - 1, cases)
        case = case_of(number)
        state = (
            b'{"originator_id":"%s","originator_version":%d,"timestamp":"%s","metadata":%s,"case_id":"%s","section":"plan",'
            b'"content":{"text":"%s"}}'
        ) % (
            str(case).encode(),
            nth + 1,
            NOON.isoformat().encode(),
            about,
            str(case).encode(),
            "建设方案".encode() * 12,
        )
        row = LogRow(position, case, nth + 1, TOPIC, state, b"")
        link = link_of(link, position, row)
        yield row._replace(link=link)


def plainly_hashed(logs: Database) -> int:
    """Read every row that verification reads, of the log and of the ledger, and hash it; how many there were."""
    count = 0
    for table, number in READ.items():
        query = (
            f"select {number}, originator_id, originator_version, topic, state, link from {table}"  # ours
            f" where {number} > %s order by {number} limit %s"
        )
        after = 0
        while page := logs.rows(query, (after, 5000)):
            for row in page:
                sha256(row[4]).digest()
            after, count = page[-1][0], count + len(page)
    return count


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor().copy(f"copy {table} from stdin (format binary)".encode()) as copy:
        copy.set_types(TYPES[table].split())
        for row in rows:
            copy.write_row(row)
