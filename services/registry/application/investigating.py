"""Investigation (核查) and what the ministry decides (国家级): S4.3; the first ours."""

from __future__ import annotations

from uuid import UUID

from services.registry.application.base import Base
from services.registry.domain.centre import Centre
from services.registry.domain.national import National


class Investigates(Base):
    """What is looked into, and how a recommendation went on."""

    def open_investigation(self, case_id: UUID, *, reason: str) -> Centre:
        """Look into something about a centre; everything else waits (S4.3; ours)."""
        centre = self.load(Centre, case_id)
        centre.open_investigation(reason=reason)
        self.save(centre)
        return centre

    def close_investigation(self, case_id: UUID, *, finding: str) -> Centre:
        """Say what was found; the centre goes on where it was (S4.3; ours)."""
        centre = self.load(Centre, case_id)
        centre.close_investigation(finding=finding)
        self.save(centre)
        return centre

    def record_national_result(self, case_id: UUID, *, result: str, document_no: str) -> Centre:
        """Take in what the ministry decided on a recommended centre (S4.3)."""
        centre = self.load(Centre, case_id)
        centre.record_national_result(result=National(result), document_no=document_no)
        self.save(centre)
        return centre
