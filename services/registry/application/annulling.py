"""What is annulled falls from its first day, with all that rested on it (撤销决定、撤销考核结果): S4.3, S4.0; ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

from services.registry.application.base import Base, in_law
from services.registry.domain import due
from services.registry.domain.annulment import OF_THE_RESULT
from services.registry.domain.assessment import Assessment
from services.registry.domain.ban import Ban
from services.registry.domain.ban import State as BanState
from services.registry.domain.centre import Centre
from services.registry.domain.funding import FundingReference
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.record import Record
from services.registry.domain.rectification import OPEN, Rectification
from services.registry.domain.revocation import Revocation
from services.registry.domain.summary import AnnualSummary, State
from services.registry.domain.values import FAILED_ASSESSMENT
from services.shared.aggregate import Aggregate
from services.shared.calendar import BEIJING, Deadline
from services.shared.kernel.clock import today
from services.shared.policy import edition, edition_in_force


class Annuls(Base):
    """The two decisions of this department that fall with effect for everything that was built on them."""

    def annul_revocation(self, case_id: UUID, *, document_no: str, body: str, effective_on: date) -> Centre:
        """Restore, from a day in the past on, what a revocation took, as a higher body decided (S4.3)."""
        centre = self.load(Centre, case_id)
        self.save(centre, *self._revocation_falls(centre, effective_on, document_no, body))
        return centre

    def annul_assessment(self, assessment_id: UUID, *, document_no: str, body: str) -> Assessment:
        """Let a final result fall, as a higher body or the department itself decided; it is due again (S4.3; ours)."""
        assessment = self.load(Assessment, assessment_id)
        self.save(assessment, *self._result_falls(assessment, document_no, body))
        return assessment

    def _revocation_falls(
        self, centre: Centre, effective_on: date, document_no: str, body: str, annulled: Collection[UUID] = ()
    ) -> Iterator[Aggregate]:
        """Ban, summaries, references and deadlines come back, extracts are corrected; all but the centre itself.

        `annulled`: the references that do not come back, because their result fell too.
        """
        require_state(centre.qualification, Qualification.REVOKED)
        with in_law(effective_on):
            centre.annul_revocation(
                document_no=document_no,
                body=body,
                effective_on=effective_on,
                assessment_due=self._assessment_due_again(centre),
                cultivation_due=self._cultivation_due_again(centre),
            )
            others = [
                *self._bans_annulled(centre.id, effective_on, document_no, body),
                *self._summaries_resumed(centre.id),
                *self._references_restored(centre.id, annulled),
                *self._extracts_corrected(centre.id, centre.qualification, effective_on, document_no),
            ]
        yield from others

    def _result_falls(self, assessment: Assessment, document_no: str, body: str) -> Iterator[Aggregate]:
        """The funding references of a result fall with it; of the latest one also what the centre became by it.

        A revocation whose only ground was the failed assessment has no ground any more, and falls too.
        """
        told = {"document_no": document_no, "body": body}
        final_on = assessment.modified_on.astimezone(BEIJING).date()
        centre = self.load(Centre, assessment.centre.case_id)
        with in_law(final_on):
            assessment.annul(effective_on=final_on, **told)
            references = list(self._references_annulled(assessment, document_no))
        others: list[Aggregate] = list(references)
        if centre.assessment_id == assessment.id and centre.qualification in (*LISTED, Qualification.REVOKED):
            if centre.qualification is Qualification.REVOKED and centre.cause == FAILED_ASSESSMENT:
                annulled = {reference.id for reference in references}
                others += self._revocation_falls(centre, self._revoked_on(centre), document_no, body, annulled)
            failed = centre.cause == FAILED_ASSESSMENT
            with in_law(final_on):
                next_due = self._due_again("assessment") if centre.is_listed else None
                centre.annul_assessment(assessment_id=assessment.id, effective_on=final_on, next_due=next_due, **told)
            others += [centre, *self._procedures_fallen(centre.id, failed)]
        yield from others

    def _procedures_fallen(self, case_id: UUID, failed: bool) -> Iterator[Record]:
        """The rectification that was ordered for the result, and the procedure to revoke for it."""
        opened = "select id from rectifications where case_id = %s and state = any(%s)"
        for (id_,) in self.database.rows(opened, (case_id, list(OPEN))):
            rectification = self.load(Rectification, id_)
            rectification.cease()
            yield rectification
        opened = (
            "select id from revocations where case_id = %s and cause = %s"
            " and state in ('statement-period', 'collective-decision')"
        )
        for (id_,) in self.database.rows(opened, (case_id, FAILED_ASSESSMENT)) if failed else ():
            revocation = self.load(Revocation, id_)
            revocation.cease()
            yield revocation

    def _bans_annulled(self, case_id: UUID, banned_from: date, document_no: str, body: str) -> Iterator[Ban]:
        query = "select id from bans where case_id = %s and banned_from = %s and state <> %s"
        for (id_,) in self.database.rows(query, (case_id, banned_from, BanState.ANNULLED)):
            ban = self.load(Ban, id_)
            ban.annul(document_no=document_no, body=body)
            yield ban

    def _summaries_resumed(self, case_id: UUID) -> Iterator[AnnualSummary]:
        for summary in self._summaries_in(case_id, State.CEASED):
            rules = edition(summary.policy_edition)
            summary.resume(deadline=due.not_past(summary.deadline, today(self.clock), rules))
            yield summary

    def _references_restored(self, case_id: UUID, annulled: Collection[UUID]) -> Iterator[FundingReference]:
        for reference in self._references(case_id, "withdrawn"):
            if reference.id not in annulled:
                reference.restore()
                yield reference

    def _references_annulled(self, assessment: Assessment, document_no: str) -> Iterator[FundingReference]:
        """Those of the year of the result and of its rechecks: of every year up to the next assessment that stands."""
        case_id, year = assessment.centre.case_id, assessment.year
        query = "select min(year) from assessments where case_id = %s and year > %s and state <> 'annulled'"
        [(until,)] = self.database.rows(query, (case_id, year))
        for state in ("published", "withdrawn"):
            for reference in self._references(case_id, state):
                if year <= reference.year and (until is None or reference.year < until):
                    reference.annul(reason="assessment_annulled", document_no=document_no)
                    yield reference

    def _assessment_due_again(self, centre: Centre) -> Deadline | None:
        """When a restored centre is assessed next; none while an assessment or its rectification is still under way."""
        if centre.cause != FAILED_ASSESSMENT and centre.supervision_before in OF_THE_RESULT:
            return None
        if (held := centre.assessment_due) is None:
            return self._due_again("assessment")
        return due.not_past(held, today(self.clock), edition_in_force(today(self.clock)))

    def _cultivation_due_again(self, centre: Centre) -> Deadline | None:
        """When the cultivation of a restored centre is over."""
        if centre.qualification_before is not Qualification.CULTIVATION:
            return None
        rules, day = edition(centre.policy_edition), today(self.clock)
        term = due.extended_cultivation if centre.extended else due.cultivation
        return due.not_past(term(centre.listed.effective_on, rules), day, edition_in_force(day))

    def _due_again(self, kind: str) -> Deadline:
        day = today(self.clock)
        return due.again(day, kind, edition_in_force(day))

    def _revoked_on(self, centre: Centre) -> date:
        return centre.revoked_on or today(self.clock)
