"""Public notices (公示): drawn up, approved, posted, corrected, closed by the clock (S4.2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.review.application.assessing import AssessesCases
from services.review.application.base import period
from services.review.domain import errors
from services.review.domain.field_holder import FieldHolder, holder_id
from services.review.domain.notice_text import wording
from services.review.domain.public_notice import PublicNotice, check_period
from services.review.domain.review import Review
from services.review.domain.values import Amendment, Proposal
from services.shared.aggregate import Aggregate
from services.shared.policy import Edition, edition
from services.shared.vocabulary import Track


class PostsNotices(AssessesCases):
    """From a proposed list to cases that are cleared and listed."""

    def draft_notice(self, *, title: str, case_ids: tuple[UUID, ...], days: int = 0) -> PublicNotice:
        """Draw up a proposed list from proposed cases; their names are copied (S4.2). 0 days: as the edition says."""
        reviews = [self._review(case_id) for case_id in case_ids]
        entries = tuple(review.notice_entry(review.id) for review in reviews)
        editions = frozenset(review.policy_edition for review in reviews)
        lengths = _lengths(edition(min(editions)))
        self._fields_are_resolved(reviews)
        notice = PublicNotice.draft(title=title, entries=entries, editions=editions, days=days, lengths=lengths)
        self.save(notice)
        return notice

    def approve_notice(self, notice_id: UUID) -> PublicNotice:
        """Approve a proposed list for posting (S4.2)."""
        notice = self.load(PublicNotice, notice_id)
        notice.approve()
        self.save(notice)
        return notice

    def post_notice(
        self, notice_id: UUID, *, notice_no: str, posted_on: date, channel: str = "", url: str = ""
    ) -> PublicNotice:
        """Record the posting, archive the text, and put every case of the list on notice (S4.2)."""
        notice = self.load(PublicNotice, notice_id)
        notice.check_day(posted_on)
        self._number_is_free(notice_no)
        in_force, reviews = edition(notice.policy_edition), self._reviews_on(notice)
        self._fields_are_resolved(reviews)
        notice.check_lines(tuple(review.notice_entry(review.id) for review in reviews))
        deadline = period(in_force, "notice", "length", posted_on, "notice.close_time", days=notice.days)
        check_period(deadline)
        text = wording(notice, notice_no, deadline, in_force)
        document = self.documents.put(text.encode(), f"notice-{notice.id}.txt", "text/plain")
        notice.post(
            notice_no=notice_no,
            posted_on=posted_on,
            deadline=deadline,
            text=document,
            channel=channel,
            url=url,
            required=in_force["notice.proof_required"],
        )
        for review, entry in zip(reviews, notice.entries, strict=True):
            review.post(notice.id, entry, until=deadline)
        self.save(notice, *reviews)
        return notice

    def attach_proof(self, notice_id: UUID, *, name: str, body: bytes, media_type: str) -> PublicNotice:
        """Store what proves that a list was shown (S4.2). Raises Invalid for unfit bytes."""
        notice = self.load(PublicNotice, notice_id)
        notice.attach_proof(self.documents.put(body, name, media_type))
        self.save(notice)
        return notice

    def amend_listing(self, case_id: UUID, *, amendment: Amendment) -> Review:
        """Correct what a running list says of a case; by the edition it then needs a notice of full length (S4.2)."""
        review = self.load(Review, case_id)
        notice = self._notice_of(review)
        review.amend_listing(amendment, edition(review.policy_edition), notice.notice_no if notice else "")
        self.save(review, *struck_from(notice, review, amendment.reason))
        return review

    def amend_proposal(self, case_id: UUID, *, track: Track, meeting_date: date, minute_no: str, text: str) -> Review:
        """Record a new collective decision for the other track of a case on notice (S4.2)."""
        review = self.load(Review, case_id)
        notice = self._notice_of(review)
        review.amend_proposal(Proposal(track, meeting_date, minute_no, text), notice.notice_no if notice else "")
        self.save(review, *struck_from(notice, review, text))
        return review

    def close_notice(self, notice_id: UUID) -> PublicNotice:
        """End a notice whose period has elapsed; clear its cases without an open objection: the clock's act (S4.2)."""
        notice = self.load(PublicNotice, notice_id)
        reviews = [review for review in self._reviews_on(notice) if review.is_on(notice)]
        notice.close()
        for review in reviews:
            review.end_notice(notice)
        self.save(notice, *reviews)
        return notice

    def note_listing(self, case_id: UUID, *, document_no: str, name: str, field_domain: str) -> None:
        """Note that the registry has listed the case, and that its field is taken (S4.2, S1.4)."""
        changed: list[Aggregate] = []
        if (review := self.find(Review, case_id)) is not None:
            review.note_listing(document_no=document_no)
            changed.append(review)
        holder = self.find(FieldHolder, holder_id(case_id))
        if holder is None:
            holder = FieldHolder(id=holder_id(case_id), case_id=case_id, name=name, field_domain=field_domain)
        else:
            holder.take(name=name, field_domain=field_domain)
        self.save(*changed, holder)

    def free_field(self, case_id: UUID) -> None:
        """Note that a centre has left the roll, so that its field is free (S1.4)."""
        holder = self.find(FieldHolder, holder_id(case_id))
        if holder is not None:
            holder.free()
            self.save(holder)

    def _fields_are_resolved(self, reviews: list[Review]) -> None:
        for review in reviews:
            if review.conflicts:
                review.require_field_resolved(self._field_conflicts(review), edition(review.policy_edition))

    def _number_is_free(self, notice_no: str) -> None:
        if self.database.rows("select 1 from notices where notice_no = %s", (notice_no,)):
            raise errors.number_is_taken(notice_no)

    def _reviews_on(self, notice: PublicNotice) -> list[Review]:
        return [self._review(entry.case_id) for entry in notice.entries]

    def _notice_of(self, review: Review) -> PublicNotice | None:
        return self.find(PublicNotice, review.notice_id) if review.notice_id is not None else None


def _lengths(in_force: Edition) -> range:
    """How many days a notice may run under an edition."""
    return range(in_force["notice.length"], in_force["notice.length_max"] + 1)


def struck_from(notice: PublicNotice | None, review: Review, reason: str) -> list[Aggregate]:
    """The notice that the case has left, if it has left one."""
    if notice is None or review.notice_id == notice.id:
        return []
    notice.strike(review.id, reason=reason)
    return [notice]
