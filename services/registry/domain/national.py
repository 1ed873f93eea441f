"""National (国家级): what became of the centre with the ministry (S4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from services.registry.domain import errors
from services.registry.domain.ground import Ground
from services.registry.domain.moves import require_move
from services.registry.domain.qualification import Qualification
from services.registry.domain.supervision import Supervision
from services.shared.aggregate import event
from services.shared.policy import Edition, edition
from services.shared.vocabulary import Finding


class National(StrEnum):
    """How far the centre is on the way to national designation."""

    NONE = "none"
    RECOMMENDED = "recommended"  # 已推荐
    CULTIVATING = "cultivating"  # 国家级培育
    NATIONAL = "national"  # 国家级


CODES = {National.NONE: "N0", National.RECOMMENDED: "N1", National.CULTIVATING: "N2", National.NATIONAL: "N3"}

MOVES = {
    National.NONE: frozenset({National.RECOMMENDED}),
    National.RECOMMENDED: frozenset({National.CULTIVATING, National.NATIONAL, National.NONE}),
    National.CULTIVATING: frozenset({National.NATIONAL, National.NONE}),
    National.NATIONAL: frozenset[National](),
}

RESULTS = (National.CULTIVATING, National.NATIONAL, National.NONE)
"""What the ministry may answer; `none`: not selected."""


def stands_against_recommendation(
    qualification: Qualification, supervision: Supervision, grade: str, rules: Edition
) -> Iterator[Finding]:
    """Each condition of a recommendation that is not met: designated, in order, well assessed (S4.3)."""
    if qualification is not Qualification.DESIGNATED:
        yield Finding("not-designated", "仅推荐已认定的中心", "only a designated centre is recommended", clause="S4.3")
    if supervision is not Supervision.NORMAL:
        yield Finding("not-in-good-order", "中心不处于正常状态", f"supervision is {supervision}", clause="S4.3")
    if grade not in _good_enough(rules):
        least = rules["national.min_grade"]
        yield Finding("grade-too-low", f"最近一次考核须达到 {least}", f"grade must be {least} or better", clause="S4.3")


def _good_enough(rules: Edition) -> tuple[str, ...]:
    """The grades from the best down to the lowest that will do."""
    grades = tuple(grade["code"] for grade in rules["assessment.grades"])
    return grades[: grades.index(rules["national.min_grade"]) + 1]


class Recommended(Ground):
    """The part of a centre that the ministry knows."""

    def recommend_to_ministry(self, *, letter_no: str) -> None:
        """Recommend for national designation (推荐申报国家级). Raises Invalid with all that stands against it. S4.3"""
        require_move(MOVES, self.national, National.RECOMMENDED)
        found = stands_against_recommendation(
            self.qualification, self.supervision, self.grade, edition(self.policy_edition)
        )
        if findings := tuple(found):
            raise errors.not_recommendable(findings)
        self._recommended_to_ministry(letter_no=letter_no)

    @event("RecommendedToMinistry", topic="registry.centre.recommended-to-ministry")
    def _recommended_to_ministry(self, letter_no: str) -> None:  # kept in the event
        self.national = National.RECOMMENDED

    def record_national_result(self, *, result: National, document_no: str) -> None:
        """Take in what the ministry decided (国家级培育、认定或未入选). S4.3"""
        require_move(MOVES, self.national, result)
        self._national_result_recorded(result=result, document_no=document_no)

    @event("NationalResultRecorded", topic="registry.centre.national-result-recorded")
    def _national_result_recorded(self, result: National, document_no: str) -> None:  # the number is kept in the event
        self.national = result

    def close_recommendation(self, *, reason: str) -> None:
        """Take the recommendation back (推荐终止) when the centre is no longer listed; nothing without one. S4.3"""
        if self.national in (National.RECOMMENDED, National.CULTIVATING):
            self._recommendation_closed(reason=reason)

    @event("NationalRecommendationClosed", topic="registry.centre.national-recommendation-closed")
    def _recommendation_closed(self, reason: str) -> None:  # kept in the event
        self.national = National.NONE
