"""What review's read models hold, and how each event changes them."""

from __future__ import annotations

from services.review.projections.batches import BATCHES, CORRECTIONS
from services.review.projections.cases import REVIEWS
from services.review.projections.clocks import CLOCKS
from services.review.projections.deadlines import DEADLINES
from services.review.projections.experts import DRAWS, EXPERTS
from services.review.projections.fields import FIELD_CONFLICTS, FIELD_HOLDERS
from services.review.projections.notices import NOTICES
from services.review.projections.objections import OBJECTIONS
from services.review.projections.panels import PANELS
from services.review.projections.site_visits import SITE_VISITS
from services.shared.kernel.projections import Projections

__all__ = ["PROJECTIONS"]

PROJECTIONS = Projections(
    REVIEWS,
    BATCHES,
    CORRECTIONS,
    PANELS,
    EXPERTS,
    DRAWS,
    SITE_VISITS,
    FIELD_HOLDERS,
    FIELD_CONFLICTS,
    NOTICES,
    OBJECTIONS,
    DEADLINES,
    CLOCKS,
)
