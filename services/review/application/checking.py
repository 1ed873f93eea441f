"""The material check (材料初审), corrections and returned batches: S4.2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.review.application.base import Base, check_period, period, remedy_text
from services.review.domain import rules
from services.review.domain.corrections import BatchReturn, CorrectionItem, batch_return_id, nothing_to_return
from services.review.domain.review import Review
from services.review.domain.values import CaseFacts
from services.review.domain.withdrawal import Withdrawal, withdrawal_id
from services.shared.policy import edition


class ChecksMaterials(Base):
    """From the recommendation of a case to a signed pre-review."""

    def open_review(self, case_id: UUID, *, policy_edition: str, facts: CaseFacts) -> None:
        """Open the review of a recommended case; one that was taken back meanwhile is withdrawn at once (S4.2)."""
        if self.find(Review, case_id) is not None:
            return
        review = Review(id=case_id, policy_edition=policy_edition, facts=facts)
        if ended := self.find(Withdrawal, withdrawal_id(case_id)):
            _end(review, ended.reason, ended.document_no)
        self.save(review)

    def register_receipt(self, case_id: UUID) -> Review:
        """Register the dossier's receipt at the province (S4.2)."""
        review = self.load(Review, case_id)
        review.register_receipt(check_period(edition(review.policy_edition), rules.local_today()))
        self.save(review)
        return review

    def accept_case(self, case_id: UUID) -> Review:
        """Accept complete materials for pre-review (S4.2)."""
        review = self.load(Review, case_id)
        review.accept()
        self.save(review)
        return review

    def request_correction(self, case_id: UUID, *, items: tuple[CorrectionItem, ...]) -> Review:
        """Tell the applicant everything that is missing; the clock stops until it comes, or lapses (S4.2)."""
        review = self.load(Review, case_id)
        in_force = edition(review.policy_edition)
        deadline = period(in_force, "correction", "applicant_days", rules.local_today(), "deadline.close_time")
        review.request_correction(items=items, deadline=deadline, edition=in_force)
        self.save(review)
        return review

    def take_correction(self, case_id: UUID, *, facts: dict[str, Any]) -> None:
        """Go on with a dossier that was corrected in time: these of its facts are new (S4.2)."""
        review = self.find(Review, case_id)
        if review is not None:
            check = check_period(edition(review.policy_edition), rules.local_today())
            review.take_correction(review.facts.changed(facts), check)
            self.save(review)

    def lapse_review(self, case_id: UUID) -> None:
        """End a case whose correction did not come in time (S4.2)."""
        review = self.find(Review, case_id)
        if review is not None:
            review.lapse()
            self.save(review)

    def return_batch(self, batch_id: UUID, *, reasons: tuple[str, ...]) -> BatchReturn:
        """Return a batch to its prefecture, with every case of it that is still at the start of its review (S4.2)."""
        reviews = [review for review in self._batch(batch_id) if review.is_returnable]
        if not reviews:
            raise nothing_to_return()
        facts = reviews[0].facts
        returned = BatchReturn(
            id=batch_return_id(batch_id, facts.letter_no),
            batch_id=batch_id,
            letter_no=facts.letter_no,
            prefecture=facts.prefecture,
            case_ids=tuple(review.id for review in reviews),
            reasons=reasons,
            policy_edition=reviews[0].policy_edition,
        )
        for review in reviews:
            review.return_to_prefecture(cause="batch-returned")
        self.save(returned, *reviews)
        return returned

    def resubmit_cases(self, case_ids: tuple[UUID, ...], *, letter_no: str) -> None:
        """Take returned cases up again under the prefecture's new letter (S4.1.2)."""
        reviews = [review for review in map(self._find_review, case_ids) if review is not None]
        for review in reviews:
            review.resubmit(letter_no=letter_no)
        self.save(*reviews)

    def rescind_review(self, case_id: UUID, *, document_no: str) -> None:
        """End a returned case that the prefecture dropped (S4.1.2)."""
        review = self.find(Review, case_id)
        if review is not None:
            review.rescind(document_no=document_no)
            self.save(review)

    def draft_pre_review(self, case_id: UUID, **draft: Any) -> Review:
        """Draft the outcome of the material pre-review (S4.2)."""
        review = self.load(Review, case_id)
        review.draft_pre_review(**draft)
        self.save(review)
        return review

    def pass_pre_review(self, case_id: UUID) -> Review:
        """Sign a pre-review that passes (S4.2)."""
        review = self.load(Review, case_id)
        review.pass_pre_review()
        self.save(review)
        return review

    def fail_pre_review(self, case_id: UUID, *, document_no: str) -> Review:
        """Sign a pre-review that fails, with the remedy told (S4.2)."""
        review = self.load(Review, case_id)
        review.fail_pre_review(document_no=document_no, remedy=remedy_text(edition(review.policy_edition)))
        self.save(review)
        return review

    def withdraw_review(self, case_id: UUID, *, reason: str, document_no: str = "") -> None:
        """Withdraw a case that the applicant took back; one that has not arrived yet is remembered (S4.1.1).

        With the number of a document the whole round was called off, and the case is terminated (S4.0).
        """
        review = self.find(Review, case_id)
        if review is not None:
            _end(review, reason, document_no)
            self.save(review)
        elif self.find(Withdrawal, withdrawal_id(case_id)) is None:
            id_ = withdrawal_id(case_id)
            self.save(Withdrawal(id=id_, case_id=case_id, reason=reason, document_no=document_no))

    def _find_review(self, case_id: UUID) -> Review | None:
        return self.find(Review, case_id)

    def _batch(self, batch_id: UUID) -> list[Review]:
        rows = self.database.rows("select case_id from batch_cases where batch_id = %s order by case_id", (batch_id,))
        return [self._review(case_id) for (case_id,) in rows]


def _end(review: Review, reason: str, document_no: str) -> None:
    if document_no:
        review.terminate(document_no=document_no, reason=reason)
    else:
        review.withdraw(reason=reason)
