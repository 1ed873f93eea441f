"""What is refused of questions of jurisdiction (管辖)."""

from __future__ import annotations

from services.shared.vocabulary import Denied, Finding, NotInThisState


def not_a_prefecture(code: str) -> Finding:
    """By the edition nobody of this code recommends."""
    zh, en = f"没有推荐单位 {code}", f"{code} is no recommending body"
    return Finding("not-a-prefecture", zh, en, "/to_prefecture", "S4.1.1")


def own_prefecture() -> Finding:
    """A case is not transferred to where it is."""
    return Finding("own-prefecture", "即为本州市", "that is the case's own prefecture", "/to_prefecture", "S4.1.1")


def jurisdiction_in_question() -> NotInThisState:
    """One question at a time."""
    return NotInThisState(
        Finding("jurisdiction-in-question", "已有管辖异议待决定", "a challenge waits for its decision", clause="S4.1.1")
    )


def jurisdiction_not_in_question() -> NotInThisState:
    """There is nothing to decide."""
    return NotInThisState(
        Finding("jurisdiction-not-in-question", "没有待决定的管辖异议", "nobody challenged it", clause="S4.1.1")
    )


def province_decides_jurisdiction() -> Denied:
    """A case that was transferred once is not sent on by a prefecture."""
    return Denied(
        Finding(
            "province-decides-jurisdiction",
            "已移送过一次，再次移送由省厅指定管辖",
            "it was transferred before; the province decides",
            clause="S4.1.1",
        )
    )
