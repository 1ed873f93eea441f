"""What can be asked of notify, each within the caller's scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from services.notify.domain import errors
from services.notify.domain.notification import State
from services.notify.domain.subscription import Subscription
from services.notify.domain.values import Addressed, Audience, Choice, Purpose, audience_of
from services.notify.outlets import journal
from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page, cursor_behind
from services.shared.vocabulary import Finding, Invalid

_FIRST = 2**62
"""Above every position of a log."""


def notifications(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The notifications of the caller's own inbox, newest first; an auditor sees everybody's, sent or not."""
    return _newest_first(database, admission.scope.where, admission.parameters, page)


def in_state(database: Database, admission: Admission, state: State, page: Page) -> dict[str, Any]:
    """The notifications in one state, newest first."""
    where = f"state = %s and {admission.scope.where}"
    return _newest_first(database, where, (state, *admission.parameters), page)


def about(database: Database, admission: Admission, number: str, page: Page) -> dict[str, Any]:
    """What was told, or waits to be told, about a case, centre or round: to whom, and how far each way has come."""
    where = f"about = %s and {admission.scope.where}"
    found = _newest_first(database, where, (number, *admission.parameters), page)
    ids = [item["id"] for item in found["items"]]
    deliveries = database.dicts(f"{_DELIVERY} where notification_id = any(%s) order by channel", (ids,))
    for item in found["items"]:
        item["deliveries"] = [each for each in deliveries if each["notification_id"] == item["id"]]
    return found


_DELIVERY = (
    "select id, version, notification_id, channel, digest, state, reference, failure, due, sent_at from deliveries"
)


def deliveries_of(database: Database, notification_id: UUID) -> list[dict[str, Any]]:
    """How a notification went out beside the inbox."""
    return database.dicts(f"{_DELIVERY} where notification_id = %s order by channel", (notification_id,))


def failed_deliveries(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The deliveries that failed, tried again or not."""
    query = f"{_DELIVERY} where state = 'failed' and {admission.scope.where}"
    return page_through(database, query, admission.parameters, page)


def preference(choice_of: Callable[[Audience, Purpose], Choice], admission: Admission, audience: str) -> dict[str, Any]:
    """What holds for a body, purpose by purpose: its own choice or the policy's. Raises NotFound for another's."""
    try:
        whose = audience_of(audience)
    except ValueError:
        raise errors.no_such_audience(audience) from None
    if not admission.sees(Addressed(whose)):
        raise errors.no_such_audience(audience)
    choices = [choice_of(whose, purpose) for purpose in Purpose]
    return {"audience": audience, "choices": [asdict(choice) for choice in choices]}


_WITH_PLACES = (
    "select s.*, p.place, p.delivered, p.delivered_at, p.attempts, p.failing_since, p.next_try,"
    " coalesce(p.last_error, '') as last_error, p.waiting, p.dead"
    " from subscriptions s left join places p on p.subscription_id = s.id"
)


def subscriptions(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The subscriptions that the caller may know of, and how far each has come."""
    return page_through(database, f"{_WITH_PLACES} where {admission.scope.where}", admission.parameters, page)


def subscription(database: Database, known: Subscription) -> dict[str, Any]:
    """One subscription, how far it has come, and how many events it has yet to be told (`lag`)."""
    [row] = database.dicts(f"{_WITH_PLACES} where s.id = %s", (known.id,))
    is_new = row["place"] is None
    place = known.start_after if is_new else row["place"]
    return {**row, "place": place, "lag": journal.behind(database, place, known.types, known.only_prefecture)}


def queue_subscriptions(database: Database) -> list[UUID]:
    """The subscriptions that have a queue, by name."""
    query = "select id from subscriptions where kind = 'queue' and state <> 'ended' order by name"
    return [known for (known,) in database.rows(query)]


def _newest_first(database: Database, where: str, parameters: tuple[Any, ...], page: Page) -> dict[str, Any]:
    """One page by position, which only moves when the state does. `where` is made of our own constants."""
    query = f"select * from notifications where {where} and position < %s order by position desc limit %s"  # noqa: S608
    rows = database.dicts(query, (*parameters, _before(page), page.limit + 1))
    items, more = rows[: page.limit], len(rows) > page.limit
    return {"items": items, **({"next": cursor_behind([items[-1]["position"]])} if more else {})}


def _before(page: Page) -> int:
    match page.after:
        case None:
            return _FIRST
        case [int(position)] if 0 <= position <= _FIRST:
            return position
    raise Invalid(Finding("cursor-not-ours", "after 不是有效的游标", "after is not a cursor of ours", "/after"))
