"""What audit is asked and what it answers over HTTP; its commands take nothing in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import marshmallow as ma
from werkzeug.wrappers import Request

from services.audit.application import SENDERS
from services.audit.domain import errors
from services.audit.domain.checkpoint import SignedCheckpoint
from services.audit.ledger.exceptions import kinds
from services.audit.ledger.filters import Wanted
from services.audit.ledger.held import held
from services.audit.ledger.security import Sought
from services.audit.ledger.timeline import Asked
from services.audit.ledger.verifying import Report


class CheckpointAnswer(ma.Schema):
    """The ledger after a checkpoint was signed."""

    checkpoint = ma.fields.Integer(attribute="checkpoint.number")
    size = ma.fields.Integer(attribute="checkpoint.size")
    root = ma.fields.String(attribute="checkpoint.root")
    at = ma.fields.AwareDateTime(attribute="checkpoint.at")
    key_id = ma.fields.String(attribute="checkpoint.key_id")
    signature = ma.fields.String()


class FindingsAnswer(ma.Schema):
    """The ledger after tampering was reported: how much is on record."""

    findings = ma.fields.Function(lambda ledger: len(ledger.known))


def verification(report: Report) -> dict[str, Any]:
    """A report as it goes out."""
    ledger = report.ledger
    return {
        "intact": report.intact,
        "ledger": {
            "size": ledger.size,
            "root": ledger.root,
            "checkpoint": ledger.checkpoint and ledger.checkpoint.checkpoint,
            "checkpoints_checked": ledger.checkpoints,
            "found": ledger.found,
        },
        "logs": report.logs,
    }


def held_in(texts: Iterable[str | bytes]) -> tuple[SignedCheckpoint, ...]:
    """The checkpoints in these JSON texts, as somebody outside has held them. Raises Invalid."""
    try:
        return tuple(map(held, texts))
    except ValueError:
        raise errors.not_a_checkpoint() from None


def keys_in(texts: Iterable[str]) -> tuple[bytes, ...]:
    """The public keys in these texts, in hex. Raises Invalid."""
    keys = tuple(texts)
    if not all(re.fullmatch("[0-9a-f]{64}", key) for key in keys):
        raise errors.not_a_key()
    return tuple(map(bytes.fromhex, keys))


def services_of(request: Request) -> tuple[str, ...]:
    """The services that `service` names, any number of times; all without it. Raises Invalid for an unknown one."""
    named = tuple(request.args.getlist("service"))
    for name in named:
        if name not in SENDERS:
            raise errors.no_such_service(name)
    return named or SENDERS


def asked_of(request: Request) -> Asked:
    """The moments `at` and `known_at`, or the number `sequence` in the ledger instead of them. Raises Invalid."""
    known_at, sequence = request.args.get("known_at"), request.args.get("sequence", "")
    if not sequence:
        at = moment(request.args.get("at", ""), "/at")
        return Asked(at, moment(known_at, "/known_at") if known_at else None)
    if known_at or "at" in request.args or not sequence.isdecimal() or len(sequence) > 18:
        raise errors.not_a_position()
    return Asked(sequence=int(sequence))


def wanted_of(request: Request) -> Wanted:
    """The filters `actor`, `capacity`, `topic`, `clause`, `edition`, `from`, `to`, or none of them. Raises Invalid."""
    words = {name: request.args.get(name, "") for name in ("actor", "capacity", "topic", "clause", "edition")}
    start, end = (request.args.get(name, "") for name in ("from", "to"))
    return Wanted(**words, start=moment(start, "/from") if start else None, end=moment(end, "/to") if end else None)


def sought_of(request: Request) -> Sought:
    """The filters `log`, `actor`, `act`, `outcome`, `from`, `to`; each may be left out. Raises Invalid."""
    words = {name: request.args.get(name, "") for name in ("log", "actor", "act", "outcome")}
    start, end = (request.args.get(name, "") for name in ("from", "to"))
    return Sought(**words, start=moment(start, "/from") if start else None, end=moment(end, "/to") if end else None)


def kind_of(request: Request) -> str:
    """The kind of exception that `kind` names; "" without it. Raises Invalid for an unknown one."""
    kind = request.args.get("kind", "")
    if kind and kind not in kinds():
        raise errors.no_such_kind(kind)
    return kind


def period_of(request: Request) -> tuple[datetime, datetime]:
    """The moments `from` and `to`, which must both be given. Raises Invalid."""
    return moment(request.args.get("from", ""), "/from"), moment(request.args.get("to", ""), "/to")


def moment(text: str, pointer: str) -> datetime:
    """A moment with its offset from UTC. Raises Invalid."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that was not escaped comes as a space
    except ValueError:
        raise errors.not_a_moment(pointer) from None
    if found.tzinfo is None:
        raise errors.not_a_moment(pointer)
    return found
