"""Where an objection (公示异议) can stand, what an investigation can come to, and what it is about (S4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where an objection stands."""

    LODGED = "lodged"  # 已提出
    NOT_ADMITTED = "not-admitted"  # 不予受理
    LATE_TO_COMPLAINT = "late-to-complaint"  # 逾期转举报
    TRANSFERRED = "transferred"  # 移送
    ADMITTED = "admitted"  # 受理
    INVESTIGATING = "investigating"  # 核查
    RESPONSE_SOUGHT = "response-sought"  # 听取被异议方意见
    CONCLUDED = "concluded"  # 已有结论
    REPLIED = "replied"  # 已答复
    WITHDRAWN = "withdrawn"  # 异议人撤回


TITLES = {
    State.LODGED: "已提出，受理审查",
    State.NOT_ADMITTED: "不予受理",
    State.LATE_TO_COMPLAINT: "逾期，转举报",
    State.TRANSFERRED: "已移送",
    State.ADMITTED: "已受理",
    State.INVESTIGATING: "核查中",
    State.RESPONSE_SOUGHT: "听取被异议方意见",
    State.CONCLUDED: "已有结论",
    State.REPLIED: "已答复",
    State.WITHDRAWN: "已撤回",
}

SETTLED = frozenset(
    {State.NOT_ADMITTED, State.LATE_TO_COMPLAINT, State.TRANSFERRED, State.CONCLUDED, State.REPLIED, State.WITHDRAWN}
)
"""States in which an objection is open no more."""


class Result(StrEnum):
    """What an investigation came to."""

    SUSTAINED = "sustained"  # 成立
    PARTLY_SUSTAINED = "partly-sustained"  # 部分成立
    NOT_SUSTAINED = "not-sustained"  # 不成立


@dataclass(frozen=True)
class Against:
    """The case objected to, as far as whoever handles the objection needs it."""

    case_id: UUID
    number: str
    centre_name: str
    lead_uscc: str
    notice_id: UUID
    notice_no: str


@dataclass(frozen=True)
class Conclusion:
    """A drafted conclusion: result, what was found, and, when it is sustained, by which reasons and clauses."""

    result: Result
    findings: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    drafted_by: str
