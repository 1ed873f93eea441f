"""A conflict of fields that comes up after the proposal, say of a case that was reopened: it stops the posting."""

import pytest

from services.review.domain.field_claim import Way
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Proposal
from services.shared.vocabulary import Invalid, Track, VersionConflict
from tests.given import done, given
from tests.review.conftest import as_
from tests.review.examples import CASE, EDITION, OTHER_CASE, PROPOSAL, TODAY, proposed
from tests.review.steps import SHOWN, draft_notice, open_case, propose
from tests.review.test_field_claim import CONFLICT, LATER, resolving
from tests.review.test_suspending import suspending

CULTIVATION = Proposal(Track.CULTIVATION, PROPOSAL.meeting_date, "15号", "改列培育。")


def flagged():
    return done(proposed(), lambda r: r.flag_field_conflicts((CONFLICT,)))


def checking(*standing):
    return lambda r: r.require_field_resolved(standing, EDITION)


def test_a_flagged_conflict_that_still_stands_stops_the_posting_until_it_is_resolved():
    given(flagged()).when(checking(CONFLICT)).then_refused("field-conflict-unresolved")
    given(flagged()).when(resolving(Way.EXCEPTION, "技术路线不同")).then(Review.FieldExceptionGranted)
    given(done(flagged(), resolving(Way.EXCEPTION, "技术路线不同"))).when(checking(CONFLICT)).then()


def test_one_that_has_fallen_and_one_that_nobody_flagged_stop_nothing():
    given(flagged()).when(checking()).then()
    given(proposed()).when(checking(LATER)).then()


def test_the_other_track_is_decided_on_before_the_posting_too():
    other = done(flagged(), resolving(Way.OTHER_TRACK, "转为培育"))
    given(other).when(checking(CONFLICT)).then_refused("other-track-decided")
    moved = done(flagged(), resolving(Way.OTHER_TRACK, "转为培育"), lambda r: r.amend_proposal(CULTIVATION))
    given(moved).when(checking(CONFLICT)).then()
    assert (moved.state, moved.notice_entry(CASE).track) == (State.PROPOSED, Track.CULTIVATION)


def test_a_joint_dossier_keeps_the_case_off_every_list():
    joint = done(flagged(), resolving(Way.JOINT, "合并申报"))
    given(joint).when(checking(CONFLICT)).then_refused("joint-dossier-decided")


def test_nothing_of_it_is_decided_while_the_case_is_suspended():
    given(done(flagged(), suspending)).when(resolving(Way.EXCEPTION, "理由")).then_refused("case-suspended")


def test_on_real_tables_neither_a_draft_nor_a_posting_passes_until_the_body_has_resolved_it(review):
    propose(review)
    approved = draft_notice(review, CASE)
    open_case(review, OTHER_CASE, field_domain=review.find(Review, CASE).facts.field_domain)
    with as_("officer"):
        review.flag_field_conflicts(CASE)
    before = review.event_log.max_notification_id()
    acts = (
        lambda: review.draft_notice(title="公示", case_ids=(CASE,)),
        lambda: review.post_notice(approved.id, notice_no="6号", posted_on=TODAY, **SHOWN),
    )
    for act in acts:
        with as_("officer"), pytest.raises(Invalid) as refusal:
            act()
        assert {finding.code for finding in refusal.value.findings} == {"field-conflict-unresolved"}
    assert review.event_log.max_notification_id() == before
    how = {"way": Way.EXCEPTION, "reasons": ("路线不同",), "meeting_date": TODAY, "minute_no": "16号"}
    with as_("body", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        review.resolve_field_conflicts(CASE, **how)
    with as_("body"):
        review.resolve_field_conflicts(CASE, **how)
    with as_("officer"):
        review.post_notice(approved.id, notice_no="6号", posted_on=TODAY, **SHOWN)
    assert review.find(Review, CASE).state is State.PUBLIC_NOTICE
