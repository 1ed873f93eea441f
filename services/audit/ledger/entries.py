"""The entries of the ledger: whole pages go in, exactly once and in order; rows and roots come out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.audit.domain.leaf import leaf_of
from services.audit.domain.tree import Node, Tree, growth, leaf_hash
from services.audit.ledger.mentions import cases_in
from services.audit.ledger.nodes import StoredNodes
from services.shared.kernel.chain import START_LINK, LogRow, link_of
from services.shared.kernel.logpages import LogPage
from services.shared.kernel.postgres import Cursor, Database

PAGE = 5000
BEFORE_ALL = -(2**63)
"""A sequence before every other one, also before what a forger may have numbered."""
_LAST_NAME = "\U0010ffff"
_COLUMNS = "sequence, service, position, originator_id, originator_version, topic, state, link, leaf"


class Entry(NamedTuple):
    """One row of the ledger."""

    sequence: int
    service: str
    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    link: bytes
    leaf: bytes

    @property
    def row(self) -> LogRow:
        """The row of the service's log that this is the copy of."""
        return LogRow(*self[2:8])

    @property
    def leaf_bytes(self) -> bytes:
        """The leaf, computed from the row."""
        return leaf_of(*self[1:7])


class Taken(NamedTuple):
    """What became of a page: the position that should come next, and whether that one came but does not fit."""

    next: int
    broken: bool = False


class Entries:
    """The ledger's tables. Any number of processes may append; one at a time gets to."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def append(self, page: LogPage) -> Taken:
        """Take in what continues the copy of the sender's log, all of it or, before a row that does not fit, the part.

        Everything of one page is in one transaction. What was taken in before is passed over.
        """
        with self.database.transaction() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('audit.ledger'))")
            position, link = _head(cursor, page.sender)
            came = [LogRow(*record) for record in page.records if record.position > position]
            rows = _continuing(came, position, link)
            if rows:
                _insert(cursor, page.sender, rows)
        is_next = bool(came) and came[0].position == position + 1
        return Taken(position + len(rows) + 1, broken=is_next and len(rows) < len(came))

    def position(self, service: str) -> int:
        """How far the copy of a service's log goes."""
        [(position,)] = self.database.rows(
            "select coalesce(max(position), 0) from audit_ledger.entries where service = %s", (service,)
        )
        return int(position)

    def size(self) -> int:
        """How many entries there are."""
        [(size,)] = self.database.rows("select coalesce(max(sequence), 0) from audit_ledger.entries")
        return int(size)

    def has_grown(self, since: int, *, not_counting: str) -> bool:
        """Whether there are entries behind `since` of another topic than `not_counting`."""
        query = "select exists (select from audit_ledger.entries where sequence > %s and topic <> %s)"
        [(grown,)] = self.database.rows(query, (since, not_counting))
        return bool(grown)

    def tree(self) -> Tree:
        """The tree over the entries that there are now."""
        return Tree(StoredNodes(self.database.rows), self.size())

    def find(self, sequence: int) -> Entry | None:
        """One entry."""
        found = self.among([sequence]) if 0 < sequence < 2**62 else []
        return found[0] if found else None

    def walk(self, after: int = 0, upto: int = 2**62) -> Iterator[Entry]:
        """The entries behind a sequence, in order, page by page."""
        query = (
            f"select {_COLUMNS} from audit_ledger.entries"  # noqa: S608  # names of our own
            " where (sequence, service, position) > (%s, %s, %s) and sequence <= %s"
            " order by sequence, service, position limit %s"
        )
        last = (after, _LAST_NAME, 2**63 - 1)
        while page := self.database.rows(query, (*last, upto, PAGE)):
            yield from map(Entry._make, page)
            last = page[-1][:3]

    def places_backwards(self) -> Iterator[tuple[int, str, int]]:
        """Sequence, service and position of every entry, the newest first, page by page."""
        query = (
            "select sequence, service, position from audit_ledger.entries"
            " where sequence < %s order by sequence desc limit %s"
        )
        before = 2**62
        while page := self.database.rows(query, (before, PAGE)):
            yield from page
            before = page[-1][0]

    def rows_of(self, service: str, upto: int) -> Iterator[LogRow]:
        """The copy of a service's log up to a position, in order, page by page."""
        query = (
            "select position, originator_id, originator_version, topic, state, link from audit_ledger.entries"
            " where service = %s and position > %s and position <= %s order by position limit %s"
        )
        after = 0
        while page := self.database.rows(query, (service, after, upto, PAGE)):
            yield from map(LogRow._make, page)
            after = page[-1][0]

    def among(self, sequences: Sequence[int]) -> list[Entry]:
        """The entries of these numbers, in order."""
        return self._where("sequence = any(%s::bigint[])", [*sequences])

    def of_originators(self, ids: Collection[UUID]) -> list[Entry]:
        """Everything that was recorded of these aggregates, in order."""
        return self._where("originator_id = any(%s::uuid[])", [*ids])

    def run_of(self, service: str, first: int, last: int) -> list[Entry]:
        """The copy of a service's log from position `first` to `last`, in order."""
        return self._where("service = %s and position between %s and %s", service, first, last)

    def _where(self, condition: str, *values: Any) -> list[Entry]:
        query = f"select {_COLUMNS} from audit_ledger.entries where {condition} order by sequence"  # noqa: S608  # ours
        return list(map(Entry._make, self.database.rows(query, values)))

    def nodes_between(self, before: int, size: int) -> set[Node]:
        """The stored nodes above the leaves that were completed while the ledger grew from `before` to `size`."""
        levels = range(1, size.bit_length() + 1)
        query = (
            "select level::bigint, place, digest"
            " from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as r (l, low, high)"
            " join audit_ledger.nodes on level = l and place >= low and place < high"
        )
        bounds = ([*levels], [before >> level for level in levels], [size >> level for level in levels])
        return {Node(*row) for row in self.database.rows(query, bounds)}

    def mentions_between(self, before: int, size: int) -> set[tuple[int, UUID]]:
        """The stored mentions of cases by the entries behind `before`, up to `size`."""
        query = "select sequence, case_id from audit_ledger.mentions where sequence > %s and sequence <= %s"
        return {(sequence, case_id) for sequence, case_id in self.database.rows(query, (before, size))}


