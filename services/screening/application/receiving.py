"""A case comes to its prefecture: receipt, paper, recusal, jurisdiction (S4.1.1)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.screening.application.base import Base
from services.screening.application.counting import formal_check
from services.screening.domain.jurisdiction import Jurisdiction
from services.screening.domain.paper import PaperCopies
from services.screening.domain.round_terms import Allowance, RoundTerms
from services.screening.domain.screening import Screening
from services.screening.domain.values import Facts
from services.shared.kernel.clock import today
from services.shared.policy import Edition, edition


class ReceivesCases(Base):
    """What is done before a case is screened."""

    def open_screening(
        self,
        case_id: UUID,
        *,
        number: str,
        round_id: UUID,
        round_number: str,
        prefecture: str,
        policy_edition: str,
        lead_uscc: str,
        facts: Facts,
    ) -> None:
        """Take note that a dossier was handed in, or again after a recall (S4.1.1). A repeat changes nothing."""
        if (known := self.find(Screening, case_id)) is not None:
            known.submit_again(facts=facts)
            self.save(known)
            return
        screening = Screening(
            id=case_id,
            number=number,
            round_id=round_id,
            round_number=round_number,
            prefecture=prefecture,
            policy_edition=policy_edition,
            lead_uscc=lead_uscc,
            facts=facts,
        )
        self.save(screening)

    def recall_case(self, case_id: UUID, *, reason: str) -> None:
        """Take note that the applicant took the submission back to work on it (S4.1.1). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is not None:
            screening.recall(reason=reason)
            self.save(screening)

    def recuse(self, case_id: UUID, *, officer: str, reason: str) -> Screening:
        """Keep an officer with an interest away from a case (S4.1.2)."""
        screening = self.load(Screening, case_id)
        screening.recuse(officer=officer, reason=reason)
        self.save(screening)
        return screening

    def record_paper_arrival(self, case_id: UUID, *, received_on: date, copies: int, note: str = "") -> Screening:
        """Log paper copies that came (S4.1.1)."""
        screening, paper = self._with_paper(case_id)
        paper.arrive(received_on=received_on, copies=copies, note=note, today=today(self.clock))
        self.save(screening, paper)
        return screening

    def record_paper_mismatch(self, case_id: UUID, *, pointer: str, finding: str) -> Screening:
        """Record that the paper differs from the electronic dossier (S4.1.1)."""
        screening, paper = self._with_paper(case_id)
        paper.find_mismatch(pointer=pointer, zh=finding)
        self.save(screening, paper)
        return screening

    def settle_paper_mismatches(self, case_id: UUID, *, explanation: str) -> Screening:
        """Say which of paper and dossier holds (S4.1.1)."""
        screening, paper = self._with_paper(case_id)
        paper.settle_mismatches(explanation=explanation)
        self.save(screening, paper)
        return screening

    def challenge_jurisdiction(self, case_id: UUID, *, to_prefecture: str, reason: str) -> Screening:
        """Hold another prefecture for the right one (S4.1.1)."""
        screening, question = self._with_jurisdiction(case_id)
        question.raise_challenge(to_prefecture=to_prefecture, own_prefecture=screening.prefecture, reason=reason)
        self.save(screening, question)
        return screening

    def decide_jurisdiction(self, case_id: UUID, *, transfers: bool, reason: str) -> Screening:
        """Keep the case, or transfer it to the prefecture that was named (S4.1.1)."""
        screening, question = self._with_jurisdiction(case_id)
        challenge = question.decide(transfers=transfers, reason=reason)
        if transfers:
            screening.transfer(prefecture=challenge.to_prefecture, reason=reason)
        self.save(screening, question)
        return screening

    def start_intake(
        self, case_id: UUID, *, paper_received_on: date | None = None, paper_copies: int | None = None
    ) -> Screening:
        """Take the dossier in and begin the formal check, which has its days (S4.1.1, S4.1.2).

        Paper that comes at this moment is logged: `paper_copies`, or as many as are wanted.
        """
        screening, paper = self._with_paper(case_id)
        bound, day = edition(screening.policy_edition), today(self.clock)
        wanted = self._copies_wanted(screening.round_id, bound)
        if paper_received_on is not None:
            came = paper_copies if paper_copies is not None else max(1, wanted - paper.copies)
            paper.arrive(received_on=paper_received_on, copies=came, note="", today=day)
        screening.start_intake(
            paper_received_on=paper.arrivals[-1].received_on if paper.arrivals else None,
            copies_missing=wanted - paper.copies,
            today=day,
            deadline=formal_check(bound, day),
        )
        self.save(screening, paper)
        return screening

    def accept_dossier(self, case_id: UUID) -> Screening:
        """Find the materials complete and begin to screen them (S4.1.2)."""
        screening, paper = self._with_paper(case_id)
        screening.accept(open_mismatches=paper.open_mismatches)
        self.save(screening)
        return screening

    def set_round_terms(self, round_id: UUID, *, allowances: tuple[Allowance, ...], paper_copies: int) -> None:
        """Take note of what a round asks of the recommending bodies (S4.0). A repeat changes nothing."""
        terms = self.find(RoundTerms, RoundTerms.id_of(round_id))
        if terms is None:
            terms = RoundTerms(RoundTerms.id_of(round_id), round_id, allowances, paper_copies)
        terms.change(allowances=allowances, paper_copies=paper_copies)
        self.save(terms)

    def _with_paper(self, case_id: UUID) -> tuple[Screening, PaperCopies]:
        screening = self.load(Screening, case_id)
        screening.require_no_conflict()
        paper_id = PaperCopies.id_of(case_id)
        paper = self.find(PaperCopies, paper_id)
        return screening, paper or PaperCopies(paper_id, case_id, screening.number, screening.policy_edition)

    def _with_jurisdiction(self, case_id: UUID) -> tuple[Screening, Jurisdiction]:
        screening = self.load(Screening, case_id)
        screening.require_open()
        question_id = Jurisdiction.id_of(case_id)
        question = self.find(Jurisdiction, question_id)
        return screening, question or Jurisdiction(question_id, case_id, screening.number, screening.policy_edition)

    def _copies_wanted(self, round_id: UUID, bound: Edition) -> int:
        """How many paper copies the prefecture waits for: as many as the round says, else the edition."""
        terms = self.find(RoundTerms, RoundTerms.id_of(round_id))
        by_edition: int = bound["paper.copies"] if bound["paper.required"] else 0
        return terms.paper_copies if terms is not None else by_edition
