"""The comprehensive assessment (综合评估): conflicts of fields, and the collective decision (S4.2, S1.4)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from services.review.application.base import Base, remedy_text
from services.review.domain.field_claim import FieldClaimant, FieldConflict, Way, conflicts_between
from services.review.domain.field_holder import FieldHolder
from services.review.domain.review import Review
from services.review.domain.states import ENDED
from services.review.domain.values import CaseFacts, NegativeDecision, Proposal, ServiceRecord
from services.shared.calendar import Deadline, calendar
from services.shared.policy import edition
from services.shared.vocabulary import Track

UPGRADE = "upgrade"
"""The origin of a dossier by which a centre in cultivation asks for its designation."""


class AssessesCases(Base):
    """What the collective body decides on."""

    def flag_field_conflicts(self, case_id: UUID) -> Review:
        """Compare the case with the centres on the roll and with other open cases; flag what conflicts (S1.4)."""
        review = self.load(Review, case_id)
        review.flag_field_conflicts(self._field_conflicts(review))
        self.save(review)
        return review

    def resolve_field_conflicts(
        self, case_id: UUID, *, way: Way, reasons: tuple[str, ...], meeting_date: date, minute_no: str
    ) -> Review:
        """Record how the collective body resolves the conflicts of the case's field (S1.4)."""
        review = self.load(Review, case_id)
        review.flag_field_conflicts(self._field_conflicts(review))
        review.resolve_field_conflicts(
            way=way,
            reasons=reasons,
            meeting_date=meeting_date,
            minute_no=minute_no,
            edition=edition(review.policy_edition),
        )
        self.save(review)
        return review

    def propose_case(self, case_id: UUID, *, track: Track, meeting_date: date, minute_no: str, text: str) -> Review:
        """Record the collective decision to list the case on a track (S4.2)."""
        review = self.load(Review, case_id)
        proposal, conflicts = Proposal(track, meeting_date, minute_no, text), self._field_conflicts(review)
        review.propose(proposal, edition(review.policy_edition), conflicts)
        self.save(review)
        return review

    def not_select_case(
        self,
        case_id: UUID,
        *,
        document_no: str,
        minute_no: str,
        meeting_date: date,
        text: str,
        reasons: tuple[str, ...],
        clauses: tuple[str, ...],
    ) -> Review:
        """Record the collective decision not to list the case, with the remedy told (S4.2)."""
        review = self.load(Review, case_id)
        remedy = remedy_text(edition(review.policy_edition))
        decision = NegativeDecision(document_no, reasons, clauses, remedy, meeting_date)
        review.not_select(decision=decision, minute_no=minute_no, text=text)
        self.save(review)
        return review

    def record_service(self, case_id: UUID, *, served: ServiceRecord) -> Review:
        """Record that a decision was served, and until when it can be objected to (S4.2, S4.0)."""
        review = self.load(Review, case_id)
        in_force = edition(review.policy_edition)
        remedy = Deadline.calendar_days_after(
            served.served_on,
            in_force["remedy.limits"]["reconsideration_days"],
            kind="remedy",
            rule="remedy.limits",
            clause="S4.0",
            close_time=in_force["deadline.close_time"],
            calendar=calendar(),
        )
        review.record_service(served, remedy=remedy)
        self.save(review)
        return review

    def _field_conflicts(self, review: Review) -> tuple[FieldConflict, ...]:
        """Who else claims the field of the case at this moment."""
        mine = self._claimant(review.id, review.facts, is_listed=False)
        others = (*self._on_the_roll(review), *self._in_review(review.id))
        return conflicts_between(mine, others, edition(review.policy_edition))

    def _on_the_roll(self, review: Review) -> list[FieldClaimant]:
        """Every other centre on the roll; a centre that asks for its upgrade is not in its own way (S1.4, S4.2)."""
        rows = self.database.rows(
            "select id from field_holders where taken and case_id <> %s order by id", (review.id,)
        )
        own = review.facts.centre_uscc if self._supplement(review.facts).get("origin") == UPGRADE else ""
        holders = [self.load(FieldHolder, id_) for (id_,) in rows]
        return [self._holder(holder) for holder in holders if not (own and self._is_centre_of(holder, own))]

    def _is_centre_of(self, holder: FieldHolder, centre_uscc: str) -> bool:
        known = self.find(Review, holder.case_id)
        return known is not None and known.facts.centre_uscc == centre_uscc

    def _holder(self, holder: FieldHolder) -> FieldClaimant:
        """A centre on the roll; its technologies are known when it came through a review here."""
        review = self.find(Review, holder.case_id)
        technologies = self._technologies(review.facts) if review is not None else ()
        return FieldClaimant(holder.case_id, holder.name, holder.field_domain, technologies, is_listed=True)

    def _in_review(self, case_id: UUID) -> list[FieldClaimant]:
        query = "select id from reviews where id <> %s and not state = any(%s) order by id"
        rows = self.database.rows(query, (case_id, sorted(ENDED)))
        reviews = [self._review(id_) for (id_,) in rows]
        return [self._claimant(review.id, review.facts, is_listed=False) for review in reviews]

    def _claimant(self, case_id: UUID, facts: CaseFacts, *, is_listed: bool) -> FieldClaimant:
        return FieldClaimant(case_id, facts.centre_name, facts.field_domain, self._technologies(facts), is_listed)

    def _technologies(self, facts: CaseFacts) -> tuple[str, ...]:
        """The core technologies that the frozen snapshot of a case names."""
        named = self._supplement(facts).get("core_technologies", [])
        return tuple(str(technology.get("name", "")) for technology in named)

    def _supplement(self, facts: CaseFacts) -> dict[str, Any]:
        """What the frozen snapshot of a case says beyond the official form (Annex 1 supplement)."""
        sections = json.loads(self.documents.read(facts.snapshot.sha256)).get("sections", {})
        supplement: dict[str, Any] = sections.get("supplement", {})
        return supplement
