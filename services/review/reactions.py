"""What review does about the events of others."""

from __future__ import annotations

from dataclasses import fields
from typing import Protocol
from uuid import UUID

from services.intake.contracts import DossierLapsed, DossierResubmitted, DossierTerminated, DossierWithdrawn
from services.registry.contracts import (
    CentreDesignated,
    CentreDissolved,
    CentreExited,
    CentreExpired,
    CentreListedForCultivation,
    CentreMerged,
    CentreRevocationAnnulled,
    CentreRevoked,
)
from services.review.application import ProvincialReview
from services.review.domain.values import CaseFacts
from services.screening.contracts import BatchResubmitted, CaseRecommended, RecommendationRescinded
from services.shared.kernel.reactions import Reactions

REACTIONS = Reactions()

PROVINCE = "province"
"""The level of a correction that review asked for."""


class Listed(Protocol):
    """Whatever says that a centre stands on the roll."""

    @property
    def case_id(self) -> UUID: ...
    @property
    def centre_name(self) -> str: ...
    @property
    def field_domain(self) -> str: ...
    @property
    def document_no(self) -> str: ...


class Left(Protocol):
    """Whatever says that a centre has left the roll."""

    @property
    def case_id(self) -> UUID: ...


@REACTIONS.to(CaseRecommended)
def when_case_recommended(review: ProvincialReview, message: CaseRecommended) -> None:
    review.open_review(message.case_id, policy_edition=message.policy_edition, facts=facts_of(message))


@REACTIONS.to(BatchResubmitted)
def when_batch_resubmitted(review: ProvincialReview, message: BatchResubmitted) -> None:
    review.resubmit_cases(message.case_ids, letter_no=message.letter_no)


@REACTIONS.to(RecommendationRescinded)
def when_recommendation_rescinded(review: ProvincialReview, message: RecommendationRescinded) -> None:
    review.rescind_review(message.case_id, document_no=message.document_no)


@REACTIONS.to(DossierResubmitted)
def when_dossier_resubmitted(review: ProvincialReview, message: DossierResubmitted) -> None:
    if message.level == PROVINCE:
        shared = {fact.name for fact in fields(CaseFacts)} & {fact.name for fact in fields(message)}
        review.take_correction(message.case_id, facts={name: getattr(message, name) for name in shared})


@REACTIONS.to(DossierLapsed)
def when_dossier_lapsed(review: ProvincialReview, message: DossierLapsed) -> None:
    if message.level == PROVINCE:
        review.lapse_review(message.case_id)


@REACTIONS.to(DossierWithdrawn)
def when_dossier_withdrawn(review: ProvincialReview, message: DossierWithdrawn) -> None:
    if message.submitted:
        review.withdraw_review(message.case_id, reason=message.reason)


@REACTIONS.to(DossierTerminated)
def when_dossier_terminated(review: ProvincialReview, message: DossierTerminated) -> None:
    if message.submitted:
        review.withdraw_review(message.case_id, reason=message.reason, document_no=message.document_no)


@REACTIONS.to(CentreDesignated)
def when_centre_designated(review: ProvincialReview, message: CentreDesignated) -> None:
    _listed(review, message)


@REACTIONS.to(CentreListedForCultivation)
def when_centre_listed_for_cultivation(review: ProvincialReview, message: CentreListedForCultivation) -> None:
    _listed(review, message)


@REACTIONS.to(CentreRevocationAnnulled)
def when_revocation_annulled(review: ProvincialReview, message: CentreRevocationAnnulled) -> None:
    _listed(review, message)


@REACTIONS.to(CentreRevoked)
def when_centre_revoked(review: ProvincialReview, message: CentreRevoked) -> None:
    _left(review, message)


@REACTIONS.to(CentreExpired)
def when_centre_expired(review: ProvincialReview, message: CentreExpired) -> None:
    _left(review, message)


@REACTIONS.to(CentreExited)
def when_centre_exited(review: ProvincialReview, message: CentreExited) -> None:
    _left(review, message)


@REACTIONS.to(CentreDissolved)
def when_centre_dissolved(review: ProvincialReview, message: CentreDissolved) -> None:
    _left(review, message)


@REACTIONS.to(CentreMerged)
def when_centre_merged(review: ProvincialReview, message: CentreMerged) -> None:
    _left(review, message)


def facts_of(message: CaseRecommended) -> CaseFacts:
    """The facts in screening's message: those that bear the same names."""
    return CaseFacts(**{fact.name: getattr(message, fact.name) for fact in fields(CaseFacts)})


def _listed(review: ProvincialReview, message: Listed) -> None:
    review.note_listing(
        message.case_id,
        document_no=message.document_no,
        name=message.centre_name,
        field_domain=message.field_domain,
    )


def _left(review: ProvincialReview, message: Left) -> None:
    review.free_field(message.case_id)
