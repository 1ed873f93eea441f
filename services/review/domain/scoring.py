"""Scoring (专家评分): one sheet each, never changed but voided with cause, and what they come to (S4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from services.review.domain import errors
from services.review.domain.figures import Statistics, Vote, statistics_of, vote_on
from services.review.domain.scheme import Scheme, scheme_for
from services.review.domain.values import Appraisal, CaseFacts, DraftSheet, Expert, OpinionDraft, ScoreSheet
from services.shared.aggregate import acting_now, event
from services.shared.policy import Edition
from services.shared.vocabulary import Role, Track


class State(StrEnum):
    """Where a panel stands: composed 已组建, approved 已批准, its opinion signed 已形成意见."""

    CONSTITUTED = "constituted"
    APPROVED = "approved"
    CONCLUDED = "concluded"


@dataclass(frozen=True)
class VoidedSheet:
    """A sheet that counts no more, why, and who voided it. It is kept as it was."""

    sheet: ScoreSheet
    ground: str
    cause: str
    voided_by: str


class Scoring:
    """The part of a panel that scores."""

    state: State
    track: Track
    facts: CaseFacts
    experts: tuple[Expert, ...]
    recused: dict[str, str]
    free_of_conflict: frozenset[str]
    sheets: dict[str, ScoreSheet]
    drafts: dict[str, DraftSheet]
    voided: tuple[VoidedSheet, ...]
    before: tuple[Statistics, ...]
    dissents: dict[str, str]
    opinion: str
    opinion_draft: OpinionDraft | None
    signers: tuple[str, ...]
    appraisal: Appraisal | None

    def save_score_sheet(
        self, *, points: Mapping[str, Decimal], reasons: Mapping[str, str], comment: str, edition: Edition
    ) -> None:
        """Keep what the acting expert has entered so far (暂存). Raises Invalid for what no sheet can say. S4.2"""
        subject = self._scoring_expert()
        if found := self.scheme(edition).misfits(points, reasons, whole=False):
            raise errors.invalid(found)
        draft = DraftSheet(dict(points), dict(reasons), comment)
        if self.drafts.get(subject) != draft:
            self._score_sheet_saved(expert=subject, draft=draft)

    @event("ScoreSheetSaved", topic="review.panel.score-sheet-saved")
    def _score_sheet_saved(self, expert: str, draft: DraftSheet) -> None:
        self.drafts = {**self.drafts, expert: draft}

    def submit_score_sheet(
        self,
        *,
        points: Mapping[str, Decimal],
        comment: str,
        edition: Edition,
        reasons: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Hand in the acting expert's only sheet. Raises Invalid with every item that is wrong. S4.2"""
        subject = self._scoring_expert()
        scheme = self.scheme(edition)
        if found := scheme.misfits(points, reasons):
            raise errors.invalid(found)
        items = scheme.scored(points, reasons)
        sheet = ScoreSheet(subject, items, scheme.total_of(items), comment, scheme.version, scheme.formula)
        self._score_sheet_submitted(sheet=sheet)

    @event("ScoreSheetSubmitted", topic="review.panel.score-sheet-submitted")
    def _score_sheet_submitted(self, sheet: ScoreSheet) -> None:
        self.sheets = {**self.sheets, sheet.expert: sheet}
        self.drafts = {subject: draft for subject, draft in self.drafts.items() if subject != sheet.expert}

    def void_score_sheet(self, *, expert: str, ground: str, cause: str, edition: Edition) -> None:
        """Void a sheet with cause (作废): its expert is recused, and the panel is filled up and approved anew. S4.2

        What the sheets came to before is kept. Raises Invalid for an unknown ground.
        """
        self._require(State.APPROVED, State.CONCLUDED)
        if expert not in self.sheets:
            raise errors.sheet_not_in(expert)
        if ground not in edition["expert.recusal_rules"]:
            raise errors.unknown_ground()
        voided = VoidedSheet(self.sheets[expert], ground, cause, acting_now().actor)
        self._score_sheet_voided(voided=voided, before=self.statistics(edition))

    @event("ScoreSheetVoided", topic="review.panel.score-sheet-voided")
    def _score_sheet_voided(self, voided: VoidedSheet, before: Statistics) -> None:
        expert = voided.sheet.expert
        self.sheets = {subject: sheet for subject, sheet in self.sheets.items() if subject != expert}
        self.dissents = {subject: text for subject, text in self.dissents.items() if subject != expert}
        self.voided = (*self.voided, voided)
        self.before = (*self.before, before)
        self.recused = {**self.recused, expert: voided.ground}
        self.free_of_conflict = self.free_of_conflict - {expert}
        self.opinion = ""
        self.opinion_draft = None
        self.signers = ()
        self.appraisal = None
        self.state = State.CONSTITUTED

    def statistics(self, edition: Edition) -> Statistics:
        """What the sheets that are in come to. Raises ValueError when there is none."""
        return statistics_of([sheet.total for sheet in self.sheets.values()], edition)

    def votes(self, edition: Edition) -> dict[str, Vote]:
        """The sheets that are in as votes (多数决), by track. Raises ValueError when there is none."""
        totals = [sheet.total for sheet in self.sheets.values()]
        return {track.value: vote_on(edition.on_track("expert.min_score", track), totals, edition) for track in Track}

    def scheme(self, edition: Edition) -> Scheme:
        """The score scheme of the case."""
        return scheme_for(edition, self.track, self.facts.field_domain)

    @property
    def seated(self) -> tuple[Expert, ...]:
        """The experts who are not recused."""
        return tuple(seat for seat in self.experts if seat.subject not in self.recused)

    @property
    def people(self) -> tuple[str, ...]:
        """Who may know of the panel: those seated."""
        return tuple(seat.subject for seat in self.seated)

    @property
    def is_complete(self) -> bool:
        """Whether every seated expert's sheet is in."""
        return all(seat.subject in self.sheets for seat in self.seated)

    def sheets_for(self, reader: str, role: str) -> tuple[ScoreSheet, ...]:
        """The sheets that a reader may see: scoring is blind until one's own sheet is in, for others until all are.

        Until all are in, an expert is not told whose the other sheets are.
        """
        if self.is_complete or role == Role.AUDITOR:
            return tuple(self.sheets.values())
        if role == Role.EXPERT and reader in self.sheets:
            return tuple(
                sheet if sheet.expert == reader else replace(sheet, expert="") for sheet in self.sheets.values()
            )
        return ()

    def voided_for(self, role: str) -> tuple[VoidedSheet, ...]:
        """The voided sheets: for the auditor alone, not for who draws up the list."""
        return self.voided if role == Role.AUDITOR else ()

    def draft_of(self, reader: str, role: str) -> DraftSheet | None:
        """A reader's own draft."""
        return self.drafts.get(reader) if role == Role.EXPERT else None

    def _scoring_expert(self) -> str:
        subject = self._acting_expert()
        self._require(State.APPROVED)
        if subject not in self.free_of_conflict:
            raise errors.conflict_not_declared()
        if subject in self.sheets:
            raise errors.sheet_is_in()
        return subject

    def _acting_expert(self) -> str:
        subject = acting_now().actor
        if subject not in self.people:
            raise errors.not_of_the_panel(subject)
        return subject

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)
