"""Which events start a deadline, and which end one."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.registry.domain.assessment import Assessment
from services.registry.domain.ban import Ban
from services.registry.domain.centre import Centre
from services.registry.domain.contribution import Contribution
from services.registry.domain.rectification import Rectification
from services.registry.domain.remedy import RemedyCase
from services.registry.domain.revocation import Revocation
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.summary import AnnualSummary
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import UNASKED

DEADLINES = deadlines_projection()

_STARTS = {
    Centre.Designated: "assessment_due",
    Centre.ListedForCultivation: "assessment_due",
    Centre.AssessmentConcluded: "next_due",
    Centre.AssessmentBroughtForward: "due",
    Centre.AssessmentAnnulled: "next_due",
    Centre.RevocationDropped: "assessment_due",
    Centre.CultivationTermSet: "due",
    Centre.CultivationExtended: "due",
    AnnualSummary.Required: "deadline",
    AnnualSummary.Resumed: "deadline",
    AnnualSummary.Extended: "deadline",
    AnnualSummary.AskedInBetween: "deadline",
    AnnualSummary.GraceBegun: "grace",
    Assessment.ResultPosted: "deadline",
    Rectification.Ordered: "deadline",
    Revocation.NoticeGiven: "deadline",
    Revocation.NoticeServed: "deadline",
    Shortfall.ConditionShortfallOpened: "deadline",
    RemedyCase.RemedyCaseOpened: "deadline",
    RemedyCase.MediationBegun: "deadline",
    RemedyCase.OutcomeServed: "appeal",
    Ban.Started: "deadline",
    Contribution.ContributionPledged: "deadline",
}
"""Events that start a deadline, and which of their fields holds it."""

_OF_A_LISTED = ("assessment", "cultivation")
_OF_A_SUMMARY = ("annual-summary", "annual-summary-grace")

_ENDS: dict[type, tuple[str, ...]] = {
    Centre.AssessmentBegun: ("assessment",),
    Centre.Revoked: _OF_A_LISTED,
    Centre.VoluntaryExitApproved: _OF_A_LISTED,
    Centre.QualificationExpired: _OF_A_LISTED,
    Centre.Dissolved: _OF_A_LISTED,
    Centre.MergedInto: _OF_A_LISTED,
    AnnualSummary.Forwarded: ("annual-summary-forward",),
    AnnualSummary.FellOverdue: _OF_A_SUMMARY,
    AnnualSummary.Missed: _OF_A_SUMMARY,
    AnnualSummary.Ceased: (*_OF_A_SUMMARY, "annual-summary-forward"),
    Assessment.Finalised: ("result-notice",),
    Rectification.Reported: ("rectification",),
    Rectification.Lapsed: ("rectification",),
    Rectification.Ceased: ("rectification",),
    Revocation.Ceased: ("statement",),
    Shortfall.ConditionShortfallCeased: ("shortfall",),
    Revocation.StatementHeard: ("statement",),
    Revocation.StatementPeriodClosed: ("statement",),
    Revocation.StatementPeriodOverridden: ("statement",),
    Revocation.HearingHeld: ("statement",),
    Revocation.Dropped: ("statement",),
    Shortfall.ConditionShortfallCured: ("shortfall",),
    Shortfall.ConditionShortfallLapsed: ("shortfall",),
    RemedyCase.AnswerFiled: ("remedy",),
    RemedyCase.RemedyDecided: ("remedy", "mediation"),
    RemedyCase.MediationFailed: ("mediation",),
    RemedyCase.Appealed: ("appeal",),
    RemedyCase.JudgmentFinal: ("appeal",),
    Contribution.ContributionFellShort: ("contribution",),
    Contribution.ContributionCeased: ("contribution",),
    Ban.Ended: ("ban",),
    Ban.Annulled: ("ban",),
}
"""Events that end deadlines, and of which kinds."""


@DEADLINES.on(Centre.CultivationUpgraded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, *_OF_A_LISTED)
    set_deadline(cursor, event.originator_id, event.assessment_due)


@DEADLINES.on(Contribution.ContributionPaidIn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if not event.outstanding_wan:
        clear_deadline(cursor, event.originator_id, "contribution")


@DEADLINES.on(AnnualSummary.Submitted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, *_OF_A_SUMMARY)
    _start("forward", cursor, event, UNASKED)


@DEADLINES.on(AnnualSummary.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "annual-summary-forward")
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Centre.RevocationAnnulled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    for deadline in filter(None, (event.assessment_due, event.cultivation_due)):
        set_deadline(cursor, event.originator_id, deadline)


@DEADLINES.on(RemedyCase.Judged)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "remedy")
    _start("appeal", cursor, event, UNASKED)


def _start(field: str, cursor: Cursor, event: Any, _position: int) -> None:
    if (deadline := getattr(event, field)) is not None:
        set_deadline(cursor, event.originator_id, deadline)


def _end(kinds: tuple[str, ...], cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, *kinds)


for _event, _field in _STARTS.items():
    DEADLINES.on(_event)(partial(_start, _field))
for _event, _kinds in _ENDS.items():
    DEADLINES.on(_event)(partial(_end, _kinds))
