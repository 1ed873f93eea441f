"""Who is told of what intake says."""

from __future__ import annotations

from services.intake.contracts import (
    DossierResubmitted,
    DossierSubmitted,
    DossierWithdrawn,
    RoundClosed,
    RoundExtended,
    RoundOpened,
)
from services.notify.application import Notify
from services.notify.domain.values import Parties, organisation, prefecture
from services.notify.reactions.telling import REACTIONS, bodies, moment, prefecture_name, unit_and_prefecture


@REACTIONS.to(RoundOpened)
def when_round_opened(notify: Notify, message: RoundOpened) -> None:
    facts = {
        "number": message.number,
        "title": message.title,
        "opens_on": message.opens_on.isoformat(),
        "closes_on": message.closes_on.isoformat(),
    }
    notify.tell(message.number, facts=facts, told={"round.opened": bodies(notify)})


@REACTIONS.to(RoundExtended)
def when_round_extended(notify: Notify, message: RoundExtended) -> None:
    facts = {"number": message.number, "closes_at": moment(message.closes_at), "reason": message.reason}
    told = {"round.extended": [*map(organisation, message.drafting), *bodies(notify)]}
    notify.tell(message.number, facts=facts, told=told)


@REACTIONS.to(RoundClosed)
def when_round_closed(notify: Notify, message: RoundClosed) -> None:
    told = {"round.closed": bodies(notify)}
    notify.tell(message.number, facts={"number": message.number}, told=told)


@REACTIONS.to(DossierSubmitted)
def when_dossier_submitted(notify: Notify, message: DossierSubmitted) -> None:
    parties = Parties(message.number, message.centre_name, message.lead_uscc, message.prefecture)
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "lead_unit_name": message.lead_unit_name,
        "prefecture_name": prefecture_name(message.prefecture),
        "snapshot_number": str(message.snapshot_number),
        "sha256": message.snapshot.sha256,
    }
    told = {
        "dossier.received": [organisation(message.lead_uscc)],
        "dossier.arrived": [prefecture(message.prefecture)],
    }
    notify.take_up_case(message.case_id, parties, facts=facts, told=told)


@REACTIONS.to(DossierWithdrawn)
def when_dossier_withdrawn(notify: Notify, message: DossierWithdrawn) -> None:
    if not message.submitted:
        return  # a draft: nobody but the applicant knew of it
    parties = notify.parties_of(message.case_id)
    facts = {"number": message.number, "centre_name": parties.centre_name}
    told = {"dossier.withdrawn": unit_and_prefecture(parties)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "correction"))


@REACTIONS.to(DossierResubmitted)
def when_dossier_resubmitted(notify: Notify, message: DossierResubmitted) -> None:
    also = notify.unwatched(message.case_id, "correction", occasion=f"{message.level}:{message.round_no}")
    notify.tell(message.number, facts={}, told={}, also=also)
