"""Periodic assessment and rectification (考核评估、限期整改): S4.3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from uuid import UUID

from services.registry.application.base import Base, remedy_text
from services.registry.domain import due, errors
from services.registry.domain.assessment import Assessment, assessment_id
from services.registry.domain.assessment import State as AssessmentState
from services.registry.domain.centre import Centre
from services.registry.domain.funding import FundingReference, reference_id
from services.registry.domain.funding import State as ReferenceState
from services.registry.domain.rectification import Rectification
from services.registry.domain.scoring import Score
from services.registry.domain.summary import AnnualSummary, State, summary_id
from services.registry.domain.values import FAILED_ASSESSMENT
from services.shared.aggregate import acting_now
from services.shared.kernel.clock import today
from services.shared.policy import edition, edition_in_force


class AssessesCentres(Base):
    """How a centre does, and what it must put right."""

    def schedule_assessment(self, case_id: UUID, *, year: int) -> Assessment:
        """Assess a centre this year, by the edition in force today (S4.3)."""
        centre, day = self.load(Centre, case_id), today(self.clock)
        if year != day.year:
            raise errors.not_of_this_year(year)
        id_ = self._free_assessment_id(case_id, year)
        centre.begin_assessment(assessment_id=id_, year=year, today=day)
        rules = edition_in_force(day)
        assessment = Assessment(id=id_, centre=centre.ref, year=year, policy_edition=rules.id)
        skipped = self._summary_skipped(case_id, year) if rules["assessment.skip_annual_in_year"] else ()
        self.save(assessment, centre, *skipped)
        return assessment

    def submit_assessment_materials(self, assessment_id: UUID, *, text: str) -> Assessment:
        """Hand in the materials of an assessment (S4.3)."""
        assessment = self.load(Assessment, assessment_id)
        assessment.submit_materials(document=self._frozen(f"assessment-{assessment.year}", text=text))
        self.save(assessment)
        return assessment

    def return_assessment_materials(self, assessment_id: UUID, *, reasons: tuple[str, ...]) -> Assessment:
        """Send the materials of an assessment back, with every reason at once (S4.3; ours)."""
        assessment = self.load(Assessment, assessment_id)
        assessment.return_materials(reasons=reasons)
        self.save(assessment)
        return assessment

    def record_assessment_visit(
        self, assessment_id: UUID, *, visited_on: date, inspectors: tuple[str, ...], text: str
    ) -> Assessment:
        """Record the visit to the site: when, by whom, and what they found (S4.3; ours)."""
        assessment = self.load(Assessment, assessment_id)
        findings = self._frozen(f"assessment-visit-{assessment.year}", text=text)
        day = today(self.clock)
        assessment.visit_site(visited_on=visited_on, inspectors=inspectors, document=findings, today=day)
        self.save(assessment)
        return assessment

    def record_assessment_deliberation(
        self, assessment_id: UUID, *, held_on: date, minute_no: str, text: str
    ) -> Assessment:
        """Record the collective deliberation, by the minutes of its meeting (S4.3; ours)."""
        assessment = self.load(Assessment, assessment_id)
        minutes = self._frozen(f"assessment-deliberation-{assessment.year}", text=text)
        assessment.deliberate(held_on=held_on, minute_no=minute_no, document=minutes, today=today(self.clock))
        self.save(assessment)
        return assessment

    def post_assessment_result(self, assessment_id: UUID, *, notice_no: str) -> Assessment:
        """Put a proposed result on public notice, from today (S4.3; ours)."""
        assessment = self.load(Assessment, assessment_id)
        rules = edition(assessment.policy_edition)
        assessment.post_result(notice_no=notice_no, deadline=due.result_notice(today(self.clock), rules))
        self.save(assessment)
        return assessment

    def score_assessment(
        self, assessment_id: UUID, *, items: Mapping[str, Decimal], score: Decimal | None, text: str
    ) -> Assessment:
        """Score the items; `score` is the total as a person wrote it down, to be compared (S4.3)."""
        assessment = self.load(Assessment, assessment_id)
        assessment.score(items=items, stated_total=score, opinion=text)
        self.save(assessment)
        return assessment

    def finalise_assessment(self, assessment_id: UUID, *, document_no: str) -> Assessment:
        """Make the result final: back to normal, or what the edition has for those that fail (S4.3)."""
        assessment = self.load(Assessment, assessment_id)
        centre, rules = self.load(Centre, assessment.centre.case_id), edition(assessment.policy_edition)
        assessment.finalise(document_no=document_no, now=self.clock.now())
        result = assessment.result
        next_due = due.assessment(today(self.clock), rules) if result.passes else None
        centre.conclude_assessment(grade=result.grade, next_due=next_due)
        if not result.passes and not rules["rectification.enabled"]:
            centre.propose_revocation(cause=FAILED_ASSESSMENT)
        self.save(assessment, centre, *self._reference(centre, assessment.year, result, rules.id))
        return assessment

    def order_rectification(self, case_id: UUID, *, demands: tuple[str, ...], document_no: str) -> Rectification:
        """Order a centre that failed to put things right within the edition's months (S4.3; ours)."""
        centre, day = self.load(Centre, case_id), today(self.clock)
        rules = edition_in_force(day)
        if not rules["rectification.enabled"]:
            raise errors.rectification_off()
        rectification = Rectification(
            centre=centre.ref,
            demands=demands,
            document_no=document_no,
            remedy=remedy_text(rules),
            policy_edition=rules.id,
            deadline=due.rectification(day, rules),
            ordered_by=acting_now().actor,
        )
        centre.begin_rectification(rectification_id=rectification.id)
        self.save(rectification, centre)
        return rectification

    def file_rectification_plan(self, rectification_id: UUID, *, text: str) -> Rectification:
        """Say how things are to be put right (S4.3; ours)."""
        rectification = self.load(Rectification, rectification_id)
        rectification.file_plan(document=self._frozen("rectification-plan", text=text))
        self.save(rectification)
        return rectification

    def report_rectification(self, rectification_id: UUID, *, text: str) -> Rectification:
        """Report what was put right; the recheck begins (S4.3; ours)."""
        rectification = self.load(Rectification, rectification_id)
        centre = self.load(Centre, rectification.centre.case_id)
        rectification.report(document=self._frozen("rectification", text=text))
        centre.begin_recheck()
        self.save(rectification, centre)
        return rectification

    def lapse_rectification(self, rectification_id: UUID) -> Rectification:
        """Begin the recheck without a report: the clock's act when the time is over (S4.3; ours)."""
        rectification = self.load(Rectification, rectification_id)
        centre = self.load(Centre, rectification.centre.case_id)
        rectification.lapse()
        centre.begin_recheck()
        self.save(rectification, centre)
        return rectification

    def recheck_rectification(
        self, rectification_id: UUID, *, items: Mapping[str, Decimal], score: Decimal | None, text: str
    ) -> Rectification:
        """Score again: back to normal, or revocation is proposed (S4.3; ours)."""
        rectification = self.load(Rectification, rectification_id)
        centre = self.load(Centre, rectification.centre.case_id)
        sheet = rectification.recheck(items=items, stated_total=score, opinion=text)
        rules = edition(rectification.policy_edition)
        next_due = due.assessment(today(self.clock), rules) if sheet.passes else None
        centre.conclude_recheck(grade=sheet.grade, next_due=next_due, most=rules["rectification.max"])
        year = today(self.clock).year
        self.save(rectification, centre, *self._reference(centre, year, sheet, rules.id))
        return rectification

    def _free_assessment_id(self, case_id: UUID, year: int) -> UUID:
        """The id of the assessment of this year. Raises Invalid when there is one that was not annulled."""
        for annulled in count():
            found = self.find(Assessment, id_ := assessment_id(case_id, year, annulled))
            if found is None:
                return id_
            if found.state is not AssessmentState.ANNULLED:
                break
        raise errors.already_assessed(year)

    def _summary_skipped(self, case_id: UUID, year: int) -> Iterator[AnnualSummary]:
        """The yearly summary of the year of an assessment, where the edition lets the assessment stand for it."""
        summary = self.find(AnnualSummary, summary_id(case_id, year))
        if summary is not None and summary.state is State.DUE:
            summary.cease()
            yield summary

    def _reference(self, centre: Centre, year: int, result: Score, edition_id: str) -> Iterator[FundingReference]:
        """What other departments may rely on when money is given: one for each year with a result."""
        known = self.find(FundingReference, id_ := reference_id(centre.id, year))
        if known is not None and known.state is ReferenceState.ANNULLED:
            known.reissue(score=str(result.total), grade=result.grade, policy_edition=edition_id)
            yield known
        if known is None:
            yield FundingReference(
                id=id_,
                centre=centre.ref,
                year=year,
                score=str(result.total),
                grade=result.grade,
                policy_edition=edition_id,
            )
