"""PublicNotice (公示): a proposed list shown to everybody for its full period (S4.2)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.values import NoticeEntry
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.calendar import BEIJING, Deadline
from services.shared.policy import Edition
from services.shared.vocabulary import DocumentRef, Finding, Track


class State(StrEnum):
    """Where a notice stands: drafted 拟稿, approved 已批准, posted 公示中, closed 已结束."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    POSTED = "posted"
    CLOSED = "closed"


class PublicNotice(Aggregate):
    """One proposed list (拟认定或培育试点名单) and its time before the public."""

    TOPIC = "review.public-notice"

    @event("Drafted", topic="review.public-notice.drafted")
    def __init__(self, title: str, entries: tuple[NoticeEntry, ...], policy_edition: str, by: str) -> None:
        self.title = title
        self.entries = entries
        self.policy_edition = policy_edition
        self.drafted_by = by
        self.approved_on: date | None = None
        self.notice_no = ""
        self.posted_on: date | None = None
        self.deadline: Deadline | None = None
        self.text: DocumentRef | None = None
        self.struck: dict[UUID, str] = {}
        self.state = State.DRAFTED

    @classmethod
    def draft(cls, *, title: str, entries: tuple[NoticeEntry, ...], editions: frozenset[str]) -> PublicNotice:
        """Draw up a list. Raises Invalid for none, a case twice, or cases of different policy editions. S4.2"""
        found = []
        if not entries or len({entry.case_id for entry in entries}) < len(entries):
            zh, en = "名单为空或案件重复", "the list is empty or names a case twice"
            found.append(Finding("list-not-in-order", zh, en, "/case_ids", "S4.2"))
        if len(editions) > 1:
            zh, en = "适用不同政策版本的案件应分别公示", "cases under different editions need notices of their own"
            found.append(Finding("mixed-editions", zh, en, "/case_ids", "S4.2"))
        if found:
            raise errors.invalid(tuple(found))
        return cls(title=title, entries=entries, policy_edition=next(iter(editions)), by=acting_now().actor)

    def approve(self) -> None:
        """Approve the list for posting. Raises Denied for the drafter. S4.2"""
        self._require(State.DRAFTED)
        if acting_now().actor == self.drafted_by:
            raise errors.drafter_may_not_sign()
        self._approved(approved_on=rules.local_today())

    @event("Approved", topic="review.public-notice.approved")
    def _approved(self, approved_on: date) -> None:
        self.approved_on = approved_on
        self.state = State.APPROVED

    def check_day(self, posted_on: date) -> None:
        """Raises NotInThisState unless approved, Invalid for a posting before the approval or in the future. S4.2"""
        self._require(State.APPROVED)
        found = rules.day_is_not_in_the_future(posted_on, "/posted_on")
        if self.approved_on is not None and posted_on < self.approved_on:
            zh, en = "发布日期早于批准日期", "posted before it was approved"
            found += (Finding("posted-before-approval", zh, en, "/posted_on", "S4.2"),)
        if found:
            raise errors.invalid(found)

    def post(self, *, notice_no: str, posted_on: date, deadline: Deadline, text: DocumentRef) -> None:
        """Record that the list was posted, with its archived text and its period. Raises as `check_day` does. S4.2"""
        self.check_day(posted_on)
        check_period(deadline)
        self._posted(notice_no=notice_no, posted_on=posted_on, deadline=deadline, text=text)

    @event("Posted", topic="review.public-notice.posted")
    def _posted(self, notice_no: str, posted_on: date, deadline: Deadline, text: DocumentRef) -> None:
        self.notice_no = notice_no
        self.posted_on = posted_on
        self.deadline = deadline
        self.text = text
        self.state = State.POSTED

    def strike(self, case_id: UUID, *, reason: str) -> None:
        """Strike a case off the list while it is shown (更正): it leaves this notice, the others stay. S4.2"""
        self._require(State.POSTED, State.CLOSED)
        if case_id not in self.struck and any(entry.case_id == case_id for entry in self.entries):
            self._struck(case_id=case_id, reason=reason)

    @event("EntryStruck", topic="review.public-notice.entry-struck")
    def _struck(self, case_id: UUID, reason: str) -> None:
        self.struck = {**self.struck, case_id: reason}

    def check_lines(self, today: tuple[NoticeEntry, ...]) -> None:
        """Raises Invalid with every line that no longer says what its case is proposed as (invariant 3). S4.2"""
        if found := tuple(
            errors.line_is_out_of_date(line.number, f"/entries/{row}")
            for row, (line, now) in enumerate(zip(self.entries, today, strict=True))
            if line != now
        ):
            raise errors.invalid(found)

    def check_objection(self, case_id: UUID, received_on: date) -> None:
        """Raises NotInThisState before the posting; Invalid for a case that is not listed or a day out of order."""
        self._require(State.POSTED, State.CLOSED)
        found = rules.day_is_not_in_the_future(received_on, "/received_on")
        if self.posted_on is not None and received_on < self.posted_on:
            zh, en = "收到日期早于公示发布", "received before the notice was posted"
            found += (Finding("received-before-notice", zh, en, "/received_on", "S4.2"),)
        if all(entry.case_id != case_id for entry in self.entries):
            zh, en = "公示名单中没有此事项", "the case is not on this notice"
            found += (Finding("not-on-notice", zh, en, "/case_id", "S4.2"),)
        if found:
            raise errors.invalid(found)

    def is_over_on(self, day: date) -> bool:
        """Whether what is received on this local day comes after the end of the notice."""
        return self.deadline is not None and day > self.deadline.local_due.date()

    def close(self) -> None:
        """End the notice once its full period has elapsed; the clock does it. S4.2"""
        self._require(State.POSTED)
        if self.deadline is None or self.deadline.is_met(acting_now().at):
            raise errors.notice_still_running()
        self._closed()

    @event("Closed", topic="review.public-notice.closed")
    def _closed(self) -> None:
        self.state = State.CLOSED

    @property
    def has_elapsed(self) -> bool:
        """Whether it has run its full period."""
        return self.state is State.CLOSED

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state in (State.POSTED, State.CLOSED)

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)


