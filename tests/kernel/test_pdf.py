"""How many pages a PDF has, whatever its bytes are."""

import io
import time

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.kernel import pdf
from services.shared.kernel.pdf import pages_of


def written(pages, password=""):
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(210, 297)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    body = io.BytesIO()
    writer.write(body)
    return body.getvalue()


@pytest.mark.parametrize("pages", [1, 3, 60])
def test_counts_the_pages(pages):
    assert pages_of(written(pages)) == pages


def test_knows_nothing_of_what_is_encrypted_cut_off_or_no_pdf():
    assert pages_of(written(2, "secret")) is None
    assert pages_of(written(2)[:60]) is None
    assert pages_of(b"\x89PNG\r\n\x1a\n") is None
    assert (
        pages_of(b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n") is None
    )


def test_reading_ends_in_time(monkeypatch):
    def for_ever(_):
        while True:
            pass

    monkeypatch.setattr(pypdf, "PdfReader", for_ever)
    monkeypatch.setattr(pdf, "PATIENCE", 0.05)
    began = time.monotonic()
    assert pages_of(b"%PDF-1.7") is None
    assert time.monotonic() - began < 2


@given(st.binary(max_size=400), st.integers(0, 900))
def test_foreign_bytes_raise_nothing(noise, place):
    whole = written(2)
    assert pages_of(b"%PDF-" + noise) in (None, 0)
    assert pages_of(whole[:place] + noise + whole[place:]) in (None, 0, 1, 2)
