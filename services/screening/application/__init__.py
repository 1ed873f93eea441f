"""What can be done in screening, by subject; in each, in the order of a case's way through its prefecture."""

from __future__ import annotations

from services.screening.application.correcting import CorrectsDossiers
from services.screening.application.deciding import DecidesCases
from services.screening.application.printing import PrintsAnnex3
from services.screening.application.receiving import ReceivesCases
from services.screening.application.recommending import RecommendsCases
from services.screening.application.returning import AnswersReturns
from services.screening.application.suspending import SuspendsCases

__all__ = ["Screenings"]


class Screenings(
    ReceivesCases, CorrectsDossiers, DecidesCases, SuspendsCases, RecommendsCases, AnswersReturns, PrintsAnnex3
):
    """Screenings with their paper, corrections and jurisdiction; the batches that recommend them, and their quotas."""
