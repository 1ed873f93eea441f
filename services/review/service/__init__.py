"""Review (省级评定): what it offers, by subject; what it hears, what it watches."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request

from services.review.service.appraising import Appraising
from services.review.service.assessing import Assessing
from services.review.service.checking import Checking
from services.review.service.experts import Pooling
from services.review.service.inspecting import Inspecting
from services.review.service.noticing import Noticing
from services.review.service.objecting import Objecting
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import query
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears, ticks
from services.shared.kernel.inbox import Tracking

__all__ = ["ReviewService"]


class ReviewService(Checking, Pooling, Appraising, Inspecting, Assessing, Noticing, Objecting):
    """Reviews, panels, site visits, public notices and objections over HTTP."""

    name = "review"
    relay = RunsRelay()

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears()
    def hear(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.wired.react(event, tracking)

    @ticks()
    def watch_deadlines(self) -> None:
        self.wired.run_deadlines()
