"""What the rules need to know of a dossier: a typed, read-only view over its sections.

Sections and fields may be missing, as in a draft; what is not there is None, zero or empty here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from services.shared.vocabulary import Track

SECTION_TITLES = {
    "cover": "申报书封面",
    "centre": "创新中心创建基本信息表",
    "lead_unit": "牵头单位信息表",
    "member_units": "成员单位基本信息表",
    "plan": "建设方案计划书",
    "supplement": "系统补充信息",
}
"""The sections of a dossier in the order of the paper, with their official Chinese titles."""

UNSCANNED, INFECTED = "unscanned", "infected"
"""What is known of an attachment that no scanner has looked at, and of one that has a virus."""

ATTACHMENT_KINDS = {
    "legal_person_certificate": "创新中心独立法人资格证书复印件",
    "cooperation_agreement": "成员单位之间相关合作协议（共建协议）",
    "capital_plan": "资金组建方案",
    "rules": "各项规章制度",
    "qualification_proof": "资质证明",
    "project_proof": "承担重点研发项目证明",
    "business_licence": "单位营业执照（法人证书）影像",
    "other": "其他证明材料",
}
"""Kinds of supporting document (证明材料, clause S4.1.1); the edition says which are required."""

REFERENCE = "pii_ref"
"""Stands in a section in the place of a person's data; the vault knows what it refers to."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Lacking:
    """The required fields (JSON Pointers) that a section left out when it was saved, by which version of the forms."""

    forms: str
    pointers: tuple[str, ...]


@dataclass(frozen=True)
class MemberUnit:
    """A row of 成员单位名称 in table 1."""

    pointer: str
    seq: int
    name: str
    uscc: str
    kind: str
    is_lead: bool


@dataclass(frozen=True)
class Contribution:
    """What one owner brings in: amounts in 万元, its share in per cent."""

    pointer: str
    uscc: str
    pledged_wan: Decimal
    pct: Decimal


@dataclass(frozen=True)
class Staffing:
    """Head counts of one unit, from table 2 or 3."""

    pointer: str
    total: int
    mid_title_up: int
    senior_title_up: int
    rd: int


@dataclass(frozen=True)
class YearFigure:
    """One year's amount in 万元, or None with the applicant's note why."""

    year: int
    amount_wan: Decimal | None
    note: str = ""

    @property
    def is_explained(self) -> bool:
        """Whether there is an amount, or else a reason for having none."""
        return self.amount_wan is not None or bool(self.note)


