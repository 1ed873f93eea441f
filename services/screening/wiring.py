"""Builds the screening service from its environment."""

from __future__ import annotations

from services.screening.application import Screenings
from services.screening.authority import AUTHORITY
from services.screening.projections import RECOMPUTATION
from services.screening.publishing import PUBLISHING
from services.screening.reactions import REACTIONS
from services.screening.service import ScreeningService
from services.shared.kernel.wiring import Definition, Wired


def build(wired: Wired) -> Screenings:
    """Screening, with the document store that keeps its Annex 3."""
    return Screenings(wired.database, wired.clock, wired.documents)


DEFINITION = Definition(
    name="screening",
    service=ScreeningService,
    application=Screenings,
    build=build,
    authority=AUTHORITY,
    publishing=PUBLISHING,
    reactions=REACTIONS,
    deadlines={RECOMPUTATION: (Screenings.recompute_correction_due, ("S4.1.2",))},
)
