"""What notify keeps beside its log for subscribed systems: the journal of what it heard, and how far each has come.

Both stand in the service's own schema. The journal is derived from the other services' logs; the places are to
subscriptions what `relay_position` is to the relay.
"""

from __future__ import annotations

import psycopg

TABLES = """
create table if not exists journal (
    number bigint primary key,
    sender text not null,
    position bigint not null,
    name text not null,
    prefecture text,
    at timestamptz not null,
    body bytea not null,
    unique (sender, position)
);
create index if not exists journal_at on journal (at);
create table if not exists places (
    subscription_id uuid primary key,
    epoch int not null default 0,
    place bigint not null default 0,
    redrives int not null default 0,
    delivered bigint not null default 0,
    delivered_at timestamptz,
    attempts int not null default 0,
    failing_since timestamptz,
    next_try timestamptz,
    last_error text not null default '',
    waiting bigint,
    dead bigint
);
alter table places add column if not exists looked_delivered bigint not null default 0;
alter table places add column if not exists unread_from bigint;
alter table places add column if not exists missing boolean not null default false;
alter table places add column if not exists admitted int not null default 0;
alter table places add column if not exists rate int not null default 0;
"""
"""`journal.number`: 1, 2, 3 … in the order of commits. `place`: the last number told. `epoch`, `redrives`: how many of
the subscription's replays and redrives were done. `waiting`, `dead`: what lies in a queue, when last looked;
`looked_delivered`: how many had been told then. `unread_from`: the number behind which unread events lie that are not
among the last told. `missing`: its queue has to be made anew. `admitted`: the generation of the secret with
which it was last let in, -1 after it was dismissed. `rate`: events a minute that it
takes at most, 0 for any number."""

_GRANTS = """
grant select, insert on notify.journal to zc_notify;
grant select, insert, update on notify.places to zc_notify;
"""


def migrate_outlets(conninfo: str) -> None:
    """Make or complete the tables; safe to run twice and at the same time. The service's schema is made before."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('zhichuang.migrate'))")
        connection.execute("set local role zc_notify_owner")
        connection.execute("set local search_path to notify")
        connection.execute(TABLES)
        connection.execute("reset role")
        connection.execute(_GRANTS)
