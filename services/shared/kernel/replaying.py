"""Replay straight from the rows: of an event only what changes its aggregate is read, not who decided it and why.

That takes half the time of reading each event whole. What is not read is not checked either; that it is as it was
written, the chain tells. Who wants the events themselves asks `Application.events`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from inspect import Parameter, signature
from operator import attrgetter
from typing import Any, TypeAlias, get_type_hints
from uuid import UUID

import msgspec
from eventsourcing.domain import OriginatorIDError, OriginatorVersionError

from services.shared.aggregate import Aggregate

Step: TypeAlias = Callable[[Any, str, bytes], Any]
"""`(aggregate, its id as text, stored state of its next event)` → the aggregate after that event."""


def step_of(event: type[Aggregate.Event], reader: Callable[[bytes], Any]) -> Step:
    """How an event of this class changes its aggregate. `reader` makes the whole event, for where that is needed.

    It is for the first event of an aggregate, for one that is not made from a decorated method, and for one whose
    older versions are changed first.
    """
    method = getattr(event, "applied_by", None)
    parameters = list(signature(method).parameters.values())[1:] if method else []
    if (
        method is None
        or getattr(event, "class_version", 1) > 1
        or any(parameter.kind is not Parameter.POSITIONAL_OR_KEYWORD for parameter in parameters)
        or any(parameter.name in _ALWAYS for parameter in parameters)
    ):
        return lambda aggregate, _, state: reader(state).mutate(aggregate)
    decode = msgspec.json.Decoder(_part_of(event, parameters)).decode
    return _changing(method, decode, _values([parameter.name for parameter in parameters]))


_ALWAYS = {"originator_id": str, "originator_version": int, "timestamp": datetime}


def _part_of(event: type[Aggregate.Event], parameters: list[Parameter]) -> type[msgspec.Struct]:
    """The part of the event that changes an aggregate: what its method takes, of the types that the event has."""
    types = get_type_hints(event)
    return msgspec.defstruct(
        event.__name__, [*_ALWAYS.items(), *(_field(p, types[p.name]) for p in parameters)], kw_only=True, gc=False
    )


def _field(parameter: Parameter, kind: Any) -> tuple[str, Any] | tuple[str, Any, Any]:
    default = parameter.default
    if default is Parameter.empty:
        return parameter.name, kind
    return parameter.name, kind, msgspec.field(default_factory=lambda: default)


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda said: tuple(getattr(said, name) for name in names)


def _changing(
    method: Callable[..., None], decode: Callable[[bytes], Any], values: Callable[[Any], tuple[Any, ...]]
) -> Step:
    """As the library's own `mutate`, with its checks."""

    def change(aggregate: Any, whose: str, state: bytes) -> Any:
        said = decode(state)
        version = said.originator_version
        if said.originator_id != whose and UUID(said.originator_id) != aggregate.id:
            raise OriginatorIDError(said.originator_id, aggregate.id)
        if version != aggregate.version + 1:
            raise OriginatorVersionError(version, aggregate.version + 1)
        method(aggregate, *values(said))
        aggregate.version = version
        aggregate.modified_on = said.timestamp
        return aggregate

    return change
