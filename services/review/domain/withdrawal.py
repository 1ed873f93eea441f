"""Withdrawal: a dossier that was taken back before its recommendation reached the province.

Two senders give no common order: the withdrawal may be heard first. It is noted here, and the review that then opens
is withdrawn at once.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from services.shared.aggregate import Aggregate, event


class Withdrawal(Aggregate):
    """A withdrawal heard before its case; with a document number, the end of its whole round (终止办理)."""

    TOPIC = "review.withdrawal"

    @event("Noted", topic="review.withdrawal.noted")
    def __init__(self, id: UUID, case_id: UUID, reason: str, document_no: str = "") -> None:
        self.case_id = case_id
        self.reason = reason
        self.document_no = document_no


def withdrawal_id(case_id: UUID) -> UUID:
    """The id under which the withdrawal of a case is noted; one for each case."""
    return uuid5(case_id, "withdrawal")
