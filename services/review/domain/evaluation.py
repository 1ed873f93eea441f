"""In the hands of experts and inspectors: the panel's result (专家论证) and the site report (现场考核): S4.2."""

from __future__ import annotations

from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.standing import Standing
from services.review.domain.states import State
from services.review.domain.values import Appraisal, SiteReport
from services.shared.aggregate import event
from services.shared.policy import Edition


class InEvaluation(Standing):
    """The part of a review that waits for a panel and for inspectors."""

    panel_id: UUID | None
    panel_changes: int
    appraisal: Appraisal | None
    site_visit_id: UUID | None
    site_report: SiteReport | None

    def assign_panel(self, panel_id: UUID) -> None:
        """Put the case before a panel; a case has one. S4.2"""
        self._require(State.EXPERT_APPRAISAL)
        if self.panel_id is not None:
            raise errors.already_has("专家组", "a panel")
        self._panel_assigned(panel_id=panel_id)

    @event("PanelAssigned", topic="review.review.panel-assigned")
    def _panel_assigned(self, panel_id: UUID) -> None:
        self.panel_id = panel_id

    def complete_expert_appraisal(self, appraisal: Appraisal, edition: Edition) -> None:
        """Take the panel's result (专家论证); below the least score the case can only be not selected. S4.2"""
        self._require(State.EXPERT_APPRAISAL)
        if appraisal.panel_id != self.panel_id or self.appraisal is not None:
            raise errors.not_the_one_of_the_case()
        if rules.reaches_the_gate(appraisal.score, edition):
            self._expert_appraisal_completed(appraisal=appraisal)
        else:
            self._expert_appraisal_failed(appraisal=appraisal)

    @event("ExpertAppraisalCompleted", topic="review.review.expert-appraisal-completed")
    def _expert_appraisal_completed(self, appraisal: Appraisal) -> None:
        self.appraisal = appraisal
        self.state = State.SITE_INSPECTION

    @event("ExpertAppraisalFailed", topic="review.review.expert-appraisal-failed")
    def _expert_appraisal_failed(self, appraisal: Appraisal) -> None:
        self.appraisal = appraisal

    def reopen_expert_appraisal(self, panel_id: UUID) -> None:
        """A sheet was voided: the result, if there was one, no longer stands; once inspectors are sent it is too late.

        The applicant may know that the panel was changed, and no more. S4.2
        """
        self._require(State.EXPERT_APPRAISAL, State.SITE_INSPECTION)
        if panel_id != self.panel_id:
            raise errors.not_the_one_of_the_case()
        if self.site_visit_id is not None:
            raise errors.already_has("现场考核安排", "a site visit")
        self._expert_appraisal_reopened()

    @event("ExpertAppraisalReopened", topic="review.review.expert-appraisal-reopened")
    def _expert_appraisal_reopened(self) -> None:
        self.appraisal = None
        self.panel_changes += 1
        self.state = State.EXPERT_APPRAISAL

    def assign_site_visit(self, site_visit_id: UUID) -> None:
        """Send inspectors (现场考核); one visit at a time. S4.2"""
        self._require(State.SITE_INSPECTION)
        if self.site_visit_id is not None:
            raise errors.already_has("现场考核安排", "a site visit")
        self._site_visit_assigned(site_visit_id=site_visit_id)

    @event("SiteVisitAssigned", topic="review.review.site-visit-assigned")
    def _site_visit_assigned(self, site_visit_id: UUID) -> None:
        self.site_visit_id = site_visit_id

    def release_site_visit(self, site_visit_id: UUID) -> None:
        """Forget a visit that was aborted, so that another can be scheduled. Any other changes nothing."""
        if self.site_visit_id == site_visit_id and self.site_report is None:
            self._site_visit_released(site_visit_id=site_visit_id)

    @event("SiteVisitReleased", topic="review.review.site-visit-released")
    def _site_visit_released(self, site_visit_id: UUID) -> None:
        self.site_visit_id = None

    def take_site_report(self, report: SiteReport) -> None:
        """Take the signed site report; the comprehensive assessment begins. S4.2"""
        self._require(State.SITE_INSPECTION)
        if report.site_visit_id != self.site_visit_id:
            raise errors.not_the_one_of_the_case()
        self._site_report_signed(report=report)

    @event("SiteReportSigned", topic="review.review.site-report-signed")
    def _site_report_signed(self, report: SiteReport) -> None:
        self.site_report = report
        self.state = State.COMPREHENSIVE
