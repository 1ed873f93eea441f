"""What if another edition had bound the round: appraisals and proposals judged again from the log, nothing written.

The score is made anew from what the experts entered, where the other edition's scheme takes it; else it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from services.review.application import ProvincialReview
from services.review.domain import rules
from services.review.domain.figures import aggregated
from services.review.domain.panel import Panel
from services.review.domain.review import Review
from services.review.domain.scheme import Scheme, scheme_for
from services.review.domain.states import ENDED
from services.review.domain.values import Appraisal, ScoreSheet
from services.shared.kernel.what_if import Judged, decisions
from services.shared.policy import Edition

_APPRAISED = (Review.ExpertAppraisalCompleted.TOPIC, Review.ExpertAppraisalFailed.TOPIC)
_PROPOSED = Review.Proposed.TOPIC
_GATE = "expert.min_score"


def judged_again(review: ProvincialReview, other: Edition) -> Iterator[Judged]:
    """Whether each appraisal would reach the gate of the other edition, and each proposal its track (S4.2)."""
    for case, at, topic in decisions(review, *_APPRAISED, _PROPOSED):
        if case.appraisal is None:
            continue
        appraisal = _scored_by(review, case.appraisal, other)
        if topic in _APPRAISED:
            was, would_be = topic == _APPRAISED[0], rules.reaches_the_gate(appraisal.score, other)
            words = "过线" if was else "未过线", "过线" if would_be else "未过线"
            yield _judged(review, case, at, topic, other, words, (other.parameter(_GATE).clause,), appraisal.score)
        else:
            found = rules.appraisal_carries_the_track(appraisal, other, case.proposal.track)
            words = "拟列入", "不得拟列入" if found else "拟列入"
            clauses = tuple(sorted({finding.clause for finding in found}))
            yield _judged(review, case, at, topic, other, words, clauses, appraisal.score)


def _scored_by(review: ProvincialReview, appraisal: Appraisal, other: Edition) -> Appraisal:
    panel = review.find(Panel, appraisal.panel_id)
    sheets = list(panel.sheets.values()) if panel else []
    if panel is None or not sheets or len(sheets) != appraisal.sheets:  # a sheet was voided since
        return appraisal
    totals = [_total_of(sheet, scheme_for(other, panel.track, panel.facts.field_domain)) for sheet in sheets]
    if None in totals:
        return appraisal
    return replace(appraisal, score=aggregated([total for total in totals if total is not None], other))


def _total_of(sheet: ScoreSheet, scheme: Scheme) -> Decimal | None:
    """What a sheet comes to by the scheme; None when the scheme does not take what was entered."""
    given = {item.code: item.points if item.given is None else item.given for item in sheet.items}
    reasons = {item.code: item.reason for item in sheet.items if item.reason}
    if scheme.misfits(given, reasons):
        return None
    return scheme.total_of(scheme.scored(given, reasons))


def _judged(
    review: ProvincialReview,
    case: Review,
    at: datetime,
    act: str,
    other: Edition,
    words: tuple[str, str],
    clauses: tuple[str, ...],
    score: Decimal,
) -> Judged:
    now = review.find(Review, case.id)
    was, would_be = words
    return Judged(
        case_id=case.id,
        number=case.number,
        act=act,
        version=case.version,
        decided_at=at,
        closed=now is not None and now.state in ENDED,
        edition=case.policy_edition,
        other=other.id,
        was=was,
        would_be=would_be,
        clauses=clauses,
        zh=f"专家论证得分 {score}",
    )
