"""The quick half of verification: one pass over the ledger and all logs that only says whether everything fits.

It looks at all that the slow walks look at (`verifying`, `walk`), over the same bytes, but has the database put the
bytes of each row together, and compares whole pages where it can. What does not fit is for the walks to name.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from services.audit.domain.tree import EMPTY_ROOT
from services.audit.ledger.levels import PAGE, Levels
from services.audit.ledger.mentions import names_in
from services.shared.kernel.chain import START_LINK
from services.shared.kernel.postgres import Database

_BODY = (
    "int8send(position) || uuid_send(originator_id) || int8send(originator_version)"
    " || convert_to(topic, 'UTF8') || '\\x00'::bytea || state"
)
"""What a link is made of, behind the link before it (see `kernel.chain`)."""
_LOG = f"select {_BODY}, link from {{}}.log where position > %s and position <= %s order by position"  # noqa: S608  # ours
_TAIL = f"select {_BODY}, link from {{}}.log where position > %s order by position limit %s"  # noqa: S608  # ours
_ENTRIES = (
    f"select sequence, service, {_BODY}, link, leaf from audit_ledger.entries"  # noqa: S608  # ours
    " where sequence > %s and sequence <= %s order by sequence"
)
_NODES = """
select coalesce(string_agg(digest, ''), '') from (
    select digest from unnest(%s::smallint[], %s::bigint[], %s::bigint[]) with ordinality as r (l, low, high, o)
    cross join lateral (
        select place, digest from audit_ledger.nodes where level = l and place >= low and place < high
        order by place offset 0
    ) as n order by o, n.place
) as grown
"""
_MENTIONS = """
select coalesce(string_agg(mention, ','), '') from (
    select sequence || ' ' || case_id as mention from audit_ledger.mentions where sequence > %s and sequence <= %s
    order by sequence, case_id
) as named
"""
_STRAYS = "select 1 from {} where {} < 1 limit 1"
_LENGTH, _NUMBER = struct.Struct(">I").pack, struct.Struct(">q").pack

Row = tuple[int, str, bytes, bytes, bytes]


class NotFitting(Exception):
    """Something differs somewhere."""


@dataclass
class Chain:
    """How far one service's log was followed, and how many of its events the ledger holds."""

    service: str
    number: int = 0
    link: bytes = START_LINK
    witnessed: int = 0
    begin: bytes = field(init=False)

    def __post_init__(self) -> None:
        name = self.service.encode()
        self.begin = b"\x00" + _LENGTH(len(name)) + name

    def follow(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the next rows of the log, each its bytes and its link. Raises NotFitting."""
        number, link = self.number, self.link
        for body, stored in rows:
            number += 1
            link = sha256(link + body).digest()
            if link != stored or body[:8] != _NUMBER(number):
                raise NotFitting
        self.number, self.link = number, link

    def leaves(self, rows: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
        """The hashes of the leaves of such rows."""
        begin, found = self.begin, []
        for body, _ in rows:
            end = body.index(0, 32)
            topic, state = body[32:end], body[end + 1 :]
            parts = (begin, body[:32], _LENGTH(len(topic)), topic, _LENGTH(len(state)), state)
            found.append(sha256(b"".join(parts)).digest())
        return found


@dataclass(frozen=True)
class Swept:
    """What was found to fit: each log's chain; the ledger's size, its root, and its roots at the sizes asked for."""

    chains: dict[str, Chain]
    size: int
    root: bytes
    roots: dict[int, bytes]


class Sweep:
    """One pass. `heads` are the last positions of the logs that there are, read after `size`, the ledger's."""

    def __init__(self, logs: Database, ledger: Database, size: int, heads: dict[str, int]) -> None:
        self._logs, self._ledger, self._size, self._heads = logs, ledger, size, heads
        self._chains = {service: Chain(service) for service in heads}
        self._tree = Levels()

    def swept(self, sizes: Collection[int]) -> Swept:
        """Raises NotFitting, and psycopg.Error for what cannot be read."""
        wanted, roots = sorted(sizes), {0: EMPTY_ROOT}
        for page in self._pages():
            first, last = page[0][0], page[-1][0]
            leaves = self._match(page)
            self._match_mentions(first, last, page)
            self._match_nodes(first - 1, last, self._tree.grow(leaves))
            roots |= {size: self._tree.root(size) for size in wanted if first <= size <= last}
        for chain in self._chains.values():
            chain.witnessed = chain.number
            self._follow_tail(chain)
        self._refuse_strays()
        return Swept(self._chains, self._size, self._tree.root(), roots)

    def _pages(self) -> Iterator[Sequence[Row]]:
        for before in range(0, self._size, PAGE):
            upto = min(before + PAGE, self._size)
            page: Sequence[Row] = self._ledger.rows(_ENTRIES, (before, upto))
            if [row[0] for row in page] != list(range(before + 1, upto + 1)):
                raise NotFitting
            yield page

    def _match(self, page: Sequence[Row]) -> list[bytes]:
        """Compare the entries with the logs, and either with what its hashes say; the leaves."""
        by_service: dict[str, list[Row]] = {}
        for row in page:
            by_service.setdefault(row[1], []).append(row)
        for service, entries in by_service.items():
            if service not in self._chains:
                raise NotFitting
            chain = self._chains[service]
            rows: list[Any] = self._logs.rows(_LOG.format(service), (chain.number, chain.number + len(entries)))
            if rows != [row[2:4] for row in entries] or chain.leaves(rows) != [row[4] for row in entries]:
                raise NotFitting
            chain.follow(rows)
        return [row[4] for row in page]

    def _match_mentions(self, first: int, last: int, page: Sequence[Row]) -> None:
        named = ",".join(f"{row[0]} {name}" for row in page for name in names_in(row[2]))
        if self._ledger.rows(_MENTIONS, (first - 1, last)) != [(named,)]:
            raise NotFitting

    def _match_nodes(self, before: int, size: int, grown: Sequence[bytes]) -> None:
        levels = range(1, size.bit_length() + 1)
        bounds = ([*levels], [before >> level for level in levels], [size >> level for level in levels])
        if self._ledger.rows(_NODES, bounds) != [(b"".join(grown),)]:
            raise NotFitting

    def _follow_tail(self, chain: Chain) -> None:
        """What the ledger has yet to hear of: by the chain alone."""
        while rows := self._logs.rows(_TAIL.format(chain.service), (chain.number, PAGE)):
            chain.follow(rows)
        if chain.number < self._heads[chain.service]:
            raise NotFitting

    def _refuse_strays(self) -> None:
        """No row stands before the first."""
        tables = [(self._logs, f"{service}.log", "position") for service in self._chains]
        for database, table, column in [*tables, (self._ledger, "audit_ledger.entries", "sequence")]:
            if database.rows(_STRAYS.format(table, column)):
                raise NotFitting
