"""The panel's opinion (专家组意见): drafted by an expert, signed by enough, dissented from by others (S4.2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.figures import aggregated
from services.review.domain.scoring import Scoring, State
from services.review.domain.values import Appraisal, OpinionDraft
from services.shared.aggregate import event
from services.shared.policy import Edition


class Opinion(Scoring):
    """The part of a panel that comes to an opinion."""

    id: UUID

    def draft_opinion(self, *, text: str, met_on: date, edition: Edition) -> None:
        """Draft the opinion, or draft it anew: whoever had signed the older wording has signed nothing now. S4.2

        Raises NotInThisState while a sheet is missing, Invalid for a panel that recusals left short.
        """
        subject = self._opining_expert(edition, met_on)
        self._require(State.APPROVED)
        draft = OpinionDraft(text, met_on, subject)
        if self.opinion_draft != draft:
            self._opinion_drafted(draft=draft)

    @event("OpinionDrafted", topic="review.panel.opinion-drafted")
    def _opinion_drafted(self, draft: OpinionDraft) -> None:
        self.opinion_draft = draft
        self.signers = ()

    def sign_opinion(self, *, text: str, met_on: date, edition: Edition) -> None:
        """Sign the drafted opinion, or draft it and sign; with `expert.opinion_quorum` it is the panel's. S4.2

        A repeat changes nothing. Raises NotInThisState for another wording, or for who has dissented.
        """
        subject = self._opining_expert(edition, met_on)
        if self.opinion_draft is None:
            self._opinion_drafted(draft=OpinionDraft(text, met_on, subject))
        elif (text, met_on) != (self.opinion_draft.text, self.opinion_draft.met_on):
            raise errors.another_opinion_is_drafted()
        if subject in self.dissents:
            raise errors.dissent_is_on_record(subject)
        if subject in self.signers:
            return
        share, signers = edition["expert.opinion_quorum"], (*self.signers, subject)
        enough = len(signers) * share["denominator"] >= len(self.seated) * share["numerator"]
        if self.state is State.CONCLUDED or not enough:
            self._opinion_endorsed(by=subject)
            return
        score = aggregated([sheet.total for sheet in self.sheets.values()], edition)
        appraisal = Appraisal(self.id, score, edition["expert.aggregation"], len(self.sheets))
        self._opinion_signed(text=text, met_on=met_on, signed_by=subject, appraisal=appraisal, signers=signers)

    @event("OpinionEndorsed", topic="review.panel.opinion-endorsed")
    def _opinion_endorsed(self, by: str) -> None:
        self.signers = (*self.signers, by)

    @event("OpinionSigned", topic="review.panel.opinion-signed")
    def _opinion_signed(
        self, text: str, met_on: date, signed_by: str, appraisal: Appraisal, signers: tuple[str, ...] = ()
    ) -> None:
        self.opinion = text
        self.signers = signers or (signed_by,)
        self.appraisal = appraisal
        self.state = State.CONCLUDED

    def record_dissent(self, *, text: str) -> None:
        """The acting expert, whose sheet is in, disagrees (不同意见); it stands beside the opinion, signed or not. S4.2

        Whoever had signed has signed no more.
        """
        subject = self._acting_expert()
        self._require(State.APPROVED, State.CONCLUDED)
        if subject not in self.sheets:
            raise errors.sheet_not_in(subject)
        self._dissent_recorded(expert=subject, text=text)

    @event("DissentRecorded", topic="review.panel.dissent-recorded")
    def _dissent_recorded(self, expert: str, text: str) -> None:
        self.dissents = {**self.dissents, expert: text}
        self.signers = tuple(signer for signer in self.signers if signer != expert)

    def _opining_expert(self, edition: Edition, met_on: date) -> str:
        """The acting expert of a whole panel whose sheets are all in, after a meeting that has been."""
        subject = self._acting_expert()
        self._require(State.APPROVED, State.CONCLUDED)
        if missing := [seat for seat in self.seated if seat.subject not in self.sheets]:
            raise errors.sheets_missing(len(missing))
        found = rules.panel_is_well_composed(self.seated, edition, self.track)
        if found := found + rules.day_is_not_in_the_future(met_on, "/met_on"):
            raise errors.invalid(found)
        return subject
