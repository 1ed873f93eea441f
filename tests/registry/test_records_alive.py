"""Rectifications, yearly summaries and shortfalls under any order of commands."""

from __future__ import annotations

from datetime import date

from services.registry.domain import due
from services.registry.domain.rectification import Rectification
from services.registry.domain.rectification import State as RectificationState
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.shortfall import State as ShortfallState
from services.registry.domain.summary import AnnualSummary
from services.registry.domain.summary import State as SummaryState
from tests.given import made
from tests.lives import by, machine
from tests.registry.examples import (
    ASSESSMENT_DUE,
    DOCUMENT,
    EDITION,
    GOOD,
    REF,
    TC11,
    points,
    rectification,
    returned,
    submitted,
    summary,
)

GRACE = due.summary_grace(date(2027, 1, 31), EDITION)


def rechecking(items):
    return lambda r: r.recheck(items=items, stated_total=None, opinion="x")


RECTIFICATIONS = (
    lambda r: r.report(document=DOCUMENT),
    Rectification.lapse,
    Rectification.cease,
    *(by(who, rechecking(items)) for who in ("head", "officer") for items in (GOOD, points(TC11, "recheck"))),
)
SUMMARIES = (
    submitted,
    lambda s: s.submit(document=DOCUMENT, today=date(2025, 12, 31)),
    returned,
    AnnualSummary.accept,
    lambda s: s.extend(deadline=GRACE, reason="x"),
    lambda s: s.ask_in_between(subject="x", deadline=GRACE),
    lambda s: s.mark_overdue(grace=GRACE),
    AnnualSummary.mark_missed,
    AnnualSummary.cease,
)
SHORTFALLS = (Shortfall.cure, Shortfall.lapse, Shortfall.cease)


def shortfall():
    return made(
        lambda: Shortfall(
            centre=REF, condition="members", clause="S3.2.2", policy_edition=EDITION.id, deadline=ASSESSMENT_DUE
        )
    )


def it_is_judged_once_and_not_by_whoever_ordered_it(rectification, events):
    judged = [event for event in events if isinstance(event, Rectification.Rechecked)]
    assert len(judged) <= 1
    assert all(event.metadata.actor != rectification.ordered_by for event in judged)
    if rectification.state is RectificationState.PASSED:
        assert rectification.outcome is not None
        assert rectification.outcome.passes


def what_is_accepted_was_handed_in(summary, events):
    if summary.state in (SummaryState.SUBMITTED, SummaryState.ACCEPTED):
        assert summary.documents
    assert sum(isinstance(event, AnnualSummary.Extended) for event in events) <= 1


def it_ends_once(_, events):
    assert len(events) <= 2


TestRectification = machine(
    rectification,
    commands=RECTIFICATIONS,
    over=(RectificationState.PASSED, RectificationState.FAILED, RectificationState.CEASED),
    holds=it_is_judged_once_and_not_by_whoever_ordered_it,
)
TestAnnualSummary = machine(
    summary,
    commands=SUMMARIES,
    over=(SummaryState.ACCEPTED,),
    holds=what_is_accepted_was_handed_in,
)
TestShortfall = machine(
    shortfall,
    commands=SHORTFALLS,
    over=(ShortfallState.CURED, ShortfallState.LAPSED, ShortfallState.CEASED),
    holds=it_ends_once,
)
