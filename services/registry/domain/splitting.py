"""Split of a centre (分立): a unit leaves it and takes over a part; the qualification stays with one (S1.4; ours).

What follows, as for the other ways in which a centre changes: the keeper has number, plaque, history and reports; its
own field stays with the qualification; a field that goes over is free again, for the other one must apply; no ban.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from services.registry.domain import errors
from services.registry.domain.facts import Fact
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import LISTED
from services.registry.domain.registering import Registering
from services.registry.domain.supervision import CLOUDED
from services.shared.aggregate import event


class Keeper(StrEnum):
    """Which of the two has the qualification afterwards."""

    CENTRE = "centre"  # 原中心
    SUCCESSOR = "successor"  # 分立出的单位


@dataclass(frozen=True)
class Split:
    """Which unit is split off, what goes over to it, and who keeps the qualification."""

    unit_uscc: str
    unit_name: str
    keeper: Keeper
    member_usccs: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def of(cls, facts: tuple[Fact, ...]) -> Self:
        """The split that a change asks for; without another word the centre keeps the qualification."""
        told: Mapping[str, Any] = {fact.name: fact.value for fact in facts}
        return cls(
            unit_uscc=told["split_off_uscc"],
            unit_name=told["split_off"],
            keeper=Keeper(told.get("split_keeper", Keeper.CENTRE)),
            member_usccs=told.get("split_member_usccs", ()),
            fields=told.get("split_fields", ()),
        )


class Splitting(Registering):
    """The part of a centre that another unit may leave."""

    def split_off(self, split: Split, *, change_id: UUID, document_no: str, effective_on: date) -> None:
        """Let a unit leave (分立), maybe of a day in the past. Raises Invalid for one that `check_split` refuses."""
        self.check_split(split)
        self.check_not_before_listing(effective_on)
        terms: dict[str, Any] = {"change_id": change_id, "document_no": document_no, "effective_on": effective_on}
        facts = tuple(Fact(name, value) for name, value in self._left_by(split))
        self._split_off(split=split, **terms)
        if facts:
            self._facts_changed(facts=facts, **terms)

    @event("SplitOff", topic="registry.centre.split-off")
    def _split_off(
        self, split: Split, change_id: UUID, document_no: str, effective_on: date
    ) -> None:  # all but the split is kept in the event
        self.registered = replace(
            self.registered, fields=tuple(field for field in self.registered.fields if field not in split.fields)
        )
        if split.keeper is Keeper.SUCCESSOR and self.listing is not None:
            self.listing = replace(self.listing, centre_uscc=split.unit_uscc)

    def check_split(self, split: Split) -> None:
        """Raises Invalid for a split into itself or of what the centre has not, NotInThisState while it is clouded."""
        require_state(self.qualification, *LISTED)
        if self.supervision in CLOUDED:
            raise errors.clouded(self.supervision)
        if split.unit_uscc == self.listed.centre_uscc:
            raise errors.split_into_itself()
        if strangers := [uscc for uscc in split.member_usccs if uscc not in self.member_usccs]:
            raise errors.goes_not_over("split_member_usccs", strangers[0])
        if self.lead_uscc in split.member_usccs:
            raise errors.goes_not_over("split_member_usccs", self.lead_uscc)
        if foreign := [field for field in split.fields if field not in self.registered.fields]:
            raise errors.goes_not_over("split_fields", foreign[0])

    def _left_by(self, split: Split) -> Iterator[tuple[str, str | tuple[str, ...]]]:
        """The registered facts of the keeper after the split."""
        names = dict(zip(self.facts.member_usccs, self.facts.member_names, strict=False))
        stay = [uscc for uscc in self.facts.member_usccs if uscc not in split.member_usccs]
        if split.member_usccs:
            yield "member_usccs", tuple(stay)
            yield "member_names", tuple(names[uscc] for uscc in stay if uscc in names)
        if split.keeper is Keeper.SUCCESSOR:
            yield "centre_uscc", split.unit_uscc
            yield "centre_name", split.unit_name
