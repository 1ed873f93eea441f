"""The pull feed: the integration events of a service, read from its own log, within what the caller may know.

`GET /events?after=<position>` gives events in the sender's order, and `next`, the position to ask for afterwards: also
when a page is empty because nothing on that stretch of the log is for this caller. What comes is what was published,
to the byte: same id, same position.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import EVERYTHING, OWN_PREFECTURE, Admission, May, Scope
from services.shared.kernel.identity import Identity
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.request import MAX_PAGE
from services.shared.kernel.streams import read_log
from services.shared.policy import edition_in_force
from services.shared.vocabulary import Finding, Invalid, Role

if TYPE_CHECKING:
    from services.shared.kernel.wiring import Wired

STRETCH = 2000
"""Records of the log that one request looks through at most."""


def _is_open_to(who: Identity, event: Any) -> bool:
    """Whether this event may go to another department's system: an open type, and its own prefecture if it has one."""
    near = not who.prefecture or event.prefecture in (None, who.prefecture)
    return near and bool(event.name.startswith(event.open_types))


FEED = May(
    {
        Role.AUDITOR: EVERYTHING,
        Role.PROVINCE_OFFICER: EVERYTHING,
        Role.DIVISION_HEAD: EVERYTHING,
        Role.PREFECTURE_OFFICER: OWN_PREFECTURE,
        Role.PREFECTURE_HEAD: OWN_PREFECTURE,
        Role.SUBSCRIBER: Scope(_is_open_to, "false", lambda _: ()),  # asked of events only, never of a table
    },
    ("S4.0",),
)
"""The authority row of `list_events` in every service."""


def events_after(wired: Wired, admission: Admission, request: Request) -> dict[str, Any]:
    """A page of the feed. Raises Invalid for an `after` that is not a position."""
    after, limit = _asked(request)
    sealed = _sealed_topics(wired)
    seal = Sealer(wired.name, wired.application, wired.definition.publishing)
    open_types = tuple(edition_in_force(wired.clock.now().date())["subscription.open_types"])
    previous, reached, items = _previous(wired, sealed, after), after, list[IntegrationEvent]()
    for record in read_log(wired.database, after, STRETCH):
        reached = record.position
        event = seal(record, previous) if record.topic in sealed else None
        if event is None:
            continue
        previous = record.position
        if admission.sees(_as_thing(event, open_types)):
            items.append(event)
            if len(items) == limit:
                break
    return {"items": items, "next": reached}


def told_after(wired: Wired, after: int) -> Iterator[IntegrationEvent]:
    """Every integration event behind a position of the log, as it was published."""
    sealed = _sealed_topics(wired)
    seal = Sealer(wired.name, wired.application, wired.definition.publishing)
    previous = _previous(wired, sealed, after)
    while records := read_log(wired.database, after, STRETCH):
        for record in records:
            if record.topic in sealed and (event := seal(record, previous)) is not None:
                previous = record.position
                yield event
        after = records[-1].position


def _asked(request: Request) -> tuple[int, int]:
    """The position after which to begin, and how many events are wanted. Raises Invalid with every finding."""
    after, limit = request.args.get("after", "0"), request.args.get("limit", "50")
    findings = []
    if not re.fullmatch(r"\d{1,18}", after):
        findings.append(Finding("not-a-position", "after 应为日志位置", "after is a position, 0 or more", "/after"))
    if not re.fullmatch(r"\d{1,4}", limit) or not 1 <= int(limit) <= MAX_PAGE:
        text = f"limit is 1 to {MAX_PAGE}"
        findings.append(Finding("limit-out-of-range", f"limit 应为 1–{MAX_PAGE}", text, "/limit"))
    if findings:
        raise Invalid(*findings)
    return int(after), int(limit)


def _sealed_topics(wired: Wired) -> list[str]:
    """The stored topics that lead to an integration event."""
    seals = wired.definition.publishing.seals
    return [topic for topic, event in wired.application.event_mapper.events.items() if event in seals]


def _previous(wired: Wired, sealed: list[str], after: int) -> int:
    """The position of the last integration event up to `after`."""
    query = "select coalesce(max(position), 0) from log where position <= %s and topic = any(%s)"
    [(position,)] = wired.database.rows(query, (after, sealed))
    return int(position)


def _as_thing(event: IntegrationEvent, open_types: tuple[str, ...]) -> Any:
    """An event as scopes look at things: by the parties that its data name."""
    parties = {
        "lead_uscc": event.data.get("lead_uscc"),
        "member_usccs": event.data.get("member_usccs", ()),
        "prefecture": event.data.get("prefecture"),
    }
    return SimpleNamespace(name=event.name, open_types=open_types, **parties)
