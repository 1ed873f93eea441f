"""What the registry's read models hold, and how each event changes them."""

from __future__ import annotations

from services.registry.projections.bans import BANS
from services.registry.projections.centres import CENTRES
from services.registry.projections.complaints import COMPLAINTS
from services.registry.projections.deadlines import DEADLINES
from services.registry.projections.facts import CENTRE_FACTS, PLAQUES
from services.registry.projections.procedures import CHANGES, EXITS, SHORTFALLS, UPGRADES
from services.registry.projections.records import ASSESSMENTS, RECTIFICATIONS, REVOCATIONS, SUMMARIES
from services.registry.projections.regions import REGIONS
from services.registry.projections.relied import EXTRACTS, FUNDING, REMEDIES
from services.registry.projections.status import CENTRE_STATUS
from services.registry.projections.units import CONTRIBUTIONS, PREFECTURAL_CENTRES
from services.shared.kernel.projections import Projections

__all__ = ["PROJECTIONS"]

PROJECTIONS = Projections(
    CENTRES,
    COMPLAINTS,
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
    BANS,
    CONTRIBUTIONS,
    PREFECTURAL_CENTRES,
    REGIONS,
    DEADLINES,
)
