"""The parts of the quick sweep say the same as the plain ones that they stand for."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.leaf import leaf_of
from services.audit.domain.tree import MemoryNodes, Tree, growth, leaf_hash
from services.audit.ledger import levels
from services.audit.ledger.mentions import cases_in, decoded_cases, names_in
from services.audit.ledger.sweep import Chain, NotFitting
from services.shared.kernel.chain import START_LINK, LogRow, link_of

IDS = st.sampled_from([str(UUID(int=n)) for n in (1, 2, 0xABCDEF)])
TEXTS = st.one_of(IDS, st.sampled_from(["", "case_id", ',"case_id":"', "x", "\\", '"']), st.text())
KEYS = st.one_of(
    st.sampled_from(["case_id", "case_ids", 'x"case_id', "case_id ", "other_case_id"]), st.text(max_size=9)
)
VALUES = st.recursive(
    TEXTS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=12
)
HEAD = bytes(32) + b"intake.dossier.submitted\x00"


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_the_cases_of_an_event_are_found_without_decoding_as_by_decoding(content):
    state = msgspec.json.encode({"originator_id": "x", **content})
    assert names_in(HEAD + state) == sorted(map(str, decoded_cases(state)))
    assert cases_in(state) == decoded_cases(state)


@pytest.mark.parametrize(
    "escaped", [b'"case\\u005fid":"%b","case_id":1', b'"case_id": "%b"', b'"case_id":"%b', b'"case_id":"%b"']
)
def test_strange_json_is_decoded(escaped):
    state = b'{"n":1,' + escaped % str(UUID(int=5)).encode() + b"}"
    assert names_in(HEAD + state) == sorted(map(str, decoded_cases(state)))
    assert cases_in(state) == decoded_cases(state)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 70))
def test_a_tree_that_grows_by_pages_is_the_one_that_grows_by_leaves(size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "PAGE", 8)
        patch.setattr(levels, "_TOP", 3)
        plain, paged = Tree(MemoryNodes()), levels.Levels()
        leaves = [leaf_hash(b"%d" % n) for n in range(size)]
        plain.append_digests(leaves)
        for start in range(0, size, 8):
            page = leaves[start : start + 8]
            above = sorted(node for node in growth(plain.nodes, start, page) if node.level)
            assert paged.grow(page) == [node.digest for node in above]
            for upto in range(start + 1, start + len(page) + 1):
                assert paged.root(upto) == plain.root(upto)
        assert (paged.size, paged.root()) == (size, plain.root())


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="\0", codec="utf-8")), st.binary()), max_size=5))
def test_links_and_leaves_are_those_of_the_plain_functions(events):
    rows, leaves, link = [], [], START_LINK
    for position, (topic, state) in enumerate(events, 1):
        row = LogRow(position, UUID(int=position), 7, topic, state, b"")
        body = position.to_bytes(8, "big") + row.originator_id.bytes + (7).to_bytes(8, "big")
        link = link_of(link, position, row)
        rows.append((body + topic.encode() + b"\0" + state, link))
        leaves.append(leaf_hash(leaf_of("review", *row[:5])))
    chain = Chain("review")
    assert chain.leaves(rows) == leaves
    chain.follow(rows)
    assert (chain.number, chain.link) == (len(events), link)
    if rows:
        with pytest.raises(NotFitting):
            Chain("review").follow([(rows[0][0] + b"x", rows[0][1])])
        with pytest.raises(NotFitting):
            chain.follow(rows[:1])
