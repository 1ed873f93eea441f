"""Split of a centre (分立): which unit may leave it, and what follows. S1.4, S4.3; ours"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from services.registry.application.curing import CuresShortfalls
from services.registry.domain import errors
from services.registry.domain.centre import Centre
from services.registry.domain.contribution import OPEN, Contribution
from services.registry.domain.facts import Fact
from services.registry.domain.qualification import LISTED
from services.registry.domain.splitting import Split
from services.shared.aggregate import Aggregate

_KNOWN = """
select from centres where centre_uscc = %(uscc)s
union all select from prefectural_centres where centre_uscc = %(uscc)s
"""


class SplitsCentres(CuresShortfalls):
    """One centre of which two legal persons remain."""

    def _check_split(self, centre: Centre, facts: tuple[Fact, ...]) -> Split:
        """Raises Invalid for a unit that is the centre itself, unknown here, or on the list already."""
        split = Split.of(facts)
        centre.check_split(split)
        units = (*centre.member_usccs, *centre.registered.values.get("owner_usccs", ()))
        if split.unit_uscc not in units and not self.database.rows(_KNOWN, {"uscc": split.unit_uscc}):
            raise errors.split_into_unknown(split.unit_uscc)
        query = "select number from centres where centre_uscc = %s and id <> %s and qualification = any(%s)"
        if rows := self.database.rows(query, (split.unit_uscc, centre.id, list(LISTED))):
            raise errors.listed_already(rows[0][0])
        return split

    def _split(
        self, centre: Centre, facts: tuple[Fact, ...], *, change_id: UUID, document_no: str, effective_on: date
    ) -> Iterator[Aggregate]:
        """The members that go over contribute no more; the conditions are judged by what is left (S3.2, S5.3)."""
        split = self._check_split(centre, facts)
        centre.split_off(split, change_id=change_id, document_no=document_no, effective_on=effective_on)
        query = "select id from contributions where case_id = %s and unit_uscc = any(%s) and state = any(%s)"
        for (id_,) in self.database.rows(query, (centre.id, list(split.member_usccs), list(OPEN))):
            contribution = self.load(Contribution, id_)
            contribution.cease()
            yield contribution
        yield from self._conditions_recomputed(centre)
