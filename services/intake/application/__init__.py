"""What can be done in intake, by subject; in each, in the order of the thing's life."""

from __future__ import annotations

from services.intake.application.correcting import AnswersCorrections
from services.intake.application.drafting import DraftsDossiers
from services.intake.application.ending import EndsDossiers
from services.intake.application.neighbouring import NotesListedCentres
from services.intake.application.rounds import RunsRounds
from services.intake.application.submitting import SubmitsDossiers

__all__ = ["Intake"]


class Intake(RunsRounds, DraftsDossiers, SubmitsDossiers, AnswersCorrections, EndsDossiers, NotesListedCentres):
    """Rounds and dossiers."""
