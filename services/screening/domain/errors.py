"""What screening refuses, and in which words."""

from __future__ import annotations

from datetime import date

from services.shared.vocabulary import PREFECTURES, Denied, Finding, Invalid, NotInThisState


def not_in(state: str, *allowed: str) -> NotInThisState:
    """The thing is in `state`, and the command needs one of `allowed`."""
    wanted = "、".join(allowed)
    return NotInThisState(
        Finding("not-in-this-state", f"当前状态为 {state}，需为 {wanted}", f"is {state}, must be {wanted}")
    )


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


def not_a_prefecture(code: str) -> Finding:
    """The sixteen prefectures have codes of their own."""
    return Finding("not-a-prefecture", f"没有州市 {code}", f"{code} is no prefecture", "/to_prefecture", "S4.1.1")


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


def told_once(most: int) -> NotInThisState:
    """Everything that is missing is told at once; there is no further round."""
    return NotInThisState(
        Finding(
            "correction-told-once",
            f"补正应一次性告知，至多 {most} 次",
            f"everything missing is told at once, at most {most} times",
            clause="S4.1.2",
        )
    )


def correction_is_over() -> NotInThisState:
    """The correction was answered, or its time is up."""
    return NotInThisState(
        Finding("correction-is-over", "补正已结束或期限已过", "the correction is over", clause="S4.1.2")
    )


def extended_already(most: int) -> NotInThisState:
    """More time is given so often and no more."""
    return NotInThisState(
        Finding("extended-already", f"补正期限至多延期 {most} 次", f"extended at most {most} times", clause="S4.1.2")
    )


def calendar_unchanged(version: str) -> NotInThisState:
    """The deadline was computed by this calendar already."""
    return NotInThisState(Finding("calendar-unchanged", f"日历仍为 {version}", f"the calendar is still {version}"))


def days_out_of_range(least: int, most: int) -> Invalid:
    """The time for a correction lies between what the edition allows."""
    return Invalid(
        Finding(
            "days-out-of-range",
            f"补正期限应为 {least} 至 {most} 日",
            f"a correction has {least} to {most} days",
            "/days",
            "S4.1.2",
        )
    )


def served_already(day: date) -> NotInThisState:
    """A decision is served once."""
    return NotInThisState(Finding("served-already", f"已于 {day} 送达", f"it was served on {day}", clause="S4.0"))


def served_before_it_was(day: date) -> Finding:
    """Nothing is served before the prefecture got the case."""
    return Finding(
        "served-too-early", f"送达日期早于收件 {day}", f"before the case came on {day}", "/served_on", "S4.1.2"
    )


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


def in_the_future(pointer: str, day: date) -> Finding:
    """A day that has been is asked for."""
    return Finding("date-in-future", f"{day} 尚未到来", f"{day} is yet to come", pointer)


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


def drafter_signs() -> Denied:
    """Who drafted may not sign (separation of duties)."""
    return Denied(
        Finding("drafter-may-not-sign", "起草人不得签发本人起草的文件", "who drafted may not sign", clause="S4.1.2")
    )


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
        f"{PREFECTURES[prefecture]}本批次推荐名额 {quota} 个，拟推荐 {wanted} 个",
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


def not_an_official_number(pointer: str) -> Finding:
    """The number of an official document is its code, the year in six-corner brackets, and a serial number."""
    return Finding(
        "not-an-official-number",
        "发文字号应为“昆工信〔2026〕12号”的样式（六角括号）",
        "an official number looks like 昆工信〔2026〕12号, with six-corner brackets",
        pointer,
        "S4.1.2",
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
