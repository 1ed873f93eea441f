"""Round (申报批次): 筹备 → 受理中 → 截止 → 评审中 → 已公布 → 归档, or 取消; opening binds the edition (S4.0)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.intake.domain import errors
from services.shared.aggregate import Aggregate, event
from services.shared.calendar import BEIJING, Deadline
from services.shared.vocabulary import Invalid


class State(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    IN_REVIEW = "in-review"
    ANNOUNCED = "announced"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Quota:
    """How many cases a recommending body, by its code, may send up."""

    prefecture: str
    most: int


@dataclass(frozen=True)
class Conditions:
    """What a round asks beside the policy: fields (none: all), quotas (none: no limit), copies on paper."""

    text: str
    fields: tuple[str, ...]
    quotas: tuple[Quota, ...]
    paper_copies: int


class Round(Aggregate):
    """One call for dossiers, between two dates, under one edition of the policy."""

    TOPIC = "intake.round"

    @event("Planned", topic="intake.round.planned")
    def __init__(self, number: str, title: str, year: int, opens_on: date, closes_on: date) -> None:
        self.number = number
        self.title = title
        self.year = year
        self.opens_on = opens_on
        self.closes_on = closes_on
        self.state = State.PLANNED
        self.deadline: Deadline | None = None
        self.document_no = ""
        self.announced_by = ""
        self.conditions: Conditions | None = None

    @classmethod
    def plan(cls, *, number: str, title: str, year: int, opens_on: date, closes_on: date) -> Round:
        """Prepare a round (筹备). Raises Invalid when it would close before it opens."""
        if closes_on <= opens_on:
            raise errors.round_dates_disordered()
        return cls(number=number, title=title, year=year, opens_on=opens_on, closes_on=closes_on)

    def publish_conditions(self, conditions: Conditions, *, bodies: Collection[str]) -> None:
        """Set what the round asks beside the policy (申报条件), before it opens.

        Raises Invalid for a double quota, and for one of who is none of the recommending `bodies`.
        """
        if self.state is not State.PLANNED:
            raise errors.not_in(self.state, State.PLANNED)
        if len({quota.prefecture for quota in conditions.quotas}) < len(conditions.quotas):
            raise errors.quota_repeated()
        wrong = [
            errors.not_a_recommending_body(quota.prefecture, f"/quotas/{at}/prefecture")
            for at, quota in enumerate(conditions.quotas)
            if quota.prefecture not in bodies
        ]
        if wrong:
            raise Invalid(*wrong)
        if conditions != self.conditions:
            self._conditions_published(conditions=conditions)

    @event("ConditionsPublished", topic="intake.round.conditions-published")
    def _conditions_published(self, conditions: Conditions) -> None:
        self.conditions = conditions

    def open(self, *, policy_edition: str, document_no: str, deadline: Deadline, at: datetime) -> None:
        """Publish the call notice (申报通知) and bind the edition that every case of this round is judged by.

        Raises NotInThisState at a moment `at` behind its closing: nobody could hand anything in.
        """
        if self.state is not State.PLANNED:
            raise errors.not_in(self.state, State.PLANNED)
        if not deadline.is_met(at):
            raise errors.closing_is_past(deadline.explain())
        self._opened(policy_edition=policy_edition, document_no=document_no, deadline=deadline)

    @event("Opened", topic="intake.round.opened")
    def _opened(self, policy_edition: str, document_no: str, deadline: Deadline) -> None:
        self.policy_edition = policy_edition
        self.document_no = document_no
        self.deadline = deadline
        self.state = State.OPEN

    def extend(self, *, closes_on: date, reason: str, deadline: Deadline, drafting: tuple[str, ...] = ()) -> None:
        """Move the closing day back (延期); `drafting` are the lead units that still write, who are to be told.

        Raises Invalid for a day that is not later.
        """
        if self.state is not State.OPEN:
            raise errors.not_in(self.state, State.OPEN)
        if closes_on <= self.closes_on:
            raise errors.deadline_not_later()
        self._extended(closes_on=closes_on, reason=reason, deadline=deadline, drafting=drafting)

    @event("Extended", topic="intake.round.extended")
    def _extended(  # reason and who drafts are kept in the event
        self, closes_on: date, reason: str, deadline: Deadline, drafting: tuple[str, ...] = ()
    ) -> None:
        self.closes_on = closes_on
        self.deadline = deadline

    def close(self) -> None:
        """Take no more dossiers (截止); the clock does it at the deadline's time of day."""
        if self.state is not State.OPEN:
            raise errors.not_in(self.state, State.OPEN)
        self._closed()

    @event("Closed", topic="intake.round.closed")
    def _closed(self) -> None:
        self.state = State.CLOSED

    def cancel(self, *, document_no: str, reason: str) -> None:
        """Call the round off (取消), before its review begins; its open dossiers end with it (S4.0)."""
        if self.state is State.CANCELLED:
            raise errors.round_cancelled(self.number)
        if self.state not in (State.PLANNED, State.OPEN, State.CLOSED):
            raise errors.not_in(self.state, State.PLANNED, State.OPEN, State.CLOSED)
        self._cancelled(document_no=document_no, reason=reason)

    @event("Cancelled", topic="intake.round.cancelled")
    def _cancelled(self, document_no: str, reason: str) -> None:
        self.state = State.CANCELLED

    def begin_review(self) -> None:
        """The province begins to review what was recommended (评审中). S4.2"""
        if self.state is not State.CLOSED:
            raise errors.not_in(self.state, State.CLOSED)
        self._review_begun()

    @event("ReviewBegun", topic="intake.round.review-begun")
    def _review_begun(self) -> None:
        self.state = State.IN_REVIEW

    def announce(self, *, document_no: str) -> None:
        """The list of the round is published (已公布), under the number of its document. S4.2"""
        if self.state is not State.IN_REVIEW:
            raise errors.not_in(self.state, State.IN_REVIEW)
        self._announced(document_no=document_no)

    @event("Announced", topic="intake.round.announced")
    def _announced(self, document_no: str) -> None:
        self.announced_by = document_no
        self.state = State.ANNOUNCED

    def archive(self) -> None:
        """Put the round into the archives (归档). S4.0"""
        if self.state is not State.ANNOUNCED:
            raise errors.not_in(self.state, State.ANNOUNCED)
        self._archived()

    @event("Archived", topic="intake.round.archived")
    def _archived(self) -> None:
        self.state = State.ARCHIVED

    def takes_dossiers(self, at: datetime) -> bool:
        """Whether dossiers are taken at this moment; past its time a round is over, though the clock was late."""
        begun = at.astimezone(BEIJING).date() >= self.opens_on
        return self.is_open and begun and self.deadline is not None and self.deadline.is_met(at)

    def takes_field(self, field_domain: str) -> bool:
        """Whether dossiers of this field are taken; without conditions, or where they name none, every field is."""
        return self.conditions is None or not self.conditions.fields or field_domain in self.conditions.fields

    @property
    def is_open(self) -> bool:
        """Whether the round was opened and not closed yet."""
        return self.state is State.OPEN
