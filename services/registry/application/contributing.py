"""Contributions of the members (成员单位投入): pledged, paid in, short. S5.3"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from services.registry.application.base import Base, in_law
from services.registry.domain import due, errors
from services.registry.domain.centre import Centre
from services.registry.domain.contribution import Contribution, contribution_id
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import LISTED
from services.shared.kernel.clock import today
from services.shared.policy import edition_in_force


class KeepsContributions(Base):
    """The ledger of what members invest in a centre."""

    def pledge_contribution(
        self, case_id: UUID, *, unit_uscc: str, kind: str, pledged_wan: Decimal, due_on: date, agreement_no: str
    ) -> Contribution:
        """Note what a unit has bound itself to contribute, and until when (S5.3)."""
        centre, rules = self.load(Centre, case_id), edition_in_force(today(self.clock))
        require_state(centre.qualification, *LISTED)
        centre.check_not_before_listing(due_on)
        if kind not in rules["contributions.kinds"]:
            raise errors.unknown_kind(kind)
        if pledged_wan <= 0:
            raise errors.nothing_contributed("/pledged_wan")
        if unit_uscc not in (centre.lead_uscc, *centre.member_usccs, *centre.registered.values.get("owner_usccs", ())):
            raise errors.not_a_unit_of_the_centre(unit_uscc)
        id_ = contribution_id(case_id, unit_uscc, kind, due_on)
        if self.find(Contribution, id_) is not None:
            raise errors.pledged_already(due_on)
        contribution = Contribution(
            id=id_,
            centre=centre.ref,
            unit_uscc=unit_uscc,
            kind=kind,
            pledged_wan=pledged_wan,
            due_on=due_on,
            agreement_no=agreement_no,
            policy_edition=rules.id,
            deadline=due.contribution(due_on, rules),
        )
        self.save(contribution)
        return contribution

    def pay_contribution_in(
        self, contribution_id: UUID, *, amount_wan: Decimal, paid_on: date, voucher_no: str
    ) -> Contribution:
        """Note what was paid in, on the day of its voucher (S5.3)."""
        self._check_day(paid_on)
        contribution = self.load(Contribution, contribution_id)
        with in_law(paid_on):
            contribution.pay_in(amount_wan=amount_wan, paid_on=paid_on, voucher_no=voucher_no)
            self.save(contribution)
        return contribution

    def note_contribution_short(self, contribution_id: UUID) -> Contribution:
        """Note that a contribution was not paid in full in time: the clock's act (S5.3; ours)."""
        contribution = self.load(Contribution, contribution_id)
        contribution.fall_short()
        self.save(contribution)
        return contribution
