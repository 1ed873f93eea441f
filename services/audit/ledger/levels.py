"""The Merkle tree grown by whole pages of leaves: every node of a page at once, and the root at any size within it."""

from __future__ import annotations

from collections.abc import Sequence

from services.audit.domain.tree import Tree, node_hash

PAGE = 4096
"""Leaves of a page; a power of two, so that a whole page is one subtree."""
_TOP = PAGE.bit_length() - 1


class Levels:
    """A growing tree, as a `NodeStore` to read from: the last page whole, and the right edge that it stands beside."""

    def __init__(self) -> None:
        self.size = 0
        self._start = 0
        self._page: list[list[bytes]] = []
        self._above: dict[tuple[int, int], bytes] = {}

    def grow(self, leaves: Sequence[bytes]) -> list[bytes]:
        """Add a page: `PAGE` leaves, or fewer at the end. Gives the new nodes above them, level by level."""
        self._start = self.size
        self._above = {(n, p): d for (n, p), d in self._above.items() if p == (self.size >> n) - 1 and not p % 2}
        self._page, level = [], list(leaves)
        while level:
            self._page.append(level)
            pairs = iter(level)
            level = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=False)]
        self.size += len(leaves)
        grown = [node for nodes in self._page[1:] for node in nodes]
        return grown + (self._carried() if len(leaves) == PAGE else [])

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves, which end in the last page; by default of all."""
        return Tree(self, self.size).root(size)

    def get(self, level: int, place: int) -> bytes:
        """The hash at this address. Raises KeyError when it is neither of the last page nor at the edge beside it."""
        first = self._start >> level
        if level < len(self._page) and place >= first:
            return self._page[level][place - first]
        return self._above[level, place]

    def put(self, level: int, place: int, digest: bytes) -> None:
        """Refused: a tree of this kind grows by pages."""
        raise NotImplementedError(f"node {level}, {place}")

    def _carried(self) -> list[bytes]:
        """The nodes above a whole page that it completes; with the page's own top they are the edge from now on."""
        level, place, digest = _TOP, self._start // PAGE, self._page[_TOP][0]
        carried = []
        self._above[level, place] = digest
        while place % 2:
            digest = node_hash(self._above[level, place - 1], digest)
            level, place = level + 1, place // 2
            self._above[level, place] = digest
            carried.append(digest)
        return carried
