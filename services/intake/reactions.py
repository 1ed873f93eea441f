"""What intake does about the events of others."""

from __future__ import annotations

from services.intake.application import Intake
from services.intake.domain.correction import PREFECTURE, PROVINCE, CorrectionItem
from services.registry.contracts import CentreDesignated, CentreListedForCultivation, CentreRevoked, CentreUpgraded
from services.review.contracts import CorrectionRequested as ProvinceAsksForCorrection
from services.screening.contracts import CaseNotRecommended, CaseRecommended
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
