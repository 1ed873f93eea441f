"""Proofs for a pack: each event under the newest checkpoint, and the earlier checkpoints that first sealed them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from services.audit.domain import errors
from services.audit.domain.tree import NodeStore, Tree
from services.audit.ledger.nodes import StoredNodes
from services.shared.kernel.postgres import Database


class Proofs(NamedTuple):
    """The checkpoints (rows, oldest first, each with its `proof` of consistency with the last), each event's path, and
    the successions of the keys that signed.

    Hashes are in hex.
    """

    checkpoints: tuple[dict[str, Any], ...]
    paths: Callable[[int], list[str]]
    successions: tuple[dict[str, Any], ...]


def proofs(database: Database, sequences: Sequence[int]) -> Proofs:
    """Proofs for these entries. Raises NotInThisState when the newest checkpoint does not cover the last of them."""
    rows = database.dicts("select * from checkpoints order by position")
    last = max(sequences)
    if not rows or rows[-1]["size"] < last:
        raise errors.not_sealed_yet(last)
    newest = rows[-1]
    tree = Tree(_Remembered(StoredNodes(database.rows)), newest["size"])
    chosen = _first_seals([row for row in rows if row["incarnation"] == newest["incarnation"]], sequences)
    sealed = tuple(row | {"proof": _hex(tree.consistency_proof(row["size"]))} for row in chosen)
    successions = database.dicts("select * from successions order by position")
    return Proofs(sealed, lambda sequence: _hex(tree.inclusion_proof(sequence - 1)), tuple(successions))


def _first_seals(rows: Sequence[dict[str, Any]], sequences: Iterable[int]) -> list[dict[str, Any]]:
    """For each entry the first checkpoint that covers it, which says when it existed at the latest; and the newest."""
    sizes = [row["size"] for row in rows]
    places = {bisect_left(sizes, sequence) for sequence in sequences}
    return [rows[place] for place in sorted(places | {len(rows) - 1})]


def _hex(steps: Iterable[bytes]) -> list[str]:
    return [step.hex() for step in steps]


class _Remembered:
    """Nodes that are read once: the paths of many leaves share most of theirs."""

    def __init__(self, nodes: NodeStore) -> None:
        self._nodes = nodes
        self._known: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, place: int) -> bytes:
        """The hash at this address. Raises KeyError when there is none."""
        if (level, place) not in self._known:
            self._known[level, place] = self._nodes.get(level, place)
        return self._known[level, place]

    def put(self, level: int, place: int, digest: bytes) -> None:
        """Refused: proofs are only read."""
        raise NotImplementedError(f"node {level}, {place} is stored with its page")
