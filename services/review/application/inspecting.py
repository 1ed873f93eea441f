"""The site inspection (现场考核): S4.2."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from services.review.application.base import Base
from services.review.domain.review import Review
from services.review.domain.site_visit import Claim, SiteVisit, claims_in
from services.review.domain.values import CaseFacts
from services.shared.policy import Edition, edition


class InspectsSites(Base):
    """From the plan of a visit to its signed report."""

    def schedule_site_visit(self, case_id: UUID, *, visit_on: date, inspectors: tuple[str, ...]) -> SiteVisit:
        """Plan the site inspection of a case (S4.2)."""
        review = self.load(Review, case_id)
        in_force = edition(review.policy_edition)
        visit = SiteVisit.schedule(
            case_id=case_id,
            number=review.number,
            centre_name=review.facts.centre_name,
            papers=review.facts.papers,
            visit_on=visit_on,
            inspectors=inspectors,
            edition=in_force,
            claims=self._claims(review.facts, in_force),
        )
        review.assign_site_visit(visit.id)
        self.save(visit, review)
        return visit

    def attach_photo(self, visit_id: UUID, *, name: str, body: bytes, media_type: str) -> SiteVisit:
        """Store a photo of the site (S4.2). Raises Invalid for bytes that are not what they claim."""
        visit = self._visit_of_inspector(visit_id)
        visit.attach_photo(self.documents.put(body, name, media_type))
        self.save(visit)
        return visit

    def record_finding(self, visit_id: UUID, **finding: Any) -> SiteVisit:
        """Record what an inspector saw of one item of the checklist (S4.2)."""
        visit = self._visit_of_inspector(visit_id)
        visit.record_finding(**finding, edition=edition(visit.policy_edition))
        self.save(visit)
        return visit

    def draft_site_report(self, visit_id: UUID, *, conclusion: str) -> SiteVisit:
        """Draft the site report (S4.2)."""
        visit = self._visit_of_inspector(visit_id)
        visit.draft_report(conclusion=conclusion, edition=edition(visit.policy_edition))
        self.save(visit)
        return visit

    def sign_site_report(self, visit_id: UUID) -> SiteVisit:
        """The acting inspector signs the report; the last signature needed moves the case on (S4.2)."""
        visit = self._visit_of_inspector(visit_id)
        visit.sign_report(edition(visit.policy_edition))
        if visit.report is None:
            self.save(visit)
            return visit
        review = self._review(visit.case_id)
        review.take_site_report(visit.report)
        self.save(visit, review)
        return visit

    def abort_site_visit(self, visit_id: UUID, *, reason: str) -> SiteVisit:
        """Break a site visit off; another may be planned (S4.2)."""
        visit = self.load(SiteVisit, visit_id)
        review = self._review(visit.case_id)
        visit.abort(reason=reason)
        review.release_site_visit(visit.id)
        self.save(visit, review)
        return visit

    def _visit_of_inspector(self, visit_id: UUID) -> SiteVisit:
        """A visit for an act of one of its inspectors, on a case that is not suspended."""
        visit = self.load(SiteVisit, visit_id)
        self._review(visit.case_id).require_under_way()
        return visit

    def _claims(self, facts: CaseFacts, in_force: Edition) -> tuple[Claim, ...]:
        snapshot = json.loads(self.documents.read(facts.snapshot.sha256))
        return claims_in(snapshot.get("sections", {}), in_force)
