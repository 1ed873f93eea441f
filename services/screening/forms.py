"""Annex 3 as a clerk prints, seals and sends it: the official table as an XLSX file, made from the frozen document.

In the frozen file the contacts stay empty: they are personal data, and a frozen file cannot forget. They are there in
one that is written for a reader and kept nowhere. The same content and letter give the same bytes, whenever they are
written.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CAUSES = {"withdrawn": "撤回", "rescinded": "撤销推荐", "lapsed": "逾期未补正", "terminated": "终止办理"}
"""Why a case left a batch, in the words of the correction slip."""

_FILLED = {
    "创新中心名称": "centre_name",
    "创新中心牵头单位": "lead_unit_name",
    "创新中心成员单位": "member_names",
    "所属领域": "field_domain_name",
    "研发方向": "rd_direction",
    "联系人": "contact_name",
    "联系电话": "contact_phone",
}
"""What stands in a column; every other column of the edition is left to be filled in by hand."""

_WIDTHS = {"创新中心名称": 24, "创新中心牵头单位": 22, "创新中心成员单位": 34, "研发方向": 34}
_LINE = Side(style="thin")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_STAMP = (1980, 1, 1, 0, 0, 0)
"""The moment that every part of the file carries: none."""


def annex_3_as_xlsx(frozen: Mapping[str, Any], columns: Sequence[str], *, letter_no: str) -> bytes:
    """The printed form of a frozen Annex 3, or of a supplement, with the number of the letter that it goes under.

    `columns` are the headers of the edition, without the running number.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "申报汇总表"
    headers = ["序号", *columns]
    _head(sheet, frozen, letter_no, len(headers))
    _row(sheet, 4, headers, bold=True)
    for at, row in enumerate(frozen["rows"], start=5):
        _row(sheet, at, [str(row["seq"]), *(_cell_of(row, header) for header in columns)])
    _foot(sheet, frozen, 5 + len(frozen["rows"]), len(headers))
    _lay_out(sheet, headers)
    return _same_bytes(book, date.fromisoformat(frozen["filled_on"]))


def _head(sheet: Worksheet, frozen: Mapping[str, Any], letter_no: str, width: int) -> None:
    number = frozen.get("supplement")
    title = f"{frozen['title']}（补充第{number}号）" if number else frozen["title"]
    _across(sheet, 1, title, width, size=18)
    _across(sheet, 2, f"{frozen['recommending_body']}（盖章）", width)
    line = f"发文字号：{letter_no}"
    if number:
        line += f"　　补充 {frozen['supplements_letter']} 所附汇总表"
    _across(sheet, 3, line, width)


def _foot(sheet: Worksheet, frozen: Mapping[str, Any], at: int, width: int) -> None:
    for slip in frozen.get("left", ()):
        _across(sheet, at, f"更正：{slip['number']} 已{CAUSES[slip['cause']]}（{slip['noted_on']}）", width)
        at += 1
    filled_on = date.fromisoformat(frozen["filled_on"])
    day = f"{filled_on.year}年{filled_on.month}月{filled_on.day}日"
    filler = frozen.get("filled_by") or "　　　　　　"
    _across(sheet, at, f"填表人及联系电话：{filler}　　　　填表日期：{day}", width)


def _cell_of(row: Mapping[str, Any], header: str) -> str:
    value = row.get(_FILLED.get(header, ""), "")
    return "、".join(value) if isinstance(value, list) else str(value)


def _row(sheet: Worksheet, at: int, texts: Sequence[str], *, bold: bool = False) -> None:
    for column, text in enumerate(texts, start=1):
        cell = _write(sheet, at, column, text)
        cell.font, cell.border = Font(bold=bold), _BOX
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if bold else None)


def _across(sheet: Worksheet, at: int, text: str, width: int, *, size: int = 11) -> None:
    cell = _write(sheet, at, 1, text)
    cell.font = Font(size=size, bold=size > 11)
    cell.alignment = Alignment(horizontal="center" if size > 11 else None, vertical="center")
    sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=width)


def _write(sheet: Worksheet, at: int, column: int, text: str) -> Any:
    """A cell of text, even where the text begins as a formula would."""
    cell = sheet.cell(row=at, column=column)
    cell.value = text
    if text:
        cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _lay_out(sheet: Worksheet, headers: Sequence[str]) -> None:
    """On A4, across; the headers again on every page."""
    for column, header in enumerate(headers, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(header, 6 if column == 1 else 14)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]  # openpyxl makes one for each sheet
    sheet.print_title_rows = "4:4"
    sheet.freeze_panes = "A5"


def _same_bytes(book: Workbook, day: date) -> bytes:
    """The file without the moments at which it was written: it says the day on which the table was filled in."""
    written, kept = io.BytesIO(), io.BytesIO()
    book.save(written)
    moment = rf"\g<1>{day.isoformat()}T00:00:00Z\g<2>".encode()
    with zipfile.ZipFile(written) as archive, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as anew:
        for member in archive.infolist():
            part = archive.read(member)
            if member.filename == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)", moment, part)
            info = zipfile.ZipInfo(member.filename, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            anew.writestr(info, part)
    return kept.getvalue()
