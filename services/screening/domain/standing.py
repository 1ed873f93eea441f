"""Where a screening stands, and what may be done with it there, and by whom."""

from __future__ import annotations

from datetime import date, datetime

from services.screening.domain import errors, rules
from services.screening.domain.states import CODES, IN_HAND, MOVABLE, SCREENED, State
from services.screening.domain.values import Facts, Opinion, ServiceRecord, Suspension
from services.shared.aggregate import acting_now
from services.shared.calendar import BEIJING, Deadline
from services.shared.vocabulary import DocumentRef, Invalid


class Standing:
    """What a screening says of itself before each act."""

    state: State
    facts: Facts
    prefecture: str
    created_on: datetime
    opinion: Opinion | None
    signed_by: str
    document_no: str
    served: ServiceRecord | None
    paper_received_on: date | None
    lapsed_before: str
    recused: tuple[str, ...]
    suspension: Suspension | None
    formal_check: Deadline | None

    @property
    def is_suspended(self) -> bool:
        """Whether the case stands still (中止办理); one that left the prefecture meanwhile does not."""
        return self.suspension is not None and self.state in IN_HAND

    @property
    def opened_on(self) -> date:
        """The local day on which the prefecture got the case; nothing of it was served before."""
        return self.created_on.astimezone(BEIJING).date()

    @property
    def is_ready(self) -> bool:
        """Whether a signed opinion recommends the case and it has not gone up yet."""
        return self.state in SCREENED and bool(self.signed_by) and not self.is_suspended

    @property
    def code(self) -> str:
        """The code of the state in the process, such as A15."""
        return CODES[self.state]

    @property
    def member_usccs(self) -> tuple[str, ...]:
        """The member units, the lead unit first."""
        return self.facts.member_usccs

    @property
    def documents(self) -> tuple[DocumentRef, ...]:
        """What the prefecture may read: the frozen snapshot, then the supporting documents."""
        return (self.facts.snapshot, *self.facts.documents)

    def require_correction(self) -> None:
        """Raises NotInThisState unless a correction is running, Denied for who is recused."""
        self.require(State.PREF_CORRECTION)

    def require_open(self) -> None:
        """Raises NotInThisState unless the case can still be transferred, Denied for who has an interest in it."""
        self.require(*MOVABLE)

    def require_no_conflict(self) -> None:
        """Raises Denied for who is recused, and for whoever works for one of the units (回避)."""
        self.require_reader(acting_now().actor, acting_now().organisation)

    def require_reader(self, subject: str, organisation: str) -> None:
        """Raises Denied for a person who may see no more of the case than its title."""
        if subject in self.recused or (organisation and organisation in self.member_usccs):
            raise errors.has_conflict()

    def check_refusal(self, document_no: str) -> None:
        """Raises as `opinion_to_sign`, unless the draft refuses, and Invalid for an unofficial document number."""
        if self.opinion_to_sign().recommends:
            raise errors.opinion_not_negative()
        if findings := tuple(rules.number_is_official(document_no, "/document_no")):
            raise Invalid(*findings)

    def opinion_to_sign(self) -> Opinion:
        """The draft. Raises NotInThisState when there is none, Denied for who drafted it."""
        self.require(*SCREENED)
        if self.opinion is None:
            raise errors.opinion_missing()
        if self.opinion.drafted_by == acting_now().actor:
            raise errors.drafter_signs()
        return self.opinion

    def require(self, *allowed: State) -> None:
        """Raises NotInThisState in any other state or while it is suspended, Denied for who has an interest in it."""
        self.require_no_conflict()
        if self.suspension is not None and self.is_suspended:
            raise errors.case_is_suspended(self.suspension.document_no)
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)
