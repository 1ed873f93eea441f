"""Annex 3 as it is printed: the official table, from the frozen document, the same bytes whenever it is written."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import openpyxl
import pytest

from services.screening.domain.batch import RecommendationBatch
from services.screening.forms import XLSX, annex_3_as_xlsx
from services.shared.policy import edition
from services.shared.vocabulary import Invalid, NotInThisState, VersionConflict
from tests.screening.conftest import as_
from tests.screening.examples import CASE, EDITION, FACTS, LETTER, OTHER_CASE, TODAY, ready, sheet_of
from tests.screening.steps import assemble, make_ready, send_two_up, sign, submit

COLUMNS = edition(EDITION)["summary_sheet.columns"]
CONTACTS = ("联系人", "联系电话")


def printed(body):
    return openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]


def texts(sheet):
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


def form_of(**facts):
    frozen = sheet_of(ready(facts=replace(FACTS, **facts))).as_json()
    return frozen, annex_3_as_xlsx(frozen, COLUMNS, letter_no=LETTER)


def test_has_the_official_title_headers_body_letter_and_day():
    _, body = form_of()
    title, seal, letter, headers, _, foot = texts(printed(body))
    assert title[0] == "云南省制造业创新中心创建申报汇总表"
    assert seal[0] == "昆明市工业和信息化主管部门（盖章）"
    assert letter[0] == f"发文字号：{LETTER}"
    assert headers == ["序号", *COLUMNS]
    assert foot[0].startswith("填表人及联系电话")
    assert foot[0].endswith("填表日期：2026年6月1日")


def test_fills_every_column_but_the_contacts_from_the_frozen_document():
    frozen, body = form_of()
    row = dict(zip(["序号", *COLUMNS], texts(printed(body))[4], strict=True))
    assert row["创新中心成员单位"] == "、".join(frozen["rows"][0]["member_names"])
    assert {header for header, text in row.items() if not text} == set(CONTACTS)


def test_a_name_that_begins_as_a_formula_stays_text():
    _, body = form_of(centre_name='=HYPERLINK("http://x")')
    cell = printed(body).cell(row=5, column=2)
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')


def test_gives_the_same_bytes_again(monkeypatch):
    frozen, body = form_of()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert annex_3_as_xlsx(frozen, COLUMNS, letter_no=LETTER) == body


def test_the_signed_batch_holds_its_printed_form_as_a_frozen_document(wired, screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    sign(screenings, batch)
    kept = screenings.find(RecommendationBatch, batch.id)
    assert kept.form.media_type == XLSX
    assert kept.form.name == f"申报汇总表-昆明市-2026-1-2026-06-01-{LETTER}.xlsx"
    assert kept.documents == (batch.annex_3, kept.form, kept.seal)
    rows = texts(printed(wired.documents.read(kept.form.sha256)))
    frozen = json.loads(wired.documents.read(batch.annex_3.sha256))
    assert rows[4][1] == frozen["rows"][0]["centre_name"]


def test_a_letter_that_is_refused_prints_nothing(wired, screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    before = sorted(wired.documents._root.rglob("*"))
    with pytest.raises(Invalid), as_("head"):
        screenings.sign_batch(batch.id, letter_no="昆工信[2026]15号\x01", letter_date=TODAY)
    assert sorted(wired.documents._root.rglob("*")) == before


def test_a_supplement_is_printed_with_who_has_left(wired, screenings):
    batch = send_two_up(screenings)
    with as_("intake"):
        screenings.withdraw_case(OTHER_CASE, reason="股东变更")
    with as_("officer"):
        screenings.draft_supplement(batch.id)
    with as_("head"):
        issued = screenings.sign_supplement(batch.id, letter_no="昆工信〔2026〕18号", letter_date=TODAY)
    [supplement] = issued.supplements
    rows = [row[0] for row in texts(printed(wired.documents.read(supplement.form.sha256)))]
    assert rows[0].endswith("（补充第1号）")
    assert f"补充 {LETTER} 所附汇总表" in rows[2]
    assert any(row.startswith("更正：") and "已撤回" in row for row in rows)
    assert supplement.form in issued.documents


def test_the_seal_binds_the_letter_its_signer_and_every_paper_by_both_digests(wired, screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    sign(screenings, batch)
    kept = screenings.find(RecommendationBatch, batch.id)
    sealed = json.loads(wired.documents.read(kept.seal.sha256))
    assert (sealed["letter_no"], sealed["signed_by"], sealed["recommending_body"]) == (
        LETTER,
        "head",
        "昆明市工业和信息化主管部门",
    )
    for name, paper in (("annex_3", kept.annex_3), ("form", kept.form)):
        assert (sealed[name]["sha256"], sealed[name]["sm3"]) == (paper.sha256, paper.sm3)


SCAN = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def test_the_sealed_letter_is_kept_with_its_batch_once_and_only_until_it_goes_up(screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    with as_("officer"), pytest.raises(NotInThisState):
        screenings.keep_letter(batch.id, name="行文.pdf", body=SCAN, media_type="application/pdf")
    sign(screenings, batch)
    for _ in range(2):
        with as_("officer"):
            kept = screenings.keep_letter(batch.id, name="行文.pdf", body=SCAN, media_type="application/pdf")
    assert (kept.letter.name, kept.documents[-1]) == ("行文.pdf", kept.letter)
    with as_("officer"), pytest.raises(Invalid):
        screenings.keep_letter(batch.id, name="行文.pdf", body=b"MZ", media_type="application/pdf")
    with as_("officer", target=batch.id, expected_version=1), pytest.raises(VersionConflict):
        screenings.keep_letter(batch.id, name="行文.pdf", body=SCAN, media_type="application/pdf")
    submit(screenings, batch)
    with as_("officer"), pytest.raises(NotInThisState):
        screenings.keep_letter(batch.id, name="行文.pdf", body=SCAN, media_type="application/pdf")
