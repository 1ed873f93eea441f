"""Annex 1's three tables as a workbook: its sheets, and what each header stands for. Derived from the forms.

Tables 1 and 2 are read downwards (a header and its value in each row); the member units of table 1 and the tables 3
are lists with one unit in each row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from services.intake.forms.centre import Centre, MemberRow
from services.intake.forms.figures import YEARS
from services.intake.forms.lead_unit import LeadUnit
from services.intake.forms.member_units import MemberUnit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Column:
    """One field of a table: its header, where it stands in the section (or in a row of it), and what it takes."""

    header: str
    path: Path
    field: ma.fields.Field[Any]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, the section and the list in it that it shows, and its columns."""

    title: str
    section: str
    at: Path
    is_list: bool
    columns: tuple[Column, ...]


def names_of(field: ma.fields.Field[Any]) -> Mapping[str, str]:
    """The codes of a field with their Chinese names; empty where there are none."""
    inner = field.inner if isinstance(field, ma.fields.List) else field
    codes = getattr(inner, "codes", None)
    return codes if isinstance(codes, Mapping) else {}


def plain_header(text: str) -> str:
    """A header as it is compared: without differences of width and spaces, the printed 髙 (U+9AD9) as 高."""
    return "".join(unicodedata.normalize("NFKC", text).replace("髙", "高").split())


def _columns(form: ma.Schema, path: Path = (), above: str = "") -> Iterator[Column]:
    for name, field in form.fields.items():
        label = str(field.metadata.get("label", name))
        header = label if not above or label == above else f"{above} / {label}"
        here = (*path, name)
        if isinstance(field, ma.fields.Nested):
            yield from _columns(_form(field), here, header if not above else label)
        elif isinstance(field, ma.fields.List) and isinstance(field.inner, ma.fields.Nested):
            if name != "members":  # they have a sheet of their own
                for index in range(YEARS):
                    yield from _columns(_form(field.inner), (*here, index), f"{label} {index + 1}")
        else:
            yield Column(header, here, field)


def _form(field: ma.fields.Nested) -> ma.Schema:
    form = field.schema
    assert isinstance(form, ma.Schema)  # noqa: S101  # for the type checker: the property is untyped
    return form


SHEETS = (
    Sheet("表1 创建基本信息", "centre", (), False, tuple(_columns(Centre()))),
    Sheet("表1 成员单位", "centre", ("members",), True, tuple(_columns(MemberRow()))),
    Sheet("表2 牵头单位信息", "lead_unit", (), False, tuple(_columns(LeadUnit()))),
    Sheet("表3 成员单位基本信息", "member_units", (), True, tuple(_columns(MemberUnit()))),
)
"""The sheets in the order of the paper."""

NOTHING = "无"
"""Stands in a cell for a value that there is not (null)."""
