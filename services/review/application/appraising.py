"""The expert appraisal (专家论证): panels, drawn or named, and their score sheets (S4.2)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from services.review.application.experts import KeepsExperts
from services.review.domain.avoiding import ASKED_BY_APPLICANT, Avoidance
from services.review.domain.draw import Candidate, Draw, least_size, seat_of, seats_for
from services.review.domain.expert_profile import ExpertProfile, profile_id
from services.review.domain.panel import Panel
from services.review.domain.review import Review
from services.review.domain.rules import Conflicts, Findings, experts_are_not_to_be_avoided
from services.review.domain.standing import refuse
from services.review.domain.values import Expert
from services.shared.aggregate import acting_now
from services.shared.policy import Edition, edition


class AppraisesCases(KeepsExperts):
    """From the panel of a case to its signed opinion."""

    def ask_to_avoid(self, case_id: UUID, *, experts: tuple[Avoidance, ...]) -> Review:
        """The applicant names experts to keep off the panel, with reasons (S4.2)."""
        review = self.load(Review, case_id)
        review.ask_to_avoid(experts, edition(review.policy_edition))
        self.save(review)
        return review

    def draw_panel(self, case_id: UUID) -> Panel:
        """Draw the panel of a case from the pool, by chance that is recorded and can be repeated (S4.2)."""
        review = self.load(Review, case_id)
        in_force, track = edition(review.policy_edition), review.track_for_panel
        draw = Draw.hold(
            case_id=case_id,
            seats=seats_for(least_size(in_force, track), review.facts.field_domain, in_force),
            candidates=self._candidates(review),
            seed=secrets.token_hex(16),
            edition=in_force,
        )
        panel = self._composed(review, draw.experts)
        self.save(panel, draw, review)
        return panel

    def constitute_panel(self, case_id: UUID, *, experts: tuple[Expert, ...]) -> Panel:
        """Compose the panel of a case from named experts, who serve in the pool (S4.2)."""
        review = self.load(Review, case_id)
        refuse(self._kept_out(review, experts, edition(review.policy_edition)))
        panel = self._composed(review, experts)
        self.save(panel, review)
        return panel

    def replace_expert(self, panel_id: UUID, *, recused: str, expert: Expert) -> Panel:
        """Give the seat of a recused expert to another (S4.2)."""
        panel = self.load(Panel, panel_id)
        review, in_force = self._review(panel.case_id), edition(panel.policy_edition)
        kept_out = self._kept_out(review, (expert,), in_force)
        refuse(tuple(replace(finding, pointer="/expert") for finding in kept_out))
        conflicts = self._conflicts([expert], panel.case_id, panel.facts, in_force)
        panel.replace_expert(recused=recused, expert=expert, conflicts=conflicts)
        self.save(panel)
        return panel

    def draw_substitute(self, panel_id: UUID, *, recused: str) -> Panel:
        """Give the seat of a recused expert to one who is drawn from the pool, as the panel was (S4.2)."""
        panel = self.load(Panel, panel_id)
        in_force, review = edition(panel.policy_edition), self._review(panel.case_id)
        draw = Draw.hold(
            case_id=panel.case_id,
            seats=seat_of(panel.recused_seat(recused), panel.seated, panel.facts.field_domain, in_force),
            candidates=self._candidates(review, {**panel.recused, **dict.fromkeys(panel.people)}),
            seed=secrets.token_hex(16),
            edition=in_force,
        )
        [expert] = draw.experts
        conflicts = self._conflicts([expert], panel.case_id, panel.facts, in_force)
        panel.replace_expert(recused=recused, expert=expert, conflicts=conflicts)
        self.save(panel, draw)
        return panel

    def approve_panel(self, panel_id: UUID) -> Panel:
        """Approve the composition of a panel (S4.2)."""
        panel = self.load(Panel, panel_id)
        self._review(panel.case_id).require_under_way()
        panel.approve(edition(panel.policy_edition))
        self.save(panel)
        return panel

    def declare_no_conflict(self, panel_id: UUID) -> Panel:
        """The acting expert declares to be free of conflicts (S4.2)."""
        panel = self._panel_of_expert(panel_id)
        panel.declare_no_conflict()
        self.save(panel)
        return panel

    def declare_conflict(self, panel_id: UUID, *, ground: str) -> Panel:
        """The acting expert asks for recusal (S4.2)."""
        panel = self.load(Panel, panel_id)
        panel.declare_conflict(ground=ground, edition=edition(panel.policy_edition))
        self.save(panel)
        return panel

    def decline_seat(self, panel_id: UUID, *, reason: str) -> Panel:
        """The acting expert cannot serve (S4.2)."""
        panel = self.load(Panel, panel_id)
        panel.decline(reason=reason)
        self.save(panel)
        return panel

    def save_score_sheet(
        self, panel_id: UUID, *, items: Mapping[str, Decimal], reasons: Mapping[str, str], comment: str
    ) -> Panel:
        """Keep what the acting expert has entered so far (S4.2)."""
        panel = self._panel_of_expert(panel_id)
        in_force = edition(panel.policy_edition)
        panel.save_score_sheet(points=items, reasons=reasons, comment=comment, edition=in_force)
        self.save(panel)
        return panel

    def submit_score_sheet(
        self,
        panel_id: UUID,
        *,
        items: Mapping[str, Decimal],
        comment: str,
        reasons: Mapping[str, str] = MappingProxyType({}),
    ) -> Panel:
        """The acting expert hands in the one score sheet (S4.2)."""
        panel = self._panel_of_expert(panel_id)
        in_force = edition(panel.policy_edition)
        panel.submit_score_sheet(points=items, reasons=reasons, comment=comment, edition=in_force)
        self.save(panel)
        return panel

    def void_score_sheet(self, panel_id: UUID, *, expert: str, ground: str, cause: str) -> Panel:
        """Void a sheet with cause; the expert's record is told, and the case waits for its panel again (S4.2)."""
        panel = self.load(Panel, panel_id)
        review, profile = self._review(panel.case_id), self.find(ExpertProfile, profile_id(expert))
        panel.void_score_sheet(expert=expert, ground=ground, cause=cause, edition=edition(panel.policy_edition))
        review.reopen_expert_appraisal(panel.id)
        noted = [profile] if profile is not None else []
        for each in noted:
            each.note(case_id=panel.case_id, text=cause)
        self.save(panel, review, *noted)
        return panel

    def record_dissent(self, panel_id: UUID, *, text: str) -> Panel:
        """The acting expert disagrees with the others (S4.2)."""
        panel = self._panel_of_expert(panel_id)
        panel.record_dissent(text=text)
        self.save(panel)
        return panel

    def draft_opinion(self, panel_id: UUID, *, text: str, met_on: date) -> Panel:
        """Draft the panel's opinion for all to sign (S4.2)."""
        panel = self._panel_of_expert(panel_id)
        panel.draft_opinion(text=text, met_on=met_on, edition=edition(panel.policy_edition))
        self.save(panel)
        return panel

    def sign_opinion(self, panel_id: UUID, *, text: str, met_on: date) -> Panel:
        """Sign the panel's opinion; with enough signatures its score completes the appraisal of the case (S4.2)."""
        panel = self._panel_of_expert(panel_id)
        in_force, before = edition(panel.policy_edition), panel.appraisal
        panel.sign_opinion(text=text, met_on=met_on, edition=in_force)
        if panel.appraisal is None or panel.appraisal is before:
            self.save(panel)
            return panel
        review = self._review(panel.case_id)
        review.complete_expert_appraisal(panel.appraisal, in_force)
        self.save(panel, review)
        return panel

    def conflicts_known(self, panel: Panel, subject: str) -> Conflicts:
        """What the pool knows today against one expert of a panel."""
        seats = [seat for seat in panel.seated if seat.subject == subject]
        return self._conflicts(seats, panel.case_id, panel.facts, edition(panel.policy_edition))

    def _panel_of_expert(self, panel_id: UUID) -> Panel:
        """A panel for an act of one of its experts, on a case that is not suspended.

        Raises Denied when the pool knows of a conflict. Recusal is open to an expert in any case.
        """
        panel = self.load(Panel, panel_id)
        self._review(panel.case_id).require_under_way()
        panel.check_known_conflicts(self.conflicts_known(panel, acting_now().actor))
        return panel

    def _kept_out(self, review: Review, experts: tuple[Expert, ...], in_force: Edition) -> Findings:
        """What keeps named experts off the panel of a case, besides their ties: the pool, and the applicant."""
        subjects = [expert.subject for expert in experts]
        avoided = experts_are_not_to_be_avoided(subjects, review.avoided)
        return self._of_the_pool(experts, in_force) + avoided

    def _composed(self, review: Review, experts: tuple[Expert, ...]) -> Panel:
        in_force = edition(review.policy_edition)
        panel = Panel.constitute(
            case_id=review.id,
            facts=review.facts,
            screeners=review.screeners,
            experts=experts,
            edition=in_force,
            track=review.track_for_panel,
            conflicts=self._conflicts(experts, review.id, review.facts, in_force),
        )
        review.assign_panel(panel.id)
        return panel

    def _candidates(self, review: Review, of_the_panel: Collection[str] = ()) -> tuple[Candidate, ...]:
        """The whole pool, with what keeps each of its experts out of this case, or of a panel that knows them."""
        in_force, experts = edition(review.policy_edition), [profile.expert for profile in self._pool()]
        known = self._conflicts(experts, review.id, review.facts, in_force)
        screened = dict.fromkeys(review.avoided, (ASKED_BY_APPLICANT,))
        screened |= dict.fromkeys(review.screeners, ("screened-the-case",))
        screened |= dict.fromkeys(of_the_panel, ("of-the-panel",))
        return tuple(Candidate(each, (*known[each.subject], *screened.get(each.subject, ()))) for each in experts)
