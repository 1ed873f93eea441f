"""The material check on real PostgreSQL: corrections and returned batches, heard of and answered, each once."""

from dataclasses import fields, replace
from typing import Any

import pytest

from services.intake.contracts import DossierLapsed, DossierResubmitted, DossierTerminated
from services.review.domain.corrections import BatchReturn, CorrectionItem
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import CaseFacts
from services.review.reactions import (
    when_batch_resubmitted,
    when_dossier_lapsed,
    when_dossier_resubmitted,
    when_dossier_terminated,
    when_recommendation_rescinded,
)
from services.screening.contracts import BatchResubmitted, RecommendationRescinded
from services.shared.vocabulary import Invalid, NotInThisState, VersionConflict
from tests.review.conftest import as_
from tests.review.examples import CASE, FACTS, OTHER_CASE, RECOMMENDED
from tests.review.steps import open_case, pre_review, propose

ITEMS = (CorrectionItem("/attachments", "缺少共建协议", "S4.1.1"), CorrectionItem("", "纸质件缺章", "S4.1.1"))
NEW_LETTER = "昆工信〔2026〕16号"
PARTIES: dict[str, Any] = {
    "case_id": CASE,
    "number": FACTS.number,
    "lead_uscc": FACTS.lead_uscc,
    "prefecture": FACTS.prefecture,
}


def now(review, case_id=CASE):
    return review.find(Review, case_id)


def ask(review, *items):
    with as_("officer"):
        return review.request_correction(CASE, items=items or ITEMS)


def hear(react, review, message):
    with as_("system"):
        react(review, message)


def answered(review, level="province"):
    facts = {fact.name: getattr(now(review).facts, fact.name) for fact in fields(CaseFacts)}
    known = {field.name for field in fields(DossierResubmitted)}
    told = {name: value for name, value in facts.items() if name in known}
    told |= {"case_id": CASE, "level": level, "round_no": 1, "total_formation_funds_wan": "3200.00"}
    told |= {"snapshot_number": FACTS.snapshot_number + 1, "centre_name": "补正后的中心"}
    return DossierResubmitted(**told)


def test_everything_missing_is_told_once_with_a_day_and_the_clock_stands_until_the_answer(review):
    pre_review(review)
    asked = ask(review)
    deadline = asked.correction.deadline
    assert (deadline.local_due.date().isoformat(), deadline.clause) == ("2026-06-15", "S4.2")
    assert [kind for (kind,) in review.database.rows("select kind from deadlines")] == ["correction"]
    with as_("officer"), pytest.raises(NotInThisState):
        review.accept_case(CASE)
    hear(when_dossier_resubmitted, review, answered(review, "prefecture"))
    assert now(review).state is State.PROV_CORRECTION, "that was an answer to somebody else"
    answer = answered(review)
    hear(when_dossier_resubmitted, review, answer)
    hear(when_dossier_resubmitted, review, answer)
    case = now(review)
    assert (case.state, case.clock_runs, case.facts.centre_name) == (State.PRE_REVIEW, True, "补正后的中心")
    assert [(stop.cause, stop.ended_by) for stop in case.stops] == [("correction", "corrected")]
    assert review.database.rows("select kind from deadlines") == []


def test_an_unanswered_correction_ends_the_case(review):
    pre_review(review)
    ask(review)
    lapsed = DossierLapsed(**PARTIES, level="prefecture")
    hear(when_dossier_lapsed, review, lapsed)
    assert now(review).state is State.PROV_CORRECTION
    hear(when_dossier_lapsed, review, replace(lapsed, level="province"))
    assert now(review).state is State.LAPSED


def test_a_batch_goes_back_with_every_case_at_the_start_and_comes_again_under_a_new_letter(review):
    pre_review(review)
    open_case(review, OTHER_CASE)
    batch, letter = RECOMMENDED.batch_id, RECOMMENDED.letter_no
    with as_("officer"):
        returned = review.return_batch(batch, reasons=("附件3与申报书不符",))
    assert (set(returned.case_ids), returned.letter_no) == ({CASE, OTHER_CASE}, letter)
    assert {now(review, case).state for case in (CASE, OTHER_CASE)} == {State.RETURNED_TO_PREF}
    with as_("officer"), pytest.raises(Invalid) as again:
        review.return_batch(batch, reasons=("再退",))
    assert [finding.code for finding in again.value.findings] == ["nothing-to-return"]
    anew = BatchResubmitted(
        batch_id=batch,
        letter_no=NEW_LETTER,
        prefecture=FACTS.prefecture,
        round_id=FACTS.round_id,
        case_ids=(CASE,),
        annex_3=FACTS.snapshot,
    )
    hear(when_batch_resubmitted, review, anew)
    hear(when_batch_resubmitted, review, anew)
    why: dict[str, Any] = {"document_no": "9号", "reasons": ("不符",), "clauses": ("S3.2.2",), "remedy": "……"}
    dropped = RecommendationRescinded(**{**PARTIES, "case_id": OTHER_CASE}, **why)
    hear(when_recommendation_rescinded, review, dropped)
    assert (now(review).state, now(review).facts.letter_no) == (State.RECOMMENDED, NEW_LETTER)
    assert [(s.cause, s.ended_by) for s in now(review).stops] == [("batch-returned", "resubmitted")]
    assert now(review, OTHER_CASE).state is State.NOT_RECOMMENDED
    with as_("officer"):
        second = review.return_batch(batch, reasons=("行文缺章",))
    assert (second.case_ids, second.letter_no) == ((CASE,), NEW_LETTER)
    assert review.find(BatchReturn, second.id) is not None


def test_a_case_before_the_experts_stays_when_its_batch_is_returned(review):
    propose(review)
    with as_("officer"), pytest.raises(Invalid):
        review.return_batch(RECOMMENDED.batch_id, reasons=("太晚",))
    assert now(review).state is State.PROPOSED


def test_a_correction_that_somebody_else_has_overtaken_is_told(review):
    pre_review(review)
    with as_("officer", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        review.request_correction(CASE, items=ITEMS)
    assert now(review).state is State.PRE_REVIEW


def test_a_round_that_was_called_off_terminates_its_cases_wherever_they_stand(review):
    ended = DossierTerminated(**PARTIES, submitted=True, document_no="1号", reason="批次取消")
    propose(review)
    hear(when_dossier_terminated, review, replace(ended, submitted=False))
    assert now(review).state is State.PROPOSED
    hear(when_dossier_terminated, review, ended)
    hear(when_dossier_terminated, review, ended)
    assert now(review).state is State.TERMINATED
    early = replace(ended, case_id=OTHER_CASE)
    hear(when_dossier_terminated, review, early)
    open_case(review, OTHER_CASE)
    assert now(review, OTHER_CASE).state is State.TERMINATED, "heard before the recommendation"
