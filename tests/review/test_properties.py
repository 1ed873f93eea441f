"""Panels, site visits and held fields under any order of commands."""

from __future__ import annotations

from services.review.domain.field_holder import FieldHolder, holder_id
from services.review.domain.panel import Panel
from services.review.domain.site_visit import SiteVisit
from services.review.domain.site_visit import State as VisitState
from tests.given import made
from tests.lives import by, machine
from tests.review.examples import (
    CASE,
    EDITION,
    EXPERTS,
    INSPECTORS,
    PHOTO,
    declared_panel,
    inspected_visit,
    panel,
    recording,
    reported_visit,
    scored_panel,
    signing,
    submitting,
    visit,
)
from tests.review.test_panel import approving, recusing, replacing

ONE, TWO = EXPERTS[0].subject, EXPERTS[1].subject
SUBJECTS = [expert.subject for expert in EXPERTS]
PANELS = (
    by("head", approving),
    *(by(subject, Panel.declare_no_conflict) for subject in (*SUBJECTS, "expert-8", "stranger")),
    by(ONE, recusing()),
    by(TWO, recusing("weather")),
    by("officer", replacing()),
    *(submitting_by for subject in SUBJECTS for submitting_by in (by(subject, submitting(subject)),)),
    *(by(subject, signing) for subject in (*SUBJECTS, "stranger")),
)
WHO = (*INSPECTORS, "officer")
VISITS = (
    *(by(who, recording("funds")) for who in WHO),
    by(INSPECTORS[0], recording("funds", confirmed=False, note="少一台")),
    by(INSPECTORS[0], recording("weather")),
    *(by(who, lambda v: v.attach_photo(PHOTO)) for who in WHO),
    *(by(who, lambda v: v.draft_report(conclusion="相符。", edition=EDITION)) for who in WHO),
    *(by(who, lambda v: v.sign_report(EDITION)) for who in WHO),
    lambda v: v.abort(reason="现场不配合"),
)
FIELDS = (
    FieldHolder.free,
    lambda f: f.take(name="甲", field_domain="TITANIUM"),
    lambda f: f.take(name="甲", field_domain="AI"),
)


def holder():
    return made(lambda: FieldHolder(id=holder_id(CASE), case_id=CASE, name="甲", field_domain="AI"))


def each_seat_scores_once_and_nobody_else(panel, events):
    sheets = [event.metadata.actor for event in events if isinstance(event, Panel.ScoreSheetSubmitted)]
    assert len(sheets) == len(set(sheets))
    assert set(sheets) <= set(panel.people)


def only_inspectors_find_and_sign_each_once(visit, events):
    found = [event.finding.by for event in events if isinstance(event, SiteVisit.FindingRecorded)]
    found += [event.metadata.actor for event in events if isinstance(event, SiteVisit.PhotoAttached)]
    assert set(found) <= set(INSPECTORS)
    assert len(visit.signed_by) == len(set(visit.signed_by))
    assert set(visit.signed_by) <= set(INSPECTORS)
    if visit.signed_by:
        assert set(EDITION["site.checklist"]) <= set(visit.findings)


def a_repeat_is_no_event(_, events):
    held = ("AI", True)
    for event in events[1:]:
        now = (event.field_domain, True) if isinstance(event, FieldHolder.TakenAgain) else (held[0], False)
        assert now != held
        held = now


TestPanel = machine(panel, declared_panel, scored_panel, commands=PANELS, holds=each_seat_scores_once_and_nobody_else)
TestSiteVisit = machine(
    visit,
    inspected_visit,
    reported_visit,
    commands=VISITS,
    over=(VisitState.ABORTED,),
    holds=only_inspectors_find_and_sign_each_once,
)
TestFieldHolder = machine(holder, commands=FIELDS, state=lambda f: f.holds, holds=a_repeat_is_no_event)
