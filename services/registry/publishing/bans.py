"""What is told of bans."""

from __future__ import annotations

from typing import Any

from services.registry import contracts
from services.registry.domain.ban import Ban
from services.registry.domain.centre import Centre
from services.registry.publishing.base import PUBLISHING, of


@PUBLISHING.of(Ban.Started)
def seal_ban_started(event: Any, ban: Ban) -> contracts.BanStarted:
    return contracts.BanStarted(
        banned_from=event.banned_from, banned_until=event.banned_until, centre_name=event.centre_name, **_of(ban)
    )


@PUBLISHING.of(Ban.Ended)
def seal_ban_ended(event: Any, ban: Ban) -> contracts.BanEnded:
    return contracts.BanEnded(ended_on=event.ended_on, **_of(ban))


@PUBLISHING.of(Ban.Annulled)
def seal_ban_annulled(event: Any, ban: Ban) -> contracts.BanAnnulled:
    return contracts.BanAnnulled(
        body=event.body, document_no=event.document_no, effective_on=event.effective_on, **_of(ban)
    )


@PUBLISHING.of(Centre.BanStarted)
def seal_ban_of_a_centre(event: Any, centre: Centre) -> contracts.BanStarted:
    """From before bans had lives of their own: an old log still gives the message that it gave."""
    return contracts.BanStarted(
        centre_uscc=centre.listed.centre_uscc,
        cause=event.cause,
        banned_from=event.banned_from,
        banned_until=event.banned_until,
        **of(centre.ref),
    )


def _of(ban: Ban) -> dict[str, Any]:
    return {
        "ban_id": ban.id,
        "case_id": ban.case_id,
        "number": ban.number,
        "centre_uscc": ban.centre_uscc,
        "lead_uscc": ban.lead_uscc,
        "prefecture": ban.prefecture,
        "cause": ban.cause,
    }
