"""The document store: what it keeps, what it refuses, and the canonical form of JSON."""

import doctest
import hashlib
import io
import os
import random
import struct
import threading
import time
import zipfile
import zlib

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from services.shared.kernel import documents
from services.shared.kernel.contents import MAX_UNPACKED, check_content
from services.shared.kernel.documents import MAX_BYTES, DocumentDamaged, Documents, DocumentStore, canonical_json
from services.shared.vocabulary import Invalid, NotFound

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
JSON = "application/json"

A_PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def png(width=1, height=1, behind=b""):
    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(b"\0\0")) + part(b"IEND", b"") + behind


def jpeg(width=1, height=1, behind=b""):
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04JF" + frame + b"\xff\xda\x00\x02scan\xff\xd9" + behind


def office(*more, main="word/document.xml", types=b"<Types/>"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [("[Content_Types].xml", types), (main, b"<document/>"), *more]:
            archive.writestr(name, data)
    return file.getvalue()


def relation(kind, target):
    return ("word/_rels/settings.xml.rels", f'<Relationship Target="{target}" Type="http://x/{kind}"/>'.encode())


def link():
    entry = zipfile.ZipInfo("word/link")
    entry.external_attr = 0o120777 << 16
    return (entry, b"/etc/passwd")


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def encrypted():
    data = bytearray(office())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def overlapping():
    """A member that lies within another one, as bombs without a telling ratio do; each reads well by itself."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("word/inner.xml", b"<a/>")
        [entry] = archive.infolist()
        record = inner.getvalue()
    with zipfile.ZipFile(outer, "w") as archive:
        for name, data in (("[Content_Types].xml", b"<t/>"), ("word/document.xml", b"<d/>"), ("word/a.bin", record)):
            archive.writestr(name, data)
        entry.header_offset = outer.tell() - len(record)
        archive.filelist.append(entry)
    with zipfile.ZipFile(outer) as archive:
        assert archive.read("word/inner.xml") == b"<a/>"
    return outer.getvalue()


def lying():
    """A member that says it unpacks to four bytes."""
    data = bytearray(office(("word/big.xml", b"<a>" + b" " * 100_000 + b"</a>")))
    row = data.rindex(b"PK\x01\x02")
    data[row + 24 : row + 28] = struct.pack("<I", 4)
    return bytes(data)


TAKEN = [
    ("计划书.pdf", PDF, A_PDF),
    ("SCAN.PDF", "Application/PDF; version=1", A_PDF),
    ("a.png", PNG, png()),
    ("a.jpg", JPEG, jpeg()),
    ("a.jpeg", JPEG, jpeg()),
    ("申报书.docx", DOCX, office()),
    ("汇总表.xlsx", XLSX, office(main="xl/workbook.xml")),
    ("with a chart.docx", DOCX, office(("word/embeddings/Sheet1.xlsx", b"PK"))),
    ("own template.docx", DOCX, office(relation("attachedTemplate", "file:///C:/Normal.dotm"))),
    ("a word about macroEnabled.docx", DOCX, office(("word/footer1.xml", b"<t>macroEnabled</t>"))),
    ("说明.txt", TEXT, "意见：同意。a < b\r\n".encode()),
    ("bom.txt", TEXT, b"\xef\xbb\xbfok"),
    ("snapshot.json", JSON, '{"名称": [1, null]}'.encode()),
]

REFUSED = [
    ("empty", "a.pdf", PDF, b""),
    ("unsafe-name", "", PDF, A_PDF),
    ("unsafe-name", "../a.pdf", PDF, A_PDF),
    ("unsafe-name", "..\\a.pdf", PDF, A_PDF),
    ("unsafe-name", "/etc/a.pdf", PDF, A_PDF),
    ("unsafe-name", "a\0.pdf", PDF, A_PDF),
    ("unsafe-name", "a\n.pdf", PDF, A_PDF),
    ("unsafe-name", "a\u202efdp.pdf", PDF, A_PDF),
    ("unsafe-name", "a\ud800.pdf", PDF, A_PDF),
    ("unsafe-name", ".pdf", PDF, A_PDF),
    ("unsafe-name", "a.pdf ", PDF, A_PDF),
    ("unsafe-name", "名" * 80 + ".pdf", PDF, A_PDF),
    ("type-not-allowed", "a", PDF, A_PDF),
    ("type-not-allowed", "a.pdf.exe", PDF, b"MZ"),
    ("type-not-allowed", "a.svg", "image/svg+xml", b"<svg/>"),
    ("type-not-allowed", "a.html", "text/html", b"<p>"),
    ("type-not-allowed", "a.docm", DOCX, office()),
    ("type-not-allowed", "a.doc", "application/msword", b"\xd0\xcf\x11\xe0"),
    ("type-not-allowed", "a.zip", "application/zip", zipped(a=b"")),
    ("type-not-allowed", "a.pdf", "", A_PDF),
    ("type-not-allowed", "a.pdf", "application/octet-stream", A_PDF),
    ("content-does-not-match-name", "a.pdf", PNG, A_PDF),
    ("content-does-not-match-name", "a.png", PNG, A_PDF),
    ("content-does-not-match-name", "a.pdf", PDF, b"MZ\x90\0 program"),
    ("content-does-not-match-name", "a.pdf", PDF, b"\n" + A_PDF),
    ("content-does-not-match-name", "a.pdf", PDF, A_PDF[:40]),
    ("content-does-not-match-name", "a.pdf", PDF, A_PDF + b"<script>alert(1)</script>"),
    ("content-does-not-match-name", "a.pdf", PDF, A_PDF[:-6] + zipped(a=b"x") + b"%%EOF"),
    ("type-not-allowed", "a.pdf", PDF, A_PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>")),
    ("type-not-allowed", "a.pdf", PDF, A_PDF.replace(b"/Catalog", b"/Catalog/A<</S/Launch/F(x)>>")),
    ("content-does-not-match-name", "a.png", PNG, png(behind=b"PK")),
    ("content-does-not-match-name", "a.png", PNG, png()[:-4]),
    ("content-does-not-match-name", "a.png", PNG, png(width=0)),
    ("content-does-not-match-name", "a.png", PNG, b"\x89PNG"),
    ("too-large", "a.png", PNG, png(width=50_000, height=50_000)),
    ("content-does-not-match-name", "a.jpg", JPEG, jpeg(behind=b"<?php")),
    ("content-does-not-match-name", "a.jpg", JPEG, jpeg(behind=zipped(a=b"\xff\xd9") + b"\xff\xd9")),
    ("content-does-not-match-name", "a.jpg", JPEG, b"\xff\xd8\xff\xda\x00\x02scan\xff\xd9"),
    ("content-does-not-match-name", "a.jpg", JPEG, b"\xff\xd8\xff\xd9"),
    ("too-large", "a.jpg", JPEG, jpeg(60_000, 60_000)),
    ("content-does-not-match-name", "a.docx", DOCX, office(main="xl/workbook.xml")),
    ("content-does-not-match-name", "a.docx", DOCX, b"\xd0\xcf\x11\xe0 old format"),
    ("content-does-not-match-name", "a.docx", DOCX, b"MZ" + office()),
    ("content-does-not-match-name", "a.docx", DOCX, office()[:100] + office()),
    ("content-does-not-match-name", "a.docx", DOCX, office() + b"behind"),
    ("content-does-not-match-name", "a.docx", DOCX, office(("../out.xml", b"x"))),
    ("content-does-not-match-name", "a.docx", DOCX, office(("/out.xml", b"x"))),
    ("content-does-not-match-name", "a.docx", DOCX, office(link())),
    ("content-does-not-match-name", "a.docx", DOCX, office(("word/x.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"))),
    ("content-does-not-match-name", "a.docx", DOCX, office(("x.xml", "<!DOCTYPE a><a/>".encode("utf-16")))),
    ("content-does-not-match-name", "a.docx", DOCX, office(("x.xml", b" " * 65_533 + b"<!DOCTYPE a><a/>"))),
    ("content-does-not-match-name", "a.docx", DOCX, encrypted()),
    ("content-does-not-match-name", "a.docx", DOCX, overlapping()),
    ("content-does-not-match-name", "a.docx", DOCX, lying()),
    ("type-not-allowed", "a.docx", DOCX, office(("word/vbaProject.bin", b"x"))),
    ("type-not-allowed", "a.docx", DOCX, office(types=b"<Types>application/x.macroEnabled.main+xml</Types>")),
    ("type-not-allowed", "a.docx", DOCX, office(("word/embeddings/oleObject1.bin", b"x"))),
    ("type-not-allowed", "a.docx", DOCX, office(("word/media/run.exe", b"MZ"))),
    ("type-not-allowed", "a.docx", DOCX, office(relation("attachedTemplate", "https://evil.example/t.dotm"))),
    ("type-not-allowed", "a.docx", DOCX, office(relation("oleObject", r"\\evil\share"))),
    ("content-does-not-match-name", "a.txt", TEXT, "国标".encode("gb18030")),
    ("content-does-not-match-name", "a.txt", TEXT, b"MZ\0\0"),
    ("content-does-not-match-name", "a.txt", TEXT, b"#!/bin/sh\nrm"),
    ("content-does-not-match-name", "a.txt", TEXT, b"  <svg onload=x>"),
    ("content-does-not-match-name", "a.txt", TEXT, b"hello <ScRipt>alert(1)</script>"),
    ("content-does-not-match-name", "a.txt", TEXT, A_PDF),
    ("content-does-not-match-name", "a.json", JSON, b'{"a": NaN}'),
    ("content-does-not-match-name", "a.json", JSON, b'{"a": 1} x'),
    ("content-does-not-match-name", "a.json", JSON, b'{"a": "\xff"}'),
    ("content-does-not-match-name", "a.json", JSON, b"[" * 200_000),
]


@pytest.fixture
def store(tmp_path):
    return DocumentStore(tmp_path / "documents")


def code(refused):
    return refused.value.findings[0].code


@pytest.mark.parametrize(("name", "media_type", "data"), TAKEN, ids=[name for name, *_ in TAKEN])
def test_takes_in_the_types_of_the_list(store, name, media_type, data):
    ref = store.put(io.BytesIO(data), name, media_type)
    assert store.read(ref.sha256) == data
    assert (ref.name, ref.size) == (name, len(data))
    assert ref.media_type == media_type.partition(";")[0].lower()


@pytest.mark.parametrize("case", REFUSED, ids=range(len(REFUSED)))
def test_refuses_what_is_not_as_it_says(store, tmp_path, case):
    expected, name, media_type, data = case
    with pytest.raises(Invalid) as refused:
        store.put(data, name, media_type)
    assert code(refused) == expected
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_refuses_a_bomb_before_it_is_unpacked(store):
    member = b"\0" * (MAX_UNPACKED // 4)
    bomb = office(*((f"word/media/{n}.png", member) for n in range(5)))
    assert len(bomb) < 1_000_000
    started = time.monotonic()
    with pytest.raises(Invalid) as refused:
        store.put(bomb, "a.docx", DOCX)
    assert code(refused) == "too-large"
    assert time.monotonic() - started < 1


def test_refuses_an_archive_of_very_many_members(store):
    with pytest.raises(Invalid) as refused:
        store.put(office(*((f"word/{n}", b"") for n in range(2001))), "a.docx", DOCX)
    assert code(refused) == "too-large"


def test_stops_reading_when_the_limit_is_passed(store, tmp_path):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"a" * size

    endless = Endless()
    with pytest.raises(Invalid) as refused:
        store.put(endless, "a.txt", TEXT)
    assert code(refused) == "too-large"
    assert endless.given <= MAX_BYTES + (1 << 17)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_takes_in_exactly_the_limit(tmp_path):
    store = DocumentStore(tmp_path, limit=100)
    assert store.put(b"a" * 100, "a.txt", TEXT).size == 100
    with pytest.raises(Invalid):
        store.put(b"a" * 101, "a.txt", TEXT)


@pytest.mark.parametrize(
    ("data", "name", "media_type"), [(office(), "a.docx", DOCX), (jpeg(), "a.jpg", JPEG), (png(), "a.png", PNG)]
)
def test_damaged_files_are_refused_and_never_break_the_check(data, name, media_type):
    chance = random.Random(181)
    for _ in range(1500):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.choice([0, 1, 0x7F, 0x80, 0xFF])
        try:
            check_content(io.BytesIO(bytes(broken[: chance.choice([None, chance.randrange(len(broken))])])), media_type)
        except Invalid:
            continue


def test_digests_are_sha256_and_sm3(store):
    # The SM3 value is example 1 of GB/T 32905-2016.
    ref = store.put(b"abc", "a.txt", TEXT)
    assert ref.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert ref.sha256 == hashlib.sha256(b"abc").hexdigest()


def test_same_bytes_are_kept_once_under_two_names(store, tmp_path):
    first, second = store.put(A_PDF, "a.pdf", PDF), store.put(A_PDF, "b.pdf", PDF)
    assert (first.sha256, first.name, second.name) == (second.sha256, "a.pdf", "b.pdf")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_many_writers_of_the_same_bytes_at_once_leave_one_whole_file(store):
    data = b"x" * 1_000_000
    threads = [threading.Thread(target=store.put, args=(data, "a.txt", TEXT)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert store.read(hashlib.sha256(data).hexdigest()) == data


def test_name_is_kept_in_unicode_nfc(store):
    assert store.put(b"a", "re\u0301sume\u0301.txt", TEXT).name == "r\u00e9sum\u00e9.txt"


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 64 + "\n"])
def test_unknown_and_malformed_digests_are_not_found(store, digest):
    assert not store.exists(digest)
    for ask in (store.open, store.read, store.verify):
        with pytest.raises(NotFound):
            ask(digest)


def test_damage_on_disk_is_found_and_healed_by_taking_the_document_in_again(store, tmp_path):
    ref = store.put(A_PDF, "a.pdf", PDF)
    assert store.exists(ref.sha256)
    assert store.verify(ref.sha256)
    [path] = tmp_path.rglob(ref.sha256)
    assert path.stat().st_mode & 0o777 == 0o440
    path.chmod(0o600)
    path.write_bytes(A_PDF.replace(b"Catalog", b"Catalod"))
    assert not store.verify(ref.sha256)
    with pytest.raises(DocumentDamaged):
        store.read(ref.sha256)
    assert store.put(A_PDF, "a.pdf", PDF) == ref
    assert store.verify(ref.sha256)


def test_what_a_crash_left_behind_is_removed_after_an_hour(tmp_path):
    DocumentStore(tmp_path)
    old, new = tmp_path / "incoming" / "old", tmp_path / "incoming" / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 4000, time.time() - 4000))
    DocumentStore(tmp_path)
    assert (old.exists(), new.exists()) == (False, True)


def test_snapshot_is_kept_as_canonical_json(store):
    kept: Documents = store
    ref = kept.put_json({"b": 2, "a": "液态金属"}, "snapshot.json")
    with kept.open(ref.sha256) as file:
        assert file.read() == '{"a":"液态金属","b":2}'.encode()
    assert ref.media_type == JSON
    assert kept.put_json({"a": "液态金属", "b": 2}, "snapshot.json") == ref


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ({"b": [True, False, None], "a": -1}, '{"a":-1,"b":[true,false,null]}'),
        (("a", ["b"]), '["a",["b"]]'),
        ("e\u0301", '"\u00e9"'),
        ("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),  # RFC 8785 §3.2.2
        ("\u2028\x7f", '"\u2028\x7f"'),
        (2**53 - 1, "9007199254740991"),
        # RFC 8785 §3.2.3: by UTF-16 code units, so U+1F600 (D83D DE00) comes before U+FF21.
        (
            {
                "\u20ac": 1,
                "\r": 2,
                "\uff21": 3,
                "1": 4,
                "\U0001f600": 5,
                "\x80": 6,
                "\u00f6": 7,
            },
            '{"\\r":2,"1":4,"\x80":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\uff21":3}',
        ),
    ],
)
def test_canonical_json_vectors(value, text):
    assert canonical_json(value) == text.encode()


def test_canonical_json_digest_vector():
    # The chain example of the standards survey: SM3 over 64 zeros and the canonical text.
    value = {"type": "ApplicationDrafted", "stream": "application-0001", "seq": 1}
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"0" * 64 + canonical_json(value))
    assert digest.finalize().hex() == "58594c5221e16a0bdbd131e3a561bc380e266f9a35ff51c90f7fb921e5c93be2"


@pytest.mark.parametrize("value", [1.0, float("nan"), {1: "a"}, {"a": b"b"}, {"a": {1, 2}}, [object()]])
def test_canonical_json_has_no_such_type(value):
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), {"\u00e9": 1, "e\u0301": 2}, "\ud800", {"\ud800": 1}])
def test_canonical_json_refuses_values_with_no_one_form(value):
    with pytest.raises(ValueError):  # noqa: PT011  # several causes, one type
        canonical_json(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abéü号", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_of_what_was_read_back_is_the_same(value):
    import json

    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once


def test_examples_in_the_module_hold():
    assert doctest.testmod(documents) == doctest.TestResults(0, 1)
