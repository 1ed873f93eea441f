"""PublicNotice: drafted from cases, approved by another, shown for its full period."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.review.domain.notice_text import wording
from services.review.domain.public_notice import PublicNotice
from services.shared.calendar import BEIJING
from tests.given import done, given, made
from tests.review.examples import (
    CASE,
    EDITION,
    FACTS,
    HEAD,
    OFFICER,
    PHOTO,
    TEXT,
    TODAY,
    approved_notice,
    notice,
    period,
    posted_notice,
    posting,
    proposed,
)

LAST = datetime(2026, 6, 5, 15, 59, tzinfo=UTC)
"""23:59 in Kunming on the fifth working day."""


def drafting(entries, *editions):
    return lambda _: PublicNotice.draft(title="公示", entries=entries, editions=frozenset(editions))


def test_refuses_an_empty_list_a_case_twice_and_mixed_editions():
    entry = proposed().notice_entry(CASE)
    given(notice()).when(drafting((), EDITION.id)).then_refused("list-not-in-order")
    given(notice()).when(drafting((entry, entry), EDITION.id)).then_refused("list-not-in-order")
    given(notice()).when(drafting((entry,), EDITION.id, "2028-01-01-draft")).then_refused("mixed-editions")


def test_runs_as_long_as_the_edition_allows():
    entry = proposed().notice_entry(CASE)

    def lasting(days):
        return lambda _: PublicNotice.draft(
            title="公示", entries=(entry,), editions=frozenset({EDITION.id}), days=days, lengths=range(5, 16)
        )

    for days in (4, 16):
        given(notice()).when(lasting(days)).then_refused("notice-length-not-allowed")
    assert made(lambda: lasting(15)(None)).days == 15


def test_what_proves_the_posting_is_kept_once_it_may_be_posted():
    given(notice()).when(lambda n: n.attach_proof(PHOTO)).then_refused("not-in-this-state")
    given(approved_notice()).when(lambda n: n.attach_proof(PHOTO)).then(PublicNotice.ProofAttached)
    [event] = given(posted_notice()).when(lambda n: n.attach_proof(PHOTO)).then(PublicNotice.ProofAttached)
    assert event.proof.sha256 == PHOTO.sha256
    given(done(posted_notice(), lambda n: n.attach_proof(PHOTO))).when(lambda n: n.attach_proof(PHOTO)).then()
    given(posted_notice()).when(lambda n: n.attach_proof(TEXT)).then_refused("not-a-proof")


WHOLE = ("channel", "url", "screenshot")
SHOWN = {"channel": "website", "url": "https://gxt.yn.example/6"}


def proving(required=WHOLE, **shown):
    return lambda n: n.post(
        notice_no="6号", posted_on=TODAY, deadline=period(), text=TEXT, required=required, **{**SHOWN, **shown}
    )


def photographed():
    return done(approved_notice(), lambda n: n.attach_proof(PHOTO))


def test_a_posting_is_proven_by_place_address_and_screenshot_where_the_edition_asks_for_them():
    assert tuple(EDITION["notice.proof_required"]) == WHOLE
    given(photographed()).when(proving()).then(PublicNotice.Posted)
    missing = given(approved_notice()).when(proving(channel="", url="")).then_refused("proof-missing")
    assert [finding.pointer for finding in missing.findings] == ["/channel", "/url", "/screenshot"]
    assert all(finding.clause == "S4.2" for finding in missing.findings)
    given(photographed()).when(proving(url="")).then_refused("proof-missing")
    given(approved_notice()).when(proving(required=("url",), channel="")).then(PublicNotice.Posted)
    given(approved_notice()).when(proving(required=(), channel="", url="")).then(PublicNotice.Posted)


def test_a_notice_shown_again_says_which_one_it_takes_the_place_of():
    again = replace(proposed().notice_entry(CASE), shown_before=("云工信公示〔2026〕5号",))
    second = made(
        lambda: PublicNotice.draft(title="公示", entries=(again,), editions=frozenset({EDITION.id})), **OFFICER
    )
    assert "（更正后重新公示，原公示：云工信公示〔2026〕5号）" in wording(second, "6号", period(), EDITION)
    assert "重新公示" not in wording(notice(), "6号", period(), EDITION)


def test_is_approved_by_another_than_the_drafter():
    given(notice()).when(PublicNotice.approve, **OFFICER).then_refused("drafter-may-not-sign")
    given(notice()).when(PublicNotice.approve, **HEAD).then(PublicNotice.Approved)


def test_is_not_posted_without_approval():
    given(notice()).when(posting()).then_refused("not-in-this-state")


def test_is_posted_with_its_period():
    [event] = given(approved_notice()).when(posting()).then(PublicNotice.Posted)
    assert event.deadline.due == LAST
    assert posted_notice().is_public
    assert not approved_notice().is_public


def test_is_not_posted_twice():
    given(posted_notice()).when(posting()).then_refused("not-in-this-state")


def test_is_not_posted_before_approval_or_in_the_future():
    given(approved_notice()).when(posting(date(2026, 5, 29))).then_refused("posted-before-approval")
    given(approved_notice()).when(posting(date(2026, 6, 2))).then_refused("day-in-the-future")


def test_closes_after_its_last_moment_and_not_at_it():
    given(posted_notice()).when(PublicNotice.close, at=LAST).then_refused("notice-still-running")
    given(posted_notice()).when(PublicNotice.close, at=LAST + timedelta(seconds=1)).then(PublicNotice.Closed)


def test_the_text_says_what_is_proposed_how_long_and_where_to_object():
    text = wording(notice(), "云工信公示〔2026〕6号", period(), EDITION)
    assert "2026年6月1日至2026年6月5日，共5个工作日" in text
    assert f"拟认定名单\n1. {FACTS.centre_name}（牵头单位：{FACTS.lead_unit_name}）" in text
    assert "拟培育" not in text
    assert "机关纪委或业务处室" in text
    assert "云工信技创〔2019〕181号" in text


def test_the_entry_names_the_case_and_its_track():
    [entry] = notice().entries
    assert (entry.case_id, entry.track.value) == (CASE, "designation")
    assert period().due.astimezone(BEIJING).hour == 23
