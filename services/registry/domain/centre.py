"""Centre (创新中心): parallel regions, each a small machine and a part of its own file (S4.2, S4.3).

The yearly summaries, assessments, rectifications and revocation procedures of a centre have lives of their own; what
they lead to is recorded here.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.domain.annulment import Annullable
from services.registry.domain.ending import Ending
from services.registry.domain.facts import Registered
from services.registry.domain.listing import Listed
from services.registry.domain.national import National, Recommended
from services.registry.domain.plaque import HasPlaque, Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.registering import Registering
from services.registry.domain.revoking import Revocable
from services.registry.domain.splitting import Splitting
from services.registry.domain.supervision import Supervised, Supervision
from services.registry.domain.values import Facts, Listing
from services.shared.aggregate import Aggregate, event
from services.shared.calendar import Deadline


class Centre(
    Listed, Splitting, Registering, Annullable, Revocable, Supervised, Ending, HasPlaque, Recommended, Aggregate
):
    """A centre from the end of its public notice on. Its id is the case id."""

    TOPIC = "registry.centre"

    @event("Cleared", topic="registry.centre.cleared")
    def __init__(self, id: UUID, facts: Facts, policy_edition: str) -> None:
        self.facts = facts
        self.policy_edition = policy_edition
        self.listing: Listing | None = None
        self.listed_since: date | None = None
        self.qualification = Qualification.CLEARED
        self.supervision = self.supervision_before = self.supervision_waiting = Supervision.NORMAL
        self.plaque = Plaque.NONE
        self.plaque_no = ""
        self.national = National.NONE
        self.grade = self.grade_before = ""
        self.assessment_id: UUID | None = None
        self.assessment_due: Deadline | None = None
        self.rectified = 0
        self.cause = ""
        self.revocation_id: UUID | None = None
        self.revoked_on: date | None = None
        self.revoked_by = ""
        self.banned_until: date | None = None
        self.extended = False
        self.registered = Registered()
