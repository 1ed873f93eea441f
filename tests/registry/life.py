"""The life of a centre as commands of people on days, each one its own transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from services.registry.application import Registry
from services.registry.domain.assessment import Assessment, assessment_id
from services.registry.domain.centre import Centre
from services.registry.domain.rectification import Rectification
from services.registry.domain.revocation import Revocation
from services.registry.domain.summary import AnnualSummary, summary_id
from services.registry.domain.values import AsAt, Service
from services.registry.reactions import when_case_cleared
from services.shared.calendar import BEIJING
from services.shared.kernel.clock import FixedClock, today
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.wiring import Wired
from tests.given import circumstances
from tests.registry.examples import BAD, CASE, FIGURES, GOOD, LISTED_ON, TC11, cleared_message, points


class Life:
    """One registry and its clock; `on` a day, `as_` a person."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.registry: Any = wired.application
        self.cases: tuple[UUID, ...] = (CASE,)
        self.day, self.step = LISTED_ON, 0

    def on(self, day: date, at: time = time(12)) -> None:
        """Let it be this local time."""
        self.wired.clock = self.registry.clock = FixedClock(datetime.combine(day, at, BEIJING))

    @contextmanager
    def as_(self, actor: str, **changes: Any) -> Iterator[Registry]:
        """One command of this person; `changes` are those of `Command`."""
        with carrying_out(Command(circumstances(actor, at=self.registry.clock.now()), **changes)):
            yield self.registry

    def clear(self, case_id: UUID = CASE, **changes: Any) -> None:
        """Review says that the notice closed clear."""
        with self.as_("review"):
            when_case_cleared(self.registry, cleared_message(case_id, **changes))

    def designate(self, case_id: UUID = CASE, effective_on: date = LISTED_ON) -> Centre:
        self.clear(case_id)
        with self.as_("collective-body") as registry:
            return registry.designate(case_id, document_no="云工信技创〔2026〕96号", effective_on=effective_on)

    def issue_plaque(self, plaque_no: str = "001", case_id: UUID = CASE) -> Centre:
        with self.as_("officer") as registry:
            return registry.issue_plaque(case_id, plaque_no=plaque_no)

    def summarise(self, year: int, case_id: UUID = CASE, **figures: Any) -> AnnualSummary:
        """The summary of the year is handed in; `figures` are those that are unlike the usual ones."""
        with self.as_("applicant") as registry:
            return registry.submit_summary(
                summary_id(case_id, year),
                text="全年工作总结。" * 5,
                figures={"patents_filed": 19, **FIGURES, **figures},
            )

    def forward(self, year: int, case_id: UUID = CASE) -> AnnualSummary:
        """The prefecture sends it on."""
        with self.as_("prefecture") as registry:
            return registry.forward_summary(summary_id(case_id, year), agrees=True, text="情况属实，同意转报。")

    def accept(self, year: int, case_id: UUID = CASE) -> AnnualSummary:
        """The prefecture sends the summary on, and the province accepts it."""
        self.forward(year, case_id)
        with self.as_("officer") as registry:
            return registry.accept_summary(summary_id(case_id, year))

    def assess(self, year: int = 2029, items: Any = GOOD, case_id: UUID = CASE) -> Assessment:
        """Schedule, collect, score and finalise."""
        id_ = assessment_id(case_id, year)
        with self.as_("officer") as registry:
            registry.schedule_assessment(case_id, year=year)
        with self.as_("applicant") as registry:
            registry.submit_assessment_materials(id_, text="三年运行情况。")
        self.visit_and_deliberate(id_)
        with self.as_("officer") as registry:
            registry.score_assessment(id_, items=items, score=None, text="考核意见。")
        with self.as_("head") as registry:
            return registry.finalise_assessment(id_, document_no="云工信技创〔2029〕120号")

    def visit_and_deliberate(self, id_: UUID) -> None:
        """The stages between the materials and the score, both today."""
        day = today(self.registry.clock)
        with self.as_("officer") as registry:
            registry.record_assessment_visit(id_, visited_on=day, inspectors=("officer", "officer-2"), text="属实。")
        with self.as_("collective-body") as registry:
            registry.record_assessment_deliberation(id_, held_on=day, minute_no="纪要〔2029〕6号", text="评议意见。")

    def order_rectification(self) -> Rectification:
        with self.as_("head") as registry:
            return registry.order_rectification(
                CASE, demands=tuple(TC11["rectification"]["demands"]), document_no="云工信技创〔2029〕138号"
            )

    def report_and_recheck(self, rectification_id: UUID, items: Any) -> Rectification:
        with self.as_("applicant") as registry:
            registry.report_rectification(rectification_id, text="整改报告。")
        with self.as_("officer") as registry:
            return registry.recheck_rectification(rectification_id, items=items, score=None, text="复核意见。")

    def give_notice(self, cause: str = "failed_assessment") -> Revocation:
        with self.as_("head") as registry:
            return registry.give_revocation_notice(
                CASE, cause=cause, grounds=("整改复核仍不合格",), clauses=("S4.3",), document_no="云工信〔2030〕1号"
            )

    def serve_notice(self, revocation_id: UUID, served_on: date) -> Revocation:
        """The notice is handed over in person."""
        with self.as_("officer") as registry:
            return registry.serve_revocation_notice(
                revocation_id, served=Service(served_on, "direct", "送达回证〔2030〕5号")
            )

    def revoke(self, revocation_id: UUID, effective_on: date = date(2030, 8, 1)) -> Revocation:
        with self.as_("collective-body") as registry:
            return registry.revoke(
                revocation_id,
                document_no="云工信技创〔2030〕151号",
                meeting="省工业和信息化厅党组会议",
                minute_no="厅党组会议纪要〔2030〕19号",
                effective_on=effective_on,
            )

    def until_failed_twice(self) -> None:
        """TC-11 up to the failed recheck on 12 July 2030, with a plaque."""
        self.designate()
        self.issue_plaque("002")
        self.on(date(2029, 6, 21))
        self.assess(items=BAD)
        self.on(date(2029, 7, 5))
        rectification = self.order_rectification()
        self.on(date(2030, 7, 1))
        self.report_and_recheck(rectification.id, points(TC11, "recheck"))

    def until_revoked(self) -> Revocation:
        """TC-11 up to the revocation of 1 August 2030, the statement period overridden."""
        self.until_failed_twice()
        self.on(date(2030, 8, 1))
        revocation = self.give_notice()
        with self.as_("head") as registry:
            registry.override_statement_period(revocation.id, reason=TC11["revocation"]["override_reason"])
        return self.revoke(revocation.id)

    def centre(self, case_id: UUID = CASE) -> Centre:
        """The centre as it is."""
        found: Centre = self.registry.find(Centre, case_id)
        return found

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the read models."""
        return self.wired.database.dicts(query, values)

    def as_at(self, as_of: date, known_on: date) -> AsAt:
        """What holds on one day as known at the end of another."""
        return AsAt(as_of, datetime.combine(known_on, time.max, BEIJING))
