"""The rules of review: each is named by a sentence that is true of a good case, and says what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from services.review.domain.values import Appraisal, CaseFacts, Expert, NegativeDecision
from services.shared.aggregate import acting_now
from services.shared.calendar import BEIJING
from services.shared.policy import Edition, clauses
from services.shared.vocabulary import Finding, Track

Findings = tuple[Finding, ...]

Conflicts: TypeAlias = Mapping[str, tuple[str, ...]]
"""Kinds of conflict by the subject of the expert."""


def decision_tells_why_and_what_can_be_done(decision: NegativeDecision) -> Findings:
    """A negative decision has reasons, clauses of the policy, the remedy and a document number (invariant 5)."""
    known = {clause.id for clause in clauses()}
    found = []
    if not decision.reasons or not all(reason.strip() for reason in decision.reasons):
        found.append(Finding("reasons-missing", "须写明理由", "reasons are required", "/reasons"))
    if not decision.clauses or not known.issuperset(decision.clauses):
        found.append(Finding("clauses-missing", "须引用政策条款", "cite clauses of the policy", "/clauses"))
    if not decision.remedy.strip():
        found.append(Finding("remedy-missing", "须告知救济途径", "the remedy must be told"))
    if not decision.document_no.strip():
        found.append(Finding("document-no-missing", "须有文号", "a document number is required", "/document_no"))
    return tuple(found)


def day_is_not_in_the_future(day: date, pointer: str) -> Findings:
    """What is recorded as done has been done (local days)."""
    if day <= local_today():
        return ()
    return (Finding("day-in-the-future", "日期不得晚于今天", "the day lies in the future", pointer),)


def local_today() -> date:
    """The local day of the command that is being carried out."""
    return acting_now().at.astimezone(BEIJING).date()


def panel_is_well_composed(experts: Sequence[Expert], edition: Edition, track: Track) -> Findings:
    """Size, odd number, finance, management and outside experts (S4.2; the numbers are ours)."""
    least, share = edition.on_track("expert.min", track), edition["expert.outside_min"]
    outside = sum(expert.outside_province for expert in experts)
    found = []
    if len(experts) < least:
        found.append(_panel("panel-too-small", f"专家不少于 {least} 人", f"at least {least} experts"))
    if edition["expert.odd"] and len(experts) % 2 == 0:
        found.append(_panel("panel-even", "专家人数应为单数", "an odd number of experts"))
    if _count(experts, "finance") < edition["expert.finance_min"]:
        found.append(_panel("panel-lacks-finance", "应有财务专家", "a finance expert is needed"))
    if _count(experts, "management") < edition["expert.management_min"]:
        found.append(_panel("panel-lacks-management", "应有管理专家", "a management expert is needed"))
    if outside * share["denominator"] < len(experts) * share["numerator"]:
        zh, en = "省外专家比例不足", "too few experts from outside the province"
        found.append(_panel("panel-lacks-outsiders", zh, en))
    return tuple(found)


def experts_have_no_known_tie(experts: Sequence[Expert], facts: CaseFacts, screeners: Collection[str]) -> Findings:
    """Nobody sits twice, works for the lead or a member unit, or has checked the case's materials (S4.2)."""
    usccs = {facts.lead_uscc, facts.centre_uscc, *facts.member_usccs} - {""}
    names = {facts.lead_unit_name, facts.centre_name, *facts.member_names}
    subjects = [expert.subject for expert in experts]
    found = []
    for index, expert in enumerate(experts):
        if expert.employer_uscc in usccs or expert.employer in names:
            found.append(_tie("expert-employed-by-applicant", "专家任职于申报方", "works for the applicant", index))
        if expert.subject in screeners:
            found.append(_tie("expert-screened-the-case", "专家参与过本案材料审查", "has screened the case", index))
        if subjects.count(expert.subject) > 1:
            found.append(_tie("expert-named-twice", "专家重复", "is named twice", index))
    return tuple(found)


def experts_are_of_the_pool(subjects: Sequence[str], serving: Collection[str]) -> Findings:
    """Nobody sits whose relations were never declared, or who was taken out of the pool (S4.2; ours)."""
    return tuple(
        _tie("expert-not-in-pool", "专家不在库或已停聘", "is not in the pool, or serves no more", index)
        for index, subject in enumerate(subjects)
        if subject not in serving
    )


def experts_are_not_to_be_avoided(subjects: Sequence[str], avoided: Collection[str]) -> Findings:
    """Nobody sits whom the applicant asked to avoid (S4.2; ours)."""
    return tuple(
        _tie("expert-to-avoid", "申报单位已申请该专家回避", "the applicant asked to avoid this expert", index)
        for index, subject in enumerate(subjects)
        if subject in avoided
    )


def experts_have_no_computed_conflict(experts: Sequence[Expert], conflicts: Conflicts) -> Findings:
    """Nobody sits who is tied to the lead, a member or a rival by what the pool knows (S4.2)."""
    return tuple(
        _tie("expert-has-conflict", f"专家应当回避：{kind}", f"has a conflict of interest: {kind}", index)
        for index, expert in enumerate(experts)
        for kind in conflicts.get(expert.subject, ())
    )


def reaches_the_gate(score: Decimal, edition: Edition) -> bool:
    """Whether the score is enough for the easier track at least; below it a case is not selected (S4.2)."""
    return bool(score >= min(edition.on_track("expert.min_score", track) for track in Track))


def appraisal_carries_the_track(appraisal: Appraisal, edition: Edition, track: Track) -> Findings:
    """The score and the number of experts are enough for the track that is proposed (S4.2)."""
    score, size = edition.on_track("expert.min_score", track), edition.on_track("expert.min", track)
    found = []
    if appraisal.score < score:
        zh, en = f"平均分 {appraisal.score} 低于该类别的 {score} 分", f"{appraisal.score} is below {score} points"
        found.append(Finding("score-below-track", zh, en, "/track", "S4.2"))
    if appraisal.sheets < size:
        zh, en = f"该类别须有 {size} 名以上专家评分", f"this track needs {size} score sheets"
        found.append(Finding("panel-too-small-for-track", zh, en, "/track", "S4.2"))
    return tuple(found)


def designation_was_asked_for(track: Track, track_requested: str) -> Findings:
    """Who asked for cultivation only was not checked against the conditions of designation."""
    if track is not Track.DESIGNATION or track_requested != Track.CULTIVATION:
        return ()
    zh, en = "申报类别为培育，不得拟认定", "the dossier asks for cultivation only"
    return (Finding("designation-not-requested", zh, en, "/track", "S4.2"),)


def inspectors_are_enough(inspectors: Iterable[str], edition: Edition) -> Findings:
    """At least so many different people inspect a site (S4.2; the number is ours)."""
    least = edition["site.min_inspectors"]
    if len(set(inspectors)) >= least:
        return ()
    return (
        Finding(
            "too-few-inspectors", f"考核人员不少于 {least} 人", f"at least {least} inspectors", "/inspectors", "S4.2"
        ),
    )


def _count(experts: Sequence[Expert], speciality: str) -> int:
    return sum(expert.speciality == speciality for expert in experts)


def _panel(code: str, zh: str, en: str) -> Finding:
    return Finding(code, zh, en, "/experts", "S4.2")


def _tie(code: str, zh: str, en: str, index: int) -> Finding:
    return Finding(code, zh, en, f"/experts/{index}", "S4.2")
