"""What screening, intake and the registry say leads to a command of review, once."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.contracts import DossierWithdrawn
from services.registry.contracts import CentreDesignated
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.reactions import REACTIONS
from services.shared import contract
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.inbox import AlreadyTaken, Tracking
from tests.review.examples import AFTER, CASE, FACTS, RECOMMENDED, SAMPLE, TODAY
from tests.review.steps import post, pre_review, propose

WITHDRAWN = DossierWithdrawn(case_id=CASE, number=FACTS.number, submitted=True, reason="方案调整")
DESIGNATED = CentreDesignated(
    case_id=CASE,
    number="YN-MIC-001",
    case_number=FACTS.number,
    centre_name=FACTS.centre_name,
    centre_uscc=FACTS.centre_uscc,
    lead_uscc=FACTS.lead_uscc,
    lead_unit_name=FACTS.lead_unit_name,
    member_usccs=FACTS.member_usccs,
    field_domain=FACTS.field_domain,
    prefecture=FACTS.prefecture,
    document_no="云工信技创〔2026〕96号",
    effective_on=TODAY,
    policy_edition="2019-05-06",
)


def heard(sender: str, message: Any, position: int, data: Any = None) -> IntegrationEvent:
    """The integration event of this sender that carries the message, or its golden `data`."""
    terms, data = contract.contract_of(message), data or contract.dump(message)
    return IntegrationEvent(
        id=f"{sender}-{position}",
        source=f"urn:zhichuang:{sender}",
        type=f"cn.gov.yn.mic.{terms.name}",
        subject=data["number"],
        time="2026-04-10T02:00:00+00:00",
        dataschema=f"urn:zhichuang:schema:{sender}:{terms.name}",
        partitionkey=data["case_id"],
        sequence=position,
        position=position,
        previousposition=position - 1,
        correlationid="a-correlation",
        causationid="a-command",
        policyedition="2019-05-06",
        data=data,
    )


@pytest.fixture
def hear(wired):
    """Takes a message in as the inbox does, at a position of the sender's log."""

    def take(sender: str, message: Any, position: int, data: Any = None) -> Tracking:
        tracking = Tracking(sender, position)
        wired.react(heard(sender, message, position, data), tracking)
        return tracking

    return take


def topics(wired):
    return [topic for (topic,) in wired.database.rows("select topic from log order by position")]


def test_opens_a_review_with_every_fact_of_the_golden_message_and_remembers_it(hear, review):
    assert hear("screening", RECOMMENDED, 1, SAMPLE).written
    opened = review.find(Review, CASE)
    assert (opened.state, opened.facts, opened.policy_edition) == (State.RECOMMENDED, FACTS, "2019-05-06")
    assert opened.facts.documents[0].name == SAMPLE["documents"][0]["name"]
    [event] = review.events.get(CASE)
    assert (event.metadata.causation_id, event.metadata.capacity) == ("screening-1", "system")


def test_changes_nothing_when_the_same_case_is_told_of_again(hear, wired):
    hear("screening", RECOMMENDED, 1)
    hear("screening", RECOMMENDED, 2)
    assert topics(wired) == ["review.review.opened"]


def test_refuses_an_event_that_was_taken_in_already(hear, wired):
    hear("screening", RECOMMENDED, 1)
    hear("intake", WITHDRAWN, 1)
    with pytest.raises(AlreadyTaken):
        hear("intake", WITHDRAWN, 1)
    assert topics(wired) == ["review.review.opened", "review.review.withdrawn"]


def test_withdraws_the_review_when_the_dossier_is_withdrawn(hear, wired, review):
    pre_review(review)
    hear("intake", WITHDRAWN, 1)
    hear("intake", WITHDRAWN, 2)
    assert topics(wired)[-2:] == ["review.review.pre-review-drafted", "review.review.withdrawn"]


def test_withdraws_a_case_whose_recommendation_arrives_after_the_withdrawal(hear, wired, review):
    hear("intake", WITHDRAWN, 1)
    hear("intake", WITHDRAWN, 2)
    hear("screening", RECOMMENDED, 1)
    assert topics(wired) == ["review.withdrawal.noted", "review.review.opened", "review.review.withdrawn"]
    assert review.find(Review, CASE).state is State.WITHDRAWN


def test_does_nothing_about_a_draft_that_is_withdrawn(hear, wired):
    draft = DossierWithdrawn(case_id=CASE, number=FACTS.number, submitted=False, reason="")
    hear("intake", draft, 1)
    assert topics(wired) == []


def test_notes_that_the_registry_listed_a_cleared_case(hear, wired, review):
    propose(review)
    hear("registry", DESIGNATED, 1)
    assert review.find(Review, CASE).state is State.PROPOSED
    post(review, CASE)
    wired.clock.move_to(AFTER + timedelta(seconds=1))
    assert wired.run_deadlines() == 1
    hear("registry", DESIGNATED, 2)
    hear("registry", DESIGNATED, 3)
    assert topics(wired)[-1] == "review.review.listed"
    assert review.find(Review, CASE).state is State.LISTED


def test_listens_to_whoever_says_something_that_it_reacts_to():
    assert REACTIONS.senders == ("intake", "registry", "screening")
