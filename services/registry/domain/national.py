"""National (国家级): what became of the centre with the ministry (S4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from services.registry.domain.qualification import Qualification
from services.registry.domain.supervision import Supervision
from services.shared.policy import Edition
from services.shared.vocabulary import Finding


class National(StrEnum):
    """How far the centre is on the way to national designation."""

    NONE = "none"
    RECOMMENDED = "recommended"  # 已推荐


CODES = {National.NONE: "N0", National.RECOMMENDED: "N1"}

MOVES = {National.NONE: frozenset({National.RECOMMENDED}), National.RECOMMENDED: frozenset[National]()}


def stands_against_recommendation(
    qualification: Qualification, supervision: Supervision, grade: str, edition: Edition
) -> Iterator[Finding]:
    """Each condition of a recommendation that is not met: designated, in order, well assessed (S4.3)."""
    if qualification is not Qualification.DESIGNATED:
        yield Finding("not-designated", "仅推荐已认定的中心", "only a designated centre is recommended", clause="S4.3")
    if supervision is not Supervision.NORMAL:
        yield Finding("not-in-good-order", "中心不处于正常状态", f"supervision is {supervision}", clause="S4.3")
    if grade not in _good_enough(edition):
        least = edition["national.min_grade"]
        yield Finding("grade-too-low", f"最近一次考核须达到 {least}", f"grade must be {least} or better", clause="S4.3")


def _good_enough(edition: Edition) -> tuple[str, ...]:
    """The grades from the best down to the lowest that will do."""
    grades = tuple(grade["code"] for grade in edition["assessment.grades"])
    return grades[: grades.index(edition["national.min_grade"]) + 1]
