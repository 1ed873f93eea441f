"""What review refuses, and in which words."""

from __future__ import annotations

from services.shared.vocabulary import Denied, Finding, Invalid, NotInThisState


def not_in(state: str, *allowed: str) -> NotInThisState:
    """The thing is in `state`, and the command needs one of `allowed`."""
    wanted = "、".join(allowed)
    zh, en = f"当前状态为 {state}，需为 {wanted}", f"is {state}, must be {wanted}"
    return NotInThisState(Finding("not-in-this-state", zh, en, clause="S4.2"))


def case_is_suspended(document_no: str) -> NotInThisState:
    """Nothing is decided of a case that stands still."""
    zh, en = (
        f"本案已中止办理（{document_no}），恢复后方可继续",
        f"the case is suspended by {document_no}; resume it first",
    )
    return NotInThisState(Finding("case-suspended", zh, en, clause="S4.2"))


def not_suspended() -> NotInThisState:
    """Only a suspended case is resumed."""
    return NotInThisState(Finding("not-suspended", "本案未中止办理", "the case is not suspended", clause="S4.2"))


def drafter_may_not_sign() -> Denied:
    """Whoever drafted a paper does not sign it."""
    return Denied(
        Finding(
            "drafter-may-not-sign", "拟稿人不得签发本人拟写的文件", "whoever drafted it may not sign it", clause="S4.2"
        )
    )


def nothing_drafted(passed: bool) -> NotInThisState:
    """There is no draft with this outcome to sign."""
    zh, en = ("通过", "pass") if passed else ("不通过", "fail")
    return NotInThisState(
        Finding("no-such-draft", f"没有结论为“{zh}”的初审拟稿", f"there is no draft that says {en}", clause="S4.2")
    )


def already_has(zh: str, en: str) -> NotInThisState:
    """The case already has such a thing in hand."""
    return NotInThisState(Finding("already-under-way", f"本案已有{zh}", f"the case already has {en}", clause="S4.2"))


def not_the_one_of_the_case() -> NotInThisState:
    """The panel or site visit is not the one that the case waits for."""
    return NotInThisState(
        Finding("not-of-this-case", "不是本案现行的评审或考核", "this is not what the case waits for", clause="S4.2")
    )


def gate_was_met() -> NotInThisState:
    """After the expert appraisal a case is dropped only when the score lies below the gate."""
    return NotInThisState(
        Finding(
            "score-not-below-gate",
            "专家论证尚未结束或已达最低分，不得在此阶段不予列入",
            "the appraisal is not over, or its score reaches the gate",
            clause="S4.2",
        )
    )


def not_of_the_panel(subject: str) -> Denied:
    """The person has no seat on the panel, or is recused."""
    zh, en = f"{subject} 不是专家组成员或已回避", f"{subject} has no seat on the panel"
    return Denied(Finding("not-of-the-panel", zh, en, clause="S4.2"))


def conflict_not_declared() -> NotInThisState:
    """Nobody scores before saying whether there is a conflict of interest."""
    return NotInThisState(
        Finding(
            "conflict-not-declared",
            "请先申明有无应当回避的情形",
            "declare first whether you have a conflict of interest",
            clause="S4.2",
        )
    )


def conflict_is_known(kinds: tuple[str, ...]) -> Denied:
    """The pool knows of a reason for recusal, whatever the expert declares."""
    zh, en = f"专家库显示应当回避：{'、'.join(kinds)}", f"the pool knows of a conflict of interest: {', '.join(kinds)}"
    return Denied(Finding("conflict-is-known", zh, en, clause="S4.2"))


def sheet_is_in() -> NotInThisState:
    """A score sheet is handed in once and never changed."""
    return NotInThisState(
        Finding("sheet-is-in", "评分表已提交，不得修改", "the score sheet is in and cannot be changed", clause="S4.2")
    )


def another_opinion_is_drafted() -> NotInThisState:
    """What experts sign is one wording."""
    zh, en = "已拟有另一份专家组意见，请签署该意见或重新拟定", "another wording is drafted; sign it, or draft anew"
    return NotInThisState(Finding("another-opinion-drafted", zh, en, clause="S4.2"))


