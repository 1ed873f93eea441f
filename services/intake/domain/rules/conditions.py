"""The conditions that the policy sets on a centre and its lead unit, as far as the forms can show them (S3.2, S3.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from services.intake.domain.rules.rule import Fault, Terms, rule
from services.intake.domain.values import Content, figures
from services.shared.vocabulary import is_uscc

ENTERPRISE = "91"
"""Department and category of an enterprise in a USCC (GB 32100-2015)."""


@rule("K01", "S3.2.2", "centre")
def founding_units_at_least_the_floor(content: Content, terms: Terms) -> Iterator[Fault]:
    """组建单位不少于3家: counted by distinct USCC."""
    floor = terms.edition["founders.min_count"]
    count = len(content.founding_units(lead_counts=terms.edition["founders.lead_counts"]))
    if count < floor:
        yield Fault(
            f"组建单位应不少于 {floor} 家，现有 {count} 家（按统一社会信用代码计）",
            f"at least {floor} founding units are needed, there are {count} distinct ones",
            "/centre/members",
        )


@rule("K02", "S3.2.3", "supplement")
def formation_funds_reach_the_floor(content: Content, terms: Terms) -> Iterator[Fault]:
    """全部组建资金（含研发设备）不少于1000万元: exactly the floor is enough."""
    floor = terms.edition.on_track("capital.min_wan", content.track)
    total = content.money("supplement", "total_formation_funds_wan")
    if total is not None and total < floor:
        yield Fault(
            f"全部组建资金应不少于 {floor} 万元，现为 {total} 万元",
            f"formation funds must be at least {floor} ten-thousand yuan, they are {total}",
            "/supplement/total_formation_funds_wan",
        )


@rule("K03", "S3.2.3", "centre")
def initial_input_reaches_the_floor(content: Content, terms: Terms) -> Iterator[Fault]:
    """前期组建总投入 is another figure than all formation funds: below the floor it is worth a look, no more."""
    floor = terms.edition.on_track("capital.min_wan", content.track)
    initial = content.money("centre", "initial_investment_wan")
    if initial is not None and initial < floor:
        yield Fault(
            f"前期组建总投入 {initial} 万元低于 {floor} 万元，请核对全部组建资金",
            f"the initial input of {initial} ten-thousand yuan is below {floor}; compare the total formation funds",
            "/centre/initial_investment_wan",
        )


@rule("K04", "S3.2.3", "supplement")
def contributions_add_up(content: Content, _: Terms) -> Iterator[Fault]:
    """What the owners pledge is the whole of the formation funds, and equipment is a part of it."""
    total = content.money("supplement", "total_formation_funds_wan")
    pledged = sum((share.pledged_wan for share in content.contributions), Decimal(0))
    if total is not None and pledged != total:
        yield Fault(
            f"各方认缴合计 {pledged} 万元，与全部组建资金 {total} 万元不符",
            f"the pledges add up to {pledged}, not to the {total} of the formation funds",
            "/supplement/contributions",
        )
    equipment = content.money("supplement", "of_which_equipment_wan")
    if total is not None and equipment is not None and equipment > total:
        yield Fault(
            "研发设备大于全部组建资金", "equipment exceeds the formation funds", "/supplement/of_which_equipment_wan"
        )


@rule("K05", "S3.2.1", "supplement")
def centre_is_an_enterprise_of_its_own(content: Content, terms: Terms) -> Iterator[Fault]:
    """企业独立法人: an enterprise (code 91…) that is not the lead unit itself."""
    pointer = "/supplement/centre_uscc"
    code = content.supplement.get("centre_uscc", "")
    if not code:
        if terms.edition.on_track("centre.must_exist_at", content.track) == "apply":
            yield Fault("创新中心应已登记为独立法人", "the centre must exist as a legal person when applying", pointer)
        return
    if not (is_uscc(code) or code in terms.accepted_usccs) or not code.startswith(ENTERPRISE):
        yield Fault("创新中心应为企业法人（代码以 91 开头）", "the centre must be an enterprise (code 91…)", pointer)
    if code == content.supplement.get("lead_uscc"):
        yield Fault("创新中心应独立于牵头单位", "the centre must be a person of its own, not the lead unit", pointer)


@rule("K06", "S3.2.1", "supplement")
def investors_are_diverse(content: Content, terms: Terms) -> Iterator[Fault]:
    """投资主体多元化: several owners, and none has everything."""
    shares: defaultdict[str, Decimal] = defaultdict(Decimal)
    for contribution in content.contributions:
        shares[contribution.uscc] += contribution.pct
    fewest = terms.edition["owners.min_count"]
    if len(shares) < fewest or any(share >= 100 for share in shares.values()):
        yield Fault(
            f"投资主体应多元化：出资单位 {len(shares)} 家",
            f"investors should be diverse: there are {len(shares)} owners, or one holds all",
            "/supplement/contributions",
        )


@rule("K07", "S3.2.1", "plan")
def board_and_management_are_named(content: Content, _: Terms) -> Iterator[Fault]:
    """责权明晰的董事会和经营管理团队: chapters 4 and 5 speak of both; whether well, a person must read."""
    text = content.chapter_text("p4") + content.chapter_text("p5")
    if "董事会" not in text or not any(word in text for word in ("管理团队", "总经理", "经理层")):
        yield Fault(
            "方案第四、五章未见董事会或经营管理团队，请人工核实",
            "chapters 4 and 5 do not speak of a board and a management team; please read them",
            "/plan/p4",
        )


@rule("K08", "S3.2.4", "supplement")
def has_a_core_technology(content: Content, terms: Terms) -> Iterator[Fault]:
    """至少1项核心技术, each aiming at a level that the policy names."""
    fewest, levels = terms.edition["core_tech.min_count"], terms.edition["core_tech.levels"]
    technologies = content.supplement.get("core_technologies", ())
    count = sum(1 for technology in technologies if technology.get("level") in levels)
    if count < fewest:
        yield Fault(
            f"核心技术应至少 {fewest} 项并注明水平，现有 {count} 项",
            f"at least {fewest} core technology with its level is needed, there are {count}",
            "/supplement/core_technologies",
        )


@rule("K09", "S3.2.2", "supplement")
def has_full_time_researchers(content: Content, terms: Terms) -> Iterator[Fault]:
    """有专职研发人员."""
    fewest, count = terms.edition["rd_staff.min_full_time"], content.supplement.get("full_time_rd_staff")
    if count is not None and count < fewest:
        yield Fault(
            f"专职研发人员应不少于 {fewest} 人，现有 {count} 人",
            f"at least {fewest} full-time researchers are needed, there are {count}",
            "/supplement/full_time_rd_staff",
        )


@rule("K10", "S3.2.6", "plan")
def all_mechanisms_are_described(content: Content, terms: Terms) -> Iterator[Fault]:
    """Each of the six mechanisms is ticked, and chapter 5 speaks of it by its first word (管理, 决策 …)."""
    ticked, text = content.plan.get("mechanisms", ()), content.chapter_text("p5")
    for code, name in terms.edition["mechanisms.required"].items():
        if code not in ticked or name.removesuffix("机制") not in text:
            yield Fault(f"运营机制未说明{name}", f"the {code} mechanism is not described", "/plan/mechanisms")


@rule("K11", "S3.2.5", "plan")
def plan_and_organisation_are_written(content: Content, _: Terms) -> Iterator[Fault]:
    """系统可行的发展规划，组织架构: chapters 3 and 4 are not empty."""
    for chapter, title in (("p3", "建设思路"), ("p4", "组建方式")):
        if not content.chapter_text(chapter).strip():
            yield Fault(f"“{title}”一章为空", f"chapter {chapter} is empty", f"/plan/{chapter}")


@rule("K12", "S3.3.1")
def lead_unit_has_carried_out_projects(_: Content, terms: Terms) -> Iterator[Fault]:
    """有承担并完成国家级、省级或行业重点研发项目的经历: proofs are attached; what they prove, a person must read."""
    if "project_proof" not in terms.attachments:
        yield Fault(
            "未附承担重点研发项目证明，请人工核实牵头单位项目经历",
            "no proof of research projects is attached; please look into what the lead unit has carried out",
            "/attachments",
        )


@rule("K13", "S3.3.4", "member_units", "supplement")
def lead_unit_keeps_up_its_research(content: Content, _: Terms) -> Iterator[Fault]:
    """较高或持续研发投入: spending in each of three years, and not falling from year to year."""
    if not (lead := content.lead_form):
        return
    pointer, amounts = f"{lead[0]}/rd_spend", [figure.amount_wan for figure in figures(lead[1], "rd_spend")]
    spent = [amount for amount in amounts if amount]
    if len(spent) < 3:
        yield Fault(
            "牵头单位近三年研发投入不连续", "the lead unit did not spend on R&D in each of three years", pointer
        )
    elif spent[0] > spent[1] > spent[2]:
        yield Fault("牵头单位研发投入逐年下降", "the lead unit's R&D spending falls from year to year", pointer)
