"""Listed centre (已列入名录的中心) in intake: which field it holds, whom its revocation bans (S1.4, S4.3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from services.shared.aggregate import Aggregate, event
from services.shared.vocabulary import Track

_OF_CASES = UUID("0199b4f0-0a00-5000-8000-6c6973746564")


def id_of(case_id: UUID) -> UUID:
    """The id under which intake keeps the centre that came from a case; the case id itself is the dossier's."""
    return uuid5(_OF_CASES, str(case_id))


class ListedCentre(Aggregate):
    """A centre on the roll, or once on it. The registry decides; this only notes what the checks K20 and K21 ask."""

    TOPIC = "intake.listed-centre"

    @event("Listed", topic="intake.listed-centre.listed")
    def __init__(
        self,
        id: UUID,
        case_id: UUID,
        number: str,
        centre_name: str,
        centre_uscc: str,
        lead_uscc: str,
        field_domain: str,
        track: Track,
    ) -> None:
        self.case_id = case_id
        self.number = number
        self.centre_name = centre_name
        self.centre_uscc = centre_uscc
        self.lead_uscc = lead_uscc
        self.field_domain = field_domain
        self.track = track
        self.holds_field = True
        self.banned_until: date | None = None

    def change_track(self, track: Track) -> None:
        """Note that the centre is listed on this track now (培育转认定). A repeat changes nothing."""
        if track != self.track:
            self._track_changed(track=track)

    @event("TrackChanged", topic="intake.listed-centre.track-changed")
    def _track_changed(self, track: Track) -> None:
        self.track = track

    def revoke(self, *, banned_until: date | None) -> None:
        """Note that the centre lost its qualification; no new dossier before `banned_until`. Harmless on repeat."""
        if self.holds_field:
            self._revoked(usccs=self._banned, banned_until=banned_until)

    @event("Revoked", topic="intake.listed-centre.revoked")
    def _revoked(self, usccs: tuple[str, ...], banned_until: date | None) -> None:
        self.holds_field = False
        self.banned_until = banned_until

    @property
    def _banned(self) -> tuple[str, ...]:
        return tuple(uscc for uscc in (self.centre_uscc, self.lead_uscc) if uscc)