def _head(cursor: Cursor, service: str) -> tuple[int, bytes]:
    cursor.execute(
        "select position, link from audit_ledger.entries where service = %s order by position desc limit 1", (service,)
    )
    position, link = cursor.fetchone() or (0, START_LINK)
    return position, link


def _continuing(rows: Sequence[LogRow], position: int, link: bytes) -> list[LogRow]:
    """The first of the rows, as far as each continues the one before."""
    fitting: list[LogRow] = []
    for row in rows:
        position += 1
        if row.position != position or link_of(link, position, row) != row.link:
            break
        fitting.append(row)
        link = row.link
    return fitting


def _insert(cursor: Cursor, service: str, rows: Sequence[LogRow]) -> None:
    cursor.execute("select coalesce(max(sequence), 0) from audit_ledger.entries")
    [size] = cursor.fetchone() or (0,)
    leaves = [leaf_hash(leaf_of(service, *row[:5])) for row in rows]
    nodes = [node for node in growth(StoredNodes(_reading(cursor)), size, leaves) if node.level]
    columns = tuple(list(column) for column in zip(*rows, strict=True))
    cursor.execute(
        "insert into audit_ledger.entries select %b + o, %b, p, i, v, t, s, l, h"
        " from unnest(%b::bigint[], %b::uuid[], %b::bigint[], %b::text[], %b::bytea[], %b::bytea[], %b::bytea[])"
        " with ordinality as new (p, i, v, t, s, l, h, o)",
        (size, service, *columns, leaves),
    )
    cursor.execute(
        "insert into audit_ledger.nodes select * from unnest(%b::smallint[], %b::bigint[], %b::bytea[])",
        ([n.level for n in nodes], [n.place for n in nodes], [n.digest for n in nodes]),
    )
    mentions = [(case, size + n) for n, row in enumerate(rows, start=1) for case in cases_in(row.state)]
    cursor.execute(
        "insert into audit_ledger.mentions select * from unnest(%b::uuid[], %b::bigint[])",
        ([case for case, _ in mentions], [sequence for _, sequence in mentions]),
    )


def _reading(cursor: Cursor) -> Any:
    def rows(query: str, parameters: Any) -> Sequence[Any]:
        cursor.execute(query, parameters)
        return cursor.fetchall()

    return rows
