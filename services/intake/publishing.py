"""What intake tells the others: own domain event → own integration event."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from services.intake import contracts
from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
from services.shared.kernel.publishing import Publishing

PUBLISHING = Publishing()


@PUBLISHING.of(Round.Opened)
def seal_round_opened(event: Any, round_: Round) -> contracts.RoundOpened:
    return contracts.RoundOpened(
        round_id=round_.id,
        number=round_.number,
        title=round_.title,
        year=round_.year,
        policy_edition=event.policy_edition,
        opens_on=round_.opens_on,
        closes_on=round_.closes_on,
    )


@PUBLISHING.of(Round.ConditionsPublished)
def seal_conditions_published(event: Any, round_: Round) -> contracts.RoundConditionsPublished:
    said = event.conditions
    return contracts.RoundConditionsPublished(
        round_id=round_.id,
        number=round_.number,
        text=said.text,
        fields=said.fields,
        quotas=tuple(contracts.Quota(quota.prefecture, quota.most) for quota in said.quotas),
        paper_copies=said.paper_copies,
    )


@PUBLISHING.of(Round.Extended)
def seal_round_extended(event: Any, round_: Round) -> contracts.RoundExtended:
    return contracts.RoundExtended(
        round_id=round_.id,
        number=round_.number,
        closes_on=event.closes_on,
        closes_at=event.deadline.due,
        reason=event.reason,
        drafting=event.drafting,
    )


@PUBLISHING.of(Round.Announced)
def seal_round_announced(event: Any, round_: Round) -> contracts.RoundAnnounced:
    return contracts.RoundAnnounced(round_id=round_.id, number=round_.number, document_no=event.document_no)


@PUBLISHING.of(Round.Cancelled)
def seal_round_cancelled(event: Any, round_: Round) -> contracts.RoundCancelled:
    return contracts.RoundCancelled(
        round_id=round_.id, number=round_.number, document_no=event.document_no, reason=event.reason
    )


@PUBLISHING.of(Round.Closed)
def seal_round_closed(event: Any, round_: Round) -> contracts.RoundClosed:  # noqa: ARG001  # the registry's shape
    return contracts.RoundClosed(round_id=round_.id, number=round_.number)


@PUBLISHING.of(Dossier.Submitted)
def seal_dossier_submitted(event: Any, dossier: Dossier) -> contracts.DossierSubmitted:
    return contracts.DossierSubmitted(
        case_id=dossier.id,
        number=dossier.number,
        round_id=dossier.round_id,
        round_number=dossier.round_number,
        prefecture=dossier.prefecture,
        policy_edition=dossier.policy_edition,
        lead_uscc=dossier.lead_uscc,
        snapshot_number=event.snapshot.number,
        snapshot=event.snapshot.document,
        documents=tuple(document for kind in dossier.attachments.values() for document in kind),
        **asdict(event.snapshot.facts),
    )


@PUBLISHING.of(Dossier.Withdrawn)
def seal_dossier_withdrawn(event: Any, dossier: Dossier) -> contracts.DossierWithdrawn:
    return contracts.DossierWithdrawn(
        case_id=dossier.id,
        number=dossier.number,
        submitted=event.submitted,
        reason=event.reason,
        lead_uscc=dossier.lead_uscc,
        prefecture=dossier.prefecture,
        centre_uscc=_centre_uscc(dossier),
    )


@PUBLISHING.of(Dossier.Resubmitted)
def seal_dossier_resubmitted(event: Any, dossier: Dossier) -> contracts.DossierResubmitted:
    return contracts.DossierResubmitted(
        case_id=dossier.id,
        number=dossier.number,
        level=event.level,
        round_no=event.round_no,
        prefecture=dossier.prefecture,
        lead_uscc=dossier.lead_uscc,
        snapshot_number=event.snapshot.number,
        snapshot=event.snapshot.document,
        documents=tuple(document for kind in dossier.attachments.values() for document in kind),
        **asdict(event.snapshot.facts),
    )


@PUBLISHING.of(Dossier.SubmissionRecalled)
def seal_dossier_recalled(event: Any, dossier: Dossier) -> contracts.DossierRecalled:
    return contracts.DossierRecalled(
        case_id=dossier.id,
        number=dossier.number,
        lead_uscc=dossier.lead_uscc,
        prefecture=dossier.prefecture,
        snapshot_number=dossier.snapshots[-1].number,
        reason=event.reason,
    )


@PUBLISHING.of(Dossier.Lapsed)
def seal_dossier_lapsed(event: Any, dossier: Dossier) -> contracts.DossierLapsed:
    return contracts.DossierLapsed(
        case_id=dossier.id,
        number=dossier.number,
        lead_uscc=dossier.lead_uscc,
        prefecture=dossier.prefecture,
        level=event.level,
        centre_uscc=_centre_uscc(dossier),
    )


@PUBLISHING.of(Dossier.LapseTakenBack)
def seal_lapse_taken_back(event: Any, dossier: Dossier) -> contracts.DossierLapseTakenBack:
    return contracts.DossierLapseTakenBack(
        case_id=dossier.id,
        number=dossier.number,
        lead_uscc=dossier.lead_uscc,
        prefecture=dossier.prefecture,
        level=event.level,
    )


@PUBLISHING.of(Dossier.Terminated)
def seal_dossier_terminated(event: Any, dossier: Dossier) -> contracts.DossierTerminated:
    return contracts.DossierTerminated(
        case_id=dossier.id,
        number=dossier.number,
        lead_uscc=dossier.lead_uscc,
        prefecture=dossier.prefecture,
        submitted=event.submitted,
        document_no=event.document_no,
        reason=event.reason,
        centre_uscc=_centre_uscc(dossier),
    )


def _centre_uscc(dossier: Dossier) -> str:
    """The code of the centre as it was last handed in; empty before that."""
    return dossier.snapshots[-1].facts.centre_uscc if dossier.snapshots else ""
