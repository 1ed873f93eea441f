"""The command line of every service: the same words for each."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import typer
from psycopg_pool import PoolTimeout

from services.shared.kernel.as_at import Rows, When, as_at, difference
from services.shared.kernel.broker import Broker, BrokerMisconfigured
from services.shared.kernel.doubles import Doubled
from services.shared.kernel.firstcontact import FirstContact, broker_answers
from services.shared.kernel.history import sentences_of
from services.shared.kernel.keys import KeyFileRefused
from services.shared.kernel.logs import configure_logs
from services.shared.kernel.mending import add_mending, rebuild_noted
from services.shared.kernel.operations import Operations
from services.shared.kernel.recovering import NotTheSameLog
from services.shared.kernel.runtime import Running, prepare, serve_in_background, until_told_to_stop, with_wired
from services.shared.kernel.schema import SchemaOutdated
from services.shared.kernel.settings import SettingMissing, Settings
from services.shared.kernel.topology import make as make_topology
from services.shared.kernel.vault_sealing import MasterKeyRefused
from services.shared.kernel.wiring import Definition, Wired

NOT_STARTED = (
    SettingMissing,
    BrokerMisconfigured,
    KeyFileRefused,
    MasterKeyRefused,
    SchemaOutdated,
    Doubled,
    NotTheSameLog,
    PoolTimeout,
    psycopg.Error,
    OSError,
)
"""What ends a process with one sentence and no traceback."""


def run(definition: Definition, further: Callable[[typer.Typer], None] = lambda _: None) -> None:
    """Run the command line of this service; a failure to start is one sentence and exit code 1.

    `further` adds the words that only this service has.
    """
    configure_logs(definition.name)
    commands = _commands(definition)
    further(commands)
    try:
        commands()
    except NOT_STARTED as error:
        typer.echo(f"{definition.name}: {_sentence(error)}", err=True)
        sys.exit(1)


def _commands(definition: Definition) -> typer.Typer:
    app = typer.Typer(help=f"The {definition.name} service.", no_args_is_help=True, pretty_exceptions_enable=False)

    @app.command()
    def migrate() -> None:
        """Make or complete this service's tables."""
        prepare(definition, Settings.from_environ().database_url)

    @app.command()
    def serve() -> None:
        """Serve HTTP, hear other services, and watch deadlines."""
        settings = Settings.from_environ()
        if "://" not in settings.jwks and not Path(settings.jwks).is_file():
            raise SettingMissing(f"OIDC_JWKS names no file: {settings.jwks}")
        service = Running(definition, settings)
        service.start()
        watch = FirstContact(service.wired.broker, service.wired.database)
        watch.begin()
        until_told_to_stop(service)
        watch.raise_if_failed()

    @app.command()
    def relay() -> None:
        """Publish this service's events; one relay is active, others stand by."""
        stop = threading.Event()
        with_wired(definition, lambda wired: _relay(wired, stop))

    @app.command()
    def topology() -> None:
        """Make this service's exchanges, queues and bindings on the broker."""
        settings = Settings.from_environ()
        with broker_answers():
            make_topology(definition, Broker(settings.amqp_uri, settings.broker_prefix))

    @app.command()
    def replay(case: UUID, at: int = typer.Option(0, help="only up to this position of the log")) -> None:
        """Print what happened in a case, as this service recorded it."""
        for line in with_wired(definition, lambda wired: list(sentences_of(wired.application, case, at or None))):
            typer.echo(line)

    @app.command(name="as-at")
    def as_at_(
        table: str,
        at: str = typer.Option("", help="what was recorded by this moment"),
        known_at: str = typer.Option("", "--known-at", help="what held in law at --at, as recorded by this moment"),
        position: int = typer.Option(0, help="only up to this position of the log"),
        until: str = typer.Option("", help="what is otherwise at this moment than at --at"),
    ) -> None:
        """Print a table of the read models (a worklist, a roll) as it was, made anew from the log, as JSON lines."""
        when = When(position or None, moment_of(at), moment_of(known_at))
        then = replace(when, at=moment_of(until), position=None) if until else None
        for row in with_wired(definition, lambda wired: _as_at(wired, table, when, then)):
            typer.echo(msgspec.json.encode(row, enc_hook=str).decode())

    @app.command()
    def rebuild(projection: str) -> None:
        """Rebuild a read model from the log while the old one is served; `all` rebuilds each."""
        names = definition.application.projections.by_name
        for name in names if projection == "all" else [projection]:
            if name not in names:
                raise typer.BadParameter(f"no projection {name}; there are {', '.join(names)}")
            events = with_wired(definition, partial(rebuild_noted, names[name]))
            typer.echo(f"{name}: {events} events")

    @app.command()
    def verify() -> None:
        """Prove that nothing was changed; exit code 1 and the places when something was."""
        found, count = with_wired(definition, definition.verify)
        for each in found:
            typer.echo(f"{each.zh}\n{each.en}")
        typer.echo(f"{definition.name}: {count} events, {len(found)} breaks")
        if found:
            raise typer.Exit(1)

    add_mending(app, definition)
    return app


def moment_of(text: str) -> datetime | None:
    """The moment in this text, which names its offset; None for no text."""
    if not text:
        return None
    with suppress(ValueError):
        if (found := datetime.fromisoformat(text)).tzinfo is not None:
            return found
    raise typer.BadParameter(f"not a time with its offset, such as 2026-06-01T00:00:00+08:00: {text!r}")


def _as_at(wired: Wired, table: str, when: When, then: When | None) -> Rows:
    tables = [name for each in wired.application.projections.by_name.values() for name in each.tables]
    if table not in tables:
        raise typer.BadParameter(f"no table {table}; there are {', '.join(tables)}")
    asked = wired.application, wired.name, wired.settings.database_url
    if then is not None:
        return difference(*asked, table, when, then)
    with as_at(*asked, when) as models:
        return models.rows(table)


def _relay(wired: Wired, stop: threading.Event) -> None:
    """Run the relay. A broker that was never reached and does not answer ends it; else it waits for ever."""
    watch = FirstContact(wired.broker, wired.database)
    watch.begin_knowing()
    if wired.settings.operations:
        serve_in_background(wired.settings.operations, Operations(wired, relays=True))
    _until_stopped(wired.relay.run, stop)


def _sentence(error: Exception) -> str:
    """What went wrong, in one line and without secrets."""
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        return "DATABASE_URL is not a connection string of PostgreSQL"  # libpq's own words would quote it
    if isinstance(error, FileNotFoundError):
        return f"there is no file {error.filename}"
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _until_stopped(work: Callable[[threading.Event], Any], stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(stop)
