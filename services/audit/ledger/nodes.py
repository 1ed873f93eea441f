"""The nodes of the ledger's Merkle tree as stored: leaves beside their entries, complete subtrees in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from services.audit.domain.tree import Node

Rows: TypeAlias = Callable[[str, Any], Sequence[Any]]
"""Runs one query and gives its rows, inside or outside a transaction."""

_LEAF = "select leaf from audit_ledger.entries where sequence = %s"
_NODE = "select digest from audit_ledger.nodes where level = %s and place = %s"


class StoredNodes:
    """Reads nodes (the `NodeStore` of `domain.tree`). Whole batches are stored by `entries`, one by one never."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def get(self, level: int, place: int) -> bytes:
        """The hash at this address. Raises KeyError when there is none."""
        found = self._rows(_NODE, (level, place)) if level else self._rows(_LEAF, (place + 1,))
        if not found:
            raise KeyError((level, place))
        return bytes(found[0][0])

    def put(self, level: int, place: int, digest: bytes) -> None:
        """Refused: the ledger grows by whole pages."""
        raise NotImplementedError(f"node {level}, {place} is stored with its page")


class RightEdge:
    """Nodes in memory, forgotten as soon as the node above them is there: enough for the root of a growing tree."""

    def __init__(self) -> None:
        self.grown: list[Node] = []
        """The nodes above the leaves that came into being since this was last emptied."""
        self._digests: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, place: int) -> bytes:
        return self._digests[level, place]

    def put(self, level: int, place: int, digest: bytes) -> None:
        self._digests[level, place] = digest
        if level:
            self.grown.append(Node(level, place, digest))
            for child in (2 * place, 2 * place + 1):
                del self._digests[level - 1, child]