class Content:
    """The sections of a dossier as the rules read them."""

    def __init__(self, sections: Mapping[str, Any]) -> None:
        self._sections = sections
        self.cover: Mapping[str, Any] = sections.get("cover") or _NOTHING
        self.centre: Mapping[str, Any] = sections.get("centre") or _NOTHING
        self.lead_unit: Mapping[str, Any] = sections.get("lead_unit") or _NOTHING
        self.member_forms: tuple[Mapping[str, Any], ...] = tuple(sections.get("member_units") or ())
        self.plan: Mapping[str, Any] = sections.get("plan") or _NOTHING
        self.supplement: Mapping[str, Any] = sections.get("supplement") or _NOTHING

    def has(self, section: str) -> bool:
        """Whether the section is there and not empty."""
        return bool(self._sections.get(section))

    @property
    def track(self) -> Track:
        """The track by whose conditions the dossier is judged; 认定或培育 by the lighter ones of cultivation."""
        asked = self.supplement.get("track_requested")
        return Track.DESIGNATION if asked == Track.DESIGNATION else Track.CULTIVATION

    @property
    def members(self) -> tuple[MemberUnit, ...]:
        """The rows of table 1, the lead unit first."""
        return tuple(
            MemberUnit(
                f"/centre/members/{index}",
                row.get("seq", 0),
                row.get("name", ""),
                row.get("uscc", ""),
                row.get("kind", ""),
                row.get("role") == "lead",
            )
            for index, row in enumerate(self.centre.get("members", ()))
        )

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """What the owners bring in."""
        return tuple(
            Contribution(
                f"/supplement/contributions/{index}",
                row.get("uscc", ""),
                Decimal(row.get("pledged_wan", "0")),
                Decimal(row.get("pct", "0")),
            )
            for index, row in enumerate(self.supplement.get("contributions", ()))
        )

    @property
    def staffings(self) -> tuple[Staffing, ...]:
        """The head counts of table 2 and of every table 3 that gives a total."""
        forms = [("/lead_unit", self.lead_unit)]
        forms += [(f"/member_units/{index}", form) for index, form in enumerate(self.member_forms)]
        return tuple(_staffing(pointer, form) for pointer, form in forms if "staff_total" in form)

    @property
    def usccs(self) -> tuple[tuple[str, str, str], ...]:
        """Every code in the dossier with its pointer and the name beside it ("" where none is written)."""
        found = [
            ("/supplement/lead_uscc", self.supplement.get("lead_uscc", ""), self.lead_unit.get("name", "")),
            ("/supplement/centre_uscc", self.supplement.get("centre_uscc", ""), self.centre.get("centre_name", "")),
        ]
        found += [(f"{unit.pointer}/uscc", unit.uscc, unit.name) for unit in self.members]
        found += [
            (f"/member_units/{index}/uscc", form.get("uscc", ""), form.get("name", ""))
            for index, form in enumerate(self.member_forms)
        ]
        found += [(f"{share.pointer}/uscc", share.uscc, "") for share in self.contributions]
        return tuple(entry for entry in found if entry[1])

    @property
    def year_boxes(self) -> tuple[tuple[str, tuple[YearFigure, ...]], ...]:
        """Every box of three years' figures (sales, R&D spend) with its pointer."""
        boxes = [("/lead_unit/sales", figures(self.lead_unit, "sales"))] if "sales" in self.lead_unit else []
        for index, form in enumerate(self.member_forms):
            for name in ("sales", "rd_spend"):
                if name in form:
                    boxes.append((f"/member_units/{index}/{name}", figures(form, name)))
        return tuple(boxes)

    @property
    def lead_form(self) -> tuple[str, Mapping[str, Any]] | None:
        """The table 3 of the lead unit, with its pointer."""
        lead = self.supplement.get("lead_uscc")
        for index, form in enumerate(self.member_forms):
            if lead and form.get("uscc") == lead:
                return f"/member_units/{index}", form
        return None

    def founding_units(self, *, lead_counts: bool) -> frozenset[str]:
        """The distinct legal persons that found the centre: a unit is its USCC, never its name."""
        return frozenset(unit.uscc for unit in self.members if unit.uscc and (lead_counts or not unit.is_lead))

    def money(self, section: str, name: str) -> Decimal | None:
        """An amount of money in 万元."""
        text = (self._sections.get(section) or _NOTHING).get(name)
        return None if text is None else Decimal(text)

    def chapter_text(self, chapter: str) -> str:
        """All passages of one chapter of the plan."""
        return "\n".join(self.plan.get(chapter, _NOTHING).values())


def figures(form: Mapping[str, Any], name: str) -> tuple[YearFigure, ...]:
    """The years of one box, earliest first."""
    rows = sorted(form.get(name, ()), key=lambda row: int(row.get("year", 0)))
    return tuple(YearFigure(row.get("year", 0), _amount(row.get("amount_wan")), row.get("note", "")) for row in rows)


def said_of(uscc: str, sections: Mapping[str, Any]) -> list[Any]:
    """What a draft says of one unit: its rows of table 1 and its tables 3, without references to personal data."""
    rows = (sections.get("centre") or _NOTHING).get("members", ())
    forms = sections.get("member_units") or ()
    return [_without_references(said) for said in (*rows, *forms) if said.get("uscc") == uscc]


def _without_references(value: Any) -> Any:
    """References change whenever a section is saved; whether what they stand for has changed, the vault alone knows."""
    if isinstance(value, list):
        return [_without_references(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_references(inner) for name, inner in value.items() if name != REFERENCE}
    return value


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _staffing(pointer: str, form: Mapping[str, Any]) -> Staffing:
    return Staffing(
        pointer,
        form["staff_total"],
        form.get("staff_mid_title_up", 0),
        form.get("staff_senior_title_up", 0),
        form.get("rd_staff", 0),
    )
