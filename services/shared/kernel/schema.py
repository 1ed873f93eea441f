"""The tables that every service has, in a schema of its own, and `migrate`, which makes them.

Roles, for service `intake`: `zc_intake_owner` owns the schemas and runs no service; `zc_intake` runs the service and
may EXECUTE the append function and SELECT the log, but not write it otherwise; `zc_auditor` may SELECT every log and
security log.
"""

from __future__ import annotations

import hashlib

import psycopg
from psycopg import sql

from services.shared.kernel.postgres import Database
from services.shared.kernel.security import CHAINED

LOG = """
create table if not exists log (
    position bigint not null unique,
    originator_id uuid not null,
    originator_version bigint not null,
    topic text not null,
    state bytea not null,
    link bytea not null,
    primary key (originator_id, originator_version)
);
create table if not exists log_head (position bigint not null, link bytea not null);
insert into log_head select 0, sha256(''::bytea) where not exists (select from log_head);

create or replace view log_as_json as
    select position, originator_id, originator_version, topic, convert_from(state, 'UTF8')::jsonb as state from log;

create or replace function forbid_change() returns trigger language plpgsql as $$
begin
    raise exception 'the log is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create or replace trigger append_only before update or delete or truncate on log
    for each statement execute function forbid_change();

create or replace function append(ids uuid[], versions bigint[], topics text[], states bytea[])
returns bigint language plpgsql security definer set search_path = {schema}, pg_temp as $$
declare
    last bigint; tip bytea; links bytea[] := '{{}}'; first bigint;
begin
    perform pg_advisory_xact_lock(hashtext('{service}.log'));
    select position, link into last, tip from log_head;
    first := last + 1;
    for k in 1 .. array_length(ids, 1) loop
        last := last + 1;
        tip := sha256(tip || int8send(last) || uuid_send(ids[k]) || int8send(versions[k])
            || convert_to(topics[k], 'UTF8') || '\\x00'::bytea || states[k]);
        links := links || tip;
    end loop;
    if first = last then -- one event, as most often: spared a tenth of the call
        insert into log (position, originator_id, originator_version, topic, state, link)
            values (last, ids[1], versions[1], topics[1], states[1], tip);
    else
        insert into log (position, originator_id, originator_version, topic, state, link)
            select first + o - 1, i, v, t, s, l
            from unnest(ids, versions, topics, states, links) with ordinality as new(i, v, t, s, l, o);
    end if;
    update log_head set position = last, link = tip;
    return first;
end $$;
revoke all on function append(uuid[], bigint[], text[], bytea[]) from public;
"""
"""The log: numbered 1, 2, 3 … without holes, each row linked to the one before by SHA-256.

One caller at a time holds the advisory lock until its commit is visible, so a reader that has seen position n has seen
every position below it. `link = sha256(previous link ‖ position ‖ id ‖ version ‖ topic ‖ NUL ‖ state)`, integers as
eight bytes, big-endian; a topic holds no NUL; the link before position 1 is sha256 of nothing.
"""

BESIDE_THE_LOG = """
create table if not exists idempotency (
    caller text not null,
    key text not null,
    digest bytea not null,
    command text not null,
    originator_id uuid not null,
    originator_version bigint not null,
    recorded_at timestamptz not null,
    primary key (caller, key)
);
create table if not exists inbox_position (sender text primary key, position bigint not null);
create table if not exists parked (
    sender text not null,
    position bigint not null,
    partition_key text not null,
    body bytea not null,
    error text not null,
    attempts int not null,
    parked_at timestamptz not null default now(),
    primary key (sender, position)
);
create index if not exists parked_partition on parked (partition_key, sender, position);
create table if not exists relay_position (
    stream text primary key,
    position bigint not null,
    previous bigint not null
);
create table if not exists security_log (
    number bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null,
    capacity text not null,
    organisation text not null,
    act text not null,
    outcome text not null,
    object text not null,
    detail jsonb not null
);
create table if not exists reached (broker text primary key, first_at timestamptz not null default now());
create table if not exists made (digest text primary key, made_at timestamptz not null default now());
"""
BESIDE_THE_LOG += CHAINED.format(table="security_log")
"""`made` notes by which versions of these definitions the tables were made or completed, so that a process knows at its
start whether the tables are at least its own: a later version leaves the notes of the earlier ones in place. `reached`
notes which brokers the service has ever reached: one of them that does not answer is away, another is a wrong address.
"""


