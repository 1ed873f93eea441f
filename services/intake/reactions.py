"""What intake does about the events of others."""

from __future__ import annotations

from services.intake.application import Intake
from services.registry.contracts import CentreDesignated, CentreListedForCultivation
from services.screening.contracts import CaseNotRecommended
from services.shared.kernel.reactions import Reactions

REACTIONS = Reactions()


@REACTIONS.to(CaseNotRecommended)
def when_case_not_recommended(intake: Intake, message: CaseNotRecommended) -> None:
    intake.conclude_dossier(message.case_id, outcome="not-recommended", reference=message.document_no)


@REACTIONS.to(CentreDesignated)
def when_centre_designated(intake: Intake, message: CentreDesignated) -> None:
    intake.conclude_dossier(message.case_id, outcome="designated", reference=message.document_no)


@REACTIONS.to(CentreListedForCultivation)
def when_centre_listed_for_cultivation(intake: Intake, message: CentreListedForCultivation) -> None:
    intake.conclude_dossier(message.case_id, outcome="cultivation", reference=message.document_no)
