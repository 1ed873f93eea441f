"""What screening does about the events of others."""

from __future__ import annotations

from services.intake.contracts import (
    DossierLapsed,
    DossierLapseTakenBack,
    DossierRecalled,
    DossierResubmitted,
    DossierSubmitted,
    DossierTerminated,
    DossierWithdrawn,
    RoundConditionsPublished,
)
from services.review.contracts import BatchReturned, CaseReopened
from services.screening.application import Screenings
from services.screening.domain.round_terms import Allowance
from services.screening.domain.values import Facts
from services.shared.kernel.reactions import Reactions

REACTIONS = Reactions()


@REACTIONS.to(RoundConditionsPublished)
def when_round_conditions_published(screenings: Screenings, message: RoundConditionsPublished) -> None:
    allowances = tuple(Allowance(quota.prefecture, quota.most) for quota in message.quotas)
    screenings.set_round_terms(message.round_id, allowances=allowances, paper_copies=message.paper_copies)


@REACTIONS.to(DossierSubmitted)
def when_dossier_submitted(screenings: Screenings, message: DossierSubmitted) -> None:
    screenings.open_screening(
        message.case_id,
        number=message.number,
        round_id=message.round_id,
        round_number=message.round_number,
        prefecture=message.prefecture,
        policy_edition=message.policy_edition,
        lead_uscc=message.lead_uscc,
        facts=_facts_of(message),
    )


@REACTIONS.to(DossierRecalled)
def when_dossier_recalled(screenings: Screenings, message: DossierRecalled) -> None:
    screenings.recall_case(message.case_id, reason=message.reason)


@REACTIONS.to(DossierResubmitted)
def when_dossier_resubmitted(screenings: Screenings, message: DossierResubmitted) -> None:
    screenings.resubmit_case(message.case_id, facts=_facts_of(message))


@REACTIONS.to(DossierLapsed)
def when_dossier_lapsed(screenings: Screenings, message: DossierLapsed) -> None:
    screenings.lapse_case(message.case_id, level=message.level)


@REACTIONS.to(DossierLapseTakenBack)
def when_dossier_lapse_taken_back(screenings: Screenings, message: DossierLapseTakenBack) -> None:
    screenings.take_lapse_back(message.case_id)


@REACTIONS.to(DossierTerminated)
def when_dossier_terminated(screenings: Screenings, message: DossierTerminated) -> None:
    screenings.terminate_case(message.case_id, reason=message.reason)


@REACTIONS.to(DossierWithdrawn)
def when_dossier_withdrawn(screenings: Screenings, message: DossierWithdrawn) -> None:
    screenings.withdraw_case(message.case_id, reason=message.reason)


@REACTIONS.to(BatchReturned)
def when_batch_returned(screenings: Screenings, message: BatchReturned) -> None:
    screenings.return_batch(
        message.batch_id, letter_no=message.letter_no, case_ids=message.case_ids, reasons=message.reasons
    )


@REACTIONS.to(CaseReopened)
def when_case_reopened(screenings: Screenings, message: CaseReopened) -> None:
    screenings.note_reopened(message.case_id)


def _facts_of(message: DossierSubmitted | DossierResubmitted) -> Facts:
    """What the snapshot of a submission says."""
    return Facts(
        lead_unit_name=message.lead_unit_name,
        centre_name=message.centre_name,
        centre_uscc=message.centre_uscc,
        member_usccs=message.member_usccs,
        member_names=message.member_names,
        field_domain=message.field_domain,
        rd_direction=message.rd_direction,
        track_requested=message.track_requested,
        total_formation_funds_wan=message.total_formation_funds_wan,
        snapshot_number=message.snapshot_number,
        snapshot=message.snapshot,
        documents=message.documents,
    )
