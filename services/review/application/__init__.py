"""What can be done in review, by subject; in each, in the order of a case's life."""

from __future__ import annotations

from services.review.application.appraising import AppraisesCases
from services.review.application.checking import ChecksMaterials
from services.review.application.inspecting import InspectsSites
from services.review.application.objecting import HandlesObjections
from services.review.application.standing import ResumesCases

__all__ = ["ProvincialReview"]


class ProvincialReview(ChecksMaterials, AppraisesCases, InspectsSites, HandlesObjections, ResumesCases):
    """The province's review of recommended cases."""
