"""Qualification (资格): what a centre is listed for, if anything; one at a time (S4.2, S4.3)."""

from __future__ import annotations

from enum import StrEnum

from services.shared.vocabulary import Track


class Qualification(StrEnum):
    """The region of the centre that others ask about."""

    CLEARED = "cleared"  # 公示无异议，待发文: not listed yet
    CULTIVATION = "cultivation"  # 培育（试点）
    DESIGNATED = "designated"  # 认定
    REVOKED = "revoked"  # 已取消资格
    EXITED = "exited"  # 自愿退出
    EXPIRED = "expired"  # 培育期满
    DISSOLVED = "dissolved"  # 主体注销、破产终结
    MERGED = "merged"  # 并入他中心


CODES = {
    Qualification.CULTIVATION: "Q1",
    Qualification.DESIGNATED: "Q2",
    Qualification.REVOKED: "Q3",
    Qualification.EXITED: "Q4",
    Qualification.EXPIRED: "Q5",
    Qualification.DISSOLVED: "Q6",
    Qualification.MERGED: "Q7",
}

LISTED = frozenset({Qualification.CULTIVATION, Qualification.DESIGNATED})
"""The qualifications that a centre on the list (名单) has."""

_ENDS = frozenset({Qualification.REVOKED, Qualification.EXITED, Qualification.DISSOLVED, Qualification.MERGED})

MOVES = {
    Qualification.CLEARED: LISTED,
    Qualification.CULTIVATION: _ENDS | {Qualification.DESIGNATED, Qualification.EXPIRED},
    Qualification.DESIGNATED: _ENDS,
    Qualification.REVOKED: frozenset[Qualification](),  # an annulment restores what was, it is no move forward
    Qualification.EXITED: frozenset[Qualification](),
    Qualification.EXPIRED: frozenset[Qualification](),
    Qualification.DISSOLVED: frozenset[Qualification](),
    Qualification.MERGED: frozenset[Qualification](),
}

LOST = _ENDS | {Qualification.EXPIRED}
"""What a centre is after it was listed."""

OF_TRACK = {Track.DESIGNATION: Qualification.DESIGNATED, Track.CULTIVATION: Qualification.CULTIVATION}
"""What a case cleared on a track is listed as."""
