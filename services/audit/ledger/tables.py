"""The tables of the ledger, in a schema of their own, and `migrate_ledger`, which makes them.

Roles: `zc_audit_owner` owns the schema; `zc_audit` may INSERT and SELECT, `zc_auditor` may SELECT. A trigger refuses
UPDATE, DELETE and TRUNCATE to everyone. There is no row that says how far the ledger is: its rows themselves say it.
"""

from __future__ import annotations

import psycopg

TABLES = """
create table if not exists entries (
    sequence bigint primary key,
    service text not null,
    position bigint not null,
    originator_id uuid not null,
    originator_version bigint not null,
    topic text not null,
    state bytea not null,
    link bytea not null,
    leaf bytea not null,
    unique (service, position)
);
create index if not exists entries_originator on entries (originator_id, service, originator_version);
create table if not exists nodes (
    level smallint not null,
    place bigint not null,
    digest bytea not null,
    primary key (level, place)
);
create table if not exists mentions (
    case_id uuid not null,
    sequence bigint not null,
    primary key (case_id, sequence)
);
create index if not exists mentions_sequence on mentions (sequence);

create or replace function forbid_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create or replace trigger append_only before update or delete or truncate on entries
    for each statement execute function forbid_change();
create or replace trigger append_only before update or delete or truncate on nodes
    for each statement execute function forbid_change();
create or replace trigger append_only before update or delete or truncate on mentions
    for each statement execute function forbid_change();
"""
"""`entries`: sequence 1, 2, 3 … without holes; leaf `sequence - 1` of the tree, whose hash is `leaf` (RFC 9162 §2.1).
`nodes`: the complete subtrees above the leaves, level 1 and up. `mentions`: which case an event's state names.
"""

_GRANTS = """
grant usage on schema audit_ledger to zc_audit, zc_auditor;
grant select on all tables in schema audit_ledger to zc_audit, zc_auditor;
grant insert on all tables in schema audit_ledger to zc_audit;
"""


def migrate_ledger(conninfo: str) -> None:
    """Make or complete the ledger's tables; safe to run twice and at the same time.

    `conninfo` names a login that may create schemas; the roles are there, the service's own schema is made before.
    """
    with psycopg.connect(conninfo) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('zhichuang.migrate'))")
        connection.execute("create schema if not exists audit_ledger authorization zc_audit_owner")
        connection.execute("set local role zc_audit_owner")
        connection.execute("set local search_path to audit_ledger")
        connection.execute(TABLES)
        connection.execute("reset role")
        connection.execute(_GRANTS)
