"""The integration events that the registry publishes. A centre keeps the id of the case that it came from."""

from __future__ import annotations

from services.registry.contracts.bans import (
    BanAnnulled,
    BanEnded,
    BanStarted,
)
from services.registry.contracts.centres import (
    CentreChanged,
    CentreDesignated,
    CentreDissolved,
    CentreExited,
    CentreExpired,
    CentreListedForCultivation,
    CentreMerged,
    CentreNationalResult,
    CentreRecommendationClosed,
    CentreRecommendedToMinistry,
    CentreRevocationAnnulled,
    CentreRevoked,
    CentreSplit,
    CentreUpgraded,
)
from services.registry.contracts.plaques import (
    PlaqueIssued,
    PlaqueRecallOrdered,
    PlaqueReplaced,
)
from services.registry.contracts.records import (
    AssessmentAnnulled,
    AssessmentFinalised,
    RectificationOrdered,
    RevocationServed,
    ShortfallCured,
    ShortfallOpened,
    SummaryAccepted,
    UpgradeRequested,
)
from services.registry.contracts.telling import (
    FundingReferencePublished,
    FundingReferenceWithdrawn,
    StatusExtractCorrected,
    StatusExtractIssued,
)
from services.registry.contracts.units import ContributionFellShort, PrefecturalCentreFiled

__all__ = [
    "AssessmentAnnulled",
    "AssessmentFinalised",
    "BanAnnulled",
    "BanEnded",
    "BanStarted",
    "CentreChanged",
    "CentreDesignated",
    "CentreDissolved",
    "CentreExited",
    "CentreExpired",
    "CentreListedForCultivation",
    "CentreMerged",
    "CentreNationalResult",
    "CentreRecommendationClosed",
    "CentreRecommendedToMinistry",
    "CentreRevocationAnnulled",
    "CentreRevoked",
    "CentreSplit",
    "CentreUpgraded",
    "ContributionFellShort",
    "FundingReferencePublished",
    "FundingReferenceWithdrawn",
    "PlaqueIssued",
    "PlaqueRecallOrdered",
    "PlaqueReplaced",
    "PrefecturalCentreFiled",
    "RectificationOrdered",
    "RevocationServed",
    "ShortfallCured",
    "ShortfallOpened",
    "StatusExtractCorrected",
    "StatusExtractIssued",
    "SummaryAccepted",
    "UpgradeRequested",
]
