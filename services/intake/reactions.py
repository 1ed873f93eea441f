"""What intake does about the events of others."""

from __future__ import annotations

from datetime import datetime

from services.intake.application import Intake
from services.intake.domain.correction import PREFECTURE, PROVINCE, CorrectionItem
from services.intake.domain.standing import Suspension
from services.registry.contracts import (
    BanAnnulled,
    BanEnded,
    BanStarted,
    CentreChanged,
    CentreDesignated,
    CentreDissolved,
    CentreExited,
    CentreExpired,
    CentreListedForCultivation,
    CentreMerged,
    CentreRevocationAnnulled,
    CentreRevoked,
    CentreUpgraded,
)
from services.review.contracts import CaseNotSelected
from services.review.contracts import CaseReopened as ProvinceReopensCase
from services.review.contracts import CaseResumed as ProvinceResumesCase
from services.review.contracts import CaseSuspended as ProvinceSuspendsCase
from services.review.contracts import CorrectionRequested as ProvinceAsksForCorrection
from services.screening.contracts import (
    CaseNotRecommended,
    CaseRecommended,
    CaseTakenIn,
    CaseTransferred,
    OfficerRecused,
    RecommendationRescinded,
)
from services.screening.contracts import CaseReopened as PrefectureReopensCase
from services.screening.contracts import CaseResumed as PrefectureResumesCase
from services.screening.contracts import CaseSuspended as PrefectureSuspendsCase
from services.screening.contracts import CorrectionRequested as PrefectureAsksForCorrection
from services.shared.kernel.reactions import Reactions
from services.shared.vocabulary import Track

REACTIONS = Reactions()


@REACTIONS.to(PrefectureAsksForCorrection)
def when_prefecture_asks_for_correction(intake: Intake, message: PrefectureAsksForCorrection) -> None:
    _ask_for_correction(intake, PREFECTURE, message)


@REACTIONS.to(ProvinceAsksForCorrection)
def when_province_asks_for_correction(intake: Intake, message: ProvinceAsksForCorrection) -> None:
    _ask_for_correction(intake, PROVINCE, message)


@REACTIONS.to(CaseRecommended)
def when_case_recommended(intake: Intake, message: CaseRecommended) -> None:
    intake.note_recommended(message.case_id, letter_no=message.letter_no)


@REACTIONS.to(CaseNotRecommended)
def when_case_not_recommended(intake: Intake, message: CaseNotRecommended) -> None:
    intake.conclude_dossier(message.case_id, outcome="not-recommended", reference=message.document_no)


@REACTIONS.to(RecommendationRescinded)
def when_recommendation_rescinded(intake: Intake, message: RecommendationRescinded) -> None:
    intake.conclude_dossier(message.case_id, outcome="not-recommended", reference=message.document_no)


@REACTIONS.to(CaseTakenIn)
def when_case_taken_in(intake: Intake, message: CaseTakenIn) -> None:
    intake.note_taken_in(message.case_id, snapshot_number=message.snapshot_number)


@REACTIONS.to(CaseTransferred)
def when_case_transferred(intake: Intake, message: CaseTransferred) -> None:
    intake.note_transfer(message.case_id, prefecture=message.prefecture, reason=message.reason)


@REACTIONS.to(PrefectureSuspendsCase)
def when_prefecture_suspends_case(intake: Intake, message: PrefectureSuspendsCase) -> None:
    _note_suspended(intake, PREFECTURE, message)


@REACTIONS.to(ProvinceSuspendsCase)
def when_province_suspends_case(intake: Intake, message: ProvinceSuspendsCase) -> None:
    _note_suspended(intake, PROVINCE, message)


@REACTIONS.to(PrefectureResumesCase)
def when_prefecture_resumes_case(intake: Intake, message: PrefectureResumesCase) -> None:
    _note_resumed(intake, PREFECTURE, message, message.due)


@REACTIONS.to(ProvinceResumesCase)
def when_province_resumes_case(intake: Intake, message: ProvinceResumesCase) -> None:
    _note_resumed(intake, PROVINCE, message, message.correction_due)


@REACTIONS.to(OfficerRecused)
def when_officer_recused(intake: Intake, message: OfficerRecused) -> None:
    intake.note_recusal(message.case_id, officer=message.officer)


@REACTIONS.to(PrefectureReopensCase)
def when_prefecture_reopens_case(intake: Intake, message: PrefectureReopensCase) -> None:
    intake.reopen_dossier(message.case_id, level=PREFECTURE, decision_no=message.decision_no)


@REACTIONS.to(ProvinceReopensCase)
def when_province_reopens_case(intake: Intake, message: ProvinceReopensCase) -> None:
    intake.reopen_dossier(message.case_id, level=PROVINCE, decision_no=message.decision_no)


