"""Ways to another body, who goes them, and how they end (行政复议、行政诉讼): S4.0."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The way that the centre went."""

    RECONSIDERATION = "reconsideration"  # 行政复议
    LITIGATION = "litigation"  # 行政诉讼


class Party(StrEnum):
    """Who appeals."""

    CENTRE = "centre"  # 创新中心
    DEPARTMENT = "department"  # 省工业和信息化厅


class Outcome(StrEnum):
    """How the other body decided."""

    UPHELD = "upheld"  # 维持
    CHANGED = "changed"  # 变更
    ANNULLED = "annulled"  # 撤销
    ANNULLED_REDO = "annulled-redo"  # 撤销并责令重作
    UNLAWFUL = "unlawful"  # 确认违法
    ORDERED = "ordered"  # 责令履行
    REJECTED = "rejected"  # 驳回
    ENDED = "ended"  # 终止
    MEDIATED = "mediated"  # 调解结案


ANNULLING = frozenset({Outcome.ANNULLED, Outcome.ANNULLED_REDO})
"""The outcomes after which the decision is as if it had never been made."""
