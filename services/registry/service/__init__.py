"""Registry (名录与后续评估): what it offers, what it hears, what it watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.registry.domain.record import Record
from services.registry.service.assessing import Assessing
from services.registry.service.changing import Changing
from services.registry.service.contributing import Contributing
from services.registry.service.ending import Ending
from services.registry.service.listing import Listing
from services.registry.service.remedying import Remedying
from services.registry.service.reporting import Reporting
from services.registry.service.revoking import Revoking
from services.registry.service.telling import Telling
from services.registry.service.upgrading import Upgrading
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import document_answer, query, visible
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears, ticks
from services.shared.kernel.inbox import Tracking

__all__ = ["RegistryService"]


class RegistryService(
    Listing, Upgrading, Reporting, Assessing, Revoking, Remedying, Changing, Ending, Contributing, Telling
):
    """Centres and their records over HTTP."""

    name = "registry"
    relay = RunsRelay()

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
