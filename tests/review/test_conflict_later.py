"""What the pool learns of an expert after the seat was given, and a list that was overtaken, stop the case too."""

import pytest

from services.review.domain.expert_profile import Relation, profile_id
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Amendment, Expert
from services.shared.vocabulary import Denied, Invalid
from tests.review import steps
from tests.review.conftest import as_
from tests.review.examples import CASE, EXPERTS, FACTS, OTHER_CASE, POINTS, TODAY
from tests.review.steps import SHOWN, constitute, draft_notice, open_case, pre_review, propose

MEMBER = FACTS.member_usccs[-1]
ADVICE = Relation("paid_advice", MEMBER, "成员单位")
SEAT = EXPERTS[3]


def enrol(review, expert=SEAT, *relations):
    with as_("officer"):
        return review.enrol_expert(expert=expert, relations=relations)


def declare(review, *relations, subject=SEAT.subject):
    with as_(subject):
        review.declare_relations(profile_id(subject), relations=relations)


def refused(act, actor=SEAT.subject):
    with as_(actor), pytest.raises((Denied, Invalid)) as refusal:
        act()
    return {finding.code for finding in refusal.value.findings}


def test_an_expert_whose_relation_becomes_known_declares_nothing_away_and_neither_reads_nor_scores(review):
    enrol(review)
    panel = constitute(review)
    with as_(SEAT.subject):
        review.declare_no_conflict(panel.id)
    assert panel_now(review, panel).papers_for(SEAT.subject, review.conflicts_known(panel, SEAT.subject))
    declare(review, ADVICE)
    known = review.conflicts_known(panel, SEAT.subject)
    assert known == {SEAT.subject: ("paid_advice",)}
    assert panel_now(review, panel).papers_for(SEAT.subject, known) == ()
    sheet = {"items": POINTS[SEAT.subject], "comment": ""}
    acts = (
        lambda: review.declare_no_conflict(panel.id),
        lambda: review.save_score_sheet(panel.id, **sheet, reasons={}),
        lambda: review.submit_score_sheet(panel.id, **sheet),
        lambda: review.record_dissent(panel.id, text="不同意。"),
        lambda: review.sign_opinion(panel.id, text="同意。", met_on=TODAY),
    )
    assert [refused(act) for act in acts] == [{"conflict-is-known"}] * len(acts)
    with as_(SEAT.subject):
        assert review.declare_conflict(panel.id, ground="paid_advice").recused == {SEAT.subject: "paid_advice"}


def panel_now(review, panel):
    return review.find(type(panel), panel.id)


def test_the_employer_that_the_pool_knows_counts_whatever_the_officer_writes(review):
    known = Expert(SEAT.subject, SEAT.speciality, "成员单位", MEMBER, SEAT.fields, SEAT.outside_province)
    enrol(review, known)
    pre_review(review)
    with as_("head"):
        review.pass_pre_review(CASE)
    steps.enrol(review)
    assert refused(lambda: review.constitute_panel(CASE, experts=EXPERTS), "officer") == {"expert-has-conflict"}


def test_a_tie_to_any_unit_of_a_rival_bid_counts(review):
    rival = "91530400MAFAKE115E"
    enrol(review, SEAT, Relation("co_author", rival, "竞争方的成员单位"))
    pre_review(review)
    open_case(
        review,
        OTHER_CASE,
        lead_uscc="91530300MAFAKE051B",
        member_usccs=("91530300MAFAKE051B", rival),
        field_domain=review.find(Review, CASE).facts.field_domain,
    )
    with as_("head"):
        review.pass_pre_review(CASE)
    steps.enrol(review)
    assert refused(lambda: review.constitute_panel(CASE, experts=EXPERTS), "officer") == {"expert-has-conflict"}


def test_a_list_drawn_up_before_the_name_was_corrected_is_not_posted(review):
    propose(review)
    first, second = draft_notice(review, CASE), draft_notice(review, CASE)
    with as_("officer"):
        review.post_notice(first.id, notice_no="6号", posted_on=TODAY, **SHOWN)
    with as_("officer"):
        review.amend_listing(CASE, amendment=Amendment(FACTS.centre_name, "昆明幻彩合金集团", "名称有误"))
    before = review.event_log.max_notification_id()

    def post():
        return review.post_notice(second.id, notice_no="7号", posted_on=TODAY, **SHOWN)

    assert refused(post, "officer") == {"list-out-of-date"}
    assert review.event_log.max_notification_id() == before
    assert review.find(Review, CASE).state is State.PROPOSED
