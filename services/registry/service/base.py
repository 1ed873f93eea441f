"""What every part of the service has: the wired registry."""

from __future__ import annotations

from werkzeug.wrappers import Request

from services.registry import schemas
from services.registry.application import Registry
from services.registry.domain.values import AsAt
from services.shared.kernel.web import GivenWired


class Base:
    """The registry, opened."""

    wired = GivenWired()

    @property
    def registry(self) -> Registry:
        """The application."""
        application: Registry = self.wired.application
        return application

    def _as_at(self, request: Request) -> AsAt:
        return schemas.as_at(request.args, self.wired.clock)
