"""Contribution of a member (成员单位投入): PLEDGED → PAID, or SHORT when its day is past (S5.3; days of grace ours).

Of units and their sums only, in 万元; no person is named.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain import errors
from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where a contribution stands."""

    PLEDGED = "pledged"  # 已认缴
    PAID = "paid"  # 已缴足
    SHORT = "short"  # 逾期未缴足; may still be paid in
    CEASED = "ceased"  # 终止: the centre is no longer listed


OPEN = (State.PLEDGED, State.SHORT)
"""States in which something is still to be paid in."""


def contribution_id(case_id: UUID, unit_uscc: str, kind: str, due_on: date) -> UUID:
    """The id of what a unit contributes in one way by one day: there is one, however often it is told."""
    return uuid5(case_id, f"contribution:{unit_uscc}:{kind}:{due_on}")


class Contribution(Record):
    """What one unit pledged to a centre by one day, and what it paid in."""

    TOPIC = "registry.contribution"

    @event("ContributionPledged", topic="registry.contribution.pledged")
    def __init__(
        self,
        id: UUID,
        centre: CentreRef,
        unit_uscc: str,
        kind: str,
        pledged_wan: Decimal,
        due_on: date,
        agreement_no: str,
        policy_edition: str,
        deadline: Deadline,
    ) -> None:
        self.centre = centre
        self.unit_uscc = unit_uscc
        self.kind = kind
        self.pledged_wan = pledged_wan
        self.due_on = due_on
        self.agreement_no = agreement_no
        self.policy_edition = policy_edition
        self.deadline = deadline
        self.state = State.PLEDGED
        self.paid_wan = Decimal(0)
        self.vouchers: tuple[str, ...] = ()
        self.documents: tuple[DocumentRef, ...] = ()

    @property
    def outstanding_wan(self) -> Decimal:
        """What is still to be paid in."""
        return self.pledged_wan - self.paid_wan

    def pay_in(self, *, amount_wan: Decimal, paid_on: date, voucher_no: str) -> None:
        """Note what was paid in (实缴), by its voucher; late payments too. Once for each voucher.

        Raises Invalid for nothing, for more than is outstanding, and for a voucher that was counted already.
        """
        require_state(self.state, *OPEN)
        if amount_wan <= 0:
            raise errors.nothing_contributed("/amount_wan")
        if amount_wan > self.outstanding_wan:
            raise errors.more_than_pledged(self.outstanding_wan)
        if voucher_no in self.vouchers:
            raise errors.voucher_counted(voucher_no)
        paid = self.paid_wan + amount_wan
        self._paid_in(
            amount_wan=amount_wan,
            paid_on=paid_on,
            voucher_no=voucher_no,
            paid_wan=paid,
            outstanding_wan=self.pledged_wan - paid,
        )

    @event("ContributionPaidIn", topic="registry.contribution.paid-in")
    def _paid_in(
        self, amount_wan: Decimal, paid_on: date, voucher_no: str, paid_wan: Decimal, outstanding_wan: Decimal
    ) -> None:  # the sum and its day are kept in the event
        self.vouchers = (*self.vouchers, voucher_no)
        self.paid_wan = paid_wan
        self.state = self.state if outstanding_wan else State.PAID

    def fall_short(self) -> None:
        """Note that its day and the days of grace are past (逾期未缴足); the clock does it."""
        require_state(self.state, State.PLEDGED)
        self._fell_short(outstanding_wan=self.outstanding_wan)

    @event("ContributionFellShort", topic="registry.contribution.fell-short")
    def _fell_short(self, outstanding_wan: Decimal) -> None:  # kept in the event
        self.state = State.SHORT

    def cease(self) -> None:
        """Ask for it no longer (终止): the centre is no longer listed."""
        require_state(self.state, *OPEN)
        self._ceased()

    @event("ContributionCeased", topic="registry.contribution.ceased")
    def _ceased(self) -> None:
        self.state = State.CEASED
