"""What is asked of deliveries at night: how old is what a subscriber has not been told, and what cannot be told."""

from __future__ import annotations

from services.shared.kernel.clock import Clock
from services.shared.kernel.postgres import Database

_OLDEST = """
select s.name, coalesce(extract(epoch from %s - min(j.at)), 0)::float8
from subscriptions s join places p on p.subscription_id = s.id
left join journal j on j.number > p.place
    and exists (select from unnest(s.types) as prefix where starts_with(j.name, prefix))
    and (s.only_prefecture = '' or j.prefecture is null or j.prefecture = s.only_prefecture)
where s.state = 'active' group by s.name
"""
_DEAD = """
select s.name, coalesce(p.dead, 0)::float8
from subscriptions s join places p on p.subscription_id = s.id where s.state = 'active'
"""


def oldest_undelivered(database: Database, clock: Clock) -> dict[str, float]:
    """For each active subscription, the age in seconds of the oldest event that it was not told; else 0."""
    return dict(database.rows(_OLDEST, (clock.now(),)))


def undeliverable(database: Database) -> dict[str, float]:
    """For each active subscription, the events that its own queue has put aside."""
    return dict(database.rows(_DEAD))


def failed_deliveries(database: Database) -> dict[str, float]:
    """The notices to people that were given up, by way."""
    return dict(
        database.rows("select channel, count(*)::float8 from deliveries where state = 'failed' group by channel")
    )
