"""What is to be said of each centre in one phrase, for all its regions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.registry.domain.national import National
from services.registry.domain.phrase import Own, Region, phrase_of
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.supervision import Supervision
from services.shared.kernel.postgres import Database

_BESIDE = "select centre_id, region, count(*) from centre_regions where centre_id = any(%s) group by 1, 2"


def phrases(database: Database, rows: Iterable[dict[str, Any]]) -> dict[UUID, dict[str, str]]:
    """The phrase of each centre, from rows with `id` and the four regions of its own."""
    centres = {row["id"]: _own(row) for row in rows}
    beside: dict[UUID, dict[Region, int]] = {id_: {} for id_ in centres}
    for centre_id, region, count in database.rows(_BESIDE, (list(centres),)):
        beside[centre_id][Region(region)] = count
    return {id_: dict(zip(("zh", "en"), phrase_of(own, beside[id_]), strict=True)) for id_, own in centres.items()}


def _own(row: dict[str, Any]) -> Own:
    return Own(
        Qualification(row["qualification"]),
        Supervision(row["supervision"]),
        Plaque(row["plaque"]),
        National(row["national_level"]),
    )
