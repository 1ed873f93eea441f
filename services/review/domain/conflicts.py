"""Conflicts of interest (回避) that can be computed: an expert's ties against the lead and every member (S4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.review.domain.expert_profile import Relation
from services.review.domain.values import CaseFacts, Expert
from services.shared.policy import Edition


@dataclass(frozen=True)
class Parties:
    """Everybody whose tie to an expert counts: by code and by name; and the units behind rival bids."""

    usccs: frozenset[str]
    names: frozenset[str]
    rivals: frozenset[str] = frozenset()


def parties_of(facts: CaseFacts, rivals: frozenset[str] = frozenset()) -> Parties:
    """The lead, the centre and every member of a case; `rivals` are the codes of lead units that compete with it."""
    usccs = {facts.lead_uscc, facts.centre_uscc, *facts.member_usccs} - {""}
    names = {facts.lead_unit_name, facts.centre_name, *facts.member_names}
    return Parties(frozenset(usccs), frozenset(names), rivals - usccs)


def conflicts_of(
    expert: Expert, relations: tuple[Relation, ...], parties: Parties, on: date, edition: Edition
) -> tuple[str, ...]:
    """The kinds of conflict, by the keys of `expert.recusal_rules`; none twice, in the order of the edition.

    A relation counts while it goes on and for `expert.recusal_years` after its end.
    """
    found = set()
    if expert.employer_uscc in parties.usccs or expert.employer in parties.names:
        found.add("same_employer")
    if expert.employer_uscc in parties.rivals:
        found.add("rival_bidder")
    for relation in relations:
        if _counts(relation, on, edition["expert.recusal_years"]):
            found |= _kinds(relation, parties)
    return tuple(kind for kind in edition["expert.recusal_rules"] if kind in found)


def _kinds(relation: Relation, parties: Parties) -> set[str]:
    kinds = set()
    if relation.uscc in parties.usccs or relation.unit in parties.names:
        kinds.add(relation.kind)
    if relation.uscc in parties.rivals:
        kinds.add("rival_bidder")
    return kinds


def _counts(relation: Relation, on: date, years: int) -> bool:
    if relation.until is None:
        return True
    end = relation.until
    lapsed = date(end.year + years, end.month, min(end.day, 28) if end.month == 2 else end.day)
    return on <= lapsed