@REACTIONS.to(CaseNotSelected)
def when_case_not_selected(intake: Intake, message: CaseNotSelected) -> None:
    intake.conclude_dossier(message.case_id, outcome=message.stage, reference=message.document_no)


@REACTIONS.to(CentreDesignated)
def when_centre_designated(intake: Intake, message: CentreDesignated) -> None:
    _note_listed(intake, message, Track.DESIGNATION)


@REACTIONS.to(CentreListedForCultivation)
def when_centre_listed_for_cultivation(intake: Intake, message: CentreListedForCultivation) -> None:
    _note_listed(intake, message, Track.CULTIVATION)


@REACTIONS.to(CentreUpgraded)
def when_centre_upgraded(intake: Intake, message: CentreUpgraded) -> None:
    intake.note_upgraded(message.case_id)


@REACTIONS.to(CentreRevoked)
def when_centre_revoked(intake: Intake, message: CentreRevoked) -> None:
    intake.note_revoked(message.case_id, banned_until=message.banned_until)


@REACTIONS.to(CentreRevocationAnnulled)
def when_revocation_annulled(intake: Intake, message: CentreRevocationAnnulled) -> None:
    intake.note_reinstated(message.case_id)


@REACTIONS.to(CentreExited)
def when_centre_exited(intake: Intake, message: CentreExited) -> None:
    intake.note_left(message.case_id, reason="exited")


@REACTIONS.to(CentreExpired)
def when_centre_expired(intake: Intake, message: CentreExpired) -> None:
    intake.note_left(message.case_id, reason="expired")


@REACTIONS.to(CentreDissolved)
def when_centre_dissolved(intake: Intake, message: CentreDissolved) -> None:
    intake.note_left(message.case_id, reason="dissolved")


@REACTIONS.to(CentreMerged)
def when_centre_merged(intake: Intake, message: CentreMerged) -> None:
    intake.note_left(message.case_id, reason="merged", survivor=message.survivor_id, fields=message.fields)


@REACTIONS.to(CentreChanged)
def when_centre_changed(intake: Intake, message: CentreChanged) -> None:
    intake.note_changed(
        message.case_id,
        centre_name=message.centre_name,
        centre_uscc=message.centre_uscc,
        lead_uscc=message.lead_uscc,
        field_domain=message.field_domain,
    )


@REACTIONS.to(BanStarted)
def when_ban_started(intake: Intake, message: BanStarted) -> None:
    intake.note_ban(
        message.ban_id or message.case_id,
        case_id=message.case_id,
        usccs=tuple(uscc for uscc in (message.centre_uscc, message.lead_uscc) if uscc),
        cause=message.cause,
        banned_from=message.banned_from,
        banned_until=message.banned_until,
    )


@REACTIONS.to(BanEnded)
def when_ban_ended(intake: Intake, message: BanEnded) -> None:
    intake.note_ban_over(message.ban_id, case_id=message.case_id)


@REACTIONS.to(BanAnnulled)
def when_ban_annulled(intake: Intake, message: BanAnnulled) -> None:
    intake.note_ban_over(message.ban_id, case_id=message.case_id)


def _note_listed(intake: Intake, message: CentreDesignated | CentreListedForCultivation, track: Track) -> None:
    intake.note_listed(
        message.case_id,
        number=message.number,
        centre_name=message.centre_name,
        centre_uscc=message.centre_uscc,
        lead_uscc=message.lead_uscc,
        field_domain=message.field_domain,
        track=track,
        reference=message.document_no,
    )


def _ask_for_correction(
    intake: Intake, level: str, message: PrefectureAsksForCorrection | ProvinceAsksForCorrection
) -> None:
    intake.ask_for_correction(
        message.case_id,
        level=level,
        round_no=message.round_no,
        items=tuple(CorrectionItem(item.pointer, item.zh, item.clause) for item in message.items),
        due=message.due,
        provisional=message.provisional,
        explanation=message.explanation,
    )


def _note_suspended(intake: Intake, level: str, message: PrefectureSuspendsCase | ProvinceSuspendsCase) -> None:
    suspension = Suspension(level, message.cause, message.document_no, message.since)
    intake.note_suspended(message.case_id, suspension=suspension)


def _note_resumed(
    intake: Intake, level: str, message: PrefectureResumesCase | ProvinceResumesCase, due: datetime | None
) -> None:
    intake.note_resumed(
        message.case_id,
        level=level,
        document_no=message.document_no,
        due=due,
        provisional=message.provisional,
        explanation=message.explanation,
    )
