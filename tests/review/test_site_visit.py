"""SiteVisit: enough inspectors, a finding on every item, a report that enough of them sign."""

from dataclasses import replace
from datetime import date

from services.review.domain.site_visit import SiteVisit, State
from services.shared.vocabulary import DocumentRef
from tests.given import done, given, made
from tests.review.examples import (
    CASE,
    EDITION,
    FACTS,
    INSPECTORS,
    PHOTO,
    inspected_visit,
    recording,
    reported_visit,
    visit,
)

FIRST, SECOND = INSPECTORS
BY_FIRST, BY_SECOND = {"actor": FIRST}, {"actor": SECOND}


def schedule(*inspectors, visit_on=date(2026, 5, 12)):
    return SiteVisit.schedule(
        case_id=CASE,
        number=FACTS.number,
        centre_name=FACTS.centre_name,
        papers=FACTS.papers,
        visit_on=visit_on,
        inspectors=inspectors,
        edition=EDITION,
    )


def signing(v):
    v.sign_report(EDITION)


def drafting(v):
    v.draft_report(conclusion="相符。", edition=EDITION)


def aborting(v):
    v.abort(reason="现场不配合")


def signed_once():
    return done(reported_visit(), signing, **BY_FIRST)


def attaching(photo):
    return lambda v: v.attach_photo(photo)


def test_one_person_named_twice_is_no_team():
    given(visit()).when(lambda _: schedule(FIRST, FIRST)).then_refused("too-few-inspectors")


def test_records_what_an_inspector_sees():
    [event] = given(visit()).when(recording("funds"), **BY_FIRST).then(SiteVisit.FindingRecorded)
    assert (event.finding.item, event.finding.confirmed, event.finding.by) == ("funds", True, FIRST)


def test_nobody_else_records_or_signs():
    given(visit()).when(recording("funds"), actor="officer").then_refused("not-an-inspector")
    given(reported_visit()).when(signing, actor="officer").then_refused("not-an-inspector")


def test_refuses_an_item_that_the_checklist_lacks_and_a_discrepancy_without_words():
    unknown = recording("weather", confirmed=False)
    given(visit()).when(unknown, **BY_FIRST).then_refused("unknown-item", "discrepancy-not-described")


def test_a_finding_shows_an_attached_photo():
    pictured = done(visit(), attaching(PHOTO), **BY_FIRST)
    with_photo = recording("funds", photo_sha256=PHOTO.sha256)
    [event] = given(pictured).when(with_photo, **BY_SECOND).then(SiteVisit.FindingRecorded)
    assert event.finding.photo == PHOTO
    given(visit()).when(with_photo, **BY_FIRST).then_refused("unknown-photo")


def test_a_finding_shows_as_many_photos_as_were_attached():
    second = replace(PHOTO, sha256="12" * 32)
    pictured = done(visit(), attaching(PHOTO), attaching(second), **BY_FIRST)

    def recording_both(*more):
        shown = {"photo_sha256": PHOTO.sha256, "more_photos": more}
        return lambda v: v.record_finding(item="funds", claim="", confirmed=True, note="", edition=EDITION, **shown)

    [event] = given(pictured).when(recording_both(second.sha256), **BY_FIRST).then(SiteVisit.FindingRecorded)
    assert (event.finding.photo, event.finding.more_photos) == (PHOTO, (second,))
    given(done(visit(), attaching(PHOTO), **BY_FIRST)).when(recording_both("00" * 32), **BY_FIRST).then_refused(
        "unknown-photo"
    )


def test_attaches_photos_only_and_each_once():
    pictured = done(visit(), attaching(PHOTO), **BY_FIRST)
    given(pictured).when(attaching(PHOTO), **BY_FIRST).then()
    text = DocumentRef("00" * 32, "00" * 32, "notes.txt", "text/plain", 3)
    given(visit()).when(attaching(text), **BY_FIRST).then_refused("not-a-photo")


def test_the_report_waits_for_every_item():
    given(visit()).when(drafting, **BY_FIRST).then_refused("findings-missing")
    given(inspected_visit()).when(drafting, **BY_FIRST).then(SiteVisit.ReportDrafted)


def test_there_is_no_report_of_a_visit_to_come():
    planned = made(lambda: schedule(FIRST, SECOND, visit_on=date(2026, 6, 2)))
    done(planned, *map(recording, EDITION["site.checklist"]), **BY_FIRST)
    given(planned).when(drafting, **BY_FIRST).then_refused("day-in-the-future")


def test_nothing_is_recorded_after_the_report():
    given(reported_visit()).when(recording("funds"), **BY_FIRST).then_refused("not-in-this-state")


def test_is_signed_when_enough_different_inspectors_sign():
    assert signed_once().report is None
    given(signed_once()).when(signing, **BY_FIRST).then()
    [event] = given(signed_once()).when(signing, **BY_SECOND).then(SiteVisit.ReportSigned)
    assert event.enough
    signed = done(signed_once(), signing, **BY_SECOND)
    assert signed.report is not None
    assert signed.report.discrepancies == ("legal_person",)


def test_is_broken_off_until_it_is_signed():
    assert done(reported_visit(), aborting).state is State.ABORTED
    given(done(signed_once(), signing, **BY_SECOND)).when(aborting).then_refused("not-in-this-state")
