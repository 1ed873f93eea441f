"""Cultivation and the upgrade from it over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries, schemas
from services.registry.domain.centre import Centre
from services.registry.domain.upgrading import UpgradeRequest
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.request import page_of


class Upgrading(Base):
    """Cultivation and the upgrade from it over HTTP."""

    @command("POST", "/centres/<uuid:case_id>/extend-cultivation", schemas.Decision, answers.CentreAnswer)
    def extend_cultivation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.extend_cultivation(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/request-upgrade", schemas.Written, answers.UpgradeAnswer)
    def request_upgrade(self, case_id: UUID, **form: Any) -> UpgradeRequest:
        return self.registry.request_upgrade(case_id, **form)

    @command("POST", "/upgrades/<uuid:upgrade_id>/finish", schemas.Designate, answers.UpgradeAnswer)
    def upgrade(self, upgrade_id: UUID, **form: Any) -> UpgradeRequest:
        return self.registry.upgrade(upgrade_id, **form)

    @command("POST", "/upgrades/<uuid:upgrade_id>/fail", procedures.Refuse, answers.UpgradeAnswer)
    def fail_upgrade(self, upgrade_id: UUID, **form: Any) -> UpgradeRequest:
        return self.registry.fail_upgrade(upgrade_id, **form)

    @query("/upgrades")
    def list_upgrades(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "upgrades", admission, page_of(request))
