"""What is refused because of where a thing stands, who asks, or when."""

from __future__ import annotations

from datetime import date

from services.shared.vocabulary import Denied, Finding, Invalid, NotInThisState


def not_in(state: str, *allowed: str) -> NotInThisState:
    """The thing is in `state`, and the command needs one of `allowed`."""
    wanted = "、".join(allowed)
    return NotInThisState(
        Finding("not-in-this-state", f"当前状态为 {state}，需为 {wanted}", f"is {state}, must be {wanted}")
    )


def case_is_suspended(document_no: str) -> NotInThisState:
    """Nothing is done with a case that stands still."""
    zh, en = (
        f"本案已中止办理（{document_no}），恢复后方可继续",
        f"the case is suspended by {document_no}; resume it first",
    )
    return NotInThisState(Finding("case-suspended", zh, en, clause="S4.1.2"))


def not_suspended() -> NotInThisState:
    """Only a suspended case is resumed."""
    return NotInThisState(Finding("not-suspended", "本案未中止办理", "the case is not suspended", clause="S4.1.2"))


def no_such_cause(cause: str) -> Invalid:
    """The edition knows no such cause of a suspension."""
    return Invalid(
        Finding("not-a-cause", f"“{cause}”不是中止办理的事由", f"{cause} suspends no case", "/cause", "S4.1.2")
    )


def has_conflict() -> Denied:
    """Who has an interest in the case keeps away from it."""
    return Denied(
        Finding("conflict-of-interest", "您与本案有利害关系，应当回避", "you have an interest in it", clause="S4.1.2")
    )


def head_orders_recusal() -> Denied:
    """An officer steps aside; only the head keeps another away."""
    return Denied(
        Finding("head-orders-recusal", "他人回避由负责人决定", "the head decides on the recusal of others", "/officer")
    )


def recused_already(officer: str) -> NotInThisState:
    """The officer keeps away already."""
    return NotInThisState(Finding("recused-already", f"{officer} 已回避", f"{officer} is recused already", "/officer"))


def in_the_future(pointer: str, day: date) -> Finding:
    """A day that has been is asked for."""
    return Finding("date-in-future", f"{day} 尚未到来", f"{day} is yet to come", pointer)


def drafter_signs() -> Denied:
    """Who drafted may not sign (separation of duties)."""
    return Denied(
        Finding("drafter-may-not-sign", "起草人不得签发本人起草的文件", "who drafted may not sign", clause="S4.1.2")
    )
