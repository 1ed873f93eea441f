"""Supervision (监督): normal, under assessment, rectifying, rechecked, or facing revocation (S4.3)."""

from __future__ import annotations

from enum import StrEnum


class Supervision(StrEnum):
    """The region that assessments, rectifications and revocation procedures move."""

    NORMAL = "normal"  # 正常
    ASSESSING = "assessing"  # 考核评估中; also failed, until rectification is ordered
    RECTIFYING = "rectifying"  # 限期整改
    REASSESSING = "reassessing"  # 整改复核
    REVOCATION_PROPOSED = "revocation-proposed"  # 拟取消（已告知，听取陈述申辩）


CODES = {
    Supervision.NORMAL: "S0",
    Supervision.ASSESSING: "S1",
    Supervision.RECTIFYING: "S2",
    Supervision.REASSESSING: "S3",
    Supervision.REVOCATION_PROPOSED: "S4",
}

MOVES = {
    Supervision.NORMAL: frozenset({Supervision.ASSESSING, Supervision.REVOCATION_PROPOSED}),
    Supervision.ASSESSING: frozenset({Supervision.NORMAL, Supervision.RECTIFYING, Supervision.REVOCATION_PROPOSED}),
    Supervision.RECTIFYING: frozenset({Supervision.REASSESSING, Supervision.REVOCATION_PROPOSED}),
    Supervision.REASSESSING: frozenset({Supervision.NORMAL, Supervision.REVOCATION_PROPOSED}),
    Supervision.REVOCATION_PROPOSED: frozenset[Supervision](),  # dropping it restores what was, it is no move forward
}
