"""Preference (通知方式): by which channels a body wants to be told of what, beside the inbox inside the system."""

from __future__ import annotations

from uuid import UUID

from services.notify.domain.values import Addressed, Audience, Choice, Purpose
from services.shared.aggregate import Aggregate, event


class Preference(Aggregate):
    """What one body has chosen; for a purpose that it does not name, the policy's own choice holds."""

    TOPIC = "notify.preference"

    @event("Chosen", topic="notify.preference.chosen")
    def __init__(self, id: UUID, audience: Audience, choices: tuple[Choice, ...]) -> None:
        self.audience = audience
        self.choices = choices

    def choose(self, *, choices: tuple[Choice, ...]) -> None:
        """Choose anew. The same again changes nothing."""
        if choices != self.choices:
            self._changed(choices=choices)

    @event("Changed", topic="notify.preference.changed")
    def _changed(self, choices: tuple[Choice, ...]) -> None:
        self.choices = choices

    def choice_for(self, purpose: Purpose) -> Choice | None:
        """What was chosen for this purpose."""
        return next((choice for choice in self.choices if choice.purpose is purpose), None)

    @property
    def lead_uscc(self) -> str | None:
        """The organisation whose choice it is; None for other audiences."""
        return Addressed(self.audience).lead_uscc

    @property
    def prefecture(self) -> str | None:
        """The prefecture whose choice it is; None for other audiences."""
        return Addressed(self.audience).prefecture
