"""What is refused of opinions and decisions (初审意见)."""

from __future__ import annotations

from datetime import date

from services.shared.vocabulary import Finding, NotInThisState


def served_already(day: date) -> NotInThisState:
    """A decision is served once."""
    return NotInThisState(Finding("served-already", f"已于 {day} 送达", f"it was served on {day}", clause="S4.0"))


def served_before_it_was(day: date) -> Finding:
    """Nothing is served before the prefecture got the case."""
    return Finding(
        "served-too-early", f"送达日期早于收件 {day}", f"before the case came on {day}", "/served_on", "S4.1.2"
    )


def opinion_missing() -> NotInThisState:
    """There is nothing to sign yet."""
    return NotInThisState(
        Finding("no-opinion-drafted", "尚未拟写初审意见", "no opinion has been drafted", clause="S4.1.2")
    )


def opinion_not_positive() -> NotInThisState:
    """The drafted opinion refuses; that is signed as a decision with a document number."""
    return NotInThisState(
        Finding("opinion-not-positive", "所拟意见为不予推荐", "the drafted opinion does not recommend", clause="S4.1.2")
    )


def opinion_not_negative() -> NotInThisState:
    """The drafted opinion recommends; a refusal needs a draft with reasons."""
    return NotInThisState(
        Finding("opinion-not-negative", "所拟意见为同意推荐", "the drafted opinion recommends", clause="S4.1.2")
    )


def opinion_already_signed() -> NotInThisState:
    """The opinion stands; another one has to be drafted to change it."""
    return NotInThisState(
        Finding("opinion-already-signed", "初审意见已签署", "the opinion is signed already", clause="S4.1.2")
    )


def not_an_official_number(pointer: str) -> Finding:
    """The number of an official document is its code, the year in six-corner brackets, and a serial number."""
    return Finding(
        "not-an-official-number",
        "发文字号应为“昆工信〔2026〕12号”的样式（六角括号）",
        "an official number looks like 昆工信〔2026〕12号, with six-corner brackets",
        pointer,
        "S4.1.2",
    )
