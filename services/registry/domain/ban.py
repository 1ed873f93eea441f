"""Ban (限制申报): RUNNING → ENDED by the clock, or ANNULLED with the decision that it came from (S4.3; length ours).

A ban comes from a revocation here or from an objection that review sustained. A lawful end has none, by the policy.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain.moves import require_move
from services.shared.aggregate import Aggregate, event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where a ban stands."""

    RUNNING = "running"  # 限制期内
    ENDED = "ended"  # 期满
    ANNULLED = "annulled"  # 自始无效


MOVES = {
    State.RUNNING: frozenset({State.ENDED, State.ANNULLED}),
    State.ENDED: frozenset({State.ANNULLED}),
    State.ANNULLED: frozenset[State](),
}


def ban_id(case_id: UUID, cause: str, banned_from: date) -> UUID:
    """The id of the ban that a cause brings about from a day on: there is one, however often it is told."""
    return uuid5(case_id, f"ban:{cause}:{banned_from}")


class Ban(Aggregate):
    """No new dossier of this centre or its lead unit is taken up to the end of `banned_until`."""

    TOPIC = "registry.ban"

    @event("Started", topic="registry.ban.started")
    def __init__(
        self,
        id: UUID,
        case_id: UUID,
        number: str,
        centre_name: str,
        centre_uscc: str,
        lead_uscc: str,
        prefecture: str,
        cause: str,
        document_no: str,
        banned_from: date,
        banned_until: date,
        deadline: Deadline,
        policy_edition: str,
    ) -> None:
        self.case_id = case_id
        self.number = number
        self.centre_name = centre_name
        self.centre_uscc = centre_uscc
        self.lead_uscc = lead_uscc
        self.prefecture = prefecture
        self.cause = cause
        self.document_no = document_no
        self.banned_from = banned_from
        self.banned_until = banned_until
        self.deadline = deadline
        self.policy_edition = policy_edition
        self.state = State.RUNNING
        self.member_usccs: tuple[str, ...] = ()
        self.documents: tuple[DocumentRef, ...] = ()

    def end(self) -> None:
        """Note that the time is over (期满); the clock does it."""
        require_move(MOVES, self.state, State.ENDED)
        self._ended(ended_on=self.banned_until)

    @event("Ended", topic="registry.ban.ended")
    def _ended(self, ended_on: date) -> None:  # kept in the event
        self.state = State.ENDED

    def annul(self, *, document_no: str, body: str) -> None:
        """Let the ban fall from its first day (自始无效): the decision that it came from was annulled."""
        require_move(MOVES, self.state, State.ANNULLED)
        self._annulled(document_no=document_no, body=body, effective_on=self.banned_from)

    @event("Annulled", topic="registry.ban.annulled")
    def _annulled(self, document_no: str, body: str, effective_on: date) -> None:  # all kept in the event
        self.state = State.ANNULLED
