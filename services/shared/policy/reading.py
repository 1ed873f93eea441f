"""Reads the policy's TOML files and refuses what is not in order: no parameter loads without clause and wording."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.shared.policy.model import BadEdition, Clause, Edition, Parameter

_REQUIRED = frozenset({"value", "clause", "zh"})
_FIELDS = _REQUIRED | {"unit"}


def read_clauses(path: Path) -> tuple[Clause, ...]:
    """All clauses, in the order of the print."""
    return tuple(Clause(clause_id, **text) for clause_id, text in _toml(path).items())


def read_editions(folder: Path) -> tuple[Edition, ...]:
    """All editions of the folder, drafts too, in the order of their dates."""
    house = _parameters(_toml(folder / "house.toml"), "house")
    read: dict[str, Edition] = {}
    for path in sorted(folder.glob("[0-9]*.toml")):  # a base has an earlier date than what builds on it
        read[path.stem] = _edition(path, house, read)
    return tuple(read.values())


def _edition(path: Path, house: Mapping[str, Parameter], earlier: Mapping[str, Edition]) -> Edition:
    content = _toml(path)
    head = content["edition"]
    base = head.get("base")
    if base is not None and base not in earlier:
        raise BadEdition(f"{path.name} builds on {base}, which is no earlier edition")
    below = earlier[base].parameters if base else house
    return Edition(
        id=path.stem,
        title=head["title"],
        document_no=head["document_no"],
        in_force_from=_day(head["in_force_from"], path),
        is_draft=_is_draft(head["status"], path),
        parameters=MappingProxyType({**below, **_parameters(content, "edition")}),
    )


def _parameters(content: Mapping[str, Any], head: str) -> dict[str, Parameter]:
    """Every parameter below the file's head table, whose `ours` says whether the file is the house's own."""
    ours = bool(content[head].get("ours", False))
    tables = ((name, table) for name, table in content.items() if name != head)
    return {found.key: found for name, table in tables for found in _found_in(table, name, ours)}


def _found_in(table: Any, key: str, ours: bool) -> Iterator[Parameter]:
    """The parameter that this table is, if it has a value, and those in the tables inside it."""
    if not isinstance(table, dict):
        raise BadEdition(f"{key} belongs to no parameter")
    fields = {name: inner for name, inner in table.items() if name in _FIELDS} if "value" in table else {}
    if fields:
        if missing := _REQUIRED - fields.keys():
            raise BadEdition(f"{key} lacks {', '.join(sorted(missing))}")
        yield Parameter(key=key, ours=ours, **{**fields, "value": _frozen(fields["value"])})
    for name, inner in table.items():
        if name not in fields:
            yield from _found_in(inner, f"{key}.{name}", ours)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(inner) for name, inner in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value


def _is_draft(status: str, path: Path) -> bool:
    if status not in {"adopted", "draft"}:
        raise BadEdition(f"{path.name} is {status!r}, neither adopted nor draft")
    return status == "draft"


def _day(value: Any, path: Path) -> date:
    if not isinstance(value, date):
        raise BadEdition(f"{path.name} does not say from which day it is in force")
    return value


def _toml(path: Path) -> dict[str, Any]:
    """Numbers with a decimal point become Decimal: money and scores are never floats."""
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
