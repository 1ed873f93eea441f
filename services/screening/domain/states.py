"""Where a case stands with its prefecture, and the codes of the process (申报案卷状态)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands with its prefecture; the codes of the process are in `CODES`."""

    DRAFT = "draft"  # 申报单位取回修改
    SUBMITTED = "submitted"  # 已提交（待州市收件）
    PREF_INTAKE = "pref-intake"  # 州市形式审查
    PREF_CORRECTION = "pref-correction"  # 州市要求补正
    PREF_SCREENING = "pref-screening"  # 州市初审
    PREF_NOT_RECOMMENDED = "pref-not-recommended"  # 不予推荐
    RECOMMENDED = "recommended"  # 已行文推荐
    RETURNED_TO_PREF = "returned-to-pref"  # 退回州市
    WITHDRAWN = "withdrawn"  # 申请人撤回
    LAPSED = "lapsed"  # 逾期未补正，视为放弃
    TERMINATED = "terminated"  # 终止办理


CODES = {
    State.DRAFT: "A00",
    State.SUBMITTED: "A05",
    State.PREF_INTAKE: "A10",
    State.PREF_CORRECTION: "A12",
    State.PREF_SCREENING: "A15",
    State.PREF_NOT_RECOMMENDED: "A18",
    State.RECOMMENDED: "A20",
    State.RETURNED_TO_PREF: "A29",
    State.WITHDRAWN: "A90",
    State.LAPSED: "A91",
    State.TERMINATED: "A92",
}

SCREENED = (State.PREF_SCREENING, State.RETURNED_TO_PREF)
"""Where opinions are drafted and signed: in screening, and anew when the province has returned the batch."""

IN_HAND = (
    State.SUBMITTED,
    State.PREF_INTAKE,
    State.PREF_CORRECTION,
    State.PREF_SCREENING,
    State.RETURNED_TO_PREF,
)
"""Where the prefecture has a case, and may suspend it (中止办理)."""

MOVABLE = (State.SUBMITTED, State.PREF_INTAKE, State.PREF_SCREENING)
"""Where a case can still go to another prefecture, or back to its applicant."""

ENDED = (State.PREF_NOT_RECOMMENDED, State.WITHDRAWN, State.LAPSED, State.TERMINATED)
"""The states that nothing leads out of, save a remedy."""
