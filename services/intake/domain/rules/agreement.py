"""The forms agree with themselves and are complete: sums, parts and wholes, years, codes, attachments (A1, S4.1.1)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.intake.domain.rules.rule import Fault, Terms, rule
from services.intake.domain.values import Content, figures
from services.shared.vocabulary import PREFECTURES, is_uscc

KINDS = {"enterprise": "企业", "university": "高校", "institute": "科研院所", "other": "其他"}


@rule("K14", "A1", "centre")
def member_counts_match_the_rows(content: Content, _: Terms) -> Iterator[Fault]:
    """成员单位数 by kind is the number of rows of that kind; rows are numbered 1, 2, 3 …, the one lead first.

    No unit is listed twice; two names of one code are told by K23.
    """
    members = content.members
    for kind, name in KINDS.items():
        stated = content.centre.get(f"member_count_{kind}", 0)
        listed = sum(1 for unit in members if unit.kind == kind)
        if stated != listed:
            yield Fault(
                f"成员单位数（{name}）填 {stated} 家，名单中有 {listed} 家",
                f"{stated} members of kind {kind} are stated, {listed} are listed",
                f"/centre/member_count_{kind}",
            )
    listed_above: set[tuple[str, str]] = set()
    for index, unit in enumerate(members, start=1):
        if unit.uscc and (unit.uscc, _plain(unit.name)) in listed_above:
            zh, en = f"第 {index} 行与前面的单位重复", f"row {index} is a unit listed above"
            yield Fault(zh, en, f"{unit.pointer}/uscc")
        listed_above.add((unit.uscc, _plain(unit.name)))
    if [unit.seq for unit in members] != list(range(1, len(members) + 1)):
        yield Fault("成员单位序号应自 1 起连续", "the rows must be numbered 1, 2, 3 …", "/centre/members")
    if [unit.is_lead for unit in members] != [True] + [False] * (len(members) - 1):
        yield Fault("第 1 行应为唯一的牵头单位", "row 1 and no other must be the lead unit", "/centre/members")


@rule("K15", "A1", "cover", "centre", "lead_unit", "member_units", "supplement")
def every_member_has_its_form(content: Content, _: Terms) -> Iterator[Fault]:
    """One table 3 for each row, the lead unit's included; all forms name the same centre, field and lead unit."""
    rows = sorted(unit.uscc for unit in content.members)
    forms = sorted(str(form.get("uscc", "")) for form in content.member_forms)
    if rows != forms:
        yield Fault(
            f"成员单位名单 {len(rows)} 家与成员单位表 {len(forms)} 张不一一对应",
            f"the {len(rows)} listed members and the {len(forms)} forms do not match one to one",
            "/member_units",
        )
    for pointer, ours, theirs in _same_by_name(content):
        if ours and theirs and _plain(ours) != _plain(theirs):
            yield Fault(f"“{ours}”与“{theirs}”不一致", "the same thing has two names in the forms", pointer)


@rule("K16", "A1", "centre")
def staff_by_title_and_degree_add_up(content: Content, _: Terms) -> Iterator[Fault]:
    """中心人数 is the sum by title, and the sum by degree."""
    centre = content.centre
    total = centre.get("staff_total", 0)
    titles = [f"staff_title_{part}" for part in ("senior", "intermediate", "junior", "other")]
    degrees = [f"staff_degree_{part}" for part in ("doctor", "master", "bachelor", "other")]
    for what, en, names in (("职称", "title", titles), ("学位", "degree", degrees)):
        summed = sum(centre.get(name, 0) for name in names)
        if summed != total:
            yield Fault(
                f"按{what}合计 {summed} 人，与中心人数 {total} 人不符",
                f"the staff by {en} add up to {summed}, not to {total}",
                "/centre/staff_total",
            )


@rule("K17", "A1", "centre", "lead_unit", "member_units", "supplement")
def staff_parts_are_not_more_than_the_whole(content: Content, _: Terms) -> Iterator[Fault]:
    """Senior ≤ mid and senior ≤ all, researchers ≤ all, in every unit and in the centre."""
    for unit in content.staffings:
        if not unit.senior_title_up <= unit.mid_title_up <= unit.total:
            yield Fault("应为：高级 ≤ 中级以上 ≤ 总人数", "senior ≤ mid and up ≤ total does not hold", unit.pointer)
        if unit.rd > unit.total:
            yield Fault("研发人员多于总人数", "more researchers than staff", f"{unit.pointer}/rd_staff")
    if content.supplement.get("full_time_rd_staff", 0) > content.centre.get("staff_total", 0):
        pointer = "/supplement/full_time_rd_staff"
        yield Fault("专职研发人员多于中心人数", "more full-time researchers than staff of the centre", pointer)


@rule("K18", "A1", "member_units")
def unit_figures_are_plausible(content: Content, terms: Terms) -> Iterator[Fault]:
    """固定资产 ≤ 资产总额; no foreign share in a 国有独资企业; founded by today.

    An enterprise does not spend more on R&D than it sells for.
    """
    enterprises = {unit.uscc for unit in content.members if unit.kind == "enterprise"}
    for index, form in enumerate(content.member_forms):
        pointer = f"/member_units/{index}"
        if _more(form.get("fixed_assets_wan"), form.get("total_assets_wan")):
            yield Fault("固定资产大于资产总额", "fixed assets exceed total assets", f"{pointer}/fixed_assets_wan")
        if form.get("economic_type") == "wholly_state" and _more(form.get("foreign_share_pct"), "0"):
            where = f"{pointer}/foreign_share_pct"
            yield Fault("国有独资企业不应有外资", "a wholly state-owned company has no foreign share", where)
        if form.get("established_on", "") > terms.today.isoformat():
            yield Fault("注册成立时间晚于今天", "established in the future", f"{pointer}/established_on")
        if form.get("uscc") in enterprises and (years := _years_of_more_research_than_sales(form)):
            told = "、".join(map(str, years))
            zh, en = f"{told} 年研发投入大于销售收入，请核对", f"more spent on R&D than sold in {told}; please compare"
            yield Fault(zh, en, f"{pointer}/rd_spend")


