"""Statements on the status of a centre for other departments (资格证明): S5.2."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.application.base import NOT_LISTED, Base
from services.registry.domain.centre import Centre
from services.registry.domain.extract import StatusExtract


class TellsStatus(Base):
    """What the list said of a day."""

    def issue_extract(self, case_id: UUID, *, department: str, as_of: date) -> StatusExtract:
        """State which qualification held on a day, as known now; later decisions correct it under the same key."""
        self._check_day(as_of)
        centre, now = self.load(Centre, case_id), self.clock.now()
        query = (
            "select qualification from centre_status where centre_id = %s and valid_from <= %s"
            " order by valid_from desc, position desc limit 1"
        )
        rows = self.database.rows(query, (case_id, as_of))
        extract = StatusExtract(
            centre=centre.ref,
            department=department,
            as_of=as_of,
            known_at=now,
            status=rows[0][0] if rows else NOT_LISTED,
            policy_edition=centre.policy_edition,
        )
        self.save(extract)
        return extract
