"""Conflicts of interest (回避) that can be computed: an expert's ties against the lead and every member (S4.2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.review.domain.expert_profile import Relation
from services.review.domain.values import CaseFacts, Expert
from services.shared.policy import Edition


@dataclass(frozen=True)
class Parties:
    """Everybody whose tie to an expert counts: by code and, as it is read, by name; and the units behind rival bids."""

    usccs: frozenset[str]
    names: frozenset[str]
    rivals: frozenset[str] = frozenset()


def parties_of(facts: CaseFacts, rivals: frozenset[str] = frozenset()) -> Parties:
    """The lead, the centre and every member of a case; `rivals` are the codes of the units that compete with it."""
    usccs = {facts.lead_uscc, facts.centre_uscc, *facts.member_usccs} - {""}
    names = as_read((facts.lead_unit_name, facts.centre_name, *facts.member_names))
    return Parties(frozenset(usccs), names, rivals - usccs - {""})


def as_read(names: Iterable[str]) -> frozenset[str]:
    """Names without the differences that nobody reads: width of brackets and letters, blanks."""
    return frozenset("".join(unicodedata.normalize("NFKC", name).split()) for name in names) - {""}


def conflicts_of(
    expert: Expert, relations: tuple[Relation, ...], parties: Parties, on: date, edition: Edition
) -> tuple[str, ...]:
    """The kinds of conflict, by the keys of `expert.recusal_rules`; none twice, in the order of the edition.

    A relation counts while it goes on and for `expert.recusal_years` after its end; one of `expert.recusal_endless`
    always.
    """
    employment = Relation("same_employer", expert.employer_uscc, expert.employer)
    found: set[str] = set()
    for relation in (employment, *relations):
        if _counts(relation, on, edition):
            found |= _kinds(relation, parties)
    return tuple(kind for kind in edition["expert.recusal_rules"] if kind in found)


def _kinds(relation: Relation, parties: Parties) -> set[str]:
    kinds = set()
    if relation.uscc in parties.usccs or as_read([relation.unit]) & parties.names:
        kinds.add(relation.kind)
    if relation.uscc in parties.rivals:
        kinds.add("rival_bidder")
    return kinds


def _counts(relation: Relation, on: date, edition: Edition) -> bool:
    if relation.until is None or relation.kind in edition["expert.recusal_endless"]:
        return True
    end = relation.until
    year = end.year + edition["expert.recusal_years"]
    lapsed = date(year, end.month, min(end.day, 28) if end.month == 2 else end.day)
    return on <= lapsed
