"""What is refused of changes (S4.3; ours)."""

from __future__ import annotations

from services.shared.vocabulary import Finding, Invalid, NotInThisState


def unknown_subject(subject: str) -> Invalid:
    """The edition lists what may change, and how."""
    return Invalid(
        Finding(
            "unknown-subject", f"变更事项不含 {subject}", f"{subject} is no subject of a change", "/subject", "S4.3"
        )
    )


def fact_not_of_subject(name: str, subject: str) -> Finding:
    """A change touches the facts of its subject only."""
    return Finding(
        "fact-not-of-subject", f"{name} 不属于变更事项 {subject}", f"{name} is no fact of {subject}", "/facts", "S4.3"
    )


def fact_missing(subject: str) -> Finding:
    """A change says what is to change."""
    return Finding("fact-missing", f"变更事项 {subject} 未填写内容", f"{subject} says nothing", "/facts", "S4.3")


def bad_fact(name: str, zh: str, en: str) -> Finding:
    """A fact has a form."""
    return Finding("bad-fact", zh, en, f"/facts/{name}", "S4.3")


def no_opinion_wanted(prefecture: str) -> Invalid:
    """An opinion is given by the prefectures concerned, once each."""
    return Invalid(
        Finding(
            "no-opinion-wanted", f"{prefecture} 无须再出具意见", f"{prefecture} has no opinion to give", clause="S4.1.2"
        )
    )


def corrected_already() -> NotInThisState:
    """All that is missing is told once."""
    zh, en = "补正事项应一次性告知，本件已要求补正", "all that is missing is told once, and it was"
    return NotInThisState(Finding("corrected-already", zh, en, clause="S4.1.2"))
