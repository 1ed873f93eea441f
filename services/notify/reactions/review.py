"""Who is told of what review says."""

from __future__ import annotations

from services.notify.application import Notify
from services.notify.domain.values import PROVINCE, prefecture
from services.notify.reactions.telling import (
    REACTIONS,
    TRACKS,
    ask_for_correction,
    facts_of_decision,
    moment,
    tell_of_reopening,
    tell_of_resumption,
    tell_of_suspension,
    unit_and_prefecture,
)
from services.review import contracts as review
from services.review.contracts import CaseCleared, CaseNotSelected, NoticeClosed, NoticePosted


@REACTIONS.to(review.CorrectionRequested)
def when_province_asks_for_correction(notify: Notify, message: review.CorrectionRequested) -> None:
    ask_for_correction(notify, message, "province", (prefecture(message.prefecture), PROVINCE))


@REACTIONS.to(review.CaseReopened)
def when_province_reopens_case(notify: Notify, message: review.CaseReopened) -> None:
    tell_of_reopening(notify, message)


@REACTIONS.to(CaseNotSelected)
def when_case_not_selected(notify: Notify, message: CaseNotSelected) -> None:
    facts = facts_of_decision(notify, message)
    notify.tell(message.number, facts=facts, told={"case.not-selected": unit_and_prefecture(message)})


@REACTIONS.to(review.CaseSuspended)
def when_province_suspends_case(notify: Notify, message: review.CaseSuspended) -> None:
    tell_of_suspension(notify, message)


@REACTIONS.to(review.CaseResumed)
def when_province_resumes_case(notify: Notify, message: review.CaseResumed) -> None:
    tell_of_resumption(notify, message, message.correction_due)


@REACTIONS.to(NoticePosted)
def when_notice_posted(notify: Notify, message: NoticePosted) -> None:
    concerned = [notify.parties_of(case_id) for case_id in message.case_ids]
    facts = {
        "notice_no": message.notice_no,
        "title": message.title,
        "posted_on": message.posted_on.isoformat(),
        "ends_at": moment(message.ends_at),
    }
    told = {"notice.posted": [audience for parties in concerned for audience in unit_and_prefecture(parties)]}
    notify.tell(message.notice_no, facts=facts, told=told)


@REACTIONS.to(NoticeClosed)
def when_notice_closed(notify: Notify, message: NoticeClosed) -> None:
    notify.tell(message.notice_no, facts={"notice_no": message.notice_no}, told={"notice.closed": [PROVINCE]})


@REACTIONS.to(CaseCleared)
def when_case_cleared(notify: Notify, message: CaseCleared) -> None:
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "track": message.track.value,
        "track_zh": TRACKS[message.track],
        "notice_no": message.notice_no,
    }
    notify.tell(message.number, facts=facts, told={"case.cleared": [*unit_and_prefecture(message), PROVINCE]})
