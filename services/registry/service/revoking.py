"""Revocation, its annulment and bans over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries, schemas
from services.registry.domain.ban import Ban
from services.registry.domain.centre import Centre
from services.registry.domain.revocation import Revocation
from services.registry.queries import history
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.request import page_of


class Revoking(Base):
    """Revocation, its annulment and bans over HTTP."""

    @command(
        "POST",
        "/centres/<uuid:case_id>/give-revocation-notice",
        schemas.GiveRevocationNotice,
        answers.RevocationAnswer,
    )
    def give_revocation_notice(self, case_id: UUID, **form: Any) -> Revocation:
        return self.registry.give_revocation_notice(case_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/serve-notice", procedures.Serve, answers.RevocationAnswer)
    def serve_revocation_notice(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.serve_revocation_notice(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/ask-for-hearing", None, answers.RevocationAnswer)
    def ask_for_hearing(self, revocation_id: UUID) -> Revocation:
        return self.registry.ask_for_hearing(revocation_id)

    @command("POST", "/revocations/<uuid:revocation_id>/serve-decision", procedures.Serve, answers.RevocationAnswer)
    def serve_revocation(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.serve_revocation(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/hear-statement", schemas.Written, answers.RevocationAnswer)
    def hear_statement(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.hear_statement(revocation_id, **form)

    @command(
        "POST",
        "/revocations/<uuid:revocation_id>/override-statement-period",
        schemas.OverrideStatementPeriod,
        answers.RevocationAnswer,
    )
    def override_statement_period(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.override_statement_period(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/hold-hearing", schemas.HoldHearing, answers.RevocationAnswer)
    def hold_hearing(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.hold_hearing(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/drop", schemas.Decision, answers.RevocationAnswer)
    def drop_revocation(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.drop_revocation(revocation_id, **form)

    @command("POST", "/revocations/<uuid:revocation_id>/revoke", schemas.Revoke, answers.RevocationAnswer)
    def revoke(self, revocation_id: UUID, **form: Any) -> Revocation:
        return self.registry.revoke(revocation_id, **form)

    @command("POST", "/centres/<uuid:case_id>/annul-revocation", schemas.AnnulRevocation, answers.CentreAnswer)
    def annul_revocation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.annul_revocation(case_id, **form)

    @query("/revocations")
    def list_revocations(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "revocations", admission, page_of(request))

    @command("POST", "/bans/<uuid:ban_id>/annul", procedures.Annul, answers.BanAnswer)
    def annul_ban(self, ban_id: UUID, **form: Any) -> Ban:
        return self.registry.annul_ban(ban_id, **form)

    @query("/bans")
    def list_bans(self, admission: Admission, request: Request) -> dict[str, Any]:
        return history.bans(self.wired.database, admission, self._as_at(request), page_of(request))

    @query("/bans/as-at")
    def list_bans_as_at(self, admission: Admission, request: Request) -> dict[str, Any]:
        return history.bans(self.wired.database, admission, self._as_at(request), page_of(request))
