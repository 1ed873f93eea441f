"""What is refused of summaries, assessments, rectifications and recommendations (S4.3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from services.shared.vocabulary import Finding, Invalid, NotInThisState


def year_not_begun(year: int) -> Invalid:
    """Nothing is summed up of a year that has not begun."""
    return Invalid(Finding("year-not-begun", f"{year} 年尚未开始", f"the year {year} has not begun", clause="S4.3"))


def figure_missing(name: str, clause: str) -> Finding:
    """A summary has the figures from which the basic conditions are judged again (S3.2)."""
    return Finding(
        "figure-missing", f"工作总结缺少 {name}", f"the summary says nothing of {name}", f"/figures/{name}", clause
    )


def running_too_briefly(months: int, least: int) -> Invalid:
    """A centre is assessed once it has run for some time (S4.3)."""
    return Invalid(
        Finding(
            "running-too-briefly",
            f"运行满 {least} 个月方可考核，现为 {months} 个月",
            f"has run for {months} months, an assessment needs {least}",
            clause="S4.3",
        )
    )


def already_assessed(year: int) -> Invalid:
    """One assessment a year."""
    return Invalid(
        Finding("already-assessed", f"{year} 年度已安排考核评估", f"{year} has its assessment", "/year", "S4.3")
    )


def not_of_this_year(year: int) -> Invalid:
    """An assessment is held in the year that it is named after."""
    return Invalid(
        Finding("not-of-this-year", f"考核年度应为当年，不是 {year}", f"{year} is not this year", "/year", "S4.3")
    )


def unknown_item(code: str) -> Finding:
    """The scheme has no such item."""
    return Finding("unknown-item", f"评分表没有 {code} 一项", f"the scheme has no {code}", f"/items/{code}", "S4.3")


def item_missing(code: str) -> Finding:
    """Every item of the scheme is scored."""
    return Finding("item-missing", f"{code} 一项未评分", f"{code} is not scored", f"/items/{code}", "S4.3")


def item_over_maximum(code: str, most: Decimal) -> Finding:
    """An item has its maximum."""
    return Finding(
        "item-over-maximum", f"{code} 一项应在 0–{most} 分之间", f"{code} is 0 to {most}", f"/items/{code}", "S4.3"
    )


def total_disagrees(total: Decimal) -> Finding:
    """The total is the sum of the items."""
    return Finding("total-disagrees", f"各项合计为 {total} 分", f"the items add up to {total}", "/score", "S4.3")


def rectification_not_due() -> NotInThisState:
    """Only what failed its assessment is rectified (S4.3)."""
    return NotInThisState(
        Finding(
            "no-failed-assessment", "最近一次考核评估并非不合格", "the latest assessment is not failed", clause="S4.3"
        )
    )


def rectification_off() -> Invalid:
    """The edition knows no rectification: failing leads to revocation at once (S4.3)."""
    return Invalid(
        Finding("rectification-off", "本版政策不设限期整改", "this edition knows no rectification", clause="S4.3")
    )


def not_recommendable(findings: Collection[Finding]) -> Invalid:
    """Everything that stands against a recommendation to the ministry."""
    return Invalid(*findings)


def not_the_latest_assessment() -> NotInThisState:
    """A centre stands where its latest assessment put it; an older one, or one annulled already, moves nothing."""
    zh, en = "该次考核不是中心最近一次考核", "it is not the latest assessment of the centre"
    return NotInThisState(Finding("not-the-latest-assessment", zh, en, clause="S4.3"))


def result_notice_running(until: str) -> NotInThisState:
    """A result that is on public notice is final when the notice is over (S4.3)."""
    zh, en = f"考核结果公示至 {until}", f"the result is on public notice until {until}"
    return NotInThisState(Finding("result-notice-running", zh, en, clause="S4.3"))


def stage_left_out(stage: str) -> NotInThisState:
    """The edition has no such stage between the materials of an assessment and its score (S4.3; ours)."""
    zh, en = f"本版政策的考核评估不设 {stage} 环节", f"an assessment of this edition has no {stage}"
    return NotInThisState(Finding("stage-left-out", zh, en, clause="S4.3"))


def day_not_come(day: date, today: date, pointer: str) -> Finding:
    """A visit or a meeting is recorded after it took place."""
    return Finding("day-in-the-future", f"日期 {day} 晚于今日 {today}", f"{day} is after {today}", pointer, "S4.3")


def too_few_inspectors(least: int) -> Finding:
    """Nobody visits a site alone (S4.3; ours)."""
    zh, en = f"考察人员不少于 {least} 人", f"at least {least} inspectors"
    return Finding("too-few-inspectors", zh, en, "/inspectors", "S4.3")


def only_inspector_records() -> Finding:
    """Whoever records a visit was not alone in seeing it (S4.3; ours)."""
    zh, en = "记录人不得是唯一的考察人员", "whoever records the visit may not be its only inspector"
    return Finding("only-inspector-records", zh, en, "/inspectors", "S4.3")


def before_the_visit(visited_on: date) -> Invalid:
    """What was found at the site is deliberated on after it was found (S4.3; ours)."""
    zh, en = f"综合评议不得早于现场考察日期 {visited_on}", f"not before the site visit of {visited_on}"
    return Invalid(Finding("before-the-visit", zh, en, "/held_on", "S4.3"))
