"""Where a recommendation batch stands."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a batch stands."""

    ASSEMBLED = "assembled"  # 已汇总
    SIGNED = "signed"  # 已签发
    SUBMITTED = "submitted"  # 已上报
    RETURNED = "returned"  # 已退回
    CANCELLED = "cancelled"  # 已作废
