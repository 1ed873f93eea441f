"""To avoid (申请回避): experts whom the applicant asks to keep off the panel, with reasons (S4.2; ours).

The department alone reads it: neither the pool nor a panel says why somebody was not drawn, and no expert is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.review.domain import errors
from services.review.domain.standing import Standing, refuse
from services.review.domain.states import State
from services.shared.aggregate import event
from services.shared.policy import Edition
from services.shared.vocabulary import Finding

ASKED_BY_APPLICANT = "applicant-asked"
"""Stands among the conflicts that keep a candidate out of a draw."""


@dataclass(frozen=True)
class Avoidance:
    """One expert to avoid, by the subject of the login, and why."""

    expert: str
    reason: str


class Avoiding(Standing):
    """The part of a review that keeps experts off its panel for the applicant."""

    panel_id: UUID | None
    to_avoid: tuple[Avoidance, ...]

    def ask_to_avoid(self, experts: tuple[Avoidance, ...], edition: Edition) -> None:
        """Name everybody to avoid, anew, before there is a panel. The same list again changes nothing. S4.2

        Raises Invalid for more than `expert.avoid_max`, or one named twice; NotInThisState once there is a panel.
        """
        self._require_state(*BEFORE_PANEL)
        if self.panel_id is not None:
            raise errors.already_has("专家组", "a panel")
        refuse(_list_is_in_order(experts, edition))
        if experts != self.to_avoid:
            self._avoidance_asked(experts=experts)

    @event("AvoidanceAsked", topic="review.review.avoidance-asked")
    def _avoidance_asked(self, experts: tuple[Avoidance, ...]) -> None:
        self.to_avoid = experts

    @property
    def avoided(self) -> frozenset[str]:
        """Who is to be kept off the panel."""
        return frozenset(each.expert for each in self.to_avoid)


BEFORE_PANEL = (
    State.RECOMMENDED,
    State.PROV_INTAKE,
    State.PROV_CORRECTION,
    State.RETURNED_TO_PREF,
    State.PRE_REVIEW,
    State.EXPERT_APPRAISAL,
)


def _list_is_in_order(experts: tuple[Avoidance, ...], edition: Edition) -> tuple[Finding, ...]:
    most, found = edition["expert.avoid_max"], []
    if len(experts) > most:
        zh, en = f"申请回避的专家至多 {most} 名", f"at most {most} experts can be avoided"
        found.append(Finding("too-many-to-avoid", zh, en, "/experts", "S4.2"))
    if len({each.expert for each in experts}) < len(experts):
        found.append(Finding("expert-named-twice", "专家重复", "an expert is named twice", "/experts", "S4.2"))
    return tuple(found)
