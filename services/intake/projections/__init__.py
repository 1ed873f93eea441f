"""What intake's read models hold, and how each event changes them."""

from __future__ import annotations

from services.intake.projections.bans import BANS
from services.intake.projections.deadlines import DEADLINES, LAPSE
from services.intake.projections.dossiers import DOSSIERS
from services.intake.projections.listed_centres import LISTED_CENTRES
from services.intake.projections.rounds import ROUNDS
from services.shared.kernel.projections import Projections

__all__ = ["DEADLINES", "DOSSIERS", "LAPSE", "PROJECTIONS", "ROUNDS"]

PROJECTIONS = Projections(ROUNDS, DOSSIERS, LISTED_CENTRES, BANS, DEADLINES)
