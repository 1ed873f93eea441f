"""Plaque (牌匾): only a designated centre is given one; who loses the qualification hands it back (S4.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum

from services.registry.domain import errors
from services.registry.domain.ground import Ground
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.qualification import LOST, Qualification
from services.shared.aggregate import event


class Plaque(StrEnum):
    """Where the plaque is."""

    NONE = "none"  # 未授牌
    ISSUED = "issued"  # 已授牌
    RECALL_ORDERED = "recall-ordered"  # 责令交回
    RETURNED = "returned"  # 已交回
    VOIDED = "voided"  # 公告作废


CODES = {
    Plaque.NONE: "P0",
    Plaque.ISSUED: "P1",
    Plaque.RECALL_ORDERED: "P2",
    Plaque.RETURNED: "P3",
    Plaque.VOIDED: "P4",
}

MOVES = {
    Plaque.NONE: frozenset({Plaque.ISSUED}),
    Plaque.ISSUED: frozenset({Plaque.RECALL_ORDERED}),
    Plaque.RECALL_ORDERED: frozenset({Plaque.RETURNED, Plaque.VOIDED}),
    Plaque.RETURNED: frozenset[Plaque](),
    Plaque.VOIDED: frozenset[Plaque](),
}

AFTER_ANNULMENT = {Plaque.RECALL_ORDERED: Plaque.ISSUED, Plaque.RETURNED: Plaque.ISSUED}
"""The plaque stays with, or goes back to, a centre whose revocation was annulled; a voided one stays void."""


class HasPlaque(Ground):
    """The part of a centre that holds the plaque."""

    def issue_plaque(self, *, plaque_no: str) -> None:
        """Give the plaque (授牌). Raises NotInThisState unless designated. S4.2"""
        if self.qualification is not Qualification.DESIGNATED:
            raise errors.no_plaque_without_designation()
        require_move(MOVES, self.plaque, Plaque.ISSUED)
        self._plaque_issued(plaque_no=plaque_no)

    @event("PlaqueIssued", topic="registry.centre.plaque-issued")
    def _plaque_issued(self, plaque_no: str) -> None:
        self.plaque = Plaque.ISSUED
        self.plaque_no = plaque_no
        self.registered = replace(self.registered, name_on_plaque=self.facts.centre_name)

    def replace_plaque(self, *, plaque_no: str, reason: str) -> None:
        """Give a new plaque for the old one (换发): after a change of name, a loss, damage. S4.2; ours"""
        if self.plaque is not Plaque.ISSUED or not self.is_listed:
            raise errors.not_in(self.plaque, Plaque.ISSUED)
        self._plaque_replaced(plaque_no=plaque_no, replaces=self.plaque_no, reason=reason)

    @event("PlaqueReplaced", topic="registry.centre.plaque-replaced")
    def _plaque_replaced(self, plaque_no: str, replaces: str, reason: str) -> None:  # kept in the event
        self.plaque_no = plaque_no
        self.registered = replace(self.registered, name_on_plaque=self.facts.centre_name)

    def order_plaque_recall(self) -> None:
        """Order the plaque back (责令交回) from a centre that lost its qualification."""
        require_state(self.qualification, *LOST)
        require_move(MOVES, self.plaque, Plaque.RECALL_ORDERED)
        self._plaque_recall_ordered(plaque_no=self.plaque_no)

    @event("PlaqueRecallOrdered", topic="registry.centre.plaque-recall-ordered")
    def _plaque_recall_ordered(self, plaque_no: str) -> None:  # kept in the event
        self.plaque = Plaque.RECALL_ORDERED

    def return_plaque(self, *, received_on: date) -> None:
        """Note that the plaque came back (已交回)."""
        require_move(MOVES, self.plaque, Plaque.RETURNED)
        self._plaque_returned(received_on=received_on)

    @event("PlaqueReturned", topic="registry.centre.plaque-returned")
    def _plaque_returned(self, received_on: date) -> None:  # kept in the event
        self.plaque = Plaque.RETURNED

    def void_plaque(self, *, reason: str, document_no: str) -> None:
        """Declare a plaque void that was not handed back (公告作废)."""
        require_move(MOVES, self.plaque, Plaque.VOIDED)
        self._plaque_voided(reason=reason, document_no=document_no)

    @event("PlaqueVoided", topic="registry.centre.plaque-voided")
    def _plaque_voided(self, reason: str, document_no: str) -> None:  # kept in the event
        self.plaque = Plaque.VOIDED