def dissent_is_on_record(subject: str) -> NotInThisState:
    """Nobody signs what the same person has dissented from."""
    zh, en = f"{subject} 已提出不同意见", f"{subject} has dissented"
    return NotInThisState(Finding("dissent-on-record", zh, en, clause="S4.2"))


def sheets_missing(count: int) -> NotInThisState:
    """Experts with a seat have not handed in their sheets."""
    return NotInThisState(
        Finding("sheets-missing", f"尚有 {count} 份评分表未提交", f"{count} score sheets are missing", clause="S4.2")
    )


def not_recused(subject: str) -> NotInThisState:
    """Only the seat of a recused expert is given to another."""
    zh, en = f"{subject} 未申明回避", f"{subject} has not declared a conflict"
    return NotInThisState(Finding("not-recused", zh, en, clause="S4.2"))


def not_an_inspector(subject: str) -> Denied:
    """The person is not of this site visit."""
    zh, en = f"{subject} 不是本次考核人员", f"{subject} is not of this site visit"
    return Denied(Finding("not-an-inspector", zh, en, clause="S4.2"))


def no_such_cause(cause: str) -> Invalid:
    """The edition knows no such cause of a suspension."""
    zh, en = f"“{cause}”不是中止办理的事由", f"{cause} suspends no case"
    return Invalid(Finding("not-a-cause", zh, en, "/cause", "S4.2"))


def notice_still_running() -> NotInThisState:
    """A notice closes when its full period has elapsed, not before."""
    return NotInThisState(
        Finding("notice-still-running", "公示期未满", "the period of the notice has not elapsed", clause="S4.2")
    )


def line_is_out_of_date(number: str, pointer: str = "") -> Finding:
    """What is shown to the public is what would be listed: name, lead unit and track (invariant 3)."""
    zh, en = (
        f"名单中 {number} 的内容与现况不符，须重新拟定名单",
        f"the list no longer says what {number} is proposed as",
    )
    return Finding("list-out-of-date", zh, en, pointer, "S4.2")


def number_is_taken(number: str) -> Invalid:
    """A document number names one document."""
    zh, en = f"文号 {number} 已使用", f"the number {number} is taken"
    return Invalid(Finding("number-taken", zh, en, "/notice_no", "S4.2"))


def unknown_photo() -> Invalid:
    """The photo was not attached to this visit."""
    zh, en = "没有上传过这张照片", "no such photo was attached"
    return Invalid(Finding("unknown-photo", zh, en, "/photo_sha256", "S4.2"))


def invalid(findings: tuple[Finding, ...]) -> Invalid:
    """Everything that is wrong with what was sent."""
    return Invalid(*findings)


def objection_in_time() -> NotInThisState:
    """Only what came too late becomes a complaint."""
    zh, en = "异议未逾期，不得转作举报", "the objection came in time"
    return NotInThisState(Finding("objection-in-time", zh, en, clause="S4.2"))


def respondent_not_heard() -> NotInThisState:
    """Nothing is found against a party that was not asked."""
    zh, en = "尚未听取被异议方意见", "the party objected to has not been asked"
    return NotInThisState(Finding("respondent-not-heard", zh, en, clause="S4.2"))


def no_such_conclusion(*results: str) -> NotInThisState:
    """There is no draft with one of these results to sign."""
    wanted = ", ".join(results)
    zh, en = f"没有结论为 {wanted} 的拟稿", f"no draft says {wanted}"
    return NotInThisState(Finding("no-such-conclusion", zh, en, clause="S4.2"))


def sheet_not_in(subject: str) -> NotInThisState:
    """Only a sheet that was handed in can be voided or dissented from."""
    zh, en = f"{subject} 没有提交评分表", f"{subject} has handed in no sheet"
    return NotInThisState(Finding("sheet-not-in", zh, en, clause="S4.2"))


def pool_too_small(speciality: str) -> Invalid:
    """The pool has nobody left for a seat."""
    zh, en = f"专家库中没有足够的合格专家（{speciality}）", f"the pool has nobody left for a seat of {speciality}"
    return Invalid(Finding("pool-too-small", zh, en, clause="S4.2"))


def unknown_ground() -> Invalid:
    """The edition names no such ground for recusal."""
    zh, en = "没有这一回避情形", "there is no such ground for recusal"
    return Invalid(Finding("unknown-ground", zh, en, "/ground", "S4.2"))
