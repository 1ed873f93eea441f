"""Ban (限制申报) in intake: whose units may hand in no new dossier, and until when (S4.3, check K21)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from services.shared.aggregate import Aggregate, event

_OF_BANS = UUID("0199b4f0-0a00-5000-8000-0000000062a0")


def id_of(ban_id: UUID) -> UUID:
    """The id under which intake keeps a ban that the registry knows by this one (or by its case)."""
    return uuid5(_OF_BANS, str(ban_id))


class Ban(Aggregate):
    """One ban. The registry decides; this only notes what the check K21 asks."""

    TOPIC = "intake.ban"

    @event("Started", topic="intake.ban.started")
    def __init__(
        self, id: UUID, case_id: UUID, usccs: tuple[str, ...], cause: str, banned_from: date, banned_until: date
    ) -> None:
        self.case_id = case_id
        self.usccs = usccs
        self.cause = cause
        self.banned_from = banned_from
        self.banned_until = banned_until
        self.holds = True

    def change(self, *, usccs: tuple[str, ...], banned_from: date, banned_until: date) -> None:
        """Note other days, or that it holds again. The same again changes nothing."""
        known = (self.usccs, self.banned_from, self.banned_until, self.holds)
        if known != (usccs, banned_from, banned_until, True):
            self._changed(usccs=usccs, banned_from=banned_from, banned_until=banned_until)

    @event("Changed", topic="intake.ban.changed")
    def _changed(self, usccs: tuple[str, ...], banned_from: date, banned_until: date) -> None:
        self.usccs, self.banned_from, self.banned_until, self.holds = usccs, banned_from, banned_until, True

    def lift(self) -> None:
        """Note that it is over before its time, or never was. A repeat changes nothing."""
        if self.holds:
            self._lifted()

    @event("Lifted", topic="intake.ban.lifted")
    def _lifted(self) -> None:
        self.holds = False
