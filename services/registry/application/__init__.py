"""What can be done in the registry, by subject; in each, in the order of a centre's life."""

from __future__ import annotations

from services.registry.application.assessing import AssessesCentres
from services.registry.application.banning import KeepsBans
from services.registry.application.changing import ChangesFacts
from services.registry.application.contributing import KeepsContributions
from services.registry.application.ending import EndsQualifications
from services.registry.application.filing import FilesPrefecturalCentres
from services.registry.application.investigating import Investigates
from services.registry.application.listing import ListsCentres
from services.registry.application.remedying import AnswersRemedies
from services.registry.application.reporting import TakesSummaries
from services.registry.application.revoking import RevokesQualifications
from services.registry.application.telling import TellsStatus
from services.registry.application.upgrading import UpgradesCultivation

__all__ = ["Registry"]


class Registry(
    ListsCentres,
    UpgradesCultivation,
    TakesSummaries,
    AssessesCentres,
    Investigates,
    RevokesQualifications,
    KeepsBans,
    AnswersRemedies,
    ChangesFacts,
    EndsQualifications,
    KeepsContributions,
    FilesPrefecturalCentres,
    TellsStatus,
):
    """Centres and what happens to them after the public notice."""
