"""Who is told of what audit says."""

from __future__ import annotations

from services.audit.contracts import TamperingFound
from services.notify.application import Notify
from services.notify.domain.values import PROVINCE
from services.notify.reactions.telling import REACTIONS


@REACTIONS.to(TamperingFound)
def when_tampering_found(notify: Notify, message: TamperingFound) -> None:
    facts = {"service": message.service, "position": str(message.position), "kind": message.kind}
    notify.tell(message.origin, facts=facts, told={"tampering.found": [PROVINCE]})
