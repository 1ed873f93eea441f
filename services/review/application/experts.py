"""The expert pool (专家库): who is in it, their relations, and what the pool knows of conflicts (S4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.review.application.base import Base
from services.review.domain import rules
from services.review.domain.conflicts import conflicts_of, parties_of
from services.review.domain.expert_profile import ExpertProfile, Relation, profile_id, relations_are_known
from services.review.domain.standing import refuse
from services.review.domain.states import ENDED
from services.review.domain.values import CaseFacts, Expert
from services.shared.calendar import BEIJING
from services.shared.policy import Edition, edition_in_force


class KeepsExperts(Base):
    """The pool from which panels are drawn."""

    def enrol_expert(self, *, expert: Expert, relations: tuple[Relation, ...]) -> ExpertProfile:
        """Take an expert into the pool (S4.2). Raises Invalid for a relation of an unknown kind."""
        refuse(relations_are_known(relations, self._edition_of_today()))
        profile = ExpertProfile(id=profile_id(expert.subject), expert=expert, relations=relations)
        self.save(profile)
        return profile

    def declare_relations(self, profile_id: UUID, *, relations: tuple[Relation, ...]) -> ExpertProfile:
        """Declare every relation of an expert anew (S4.2)."""
        profile = self.load(ExpertProfile, profile_id)
        profile.declare_relations(relations=relations, edition=self._edition_of_today())
        self.save(profile)
        return profile

    def retire_expert(self, profile_id: UUID) -> ExpertProfile:
        """Draw an expert no more (S4.2)."""
        profile = self.load(ExpertProfile, profile_id)
        profile.retire()
        self.save(profile)
        return profile

    def _of_the_pool(self, experts: Iterable[Expert], in_force: Edition) -> rules.Findings:
        """Who is named for a panel stands in the pool and serves, where the edition asks for that (S4.2)."""
        if not in_force["expert.pool_only"]:
            return ()
        profiles = [self.find(ExpertProfile, profile_id(expert.subject)) for expert in experts]
        serving = frozenset(profile.expert.subject for profile in profiles if profile and profile.is_active)
        return rules.experts_are_of_the_pool([expert.subject for expert in experts], serving)

    def _edition_of_today(self) -> Edition:
        return edition_in_force(rules.local_today())

    def _pool(self) -> list[ExpertProfile]:
        rows = self.database.rows("select id from experts where active order by id")
        return [self.load(ExpertProfile, id_) for (id_,) in rows]

    def _conflicts(
        self, experts: Iterable[Expert], case_id: UUID, facts: CaseFacts, in_force: Edition
    ) -> dict[str, tuple[str, ...]]:
        """What the pool knows against each of these experts in a case: ties to lead, members and rivals."""
        parties = parties_of(facts, self._rivals(case_id, facts))
        today = self.clock.now().astimezone(BEIJING).date()
        found = {}
        for expert in experts:
            profile = self.find(ExpertProfile, profile_id(expert.subject))
            ties = profile.ties if profile else ()
            found[expert.subject] = conflicts_of(expert, ties, parties, today, in_force)
        return found

    def _rivals(self, case_id: UUID, facts: CaseFacts) -> frozenset[str]:
        """The lead and member units of other open cases of the same round and field."""
        rows = self.database.rows(
            "select unnest(array_append(member_usccs, lead_uscc)) from reviews"
            " where id <> %s and round_number = %s and field_domain = %s and not state = any(%s)",
            (case_id, facts.round_number, facts.field_domain, sorted(ENDED)),
        )
        return frozenset(uscc for (uscc,) in rows)
