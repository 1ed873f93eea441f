"""What every part of the service needs: its wired parts, and the application among them."""

from __future__ import annotations

from services.review.application import ProvincialReview
from services.shared.kernel.web import GivenWired


class Base:
    """The ground of the service."""

    wired = GivenWired()

    @property
    def review(self) -> ProvincialReview:
        application: ProvincialReview = self.wired.application
        return application
