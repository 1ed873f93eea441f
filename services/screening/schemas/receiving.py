"""How a case comes to its prefecture: recusal, paper, jurisdiction, receipt."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma

from services.shared.kernel.fields import Day, Flag, Form, Integer, Text


class Recuse(Form):
    """`POST /screenings/{id}/recuse`; who is not named steps aside."""

    officer = Text(100, 0, load_default="")
    reason = Text(500, required=True, multiline=True)


class RecordPaperArrival(Form):
    """`POST /screenings/{id}/record-paper-arrival`"""

    received_on = Day(required=True)
    copies = Integer(1, 100, required=True)
    note = Text(200, 0, load_default="")

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "received_on": date.fromisoformat(data["received_on"])}


class RecordPaperMismatch(Form):
    """`POST /screenings/{id}/record-paper-mismatch`"""

    pointer = Text(300, 0, load_default="")
    finding = Text(500, required=True, multiline=True)


class SettlePaperMismatches(Form):
    """`POST /screenings/{id}/settle-paper-mismatches`"""

    explanation = Text(500, required=True, multiline=True)


class ChallengeJurisdiction(Form):
    """`POST /screenings/{id}/challenge-jurisdiction`"""

    to_prefecture = Text(20, required=True)
    reason = Text(500, required=True, multiline=True)


class DecideJurisdiction(Form):
    """`POST /screenings/{id}/decide-jurisdiction`"""

    transfers = Flag(required=True)
    reason = Text(500, required=True, multiline=True)


class StartIntake(Form):
    """`POST /screenings/{id}/start-intake`; without a number of copies, as many came as were wanted."""

    paper_received_on = Day(load_default=None)
    paper_copies = Integer(1, 100, load_default=None)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        day = data["paper_received_on"]
        return {**data, "paper_received_on": date.fromisoformat(day) if day else None}
