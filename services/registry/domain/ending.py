"""How a centre leaves the list without fault (退出、注销、合并): S4.3, S3.2.1, S1.4; ours."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.domain import errors, qualification
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.national import Recommended
from services.registry.domain.plaque import HasPlaque, Plaque
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.supervision import CLOUDED
from services.shared.aggregate import event


class Ending(HasPlaque, Recommended):
    """The part of a centre that comes to its end."""

    def leave(self, *, document_no: str, effective_on: date) -> None:
        """Leave the list as the centre asked (自愿退出); the plaque goes back, no ban. S4.3; ours"""
        self._check_end(Qualification.EXITED, effective_on)
        self.check_not_clouded()
        self._exited(document_no=document_no, effective_on=effective_on)
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()
        self.close_recommendation(reason="left")

    @event("VoluntaryExitApproved", topic="registry.centre.voluntary-exit-approved")
    def _exited(self, document_no: str, effective_on: date) -> None:  # kept in the event
        self.qualification = Qualification.EXITED

    def dissolve(self, *, source: str, document_no: str, effective_on: date) -> None:
        """Note that the legal person is no more (主体注销): nobody is left to hand the plaque back. S3.2.1; ours"""
        self._check_end(Qualification.DISSOLVED, effective_on)
        self._dissolved(source=source, document_no=document_no, effective_on=effective_on)
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()
            self.void_plaque(reason=source, document_no=document_no)

    @event("Dissolved", topic="registry.centre.dissolved")
    def _dissolved(self, source: str, document_no: str, effective_on: date) -> None:  # kept in the event
        self.qualification = Qualification.DISSOLVED

    def merge_into(self, survivor: Ending, *, document_no: str, effective_on: date) -> None:
        """Become part of another listed centre (并入他中心), which takes over field and history. S1.4; ours"""
        if survivor.id == self.id:
            raise errors.merged_into_itself()
        require_state(survivor.qualification, *LISTED)
        self._check_end(Qualification.MERGED, effective_on)
        self.check_not_clouded()
        self._merged(survivor_id=survivor.id, document_no=document_no, effective_on=effective_on)
        survivor.absorb(self, document_no=document_no, effective_on=effective_on)
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()
        self.close_recommendation(reason="left")

    @event("MergedInto", topic="registry.centre.merged-into")
    def _merged(self, survivor_id: UUID, document_no: str, effective_on: date) -> None:
        self.qualification = Qualification.MERGED
        self.registered = self.registered.part_of(survivor_id)

    def absorb(self, other: Ending, *, document_no: str, effective_on: date) -> None:
        """Take over what another centre held: its fields (领域) and its history. S1.4; ours"""
        fields = tuple(dict.fromkeys((*self.fields, *other.fields)))
        self._absorbed(other_id=other.id, fields=fields, document_no=document_no, effective_on=effective_on)

    @event("Absorbed", topic="registry.centre.absorbed")
    def _absorbed(self, other_id: UUID, fields: tuple[str, ...], document_no: str, effective_on: date) -> None:
        taken = tuple(field for field in fields if field != self.facts.field_domain)
        self.registered = self.registered.with_part(other_id, taken)

    def check_not_clouded(self) -> None:
        """Raises NotInThisState while a revocation is proposed or something is looked into. S4.3; ours"""
        if self.supervision in CLOUDED:
            raise errors.clouded(self.supervision)

    def _check_end(self, end: Qualification, effective_on: date) -> None:
        require_move(qualification.MOVES, self.qualification, end)
        self.check_not_before_qualification(effective_on)
