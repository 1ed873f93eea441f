"""What is refused of recommendation batches (推荐批次)."""

from __future__ import annotations

from datetime import date

from services.shared.policy.bodies import known_bodies
from services.shared.vocabulary import Finding, Invalid, NotFound, NotInThisState


def letter_used_before(letter_no: str) -> Finding:
    """A resubmitted batch goes under a new letter."""
    return Finding(
        "letter-used-before",
        f"{letter_no} 已用于本批次，重新上报须用新文号",
        f"{letter_no} was used for this batch; a new letter is needed",
        "/letter_no",
        "S4.1.2",
    )


def returned_cases_remain(count: int) -> NotInThisState:
    """A returned batch is given up only when none of its cases waits in it."""
    return NotInThisState(
        Finding(
            "returned-cases-remain",
            f"退回批次中尚有 {count} 件待处理",
            f"{count} cases of the returned batch are still to be dealt with",
            clause="S4.1.2",
        )
    )


def nothing_to_supplement() -> NotInThisState:
    """No case left the batch since its last Annex 3."""
    return NotInThisState(
        Finding("nothing-to-supplement", "没有需要补充说明的变动", "no case left since the last Annex 3", clause="A3")
    )


def no_supplement_drafted() -> NotInThisState:
    """There is no supplementary Annex 3 to sign."""
    return NotInThisState(
        Finding("no-supplement-drafted", "没有待签发的补充汇总表", "no supplementary Annex 3 is drafted", clause="A3")
    )


def no_such_supplement(number: int) -> NotFound:
    """No supplementary Annex 3 of this number was issued."""
    return NotFound(Finding("not-found", f"没有第 {number} 号补充汇总表", f"there is no supplement {number}"))


def case_not_ready(number: str, pointer: str = "") -> Finding:
    """The case has no signed opinion that recommends it, or is no longer being screened."""
    return Finding(
        "case-not-ready",
        f"案件 {number} 没有已签署的同意推荐意见，或已不在初审中",
        f"case {number} has no signed opinion that recommends it, or is no longer being screened",
        pointer,
        "S4.1.2",
    )


def batch_empty() -> Invalid:
    """A batch has at least one case."""
    return Invalid(Finding("batch-empty", "推荐批次至少一件", "a batch has at least one case", "/case_ids", "S4.1.2"))


def case_listed_twice(number: str, pointer: str) -> Finding:
    """The same case stands in the batch twice."""
    return Finding("case-listed-twice", f"案件 {number} 重复", f"case {number} is listed twice", pointer, "A3")


def other_prefecture(number: str, pointer: str) -> Finding:
    """A prefecture recommends its own cases only."""
    return Finding(
        "other-prefecture", f"案件 {number} 不属本州市", f"case {number} is another prefecture's", pointer, "S4.1.2"
    )


def other_round(number: str, pointer: str) -> Finding:
    """A batch is of one round."""
    return Finding("other-round", f"案件 {number} 不属本批次", f"case {number} is of another round", pointer, "S4.0")


def quota_exceeded(prefecture: str, quota: int, wanted: int) -> Finding:
    """The prefecture may recommend so many cases in the round, and no more."""
    return Finding(
        "quota-exceeded",
        f"{known_bodies().get(prefecture, prefecture)}本批次推荐名额 {quota} 个，拟推荐 {wanted} 个",
        f"the quota of {prefecture} in this round is {quota}, this would make {wanted}",
        "/case_ids",
        "S4.1.2",
    )


def annex_3_outdated(number: str, pointer: str) -> Finding:
    """A row of the frozen Annex 3 is no longer what the screening says (check K26)."""
    return Finding(
        "annex-3-outdated",
        f"汇总表中案件 {number} 与现行初审意见不一致，请作废后重新汇总",
        f"the row of case {number} differs from its screening now; cancel the batch and assemble it anew",
        pointer,
        "A3",
    )


def letter_older_than_annex_3(filled_on: date) -> Finding:
    """The letter covers an Annex 3 that was filled in on a later day."""
    return Finding(
        "letter-older-than-annex-3",
        f"行文日期早于汇总表填表日期 {filled_on}",
        f"the letter is older than its Annex 3 of {filled_on}",
        "/letter_date",
        "A3",
    )


def letter_number_taken(letter_no: str) -> Invalid:
    """Another batch of the prefecture went, or goes, under this letter."""
    return Invalid(
        Finding(
            "letter-number-taken",
            f"发文字号 {letter_no} 已用于另一批次",
            f"{letter_no} covers another batch",
            "/letter_no",
            "S4.1.2",
        )
    )
