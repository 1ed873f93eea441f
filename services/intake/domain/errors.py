"""What intake refuses, and in which words."""

from __future__ import annotations

from services.shared.vocabulary import Denied, Finding, Invalid, NotFound, NotInThisState


def round_not_open(number: str) -> NotInThisState:
    """The round does not take dossiers now."""
    return NotInThisState(
        Finding("round-not-open", f"批次 {number} 不在受理期内", f"round {number} is not open", clause="S4.0")
    )


def has_conflict() -> Denied:
    """An officer who was recused sees no more of a case than its title (回避)."""
    zh, en = "您已回避本案，不能查阅或办理", "you are recused from this case"
    return Denied(Finding("has-conflict", zh, en, clause="S4.1.2"))


def not_attached(kind: str) -> Invalid:
    """There is no such document of this kind to take away."""
    zh, en = f"附件（{kind}）中没有这一文件", f"there is no such document of the kind {kind}"
    return Invalid(Finding("not-attached", zh, en, "/sha256", "S4.1.1"))


def not_in(state: str, *allowed: str) -> NotInThisState:
    """The thing is in `state`, and the command needs one of `allowed`."""
    wanted = "、".join(allowed)
    return NotInThisState(
        Finding("not-in-this-state", f"当前状态为 {state}，需为 {wanted}", f"is {state}, must be {wanted}")
    )


def closing_is_past(explained: tuple[str, str]) -> NotInThisState:
    """A round is not opened when it is over already."""
    zh, en = explained
    return NotInThisState(
        Finding("closing-is-past", f"截止时间已过，请另行筹备批次。{zh}", f"plan another round. {en}", clause="S4.0")
    )


def not_a_recommending_body(code: str, pointer: str) -> Finding:
    """By the edition nobody of this code recommends."""
    zh, en = f"{code} 不是本版政策规定的推荐单位", f"{code} is no recommending body under this edition"
    return Finding("not-a-recommending-body", zh, en, pointer, "S4.1.2")


def round_number_taken(number: str) -> Invalid:
    """Another round has this number."""
    return Invalid(
        Finding("round-number-taken", f"批次编号 {number} 已被使用", f"there is a round {number} already", "/number")
    )


def attachment_infected(kind: str, name: str = "") -> Finding:
    """A scanner found a virus in it."""
    said = f"《{name}》" if name else "文件"
    return Finding(
        "attachment-infected",
        f"{said}含有病毒，不予接收，请清除后重新上传",
        "a virus was found in the file",
        f"/attachments/{kind}",
        "S4.1.1",
    )


def unknown_kind_of_document(kind: str, known: tuple[str, ...]) -> Invalid:
    """The list of supporting documents has no such kind."""
    return Invalid(
        Finding(
            "unknown-kind-of-document",
            f"附件类别 {kind[:40]} 不存在，可选：{'、'.join(known)}",
            f"there is no kind of document {kind[:40]}; there are {', '.join(known)}",
            "/attachments",
            "S4.1.1",
        )
    )


def not_a_member(uscc: str) -> Denied:
    """The organisation does not stand in the list of member units."""
    return Denied(Finding("not-a-member-unit", f"{uscc} 不在成员单位名单内", f"{uscc} is not a listed member unit"))


def dossier_incomplete(findings: tuple[Finding, ...]) -> Invalid:
    """Checks that stop the submission; all of them."""
    return Invalid(*findings)


def members_unconfirmed(usccs: list[str]) -> Finding:
    """Member units that have not confirmed their own row and table."""
    names = "、".join(usccs)
    return Finding(
        "members-unconfirmed", f"成员单位尚未确认：{names}", f"not yet confirmed: {names}", "/member_units", "S4.1.0"
    )


def another_lead_unit(uscc: str) -> Finding:
    """The dossier names another lead unit than the organisation that opened it."""
    return Finding(
        "another-lead-unit",
        f"申报材料中的牵头单位与提交单位 {uscc} 不一致",
        f"the lead unit in the dossier is not {uscc}, which opened it",
        "/supplement/lead_uscc",
        "S4.1.1",
    )


def another_prefecture(prefecture: str) -> Finding:
    """The dossier names another prefecture than the one that it was opened for."""
    return Finding(
        "another-prefecture",
        f"属地州市与新建申报材料时所选的 {prefecture} 不一致",
        f"the prefecture in the dossier is not {prefecture}, for which it was opened",
        "/supplement/prefecture_code",
        "S4.1.2",
    )


