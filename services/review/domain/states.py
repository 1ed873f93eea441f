"""The states of a case in review, with their codes and Chinese names, and the stages at which it can end (S4.2)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands in review; the codes of the process are in `CODES`, the Chinese names in `TITLES`."""

    RECOMMENDED = "recommended"
    PROV_INTAKE = "prov-intake"
    PROV_CORRECTION = "prov-correction"
    RETURNED_TO_PREF = "returned-to-pref"
    NOT_RECOMMENDED = "not-recommended"
    PRE_REVIEW = "pre-review"
    PRE_REVIEW_FAILED = "pre-review-failed"
    EXPERT_APPRAISAL = "expert-appraisal"
    SITE_INSPECTION = "site-inspection"
    COMPREHENSIVE = "comprehensive"
    NOT_SELECTED = "not-selected"
    PROPOSED = "proposed"
    PUBLIC_NOTICE = "public-notice"
    NOTICE_HELD = "notice-held"
    NOTICE_CLEARED = "notice-cleared"
    OBJECTION_SUSTAINED = "objection-sustained"
    LISTED = "listed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"


CODES = {
    State.RECOMMENDED: "A20",
    State.PROV_INTAKE: "A25",
    State.PROV_CORRECTION: "A27",
    State.RETURNED_TO_PREF: "A29",
    State.NOT_RECOMMENDED: "A18",
    State.PRE_REVIEW: "A30",
    State.PRE_REVIEW_FAILED: "A32",
    State.EXPERT_APPRAISAL: "A40",
    State.SITE_INSPECTION: "A50",
    State.COMPREHENSIVE: "A60",
    State.NOT_SELECTED: "A65",
    State.PROPOSED: "A70",
    State.PUBLIC_NOTICE: "A75",
    State.NOTICE_HELD: "A77",
    State.NOTICE_CLEARED: "A78",
    State.OBJECTION_SUSTAINED: "A79",
    State.LISTED: "A80",
    State.WITHDRAWN: "A90",
    State.LAPSED: "A91",
    State.TERMINATED: "A92",
}

TITLES = {
    State.RECOMMENDED: "已行文推荐",
    State.PROV_INTAKE: "省级收件登记",
    State.PROV_CORRECTION: "省级要求补正",
    State.RETURNED_TO_PREF: "退回州市",
    State.NOT_RECOMMENDED: "不予推荐",
    State.PRE_REVIEW: "材料初审",
    State.PRE_REVIEW_FAILED: "材料初审不通过",
    State.EXPERT_APPRAISAL: "专家论证",
    State.SITE_INSPECTION: "现场考核",
    State.COMPREHENSIVE: "综合评估",
    State.NOT_SELECTED: "不予列入",
    State.PROPOSED: "拟认定或拟培育",
    State.PUBLIC_NOTICE: "公示中",
    State.NOTICE_HELD: "公示异议核查（中止）",
    State.NOTICE_CLEARED: "公示无异议",
    State.OBJECTION_SUSTAINED: "异议成立，不予列入",
    State.LISTED: "已列入名单",
    State.WITHDRAWN: "申请人撤回",
    State.LAPSED: "逾期未补正，视为放弃",
    State.TERMINATED: "终止办理",
}

ENDED = frozenset(
    {
        State.NOT_RECOMMENDED,
        State.PRE_REVIEW_FAILED,
        State.NOT_SELECTED,
        State.OBJECTION_SUSTAINED,
        State.LISTED,
        State.WITHDRAWN,
        State.LAPSED,
        State.TERMINATED,
    }
)

MATERIAL_CHECK, EXPERT_PANEL, COMPREHENSIVE_ASSESSMENT = "material_check", "expert_panel", "comprehensive_assessment"
"""Stages at which a case can end, by the keys of `review.stages` of the edition."""

PUBLIC_NOTICE = "public_notice"
"""The stage at which a sustained objection ends a case."""
