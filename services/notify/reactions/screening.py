"""Who is told of what screening says."""

from __future__ import annotations

from services.notify.application import Notify
from services.notify.domain.values import PROVINCE, organisation, prefecture
from services.notify.reactions.telling import (
    REACTIONS,
    ask_for_correction,
    case_named,
    facts_of_decision,
    moment,
    prefecture_name,
    tell_of_reopening,
    tell_of_resumption,
    tell_of_suspension,
)
from services.screening import contracts as screening
from services.screening.contracts import BatchSubmitted, CaseNotRecommended, CaseRecommended, CaseTakenIn


@REACTIONS.to(screening.CorrectionRequested)
def when_prefecture_asks_for_correction(notify: Notify, message: screening.CorrectionRequested) -> None:
    ask_for_correction(notify, message, "prefecture", (prefecture(message.prefecture),))


@REACTIONS.to(CaseTakenIn)
def when_case_taken_in(notify: Notify, message: CaseTakenIn) -> None:
    facts = {
        **case_named(notify, message.case_id, message.number),
        "prefecture_name": prefecture_name(message.prefecture),
        "due": moment(message.due),
    }
    notify.tell(message.number, facts=facts, told={"case.taken-in": [organisation(message.lead_uscc)]})


@REACTIONS.to(screening.CaseSuspended)
def when_prefecture_suspends_case(notify: Notify, message: screening.CaseSuspended) -> None:
    tell_of_suspension(notify, message)


@REACTIONS.to(screening.CaseResumed)
def when_prefecture_resumes_case(notify: Notify, message: screening.CaseResumed) -> None:
    tell_of_resumption(notify, message, message.due)


@REACTIONS.to(screening.CaseReopened)
def when_prefecture_reopens_case(notify: Notify, message: screening.CaseReopened) -> None:
    tell_of_reopening(notify, message)


@REACTIONS.to(CaseNotRecommended)
def when_case_not_recommended(notify: Notify, message: CaseNotRecommended) -> None:
    facts = facts_of_decision(notify, message)
    notify.tell(message.number, facts=facts, told={"case.not-recommended": [organisation(message.lead_uscc)]})


@REACTIONS.to(CaseRecommended)
def when_case_recommended(notify: Notify, message: CaseRecommended) -> None:
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "prefecture_name": prefecture_name(message.prefecture),
        "letter_no": message.letter_no,
    }
    notify.tell(message.number, facts=facts, told={"case.recommended": [organisation(message.lead_uscc)]})


@REACTIONS.to(BatchSubmitted)
def when_batch_submitted(notify: Notify, message: BatchSubmitted) -> None:
    facts = {
        "prefecture_name": prefecture_name(message.prefecture),
        "letter_no": message.letter_no,
        "count": str(len(message.case_ids)),
    }
    notify.tell(message.letter_no, facts=facts, told={"batch.submitted": [PROVINCE]})
