"""What the registry does about the events of others."""

from __future__ import annotations

from services.intake.contracts import (
    DossierLapsed,
    DossierResubmitted,
    DossierSubmitted,
    DossierTerminated,
    DossierWithdrawn,
    RoundOpened,
)
from services.registry.application import Registry
from services.registry.domain.held import OBJECTION, SUSPENDED
from services.registry.domain.values import Facts
from services.review.contracts import (
    BanStarted,
    CaseCleared,
    CaseClearingReopened,
    CaseNotSelected,
    CaseReopened,
    CaseResumed,
    CaseSuspended,
    ComplaintRaised,
)
from services.screening.contracts import CaseNotRecommended, RecommendationRescinded
from services.shared.kernel.reactions import Reactions
from services.shared.vocabulary import Track

REACTIONS = Reactions()

_UPGRADE = ("S4.2",)


@REACTIONS.to(RoundOpened)
def when_round_opened(registry: Registry, message: RoundOpened) -> None:
    registry.note_round(
        message.round_id,
        number=message.number,
        opens_on=message.opens_on,
        policy_edition=message.policy_edition,
    )


@REACTIONS.to(DossierSubmitted)
def when_dossier_submitted(registry: Registry, message: DossierSubmitted) -> None:
    registry.note_case(message.case_id, number=message.number, origin=message.origin)


@REACTIONS.to(DossierResubmitted)
def when_dossier_resubmitted(registry: Registry, message: DossierResubmitted) -> None:
    registry.note_case(message.case_id, number=message.number, origin=message.origin)


@REACTIONS.to(CaseCleared)
def when_case_cleared(registry: Registry, message: CaseCleared) -> None:
    if message.track is Track.DESIGNATION and registry.clear_upgrade(
        message.centre_uscc,
        review_case_id=message.case_id,
        notice_no=message.notice_no,
        cleared_on=message.cleared_on,
    ):
        return  # the case of an upgrade: the centre stands on the list already, and is designated by its upgrade
    facts = Facts(
        case_number=message.number,
        track=message.track,
        notice_no=message.notice_no,
        prefecture=message.prefecture,
        lead_uscc=message.lead_uscc,
        lead_unit_name=message.lead_unit_name,
        centre_name=message.centre_name,
        centre_uscc=message.centre_uscc,
        member_usccs=message.member_usccs,
        member_names=message.member_names,
        field_domain=message.field_domain,
        rd_direction=message.rd_direction,
        snapshot=message.snapshot,
        round_id=message.round_id,
        cleared_on=message.cleared_on,
    )
    registry.open_centre(message.case_id, facts=facts, policy_edition=message.policy_edition)


@REACTIONS.to(CaseSuspended)
def when_case_suspended(registry: Registry, message: CaseSuspended) -> None:
    registry.hold_case(message.case_id, cause=SUSPENDED, document_no=message.document_no)


@REACTIONS.to(CaseResumed)
def when_case_resumed(registry: Registry, message: CaseResumed) -> None:
    registry.release_case(message.case_id, cause=SUSPENDED)


@REACTIONS.to(CaseClearingReopened)
def when_clearing_reopened(registry: Registry, message: CaseClearingReopened) -> None:
    registry.hold_case(message.case_id, cause=OBJECTION, document_no=message.notice_no)


@REACTIONS.to(ComplaintRaised)
def when_complaint_raised(registry: Registry, message: ComplaintRaised) -> None:
    registry.take_complaint(
        message.objection_id,
        case_id=message.case_id,
        case_number=message.number,
        centre_name=message.centre_name,
        lead_uscc=message.lead_uscc,
        received_on=message.received_on,
        in_time=message.in_time,
    )


@REACTIONS.to(CaseNotSelected)
def when_case_not_selected(registry: Registry, message: CaseNotSelected) -> None:
    _refused(registry, "not-selected", message)


@REACTIONS.to(CaseNotRecommended)
def when_case_not_recommended(registry: Registry, message: CaseNotRecommended) -> None:
    _refused(registry, "not-recommended", message)


@REACTIONS.to(RecommendationRescinded)
def when_recommendation_rescinded(registry: Registry, message: RecommendationRescinded) -> None:
    _refused(registry, "recommendation-rescinded", message)


@REACTIONS.to(DossierWithdrawn)
def when_dossier_withdrawn(registry: Registry, message: DossierWithdrawn) -> None:
    if message.submitted:
        _given_up(registry, "withdrawn", message, f"申报单位撤回申报：{message.reason}")


@REACTIONS.to(DossierLapsed)
def when_dossier_lapsed(registry: Registry, message: DossierLapsed) -> None:
    _given_up(registry, "lapsed", message, "逾期未补正，视为放弃申报")


@REACTIONS.to(DossierTerminated)
def when_dossier_terminated(registry: Registry, message: DossierTerminated) -> None:
    if message.submitted:
        _given_up(registry, "terminated", message, f"终止办理：{message.reason}", message.document_no)


@REACTIONS.to(BanStarted)
def when_ban_started(registry: Registry, message: BanStarted) -> None:
    registry.take_in_ban(
        message.case_id,
        number=message.number,
        centre_uscc=message.centre_uscc,
        lead_uscc=message.lead_uscc,
        prefecture=message.prefecture,
        cause=message.cause,
        banned_from=message.banned_from,
        banned_until=message.banned_until,
    )


@REACTIONS.to(CaseReopened)
def when_case_reopened(registry: Registry, message: CaseReopened) -> None:
    registry.annul_bans_of(message.case_id, document_no=message.decision_no, body=message.body)


def _refused(
    registry: Registry, source: str, message: CaseNotSelected | CaseNotRecommended | RecommendationRescinded
) -> None:
    """The case of an upgrade was refused elsewhere: that decision ends the upgrade."""
    registry.end_upgrade(
        message.centre_uscc,
        review_case_id=message.case_id,
        source=source,
        document_no=message.document_no,
        reasons=message.reasons,
        clauses=message.clauses,
        remedy=message.remedy,
    )


def _given_up(
    registry: Registry,
    source: str,
    message: DossierWithdrawn | DossierLapsed | DossierTerminated,
    reason: str,
    document_no: str = "",
) -> None:
    """A cleared case is listed no more; an upgrade's ended without a decision, so there is nothing to object to."""
    if registry.hold_ended_case(message.case_id, document_no=document_no):
        return
    registry.end_upgrade(
        message.centre_uscc,
        review_case_id=message.case_id,
        source=source,
        document_no=document_no,
        reasons=(reason,),
        clauses=_UPGRADE,
        remedy="",
    )
