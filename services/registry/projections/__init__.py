"""What the registry's read models hold, and how each event changes them."""

from __future__ import annotations

from services.registry.projections.centres import CENTRE_STATUS, CENTRES
from services.registry.projections.deadlines import DEADLINES
from services.registry.projections.facts import CENTRE_FACTS, PLAQUES
from services.registry.projections.procedures import (
    CHANGES,
    EXITS,
    EXTRACTS,
    FUNDING,
    REMEDIES,
    SHORTFALLS,
    UPGRADES,
)
from services.registry.projections.records import ASSESSMENTS, RECTIFICATIONS, REVOCATIONS, SUMMARIES
from services.shared.kernel.projections import Projections

__all__ = ["PROJECTIONS"]

PROJECTIONS = Projections(
    CENTRES,
    CENTRE_STATUS,
    CENTRE_FACTS,
    PLAQUES,
    SUMMARIES,
    ASSESSMENTS,
    RECTIFICATIONS,
    REVOCATIONS,
    CHANGES,
    SHORTFALLS,
    EXITS,
    UPGRADES,
    REMEDIES,
    FUNDING,
    EXTRACTS,
    DEADLINES,
)
