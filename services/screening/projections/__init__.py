"""What screening's read models hold, and how each event changes them."""

from __future__ import annotations

from services.screening.projections.batches import BATCHES
from services.screening.projections.corrections import CORRECTIONS
from services.screening.projections.deadlines import DEADLINES, RECOMPUTATION
from services.screening.projections.quotas import QUOTAS, TERMS
from services.screening.projections.screenings import SCREENINGS
from services.shared.kernel.projections import Projections

__all__ = ["PROJECTIONS", "RECOMPUTATION"]

PROJECTIONS = Projections(SCREENINGS, BATCHES, CORRECTIONS, QUOTAS, TERMS, DEADLINES)
