"""The plan and the figures that belong to it agree with each other (A1, A2). These checks are ours, beside K01–K27."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from services.intake.domain.rules.rule import Fault, Terms, rule
from services.intake.domain.values import Content

POSTCODES = ("65", "66", "67")
"""How the postcodes of Yunnan begin."""


@rule("K28", "A2", "plan", "supplement")
def fund_plan_is_the_whole_of_the_funds(content: Content, _: Terms) -> Iterator[Fault]:
    """资金计划合计 is 全部组建资金."""
    total = content.money("supplement", "total_formation_funds_wan")
    planned = sum((Decimal(row.get("amount_wan", "0")) for row in content.plan.get("fund_plan", ())), Decimal(0))
    if total is not None and planned != total:
        yield Fault(
            f"资金计划合计 {planned} 万元，与全部组建资金 {total} 万元不符",
            f"the fund plan adds up to {planned}, not to the {total} of the formation funds",
            "/plan/fund_plan",
        )


@rule("K29", "A2", "plan")
def milestones_leave_no_gap(content: Content, _: Terms) -> Iterator[Fault]:
    """分年度建设步骤 follow on each other: no month of the construction period lies between two of them."""
    steps = sorted((row["starts"], row["ends"]) for row in content.plan.get("milestones", ()) if row.keys() >= _ENDS)
    reached = ""
    for (_, ends), (starts, _) in pairwise(steps):
        reached = max(reached, ends)
        if _months(starts) > _months(reached) + 1:
            yield Fault(
                f"建设步骤在 {reached} 与 {starts} 之间有空档",
                f"no step of the construction lies between {reached} and {starts}",
                "/plan/milestones",
            )


@rule("K30", "A1", "centre")
def expected_patents_are_counted(content: Content, _: Terms) -> Iterator[Fault]:
    """预期成果类型 专利 goes with a number of expected patents."""
    numbers = (content.centre.get(f"expected_{where}_patents", 0) for where in ("foreign", "domestic"))
    if "patent" in content.centre.get("expected_result_types", ()) and not sum(numbers):
        yield Fault(
            "预期成果含专利，预期发明专利数却为 0",
            "patents are expected, but none is counted",
            "/centre/expected_domestic_patents",
        )


@rule("K31", "A1", "centre")
def centre_has_a_postcode_of_the_province(content: Content, _: Terms) -> Iterator[Fault]:
    """邮编: the centre has its address in Yunnan."""
    code = content.centre.get("centre_postcode", "")
    if code and not code.startswith(POSTCODES):
        yield Fault(f"邮编 {code} 不属云南省", f"{code} is no postcode of Yunnan", "/centre/centre_postcode")


@rule("K32", "S3.2.3", "supplement")
def shares_are_plausible(content: Content, _: Terms) -> Iterator[Fault]:
    """占比合计 100%; nobody has paid in more than was pledged."""
    rows = content.supplement.get("contributions", ())
    total = sum((Decimal(row.get("pct", "0")) for row in rows), Decimal(0))
    if rows and total != 100:
        yield Fault(f"出资占比合计 {total}%，应为 100%", f"the shares add up to {total} %", "/supplement/contributions")
    for index, row in enumerate(rows):
        if Decimal(row.get("paid_in_wan", "0")) > Decimal(row.get("pledged_wan", "0")):
            where = f"/supplement/contributions/{index}/paid_in_wan"
            yield Fault("实缴大于认缴", "more is paid in than was pledged", where)


_ENDS = {"starts", "ends"}


def _months(month: str) -> int:
    """A month such as 2026-05, counted from the year 0."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number)