def deadline_not_later() -> Invalid:
    """A round is extended to a later day only."""
    return Invalid(
        Finding("deadline-not-later", "延期日期须晚于原截止日期", "the new date must be later", "/closes_on")
    )


def round_dates_disordered() -> Invalid:
    """A round opens before it closes."""
    return Invalid(Finding("dates-disordered", "截止日期须晚于开始日期", "a round closes after it opens", "/closes_on"))


def members_declined(usccs: list[str]) -> Finding:
    """Member units that say that their own row or table is not right."""
    names = "、".join(usccs)
    return Finding("members-declined", f"成员单位不予确认：{names}", f"declined by: {names}", "/member_units", "S4.1.0")


def uscc_is_right(uscc: str) -> Invalid:
    """A code that passes its check needs nobody's acceptance."""
    zh, en = f"{uscc[:18]} 校验通过，无须放行", f"{uscc[:18]} passes its check and needs no acceptance"
    return Invalid(Finding("uscc-needs-no-acceptance", zh, en, "/uscc", "A1"))


def licence_not_attached() -> Invalid:
    """A code is accepted on the image of the licence, attached to the dossier as `business_licence`."""
    zh, en = "须先上传该单位营业执照（法人证书）影像", "the image of the unit's licence must be attached first"
    return Invalid(Finding("licence-not-attached", zh, en, "/licence", "A1"))


def already_begun() -> NotInThisState:
    """The submission is being worked on; it can be withdrawn, not recalled."""
    zh, en = "主管部门已开始办理，不能撤回修改", "the authority has begun with it, it cannot be recalled"
    return NotInThisState(Finding("already-begun", zh, en, clause="S4.1.2"))


def case_is_suspended(document_no: str) -> NotInThisState:
    """Nothing goes on in a case that stands still; its time does not run either."""
    zh = f"本案已中止办理（{document_no}），期限停止计算，恢复后方可继续"
    en = f"the case is suspended by {document_no}; no time runs until it is resumed"
    return NotInThisState(Finding("case-suspended", zh, en, clause="S4.1.2"))


def answer_too_late(explained: tuple[str, str]) -> NotInThisState:
    """The deadline of the correction is past, though the clock may not have acted yet."""
    zh, en = explained
    return NotInThisState(Finding("answer-too-late", f"已过补正期限。{zh}", f"too late. {en}", clause="S4.1.2"))


def still_in_time(explained: tuple[str, str]) -> NotInThisState:
    """Nothing lapses before its deadline."""
    zh, en = explained
    return NotInThisState(Finding("still-in-time", f"补正期限未到。{zh}", f"not yet. {en}", clause="S4.1.2"))


def earlier_of_another() -> Invalid:
    """Only an earlier dossier of the same lead unit can be copied or superseded."""
    zh, en = "只能沿用本单位以前的申报材料", "only an earlier dossier of the same lead unit will do"
    return Invalid(Finding("earlier-of-another", zh, en, "/earlier", "S4.1.1"))


def earlier_still_open(number: str) -> Invalid:
    """A dossier that still goes on is not superseded."""
    zh, en = f"{number} 尚未办结，不能另行申报替代", f"{number} is not over yet and cannot be superseded"
    return Invalid(Finding("earlier-still-open", zh, en, "/supersedes", "S4.1.1"))


def draft_not_empty() -> NotInThisState:
    """What was written already is not overwritten by a copy."""
    zh, en = "草稿已有内容，不能整体沿用", "the draft has content already, nothing is copied over it"
    return NotInThisState(Finding("draft-not-empty", zh, en, clause="S4.1.1"))


def no_such_snapshot(number: int) -> NotFound:
    """The dossier was not frozen that often."""
    return NotFound(Finding("not-found", f"没有第 {number} 号快照", f"there is no snapshot {number}"))


def unknown_edition(edition_id: str) -> Invalid:
    """There is no edition of the policy under this id."""
    zh, en = f"没有政策版本 {edition_id[:40]}", f"there is no edition {edition_id[:40]} of the policy"
    return Invalid(Finding("unknown-edition", zh, en, "/edition"))


def quota_repeated() -> Invalid:
    """A recommending body has one quota in a round."""
    return Invalid(Finding("quota-repeated", "同一州市名额重复", "a prefecture is listed twice", "/quotas", "S4.1.2"))


def round_cancelled(number: str) -> NotInThisState:
    """A round that is called off stays so."""
    return NotInThisState(Finding("round-cancelled", f"批次 {number} 已取消", f"round {number} was called off"))
