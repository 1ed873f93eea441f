"""The Merkle tree against the known vectors, against pymerkle and against the recursion of RFC 9162 written out."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from services.audit.domain.tree import (
    EMPTY_ROOT,
    MemoryNodes,
    Tree,
    growth,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

KNOWN_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots of 0 … 8 of the leaves above: the vectors of the Certificate Transparency projects (RFC 6962)."""

leaf_lists = st.lists(st.binary(max_size=20), min_size=1, max_size=70)


def tree_of(leaves: list[bytes]) -> Tree:
    tree = Tree(MemoryNodes())
    tree.append(leaves)
    return tree


def oracle_of(leaves: list[bytes]) -> InmemoryTree:
    oracle = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        oracle.append_entry(leaf)
    return oracle


def rfc_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = rfc_split(len(leaves))
    return sha256(b"\x01" + rfc_root(leaves[:k]) + rfc_root(leaves[k:])).digest()


def rfc_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """RFC 9162 §2.1.4.1, word for word."""
    if m == len(leaves):
        return [] if whole else [rfc_root(leaves)]
    k = rfc_split(len(leaves))
    if m <= k:
        return [*rfc_subproof(m, leaves[:k], whole), rfc_root(leaves[k:])]
    return [*rfc_subproof(m - k, leaves[k:], False), rfc_root(leaves[:k])]


def rfc_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def single_bit_mutations(digests: list[bytes]):
    for place, digest in enumerate(digests):
        for bit in range(256):
            changed = (int.from_bytes(digest) ^ 1 << bit).to_bytes(32)
            yield [*digests[:place], changed, *digests[place + 1 :]]


def test_root_is_the_known_one_for_the_first_leaves_of_the_vectors():
    tree = tree_of(KNOWN_LEAVES)
    assert [tree.root(size).hex() for size in range(9)] == KNOWN_ROOTS


def test_proofs_are_the_known_ones_for_the_vectors():
    tree = tree_of(KNOWN_LEAVES)
    assert [h.hex() for h in tree.inclusion_proof(0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [h.hex() for h in tree.consistency_proof(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@settings(max_examples=60, deadline=None)
@given(leaf_lists, st.data())
def test_roots_and_inclusion_proofs_equal_those_of_pymerkle(leaves, data):
    tree, oracle = tree_of(leaves), oracle_of(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    assert tree.root(size) == oracle.get_root(size)
    base, *path = oracle.prove_inclusion(index + 1, size).path
    assert base == leaf_hash(leaves[index])
    assert tree.inclusion_proof(index, size) == path


@settings(max_examples=60, deadline=None)
@given(leaf_lists, st.data())
def test_consistency_proof_equals_the_recursion_of_the_rfc(leaves, data):
    new = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(1, new))
    assert tree_of(leaves).consistency_proof(old, new) == rfc_subproof(old, leaves[:new], True)


def test_every_proof_verifies_in_every_tree_of_up_to_33_leaves():
    leaves = [bytes([n]) for n in range(33)]
    tree = tree_of(leaves)
    roots = [tree.root(size) for size in range(34)]
    for new in range(34):
        for old in range(new + 1):
            assert verify_consistency(old, new, tree.consistency_proof(old, new), roots[old], roots[new])
        for index in range(new):
            proof = tree.inclusion_proof(index, new)
            assert verify_inclusion(leaf_hash(leaves[index]), index, new, proof, roots[new])


@settings(max_examples=60, deadline=None)
@given(leaf_lists, st.data())
def test_leaves_appended_in_batches_give_the_same_tree_as_at_once(leaves, data):
    cut = data.draw(st.integers(0, len(leaves)))
    batches, at_once = Tree(MemoryNodes()), tree_of(leaves)
    batches.append(leaves[:cut])
    reopened = Tree(batches.nodes, batches.size)
    assert reopened.append(leaves[cut:]) == len(leaves)
    assert reopened.root() == at_once.root() == rfc_root(leaves)
    assert reopened.root(cut) == rfc_root(leaves[:cut])


def test_growth_stores_nothing_and_gives_under_two_nodes_a_leaf():
    nodes = MemoryNodes()
    new = list(growth(nodes, 0, [b"x"] * 1000))
    assert 1000 < len(new) < 2000
    with pytest.raises(KeyError):
        nodes.get(0, 0)


@pytest.mark.parametrize(("index", "size"), [(0, 2), (2, 3), (5, 7), (6, 7), (12, 13)])
def test_refuses_an_inclusion_proof_with_any_bit_changed(index, size):
    leaves = [bytes([n]) for n in range(size)]
    tree = tree_of(leaves)
    proof, root, leaf = tree.inclusion_proof(index, size), tree.root(), leaf_hash(leaves[index])
    assert verify_inclusion(leaf, index, size, proof, root)
    for changed in single_bit_mutations([leaf, root, *proof]):
        assert not verify_inclusion(changed[0], index, size, changed[2:], changed[1])


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 7), (6, 8), (7, 8), (9, 13)])
def test_refuses_a_consistency_proof_with_any_bit_changed(old, new):
    tree = tree_of([bytes([n]) for n in range(new)])
    proof, old_root, new_root = tree.consistency_proof(old, new), tree.root(old), tree.root(new)
    assert verify_consistency(old, new, proof, old_root, new_root)
    for changed in single_bit_mutations([old_root, new_root, *proof]):
        assert not verify_consistency(old, new, changed[2:], changed[0], changed[1])


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 70), st.data())
def test_refuses_a_proof_that_is_cut_longer_or_in_another_order(size, data):
    tree = tree_of([n.to_bytes(2) for n in range(size)])
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    leaf, root = leaf_hash(index.to_bytes(2)), tree.root()
    for proof in _deformed(tree.inclusion_proof(index)):
        assert not verify_inclusion(leaf, index, size, proof, root)
    for proof in _deformed(tree.consistency_proof(old)):
        assert not verify_consistency(old, size, proof, tree.root(old), root)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 70), st.data())
