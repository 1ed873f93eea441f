"""Annex 1's tables as a workbook: what goes out comes back the same, and what is wrong is told with its cell."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from services.intake import forms
from services.intake.forms.tables import SHEETS
from services.shared.vocabulary import Invalid, NotInThisState
from tests.examples.dossiers import good_dossier
from tests.intake.conftest import as_
from tests.intake.steps import hand_in, open_dossier, open_round, prepare

TABLES = ("centre", "lead_unit", "member_units")


def good_tables():
    return {name: good_dossier()[name] for name in TABLES}


def edited(edit):
    """The good workbook after somebody has worked on it."""
    book = load_workbook(io.BytesIO(forms.write_tables(good_tables())))
    edit(book)
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(title, header, value):
    """Puts a value beside, or below, this header."""

    def edit(book):
        page = book[title]
        for row in page.iter_rows():
            for cell in row:
                if cell.value == header:
                    is_list = next(sheet for sheet in SHEETS if sheet.title == title).is_list
                    page.cell(cell.row + is_list, cell.column + (not is_list)).value = value
                    return
        raise KeyError(header)

    return edit


def refusal_of(body):
    with pytest.raises(Invalid) as refusal:
        forms.read_tables(body)
    return refusal.value.findings


def test_what_is_written_is_read_back_the_same():
    assert forms.read_tables(forms.write_tables(good_tables())) == good_tables()


def test_empty_tables_hold_every_header_of_the_forms_once_and_say_nothing():
    body = forms.write_tables({})
    book = load_workbook(io.BytesIO(body))
    assert book.sheetnames == [sheet.title for sheet in SHEETS]
    for sheet in SHEETS:
        assert len({column.header for column in sheet.columns}) == len(sheet.columns)
    assert "高级以上职称人数" in [cell.value for cell in book["表2 牵头单位信息"]["A"]]


def test_codes_phones_and_texts_that_look_like_formulas_are_texts():
    tables = good_tables()
    tables["lead_unit"]["products_services"] = "=1+1"
    body = forms.write_tables(tables)
    page = load_workbook(io.BytesIO(body))["表3 成员单位基本信息"]
    by_header = {page.cell(1, n).value: page.cell(2, n) for n in range(1, page.max_column + 1)}
    for header in ("统一社会信用代码", "邮编", "联系人 / 手机"):
        assert (by_header[header].data_type, by_header[header].number_format) == ("s", "@")
    assert forms.read_tables(body)["lead_unit"]["products_services"] == "=1+1"


def test_the_printed_variant_of_a_header_and_other_spacing_are_taken():
    def rename(book):
        for cell in book["表2 牵头单位信息"]["A"]:
            if cell.value == "高级以上职称人数":
                cell.value = " 髙级以上 职称人数"

    assert forms.read_tables(edited(rename)) == good_tables()


def test_tells_everything_at_once_with_pointer_and_cell():
    def spoil(book):
        put("表2 牵头单位信息", "邮编", 650000)(book)
        put("表2 牵头单位信息", "员工总人数", "12")(book)
        put("表3 成员单位基本信息", "统一社会信用代码", "91530100MAFAKE019X")(book)
        put("表3 成员单位基本信息", "职工总数", "=1+1")(book)
        book["表1 创建基本信息"]["A60"] = "星座"

    found = {(finding.code, finding.pointer): finding for finding in refusal_of(edited(spoil))}
    assert found.keys() == {
        ("number-not-text", "/lead_unit/postcode"),
        ("wrong-type", "/lead_unit/staff_total"),
        ("uscc-check-character", "/member_units/0/uscc"),
        ("formula", "/member_units/0/staff_total"),
        ("unknown-field", "/centre"),
    }
    assert all("!" in finding.zh and "!" in finding.en for finding in found.values())
    assert found["uscc-check-character", "/member_units/0/uscc"].zh.startswith("表3 成员单位基本信息!B2：")


@pytest.mark.parametrize(
    ("title", "header", "value", "code"),
    [
        ("表1 创建基本信息", "创新中心名称", "长" * 121, "too-long"),
        ("表1 创建基本信息", "创新中心名称", True, "wrong-type"),
        ("表1 创建基本信息", "前期组建总投入（万元）", 1.005, "too-many-decimals"),
        ("表1 创建基本信息", "前期组建总投入（万元）", -1, "out-of-range"),
        ("表1 创建基本信息", "中心人数", 1.5, "wrong-type"),
        ("表1 创建基本信息", "所属领域", "占星术", "not-in-list"),
        ("表1 成员单位", "统一社会信用代码", 530100, "number-not-text"),
        ("表2 牵头单位信息", "联系人 / 电话", 13800000101, "number-not-text"),
        ("表2 牵头单位信息", "比较优势", "隐\u202e藏", "not-allowed-text"),
        ("表3 成员单位基本信息", "注册成立时间", "去年", "not-a-date"),
    ],
)
def test_refuses_a_bad_value_as_the_forms_do(title, header, value, code):
    [finding] = refusal_of(edited(put(title, header, value)))
    assert finding.code == code


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * (30 * 1024 * 1024))
    return stream.getvalue()


def entities():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    return stream.getvalue()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "content-does-not-match-name"),
        (b"MZ\x90\x00 a program", "content-does-not-match-name"),
        (forms.write_tables({})[:-40], "content-does-not-match-name"),
        (entities(), "content-does-not-match-name"),
        (bomb(), "too-large"),
        (saved(Workbook()), "no-table"),
    ],
    ids=["empty", "program", "cut", "entities", "bomb", "another workbook"],
)
def test_refuses_what_is_no_plain_workbook_of_ours(body, code):
    [finding] = refusal_of(body)
    assert finding.code == code


def bring(intake, case_id, body, name="申报表.xlsx"):
    with as_("applicant-kunming"):
        return intake.import_tables(case_id, body=body, name=name, media_type=forms.XLSX)


def test_a_draft_takes_its_tables_from_a_workbook_with_persons_in_the_vault(intake):
    case_id = open_dossier(intake, open_round(intake).id)
    dossier = bring(intake, case_id, forms.write_tables(good_tables()))
    assert "13800000101" not in str(dossier.sections)
    reader = forms.Reader("applicant-kunming", "applicant", "export of the tables")
    assert forms.read_tables(intake.tables_of(dossier, reader)) == good_tables()
    assert {read.purpose for read in intake.vault.reads(case_id=case_id)} == {"export of the tables"}


def test_keeps_confirmations_when_the_same_tables_come_back(intake):
    case_id = prepare(intake)
    assert len(bring(intake, case_id, forms.write_tables(good_tables())).confirmed) == 4


def test_keeps_nothing_of_a_workbook_with_one_fault(wired, intake):
    case_id = open_dossier(intake, open_round(intake).id)
    with pytest.raises(Invalid):
        bring(intake, case_id, edited(put("表2 牵头单位信息", "员工总人数", "12")))
    with pytest.raises(Invalid):
        bring(intake, case_id, forms.write_tables({}), name="申报表.pdf")
    assert wired.database.rows("select version from dossiers") == [(1,)]
    [vault] = [database for database in wired.databases if database is not wired.database]
    assert vault.rows("select count(*) from entries") == [(0,)]


def test_a_dossier_that_was_handed_in_takes_no_tables(intake):
    case_id = hand_in(intake).id
    with pytest.raises(NotInThisState):
        bring(intake, case_id, forms.write_tables(good_tables()))
