"""Panel (专家组): composed, approved, each expert free of conflicts, one sheet each, one signed opinion (S4.2)."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.figures import Statistics
from services.review.domain.opinion import Opinion
from services.review.domain.parts import WholeOfParts
from services.review.domain.rules import Conflicts
from services.review.domain.scoring import State, VoidedSheet
from services.review.domain.values import Appraisal, CaseFacts, DraftSheet, Expert, ScoreSheet
from services.shared.aggregate import acting_now, event
from services.shared.policy import Edition
from services.shared.vocabulary import DocumentRef, Track

DECLINED = "declined"
"""Stands in the place of a ground for recusal where an expert simply cannot serve."""

NONE_KNOWN: Conflicts = MappingProxyType({})


class Panel(Opinion, WholeOfParts):
    """The experts who appraise one case. `people` are those who may see it: whoever is recused is out."""

    TOPIC = "review.panel"

    @event("Constituted", topic="review.panel.constituted")
    def __init__(
        self,
        case_id: UUID,
        policy_edition: str,
        track: Track,
        facts: CaseFacts,
        screeners: tuple[str, ...],
        experts: tuple[Expert, ...],
        by: str,
    ) -> None:
        self.case_id = case_id
        self.policy_edition = policy_edition
        self.track = track
        self.facts = facts
        self.screeners = screeners
        self.experts = experts
        self.constituted_by = by
        self.free_of_conflict: frozenset[str] = frozenset()
        self.recused: dict[str, str] = {}
        self.sheets: dict[str, ScoreSheet] = {}
        self.drafts: dict[str, DraftSheet] = {}
        self.voided: tuple[VoidedSheet, ...] = ()
        self.before: tuple[Statistics, ...] = ()
        self.dissents: dict[str, str] = {}
        self.opinion = ""
        self.opinion_draft = None
        self.signers = ()
        self.appraisal: Appraisal | None = None
        self.state = State.CONSTITUTED

    @classmethod
    def constitute(
        cls,
        *,
        case_id: UUID,
        facts: CaseFacts,
        screeners: frozenset[str],
        experts: tuple[Expert, ...],
        edition: Edition,
        track: Track,
        conflicts: Conflicts = NONE_KNOWN,
    ) -> Panel:
        """Compose a panel. Raises Invalid with everything that is wrong with its members. S4.2

        `conflicts` are those that the pool knows of, by expert.
        """
        found = rules.panel_is_well_composed(experts, edition, track)
        found += rules.experts_have_no_known_tie(experts, facts, screeners)
        found += rules.experts_have_no_computed_conflict(experts, conflicts)
        if found:
            raise errors.invalid(found)
        return cls(
            case_id=case_id,
            policy_edition=edition.id,
            track=track,
            facts=facts,
            screeners=tuple(sorted(screeners)),
            experts=experts,
            by=acting_now().actor,
        )

    def replace_expert(self, *, recused: str, expert: Expert, conflicts: Conflicts = NONE_KNOWN) -> None:
        """Give the seat of a recused expert to another; the panel is then approved anew. S4.2"""
        self._require(State.CONSTITUTED, State.APPROVED)
        self.recused_seat(recused)
        newcomers = (*self.seated, expert)
        found = rules.experts_have_no_known_tie(newcomers, self.facts, {*self.screeners, *self.recused})
        found += rules.experts_have_no_computed_conflict((expert,), conflicts)
        if found:
            raise errors.invalid(tuple(replace(finding, pointer="/expert") for finding in found))
        self._expert_replaced(recused=recused, expert=expert, by=acting_now().actor)

    def recused_seat(self, subject: str) -> Expert:
        """The expert whose seat is to be filled. Raises NotInThisState for one who is not recused."""
        for seat in self.experts:
            if seat.subject == subject and subject in self.recused:
                return seat
        raise errors.not_recused(subject)

    @event("ExpertReplaced", topic="review.panel.expert-replaced")
    def _expert_replaced(self, recused: str, expert: Expert, by: str) -> None:
        self.experts = (*(seat for seat in self.experts if seat.subject != recused), expert)
        self.constituted_by = by
        self.state = State.CONSTITUTED

    def approve(self, edition: Edition) -> None:
        """Approve the composition. Raises Denied for whoever composed it, Invalid when recusals left it short. S4.2"""
        self._require(State.CONSTITUTED)
        if acting_now().actor == self.constituted_by:
            raise errors.drafter_may_not_sign()
        if found := rules.panel_is_well_composed(self.seated, edition, self.track):
            raise errors.invalid(found)
        self._approved()

    @event("Approved", topic="review.panel.approved")
    def _approved(self) -> None:
        self.state = State.APPROVED

    def check_known_conflicts(self, conflicts: Conflicts) -> None:
        """Raises Denied for an acting expert against whom the pool knows something: no act but recusal is left.

        It may have become known after the seat was given (invariant 6). S4.2
        """
        if kinds := conflicts.get(acting_now().actor, ()):
            raise errors.conflict_is_known(kinds)

    def declare_no_conflict(self) -> None:
        """The acting expert declares that nothing calls for recusal (回避). A repeat changes nothing. S4.2"""
        subject = self._acting_expert()
        self._require(State.CONSTITUTED, State.APPROVED)
        if subject not in self.free_of_conflict:
            self._no_conflict_declared(expert=subject)

    @event("NoConflictDeclared", topic="review.panel.no-conflict-declared")
    def _no_conflict_declared(self, expert: str) -> None:
        self.free_of_conflict = self.free_of_conflict | {expert}

    def declare_conflict(self, *, ground: str, edition: Edition) -> None:
        """The acting expert asks for recusal, by one of the edition's grounds, before the sheet is in. S4.2"""
        subject = self._acting_expert()
        self._require(State.CONSTITUTED, State.APPROVED)
        if subject in self.sheets:
            raise errors.sheet_is_in()
        if ground not in edition["expert.recusal_rules"]:
            raise errors.unknown_ground()
        self._conflict_declared(expert=subject, ground=ground)

    @event("ConflictDeclared", topic="review.panel.conflict-declared")
    def _conflict_declared(self, expert: str, ground: str) -> None:
        self.recused = {**self.recused, expert: ground}
        self.free_of_conflict = self.free_of_conflict - {expert}

    def decline(self, *, reason: str) -> None:
        """The acting expert cannot serve (谢绝); a declaration made before stays on record. S4.2"""
        subject = self._acting_expert()
        self._require(State.CONSTITUTED, State.APPROVED)
        if subject in self.sheets:
            raise errors.sheet_is_in()
        self._declined(expert=subject, reason=reason)

    @event("Declined", topic="review.panel.declined")
    def _declined(self, expert: str, reason: str) -> None:
        self.recused = {**self.recused, expert: DECLINED}

    def is_open_to(self, reader: str, conflicts: Conflicts = NONE_KNOWN) -> bool:
        """Whether an expert has declared to be free of conflicts and the pool knows of none (invariant 6)."""
        return reader in self.free_of_conflict and not conflicts.get(reader)

    def papers_for(self, reader: str, conflicts: Conflicts = NONE_KNOWN) -> tuple[DocumentRef, ...]:
        """The dossier's papers, for an expert to whom the panel is open."""
        return self.facts.papers if self.is_open_to(reader, conflicts) else ()
