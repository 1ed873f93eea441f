"""The Merkle tree of the ledger: roots and proofs as in RFC 9162 §2.1, with SHA-256.

A leaf is hashed as SHA-256(0x00 ‖ leaf), a pair as SHA-256(0x01 ‖ left ‖ right). Only complete subtrees are stored:
node (level, place) covers the leaves from place·2^level up to, not including, (place+1)·2^level. They never change once
written, so every earlier root and proof can be computed again for ever, in O(log n) reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162 §2.1.1)."""


class Node(NamedTuple):
    """The hash of one complete subtree of 2^level leaves, the place-th of its level from the left, from 0."""

    level: int
    place: int
    digest: bytes


class NodeStore(Protocol):
    """Where nodes are kept. An address that is put again (after an append that was not committed) is overwritten."""

    def get(self, level: int, place: int) -> bytes:
        """The hash at this address. Raises KeyError when there is none."""

    def put(self, level: int, place: int, digest: bytes) -> None:
        """Keep the hash at this address."""


class MemoryNodes:
    """Nodes in memory: to rebuild a tree from its leaves and compare."""

    def __init__(self) -> None:
        self._digests: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, place: int) -> bytes:
        return self._digests[level, place]

    def put(self, level: int, place: int, digest: bytes) -> None:
        self._digests[level, place] = digest


class Tree:
    """The first `size` leaves over a node store. Sizes and indexes outside of it raise ValueError."""

    def __init__(self, nodes: NodeStore, size: int = 0) -> None:
        self.nodes = nodes
        self.size = size

    def append(self, leaves: Iterable[bytes]) -> int:
        """Add the leaves at the end and put their nodes; the new size. Amortised O(1) hashes and puts per leaf."""
        return self.append_digests(map(leaf_hash, leaves))

    def append_digests(self, digests: Iterable[bytes]) -> int:
        """The same for leaves of which only the hashes are at hand."""
        size = self.size
        for node in growth(self.nodes, self.size, digests):
            self.nodes.put(*node)
            size += node.level == 0
        self.size = size
        return size

    def root(self, size: int | None = None) -> bytes:
        """The root hash of the first `size` leaves, by default of all."""
        return self._range_hash(0, self._known_size(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The hashes that lead from leaf `index` (from 0) to the root of `size` leaves (RFC 9162 §2.1.3.1)."""
        size = self._known_size(size)
        if not 0 <= index < size:
            raise ValueError(f"leaf {index} is not in a tree of {size}")
        return [self._range_hash(start, end) for start, end in _inclusion_ranges(index, size)]

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """The hashes that show that the first `new` leaves begin with the first `old` (RFC 9162 §2.1.4.1).

        Empty when `old` is 0 or equals `new`: there the roots say it alone.
        """
        new = self._known_size(new)
        if not 0 <= old <= new:
            raise ValueError(f"a tree of {new} does not begin with {old} leaves")
        if old == 0:
            return []
        return [self._range_hash(start, end) for start, end in _consistency_ranges(old, new)]

    def _known_size(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"size {size} is not between 0 and {self.size}")
        return size

    def _range_hash(self, start: int, end: int) -> bytes:
        if start == end:
            return EMPTY_ROOT
        *lefts, last = (self.nodes.get(level, place) for level, place in _complete_subtrees(start, end))
        for left in reversed(lefts):
            last = node_hash(left, last)
        return last


def growth(nodes: NodeStore, size: int, digests: Iterable[bytes]) -> Iterator[Node]:
    """The nodes that come into being when leaves of these hashes follow the first `size`; nothing is stored.

    Reads only the right edge of the present tree, once, before the first leaf: so a caller may store the nodes of a
    whole batch with one statement.
    """
    edge = {level: nodes.get(level, place) for level, place in _complete_subtrees(0, size)}
    for number, leaf_digest in enumerate(digests, start=size):
        level, place, digest = 0, number, leaf_digest
        yield Node(level, place, digest)
        while place % 2:  # a right child: its left sibling stands complete at the edge
            digest = node_hash(edge.pop(level), digest)
            level, place = level + 1, place // 2
            yield Node(level, place, digest)
        edge[level] = digest


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def verify_inclusion(leaf_digest: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` leads from the leaf's hash to `root` (RFC 9162 §2.1.3.2). Needs no tree.

    `size` must come from the same signed checkpoint as `root`: a proof alone does not bind it.
    """
    if not 0 <= index < size or not _are_hashes(leaf_digest, root, *proof):
        return False
    place, last, digest = index, size - 1, leaf_digest
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            digest = node_hash(step, digest)
            place, last = _past_missing_siblings(place, last)
        else:
            digest = node_hash(digest, step)
        place, last = place // 2, last // 2
    return last == 0 and digest == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `proof` shows that the tree of `new` leaves begins with the tree of `old` (RFC 9162 §2.1.4.2).

    The RFC leaves out `old` = 0 and `old` = `new`: the proof is then empty, and the roots are checked alone.
    """
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root and (old > 0 or old_root == EMPTY_ROOT)
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if not proof:
        return False
    return _roots_by(proof, old, new, old_root) == (old_root, new_root)


def _roots_by(proof: Sequence[bytes], old: int, new: int, old_root: bytes) -> tuple[bytes, bytes] | None:
    is_power_of_two = old & (old - 1) == 0
    first, *steps = [old_root, *proof] if is_power_of_two else proof
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place // 2, last // 2
    old_digest = new_digest = first
    for step in steps:
        if last == 0:
            return None
        if place % 2 or place == last:
            old_digest, new_digest = node_hash(step, old_digest), node_hash(step, new_digest)
            place, last = _past_missing_siblings(place, last)
        else:
            new_digest = node_hash(new_digest, step)
        place, last = place // 2, last // 2
    return (old_digest, new_digest) if last == 0 else None


def _past_missing_siblings(place: int, last: int) -> tuple[int, int]:
    while place % 2 == 0 and place:
        place, last = place // 2, last // 2
    return place, last


def _are_hashes(*digests: bytes) -> bool:
    return all(len(digest) == HASH_SIZE for digest in digests)


def _inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def _consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    start, end, ranges = 0, new, []
    while old != end:
        middle = start + _left_width(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # otherwise the range is the old tree, whose root the verifier has
        ranges.append((start, end))
    return ranges[::-1]


def _left_width(width: int) -> int:
    """The largest power of two below `width` (RFC 9162 §2.1.1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _complete_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The addresses of the complete subtrees that make up a range of the RFC's recursion, from the left."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level