@rule("K19", "A1", "cover", "lead_unit", "member_units")
def years_are_the_last_three(content: Content, terms: Terms) -> Iterator[Fault]:
    """近三年: three consecutive years ending with the year before the round; the form is of the round's own time."""
    length = terms.edition["form.years"]
    wanted = list(range(terms.round_year - length, terms.round_year))
    for pointer, box in content.year_boxes:
        if [figure.year for figure in box] != wanted or not all(figure.is_explained for figure in box):
            years = "、".join(str(year) for year in wanted)
            yield Fault(f"应填 {years} 年，缺数请说明原因", f"the years should be {wanted}, all with amounts", pointer)
    filled = content.cover.get("filled_ym", "")
    if filled > f"{terms.today:%Y-%m}":
        yield Fault("封面年月晚于今天", "the month on the cover lies in the future", "/cover/filled_ym")
    if filled and filled < f"{terms.round_year}-01":
        yield Fault(
            "封面年月早于批次年度", "the month on the cover lies before the year of the round", "/cover/filled_ym"
        )


@rule("K23", "A1", "centre", "member_units", "supplement")
def every_uscc_is_right(content: Content, terms: Terms) -> Iterator[Fault]:
    """Every code passes its check (or was accepted by an officer), and no code stands beside two names."""
    names: dict[str, set[str]] = defaultdict(set)
    for pointer, code, name in content.usccs:
        if not is_uscc(code) and code not in terms.accepted_usccs:
            yield Fault(f"统一社会信用代码 {code} 校验不通过", f"the check character of {code} is wrong", pointer)
        if name and names[code] and _plain(name) not in names[code]:
            yield Fault(f"代码 {code} 对应不同的单位名称", f"{code} stands beside different names", pointer)
        if name:
            names[code].add(_plain(name))


@rule("K24", "S4.1.1", "lead_unit", "supplement")
def lead_unit_is_in_the_prefecture(content: Content, _: Terms) -> Iterator[Fault]:
    """属地: by the region in the lead unit's code, or else by its address; of a body that is no prefecture, nowhere."""
    prefecture = content.supplement.get("prefecture_code", "")
    if prefecture and prefecture not in PREFECTURES:
        return  # a recommending body that is no place
    registered_there = content.supplement.get("lead_uscc", "")[2:6] == prefecture[:4]
    if not registered_there and PREFECTURES.get(prefecture, "?") not in content.lead_unit.get("address", ""):
        yield Fault(
            "牵头单位登记地和地址均不在所选州市，请核实属地",
            "neither the code nor the address of the lead unit lies in the chosen prefecture",
            "/supplement/prefecture_code",
        )


@rule("K25", "S4.1.1")
def required_documents_are_attached(content: Content, terms: Terms) -> Iterator[Fault]:
    """The proofs of the policy are there, texts keep to the printed limits. Unreadable files never get this far."""
    required = dict(terms.edition["attachments.required"])
    if terms.edition.on_track("centre.must_exist_at", content.track) != "apply":
        required.pop("legal_person_certificate", None)
    if _ticks_a_qualification(content):
        required["qualification_proof"] = "资质证明"
    for kind, name in required.items():
        if kind not in terms.attachments:
            yield Fault(f"缺少附件：{name}", f"the attachment {kind} is missing", "/attachments")
    for field, limit in terms.edition["text.limits"].items():
        if len(content.centre.get(field, "")) > limit:
            yield Fault(f"超过 {limit} 字", f"longer than {limit} characters", f"/centre/{field}")


def _years_of_more_research_than_sales(form: Mapping[str, Any]) -> list[int]:
    """The years in which a unit spent more on R&D than it sold for."""
    sold = {figure.year: figure.amount_wan for figure in figures(form, "sales")}
    return [
        figure.year
        for figure in figures(form, "rd_spend")
        if figure.amount_wan is not None and (sales := sold.get(figure.year)) is not None and figure.amount_wan > sales
    ]


def _same_by_name(content: Content) -> Iterator[tuple[str, str, str]]:
    """Pairs of fields that must say the same, with the pointer of the first."""
    cover, centre, lead_name = content.cover, content.centre, content.lead_unit.get("name", "")
    yield "/cover/centre_name", cover.get("centre_name", ""), centre.get("centre_name", "")
    yield "/cover/field_domain", cover.get("field_domain", ""), centre.get("field_domain", "")
    yield "/cover/lead_unit_name", cover.get("lead_unit_name", ""), lead_name
    for unit in content.members[:1]:
        yield f"{unit.pointer}/name", unit.name, lead_name
        yield f"{unit.pointer}/uscc", unit.uscc, content.supplement.get("lead_uscc", "")


def _plain(name: str) -> str:
    """A name without differences of width and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def _more(left: str | None, right: str | None) -> bool:
    return left is not None and right is not None and Decimal(left) > Decimal(right)


def _ticks_a_qualification(content: Content) -> bool:
    return bool(content.lead_unit.get("qualifications")) or any(
        form.get("rd_institution_recognitions") for form in content.member_forms
    )
