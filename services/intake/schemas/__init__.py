"""What comes in to intake and goes out over HTTP, by subject, apart from the official forms (see `forms`)."""

from __future__ import annotations

from services.intake.schemas.dossiers import (
    AcceptUscc,
    CopyDossier,
    DeclineMembership,
    OpenDossier,
    RecallDossier,
    RemoveAttachment,
    WithdrawDossier,
    WrittenUscc,
)
from services.intake.schemas.reading import (
    DossierAnswer,
    DossierView,
)
from services.intake.schemas.rounds import (
    AnnounceRound,
    CancelRound,
    ExtendRound,
    OpenRound,
    PlanRound,
    PublishConditions,
    QuotaRow,
    RoundAnswer,
    RoundView,
    closing_of,
)

__all__ = [
    "AcceptUscc",
    "AnnounceRound",
    "CancelRound",
    "CopyDossier",
    "DeclineMembership",
    "DossierAnswer",
    "DossierView",
    "ExtendRound",
    "OpenDossier",
    "OpenRound",
    "PlanRound",
    "PublishConditions",
    "QuotaRow",
    "RecallDossier",
    "RemoveAttachment",
    "RoundAnswer",
    "RoundView",
    "WithdrawDossier",
    "WrittenUscc",
    "closing_of",
]
