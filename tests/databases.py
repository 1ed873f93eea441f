"""Throw-away databases, cloned from a template and used again: emptying one is many times quicker than dropping it.

A database whose shape a test has changed (a trigger dropped, a function replaced, a right granted) is not used again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

_OURS = "nspname !~ '^pg_' and nspname <> 'information_schema'"

_SHAPE = f"""
select md5(string_agg(line, e'\\n' order by line)) from (
    select format('%s.%s %s %s %s', nspname, relname, relkind, relowner, relacl)
      from pg_class c join pg_namespace n on n.oid = relnamespace where {_OURS}
    union all
    select format('%s %s %s %s %s', attrelid::regclass, attname, atttypid, attnotnull, atthasdef)
      from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
     where {_OURS} and attnum > 0
    union all
    select format('%s %s %s', tgrelid::regclass, tgname, tgenabled) from pg_trigger
    union all
    select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid))
      from pg_constraint c join pg_namespace n on n.oid = connamespace where {_OURS}
    union all
    select format('%s %s %s', p.oid::regprocedure, md5(prosrc), proacl)
      from pg_proc p join pg_namespace n on n.oid = pronamespace where {_OURS}
    union all
    select format('%s %s %s', nspname, nspowner, nspacl) from pg_namespace where {_OURS}
) shape (line)
"""

_TABLES = f"""
select format('%I.%I', nspname, relname) from pg_class c join pg_namespace n on n.oid = relnamespace
where relkind = 'r' and {_OURS} order by 1
"""


class Databases:
    """Hands out clones of `template`; what it was given back in good shape is emptied and handed out again."""

    def __init__(self, server_url: str, template: str) -> None:
        self._server_url, self._template = server_url, template
        self._idle: list[str] = []
        with psycopg.connect(self._url(template)) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
            rows = {table: _copied(connection, table) for table in self._tables if _has_rows(connection, table)}
        self._seeds = rows

    @contextmanager
    def one(self) -> Iterator[str]:
        """The address of a database that nobody else has; as fresh as the template."""
        name = self._idle.pop() if self._idle else self._made()
        try:
            yield self._url(name)
        finally:
            if self._emptied(name):
                self._idle.append(name)
            else:
                self._drop(name)

    def close(self) -> None:
        """Drop what is left."""
        while self._idle:
            self._drop(self._idle.pop())

    def _url(self, name: str) -> str:
        return make_conninfo(self._server_url, dbname=name)

    def _made(self) -> str:
        name = f"zc_test_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(self._server_url, autocommit=True) as server:
            server.execute(f'create database "{name}" template "{self._template}"')
            server.execute(f'alter database "{name}" set synchronous_commit = off')  # no test here pulls the plug
        return name

    def _drop(self, name: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as server:
            server.execute(f'drop database if exists "{name}" with (force)')

    def _emptied(self, name: str) -> bool:
        """Whether the database is as its template again. What a test left connected is cut off first."""
        try:
            with psycopg.connect(self._url(name)) as connection:
                _cut_off_others(connection)
                if connection.execute(_SHAPE).fetchone() != self._shape:
                    return False
                connection.execute("set session_replication_role = replica")  # past the triggers that guard the logs
                used = [table for table in self._tables if _has_rows(connection, table)]
                if used:
                    connection.execute(f"truncate {', '.join(used)} restart identity cascade".encode())
                for table, rows in self._seeds.items():
                    with connection.cursor().copy(f"copy {table} from stdin (format binary)".encode()) as copy:
                        copy.write(rows)
        except psycopg.Error:
            return False
        return True


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    [(found,)] = connection.execute(f"select exists (select from {table})".encode()).fetchall()
    return bool(found)


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"copy {table} to stdout (format binary)".encode()) as copy:
        return b"".join(bytes(part) for part in copy)


def _cut_off_others(connection: psycopg.Connection) -> None:
    others = sql.SQL("from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
    connection.execute(sql.SQL("select pg_terminate_backend(pid, 5000) ") + others)
