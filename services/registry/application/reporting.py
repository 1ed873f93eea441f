"""Yearly summaries (年度工作总结): S4.3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.application.base import in_law
from services.registry.application.curing import CuresShortfalls
from services.registry.domain import due
from services.registry.domain.centre import Centre
from services.registry.domain.conditions import FIGURES
from services.registry.domain.facts import Fact
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import LISTED
from services.registry.domain.summary import AnnualSummary, ad_hoc_id, summary_id
from services.registry.domain.supervision import Supervision
from services.shared.aggregate import Aggregate
from services.shared.kernel.clock import today
from services.shared.policy import edition


class TakesSummaries(CuresShortfalls):
    """What centres report, once a year and in between."""

    def submit_summary(self, summary_id: UUID, *, text: str, figures: Mapping[str, Any]) -> AnnualSummary:
        """Hand in a yearly summary; its text is frozen as a document (S4.3)."""
        summary, day = self.load(AnnualSummary, summary_id), today(self.clock)
        rules = edition(summary.policy_edition)
        by_prefecture = rules["annual.via_prefecture"] and not summary.ad_hoc
        summary.submit(
            document=self._frozen(f"summary-{summary.year}", text=text, figures=figures),
            today=day,
            figures=tuple(Fact.of(name, value) for name, value in figures.items() if name in FIGURES),
            forward=due.forwarded_summary(summary.year, day, rules) if by_prefecture else None,
        )
        self.save(summary)
        return summary

    def forward_summary(self, summary_id: UUID, *, agrees: bool, text: str) -> AnnualSummary:
        """Send a yearly summary on to the province, with the prefecture's opinion (S4.3; ours)."""
        summary = self.load(AnnualSummary, summary_id)
        opinion = self._frozen("opinion", prefecture=summary.prefecture, agrees=agrees, text=text)
        summary.send_on(agrees=agrees, opinion=opinion)
        self.save(summary)
        return summary

    def return_unforwarded_summary(self, summary_id: UUID, *, reasons: tuple[str, ...]) -> AnnualSummary:
        """Send a yearly summary back from the prefecture (S4.3; ours)."""
        summary = self.load(AnnualSummary, summary_id)
        deadline = due.returned_summary(today(self.clock), edition(summary.policy_edition))
        summary.return_unforwarded(reasons=reasons, deadline=deadline)
        self.save(summary)
        return summary

    def return_summary(self, summary_id: UUID, *, reasons: tuple[str, ...]) -> AnnualSummary:
        """Send a yearly summary back (S4.3)."""
        summary = self.load(AnnualSummary, summary_id)
        deadline = due.returned_summary(today(self.clock), edition(summary.policy_edition))
        summary.return_(reasons=reasons, deadline=deadline)
        self.save(summary)
        return summary

    def accept_summary(self, summary_id: UUID) -> AnnualSummary:
        """Accept a yearly summary, register its figures, judge the conditions again; ask for the next (S4.3, S3.2)."""
        summary = self.load(AnnualSummary, summary_id)
        summary.accept()
        self.save(summary, *self._figures_registered(summary), *self._summary_after(summary))
        return summary

    def mark_summary_overdue(self, summary_id: UUID) -> AnnualSummary:
        """Mark a yearly summary overdue, and ask for the next year's: the clock's act (S4.3)."""
        summary = self.load(AnnualSummary, summary_id)
        rules = edition(summary.policy_edition)
        summary.mark_overdue(grace=due.summary_grace(summary.deadline.local_due.date(), rules))
        self.save(summary, *self._summary_after(summary))
        return summary

    def mark_summary_missed(self, summary_id: UUID) -> AnnualSummary:
        """Mark that a yearly summary never came: the clock's act when the days of grace are over (S4.3; ours)."""
        summary = self.load(AnnualSummary, summary_id)
        summary.mark_missed()
        self.save(summary, *self._assessed_sooner(summary))
        return summary

    def _figures_registered(self, summary: AnnualSummary) -> Iterator[Aggregate]:
        """The figures hold from the last day of their year, or from today while it lasts; reports in between have none.

        What the summary says stands in the register, so that the next change is judged by it too.
        """
        centre, last = self.load(Centre, summary.centre.case_id), date(summary.year, 12, 31)
        if not summary.figures or not centre.is_listed:
            return
        day = min(last, today(self.clock))
        with in_law(day):
            centre.change_facts(summary.figures, change_id=summary.id, document_no="", effective_on=day)
        yield centre
        yield from self._conditions_recomputed(centre)

    def _assessed_sooner(self, summary: AnnualSummary) -> Iterator[Centre]:
        """A centre in good order that never reported is assessed now, where the edition says so (S4.3; ours)."""
        rules, centre = edition(summary.policy_edition), self.load(Centre, summary.centre.case_id)
        wanted = rules["annual.miss_consequence"] == "assessment" and not summary.ad_hoc
        if wanted and centre.is_listed and centre.supervision is Supervision.NORMAL:
            centre.bring_assessment_forward(due=due.assessment_now(today(self.clock), rules))
            yield centre

    def extend_summary(self, summary_id: UUID, *, reason: str) -> AnnualSummary:
        """Give more time for a summary, once (S4.3; ours)."""
        summary = self.load(AnnualSummary, summary_id)
        later = due.extended_summary(summary.deadline.local_due.date(), edition(summary.policy_edition))
        summary.extend(deadline=later, reason=reason)
        self.save(summary)
        return summary

    def ask_for_report(self, case_id: UUID, *, subject: str) -> AnnualSummary:
        """Ask a listed centre for a report in between, on a subject (S4.3; ours). A repeat answers the same one."""
        centre, day = self.load(Centre, case_id), today(self.clock)
        id_ = ad_hoc_id(case_id, subject, day)
        if (known := self.find(AnnualSummary, id_)) is not None:
            return known
        require_state(centre.qualification, *LISTED)
        rules = edition(centre.policy_edition)
        report = self._summary_required(centre, day.year, id_)
        report.ask_in_between(subject=subject, deadline=due.returned_summary(day, rules))
        self.save(report)
        return report

    def _summary_after(self, summary: AnnualSummary) -> Iterator[AnnualSummary]:
        """The next year's summary, unless it is asked for already or the centre is no longer listed."""
        if summary.ad_hoc:
            return
        centre = self.load(Centre, summary.centre.case_id)
        if centre.is_listed and self.find(AnnualSummary, summary_id(centre.id, summary.year + 1)) is None:
            yield self._summary_required(centre, summary.year + 1)
