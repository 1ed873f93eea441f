"""The canonical good dossier: case TC-01 of the demonstration, and changed copies of it."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.shared.vocabulary import is_uscc

CASES = Path(__file__).parents[2] / "deploy" / "demo" / "cases"

MISTYPED_USCC = "91530300MAFAKE051C"  # ends in B when typed right
UNUSUAL_USCC = "N2530100NAFAKE219U"  # valid by the rule, refused by a common library


def demo_case(name: str) -> dict[str, Any]:
    """A demonstration case, such as "tc01", as its file says it."""
    case: dict[str, Any] = deepcopy(_read(name))
    return case


def good_dossier() -> dict[str, Any]:
    """The sections of a dossier that passes every check."""
    sections: dict[str, Any] = demo_case("tc01")["dossier"]
    return sections


def good_attachments() -> frozenset[str]:
    """The kinds of document that lie beside it."""
    return frozenset(attachment["kind"] for attachment in demo_case("tc01")["attachments"])


def changed(pointer: str, value: Any, dossier: dict[str, Any] | None = None) -> dict[str, Any]:
    """A copy of the (good) dossier in which the value at this JSON Pointer is another one."""
    copy = good_dossier() if dossier is None else deepcopy(dossier)
    parent, key = _parent_of(copy, pointer)
    parent[key] = value
    return copy


def without(pointer: str, dossier: dict[str, Any] | None = None) -> dict[str, Any]:
    """A copy of the (good) dossier in which there is nothing at this JSON Pointer."""
    copy = good_dossier() if dossier is None else deepcopy(dossier)
    parent, key = _parent_of(copy, pointer)
    del parent[key]
    return copy


def with_funds(total_wan: str) -> dict[str, Any]:
    """The good dossier with other formation funds, all pledged by two owners, and no equipment."""
    rest = str(Decimal(total_wan) - 1)
    shares = [("91530100MAFAKE019M", rest, "99.00"), ("91310000MAFAKE078X", "1.00", "1.00")]
    pledges = [
        {"uscc": uscc, "form": "cash", "pledged_wan": wan, "paid_in_wan": wan, "pct": pct} for uscc, wan, pct in shares
    ]
    dossier = changed("/supplement/total_formation_funds_wan", total_wan)
    dossier["plan"]["fund_plan"] = [{"year": 2026, "source": "股东现金出资", "amount_wan": total_wan}]
    return changed("/supplement/contributions", pledges, without("/supplement/of_which_equipment_wan", dossier))


def with_units(count: int) -> dict[str, Any]:
    """The good dossier with only its first `count` member units."""
    dossier = good_dossier()
    dossier["centre"]["members"] = dossier["centre"]["members"][:count]
    dossier["member_units"] = dossier["member_units"][:count]
    for kind in ("enterprise", "university", "institute", "other"):
        rows = [row for row in dossier["centre"]["members"] if row["kind"] == kind]
        dossier["centre"][f"member_count_{kind}"] = len(rows)
    return dossier


def with_members(count: int) -> dict[str, Any]:
    """The good dossier with its units repeated under invented names and codes until there are `count` of them."""
    dossier = good_dossier()
    rows, forms = dossier["centre"]["members"], dossier["member_units"]
    patterns = list(zip(rows[1:], forms[1:], strict=True))
    for seq in range(len(rows) + 1, count + 1):
        row, form = patterns[seq % len(patterns)]
        said = {"name": f"{row['name']}第{seq}分院", "uscc": invented_uscc(seq)}
        rows.append({**row, **said, "seq": seq})
        forms.append({**deepcopy(form), **said})
    for kind in ("enterprise", "university", "institute", "other"):
        dossier["centre"][f"member_count_{kind}"] = sum(row["kind"] == kind for row in rows)
    return dossier


def invented_uscc(number: int) -> str:
    """A code of no legal person, with the right check character."""
    return next(code for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if is_uscc(code := f"91530100MAFAKX{number:03}{c}"))


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def _parent_of(document: Any, pointer: str) -> tuple[Any, Any]:
    *path, last = pointer.removeprefix("/").split("/")
    for token in path:
        document = document[int(token)] if isinstance(document, list) else document[token]
    return document, int(last) if isinstance(document, list) else last
