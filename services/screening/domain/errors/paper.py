"""What is refused of paper copies (纸质件)."""

from __future__ import annotations

from services.shared.vocabulary import Finding, Invalid, NotInThisState


def paper_missing(copies: int) -> Invalid:
    """The edition asks for paper copies, and so many have not come."""
    return Invalid(
        Finding(
            "paper-copy-missing",
            f"纸质件尚缺 {copies} 份",
            f"{copies} paper copies have not come",
            "/paper_received_on",
            clause="S4.1.1",
        )
    )


def no_paper_yet() -> NotInThisState:
    """Nothing to compare: no paper has come."""
    return NotInThisState(Finding("no-paper-yet", "尚未收到纸质件", "no paper has come yet", clause="S4.1.1"))


def no_mismatch_open() -> NotInThisState:
    """There is no difference to explain."""
    return NotInThisState(Finding("no-mismatch-open", "没有未处理的纸电不一致", "no mismatch is open", clause="S4.1.1"))


def paper_differs(count: int) -> NotInThisState:
    """The paper says something else than the dossier, and nobody has explained it."""
    return NotInThisState(
        Finding(
            "paper-differs",
            f"纸质件与电子件有 {count} 处不一致，尚未处理",
            f"the paper differs from the electronic dossier in {count} open places",
            clause="S4.1.1",
        )
    )