def check_period(deadline: Deadline) -> None:
    """Raises Invalid when the last day lies in a year whose working days are not known yet. S4.2"""
    if deadline.provisional:
        zh, en = "公示期跨入放假安排尚未公布的年度", "the notice would end in a year of unknown holidays"
        raise errors.invalid((Finding("calendar-unknown", zh, en, "/posted_on", "S4.2"),))


def wording(notice: PublicNotice, notice_no: str, deadline: Deadline, edition: Edition) -> str:
    """The text that is posted and archived: number, basis, period, both lists, and where to object."""
    first, last = _day(deadline.start), _day(deadline.due.astimezone(BEIJING).date())
    stages = "、".join(edition["review.stages"].values())
    parts = [
        notice.title,
        notice_no,
        f"根据《{edition.title}》（{edition.document_no}），经{stages}，现将拟列入名单予以公示。",
        f"公示期：{first}至{last}，共{deadline.length}个工作日。",
        *_list("拟认定名单", notice.entries, Track.DESIGNATION),
        *_list("拟培育试点名单", notice.entries, Track.CULTIVATION),
        f"如有异议，请在公示期内以书面形式实名向{'或'.join(edition['notice.objection_channels'].values())}反映并附证据。",
    ]
    return "\n".join(parts) + "\n"


def _list(heading: str, entries: tuple[NoticeEntry, ...], track: Track) -> list[str]:
    names = [f"{entry.centre_name}（牵头单位：{entry.lead_unit_name}）" for entry in entries if entry.track == track]
    return [heading, *(f"{row}. {name}" for row, name in enumerate(names, 1))] if names else []


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
