"""What can be done in review, by subject; in each, in the order of a case's life."""

from __future__ import annotations

from services.review.application.appraising import AppraisesCases
from services.review.application.assessing import AssessesCases
from services.review.application.checking import ChecksMaterials
from services.review.application.inspecting import InspectsSites
from services.review.application.objecting import HandlesObjections

__all__ = ["ProvincialReview"]


class ProvincialReview(ChecksMaterials, AppraisesCases, InspectsSites, AssessesCases, HandlesObjections):
    """The province's review of recommended cases."""
