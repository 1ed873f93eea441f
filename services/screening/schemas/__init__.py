"""What comes in to screening and goes out over HTTP, by subject."""

from __future__ import annotations

from services.screening.schemas.batches import (
    AssembleBatch,
    BatchAnswer,
    BatchView,
    CancelBatch,
    NameFiller,
    SignBatch,
)
from services.screening.schemas.deciding import (
    DefectForm,
    DraftOpinion,
    ExtendCorrection,
    RecordService,
    ReopenByRemedy,
    RequestCorrection,
    ResumeCase,
    SignNotRecommended,
    SuspendCase,
)
from services.screening.schemas.receiving import (
    ChallengeJurisdiction,
    DecideJurisdiction,
    RecordPaperArrival,
    RecordPaperMismatch,
    Recuse,
    SettlePaperMismatches,
    StartIntake,
)
from services.screening.schemas.screenings import (
    ScreeningAnswer,
    ScreeningView,
    jurisdiction_as_read,
    paper_as_read,
)

__all__ = [
    "AssembleBatch",
    "BatchAnswer",
    "BatchView",
    "CancelBatch",
    "ChallengeJurisdiction",
    "DecideJurisdiction",
    "DefectForm",
    "DraftOpinion",
    "ExtendCorrection",
    "NameFiller",
    "RecordPaperArrival",
    "RecordPaperMismatch",
    "RecordService",
    "Recuse",
    "ReopenByRemedy",
    "RequestCorrection",
    "ResumeCase",
    "ScreeningAnswer",
    "ScreeningView",
    "SettlePaperMismatches",
    "SignBatch",
    "SignNotRecommended",
    "StartIntake",
    "SuspendCase",
    "jurisdiction_as_read",
    "paper_as_read",
]
