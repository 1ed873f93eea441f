"""Reads Annex 1's three tables from a workbook (XLSX). Whatever is wrong is told at once, with pointer and cell."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import load_workbook

from services.intake.forms.sections import load_section
from services.intake.forms.tables import NOTHING, SHEETS, XLSX, Column, Path, Sheet, names_of, plain_header
from services.shared.kernel.contents import check_content, refused
from services.shared.kernel.fields import MAX_FINDINGS, MAX_ITEMS, UNKNOWN, Codes, Day, Integer, Money
from services.shared.vocabulary import Finding, Invalid

MAX_TABLES_BYTES = 4 * 1024 * 1024
"""Bytes of a workbook; 200 member units take a tenth of it."""

_MAX_UNPACKED = 24 * 1024 * 1024
_MAX_COLUMNS = 120


class Cell(NamedTuple):
    """One filled cell: where it is, what it holds, and whether it computes."""

    name: str
    value: Any
    is_formula: bool


class Said(NamedTuple):
    """What a cell says of one field of a section."""

    path: Path
    value: Any
    cell: str


def read_tables(body: bytes, *, accepted_usccs: Collection[str] = ()) -> dict[str, Any]:
    """The sections that a workbook fills in, loaded as drafts. A table whose sheet is missing is left alone.

    Raises Invalid: for a file that is no plain workbook with one finding, else with every finding at once.
    """
    grids = _grids(body)
    if not grids:
        raise refused("no-table", "文件中没有表1、表2或表3", "there is none of the three tables in the file")
    findings: list[Finding] = []
    said: dict[str, list[Said]] = {}
    for sheet, grid in grids:
        said.setdefault(sheet.section, []).extend(_said(sheet, grid, findings))
    loaded: dict[str, Any] = {}
    for section, cells in said.items():
        value, pointers = _built(section, cells)
        try:
            loaded[section] = load_section(section, value, draft=True, accepted_usccs=accepted_usccs)
        except Invalid as refusal:
            findings += [_with_cell(finding, pointers) for finding in refusal.findings]
    if findings:
        raise Invalid(*findings[:MAX_FINDINGS])
    return loaded


def _grids(body: bytes) -> list[tuple[Sheet, list[list[Cell]]]]:
    """The known sheets of the file with their filled cells, row by row."""
    stream = io.BytesIO(body)
    check_content(stream, XLSX)
    with zipfile.ZipFile(stream) as archive:
        if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
            raise refused("too-large", "文件解压后过大", "the file unpacks to too much")
    try:
        book = load_workbook(stream, read_only=True, keep_links=False)
        titles = {plain_header(page.title): page for page in book.worksheets}
        known = [(sheet, titles[plain_header(sheet.title)]) for sheet in SHEETS if plain_header(sheet.title) in titles]
        return [(sheet, list(_rows(sheet, page))) for sheet, page in known]
    except Exception:  # a hostile file may break the library anywhere
        raise refused("content-does-not-match-name", "文件已损坏或不是有效的 XLSX", "not a readable workbook") from None


def _rows(sheet: Sheet, page: Any) -> Iterator[list[Cell]]:
    for row in page.iter_rows(max_row=MAX_ITEMS + 2, max_col=_MAX_COLUMNS):
        filled = [cell for cell in row if cell.value is not None and str(cell.value).strip()]
        if filled:
            yield [Cell(f"{sheet.title}!{cell.coordinate}", cell.value, cell.data_type == "f") for cell in filled]


def _said(sheet: Sheet, grid: list[list[Cell]], findings: list[Finding]) -> Iterator[Said]:
    """What the cells say, by header; headers that are not known or stand twice are findings."""
    columns = {plain_header(column.header): column for column in sheet.columns}
    seen: dict[str, Column] = {}
    headers = (grid[0] if grid else []) if sheet.is_list else [row[0] for row in grid if _column(row[0]) == "A"]
    for header in headers:
        column = columns.get(plain_header(str(header.value)))
        if header.is_formula or column is None or column in seen.values():
            code, zh, en = (UNKNOWN.code, "没有这一项，或重复", "no such field, or it stands twice")
            findings.append(_finding(code, zh, en, f"/{sheet.section}", header.name))
        else:
            seen[_column(header) if sheet.is_list else _row(header)] = column
    for index, row in enumerate(grid[1:] if sheet.is_list else grid):
        for cell in row if sheet.is_list else row[1:2]:
            if column := seen.get(_column(cell) if sheet.is_list else _row(cell)):
                path = (*sheet.at, *((index,) if sheet.is_list else ()), *column.path)
                if failure := _failure(column, cell):
                    findings.append(_finding(*failure, _pointer(sheet.section, path), cell.name))
                else:
                    yield Said(path, _value(column, cell.value), cell.name)


def _failure(column: Column, cell: Cell) -> tuple[str, str, str] | None:
    """Why a cell is not even looked at: it computes, or holds a number where digits are text (codes, phones)."""
    if cell.is_formula:
        return "formula", "单元格含公式，请改为数值或文本", "the cell holds a formula"
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    if is_number and not isinstance(column.field, Integer | Money):
        return "number-not-text", "请将单元格设为文本格式后重填", "the cell must be text, not a number"
    return None


def _value(column: Column, value: Any) -> Any:
    """A cell's value as the form wants it; what does not fit is passed on for the form to refuse."""
    field = column.field
    if isinstance(value, str):
        return _of_text(column, value)
    if isinstance(value, datetime):
        return value.date().isoformat() if isinstance(field, Day) else value.isoformat()
    if isinstance(value, float):
        return str(Decimal(repr(value))) if isinstance(field, Money) else int(value) if value.is_integer() else value
    return value


