"""Tables that the log is compared with: one that anybody inserts into, and the log without chain and numbering."""

PLAIN = """
create table if not exists plain (
    position bigint generated always as identity unique, originator_id uuid, originator_version bigint, topic text,
    state bytea, primary key (originator_id, originator_version)
)
"""
INSERT = "insert into public.plain (originator_id, originator_version, topic, state) "
INSERT_ONE = INSERT + "values (%b, %b, %b, %b)"
INSERT_MANY = INSERT + "select * from unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])"

UNCHAINED = """
create schema if not exists unchained;
create table if not exists unchained.log (
    position bigint generated always as identity unique, originator_id uuid, originator_version bigint, topic text,
    state bytea, primary key (originator_id, originator_version)
);
create or replace function unchained.append(ids uuid[], versions bigint[], topics text[], states bytea[])
returns bigint language plpgsql security definer set search_path = unchained, pg_temp as $$
declare first bigint;
begin
    perform pg_advisory_xact_lock(hashtext('unchained.log'));
    with new as (
        insert into log (originator_id, originator_version, topic, state)
        select * from unnest(ids, versions, topics, states) returning position
    ) select min(position) into first from new;
    return first;
end $$;
grant usage on schema unchained to public
"""
"""The log's own function, less the chain and the numbering without holes: in order, but nothing can be proved."""
