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
        self.also_fields: tuple[str, ...] = ()
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

    def leave(self, reason: str) -> None:
        """Note that the centre is off the list without fault (退出、注销、并入、期满). Harmless on repeat."""
        if self.holds_field:
            self._left(reason=reason)

    @event("Left", topic="intake.listed-centre.left")
    def _left(self, reason: str) -> None:
        self.holds_field = False

    def reinstate(self) -> None:
        """Note that the revocation fell: the centre holds its field as before. Harmless on repeat."""
        if not self.holds_field:
            self._reinstated()

    @event("Reinstated", topic="intake.listed-centre.reinstated")
    def _reinstated(self) -> None:
        self.holds_field = True

    def forget_ban(self) -> None:
        """Note that the ban which a revocation brought is over, or never was. Harmless on repeat."""
        if self.banned_until is not None:
            self._ban_forgotten()

    @event("BanForgotten", topic="intake.listed-centre.ban-forgotten")
    def _ban_forgotten(self) -> None:
        self.banned_until = None

    def change_facts(self, *, centre_name: str, centre_uscc: str, lead_uscc: str, field_domain: str) -> None:
        """Note what the roll says of the centre now (变更). The same again changes nothing."""
        known = (self.centre_name, self.centre_uscc, self.lead_uscc, self.field_domain)
        if known != (centre_name, centre_uscc, lead_uscc, field_domain):
            self._facts_changed(
                centre_name=centre_name, centre_uscc=centre_uscc, lead_uscc=lead_uscc, field_domain=field_domain
            )

    @event("FactsChanged", topic="intake.listed-centre.facts-changed")
    def _facts_changed(self, centre_name: str, centre_uscc: str, lead_uscc: str, field_domain: str) -> None:
        self.centre_name, self.centre_uscc = centre_name, centre_uscc
        self.lead_uscc, self.field_domain = lead_uscc, field_domain

    def take_over(self, fields: tuple[str, ...]) -> None:
        """Note the fields of a centre that became part of this one (合并). Harmless on repeat."""
        held = tuple(sorted({*self.also_fields, *fields} - {self.field_domain}))
        if held != self.also_fields:
            self._fields_taken_over(fields=held)

    @event("FieldsTakenOver", topic="intake.listed-centre.fields-taken-over")
    def _fields_taken_over(self, fields: tuple[str, ...]) -> None:
        self.also_fields = fields

    @property
    def _banned(self) -> tuple[str, ...]:
        return tuple(uscc for uscc in (self.centre_uscc, self.lead_uscc) if uscc)
