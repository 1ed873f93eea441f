"""Paper copies (纸质件): what has arrived, and where the paper differs from the electronic dossier (S4.1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from services.screening.domain import errors, rules
from services.shared.aggregate import Aggregate, event
from services.shared.vocabulary import Invalid


@dataclass(frozen=True)
class Arrival:
    """Paper copies that came on a day; the note says how (waybill, by hand)."""

    received_on: date
    copies: int
    note: str


@dataclass(frozen=True)
class Mismatch:
    """A place where the paper says something else than the electronic dossier; settled once explained."""

    pointer: str
    zh: str
    settled: str = ""


class PaperCopies(Aggregate):
    """The paper of one case; its id follows from the case."""

    TOPIC = "screening.paper"

    @event("Opened", topic="screening.paper.opened")
    def __init__(self, id: UUID, case_id: UUID, number: str, policy_edition: str) -> None:
        self.case_id = case_id
        self.number = number
        self.policy_edition = policy_edition
        self.arrivals: tuple[Arrival, ...] = ()
        self.mismatches: tuple[Mismatch, ...] = ()

    @staticmethod
    def id_of(case_id: UUID) -> UUID:
        """The id of the paper of a case."""
        return uuid5(case_id, "paper")

    def arrive(self, *, received_on: date, copies: int, note: str, today: date) -> None:
        """Log copies that came. Raises Invalid for a day to come."""
        if findings := tuple(rules.day_has_been("/paper_received_on", received_on, today)):
            raise Invalid(*findings)
        self._arrived(arrival=Arrival(received_on, copies, note))

    @event("Arrived", topic="screening.paper.arrived")
    def _arrived(self, arrival: Arrival) -> None:
        self.arrivals = (*self.arrivals, arrival)

    def find_mismatch(self, *, pointer: str, zh: str) -> None:
        """Record that the paper differs from the electronic dossier (纸电不一致). NotInThisState before any came."""
        if not self.arrivals:
            raise errors.no_paper_yet()
        self._mismatch_found(mismatch=Mismatch(pointer, zh))

    @event("MismatchFound", topic="screening.paper.mismatch-found")
    def _mismatch_found(self, mismatch: Mismatch) -> None:
        self.mismatches = (*self.mismatches, mismatch)

    def settle_mismatches(self, *, explanation: str) -> None:
        """Say which of the two holds, or that new copies came, for all that is open."""
        if not self.open_mismatches:
            raise errors.no_mismatch_open()
        self._mismatches_settled(explanation=explanation)

    @event("MismatchesSettled", topic="screening.paper.mismatches-settled")
    def _mismatches_settled(self, explanation: str) -> None:
        self.mismatches = tuple(m if m.settled else Mismatch(m.pointer, m.zh, explanation) for m in self.mismatches)

    @property
    def copies(self) -> int:
        """How many copies have come."""
        return sum(arrival.copies for arrival in self.arrivals)

    @property
    def open_mismatches(self) -> int:
        """How many differences nobody has explained yet."""
        return sum(not mismatch.settled for mismatch in self.mismatches)
