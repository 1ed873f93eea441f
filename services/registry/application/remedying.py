"""Remedy cases (行政复议、行政诉讼): S4.0 and the laws that the decisions' remedy paragraphs name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from services.registry.application.annulling import Annuls
from services.registry.domain import due, errors
from services.registry.domain.assessment import Assessment
from services.registry.domain.assessment import State as AssessmentState
from services.registry.domain.centre import Centre
from services.registry.domain.change import OPEN as CHANGE_OPEN
from services.registry.domain.change import ChangeRequest
from services.registry.domain.leaving import ExitRequest
from services.registry.domain.leaving import State as ExitState
from services.registry.domain.outcome import ANNULLING, Kind, Outcome, Party
from services.registry.domain.qualification import Qualification
from services.registry.domain.record import Record
from services.registry.domain.remedy import RemedyCase, State
from services.registry.domain.revocation import Revocation
from services.registry.domain.revocation import State as RevocationState
from services.registry.domain.upgrading import State as UpgradeState
from services.registry.domain.upgrading import UpgradeRequest
from services.registry.domain.values import Service
from services.shared.aggregate import Aggregate
from services.shared.calendar import BEIJING
from services.shared.kernel.clock import today
from services.shared.policy import edition, edition_in_force

_REFUSABLE = (ChangeRequest, ExitRequest, UpgradeRequest)
_RECORDS = ("summaries", "assessments", "rectifications", "revocations", "changes", "shortfalls", "exits", "upgrades")


_UNDECIDED: dict[type[Record], Collection[str]] = {
    Assessment: [state for state in AssessmentState if state not in (AssessmentState.FINAL, AssessmentState.ANNULLED)],
    Revocation: [RevocationState.STATEMENT_PERIOD, RevocationState.COLLECTIVE_DECISION],
    ChangeRequest: CHANGE_OPEN,
    ExitRequest: [ExitState.REQUESTED],
    UpgradeRequest: [UpgradeState.REQUESTED, UpgradeState.CLEARED],
}
"""The states in which a procedure has not ended in a decision that somebody could object to."""


class AnswersRemedies(Annuls):
    """When a centre objects to a decision before another body."""

    def open_remedy_case(self, record_id: UUID, *, kind: str, body: str, filed_on: date) -> RemedyCase:
        """Take in that a centre objects to the decision of a record; the time to answer runs (S4.0)."""
        self._check_day(filed_on)
        decision, day = self.load(Record, record_id), today(self.clock)
        if getattr(decision, "state", "") in _UNDECIDED.get(type(decision), ()):
            raise errors.nothing_decided()
        made_on = getattr(decision, "decided_on", None) or decision.created_on.astimezone(BEIJING).date()
        if filed_on < made_on:
            raise errors.filed_before_decided(made_on)
        rules = edition_in_force(day)
        known_on = getattr(decision, "known_on", None) or decision.modified_on.astimezone(BEIJING).date()
        reconsidered_on = self._reconsidered_on(record_id) if kind == Kind.LITIGATION else None
        until = due.objection_until(
            reconsidered_on or known_on, kind, rules, after_reconsideration=reconsidered_on is not None
        )
        remedy = RemedyCase(
            centre=decision.centre,
            kind=Kind(kind),
            body=body,
            decision_id=record_id,
            filed_on=filed_on,
            in_time=filed_on <= until,
            deadline=due.remedy_defence(day, rules) if kind == Kind.LITIGATION else due.remedy_answer(day, rules),
            policy_edition=rules.id,
        )
        self.save(remedy)
        return remedy

    def file_remedy_answer(self, remedy_id: UUID, *, text: str) -> RemedyCase:
        """Answer with everything on file in one document: decision, basis, the whole record, every digest (S4.0)."""
        remedy = self.load(RemedyCase, remedy_id)
        aggregates = [self.load(Centre, remedy.centre.case_id), *self._records_of(remedy.centre.case_id)]
        document = self._frozen(
            "remedy-answer",
            answer=text,
            decision=str(remedy.decision_id),
            policy_edition=remedy.policy_edition,
            record=[line for aggregate in aggregates for line in self._told(aggregate)],
            evidence=[
                {"sha256": document.sha256, "sm3": document.sm3, "name": document.name, "size": document.size}
                for aggregate in aggregates
                for document in getattr(aggregate, "documents", ())
            ],
        )
        remedy.file_answer(document=document)
        self.save(remedy)
        return remedy

    def begin_mediation(self, remedy_id: UUID, *, reason: str) -> RemedyCase:
        """Note that the body of reconsideration mediates; the time for it runs from today (S4.0; ours)."""
        remedy = self.load(RemedyCase, remedy_id)
        deadline = due.mediation(today(self.clock), edition(remedy.policy_edition))
        remedy.begin_mediation(reason=reason, deadline=deadline)
        self.save(remedy)
        return remedy

    def end_mediation(self, remedy_id: UUID, *, reason: str) -> RemedyCase:
        """Note that nothing was agreed: the case goes on where it was (S4.0; ours)."""
        remedy = self.load(RemedyCase, remedy_id)
        remedy.end_mediation(reason=reason)
        self.save(remedy)
        return remedy

    def record_remedy_outcome(
        self, remedy_id: UUID, *, outcome: str, document_no: str, decided_on: date, text: str
    ) -> RemedyCase:
        """Take in how the other body decided; a revocation that is annulled falls from its first day on (S4.0).

        A reconsideration or a judgment of second instance has its effect at once, a first judgment when it is final.
        """
        self._check_day(decided_on)
        remedy = self.load(RemedyCase, remedy_id)
        told: dict[str, Any] = {
            "outcome": Outcome(outcome),
            "document_no": document_no,
            "decided_on": decided_on,
            "text": text,
        }
        if remedy.kind == Kind.RECONSIDERATION:
            remedy.record_outcome(**told)
        elif remedy.state is State.APPEALED:
            remedy.judge_finally(**told)
        else:
            remedy.judge(**told)
            self.save(remedy)
            return remedy
        return self._takes_effect(remedy, document_no)

    def serve_remedy_outcome(self, remedy_id: UUID, *, served: Service) -> RemedyCase:
        """Record the service of a decision or judgment; the time to go further runs from that day (S4.0)."""
        self._check_served(served.served_on)
        remedy = self.load(RemedyCase, remedy_id)
        appeal = due.appeal(served.served_on, edition(remedy.policy_edition))
        remedy.serve_outcome(served=served, appeal=appeal)
        self.save(remedy)
        return remedy

    def appeal_judgment(self, remedy_id: UUID, *, by: str, body: str, appealed_on: date) -> RemedyCase:
        """Note that a party appealed to a higher court (S4.0)."""
        self._check_day(appealed_on)
        remedy = self.load(RemedyCase, remedy_id)
        remedy.appeal_judgment(by=Party(by), body=body, appealed_on=appealed_on)
        self.save(remedy)
        return remedy

    def confirm_judgment(self, remedy_id: UUID) -> RemedyCase:
        """Note that nobody appealed in time; the judgment of first instance takes effect (S4.0)."""
        remedy = self.load(RemedyCase, remedy_id)
        remedy.confirm_judgment(now=self.clock.now())
        return self._takes_effect(remedy, remedy.judgment_no)

    def _takes_effect(self, remedy: RemedyCase, document_no: str) -> RemedyCase:
        """Carry out what was decided, in one transaction with the decision, as far as it can be carried out here."""
        fallen = self._fallen(remedy, document_no) if remedy.outcome in ANNULLING else []
        if fallen:
            remedy.execute()
        self.save(remedy, *(fallen or self._reopened(remedy, document_no)))
        return remedy

    def _fallen(self, remedy: RemedyCase, document_no: str) -> list[Aggregate]:
        """What falls with an annulled revocation or result, and what was built on it; nothing of other decisions."""
        centre, decision = self.load(Centre, remedy.centre.case_id), self.find(Record, remedy.decision_id)
        if isinstance(decision, Assessment) and decision.state is AssessmentState.FINAL:
            return [decision, *self._result_falls(decision, document_no, remedy.body)]
        if centre.qualification is Qualification.REVOKED and centre.revocation_id == remedy.decision_id:
            day = self._revoked_on(centre)
            return [centre, *self._revocation_falls(centre, day, document_no, remedy.body)]
        return []

    def suspend_execution(self, remedy_id: UUID, *, reason: str, document_no: str) -> RemedyCase:
        """Let the decision rest until the other body has decided (S4.0). A repeat changes nothing."""
        remedy = self.load(RemedyCase, remedy_id)
        remedy.suspend_execution(reason=reason, document_no=document_no)
        self.save(remedy)
        return remedy

    def execute_remedy(self, remedy_id: UUID) -> RemedyCase:
        """Note that what the other body decided is carried out (S4.0)."""
        remedy = self.load(RemedyCase, remedy_id)
        remedy.execute()
        self.save(remedy)
        return remedy

    def _reopened(self, remedy: RemedyCase, document_no: str) -> Iterator[Record]:
        """A refusal that was annulled is decided anew; of other decisions the people who made them see to it."""
        decision: Any = self.find(Record, remedy.decision_id)
        refused = ("refused", "failed")
        if remedy.outcome in ANNULLING and isinstance(decision, _REFUSABLE) and decision.state in refused:
            decision.reopen(document_no=document_no)
            yield decision

    def _reconsidered_on(self, decision_id: UUID) -> date | None:
        """The day on which a reconsideration of this decision was served, else decided, if there was one."""
        query = (
            "select coalesce(served_on, decided_on) from remedies"
            " where decision_id = %s and kind = %s and decided_on is not null"
        )
        rows = self.database.rows(f"{query} order by decided_on desc limit 1", (decision_id, Kind.RECONSIDERATION))
        return rows[0][0] if rows else None

    def _records_of(self, case_id: UUID) -> Iterator[Record]:
        for table in _RECORDS:
            query = f"select id from {table} where case_id = %s order by id"  # noqa: S608  # a constant of the code
            for (id_,) in self.database.rows(query, (case_id,)):
                yield self.load(Record, id_)

    def _told(self, aggregate: Aggregate) -> Iterator[dict[str, Any]]:
        """Every event of one thing as it is stored."""
        for stored in self.event_log.select_events(aggregate.id):
            yield {
                "id": str(aggregate.id),
                "version": stored.originator_version,
                "topic": stored.topic,
                "event": msgspec.json.decode(stored.state),
            }
