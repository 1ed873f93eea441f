"""What a dossier notes of its way through the other services (S4.1.2, S4.2)."""

from __future__ import annotations

from services.intake.domain.correction import PREFECTURE, PROVINCE
from services.intake.domain.standing import Standing
from services.intake.domain.states import State
from services.shared.aggregate import event

REFUSED = {
    PREFECTURE: ("not-recommended",),
    PROVINCE: ("material_check", "expert_panel", "comprehensive_assessment", "public_notice"),
}
"""With which outcomes a level ends a case against its applicant; the province names the stage."""


class Followed(Standing):
    """The part of a dossier that hears what became of it. A repeat, or what comes too late, changes nothing."""

    def note_taken_in(self, *, snapshot_number: int) -> None:
        """Note that the prefecture has begun with the newest submission: it can be recalled no more. S4.1.2"""
        newest = self.snapshots[-1].number if self.snapshots else 0
        if self.state is State.SUBMITTED and newest == snapshot_number and not self.taken_in:
            self._taken_in(snapshot_number=snapshot_number)

    @event("TakenIn", topic="intake.dossier.taken-in")
    def _taken_in(self, snapshot_number: int) -> None:
        self.taken_in = True

    def note_transfer(self, *, prefecture: str, reason: str) -> None:
        """Note that another prefecture has the case now (移送), and begins anew. S4.1.1"""
        if self.state in (State.SUBMITTED, State.CORRECTING) and prefecture != self.prefecture:
            self._transferred(prefecture=prefecture, reason=reason)

    @event("Transferred", topic="intake.dossier.transferred")
    def _transferred(self, prefecture: str, reason: str) -> None:
        self.prefecture = prefecture
        self.taken_in = False

    def note_recusal(self, *, officer: str) -> None:
        """Note that an officer with an interest is kept away from the case (回避)."""
        if officer not in self.recused:
            self._officer_recused(officer=officer)

    @event("OfficerRecused", topic="intake.dossier.officer-recused")
    def _officer_recused(self, officer: str) -> None:
        self.recused = self.recused | {officer}

    def note_recommended(self, *, letter_no: str) -> None:
        """Note that the prefecture has sent the case up. A repeat changes nothing."""
        if self.state is State.SUBMITTED and not self.recommended:
            self._recommended(letter_no=letter_no)

    @event("Recommended", topic="intake.dossier.recommended")
    def _recommended(self, letter_no: str) -> None:
        self.recommended = True

    def conclude(self, *, outcome: str, reference: str) -> None:
        """Note what became of the case elsewhere: listed, not recommended, not selected … A repeat changes nothing."""
        if self.state in (State.SUBMITTED, State.CORRECTING):
            self._concluded(outcome=outcome, reference=reference)

    @event("Concluded", topic="intake.dossier.concluded")
    def _concluded(self, outcome: str, reference: str) -> None:
        self.outcome = outcome
        self.state = State.CONCLUDED

    def reopen(self, *, level: str, decision_no: str) -> None:
        """Go on with a case that was refused, or given up, at this level: a review of that ordered it. S4.1.2, S4.2"""
        refused = self.state is State.CONCLUDED and self.outcome in REFUSED[level]
        lapsed = self.state is State.LAPSED and self.correction is not None and self.correction.level == level
        if refused or lapsed:
            self._reopened(decision_no=decision_no)

    @event("Reopened", topic="intake.dossier.reopened")
    def _reopened(self, decision_no: str) -> None:
        self.outcome = ""
        self.suspension = None
        self.state = State.SUBMITTED
