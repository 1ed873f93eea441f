"""Which events of a timeline are wanted: by actor, capacity, topic, clause, edition and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.audit.ledger.timeline import Happening


@dataclass(frozen=True)
class Wanted:
    """What an event must be to be shown; what is empty asks for nothing.

    A clause asks for itself and for what lies under it: `S4.1` admits `S4.1.1`. So does a topic: `intake.dossier`.
    The event was recorded from `start` on and before `end`.
    """

    actor: str = ""
    capacity: str = ""
    topic: str = ""
    clause: str = ""
    edition: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def admits(self, happening: Happening) -> bool:
        """Whether this event is wanted."""
        about = happening.about
        return (
            self.actor in ("", about.actor)
            and self.capacity in ("", about.capacity)
            and self.edition in ("", about.policy_edition)
            and _is_under(happening.topic, self.topic)
            and (not self.clause or any(_is_under(clause, self.clause) for clause in about.legal_basis))
            and (self.start is None or self.start <= happening.recorded_at)
            and (self.end is None or happening.recorded_at < self.end)
        )


def _is_under(name: str, above: str) -> bool:
    return not above or name == above or name.startswith(f"{above}.")
