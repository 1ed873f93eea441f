"""Corrections (补正) and returns to the prefecture: a case leaves the desk, and comes back or ends (S4.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from services.review.domain import errors
from services.review.domain.standing import Standing, refuse
from services.review.domain.states import State
from services.review.domain.values import CaseFacts, PreReview
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.calendar import Deadline
from services.shared.policy import Edition, clauses
from services.shared.vocabulary import Finding


@dataclass(frozen=True)
class CorrectionItem:
    """One defect: where (JSON Pointer, or "" for the paper), what is wanted, and by which clause."""

    pointer: str
    zh: str
    clause: str


@dataclass(frozen=True)
class Correction:
    """A correction that the case waits for (一次性告知): which round, everything that is missing, until when.

    `moved`: its time stood still once, so that it ends later than was told first.
    """

    round_no: int
    items: tuple[CorrectionItem, ...]
    deadline: Deadline
    came_from: State
    moved: bool = False


class InCorrection(Standing):
    """The part of a review that sends a dossier back: to the applicant for correction, or with its batch."""

    check_until: Deadline | None
    correction: Correction | None
    lapsed: Correction | None
    correction_rounds: int
    pre_review: PreReview | None
    returned_from: State | None

    def request_correction(self, *, items: tuple[CorrectionItem, ...], deadline: Deadline, edition: Edition) -> None:
        """Tell everything that is missing, once (省级要求补正); the clock stops. S4.2

        Raises Invalid for an empty list, an unknown clause, or a round more than the edition allows.
        """
        self._require(State.PROV_INTAKE, State.PRE_REVIEW)
        refuse(_everything_is_told_once(items, self.correction_rounds, edition))
        correction = Correction(self.correction_rounds + 1, items, deadline, self.state)
        self._correction_requested(correction=correction, at=acting_now().at)

    @event("CorrectionRequested", topic="review.review.correction-requested")
    def _correction_requested(self, correction: Correction, at: datetime) -> None:
        self.correction = correction
        self.check_until = None
        self.correction_rounds = correction.round_no
        self.state = State.PROV_CORRECTION
        self._stop_clock("correction", at)

    def take_correction(self, facts: CaseFacts, check: Deadline | None = None) -> None:
        """The dossier came back in time: the case goes on where it was. Any other dossier changes nothing. S4.2

        Where it goes back to its check at receipt, that has its days anew, until `check`.
        """
        if self.state is State.PROV_CORRECTION and facts.snapshot_number > self.facts.snapshot_number:
            again = check if self.correction and self.correction.came_from is State.PROV_INTAKE else None
            self._corrected(facts=facts, at=acting_now().at, check=again)

    @event("Corrected", topic="review.review.corrected")
    def _corrected(self, facts: CaseFacts, at: datetime, check: Deadline | None = None) -> None:
        self.facts = facts
        self.check_until = check
        self.pre_review = None  # it judged the dossier as it was before
        if self.correction is not None:
            self.state = self.correction.came_from
        self.correction = None
        self._restart_clock(at, "corrected")

    def lapse(self) -> None:
        """The correction did not come in time (视为放弃). A case that waits for none stays as it is. S4.2

        So does one whose time stood still when it lapsed, or has been moved since: intake hears of that.
        """
        if self.state is State.PROV_CORRECTION and self.correction is not None and not self._has_time(self.correction):
            self._lapsed()

    @event("Lapsed", topic="review.review.lapsed")
    def _lapsed(self) -> None:
        self.lapsed = self.correction
        self.correction = None
        self.state = State.LAPSED

    def _has_time(self, correction: Correction) -> bool:
        if self.suspension is not None:
            return correction.deadline.is_met(self.suspension.since)
        return correction.moved and correction.deadline.is_met(acting_now().at)

    def _move_correction(self, until: Deadline | None) -> None:
        if self.correction is not None and until is not None:
            self.correction = replace(self.correction, deadline=until, moved=True)

    @property
    def is_returnable(self) -> bool:
        """Whether the case would go back with its batch."""
        return self.state in (State.RECOMMENDED, State.PROV_INTAKE, State.PRE_REVIEW)

    def return_to_prefecture(self, *, cause: str) -> None:
        """Send the case back with its batch (退回州市), for a fault of the prefecture's; the clock stops. S4.2"""
        self._require(State.RECOMMENDED, State.PROV_INTAKE, State.PRE_REVIEW)
        self._returned(cause=cause, at=acting_now().at)

    @event("Returned", topic="review.review.returned")
    def _returned(self, cause: str, at: datetime) -> None:
        self.pre_review = None
        self.check_until = None
        self.state = State.RETURNED_TO_PREF
        self._stop_clock(cause, at)

    def resubmit(self, *, letter_no: str) -> None:
        """The prefecture sent the batch again, under this letter. A case that was not returned stays. S4.1.2"""
        if self.state is State.RETURNED_TO_PREF:
            self._resubmitted(letter_no=letter_no, at=acting_now().at)

    @event("Resubmitted", topic="review.review.resubmitted")
    def _resubmitted(self, letter_no: str, at: datetime) -> None:
        self.facts = replace(self.facts, letter_no=letter_no)
        self.state = State.RECOMMENDED
        self._restart_clock(at, "resubmitted")

    def rescind(self, *, document_no: str) -> None:
        """The prefecture dropped the case of a returned batch (不予推荐). Any other case stays. S4.1.2"""
        if self.state is State.RETURNED_TO_PREF:
            self._rescinded(document_no=document_no)

    @event("Rescinded", topic="review.review.rescinded")
    def _rescinded(self, document_no: str) -> None:
        self.state = State.NOT_RECOMMENDED


class BatchReturn(Aggregate):
    """The return of a recommendation batch (退回推荐批次) to its prefecture: which cases of it, and why."""

    TOPIC = "review.batch-return"

    @event("Returned", topic="review.batch-return.returned")
    def __init__(
        self,
        id: UUID,
        batch_id: UUID,
        letter_no: str,
        prefecture: str,
        case_ids: tuple[UUID, ...],
        reasons: tuple[str, ...],
        policy_edition: str,
    ) -> None:
        self.batch_id = batch_id
        self.letter_no = letter_no
        self.prefecture = prefecture
        self.case_ids = case_ids
        self.reasons = reasons
        self.policy_edition = policy_edition


def batch_return_id(batch_id: UUID, letter_no: str) -> UUID:
    """The id of the return of a batch: one for each letter under which it came."""
    return uuid5(batch_id, f"return of {letter_no}")


def nothing_to_return() -> Exception:
    """No case of the batch is still at the start of its review."""
    zh, en = "本批次没有可以退回的事项", "no case of this batch can be returned"
    return errors.invalid((Finding("nothing-to-return", zh, en, clause="S4.2"),))


def _everything_is_told_once(items: tuple[CorrectionItem, ...], rounds: int, edition: Edition) -> tuple[Finding, ...]:
    known, found = {clause.id for clause in clauses()}, []
    if not items:
        zh, en = "须一次性告知全部缺项", "tell everything that is missing"
        found.append(Finding("no-items", zh, en, "/items", "S4.2"))
    for index, item in enumerate(items):
        if item.clause not in known:
            zh, en = "须引用政策条款", "cite a clause of the policy"
            found.append(Finding("unknown-clause", zh, en, f"/items/{index}/clause", "S4.2"))
    if rounds >= (most := edition["correction.max_rounds"]):
        zh, en = f"补正以 {most} 次为限", f"there are at most {most} corrections"
        found.append(Finding("corrections-used-up", zh, en, clause="S4.2"))
    return tuple(found)
