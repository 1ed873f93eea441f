"""What is done with dossiers, apart from the official forms (see `forms`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma

from services.intake.domain.values import ATTACHMENT_KINDS
from services.shared.kernel.fields import (
    Code,
    Form,
    Sha256,
    Shaped,
    Text,
    Uscc,
    Uuid,
)
from services.shared.policy.bodies import known_bodies
from services.shared.vocabulary import normal_uscc


class WrittenUscc(Shaped):
    """A code in the shape of a USCC, whatever its check character says."""

    shape, failure = Uscc.shape, Uscc.failure

    def tidy(self, text: str) -> str:
        return normal_uscc(text)


class OpenDossier(Form):
    """`POST /dossiers`; `supersedes` is an earlier dossier of the same lead unit, which is over."""

    round_id = Uuid(required=True)
    prefecture = Code(known_bodies(), required=True)
    supersedes = Uuid()

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, **{name: UUID(data[name]) for name in ("round_id", "supersedes") if name in data}}


class CopyDossier(Form):
    """`POST /dossiers/{id}/copy`"""

    earlier = Uuid(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"earlier": UUID(data["earlier"])}


class RemoveAttachment(Form):
    """`POST /dossiers/{id}/remove-attachment`"""

    kind = Code(ATTACHMENT_KINDS, required=True)
    sha256 = Sha256(required=True)


class DeclineMembership(Form):
    """`POST /dossiers/{id}/decline-membership`"""

    reason = Text(500, required=True)


class AcceptUscc(Form):
    """`POST /dossiers/{id}/accept-uscc`: the code as it is written, the digest of the licence's image, and why."""

    uscc = WrittenUscc(required=True)
    licence = Sha256(required=True)
    reason = Text(500, required=True)


class RecallDossier(Form):
    """`POST /dossiers/{id}/recall`"""

    reason = Text(500, required=True)


class WithdrawDossier(Form):
    """`POST /dossiers/{id}/withdraw`"""

    reason = Text(500, min=0, load_default="")
