"""The tables of the vault, in a schema of their own, and `migrate_vault`, which makes them.

Roles: `zc_vault_owner` owns the schema and runs nothing; `zc_vault` writes and erases entries but can only add to the
records of reads and erasures; `zc_vault_desk` opens and adds entries, but alters, marks and erases none (ADR 0018);
`zc_auditor` may SELECT the two records and nothing else.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from services.shared.kernel.security import CHAINED

VAULT_TABLES = """
create table if not exists data_keys (
    case_id uuid not null,
    person text not null,
    algorithm text not null,
    master_key text not null,
    wrapped_key bytea not null,
    primary key (case_id, person)
);
create table if not exists entries (
    ref text primary key,
    case_id uuid not null,
    person text not null,
    algorithm text not null,
    ciphertext bytea not null,
    written_at timestamptz not null,
    foreign key (case_id, person) references data_keys
);
create index if not exists entries_person on entries (case_id, person);
create table if not exists marks (
    mark bytea not null,
    ref text not null references entries on delete cascade,
    primary key (mark, ref)
);
create index if not exists marks_ref on marks (ref);
create table if not exists reads (
    number bigint generated always as identity primary key,
    at timestamptz not null,
    ref text not null,
    case_id uuid,
    reader text not null,
    capacity text not null,
    purpose text not null,
    outcome text not null
);
create index if not exists reads_ref on reads (ref, number);
create index if not exists reads_case on reads (case_id, number);
create index if not exists reads_reader on reads (reader, number);
create table if not exists erasures (
    number bigint generated always as identity unique,
    ref text primary key,
    case_id uuid not null,
    person text not null,
    basis text not null,
    approver text not null,
    erased_at timestamptz not null
);
create index if not exists erasures_person on erasures (case_id, person);

create or replace function forbid_change() returns trigger language plpgsql as $$
begin
    raise exception 'this record is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create or replace trigger append_only before update or delete or truncate on erasures
    for each statement execute function forbid_change();
"""
VAULT_TABLES += CHAINED.format(table="reads")

_GRANTS = """
grant usage on schema vault to zc_vault, zc_vault_desk, zc_auditor;
grant select, insert, update, delete on vault.data_keys, vault.entries, vault.marks to zc_vault;
grant select, insert on vault.reads, vault.erasures to zc_vault;
grant select, insert on vault.data_keys, vault.entries, vault.reads to zc_vault_desk;
grant select on vault.erasures to zc_vault_desk;
grant select on vault.reads, vault.erasures to zc_auditor;
"""


def migrate_vault(conninfo: str) -> None:
    """Make or complete the vault's schema, tables and roles; safe to run twice and at the same time.

    `conninfo` names a login that may create roles and schemas.
    """
    with psycopg.connect(conninfo) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('zhichuang.migrate'))")
        for role in ("zc_vault_owner", "zc_vault", "zc_vault_desk", "zc_auditor"):
            _make_role(connection, role)
        connection.execute("create schema if not exists vault authorization zc_vault_owner")
        connection.execute("set local role zc_vault_owner")
        connection.execute("set local search_path to vault")
        connection.execute(VAULT_TABLES)
        connection.execute("reset role")
        connection.execute(_GRANTS)


def _make_role(connection: psycopg.Connection, role: str) -> None:
    # Roles are the cluster's, schemas the database's: two databases may be migrated at once.
    connection.execute(
        sql.SQL(
            "do $$ begin create role {} nologin; exception when duplicate_object or unique_violation then null; end $$"
        ).format(sql.Identifier(role))
    )