def test_refuses_the_proof_of_another_leaf(size, data):
    tree = tree_of([n.to_bytes(2) for n in range(size)])
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    assert not verify_inclusion(leaf_hash(other.to_bytes(2)), index, size, tree.inclusion_proof(index), tree.root())
    assert not verify_inclusion(leaf_hash(index.to_bytes(2)), other, size, tree.inclusion_proof(index), tree.root()), (
        "the place in the tree is bound too"
    )


def test_refuses_a_place_that_is_not_in_the_tree():
    tree = tree_of([b"a", b"b"])
    assert verify_inclusion(leaf_hash(b"b"), 1, 2, tree.inclusion_proof(1), tree.root())
    for index in (3, 2, -1):
        assert not verify_inclusion(leaf_hash(b"b"), index, 2, tree.inclusion_proof(1), tree.root())


def test_refuses_a_consistency_proof_for_a_size_that_the_new_tree_has_not():
    tree = tree_of([b"a", b"b", b"c", b"d", b"e"])
    proof, old_root, new_root = tree.consistency_proof(2, 3), tree.root(2), tree.root(3)
    assert verify_consistency(2, 3, proof, old_root, new_root)
    assert not verify_consistency(2, 5, proof, old_root, new_root)


def test_refuses_hashes_of_another_length_although_they_join_to_the_same_bytes():
    tree = tree_of([b"a", b"b"])
    leaf, (step,) = leaf_hash(b"a"), tree.inclusion_proof(0)
    assert not verify_inclusion(leaf + step[:1], 0, 2, [step[1:]], tree.root())


def test_refuses_a_tree_that_was_rewritten_or_cut():
    honest, rewritten = tree_of([b"a", b"b", b"c", b"d", b"e"]), tree_of([b"a", b"B", b"c", b"d", b"e"])
    assert not verify_consistency(3, 5, rewritten.consistency_proof(3, 5), honest.root(3), rewritten.root(5))
    assert not verify_consistency(5, 3, honest.consistency_proof(3, 5), honest.root(5), honest.root(3))


def test_the_empty_tree_begins_every_tree_and_only_with_its_own_root():
    tree = tree_of([b"a"])
    assert verify_consistency(0, 1, [], EMPTY_ROOT, tree.root())
    assert not verify_consistency(0, 1, [], tree.root(), tree.root())
    assert not verify_consistency(0, 0, [], tree.root(), tree.root())
    assert not verify_consistency(1, 1, [tree.root()], tree.root(), tree.root())


@pytest.mark.parametrize("ask", ["root(4)", "root(-1)", "inclusion_proof(3)", "inclusion_proof(2, 2)",
                                 "inclusion_proof(-1)", "consistency_proof(4)", "consistency_proof(3, 2)"])  # fmt: skip
def test_refuses_sizes_and_places_outside_of_the_tree(ask):
    tree = tree_of([b"a", b"b", b"c"])
    name, _, arguments = ask.rstrip(")").partition("(")
    with pytest.raises(ValueError, match=r"tree|size"):
        getattr(tree, name)(*(int(argument) for argument in arguments.split(",")))


def _deformed(proof: list[bytes]):
    yield [*proof, bytes(32)]
    yield [bytes(32), *proof]
    if proof:
        yield proof[:-1]
        yield proof[1:]
        yield [proof[0][:31], *proof[1:]]
    if len(proof) > 1:
        yield proof[::-1]
