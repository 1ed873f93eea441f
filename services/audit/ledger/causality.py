"""The order of cause and effect across services: no event is told before the one that it answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from services.audit.ledger.timeline import Happening


def message_id(service: str, position: int) -> str:
    """The id of the integration event that an event was sent as, if it was (see `kernel.publishing`)."""
    return str(uuid5(NAMESPACE_URL, f"urn:zhichuang:{service}:{position}"))


def causally_ordered(happenings: Iterable[Happening]) -> list[Happening]:
    """Each service's events as its log has them, each behind its cause, and apart from that by recorded time.

    Time alone does not do: within one moment, or by clocks that differ, an effect may seem the earlier. Where forged
    causes leave nothing that could come next, time decides.
    """
    logs: dict[str, deque[tuple[str, Happening]]] = {}
    for each in sorted(happenings, key=lambda each: (each.service, each.position)):
        logs.setdefault(each.service, deque()).append((message_id(each.service, each.position), each))
    untold = {message for log in logs.values() for message, _ in log}
    ordered = []
    while logs:
        heads = [log[0][1] for log in logs.values()]
        free = [head for head in heads if head.about.causation_id not in untold]
        log = logs[min(free or heads, key=lambda each: (each.recorded_at, each.service)).service]
        message, told = log.popleft()
        ordered.append(told)
        untold.discard(message)
        if not log:
            del logs[told.service]
    return ordered
