"""What the registry refuses, and in which words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from services.shared.vocabulary import Denied, Finding, Invalid, NotInThisState


def not_in(state: str, *allowed: str) -> NotInThisState:
    """The thing is in `state`, and the command needs one of `allowed`."""
    wanted_zh, wanted_en = "、".join(allowed) or "（无）", " or ".join(allowed) or "nothing"
    return NotInThisState(
        Finding("not-in-this-state", f"当前状态为 {state}，需为 {wanted_zh}", f"is {state}, must be {wanted_en}")
    )


def other_track(cleared: str) -> Invalid:
    """A case is listed on the track of its public notice only (S4.2)."""
    return Invalid(
        Finding("other-track", f"该事项公示的类别为 {cleared}", f"the case was cleared for {cleared}", clause="S4.2")
    )


def not_incorporated() -> Invalid:
    """A centre is an independent legal person when it is listed (S3.2.1)."""
    return Invalid(
        Finding(
            "centre-not-incorporated",
            "列入名单时创新中心应已登记为独立法人",
            "the centre must be a legal person when it is listed",
            "/centre_uscc",
            "S3.2.1",
        )
    )


def no_plaque_without_designation() -> NotInThisState:
    """Only designated centres get a plaque (S4.2)."""
    return NotInThisState(
        Finding(
            "plaque-needs-designation",
            "仅对认定的创新中心授牌",
            "only a designated centre gets a plaque",
            clause="S4.2",
        )
    )


def plaque_number_taken(plaque_no: str) -> Invalid:
    """Every plaque has a number of its own."""
    return Invalid(Finding("plaque-number-taken", f"牌匾号 {plaque_no} 已使用", f"{plaque_no} is taken", "/plaque_no"))


def before_listing(listed_on: date) -> Invalid:
    """A qualification is not lost before it began."""
    return Invalid(
        Finding(
            "before-listing",
            f"不得早于列入之日 {listed_on}",
            f"not before the listing on {listed_on}",
            "/effective_on",
            "S4.2",
        )
    )


def year_not_begun(year: int) -> Invalid:
    """Nothing is summed up of a year that has not begun."""
    return Invalid(Finding("year-not-begun", f"{year} 年尚未开始", f"the year {year} has not begun", clause="S4.3"))


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


def drafter_signs(actor: str) -> Denied:
    """Who drafted or scored does not sign."""
    return Denied(Finding("drafter-signs", "经办人不得签发本人办理的事项", f"{actor} drafted it and may not sign it"))


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


def unknown_cause(cause: str) -> Invalid:
    """The edition lists the causes of revocation."""
    return Invalid(
        Finding("unknown-cause", f"取消资格的原因不含 {cause}", f"{cause} is no cause of revocation", "/cause", "S4.3")
    )


def grounds_missing() -> Invalid:
    """Nobody loses a qualification without being told why, and by which clauses (S4.3)."""
    zh, en = "拟取消资格须写明事由和依据条款", "a revocation names its grounds and their clauses"
    return Invalid(Finding("grounds-missing", zh, en, "/grounds", "S4.3"))


def revocation_under_way() -> NotInThisState:
    """One procedure at a time."""
    return NotInThisState(
        Finding("revocation-under-way", "取消资格程序正在进行", "a revocation procedure is under way", clause="S4.3")
    )


def other_cause(cause: str) -> NotInThisState:
    """What is proposed is another cause, or nothing."""
    return NotInThisState(
        Finding(
            "other-cause", f"拟取消的原因为 {cause or '（无）'}", f"proposed is: {cause or 'nothing'}", "/cause", "S4.3"
        )
    )


def statement_period_running(until: str) -> NotInThisState:
    """Nobody loses a qualification unheard (S4.3)."""
    return NotInThisState(
        Finding(
            "statement-period-running",
            f"陈述申辩期至 {until}，尚未听取陈述申辩；如确需提前决定，须由处长书面说明理由",
            f"the statement period runs until {until} and nobody was heard; the division head may say why not to wait",
            clause="S4.3",
        )
    )


def hearing_missing(cause: str) -> NotInThisState:
    """Some causes need a hearing before the decision (S4.3)."""
    return NotInThisState(
        Finding("hearing-missing", f"原因 {cause} 应先举行听证", f"{cause} needs a hearing first", clause="S4.3")
    )


def not_recommendable(findings: Collection[Finding]) -> Invalid:
    """Everything that stands against a recommendation to the ministry."""
    return Invalid(*findings)


def extended_already() -> NotInThisState:
    """More time is given once."""
    return NotInThisState(Finding("extended-already", "期限已延长过一次", "it was extended before", clause="S4.2"))


def in_the_future(day: date, today: date) -> Invalid:
    """What is entered here has been decided and holds; nothing is registered ahead of its day."""
    return Invalid(
        Finding(
            "effective-in-future",
            f"生效日期 {day} 晚于今日 {today}",
            f"{day} is after today, {today}",
            "/effective_on",
            "S4.2",
        )
    )


def before_round(year: int) -> Invalid:
    """No listing before its round was opened."""
    return Invalid(
        Finding(
            "before-round",
            f"不得早于申报批次所在的 {year} 年",
            f"not before the round of {year}",
            "/effective_on",
            "S4.0",
        )
    )


def not_from_the_beginning(day: date | None) -> Invalid:
    """An annulled decision is as if it had never been made."""
    return Invalid(
        Finding(
            "not-from-the-beginning",
            f"被撤销的决定自始无效，应自 {day} 起恢复",
            f"an annulled decision falls from its beginning, {day}",
            "/effective_on",
            "S4.3",
        )
    )


def merged_into_itself() -> Invalid:
    """A merger has two centres."""
    return Invalid(
        Finding("merged-into-itself", "不得与自身合并", "a centre cannot merge into itself", "/other_case_id", "S1.4")
    )


def unknown_subject(subject: str) -> Invalid:
    """The edition lists what may change, and how."""
    return Invalid(
        Finding(
            "unknown-subject", f"变更事项不含 {subject}", f"{subject} is no subject of a change", "/subject", "S4.3"
        )
    )


def fact_not_of_subject(name: str, subject: str) -> Finding:
    """A change touches the facts of its subject only."""
    return Finding(
        "fact-not-of-subject", f"{name} 不属于变更事项 {subject}", f"{name} is no fact of {subject}", "/facts", "S4.3"
    )


def fact_missing(subject: str) -> Finding:
    """A change says what is to change."""
    return Finding("fact-missing", f"变更事项 {subject} 未填写内容", f"{subject} says nothing", "/facts", "S4.3")


def bad_fact(name: str, zh: str, en: str) -> Finding:
    """A fact has a form."""
    return Finding("bad-fact", zh, en, f"/facts/{name}", "S4.3")


def no_opinion_wanted(prefecture: str) -> Invalid:
    """An opinion is given by the prefectures concerned, once each."""
    return Invalid(
        Finding(
            "no-opinion-wanted", f"{prefecture} 无须再出具意见", f"{prefecture} has no opinion to give", clause="S4.1.2"
        )
    )


def upgrade_under_way() -> NotInThisState:
    """One request at a time; while it is examined, cultivation goes on."""
    return NotInThisState(Finding("upgrade-under-way", "培育转认定正在办理", "an upgrade is under way", clause="S4.2"))


def not_cleared() -> NotInThisState:
    """No listing without a closed, clear public notice (S4.2)."""
    return NotInThisState(
        Finding("notice-not-cleared", "公示尚未结束或有异议", "its public notice is not closed clear", clause="S4.2")
    )


def reasons_missing() -> Invalid:
    """A refusal says why, by which clause, and how to object."""
    return Invalid(Finding("reasons-missing", "不予批准应说明理由", "a refusal gives reasons", "/reasons", "S4.3"))


def listed_already(number: str) -> Invalid:
    """A legal person stands on the list once."""
    return Invalid(
        Finding(
            "listed-already",
            f"该法人已以 {number} 列入名单",
            f"this legal person is on the list as {number}",
            clause="S4.2",
        )
    )


def other_prefecture(prefecture: str) -> Denied:
    """Nobody speaks for another prefecture."""
    return Denied(
        Finding(
            "other-prefecture", f"不得代 {prefecture} 出具意见", f"you do not speak for {prefecture}", "/prefecture"
        )
    )
