"""Registry (名录与后续评估): what it offers, what it hears, what it watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.registry import queries, schemas
from services.registry.application import Registry
from services.registry.domain.assessment import Assessment
from services.registry.domain.centre import Centre
from services.registry.domain.change import ChangeRequest
from services.registry.domain.extract import StatusExtract
from services.registry.domain.leaving import ExitRequest
from services.registry.domain.record import Record
from services.registry.domain.rectification import Rectification
from services.registry.domain.remedy import RemedyCase
from services.registry.domain.revocation import Revocation
from services.registry.domain.summary import AnnualSummary
from services.registry.domain.upgrading import UpgradeRequest
from services.registry.domain.values import AsAt
from services.registry.queries import boards, history, public
from services.registry.schemas import procedures
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears, ticks
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.request import page_of
from services.shared.kernel.web import GivenWired
from services.shared.policy import edition_in_force


class RegistryService:
    """Centres and their records over HTTP."""

    name = "registry"
    wired = GivenWired()
    relay = RunsRelay()

    @property
    def registry(self) -> Registry:
        application: Registry = self.wired.application
        return application

    def _as_at(self, request: Request) -> AsAt:
        return schemas.as_at(request.args, self.wired.clock)

    @command("POST", "/centres/<uuid:case_id>/designate", schemas.Designate, schemas.CentreAnswer)
    def designate(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.designate(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/list-for-cultivation", schemas.ListForCultivation, schemas.CentreAnswer)
    def list_for_cultivation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.list_for_cultivation(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/issue-plaque", schemas.IssuePlaque, schemas.CentreAnswer)
    def issue_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.issue_plaque(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/return-plaque", schemas.ReturnPlaque, schemas.CentreAnswer)
    def return_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.return_plaque(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/void-plaque", schemas.Decision, schemas.CentreAnswer)
    def void_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.void_plaque(case_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/submit", schemas.SubmitSummary, schemas.SummaryAnswer)
    def submit_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.submit_summary(summary_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/return", schemas.ReturnSummary, schemas.SummaryAnswer)
    def return_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.return_summary(summary_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/accept", None, schemas.SummaryAnswer)
    def accept_summary(self, summary_id: UUID) -> AnnualSummary:
        return self.registry.accept_summary(summary_id)

    @command(
        "POST", "/centres/<uuid:case_id>/schedule-assessment", schemas.ScheduleAssessment, schemas.AssessmentAnswer
    )
    def schedule_assessment(self, case_id: UUID, **form: Any) -> Assessment:
        return self.registry.schedule_assessment(case_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/submit-materials", schemas.Written, schemas.AssessmentAnswer)
    def submit_assessment_materials(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.submit_assessment_materials(assessment_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/score", schemas.Scores, schemas.AssessmentAnswer)
    def score_assessment(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.score_assessment(assessment_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/finalise", schemas.Signed, schemas.AssessmentAnswer)
    def finalise_assessment(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.finalise_assessment(assessment_id, **form)

    @command(
        "POST", "/centres/<uuid:case_id>/order-rectification", schemas.OrderRectification, schemas.RectificationAnswer
    )
    def order_rectification(self, case_id: UUID, **form: Any) -> Rectification:
        return self.registry.order_rectification(case_id, **form)

    @command("POST", "/rectifications/<uuid:rectification_id>/report", schemas.Written, schemas.RectificationAnswer)
    def report_rectification(self, rectification_id: UUID, **form: Any) -> Rectification:
        return self.registry.report_rectification(rectification_id, **form)

    @command("POST", "/rectifications/<uuid:rectification_id>/recheck", schemas.Scores, schemas.RectificationAnswer)
    def recheck_rectification(self, rectification_id: UUID, **form: Any) -> Rectification:
        return self.registry.recheck_rectification(rectification_id, **form)

    @command(
        "POST",
        "/centres/<uuid:case_id>/give-revocation-notice",
        schemas.GiveRevocationNotice,
        schemas.RevocationAnswer,
    )
    def give_revocation_notice(self, case_id: UUID, **form: Any) -> Revocation:
        return self.registry.give_revocation_notice(case_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/hear-statement", schemas.Written, schemas.RevocationAnswer)
    def hear_statement(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.hear_statement(revocation_id, **form)

    @command(
        "POST",
        "/revocations/<uuid:revocation_id>/override-statement-period",
        schemas.OverrideStatementPeriod,
        schemas.RevocationAnswer,
    )
    def override_statement_period(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.override_statement_period(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/hold-hearing", schemas.HoldHearing, schemas.RevocationAnswer)
    def hold_hearing(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.hold_hearing(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/drop", schemas.Decision, schemas.RevocationAnswer)
    def drop_revocation(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.drop_revocation(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/revoke", schemas.Revoke, schemas.RevocationAnswer)
    def revoke(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.revoke(revocation_id, **form)

    @command("POST", "/centres/<uuid:case_id>/annul-revocation", schemas.AnnulRevocation, schemas.CentreAnswer)
    def annul_revocation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.annul_revocation(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/recommend-to-ministry", schemas.RecommendToMinistry, schemas.CentreAnswer)
    def recommend_to_ministry(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.recommend_to_ministry(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/replace-plaque", procedures.ReplacePlaque, schemas.CentreAnswer)
    def replace_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.replace_plaque(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/extend-cultivation", schemas.Decision, schemas.CentreAnswer)
    def extend_cultivation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.extend_cultivation(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/request-upgrade", schemas.Written, procedures.UpgradeAnswer)
    def request_upgrade(self, case_id: UUID, **form: Any) -> UpgradeRequest:
        return self.registry.request_upgrade(case_id, **form)

    @command("POST", "/upgrades/<uuid:upgrade_id>/finish", procedures.Dated, procedures.UpgradeAnswer)
    def upgrade(self, upgrade_id: UUID, **form: Any) -> UpgradeRequest:
        return self.registry.upgrade(upgrade_id, **form)

    @command("POST", "/upgrades/<uuid:upgrade_id>/fail", procedures.Refuse, procedures.UpgradeAnswer)
    def fail_upgrade(self, upgrade_id: UUID, **form: Any) -> UpgradeRequest:
        return self.registry.fail_upgrade(upgrade_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/extend", procedures.Reasoned, schemas.SummaryAnswer)
    def extend_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.extend_summary(summary_id, **form)

    @command("POST", "/centres/<uuid:case_id>/ask-for-report", procedures.AskForReport, schemas.SummaryAnswer)
    def ask_for_report(self, case_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.ask_for_report(case_id, **form)

    @command("POST", "/records/<uuid:record_id>/open-remedy-case", procedures.OpenRemedyCase, procedures.RemedyAnswer)
    def open_remedy_case(self, record_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.open_remedy_case(record_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/file-answer", schemas.Written, procedures.RemedyAnswer)
    def file_remedy_answer(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.file_remedy_answer(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/record-outcome", procedures.RecordOutcome, procedures.RemedyAnswer)
    def record_remedy_outcome(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.record_remedy_outcome(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/execute", None, procedures.RemedyAnswer)
    def execute_remedy(self, remedy_id: UUID) -> RemedyCase:
        return self.registry.execute_remedy(remedy_id)

    @command("POST", "/centres/<uuid:case_id>/request-change", procedures.RequestChange, procedures.ChangeAnswer)
    def request_change(self, case_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.request_change(case_id, **form)

    @command(
        "POST", "/centres/<uuid:case_id>/request-correction", procedures.RequestCorrection, procedures.ChangeAnswer
    )
    def request_correction(self, case_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.request_correction(case_id, **form)

    @command("POST", "/changes/<uuid:change_id>/give-opinion", procedures.GiveOpinion, procedures.ChangeAnswer)
    def give_change_opinion(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.give_change_opinion(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/approve", schemas.Signed, procedures.ChangeAnswer)
    def approve_change(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.approve_change(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/confirm", None, procedures.ChangeAnswer)
    def confirm_correction(self, change_id: UUID) -> ChangeRequest:
        return self.registry.confirm_correction(change_id)

    @command("POST", "/changes/<uuid:change_id>/refuse", procedures.Refuse, procedures.ChangeAnswer)
    def refuse_change(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.refuse_change(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/withdraw", None, procedures.ChangeAnswer)
    def withdraw_change(self, change_id: UUID) -> ChangeRequest:
        return self.registry.withdraw_change(change_id)

    @command("POST", "/centres/<uuid:case_id>/request-exit", procedures.RequestExit, schemas.RecordAnswer)
    def request_exit(self, case_id: UUID, **form: Any) -> ExitRequest:
        return self.registry.request_exit(case_id, **form)

    @command("POST", "/exits/<uuid:exit_id>/approve", procedures.Dated, schemas.RecordAnswer)
    def approve_exit(self, exit_id: UUID, **form: Any) -> ExitRequest:
        return self.registry.approve_exit(exit_id, **form)

    @command("POST", "/exits/<uuid:exit_id>/refuse", procedures.Refuse, schemas.RecordAnswer)
    def refuse_exit(self, exit_id: UUID, **form: Any) -> ExitRequest:
        return self.registry.refuse_exit(exit_id, **form)

    @command("POST", "/centres/<uuid:case_id>/dissolve", procedures.Dissolve, schemas.CentreAnswer)
    def dissolve(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.dissolve(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/issue-extract", procedures.IssueExtract, procedures.ExtractAnswer)
    def issue_extract(self, case_id: UUID, **form: Any) -> StatusExtract:
        return self.registry.issue_extract(case_id, **form)

    @query("/roll")
    def read_roll(self, _: Admission, request: Request) -> dict[str, Any]:
        name = procedures.name_asked(request.args)
        return queries.roll(self.wired.database, self._as_at(request), page_of(request), name)

    @query("/centres")
    def list_centres(self, admission: Admission, request: Request) -> dict[str, Any]:
        as_at = schemas.as_at(request.args, self.wired.clock)
        return queries.centres(self.wired.database, admission, as_at, page_of(request))

    @query("/centres/<uuid:case_id>")
    def read_centre(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        centre = visible(self.registry, admission, Centre, case_id)
        database = self.wired.database
        records = {table: queries.records_of(database, table, case_id) for table in queries.RECORDS}
        running = queries.deadlines_of(database, case_id)
        return {**schemas.CentreAnswer().dump(centre), "version": centre.version, "deadlines": running, **records}

    @query("/centres/<uuid:case_id>/status")
    def read_status(self, admission: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return queries.status(self.wired.database, case_id, schemas.as_at(request.args, self.wired.clock))

    @query("/roll/<uuid:case_id>")
    def read_history(self, _: Admission, __: Request, case_id: UUID) -> dict[str, Any]:
        return public.history(self.wired.database, case_id)

    @query("/roll/verify/<path:number>")
    def verify_number(self, _: Admission, request: Request, number: str) -> dict[str, Any]:
        return public.verification(self.wired.database, number, self._as_at(request))

    @query("/roll.csv")
    def read_roll_as_csv(self, _: Admission, request: Request) -> Response:
        text = public.roll_as_csv(self.wired.database, self._as_at(request))
        return Response(text, content_type="text/csv; charset=utf-8")

    @query("/roll.feed.json")
    def read_roll_as_feed(self, _: Admission, request: Request) -> dict[str, Any]:
        return public.roll_as_feed(self.wired.database, self._as_at(request), page_of(request), "/roll")

    @query("/centres/<uuid:case_id>/as-at")
    def read_as_at(self, admission: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return history.as_at(self.wired.database, case_id, self._as_at(request))

    @query("/centres/<uuid:case_id>/facts")
    def read_facts(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return {"items": history.changes_of(self.wired.database, case_id, public=False)}

    @query("/centres/<uuid:case_id>/contact")
    def read_contact(self, admission: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return self.registry.contact_of(
            case_id,
            reader=admission.identity.subject,
            capacity=str(admission.role),
            purpose=request.args.get("purpose", "")[:200] or "read_contact",
        )

    @query("/changes")
    def list_changes(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "changes", admission, page_of(request))

    @query("/shortfalls")
    def list_shortfalls(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "shortfalls", admission, page_of(request))

    @query("/exits")
    def list_exits(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "exits", admission, page_of(request))

    @query("/upgrades")
    def list_upgrades(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "upgrades", admission, page_of(request))

    @query("/remedies")
    def list_remedies(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "remedies", admission, page_of(request))

    @query("/funding-references")
    def list_funding_references(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "funding_references", admission, page_of(request))

    @query("/extracts")
    def list_extracts(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "status_extracts", admission, page_of(request))

    @query("/bans/as-at")
    def list_bans_as_at(self, admission: Admission, request: Request) -> dict[str, Any]:
        return history.bans(self.wired.database, admission, self._as_at(request), page_of(request))

    @query("/targets")
    def read_targets(self, _: Admission, request: Request) -> dict[str, Any]:
        as_at = self._as_at(request)
        return boards.targets(self.wired.database, as_at, edition_in_force(as_at.as_of))

    @query("/field-map")
    def read_field_map(self, _: Admission, request: Request) -> dict[str, Any]:
        as_at = self._as_at(request)
        return boards.field_map(self.wired.database, as_at, edition_in_force(as_at.as_of))

    @query("/overdue")
    def list_overdue(self, admission: Admission, request: Request) -> dict[str, Any]:
        return boards.overdue(self.wired.database, admission, self._as_at(request), page_of(request))

    @query("/summaries")
    def list_summaries(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "summaries", admission, page_of(request))

    @query("/assessments")
    def list_assessments(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "assessments", admission, page_of(request))

    @query("/rectifications")
    def list_rectifications(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "rectifications", admission, page_of(request))

    @query("/revocations")
    def list_revocations(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "revocations", admission, page_of(request))

    @query("/bans")
    def list_bans(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "bans", admission, page_of(request))

    @query("/records/<uuid:record_id>/documents/<sha256>")
    def read_document(self, admission: Admission, _: Request, record_id: UUID, sha256: str) -> Response:
        record = visible(self.registry, admission, Record, record_id)
        return document_answer(self.wired.documents, record.documents, sha256)

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears()
    def hear(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.wired.react(event, tracking)

    @ticks()
    def watch_deadlines(self) -> None:
        self.wired.run_deadlines()
