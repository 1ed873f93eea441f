"""The dossier among others: listed centres, bans and rival dossiers, for the checks K20–K22 (S1.4, S4.1.0, S4.3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.intake.application.base import Base
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
