"""What if another edition had bound the assessment: final grades earned again from the log, nothing written (S4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from services.registry.application import Registry
from services.registry.domain.assessment import Assessment
from services.registry.domain.scoring import Score, scored
from services.shared.kernel.what_if import Judged, decisions
from services.shared.policy import Edition
from services.shared.vocabulary import Invalid

NO_GRADE = ""
"""Where the other edition's scheme has other items: what it would have been cannot be said."""


def judged_again(registry: Registry, other: Edition) -> Iterator[Judged]:
    """The grade of each final assessment by the scheme and the grades of the other edition."""
    for assessment, at, topic in decisions(registry, Assessment.Finalised.TOPIC):
        would_be = _grade(assessment.result, other)
        yield Judged(
            case_id=assessment.centre.case_id,
            number=assessment.centre.number,
            act=topic,
            version=assessment.version,
            decided_at=at,
            closed=True,
            edition=assessment.policy_edition,
            other=other.id,
            was=assessment.result.grade,
            would_be=would_be,
            clauses=(other.parameter("assessment.grades").clause,),
            zh=f"{assessment.year} 年度考核 {assessment.result.total} 分"
            + ("" if would_be else "，评分项目不同，无从换算"),
        )


def _grade(score: Score, other: Edition) -> str:
    try:
        return scored({item.code: item.points for item in score.items}, other).grade
    except Invalid:
        return NO_GRADE
