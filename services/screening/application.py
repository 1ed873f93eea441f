"""What can be done in screening, in the order of a case's way through its prefecture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.screening.domain import errors
from services.screening.domain.annex_3 import SummarySheet, supplement_as_json
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.batch import State as BatchState
from services.screening.domain.correction import Correction, Outcome
from services.screening.domain.jurisdiction import Jurisdiction
from services.screening.domain.paper import PaperCopies
from services.screening.domain.quota import Quota
from services.screening.domain.round_terms import Allowance, RoundTerms
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import Defect, Facts, ServiceRecord, Slip
from services.screening.projections import PROJECTIONS
from services.shared.aggregate import Aggregate
from services.shared.calendar import Deadline, calendar
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock, today
from services.shared.kernel.documents import Documents
from services.shared.kernel.postgres import Database
from services.shared.policy import Edition, edition


class Screenings(Application):
    """Screenings with their paper, corrections and jurisdiction; the batches that recommend them, and their quotas."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (
        Screening,
        PaperCopies,
        Jurisdiction,
        Correction,
        RecommendationBatch,
        Quota,
        RoundTerms,
    )
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, documents: Documents) -> None:
        super().__init__(database, clock)
        self.documents = documents

    # A case before its prefecture

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
            deadline=_formal_check(bound, day),
        )
        self.save(screening, paper)
        return screening

    def accept_dossier(self, case_id: UUID) -> Screening:
        """Find the materials complete and begin to screen them (S4.1.2)."""
        screening, paper = self._with_paper(case_id)
        screening.accept(open_mismatches=paper.open_mismatches)
        self.save(screening)
        return screening

    # Correction

    def request_correction(
        self, case_id: UUID, *, items: tuple[Defect, ...], served: ServiceRecord, days: int | None = None
    ) -> Screening:
        """Tell everything that is missing, once; the days run from the day after the service (S4.1.2)."""
        screening = self.load(Screening, case_id)
        bound = edition(screening.policy_edition)
        round_no = screening.request_correction(most=bound["correction.max_rounds"])
        Correction.check_notice(items, served, opened_on=screening.opened_on, today=today(self.clock))
        correction = Correction(
            id=Correction.id_of(case_id, round_no),
            case_id=case_id,
            number=screening.number,
            lead_uscc=screening.lead_uscc,
            prefecture=screening.prefecture,
            policy_edition=screening.policy_edition,
            round_no=round_no,
            items=items,
            served=served,
            deadline=_correction_due(bound, served.served_on, days),
        )
        self.save(screening, correction)
        return screening

    def extend_correction(self, case_id: UUID, *, reason: str) -> Screening:
        """Give the lead unit the edition's further days, counted from the end of those it had (S4.1.2)."""
        screening = self.load(Screening, case_id)
        screening.require_correction()
        correction = self._correction_of(screening)
        bound = edition(screening.policy_edition)
        due = correction.deadline.local_due.date()
        deadline = _count(bound, due, bound["correction.extension_days"], "correction", "correction.extension_days")
        correction.extend(reason=reason, deadline=deadline, most=bound["correction.extensions"], now=self.clock.now())
        self.save(screening, correction)
        return screening

    def recompute_correction_due(self, case_id: UUID) -> Screening:
        """Compute a provisional due moment again, once a newer calendar is known (the clock)."""
        screening = self.load(Screening, case_id)
        correction = self._correction_of(screening)
        correction.recompute(calendar())
        self.save(screening, correction)
        return screening

    def resubmit_case(self, case_id: UUID, *, facts: Facts) -> None:
        """Take note of a corrected dossier (S4.1.2). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is None:
            return
        beside = self._closing_correction(screening, Outcome.ANSWERED)
        screening.resubmit(
            facts=facts, formal_check=_formal_check(edition(screening.policy_edition), today(self.clock))
        )
        self.save(screening, *(beside if screening.state is not State.PREF_CORRECTION else ()))

    def lapse_case(self, case_id: UUID, *, level: str) -> None:
        """Take note that a correction was not answered in time (S4.1.2). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is None:
            return
        beside = self._closing_correction(screening, Outcome.LAPSED)
        screening.lapse(level=level)
        self.save(screening, *beside, *self._leaving(screening, "lapsed"))

    # Opinion

    def draft_opinion(
        self,
        case_id: UUID,
        *,
        recommends: bool,
        opinion: str,
        reasons: tuple[str, ...] = (),
        clauses: tuple[str, ...] = (),
    ) -> Screening:
        """Draft the screening opinion; a refusal gets the remedy paragraph of the edition (S4.1.2)."""
        screening = self.load(Screening, case_id)
        remedy = "" if recommends else _remedy(edition(screening.policy_edition))
        screening.draft_opinion(recommends=recommends, text=opinion, reasons=reasons, clauses=clauses, remedy=remedy)
        self.save(screening)
        return screening

    def sign_opinion(self, case_id: UUID) -> Screening:
        """Sign an opinion that recommends (S4.1.2)."""
        screening = self.load(Screening, case_id)
        screening.sign_opinion()
        self.save(screening)
        return screening

    def sign_not_recommended(self, case_id: UUID, *, document_no: str) -> Screening:
        """Decide not to recommend the case (S4.1.2)."""
        screening = self.load(Screening, case_id)
        screening.sign_not_recommended(document_no=document_no)
        self.save(screening)
        return screening

    def record_service(self, case_id: UUID, *, served: ServiceRecord) -> Screening:
        """Record that a refusal was served; the time to object runs from then (S4.1.2, invariant 5)."""
        screening = self.load(Screening, case_id)
        remedy = _time_to_object(edition(screening.policy_edition), served.served_on)
        screening.record_service(served, remedy=remedy, today=today(self.clock))
        self.save(screening)
        return screening

    # Batch

    def assemble_batch(self, *, round_id: UUID, case_ids: tuple[UUID, ...]) -> RecommendationBatch:
        """Put screened cases of the caller's prefecture together and freeze their Annex 3 (S4.1.2)."""
        screenings = self._screenings(case_ids)
        sheet = SummarySheet.of(screenings, round_id=round_id, filled_on=today(self.clock))
        batch = RecommendationBatch.assemble(
            sheet=sheet,
            annex_3=self.documents.put_json(sheet.as_json(), sheet.name),
            quota=self._most(round_id, sheet.prefecture, sheet.policy_edition),
            recommended_before=len(self._quota_of(round_id, sheet.prefecture, sheet.policy_edition).taken),
        )
        self.save(batch)
        return batch

    def sign_batch(self, batch_id: UUID, *, letter_no: str, letter_date: date) -> RecommendationBatch:
        """Sign the letter that sends the batch up; from here on its cases hold their places (S4.1.2).

        Raises Invalid for a number that another letter has, and beyond the prefecture's quota.
        """
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        batch.sign(letter_no=letter_no, letter_date=letter_date, today=today(self.clock))
        self._check_letter_is_free(batch, letter_no)
        self.save(batch, self._places_for(batch))
        return batch

    def submit_batch(self, batch_id: UUID) -> RecommendationBatch:
        """Send the batch up: with it, in one commit, every case of it is recommended (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        screenings = self._screenings(batch.case_ids)
        batch.submit(screenings=screenings)
        for screening in screenings:
            if batch.returns:
                screening.recommend_again(letter_no=batch.letter_no)
            else:
                screening.recommend(batch_id=batch.id, letter_no=batch.letter_no)
        self.save(batch, *screenings, self._places_for(batch))
        return batch

    def cancel_batch(self, batch_id: UUID, *, reason: str) -> RecommendationBatch:
        """Give up a batch that has not gone up, or of which nothing remains; its places are free again (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        remaining = sum(s.state is State.RETURNED_TO_PREF for s in self._screenings(batch.case_ids))
        places = self._quota_of(batch.round_id, batch.prefecture, batch.policy_edition)
        if batch.state is not BatchState.ASSEMBLED:
            places.release(batch.case_ids)
        batch.cancel(reason=reason, remaining=remaining)
        self.save(batch, places)
        return batch

    def return_batch(
        self, batch_id: UUID, *, letter_no: str, case_ids: Sequence[UUID], reasons: tuple[str, ...]
    ) -> None:
        """Take note that the province returned the batch that went up under this letter (S4.2). A repeat is ignored."""
        batch = self.find(RecommendationBatch, batch_id)
        if batch is None or batch.state is not BatchState.SUBMITTED or batch.letter_no != letter_no:
            return
        batch.return_to_prefecture(reasons=reasons)
        returned = [s for case_id in case_ids if (s := self.find(Screening, case_id)) is not None]
        for screening in returned:
            screening.return_to_prefecture(reasons=reasons)
        self.save(batch, *returned)

    def rescind_recommendation(self, case_id: UUID, *, document_no: str) -> Screening:
        """Drop a case of a returned batch, by a reasoned decision (S4.1.2)."""
        screening = self.load(Screening, case_id)
        screening.rescind_recommendation(document_no=document_no)
        self.save(screening, *self._leaving(screening, "rescinded"))
        return screening

    def reassemble_batch(self, batch_id: UUID) -> RecommendationBatch:
        """Put a returned batch together anew from the cases that stay in it, with a new Annex 3 (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        staying = [s for s in self._screenings(batch.case_ids) if s.state is State.RETURNED_TO_PREF]
        sheet = SummarySheet.of(staying, round_id=batch.round_id, filled_on=today(self.clock))
        batch.reassemble(sheet=sheet, annex_3=self.documents.put_json(sheet.as_json(), sheet.name))
        self.save(batch)
        return batch

    def draft_supplement(self, batch_id: UUID) -> RecommendationBatch:
        """Draft the supplementary Annex 3 of a batch that a case has left (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        batch.require_supplement()
        number, filled_on = len(batch.supplements) + 1, today(self.clock)
        sheet = SummarySheet(
            batch.prefecture, batch.round_id, batch.round_number, batch.policy_edition, filled_on, batch.standing_rows
        )
        content = supplement_as_json(sheet, number=number, letter_no=batch.letter_no, slips=batch.slips)
        annex_3 = self.documents.put_json(content, f"补充{number}-{sheet.name}")
        batch.draft_supplement(annex_3=annex_3, filled_on=filled_on)
        self.save(batch)
        return batch

    def sign_supplement(self, batch_id: UUID, *, letter_no: str, letter_date: date) -> RecommendationBatch:
        """Issue the supplementary Annex 3 under a letter of its own; the first one stays as it was (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        batch.sign_supplement(letter_no=letter_no, letter_date=letter_date, today=today(self.clock))
        self._check_letter_is_free(batch, letter_no)
        self.save(batch)
        return batch

    def withdraw_case(self, case_id: UUID, *, reason: str) -> None:
        """Take note that the applicant took the dossier back (S4.1.1). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is None:
            return
        beside = self._closing_correction(screening, Outcome.WITHDRAWN)
        screening.withdraw(reason=reason)
        self.save(screening, *beside, *self._leaving(screening, "withdrawn"))

    def terminate_case(self, case_id: UUID, *, reason: str) -> None:
        """Take note that the case ended by no act of its applicant (S4.0). A repeat changes nothing."""
        screening = self.find(Screening, case_id)
        if screening is None:
            return
        beside = self._closing_correction(screening, Outcome.TERMINATED)
        screening.terminate(reason=reason)
        self.save(screening, *beside, *self._leaving(screening, "terminated"))

    def set_round_terms(self, round_id: UUID, *, allowances: tuple[Allowance, ...], paper_copies: int) -> None:
        """Take note of what a round asks of the recommending bodies (S4.0). A repeat changes nothing."""
        terms = self.find(RoundTerms, RoundTerms.id_of(round_id))
        if terms is None:
            terms = RoundTerms(RoundTerms.id_of(round_id), round_id, allowances, paper_copies)
        terms.change(allowances=allowances, paper_copies=paper_copies)
        self.save(terms)

    # What belongs to a case, a batch or a round

    def paper_of(self, screening: Screening) -> PaperCopies | None:
        """The paper of a case, once any is known."""
        return self.find(PaperCopies, PaperCopies.id_of(screening.id))

    def jurisdiction_of(self, screening: Screening) -> Jurisdiction | None:
        """The question of jurisdiction of a case, once anybody has raised it."""
        return self.find(Jurisdiction, Jurisdiction.id_of(screening.id))

    def _screenings(self, case_ids: Sequence[UUID]) -> tuple[Screening, ...]:
        """The cases; whoever has an interest in one of them does nothing with the batch."""
        screenings = tuple(self.load(Screening, case_id) for case_id in case_ids)
        for screening in screenings:
            screening.require_no_conflict()
        return screenings

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

    def _correction_of(self, screening: Screening) -> Correction:
        return self.load(Correction, Correction.id_of(screening.id, screening.correction_rounds))

    def _closing_correction(self, screening: Screening, outcome: Outcome) -> tuple[Correction, ...]:
        """The correction that runs, closed; none when none runs."""
        if screening.state is not State.PREF_CORRECTION:
            return ()
        correction = self._correction_of(screening)
        correction.close(outcome)
        return (correction,)

    def _leaving(self, screening: Screening, cause: str) -> tuple[Aggregate, ...]:
        """What a case leaves behind: a slip on the batch that it went up with, and its place in the quota."""
        batch = self.find(RecommendationBatch, screening.batch_id) if screening.batch_id else None
        if batch is not None:
            batch.note_slip(Slip(screening.id, screening.number, cause, today(self.clock)))
        places = self.find(Quota, Quota.id_of(screening.round_id, screening.prefecture))
        if places is not None:
            places.release((screening.id,))
        return tuple(thing for thing in (batch, places) if thing is not None)

    def _places_for(self, batch: RecommendationBatch) -> Quota:
        """The quota, with a place for every case of the batch. Raises Invalid when there are not enough."""
        places = self._quota_of(batch.round_id, batch.prefecture, batch.policy_edition)
        places.take(batch.case_ids, most=self._most(batch.round_id, batch.prefecture, batch.policy_edition))
        return places

    def _quota_of(self, round_id: UUID, prefecture: str, policy_edition: str) -> Quota:
        """The quota of a prefecture in a round; the first time, with what went up before."""
        quota_id = Quota.id_of(round_id, prefecture)
        if (places := self.find(Quota, quota_id)) is not None:
            return places
        query = (
            "select id from screenings where prefecture = %s and round_id = %s and state = %s"
            " and not withdrawal_noted order by id"
        )
        rows = self.database.rows(query, (prefecture, round_id, State.RECOMMENDED))
        return Quota(quota_id, round_id, prefecture, policy_edition, tuple(case_id for (case_id,) in rows))

    def _most(self, round_id: UUID, prefecture: str, policy_edition: str) -> int | None:
        """How many cases the prefecture may recommend: by the round, else by the edition; None: no limit."""
        terms = self.find(RoundTerms, RoundTerms.id_of(round_id))
        by_round = terms.quota_of(prefecture) if terms is not None else None
        by_edition: int | None = edition(policy_edition)["prefecture.quota"].get(prefecture)
        return by_round if by_round is not None else by_edition

    def _copies_wanted(self, round_id: UUID, bound: Edition) -> int:
        """How many paper copies the prefecture waits for: as many as the round says, else the edition."""
        terms = self.find(RoundTerms, RoundTerms.id_of(round_id))
        by_edition: int = bound["paper.copies"] if bound["paper.required"] else 0
        return terms.paper_copies if terms is not None else by_edition

    def _check_letter_is_free(self, batch: RecommendationBatch, letter_no: str) -> None:
        query = "select from batches where prefecture = %s and %s = any(letters) and state <> 'cancelled' and id <> %s"
        if self.database.rows(query, (batch.prefecture, letter_no, batch.id)):
            raise errors.letter_number_taken(letter_no)


def _formal_check(bound: Edition, start: date) -> Deadline:
    """Until when the prefecture finds the materials complete, or tells every defect at once."""
    return _count(bound, start, bound["correction.officer_days"], "formal-check", "correction.officer_days")


def _correction_due(bound: Edition, served_on: date, days: int | None) -> Deadline:
    """Until when the lead unit answers: the edition's days, or the fewer that the officer sets for simple defects."""
    least, most = bound["correction.applicant_days_min"], bound["correction.applicant_days"]
    if days is not None and not least <= days <= most:
        raise errors.days_out_of_range(least, most)
    return _count(bound, served_on, days or most, "correction", "correction.applicant_days")


def _count(bound: Edition, start: date, days: int, kind: str, rule: str) -> Deadline:
    worked = bound["correction.day_type"] == "working_days"
    count = Deadline.working_days_after if worked else Deadline.calendar_days_after
    return count(
        start,
        days,
        kind=kind,
        rule=rule,
        clause="S4.1.2",
        close_time=bound["deadline.close_time"],
        calendar=calendar(),
        count_start_day=bound["correction.count_start_day"],
    )


def _time_to_object(bound: Edition, served_on: date) -> Deadline:
    """Until when a review of the decision can be asked for (行政复议)."""
    return Deadline.calendar_days_after(
        served_on,
        bound["remedy.limits"]["reconsideration_days"],
        kind="remedy",
        rule="remedy.limits",
        clause="S4.0",
        close_time="23:59",
        calendar=calendar() if bound["deadline.roll_forward"] else None,
    )


def _remedy(bound: Edition) -> str:
    """How to object to a decision of a prefecture."""
    text: str = bound["remedy.text"]
    return text.format(body=bound["remedy.body"]["prefecture"])