def _of_text(column: Column, text: str) -> Any:
    """A text as it stands, or the codes of the Chinese names in it."""
    codes = {plain_header(name): code for code, name in names_of(column.field).items()}
    if text.strip() == NOTHING and column.field.allow_none:
        return None
    if isinstance(column.field, Codes):
        parts = [part for part in re.split(r"[、,，;；\n]", text) if part.strip()]
        return [codes.get(plain_header(part), part.strip()) for part in parts]
    return codes.get(plain_header(text), text)


def _built(section: str, cells: list[Said]) -> tuple[Any, dict[str, str]]:
    """The section that the cells make, and the cell of each pointer. Rows that were left empty close up."""
    pointers: dict[str, str] = {}
    root: Any = [] if section == "member_units" else {}
    places: dict[Path, dict[int, int]] = {}
    for said in sorted(cells, key=lambda one: [token if isinstance(token, int) else -1 for token in one.path]):
        path = _closed_up(said.path, places)
        here = root
        for token, following in itertools.pairwise(path):
            here = _inside(here, token, [] if isinstance(following, int) else {})
        here[path[-1]] = said.value
        pointers[_pointer(section, path)] = said.cell
    return root, pointers


def _closed_up(path: Path, places: dict[Path, dict[int, int]]) -> Path:
    closed: list[str | int] = []
    for depth, token in enumerate(path):
        if isinstance(token, int):
            known = places.setdefault(path[:depth], {})
            closed.append(known.setdefault(token, len(known)))
        else:
            closed.append(token)
    return tuple(closed)


def _inside(here: Any, token: str | int, fresh: Any) -> Any:
    if isinstance(token, int):
        if token == len(here):
            here.append(fresh)
        return here[token]
    return here.setdefault(token, fresh)


def _with_cell(finding: Finding, pointers: dict[str, str]) -> Finding:
    """The finding with the cell that it is about, or the one of the list that the field belongs to."""
    at = finding.pointer
    while at and at not in pointers:
        at = at.rpartition("/")[0]
    return _named(finding, pointers[at]) if at else finding


def _finding(code: str, zh: str, en: str, pointer: str, cell: str) -> Finding:
    return _named(Finding(code, zh, en, pointer), cell)


def _named(finding: Finding, cell: str) -> Finding:
    return replace(finding, zh=f"{cell}：{finding.zh}", en=f"{cell}: {finding.en}")


def _pointer(section: str, path: Path) -> str:
    return "/".join(("", section, *(str(token) for token in path)))


def _column(cell: Cell) -> str:
    return re.sub("[0-9]", "", cell.name.rpartition("!")[2])


def _row(cell: Cell) -> str:
    return re.sub("[A-Z]", "", cell.name.rpartition("!")[2])
