"""A log's chain and its comparison with the ledger, on forged logs; and on one that PostgreSQL itself has linked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.shared.kernel.breaks import Break, Kind
from services.shared.kernel.chain import REACH, START_LINK, ChainWalk, LogRow, link_of, verify_chain
from services.shared.kernel.comparison import compare
from services.shared.kernel.schema import migrate

SERVER = "postgresql://postgres@127.0.0.1:5432/"
FIELDS = {
    "originator_id": UUID(int=7),
    "originator_version": -3,
    "topic": "intake.dossier.withdrawn",
    "state": b'{"forged":true}',
    "link": bytes(32),
}


def linked(rows: list[LogRow], link: bytes = START_LINK) -> list[LogRow]:
    """The rows with links that fit their positions."""
    done: list[LogRow] = []
    for row in rows:
        link = link_of(link, row.position, row)
        done.append(row._replace(link=link))
    return done


def log_of(size: int) -> list[LogRow]:
    return linked(
        [LogRow(n, UUID(int=n), 1, "intake.dossier.submitted", b'{"n":%d}' % n, b"") for n in range(1, size + 1)]
    )


def found(rows: list[LogRow]) -> list[tuple[int, str, str]]:
    return [(b.position, b.kind.value, b.detail) for b in verify_chain(rows)[0]]


def differences(log: list[LogRow], ledger: list[LogRow]) -> list[tuple[int, str, str]]:
    return [(b.position, b.kind.value, b.detail) for b in compare(log, ledger)]


def renumbered(rows: list[LogRow], first: int = 1) -> list[LogRow]:
    return [row._replace(position=n) for n, row in enumerate(rows, start=first)]


FORGERY = LogRow(0, UUID(int=99), 1, "intake.dossier.submitted", b"{}", bytes(32))


def test_finds_nothing_in_an_honest_log():
    log = log_of(100)
    assert verify_chain(log) == ([], log[-1].link)
    assert list(compare(log, log)) == []


def test_goes_on_with_the_last_link_of_an_earlier_page():
    log = log_of(10)
    breaks, link = verify_chain(log[:4])
    assert verify_chain(log[4:], link, 5) == (breaks, log[-1].link) == ([], log[-1].link)
    assert verify_chain(log[4:], START_LINK, 5)[0] != []


def test_an_empty_page_keeps_the_link():
    assert verify_chain([], b"link", 9) == ([], b"link")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("position", [1, 5, 9, 10])
def test_names_a_changed_row_and_the_field(field, position):
    log = log_of(10)
    forged = log.copy()
    forged[position - 1] = log[position - 1]._replace(**{field: FIELDS[field]})
    assert found(forged) == [(position, "changed", "link")]
    assert differences(forged, log) == [(position, "changed", field)]


def test_names_each_of_several_changed_rows():
    log = log_of(12)
    for position in (3, 4, 9):
        log[position - 1] = log[position - 1]._replace(state=b"{}")
    assert found(log) == [(3, "changed", "link"), (4, "changed", "link"), (9, "changed", "link")]


def test_names_the_next_row_when_the_changed_one_got_a_link_that_fits():
    log = log_of(10)
    link = log[3].link
    forged = [*log[:4], *linked([log[4]._replace(state=b"{}")], link), *log[5:]]
    assert found(forged) == [(6, "changed", "link")]
    assert differences(forged, log) == [(5, "changed", "state, link")]


def test_names_the_numbers_of_missing_rows():
    log = log_of(10)
    assert found([*log[:3], *log[6:]]) == [(4, "missing", "4-6")]
    assert found(log[2:]) == [(1, "missing", "1-2")]
    assert differences([*log[:3], *log[6:]], log) == [(n, "deleted", "") for n in (4, 5, 6)]


def test_names_missing_rows_when_the_rest_was_renumbered():
    log = log_of(50)
    forged = renumbered([*log[:3], *log[5:]])
    assert found(forged) == [(4, "missing", "4-5"), (4, "renumbered", "6")]
    kinds = [kind for _, kind, _ in differences(forged, log)]
    assert kinds == ["changed"] * 45 + ["truncated"]


def test_names_an_inserted_row_when_the_rest_was_renumbered():
    log = log_of(50)
    assert found(renumbered([*log[:3], FORGERY, *log[3:]])) == [(4, "inserted", ""), (5, "renumbered", "4")]


def test_names_an_inserted_row_with_a_link_that_fits():
    log = log_of(50)
    forgery = linked([FORGERY._replace(position=4)], log[2].link)
    forged = renumbered([*log[:3], *forgery, *log[3:]])
    assert found(forged) == [(4, "inserted", ""), (5, "renumbered", "4")]


def test_names_an_inserted_row_under_a_number_that_is_taken():
    log = log_of(10)
    twin = FORGERY._replace(position=5)
    assert found([*log[:4], twin, *log[4:]]) == [(5, "inserted", "")]
    assert found([*log[:5], twin, *log[5:]]) == [(5, "inserted", "")]
    assert differences([*log[:5], twin, *log[5:]], log) == [(5, "inserted", "")]
    assert found([*log, twin]) == [(5, "inserted", "")]
    assert differences([*log, twin], log) == [(5, "inserted", "")]


def test_names_rows_whose_numbers_were_exchanged():
    log = log_of(10)
    forged = renumbered([*log[:4], log[6], log[4], log[5], *log[7:]])
    assert found(forged) == [(5, "reordered", "7"), (6, "reordered", "5"), (7, "reordered", "6")]


def test_names_rows_whose_contents_were_exchanged_under_their_links():
    log = log_of(10)
    forged = log.copy()
    forged[4] = log[5]._replace(position=5, link=log[4].link)
    forged[5] = log[4]._replace(position=6, link=log[5].link)
    assert found(forged) == [(5, "reordered", "6"), (6, "reordered", "5")]
    fields = "originator_id, state"
    assert differences(forged, log) == [(5, "changed", fields), (6, "changed", fields)]


def test_names_renumbered_rows_once_for_a_run():
    log = log_of(10)
    forged = [*log[:4], *renumbered(log[4:], first=8)]
    assert found(forged) == [(8, "renumbered", "5")]


def test_finds_the_next_break_after_each():
    log = log_of(80)
    forged = [*log[:9], *log[10:30], log[31], log[30], *log[32:60]]
    forged[45] = forged[45]._replace(topic="x")
    kinds = [(position, kind) for position, kind, _ in found(forged)]
    assert kinds == [(10, "missing"), (31, "reordered"), (32, "reordered"), (47, "changed")]


def test_a_cut_off_tail_shows_only_against_the_ledger():
    log = log_of(10)
    assert found(log[:6]) == []
    assert differences(log[:6], log) == [(7, "truncated", "7-10")]
    assert differences(log[:9], log) == [(10, "truncated", "10")]
    assert differences([], log) == [(1, "truncated", "1-10")]


def test_a_chain_that_was_recomputed_to_the_end_shows_only_against_the_ledger():
    log = log_of(10)
    forged = linked([*log[:4], log[4]._replace(state=b"{}"), *log[5:]])
    assert found(forged) == []
    assert differences(forged, log)[0] == (5, "changed", "state, link")
    assert len(differences(forged, log)) == 6


def test_finds_a_byte_that_was_moved_from_topic_to_state():
    log = log_of(5)
    moved = log[1]._replace(topic=log[1].topic[:-1], state=log[1].topic[-1:].encode() + log[1].state)
    assert found([log[0], moved, *log[2:]]) == [(2, "changed", "link")]


def test_rows_that_the_ledger_has_yet_to_hear_of_are_no_difference():
    log = log_of(10)
    assert differences(log, log[:7]) == []
    assert differences(log, []) == []
    assert differences(log, [*log[:4], *log[5:7]]) == [(5, "inserted", "")]


@pytest.mark.parametrize("wreck", [2**63 - 1, -(2**63), 0])
def test_goes_on_past_numbers_at_the_ends_of_the_range(wreck):
    log = log_of(5)
    for place in range(5):
        forged = log.copy()
        forged[place] = FORGERY._replace(position=wreck, originator_version=wreck)
        assert found(forged) != []
        assert found(sorted(forged)) != []


Act = tuple[str, int, int]
acts = st.lists(
    st.tuples(
        st.sampled_from(["change", "delete", "insert", "swap", "renumber", "relink", "unlink"]),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=4,
)


def forge(log: list[LogRow], steps: list[Act]) -> list[LogRow]:
    rows = log.copy()
    for act, place, other in steps:
        if not rows:
            break
        here, there = place % len(rows), other % len(rows)
        if act == "change":
            rows[here] = rows[here]._replace(state=b"%d" % other)
        elif act == "delete":
            del rows[here]
        elif act == "insert":
            rows.insert(here, FORGERY._replace(position=rows[here].position, state=b"%d" % other))
        elif act == "swap":
            rows[here], rows[there] = rows[there], rows[here]
        elif act == "renumber":
            rows = renumbered(rows, first=1)
        elif act == "relink":
            before = rows[here - 1].link if here else START_LINK
            rows[here : here + 1] = linked([rows[here]], before)
        else:
            rows[here] = rows[here]._replace(link=b"%d" % other)
    return rows


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 60), acts)
def test_finds_something_exactly_when_the_rows_are_not_one_whole_chain(size, steps):
    forged = forge(log_of(size), steps)
    assert (found(forged) == []) == (forged == linked(renumbered(forged)))


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 60), acts)
def test_the_comparison_finds_every_row_that_differs(size, steps):
    log = log_of(size)
    forged = [row for row in sorted(forge(log, steps), key=lambda row: row.position) if row.position <= size]
    assert (differences(forged, log) == []) == (forged == log)
    if len({row.position for row in forged}) == len(forged):
        last = forged[-1].position if forged else 0
        named = {position for position, kind, _ in differences(forged, log) if kind != "truncated"}
        assert named == {row.position for row in set(log) ^ set(forged) if row.position <= last}
        assert ((last + 1, "truncated") in {d[:2] for d in differences(forged, log)}) == (last < size)


def test_a_wholly_wrecked_log_is_walked_without_holding_it():
    read = 0

    def wrecked() -> Iterator[LogRow]:
        nonlocal read
        for n in range(1, 2001):
            read += 1
            yield FORGERY._replace(position=n)

    walk = iter(ChainWalk(wrecked(), START_LINK, 1))
    assert next(walk).kind == Kind.CHANGED
    assert read <= REACH + 1
    assert sum(1 for _ in walk) == 1999


def test_checks_over_a_hundred_thousand_rows_a_second():
    log = log_of(30_000)
    begin = time.process_time()
    assert verify_chain(log)[0] == []
    assert len(log) / (time.process_time() - begin) > 100_000


def test_every_kind_has_a_sentence_in_both_languages():
    for kind in Kind:
        one = Break("intake", 5, kind, "7-8")
        assert "intake" in one.zh
        assert "intake" in one.en
        assert "5" in one.zh or "7-8" in one.zh
        assert one.zh != one.en


@pytest.fixture
def database():
    name = f"zc_test_chain_{uuid4().hex[:8]}"
    with psycopg.connect(SERVER + "postgres", autocommit=True) as server:
        server.execute(f"create database {name}")
        migrate(SERVER + name, "intake", "")
        yield SERVER + name
        server.execute(f"drop database {name} with (force)")


def test_agrees_with_the_links_that_the_database_writes_and_finds_what_a_superuser_forges(database):
    with psycopg.connect(database, autocommit=True) as connection:
        for batch in range(3):
            batch_of = [(uuid4(), n, "intake.dossier.提交", f'{{"批次":{batch}}}'.encode()) for n in range(1, 5)]
            connection.execute("select intake.append(%s,%s,%s,%s)", [list(c) for c in zip(*batch_of, strict=True)])

        def stored() -> list[LogRow]:
            rows = connection.cursor(binary=True).execute(
                "select position, originator_id, originator_version, topic, state, link from intake.log order by 1"
            )
            return [LogRow(*row) for row in rows]

        honest = stored()
        head = connection.execute("select link from intake.log_head").fetchone()
        assert head is not None
        assert verify_chain(honest) == ([], head[0])
        connection.execute("alter table intake.log disable trigger append_only")
        connection.execute("update intake.log set state = '{}' where position = 5")
        connection.execute("delete from intake.log where position in (8, 12)")
        assert found(stored()) == [(5, "changed", "link"), (8, "missing", "8")]
        assert differences(stored(), honest) == [(5, "changed", "state"), (8, "deleted", ""), (12, "truncated", "12")]
