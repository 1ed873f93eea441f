"""Notices read models whose tables an earlier version of the code made otherwise, and builds them anew from the log.

What is compared is the tables themselves, as the database knows them, with tables made from today's definition beside
them; so nothing has to be noted when a column is added, and a change of layout changes nothing. The version of the
projection, which says that the handlers write other rows, is a comment on its tables and is compared like a column.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from services.shared.kernel.mapper import Mapper
from services.shared.kernel.projections import Projection, Projections, made_beside, rebuild_together

_SHAPE = """
select 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
    concat(pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated)
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = to_regnamespace(%(schema)s) and c.relkind = 'r' and c.relname = any(%(tables)s)
union all
select 'version', c.relname, coalesce(obj_description(c.oid, 'pg_class'), 'version 1'), '', '', ''
from pg_class c
where c.relnamespace = to_regnamespace(%(schema)s) and c.relkind = 'r' and c.relname = any(%(tables)s)
union all
select 'index', t.relname, replace(pg_get_indexdef(i.indexrelid), %(schema)s || '.', ''), i.indisunique::text, '', ''
from pg_index i join pg_class t on t.oid = i.indrelid
where t.relnamespace = to_regnamespace(%(schema)s) and t.relname = any(%(tables)s)
union all
select 'constraint', t.relname, pg_get_constraintdef(k.oid), k.contype::text, '', ''
from pg_constraint k join pg_class t on t.oid = k.conrelid
where t.relnamespace = to_regnamespace(%(schema)s) and t.relname = any(%(tables)s)
"""


def outdated(conninfo: str, service: str, projections: Projections) -> list[Projection]:
    """The projections that are served from tables of another shape or version than today's, if they are made at all."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return [each for each in projections.by_name.values() if _is_outdated(connection, service, each)]


def reshape(conninfo: str, service: str, projections: Projections, mapper: Mapper) -> list[str]:
    """Build anew what is outdated, while the old tables are served; returns the names. One process at a time does.

    `conninfo` is the owner's. Raises Doubled, and then nothing was built anew. A process of the earlier version that
    still runs finds the new tables from then on.
    """
    with _alone(conninfo, service):
        found = outdated(conninfo, service, projections)
        if found:
            rebuild_together(conninfo, service, found, mapper)
    return [projection.name for projection in found]


def _is_outdated(connection: psycopg.Connection, service: str, projection: Projection) -> bool:
    served = _shape(connection, f"{service}_read", projection)
    if not served:
        return False
    with made_beside(connection, service, projection) as beside:
        return _shape(connection, beside, projection) != served


def _shape(connection: psycopg.Connection, schema: str, projection: Projection) -> set[tuple[str, ...]]:
    return set(connection.execute(_SHAPE, {"schema": schema, "tables": list(projection.tables)}).fetchall())


@contextmanager
def _alone(conninfo: str, service: str) -> Iterator[None]:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(hashtext(%s))", [f"{service}.reshape"])
        yield
