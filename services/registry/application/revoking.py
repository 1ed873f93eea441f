"""Revocation (取消资格): S4.3."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.application.annulling import Annuls
from services.registry.application.base import in_law, remedy_text
from services.registry.domain import due, errors
from services.registry.domain.centre import Centre
from services.registry.domain.qualification import Qualification
from services.registry.domain.revocation import Revocation, needs_hearing
from services.registry.domain.values import Grounds, Service
from services.shared.aggregate import acting_now
from services.shared.calendar import BEIJING
from services.shared.kernel.clock import today
from services.shared.policy import edition, edition_in_force


class RevokesQualifications(Annuls):
    """Notice of rights, statement, hearing, collective decision."""

    def give_revocation_notice(
        self, case_id: UUID, *, cause: str, grounds: tuple[str, ...], clauses: tuple[str, ...], document_no: str
    ) -> Revocation:
        """Tell a centre that its qualification is to be revoked, why, and that it may be heard (S4.3)."""
        centre, day = self.load(Centre, case_id), today(self.clock)
        rules = edition_in_force(day)
        needs_hearing(cause, rules)  # refuses a cause that the edition does not list
        if not clauses or not any(ground.strip() for ground in grounds):
            raise errors.grounds_missing()
        revocation = Revocation(
            centre=centre.ref,
            grounds=Grounds(cause, grounds, clauses, remedy_text(rules)),
            document_no=document_no,
            policy_edition=rules.id,
            deadline=due.statement(day, rules),
            noticed_by=acting_now().actor,
        )
        centre.face_revocation(revocation_id=revocation.id, cause=cause)
        self.save(revocation, centre)
        return revocation

    def serve_revocation_notice(self, revocation_id: UUID, *, served: Service) -> Revocation:
        """Record the service of a notice; the statement period runs from that day (S4.3)."""
        self._check_served(served.served_on)
        revocation = self.load(Revocation, revocation_id)
        deadline = due.statement(served.served_on, edition(revocation.policy_edition))
        given_on = revocation.created_on.astimezone(BEIJING).date()
        revocation.serve_notice(served=served, deadline=deadline, given_on=given_on)
        self.save(revocation)
        return revocation

    def serve_revocation(self, revocation_id: UUID, *, served: Service) -> Revocation:
        """Record the service of the decision; the time to object runs from that day (S4.3, S4.0)."""
        self._check_served(served.served_on)
        revocation = self.load(Revocation, revocation_id)
        revocation.serve_decision(served=served)
        self.save(revocation)
        return revocation

    def ask_for_hearing(self, revocation_id: UUID) -> Revocation:
        """Ask for a hearing before the decision (S4.3; ours). A repeat changes nothing."""
        revocation = self.load(Revocation, revocation_id)
        revocation.ask_for_hearing()
        self.save(revocation)
        return revocation

    def hear_statement(self, revocation_id: UUID, *, text: str) -> Revocation:
        """Hear the centre's statement (S4.3)."""
        revocation = self.load(Revocation, revocation_id)
        revocation.hear_statement(document=self._frozen("statement", text=text))
        self.save(revocation)
        return revocation

    def close_statement_period(self, revocation_id: UUID) -> Revocation:
        """Let the statement period end: the clock's act (S4.3)."""
        revocation = self.load(Revocation, revocation_id)
        revocation.close_statement_period()
        self.save(revocation)
        return revocation

    def override_statement_period(self, revocation_id: UUID, *, reason: str) -> Revocation:
        """Go on before the statement period is over, for a reason that stays on record (S4.3)."""
        revocation = self.load(Revocation, revocation_id)
        revocation.override_statement_period(reason=reason)
        self.save(revocation)
        return revocation

    def hold_hearing(self, revocation_id: UUID, *, minute_no: str, text: str) -> Revocation:
        """Record the hearing that some causes need (S4.3)."""
        revocation = self.load(Revocation, revocation_id)
        revocation.hold_hearing(minute_no=minute_no, document=self._frozen("hearing", text=text))
        self.save(revocation)
        return revocation

    def drop_revocation(self, revocation_id: UUID, *, reason: str, document_no: str) -> Revocation:
        """Decide not to revoke (S4.3)."""
        revocation = self.load(Revocation, revocation_id)
        centre = self.load(Centre, revocation.centre.case_id)
        revocation.drop(reason=reason, document_no=document_no)
        centre.drop_revocation(assessment_due=self._due_again("assessment"))
        self.save(revocation, centre)
        return revocation

    def revoke(
        self, revocation_id: UUID, *, document_no: str, meeting: str, minute_no: str, effective_on: date
    ) -> Revocation:
        """Take the qualification away, with all that follows: plaque, ban, yearly summaries (S4.3)."""
        self._check_day(effective_on)
        revocation = self.load(Revocation, revocation_id)
        centre = self.load(Centre, revocation.centre.case_id)
        rules = edition(revocation.policy_edition)
        ban = due.ban(revocation.grounds.cause, effective_on, rules)
        banned_until = ban.local_due.date() if ban else None
        with in_law(effective_on):
            revocation.decide(document_no=document_no, meeting=meeting, minute_no=minute_no, today=today(self.clock))
            centre.revoke(
                revocation.grounds,
                document_no=document_no,
                effective_on=effective_on,
                banned_until=banned_until,
                credit_record=revocation.grounds.cause in rules["revocation.credit_record"],
            )
            after = self._follows_the_end(
                centre,
                status=Qualification.REVOKED,
                effective_on=effective_on,
                document_no=document_no,
                reason=revocation.grounds.cause,
                rules=rules,
            )
            self.save(revocation, centre, *after)
        return revocation
