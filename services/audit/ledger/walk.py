"""One walk along the ledger: each leaf, node, copied chain and index computed again and compared with what is there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from itertools import pairwise

from services.audit.domain.discrepancy import Discrepancy, Fault, discrepancy
from services.audit.domain.tree import EMPTY_ROOT, Tree, leaf_hash
from services.audit.ledger.entries import BEFORE_ALL, PAGE, Entries, Entry
from services.audit.ledger.mentions import cases_in
from services.audit.ledger.nodes import RightEdge
from services.shared.kernel.breaks import numbers
from services.shared.kernel.chain import START_LINK, link_of


class LedgerWalk:
    """Yields what differs inside the ledger, and notes its roots at `sizes`, among others. To be iterated over once.

    The tree is built from the stored leaf hashes, each of which is checked apart: so a changed state shows as one
    changed entry. After a hole in the sequence no root can be computed, and none is noted.
    """

    def __init__(self, entries: Entries, services: Collection[str], sizes: Collection[int]) -> None:
        self.size = entries.size()
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}
        self._entries, self._services, self._sizes = entries, services, sorted(sizes)
        self._edge = RightEdge()
        self._tree: Tree | None = Tree(self._edge)
        self._links: dict[str, tuple[int, bytes] | None] = {}

    @property
    def root(self) -> bytes:
        """The root of the whole ledger; empty after a hole."""
        return self._tree.root() if self._tree else b""

    def __iter__(self) -> Iterator[Discrepancy]:
        before, page = 0, list[Entry]()
        for entry in self._entries.walk(BEFORE_ALL, self.size):
            if entry.sequence <= (page[-1].sequence if page else before):
                yield discrepancy(Fault.ENTRY_INSERTED, entry.sequence, f"{entry.service} {entry.position}")
                continue
            page.append(entry)
            if len(page) == PAGE:
                yield from self._check(before, page)
                before, page = entry.sequence, []
        yield from self._check(before, page)

    def _check(self, before: int, page: list[Entry]) -> Iterator[Discrepancy]:
        if not page:
            return
        expected = before + 1
        for entry in page:
            if entry.sequence != expected:
                yield self._hole(expected, entry.sequence - 1)
            yield from self._check_entry(entry)
            expected = entry.sequence + 1
        yield from self._check_mentions(before, page)
        if self._tree is not None:
            yield from self._check_nodes(self._tree, before, page)

    def _hole(self, first: int, last: int) -> Discrepancy:
        self._tree = None
        self._links = dict.fromkeys(self._links)  # whose events stood there is not known
        return discrepancy(Fault.ENTRY_MISSING, first, numbers(first, last))

    def _check_entry(self, entry: Entry) -> Iterator[Discrepancy]:
        if entry.service not in self._services:
            yield discrepancy(Fault.ENTRY_INSERTED, entry.sequence, f"{entry.service} {entry.position}")
        if leaf_hash(entry.leaf_bytes) != entry.leaf:
            yield discrepancy(Fault.ENTRY_CHANGED, entry.sequence)
        elif not self._continues(entry):
            yield discrepancy(Fault.COPY_DISCONTINUED, entry.sequence, f"{entry.service} {entry.position}")
        self._links[entry.service] = entry.position, entry.link

    def _continues(self, entry: Entry) -> bool:
        head = self._links.get(entry.service, (0, START_LINK)) if self._tree else self._links.get(entry.service)
        if head is None:
            return True
        position, link = head
        return entry.position == position + 1 and link_of(link, entry.position, entry.row) == entry.link

    def _check_mentions(self, before: int, page: list[Entry]) -> Iterator[Discrepancy]:
        named = {(entry.sequence, case) for entry in page for case in cases_in(entry.state)}
        differing = named ^ self._entries.mentions_between(before, page[-1].sequence)
        for sequence in sorted({sequence for sequence, _ in differing}):
            yield discrepancy(Fault.MENTIONS_CHANGED, sequence)

    def _check_nodes(self, tree: Tree, before: int, page: list[Entry]) -> Iterator[Discrepancy]:
        size = before + len(page)
        within = self._sizes[bisect_right(self._sizes, before) : bisect_left(self._sizes, size)]
        for start, end in pairwise((before, *within, size)):
            tree.append_digests(entry.leaf for entry in page[start - before : end - before])
            self.roots[end] = tree.root()
        grown = set(self._edge.grown)
        self._edge.grown.clear()
        for node in sorted(grown - self._entries.nodes_between(before, size)):
            end = (node.place + 1) << node.level
            yield discrepancy(Fault.NODE_CHANGED, end, f"{node.level},{node.place}")
