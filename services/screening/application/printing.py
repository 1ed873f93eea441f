"""Annex 3 with its people (联系人、填表人): opened for one reader at a time, and kept by nobody (A3, ADR 0018)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.screening.application.base import Base
from services.screening.domain import errors
from services.screening.domain.annex_3 import contact_of
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.screening import Screening
from services.screening.forms import annex_3_as_xlsx
from services.shared.kernel.vault import ERASED_ZH, Erased
from services.shared.policy import edition
from services.shared.vocabulary import DocumentRef

Person = dict[str, str] | Erased | None


class PrintsAnnex3(Base):
    """How the columns of people come into the form."""

    def name_filler(self, batch_id: UUID, *, name: str, phone: str) -> RecommendationBatch:
        """Put who fills in Annex 3 (填表人及联系电话) into the vault, under the batch (A3)."""
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        batch.require_filler()
        batch.name_filler(ref=self.vault.put(batch.id, "filler", {"name": name, "phone": phone}))
        self.save(batch)
        return batch

    def annex_3_with_people(
        self, batch: RecommendationBatch, *, supplement: int, reader: str, organisation: str, capacity: str
    ) -> tuple[str, bytes]:
        """The form of the batch, or of its issued `supplement`, as XLSX with its people; and the name of the file.

        The vault records who opened it. Raises Denied for who has an interest in one of the cases, NotFound for a
        supplement that there is not.
        """
        for case_id in batch.case_ids:
            self.load(Screening, case_id).require_reader(reader, organisation)
        annex_3, letter_no = _wanted(batch, supplement)
        frozen = json.loads(self.documents.read(annex_3.sha256))
        refs = [self._contact_of(row["snapshot_sha256"]) for row in frozen["rows"]]
        people = self._people(batch, refs, reader=reader, capacity=capacity, name=annex_3.name)
        rows = [{**row, **_contact(people.get(ref))} for row, ref in zip(frozen["rows"], refs, strict=True)]
        filled = {**frozen, "rows": rows, "filled_by": _filler(people.get(batch.filler_ref))}
        columns = edition(batch.policy_edition)["summary_sheet.columns"]
        name = f"{annex_3.name.removesuffix('.json')}-含联系人.xlsx"
        return name, annex_3_as_xlsx(filled, columns, letter_no=letter_no)

    def _contact_of(self, snapshot_sha256: str) -> str:
        return contact_of(json.loads(self.documents.read(snapshot_sha256)))

    def _people(
        self, batch: RecommendationBatch, refs: Sequence[str], *, reader: str, capacity: str, name: str
    ) -> dict[str, Person]:
        """Who is behind the references, if they are of a case of the batch or of the batch itself."""
        known = sorted({ref for ref in (*refs, batch.filler_ref) if ref})
        return {
            **self.vault.read_many(
                known,
                reader=reader,
                capacity=capacity,
                purpose=f"Annex 3 {name}",
                cases={batch.id, *batch.case_ids},
            )
        }


def _wanted(batch: RecommendationBatch, supplement: int) -> tuple[DocumentRef, str]:
    """The frozen Annex 3 that is asked for, 0 being the first, and the number of its letter."""
    if not supplement:
        return batch.annex_3, batch.letter_no
    for issued in batch.supplements:
        if issued.number == supplement:
            return issued.annex_3, issued.letter_no
    raise errors.no_such_supplement(supplement)


def _contact(person: Person) -> dict[str, Any]:
    """The two columns of a row; both say so where the person was erased."""
    if isinstance(person, Erased):
        return {"contact_name": ERASED_ZH, "contact_phone": ERASED_ZH}
    return {"contact_name": person["name"], "contact_phone": person["mobile"]} if person else {}


def _filler(person: Person) -> str:
    if isinstance(person, Erased):
        return ERASED_ZH
    return f"{person['name']}　{person['phone']}" if person else ""
