"""Shortfalls of basic conditions (条件不足): recomputed after a change, with time to cure. S3.2; the time is ours."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from services.registry.application.base import Base
from services.registry.domain import due
from services.registry.domain.centre import Centre
from services.registry.domain.conditions import CONDITIONS
from services.registry.domain.conditions import Registry as Registered
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.supervision import Supervision
from services.shared.kernel.clock import today
from services.shared.policy import edition_in_force

CONDITION_SHORTFALL = "condition_shortfall"
"""The cause of revocation when a basic condition was not met again in time."""


class CuresShortfalls(Base):
    """What a centre must have, and until when it must have it again."""

    def lapse_shortfall(self, shortfall_id: UUID) -> Shortfall:
        """Propose revocation when a condition was not met again in time: the clock's act (S3.2.2, S4.3; ours)."""
        shortfall = self.load(Shortfall, shortfall_id)
        centre = self.load(Centre, shortfall.centre.case_id)
        shortfall.lapse()
        if centre.is_listed and centre.supervision is not Supervision.REVOCATION_PROPOSED:
            centre.propose_revocation(cause=CONDITION_SHORTFALL)
        self.save(shortfall, centre)
        return shortfall

    def _conditions_recomputed(self, centre: Centre) -> Iterator[Shortfall]:
        """Of each basic condition: a shortfall opened when it no longer holds, cured when it holds again (S3.2)."""
        day = today(self.clock)
        rules = edition_in_force(day)
        known = Registered(centre.facts.track, centre.lead_uscc, centre.member_usccs, centre.registered.values)
        query = "select condition, id from shortfalls where case_id = %s and state = 'open'"
        opened: dict[str, UUID] = dict(self.database.rows(query, (centre.id,)))
        for condition in CONDITIONS:
            holds = condition.holds(known, rules)
            if holds is False and condition.code not in opened:
                deadline = due.shortfall(day, rules)
                yield Shortfall(centre.ref, condition.code, condition.clause, rules.id, deadline)
            elif holds and condition.code in opened:
                shortfall = self.load(Shortfall, opened[condition.code])
                shortfall.cure()
                yield shortfall
