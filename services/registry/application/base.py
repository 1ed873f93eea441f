"""What every part of the application needs: freezing what is written, and what follows from leaving the list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

from services.registry.domain import due, errors
from services.registry.domain.assessment import Assessment
from services.registry.domain.ban import Ban, ban_id
from services.registry.domain.centre import Centre
from services.registry.domain.change import OPEN as CHANGE_OPEN
from services.registry.domain.change import ChangeRequest
from services.registry.domain.complaint import Complaint
from services.registry.domain.contribution import OPEN as CONTRIBUTION_OPEN
from services.registry.domain.contribution import Contribution
from services.registry.domain.extract import StatusExtract
from services.registry.domain.funding import FundingReference
from services.registry.domain.held import HeldCase, held_id
from services.registry.domain.known_case import KnownCase
from services.registry.domain.leaving import ExitRequest
from services.registry.domain.prefectural import PrefecturalCentre
from services.registry.domain.qualification import Qualification
from services.registry.domain.record import Record
from services.registry.domain.rectification import OPEN as RECTIFICATION_OPEN
from services.registry.domain.rectification import Rectification
from services.registry.domain.remedy import RemedyCase
from services.registry.domain.revocation import Revocation
from services.registry.domain.round import KnownRound
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.summary import OPEN, AnnualSummary, State, summary_id
from services.registry.domain.upgrading import UpgradeRequest
from services.registry.projections import PROJECTIONS
from services.shared.aggregate import Aggregate, acting, acting_now
from services.shared.calendar import BEIJING
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock, today
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.postgres import Database
from services.shared.kernel.vault import Vault
from services.shared.policy import Edition, edition
from services.shared.vocabulary import DocumentRef

NOT_LISTED = "none"
"""What an extract says of a day on which a centre stood on no list."""


_OPEN: tuple[tuple[type[Record], str, tuple[str, ...]], ...] = (
    (ChangeRequest, "changes", CHANGE_OPEN),
    (Shortfall, "shortfalls", ("open",)),
    (UpgradeRequest, "upgrades", ("requested", "cleared")),
    (Rectification, "rectifications", RECTIFICATION_OPEN),
    (Revocation, "revocations", ("statement-period", "collective-decision")),
    (Contribution, "contributions", CONTRIBUTION_OPEN),
)
"""The procedures that fall with the qualification: their class, their table, the states in which they are open."""


class Base(Application):
    """The ground of the registry."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (
        Centre,
        AnnualSummary,
        Assessment,
        Rectification,
        Revocation,
        ChangeRequest,
        Shortfall,
        ExitRequest,
        UpgradeRequest,
        RemedyCase,
        FundingReference,
        StatusExtract,
        Ban,
        KnownRound,
        KnownCase,
        Contribution,
        PrefecturalCentre,
        HeldCase,
        Complaint,
    )
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, documents: DocumentStore, vault: Vault) -> None:
        super().__init__(database, clock)
        self.documents, self.vault = documents, vault

    def _check_day(self, effective_on: date) -> None:
        """Raises Invalid for a day that has not come."""
        if effective_on > (now := today(self.clock)):
            raise errors.in_the_future(effective_on, now)

    def _round_opened_on(self, centre: Centre) -> date | None:
        """The day on which the round of a centre's case was opened, when intake told it."""
        round_id = centre.facts.round_id
        known = self.find(KnownRound, round_id) if round_id else None
        return known.opens_on if known else None

    def _check_not_held(self, case_id: UUID) -> None:
        """Raises NotInThisState while review has the case suspended, or opened again."""
        if (held := self.find(HeldCase, held_id(case_id))) is not None:
            held.check_free()

    def _let_go(self, case_id: UUID, cause: str) -> list[Aggregate]:
        """What held the case for this cause, and does no more; to be saved."""
        held = self.find(HeldCase, held_id(case_id))
        if held is None:
            return []
        held.release(cause=cause)
        return [held] if held.pending_events else []

    def _is_held(self, case_id: UUID, cause: str) -> bool:
        held = self.find(HeldCase, held_id(case_id))
        return held is not None and cause in held.holding

    def _check_served(self, served_on: date) -> None:
        """Raises Invalid for a service on a day that has not come."""
        if served_on > (now := today(self.clock)):
            raise errors.in_the_future(served_on, now, "/served_on")

    def _summary_required(self, centre: Centre, year: int, id_: UUID | None = None) -> AnnualSummary:
        rules = edition(centre.policy_edition)
        return AnnualSummary(
            id=id_ or summary_id(centre.id, year),
            centre=centre.ref,
            year=year,
            policy_edition=rules.id,
            deadline=due.summary(year, rules),
        )

    def _summaries_ceased(self, case_id: UUID) -> Iterator[AnnualSummary]:
        for summary in self._summaries_in(case_id, *OPEN):
            summary.cease()
            yield summary

    def _summaries_in(self, case_id: UUID, *states: State) -> Iterator[AnnualSummary]:
        """The summaries that are in one of these states; the clock may have moved one since its row was read."""
        query = "select id from summaries where case_id = %s and state = any(%s) order by year"
        for (id_,) in self.database.rows(query, (case_id, list(states))):
            summary = self.load(AnnualSummary, id_)
            if summary.state in states:
                yield summary

    def _follows_the_end(
        self, centre: Centre, *, status: str, effective_on: date, document_no: str, reason: str, rules: Edition
    ) -> Iterator[Aggregate]:
        """What else changes when a centre leaves the list: summaries cease, references fall, extracts are corrected.

        `reason` is also the cause by which the policy starts a ban, or none.
        """
        yield from self._ban(centre, reason, effective_on, document_no, rules)
        yield from self._summaries_ceased(centre.id)
        if status != Qualification.REVOKED:  # a revocation may be annulled; nothing else comes back
            yield from self._procedures_ceased(centre.id)
        for reference in self._references(centre.id, "published"):
            reference.withdraw(reason=reason)
            yield reference
        yield from self._extracts_corrected(centre.id, status, effective_on, document_no)

    def _procedures_ceased(self, case_id: UUID) -> Iterator[Record]:
        """Every procedure of a centre that left the list for good, unless the command itself ends it."""
        for cls, table, states in _OPEN:
            query = f"select id from {table} where case_id = %s and state = any(%s) order by id"  # noqa: S608  # ours
            for (id_,) in self.database.rows(query, (case_id, list(states))):
                procedure: Any = self.load(cls, id_)
                procedure.cease()
                yield procedure

    def _ban(self, centre: Centre, cause: str, effective_on: date, document_no: str, rules: Edition) -> Iterator[Ban]:
        """The ban that the policy ties to this cause, unless it ties none to it."""
        if (deadline := due.ban(cause, effective_on, rules)) is None:
            return
        yield Ban(
            id=ban_id(centre.id, cause, effective_on),
            case_id=centre.id,
            number=centre.listed.number,
            centre_name=centre.facts.centre_name,
            centre_uscc=centre.listed.centre_uscc,
            lead_uscc=centre.lead_uscc,
            prefecture=centre.prefecture,
            cause=cause,
            document_no=document_no,
            banned_from=effective_on,
            banned_until=deadline.local_due.date(),
            deadline=deadline,
            policy_edition=rules.id,
        )

    def _references(self, case_id: UUID, state: str) -> Iterator[FundingReference]:
        query = "select id from funding_references where case_id = %s and state = %s order by year"
        for (id_,) in self.database.rows(query, (case_id, state)):
            yield self.load(FundingReference, id_)

    def _extracts_corrected(
        self, case_id: UUID, status: str, effective_on: date, document_no: str
    ) -> Iterator[StatusExtract]:
        """Every extract that a decision in law from `effective_on` on proves wrong, corrected."""
        query = (
            "select id from status_extracts where case_id = %s and as_of >= %s and not exists"
            " (select from centre_status where centre_id = case_id and valid_from <= as_of and valid_from > %s)"
            " order by id"
        )
        for (id_,) in self.database.rows(query, (case_id, effective_on, effective_on)):
            extract = self.load(StatusExtract, id_)
            extract.correct(status=status, known_at=self.clock.now(), document_no=document_no)
            if extract.pending_events:
                yield extract

    def _frozen(self, name: str, **content: Any) -> DocumentRef:
        """What somebody wrote, as a document; it may name people, so events hold its digest only."""
        return self.documents.put_json(content, f"{name}.json")


@contextmanager
def in_law(day: date) -> Iterator[None]:
    """What is decided inside holds in law from the beginning of this local day."""
    with acting(acting_now(), effective_at=datetime.combine(day, time(), BEIJING)):
        yield


def remedy_text(rules: Edition) -> str:
    """The paragraph on how to object to a decision of the province."""
    text: str = rules["remedy.text"]
    return text.format(body=rules["remedy.body"]["province"])
