"""What the registry does about the events of others."""

from __future__ import annotations

from services.intake.contracts import RoundOpened
from services.registry.application import Registry
from services.registry.domain.values import Facts
from services.review.contracts import BanStarted, CaseCleared, CaseReopened
from services.shared.kernel.reactions import Reactions
from services.shared.vocabulary import Track

REACTIONS = Reactions()


@REACTIONS.to(RoundOpened)
def when_round_opened(registry: Registry, message: RoundOpened) -> None:
    registry.note_round(
        message.round_id,
        number=message.number,
        opens_on=message.opens_on,
        policy_edition=message.policy_edition,
    )


@REACTIONS.to(CaseCleared)
def when_case_cleared(registry: Registry, message: CaseCleared) -> None:
    if message.track is Track.DESIGNATION and registry.clear_upgrade(
        message.centre_uscc, review_case_id=message.case_id, notice_no=message.notice_no
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
    )
    registry.open_centre(message.case_id, facts=facts, policy_edition=message.policy_edition)


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
