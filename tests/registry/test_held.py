"""A cleared case that is suspended, opened again or given up is not listed; complaints about it are on the board."""

from datetime import date
from uuid import UUID

import pytest

from services.intake.contracts import DossierWithdrawn
from services.registry import reactions
from services.registry.domain.centre import Centre
from services.registry.domain.complaint import Complaint
from services.registry.domain.held import HeldCase, held_id
from services.registry.domain.qualification import Qualification
from services.registry.domain.upgrading import State
from services.review import contracts
from services.shared.vocabulary import NotInThisState
from tests.registry.examples import CASE, FACTS, LISTED_ON
from tests.registry.test_ending import UPGRADE_CASE, ask_upgrade, cultivate, finish
from tests.registry.test_reactions import DECISION, REFUSED

OBJECTION = UUID("0190a0b0-0000-7000-8000-0000000000b1")
OF = {"number": "2026-1-7K3F9QA", "lead_uscc": FACTS.lead_uscc, "prefecture": FACTS.prefecture}


def suspended(life, case_id=CASE):
    of = {**OF, "cause": "investigation", "document_no": "3号", "since": life.registry.clock.now()}
    tell(life, reactions.when_case_suspended, contracts.CaseSuspended(case_id=case_id, **of))


def resumed(life, case_id=CASE):
    message = contracts.CaseResumed(
        case_id=case_id, document_no="8号", correction_due=None, provisional=False, explanation="", **OF
    )
    tell(life, reactions.when_case_resumed, message)


def opened_again(life, case_id=CASE):
    tell(
        life,
        reactions.when_clearing_reopened,
        contracts.CaseClearingReopened(case_id=case_id, notice_no="6号", **OF),
    )


def tell(life, reaction, message):
    with life.as_("review"):
        reaction(life.registry, message)


def list_it(life):
    with life.as_("collective-body") as registry:
        return registry.designate(CASE, document_no="96号", effective_on=LISTED_ON)


def refused(life, words):
    before = life.registry.event_log.max_notification_id()
    with pytest.raises(NotInThisState, match="listing-is-held") as refusal:
        list_it(life)
    assert words in refusal.value.findings[0].zh
    assert life.registry.event_log.max_notification_id() == before


def test_a_suspended_case_is_not_listed_until_it_is_resumed(life):
    life.clear()
    suspended(life)
    refused(life, "中止办理")
    resumed(life)
    assert list_it(life).qualification is Qualification.DESIGNATED


def test_a_case_that_was_opened_again_is_not_listed_until_it_is_cleared_anew_with_what_was_shown_last(life):
    life.clear()
    opened_again(life)
    refused(life, "异议")
    life.clear(centre_name="更正后的中心", notice_no="9号")
    assert list_it(life).facts.centre_name == "更正后的中心"
    assert life.rows("select centre_name, qualification from centres") == [
        {"centre_name": "更正后的中心", "qualification": "designated"}
    ]


def test_both_causes_have_to_fall(life):
    life.clear()
    suspended(life)
    opened_again(life)
    life.clear()
    refused(life, "中止办理")
    resumed(life)
    list_it(life)


def test_a_case_for_cultivation_is_held_alike(life):
    life.clear(track="cultivation")
    suspended(life)
    with life.as_("collective-body") as registry, pytest.raises(NotInThisState, match="listing-is-held"):
        registry.list_for_cultivation(CASE, document_no="96号", effective_on=LISTED_ON)


def test_a_repeat_changes_nothing(life):
    life.clear()
    for act in (suspended, opened_again, resumed):
        act(life)
        before = life.registry.event_log.max_notification_id()
        act(life)
        assert life.registry.event_log.max_notification_id() == before
    assert set(life.registry.find(HeldCase, held_id(CASE)).holding) == {"objection"}


def test_what_review_says_of_a_listed_centre_takes_nothing_back(life):
    life.designate()
    opened_again(life)
    life.clear(centre_name="另一名称")
    assert life.registry.find(Centre, CASE).facts.centre_name == FACTS.centre_name


def test_a_case_that_was_taken_back_after_its_clearing_is_not_listed(life):
    life.clear()
    taken_back = DossierWithdrawn(case_id=CASE, reason="撤回", submitted=True, centre_uscc=FACTS.centre_uscc, **OF)
    tell(life, reactions.when_dossier_withdrawn, taken_back)
    refused(life, "撤回")


@pytest.fixture
def upgrade(life):
    """A cleared upgrade."""
    cultivate(life)
    life.on(date(2028, 2, 10))
    asked = ask_upgrade(life)
    life.on(date(2028, 6, 1))
    life.clear(UPGRADE_CASE)
    return asked


def test_an_upgrade_whose_case_is_suspended_or_opened_again_is_not_finished(life, upgrade):
    suspended(life, UPGRADE_CASE)
    with pytest.raises(NotInThisState, match="listing-is-held"):
        finish(life, upgrade)
    resumed(life, UPGRADE_CASE)
    assert finish(life, upgrade).state is State.DONE


def test_an_upgrade_that_was_opened_again_fails_with_its_case(life, upgrade):
    opened_again(life, UPGRADE_CASE)
    message = contracts.CaseNotSelected(**REFUSED | DECISION | {"stage": "public_notice"})
    tell(life, reactions.when_case_not_selected, message)
    [row] = life.rows("select state from upgrades")
    assert row["state"] == State.FAILED


def complained(life, **changes):
    of = {"case_id": CASE, "number": OF["number"], "centre_name": FACTS.centre_name, "lead_uscc": FACTS.lead_uscc}
    of |= {"objection_id": OBJECTION, "received_on": date(2026, 6, 9), "in_time": False}
    tell(life, reactions.when_complaint_raised, contracts.ComplaintRaised(**{**of, **changes}))


def test_a_complaint_is_on_the_board_once_and_names_nobody(life):
    life.designate()
    for _ in range(2):
        complained(life)
    [row] = life.rows("select case_number, received_on, in_time from complaints")
    assert row == {"case_number": OF["number"], "received_on": date(2026, 6, 9), "in_time": False}
    assert life.registry.find(Complaint, OBJECTION).case_id == CASE
