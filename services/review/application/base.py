"""What every part of the application needs: its stores, the case at hand, periods and texts of the edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.review.domain.corrections import BatchReturn
from services.review.domain.draw import Draw
from services.review.domain.expert_profile import ExpertProfile
from services.review.domain.field_holder import FieldHolder
from services.review.domain.objection import Objection
from services.review.domain.panel import Panel
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.site_visit import SiteVisit
from services.review.domain.withdrawal import Withdrawal
from services.review.projections import PROJECTIONS
from services.shared.aggregate import Aggregate
from services.shared.calendar import Deadline, calendar
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.postgres import Database
from services.shared.kernel.vault import Vault
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, NotFound


class Base(Application):
    """The ground of review."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (
        Review,
        BatchReturn,
        Panel,
        ExpertProfile,
        Draw,
        SiteVisit,
        FieldHolder,
        PublicNotice,
        Objection,
        Withdrawal,
    )
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, documents: DocumentStore, vault: Vault) -> None:
        super().__init__(database, clock)
        self.documents, self.vault = documents, vault

    def _review(self, case_id: UUID) -> Review:
        review = self.find(Review, case_id)
        if review is None:
            raise NotFound(Finding("not-found", "没有这一事项", "no such review"))
        return review


def check_period(in_force: Edition, start: date) -> Deadline:
    """Until when the province finds the materials complete, or tells everything that is missing, at once."""
    found = period(in_force, "correction", "officer_days", start, "deadline.close_time")
    return replace(found, kind="material-check")


def remedy_text(in_force: Edition) -> str:
    """The paragraph on how to object to a decision of the province."""
    text: str = in_force["remedy.text"]
    return text.format(body=in_force["remedy.body"]["province"])


def period(in_force: Edition, prefix: str, length: str, start: date, close_time: str, *, days: int = 0) -> Deadline:
    """So many days from `start`, worked or of the calendar, by the edition's parameters under `prefix`.

    The kind is the prefix; `days`, where it is not 0, goes before the parameter.
    """
    worked = in_force[f"{prefix}.day_type"] == "working_days"
    count = Deadline.working_days_after if worked else Deadline.calendar_days_after
    return count(
        start,
        days or in_force[f"{prefix}.{length}"],
        kind=prefix,
        rule=f"{prefix}.{length}",
        clause="S4.2",
        close_time=in_force[close_time],
        calendar=calendar(),
        count_start_day=in_force[f"{prefix}.count_start_day"],
    )
