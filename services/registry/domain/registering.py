"""Registered facts (登记事项) of a centre: changed and corrected, each from a day on (S4.3; ours)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.domain.facts import Fact
from services.registry.domain.ground import Ground
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import LISTED
from services.shared.aggregate import event


class Registering(Ground):
    """The part of a centre that is written in the register."""

    def change_facts(self, facts: tuple[Fact, ...], *, change_id: UUID, document_no: str, effective_on: date) -> None:
        """Take changed facts into the register (变更登记), maybe of a day in the past; the old ones stay. S4.3; ours"""
        require_state(self.qualification, *LISTED)
        self.check_not_before_listing(effective_on)
        self._facts_changed(facts=facts, change_id=change_id, document_no=document_no, effective_on=effective_on)

    @event("FactsChanged", topic="registry.centre.facts-changed")
    def _facts_changed(
        self, facts: tuple[Fact, ...], change_id: UUID, document_no: str, effective_on: date
    ) -> None:  # kept in the event
        self._take(facts, effective_on)

    def correct_facts(self, facts: tuple[Fact, ...], *, change_id: UUID, reason: str, effective_on: date) -> None:
        """Put a slip right (更正) from the day on which it was made; what was recorded stays recorded. S4.3; ours"""
        self._corrected(facts=facts, change_id=change_id, reason=reason, effective_on=effective_on)

    @event("RegistryCorrected", topic="registry.centre.registry-corrected")
    def _corrected(
        self, facts: tuple[Fact, ...], change_id: UUID, reason: str, effective_on: date
    ) -> None:  # kept in the event
        self._take(facts, effective_on)

    def _take(self, facts: tuple[Fact, ...], effective_on: date) -> None:
        """Take the facts that are news; one that a later day has changed already stays as it is."""
        news = {fact.name: fact.value for fact in facts if self.registered.is_news(fact, effective_on)}
        self.facts = self.facts.changed(news)
        self.registered = self.registered.changed(news, effective_on)
