"""Complaint (举报): an objection that could hold its case no more; the objection desk knows who and what (S4.2, S4.3).

For a listed centre it may become the ground of an investigation or a revocation; that is decided there.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.aggregate import Aggregate, event


class Complaint(Aggregate):
    """One complaint about a case that was on notice. Its id is that of the objection."""

    TOPIC = "registry.complaint"

    @event("Received", topic="registry.complaint.received")
    def __init__(
        self,
        id: UUID,
        case_id: UUID,
        case_number: str,
        centre_name: str,
        lead_uscc: str,
        received_on: date,
        in_time: bool,
    ) -> None:
        self.case_id = case_id
        self.case_number = case_number
        self.centre_name = centre_name
        self.subject_uscc = lead_uscc  # of whom it is about: not a scope, the applicant reads no complaints
        self.received_on = received_on
        self.in_time = in_time
