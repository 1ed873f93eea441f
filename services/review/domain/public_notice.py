"""PublicNotice (公示): a proposed list shown to everybody for its full period (S4.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.values import NoticeEntry
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef, Finding

ANY_LENGTH = range(1, 366)

PROOF_TYPES = ("image/jpeg", "image/png", "application/pdf")


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
    def __init__(
        self, title: str, entries: tuple[NoticeEntry, ...], policy_edition: str, by: str, days: int = 0
    ) -> None:
        self.title = title
        self.entries = entries
        self.policy_edition = policy_edition
        self.drafted_by = by
        self.days = days
        self.approved_on: date | None = None
        self.notice_no = ""
        self.posted_on: date | None = None
        self.deadline: Deadline | None = None
        self.text: DocumentRef | None = None
        self.channel = ""
        self.url = ""
        self.proofs: tuple[DocumentRef, ...] = ()
        self.struck: dict[UUID, str] = {}
        self.state = State.DRAFTED

    @classmethod
    def draft(
        cls,
        *,
        title: str,
        entries: tuple[NoticeEntry, ...],
        editions: frozenset[str],
        days: int = 0,
        lengths: range = ANY_LENGTH,
    ) -> PublicNotice:
        """Draw up a list. Raises Invalid for none, a case twice, or cases of different policy editions. S4.2

        `days` is how long it is to be shown, one of the `lengths` that the edition allows; 0 is what it sets.
        """
        found = []
        if days and days not in lengths:
            zh = f"公示期应为 {lengths[0]} 至 {lengths[-1]} 日"
            en = f"a notice runs for {lengths[0]} to {lengths[-1]} days"
            found.append(Finding("notice-length-not-allowed", zh, en, "/days", "S4.2"))
        if not entries or len({entry.case_id for entry in entries}) < len(entries):
            zh, en = "名单为空或案件重复", "the list is empty or names a case twice"
            found.append(Finding("list-not-in-order", zh, en, "/case_ids", "S4.2"))
        if len(editions) > 1:
            zh, en = "适用不同政策版本的案件应分别公示", "cases under different editions need notices of their own"
            found.append(Finding("mixed-editions", zh, en, "/case_ids", "S4.2"))
        if found:
            raise errors.invalid(tuple(found))
        by = acting_now().actor
        return cls(title=title, entries=entries, policy_edition=next(iter(editions)), by=by, days=days)

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

    def post(
        self,
        *,
        notice_no: str,
        posted_on: date,
        deadline: Deadline,
        text: DocumentRef,
        channel: str = "",
        url: str = "",
        required: Collection[str] = (),
    ) -> None:
        """Record that the list was posted, where, with archived text and period. Raises as `check_day` does. S4.2

        `required` are the parts of the proof (公示凭证) that the edition asks for: Invalid for each that is missing.
        """
        self.check_day(posted_on)
        check_period(deadline)
        if missing := self._unproven({"channel": channel, "url": url, "screenshot": self.proofs}, required):
            raise errors.invalid(missing)
        self._posted(notice_no=notice_no, posted_on=posted_on, deadline=deadline, text=text, channel=channel, url=url)

    @event("Posted", topic="review.public-notice.posted")
    def _posted(
        self,
        notice_no: str,
        posted_on: date,
        deadline: Deadline,
        text: DocumentRef,
        channel: str = "",
        url: str = "",
    ) -> None:
        self.channel = channel
        self.url = url
        self.notice_no = notice_no
        self.posted_on = posted_on
        self.deadline = deadline
        self.text = text
        self.state = State.POSTED

    def attach_proof(self, proof: DocumentRef) -> None:
        """Keep what proves that the list is shown (公示截图), once it may be. The same twice changes nothing. S4.2"""
        self._require(State.APPROVED, State.POSTED, State.CLOSED)
        if proof.media_type not in PROOF_TYPES:
            zh, en = "公示证明应为 JPEG、PNG 或 PDF", "a proof is a JPEG, PNG or PDF"
            raise errors.invalid((Finding("not-a-proof", zh, en, clause="S4.2"),))
        if proof not in self.proofs:
            self._proof_attached(proof=proof, by=acting_now().actor)

    @event("ProofAttached", topic="review.public-notice.proof-attached")
    def _proof_attached(self, proof: DocumentRef, by: str) -> None:
        self.proofs = (*self.proofs, proof)

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

    @staticmethod
    def _unproven(parts: Mapping[str, object], required: Collection[str]) -> tuple[Finding, ...]:
        zh, en = {"channel": "发布位置", "url": "网址", "screenshot": "网页截图"}, "the proof of posting lacks its"
        return tuple(
            Finding("proof-missing", f"公示凭证缺少{zh[part]}", f"{en} {part}", f"/{part}", "S4.2")
            for part in parts
            if part in required and not parts[part]
        )

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)


def check_period(deadline: Deadline) -> None:
    """Raises Invalid when the last day lies in a year whose working days are not known yet. S4.2"""
    if deadline.provisional:
        zh, en = "公示期跨入放假安排尚未公布的年度", "the notice would end in a year of unknown holidays"
        raise errors.invalid((Finding("calendar-unknown", zh, en, "/posted_on", "S4.2"),))
