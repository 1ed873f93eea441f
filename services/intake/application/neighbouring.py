"""The dossier among others: listed centres, bans and rival dossiers, for the checks K20–K22 (S1.4, S4.1.0, S4.3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.intake.application.base import Base
from services.intake.domain import ban
from services.intake.domain.ban import Ban
from services.intake.domain.dossier import Dossier
from services.intake.domain.listed_centre import ListedCentre, id_of
from services.shared.vocabulary import Track


class NotesListedCentres(Base):
    """What intake notes of the roll that the registry keeps."""

    def note_listed(
        self,
        case_id: UUID,
        *,
        number: str,
        centre_name: str,
        centre_uscc: str,
        lead_uscc: str,
        field_domain: str,
        track: Track,
        reference: str,
    ) -> None:
        """Note that a centre is on the roll, and conclude its dossier. A repeat changes nothing."""
        dossier, centre = self.find(Dossier, case_id), self.find(ListedCentre, id_of(case_id))
        if dossier is not None:
            dossier.conclude(outcome="designated" if track is Track.DESIGNATION else "cultivation", reference=reference)
        if centre is None:
            centre = ListedCentre(
                id=id_of(case_id),
                case_id=case_id,
                number=number,
                centre_name=centre_name,
                centre_uscc=centre_uscc,
                lead_uscc=lead_uscc,
                field_domain=field_domain,
                track=track,
            )
        self.save(centre, *([dossier] if dossier is not None else []))

    def note_upgraded(self, case_id: UUID) -> None:
        """Note that a centre in cultivation is designated now. A repeat changes nothing."""
        if centre := self.find(ListedCentre, id_of(case_id)):
            centre.change_track(Track.DESIGNATION)
            self.save(centre)

    def note_revoked(self, case_id: UUID, *, banned_until: date | None) -> None:
        """Note that a centre holds its field no more, and until when its units are banned. Harmless on repeat."""
        if centre := self.find(ListedCentre, id_of(case_id)):
            centre.revoke(banned_until=banned_until)
            self.save(centre)

    def note_left(
        self, case_id: UUID, *, reason: str, survivor: UUID | None = None, fields: tuple[str, ...] = ()
    ) -> None:
        """Note that a centre is off the list, and which other one (of the case `survivor`) holds its fields now."""
        gone = self.find(ListedCentre, id_of(case_id))
        heir = self.find(ListedCentre, id_of(survivor)) if survivor else None
        if gone is not None:
            gone.leave(reason)
        if heir is not None:
            heir.take_over(fields)
        if known := [centre for centre in (gone, heir) if centre is not None]:
            self.save(*known)

    def note_reinstated(self, case_id: UUID) -> None:
        """Note that a revocation fell: the centre holds its field as before, its ban never was. Harmless on repeat."""
        known: list[ListedCentre | Ban] = []
        if centre := self.find(ListedCentre, id_of(case_id)):
            centre.reinstate()
            centre.forget_ban()
            known.append(centre)
        if held := self.find(Ban, ban.id_of(case_id)):
            held.lift()
            known.append(held)
        if known:
            self.save(*known)

    def note_changed(
        self, case_id: UUID, *, centre_name: str, centre_uscc: str, lead_uscc: str, field_domain: str
    ) -> None:
        """Note what the roll says of a centre now. A repeat changes nothing."""
        if centre := self.find(ListedCentre, id_of(case_id)):
            centre.change_facts(
                centre_name=centre_name, centre_uscc=centre_uscc, lead_uscc=lead_uscc, field_domain=field_domain
            )
            self.save(centre)

    def note_ban(
        self, ban_id: UUID, *, case_id: UUID, usccs: tuple[str, ...], cause: str, banned_from: date, banned_until: date
    ) -> None:
        """Note that these units may hand in no new dossier before `banned_until` (check K21). Harmless on repeat."""
        known = self.find(Ban, ban.id_of(ban_id))
        if known is None:
            known = Ban(ban.id_of(ban_id), case_id, usccs, cause, banned_from, banned_until)
        known.change(usccs=usccs, banned_from=banned_from, banned_until=banned_until)
        self.save(known)

    def note_ban_over(self, ban_id: UUID, *, case_id: UUID) -> None:
        """Note that a ban is over, or never was. A repeat changes nothing."""
        known: list[ListedCentre | Ban] = []
        if held := self.find(Ban, ban.id_of(ban_id)):
            held.lift()
            known.append(held)
        if centre := self.find(ListedCentre, id_of(case_id)):
            centre.forget_ban()
            known.append(centre)
        if known:
            self.save(*known)
