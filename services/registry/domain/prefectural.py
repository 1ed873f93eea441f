"""Centre of a prefecture (州市级创新中心): REPORTED → FILED, or STRUCK (S5.4; the filing is ours).

Prefectures cultivate and recognise centres of their own, and may recommend them later; the province files what they
report (备案). None of them stands on the provincial list for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain.moves import require_state
from services.shared.aggregate import Aggregate, event
from services.shared.vocabulary import DocumentRef

NAMESPACE = UUID("0190a0b0-0000-7000-8000-00000000054f")
"""Where the ids of prefectural centres come from."""


class Standing(StrEnum):
    """What the prefecture made of its centre."""

    CULTIVATED = "cultivated"  # 州市培育
    RECOGNISED = "recognised"  # 州市认定


class State(StrEnum):
    """Where the filing stands."""

    REPORTED = "reported"  # 已报备
    FILED = "filed"  # 已备案
    STRUCK = "struck"  # 已注销备案


def prefectural_centre_id(centre_uscc: str) -> UUID:
    """The id of the centre that this legal person is: it is registered once."""
    return uuid5(NAMESPACE, centre_uscc)


@dataclass(frozen=True)
class PrefecturalFacts:
    """What a prefecture reports of its centre: of units, never of persons."""

    centre_name: str
    centre_uscc: str
    lead_uscc: str
    lead_unit_name: str
    field_domain: str
    standing: Standing
    standing_since: date
    document_no: str


class PrefecturalCentre(Aggregate):
    """A centre that a prefecture cultivates or recognises itself."""

    TOPIC = "registry.prefectural-centre"

    @event("PrefecturalCentreRegistered", topic="registry.prefectural-centre.registered")
    def __init__(self, id: UUID, prefecture: str, facts: PrefecturalFacts, policy_edition: str) -> None:
        self.prefecture = prefecture
        self.facts = facts
        self.policy_edition = policy_edition
        self.state = State.REPORTED
        self.filing_no = ""
        self.documents: tuple[DocumentRef, ...] = ()

    @property
    def lead_uscc(self) -> str:
        """The lead unit."""
        return self.facts.lead_uscc

    def report_again(self, facts: PrefecturalFacts) -> None:
        """Report what it is now (重新报备): recognised after cultivation, renamed, taken up again after a strike."""
        if facts != self.facts or self.state is State.STRUCK:
            self._reported_again(facts=facts)

    @event("PrefecturalCentreReportedAgain", topic="registry.prefectural-centre.reported-again")
    def _reported_again(self, facts: PrefecturalFacts) -> None:
        self.facts = facts
        self.filing_no = ""
        self.state = State.REPORTED

    def file(self, *, filing_no: str) -> None:
        """Put it on file (备案), at the province."""
        require_state(self.state, State.REPORTED)
        self._filed(filing_no=filing_no)

    @event("PrefecturalCentreFiled", topic="registry.prefectural-centre.filed")
    def _filed(self, filing_no: str) -> None:
        self.filing_no = filing_no
        self.state = State.FILED

    def strike(self, *, reason: str, document_no: str) -> None:
        """Take it off the file (注销备案): the prefecture no longer cultivates or recognises it."""
        require_state(self.state, State.REPORTED, State.FILED)
        self._struck(reason=reason, document_no=document_no)

    @event("PrefecturalCentreStruck", topic="registry.prefectural-centre.struck")
    def _struck(self, reason: str, document_no: str) -> None:  # both kept in the event
        self.state = State.STRUCK
