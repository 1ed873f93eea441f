"""What review says: sealed from its own log, and shaped as its golden samples are."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.review import contracts
from services.review.domain.review import Review
from services.review.publishing import PUBLISHING
from services.shared import contract
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.relay import LogRecord
from services.shared.vocabulary import Track
from tests.review.conftest import as_
from tests.review.examples import CASE, FACTS, FAILED, TODAY
from tests.review.steps import appraise, post, pre_review, propose

SAMPLES = Path(contracts.__file__).parent / "samples"
MESSAGES = [
    contracts.CorrectionRequested,
    contracts.BatchReturned,
    contracts.CaseNotSelected,
    contracts.NoticePosted,
    contracts.NoticeClosed,
    contracts.CaseCleared,
    contracts.BanStarted,
    contracts.CaseReopened,
    contracts.CaseSuspended,
    contracts.CaseResumed,
    contracts.CaseClearingReopened,
    contracts.ComplaintRaised,
]


def sealed(wired, review):
    """Every integration event of the log, in order."""
    sealer, previous, events = Sealer("review", review, PUBLISHING), 0, []
    query = "select position, originator_id, originator_version, topic, state, link from log order by position"
    for row in wired.database.rows(query):
        if event := sealer(LogRecord(*row), previous):
            events.append(event)
            previous = event.position
    return events


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: contract.contract_of(message).name)
def test_the_golden_sample_is_exactly_a_message_of_its_contract(message):
    data = json.loads((SAMPLES / f"{contract.contract_of(message).name}.json").read_text(encoding="utf-8"))
    again = contract.dump(contract.load(message, data))
    grown = {name: value for name, value in again.items() if name in data or value}
    assert json.loads(json.dumps(grown)) == data


def test_there_is_a_sample_for_each_contract_and_no_other():
    assert {path.stem for path in SAMPLES.iterdir()} == {contract.contract_of(message).name for message in MESSAGES}


def test_says_that_the_notice_was_posted_and_closed_and_all_that_the_registry_needs(wired, review):
    propose(review)
    notice = post(review, CASE)
    wired.clock.move_to(datetime(2026, 6, 6, tzinfo=UTC))
    assert wired.run_deadlines() == 1
    posted, closed, cleared = sealed(wired, review)
    assert [event.name for event in (posted, closed, cleared)] == [
        "notice.posted.v1",
        "notice.closed.v1",
        "case.cleared.v1",
    ]
    message = contract.load(contracts.NoticePosted, posted.data)
    assert (message.case_ids, message.posted_on, message.text) == ((CASE,), date(2026, 6, 1), notice.text)
    assert message.ends_at == datetime(2026, 6, 5, 15, 59, tzinfo=UTC)
    assert cleared.partitionkey == str(CASE)
    told = contract.load(contracts.CaseCleared, cleared.data)
    assert (told.track, told.notice_id, told.notice_no) == (Track.DESIGNATION, notice.id, notice.notice_no)
    assert (told.centre_name, told.member_usccs) == (FACTS.centre_name, FACTS.member_usccs)
    assert (told.round_id, told.snapshot) == (FACTS.round_id, review.find(Review, CASE).facts.snapshot)


def test_says_of_a_failed_pre_review_the_stage_the_reasons_and_the_remedy(wired, review):
    pre_review(review, draft=FAILED)
    with as_("head"):
        review.fail_pre_review(CASE, document_no="云工信技创〔2026〕70号")
    [event] = sealed(wired, review)
    message = contract.load(contracts.CaseNotSelected, event.data)
    assert message.centre_uscc == FACTS.centre_uscc
    assert (message.stage, message.reasons, message.clauses) == ("material_check", FAILED["reasons"], ("S3.2.2",))
    assert "行政复议" in message.remedy


def test_says_at_which_stage_a_case_was_not_selected(wired, review):
    appraise(review, share=2)
    with as_("body"):
        review.not_select_case(
            CASE,
            document_no="云工信技创〔2026〕80号",
            minute_no="12号",
            meeting_date=TODAY,
            text="不予列入。",
            reasons=("得分低",),
            clauses=("S4.2",),
        )
    [event] = sealed(wired, review)
    assert (event.name, event.data["stage"]) == ("case.not-selected.v1", "expert_panel")
