"""Workbooks that strangers hand in: taken as tables or refused with findings, soon, and nothing of them stays."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from services.intake import forms
from services.intake.forms.tables import SHEETS
from services.shared.vocabulary import Invalid
from tests.examples.dossiers import good_dossier

SECONDS = 5
GOOD = forms.write_tables({name: good_dossier()[name] for name in ("centre", "lead_unit", "member_units")})
PARTS = [part for part in zipfile.ZipFile(io.BytesIO(GOOD)).namelist() if part.endswith((".xml", ".rels"))]
TITLES = [sheet.title for sheet in SHEETS]
seeded = settings(
    max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
texts = st.text(max_size=40).filter(lambda text: not ILLEGAL_CHARACTERS_RE.search(text))
values = (
    texts
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.dates(date(1901, 1, 1))
    | texts.map(lambda text: f"={text}")
)


def told_of(body):
    """The tables that a workbook fills in, or what is wrong with it."""
    try:
        return list(forms.read_tables(body))
    except Invalid as refused:
        return list(refused.findings)


def taken_or_refused(body):
    started = time.monotonic()
    assert told_of(body)
    assert time.monotonic() - started < SECONDS


def with_part(name, change):
    """The good workbook, one part of its archive changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            data = old.read(each)
            new.writestr(each, change(data) if each == name else data)
    return stream.getvalue()


@seeded
@given(st.binary(max_size=400))
def test_bytes_are_a_workbook_or_refused(body):
    taken_or_refused(body)
    taken_or_refused(b"PK\x03\x04" + body)


@seeded
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4))
def test_a_workbook_with_damaged_bytes_is_taken_or_refused(at, put):
    taken_or_refused(GOOD[:at] + put + GOOD[at + len(put) :])


@seeded
@given(st.integers(0, len(GOOD) - 1))
def test_a_workbook_that_was_cut_off_is_refused(length):
    taken_or_refused(GOOD[:length])


@seeded
@given(st.sampled_from(PARTS), st.data())
def test_a_workbook_with_a_strange_part_is_taken_or_refused(part, data):
    whole = zipfile.ZipFile(io.BytesIO(GOOD)).read(part)
    at = data.draw(st.integers(0, len(whole)))
    put = data.draw(st.sampled_from([b"", b"<", b"</x>", b"&boom;", b'r="A999999999"', b"\xff", b"9" * 400, b"<v>"]))
    length = data.draw(st.integers(0, 200))
    taken_or_refused(with_part(part, lambda old: old[:at] + put + old[at + length :]))


@settings(seeded, max_examples=15)
@given(st.sampled_from(TITLES), st.integers(1, 12), st.integers(1, 30), values)
def test_a_cell_of_any_value_is_taken_or_told(title, row, column, value):
    book, stream = load_workbook(io.BytesIO(GOOD)), io.BytesIO()
    book[title].cell(row, column).value = value
    book.save(stream)
    taken_or_refused(stream.getvalue())


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
)


@pytest.mark.parametrize("part", [part for part in PARTS if "sheet1" in part or part == "xl/workbook.xml"])
def test_a_bomb_within_a_part_is_refused_at_once(part):
    def bomb(old):
        declared = ENTITIES + b"]>"
        return declared + old.replace(b"<?xml version='1.0' encoding='UTF-8'?>", b"").replace(b">", b">&i;", 1)

    started = time.monotonic()
    with pytest.raises(Invalid):
        forms.read_tables(with_part(part, bomb))
    assert time.monotonic() - started < SECONDS


def test_a_hundred_refused_workbooks_leave_no_memory_behind():
    def refuse(times):
        for number in range(times):
            with pytest.raises(Invalid):
                forms.read_tables(with_part("xl/workbook.xml", lambda old, n=number: old[: n + 10]))

    refuse(30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refuse(100)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024
