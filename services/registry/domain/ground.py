"""What every part of a centre (创新中心) stands on: its state, and the days that none of its decisions may pass."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from services.registry.domain import errors
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.record import CentreRef
from services.registry.domain.values import Facts, Listing

if TYPE_CHECKING:
    from services.registry.domain.facts import Registered
    from services.registry.domain.national import National
    from services.registry.domain.plaque import Plaque
    from services.registry.domain.supervision import Supervision
    from services.shared.calendar import Deadline


class Ground:
    """The state of a centre; each part of `Centre` moves one region of it."""

    id: UUID
    facts: Facts
    policy_edition: str
    listing: Listing | None
    listed_since: date | None
    qualification: Qualification
    qualification_before: Qualification
    supervision: Supervision
    supervision_before: Supervision
    supervision_waiting: Supervision
    rectified: int
    plaque: Plaque
    plaque_no: str
    national: National
    grade: str
    grade_before: str
    assessment_id: UUID | None
    assessment_due: Deadline | None
    cause: str
    revocation_id: UUID | None
    revoked_on: date | None
    revoked_by: str
    banned_until: date | None
    extended: bool
    registered: Registered

    @property
    def lead_uscc(self) -> str:
        """The lead unit (牵头单位)."""
        return self.facts.lead_uscc

    @property
    def prefecture(self) -> str:
        """Where the centre belongs."""
        return self.facts.prefecture

    @property
    def member_usccs(self) -> tuple[str, ...]:
        """The member units."""
        return self.facts.member_usccs

    @property
    def is_listed(self) -> bool:
        """Whether the centre stands on the list."""
        return self.qualification in LISTED

    @property
    def ref(self) -> CentreRef:
        """What the records of this centre know of it."""
        return CentreRef(self.id, self.listed.number, self.lead_uscc, self.prefecture, self.member_usccs)

    @property
    def listed(self) -> Listing:
        """The decision that listed the centre. Raises NotInThisState before there is one."""
        if self.listing is None:
            raise errors.not_in(self.qualification, *LISTED)
        return self.listing

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields (领域) that the centre occupies while it is listed: its own, and those of what it took over."""
        return tuple(dict.fromkeys((self.facts.field_domain, *self.registered.fields)))

    def check_not_before_listing(self, effective_on: date) -> None:
        """Raises Invalid for a day on which the centre was not listed yet, on whichever track. S4.2"""
        if effective_on < (since := self.listed_since or self.listed.effective_on):
            raise errors.before_listing(since)

    def check_not_before_qualification(self, effective_on: date) -> None:
        """Raises Invalid for a day before the decision by which the centre has its present qualification. S4.2"""
        if effective_on < self.listed.effective_on:
            raise errors.before_listing(self.listed.effective_on)

    def check_not_before_round(self, effective_on: date, opened_on: date | None) -> None:
        """Raises Invalid for a day before the round of the case opened, or before its year if no day is known. S4.0"""
        begun = self.facts.round_began_in
        if opened_on is not None and effective_on < opened_on:
            raise errors.before_round(str(opened_on))
        if begun and effective_on.year < begun:
            raise errors.before_round(str(begun))
