"""What is refused whatever it is about: states, days, signatures, reasons."""

from __future__ import annotations

from datetime import date

from services.shared.vocabulary import Denied, Finding, Invalid, NotInThisState


def not_in(state: str, *allowed: str) -> NotInThisState:
    """The thing is in `state`, and the command needs one of `allowed`."""
    wanted_zh, wanted_en = "、".join(allowed) or "（无）", " or ".join(allowed) or "nothing"
    return NotInThisState(
        Finding("not-in-this-state", f"当前状态为 {state}，需为 {wanted_zh}", f"is {state}, must be {wanted_en}")
    )


def drafter_signs(actor: str) -> Denied:
    """Who drafted or scored does not sign."""
    return Denied(Finding("drafter-signs", "经办人不得签发本人办理的事项", f"{actor} drafted it and may not sign it"))


def in_the_future(day: date, today: date, pointer: str = "/effective_on") -> Invalid:
    """What is entered here has been decided and holds; nothing is registered ahead of its day."""
    return Invalid(
        Finding(
            "effective-in-future",
            f"生效日期 {day} 晚于今日 {today}",
            f"{day} is after today, {today}",
            pointer,
            "S4.2",
        )
    )


def before_round(begun: str) -> Invalid:
    """No listing before its round was opened."""
    return Invalid(
        Finding(
            "before-round",
            f"不得早于申报批次开始的 {begun}",
            f"not before the round of {begun}",
            "/effective_on",
            "S4.0",
        )
    )


def before_cleared(cleared_on: date) -> Invalid:
    """No listing before its public notice closed clear."""
    zh, en = f"不得早于公示无异议之日 {cleared_on}", f"not before its notice closed clear on {cleared_on}"
    return Invalid(Finding("before-cleared", zh, en, "/effective_on", "S4.2"))


def before_document(document_on: date) -> Invalid:
    """A decision does not hold before its document."""
    zh, en = f"不得早于文件成文日期 {document_on}", f"not before the document of {document_on}"
    return Invalid(Finding("before-document", zh, en, "/effective_on", "S4.2"))


def before_listing(listed_on: date) -> Invalid:
    """A qualification is not lost before it began."""
    return Invalid(
        Finding(
            "before-listing",
            f"不得早于列入之日 {listed_on}",
            f"not before the listing on {listed_on}",
            "/effective_on",
            "S4.2",
        )
    )


def reasons_missing() -> Invalid:
    """A refusal says why, by which clause, and how to object."""
    return Invalid(Finding("reasons-missing", "不予批准应说明理由", "a refusal gives reasons", "/reasons", "S4.3"))


def other_prefecture(prefecture: str) -> Denied:
    """Nobody speaks for another prefecture."""
    return Denied(
        Finding(
            "other-prefecture", f"不得代 {prefecture} 出具意见", f"you do not speak for {prefecture}", "/prefecture"
        )
    )


def extended_already() -> NotInThisState:
    """More time is given once."""
    return NotInThisState(Finding("extended-already", "期限已延长过一次", "it was extended before", clause="S4.2"))
