"""Revocation procedure (取消资格程序): notice of rights → statement → collective decision (S4.3; steps ours)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from services.registry.domain import errors
from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.registry.domain.values import Grounds, Service
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.policy import Edition, edition
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where the procedure stands."""

    STATEMENT_PERIOD = "statement-period"  # 陈述申辩期
    COLLECTIVE_DECISION = "collective-decision"  # 待集体决定
    REVOKED = "revoked"  # 已取消
    DROPPED = "dropped"  # 不予取消
    CEASED = "ceased"  # 终止: the centre is no longer listed


class Revocation(Record):
    """One procedure against one centre; nobody loses a qualification unheard."""

    TOPIC = "registry.revocation"

    @event("NoticeGiven", topic="registry.revocation.notice-given")
    def __init__(
        self,
        centre: CentreRef,
        grounds: Grounds,
        document_no: str,
        policy_edition: str,
        deadline: Deadline,
        noticed_by: str,
    ) -> None:
        self.centre = centre
        self.grounds = grounds
        self.document_no = document_no
        self.policy_edition = policy_edition
        self.deadline = deadline
        self.noticed_by = noticed_by
        self.state = State.STATEMENT_PERIOD
        self.hearing_minute_no = ""
        self.override_reason = ""
        self.notice_served: Service | None = None
        self.decision_served: Service | None = None
        self.hearing_wanted = False
        self.decided_on: date | None = None
        self.documents: tuple[DocumentRef, ...] = ()

    def serve_notice(self, *, served: Service, deadline: Deadline, given_on: date) -> None:
        """Record that the notice was served (送达); the statement period runs from that day. Once."""
        require_state(self.state, State.STATEMENT_PERIOD)
        if self.notice_served is not None:
            raise errors.served_already()
        if served.served_on < given_on:
            raise errors.served_before_made(given_on)
        self._notice_served(served=served, deadline=deadline)

    @event("NoticeServed", topic="registry.revocation.notice-served")
    def _notice_served(self, served: Service, deadline: Deadline) -> None:
        self.notice_served = served
        self.deadline = deadline

    def ask_for_hearing(self) -> None:
        """Ask for a hearing (申请听证) within the statement period; then there is no decision without one."""
        require_state(self.state, State.STATEMENT_PERIOD, State.COLLECTIVE_DECISION)
        if not self.hearing_wanted:
            self._hearing_asked_for()

    @event("HearingAskedFor", topic="registry.revocation.hearing-asked-for")
    def _hearing_asked_for(self) -> None:
        self.hearing_wanted = True

    def hear_statement(self, *, document: DocumentRef) -> None:
        """Hear what the centre has to say (听取陈述申辩)."""
        require_state(self.state, State.STATEMENT_PERIOD)
        self._statement_heard(document=document)

    @event("StatementHeard", topic="registry.revocation.statement-heard")
    def _statement_heard(self, document: DocumentRef) -> None:
        self.documents = (*self.documents, document)
        self.state = State.COLLECTIVE_DECISION

    def close_statement_period(self) -> None:
        """Note that the period is over and nothing was said; the clock does it. It never began without a service."""
        require_state(self.state, State.STATEMENT_PERIOD)
        if self.notice_served is None:
            raise errors.notice_not_served()
        self._statement_period_closed()

    @event("StatementPeriodClosed", topic="registry.revocation.statement-period-closed")
    def _statement_period_closed(self) -> None:
        self.state = State.COLLECTIVE_DECISION

    def override_statement_period(self, *, reason: str) -> None:
        """Go on before the period is over, against the warning; the reason stays on record."""
        require_state(self.state, State.STATEMENT_PERIOD)
        self._statement_period_overridden(reason=reason)

    @event("StatementPeriodOverridden", topic="registry.revocation.statement-period-overridden")
    def _statement_period_overridden(self, reason: str) -> None:
        self.override_reason = reason
        self.state = State.COLLECTIVE_DECISION

    def hold_hearing(self, *, minute_no: str, document: DocumentRef) -> None:
        """Hold the hearing (听证) that some causes need."""
        require_state(self.state, State.STATEMENT_PERIOD, State.COLLECTIVE_DECISION)
        self._hearing_held(minute_no=minute_no, document=document)

    @event("HearingHeld", topic="registry.revocation.hearing-held")
    def _hearing_held(self, minute_no: str, document: DocumentRef) -> None:
        self.documents = (*self.documents, document)
        self.hearing_minute_no = minute_no
        self.state = State.COLLECTIVE_DECISION

    def decide(self, *, document_no: str, meeting: str, minute_no: str, today: date) -> None:
        """Decide on revocation (集体决定). Raises NotInThisState while nobody was heard, Denied for who gave notice."""
        if self.state is State.STATEMENT_PERIOD:
            raise errors.statement_period_running(f"{self.deadline.local_due:%Y-%m-%d %H:%M}")
        require_state(self.state, State.COLLECTIVE_DECISION)
        wanted = self.hearing_wanted or needs_hearing(self.grounds.cause, edition(self.policy_edition))
        if wanted and not self.hearing_minute_no:
            raise errors.hearing_missing(self.grounds.cause)
        if acting_now().actor == self.noticed_by:
            raise errors.drafter_signs(self.noticed_by)
        self._decided(document_no=document_no, meeting=meeting, minute_no=minute_no, decided_on=today)

    @event("Decided", topic="registry.revocation.decided")
    def _decided(
        self, document_no: str, meeting: str, minute_no: str, decided_on: date | None = None
    ) -> None:  # the rest is kept in the event
        self.state = State.REVOKED
        self.decided_on = decided_on

    def serve_decision(self, *, served: Service) -> None:
        """Record that the decision was served (送达); the time to object to it runs from that day. Once."""
        require_state(self.state, State.REVOKED)
        if self.decision_served is not None:
            raise errors.served_already()
        if self.decided_on is not None and served.served_on < self.decided_on:
            raise errors.served_before_made(self.decided_on)
        self._decision_served(served=served)

    @event("DecisionServed", topic="registry.revocation.decision-served")
    def _decision_served(self, served: Service) -> None:
        self.decision_served = served

    @property
    def known_on(self) -> date | None:
        """The day on which the centre knew of the decision, as far as it is proved."""
        return self.decision_served.served_on if self.decision_served else None

    def drop(self, *, reason: str, document_no: str) -> None:
        """Do not revoke (不予取消), for a reason."""
        require_state(self.state, State.STATEMENT_PERIOD, State.COLLECTIVE_DECISION)
        self._dropped(reason=reason, document_no=document_no)

    @event("Dropped", topic="registry.revocation.dropped")
    def _dropped(self, reason: str, document_no: str) -> None:  # kept in the event
        self.state = State.DROPPED

    def cease(self) -> None:
        """Let it fall (终止办理): the centre is no longer listed."""
        require_state(self.state, State.STATEMENT_PERIOD, State.COLLECTIVE_DECISION)
        self._ceased()

    @event("Ceased", topic="registry.revocation.ceased")
    def _ceased(self) -> None:
        self.state = State.CEASED


def needs_hearing(cause: str, rules: Edition) -> bool:
    """Whether this cause needs a hearing. Raises Invalid for a cause that the edition does not list."""
    causes: Mapping[str, Mapping[str, Any]] = {known["code"]: known for known in rules["revocation.causes"]}
    if cause not in causes:
        raise errors.unknown_cause(cause)
    return bool(causes[cause]["hearing"] or rules["revocation.hearing"])