class SchemaOutdated(Exception):
    """The tables are not there, or were made by an earlier version of the code only."""


def migrate(conninfo: str, service: str, read_tables: str) -> None:
    """Make or complete the schemas, tables and roles of `service`; safe to run twice and at the same time.

    `conninfo` names a login that may create roles and schemas. `read_tables` is the DDL of the read models.
    """
    with psycopg.connect(conninfo) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('zhichuang.migrate'))")
        _make_roles(connection, service)
        _make_schema(connection, service, LOG.format(schema=service, service=service) + BESIDE_THE_LOG)
        _make_schema(connection, f"{service}_read", read_tables)
        _grant(connection, service)
        _note_made(connection, service, read_tables)


def check_made(database: Database, service: str, read_tables: str) -> None:
    """Raise SchemaOutdated unless the tables were made by this version of their definitions, or a later one too."""
    try:
        rows = database.rows("select 1 from made where digest = %s", (_digest(service, read_tables),))
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        rows = []
    if not rows:
        raise SchemaOutdated(f"the tables of {service} are not those of this version: run its `migrate` first")


def _digest(service: str, read_tables: str) -> str:
    return hashlib.sha256("\0".join((service, LOG, BESIDE_THE_LOG, read_tables)).encode()).hexdigest()


def _note_made(connection: psycopg.Connection, service: str, read_tables: str) -> None:
    query = sql.SQL("insert into {} (digest) values (%s) on conflict do nothing")
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(f"zc_{service}_owner")))
    connection.execute(query.format(sql.Identifier(service, "made")), (_digest(service, read_tables),))
    connection.execute("reset role")


def _make_roles(connection: psycopg.Connection, service: str) -> None:
    for role in (f"zc_{service}_owner", f"zc_{service}", "zc_auditor"):
        # Roles are the cluster's, schemas the database's: two databases may be migrated at once.
        connection.execute(
            sql.SQL(
                "do $$ begin create role {} nologin;"
                " exception when duplicate_object or unique_violation then null; end $$"
            ).format(sql.Identifier(role))
        )


def _make_schema(connection: psycopg.Connection, schema: str, tables: str) -> None:
    service = schema.removesuffix("_read")
    name, owner = sql.Identifier(schema), sql.Identifier(f"zc_{service}_owner")
    connection.execute(sql.SQL("create schema if not exists {} authorization {}").format(name, owner))
    connection.execute(sql.SQL("set local role {}").format(owner))
    connection.execute(sql.SQL("set local search_path to {}").format(name))
    connection.execute(tables)
    connection.execute("reset role")


def _grant(connection: psycopg.Connection, service: str) -> None:
    names = {
        "log": sql.Identifier(service),
        "read": sql.Identifier(f"{service}_read"),
        "role": sql.Identifier(f"zc_{service}"),
        "auditor": sql.Identifier("zc_auditor"),
    }
    for statement in (
        "grant usage on schema {log}, {read} to {role}",
        "grant execute on function {log}.append to {role}",
        "grant select on {log}.log, {log}.log_head, {log}.log_as_json to {role}, {auditor}",
        "grant select on {log}.security_log to {auditor}",
        "grant select on {log}.made to {role}",
        "grant select, insert on {log}.security_log, {log}.idempotency, {log}.reached to {role}",
        "grant select, insert, update, delete on {log}.inbox_position, {log}.parked, {log}.relay_position to {role}",
        "grant select, insert, update, delete on all tables in schema {read} to {role}",
        "grant usage on schema {log} to {auditor}",
    ):
        connection.execute(sql.SQL(statement).format(**names))
