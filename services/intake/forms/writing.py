"""Writes Annex 1's three tables as a workbook (XLSX): Chinese headers, every text as text, nothing that computes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from services.intake.forms.tables import NOTHING, SHEETS, Column, Path, Sheet, names_of
from services.shared.kernel.fields import Money

_MISSING = object()


def write_tables(sections: Mapping[str, Any]) -> bytes:
    """The workbook of what these sections say so far; empty sections give empty tables to fill in."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        _write(book.create_sheet(sheet.title), sheet, sections.get(sheet.section))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write(page: Worksheet, sheet: Sheet, section: Any) -> None:
    said = _at(section, sheet.at) if section is not None else _MISSING
    records = (said if isinstance(said, list) else []) if sheet.is_list else [said]
    for number, column in enumerate(sheet.columns, 1):
        places = [(1, number), *((row, number) for row in range(2, len(records) + 2))]
        if not sheet.is_list:
            places = [(number, 1), (number, 2)]
        _put(page, places[0], column.header, is_header=True)
        for place, record in zip(places[1:], records, strict=True):
            value = _at(record, column.path)
            if value is not _MISSING:
                _put(page, place, _shown(column, value))
            page.cell(*place).number_format = "@" if not isinstance(value, int) else "0"
    page.freeze_panes = "A2" if sheet.is_list else "B1"
    page.column_dimensions["A"].width = 36


def _put(page: Worksheet, place: tuple[int, int], value: Any, *, is_header: bool = False) -> None:
    """A number as a number, anything else as a text, also where it begins like a formula."""
    cell = page.cell(*place)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    if is_header:
        cell.font = Font(bold=True)


def _shown(column: Column, value: Any) -> Any:
    names = names_of(column.field)
    if value is None:
        return NOTHING
    if isinstance(value, list):
        return "、".join(names.get(code, code) for code in value)
    if isinstance(column.field, Money):
        return Decimal(value)
    return names.get(value, value) if isinstance(value, str) else value


def _at(value: Any, path: Path) -> Any:
    for token in path:
        try:
            value = value[token]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return value
