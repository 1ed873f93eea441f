"""The words of the command line that look at what did not arrive or was lost, and mend it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import typer

from services.shared.envelope import encode
from services.shared.kernel import parking, projections, recovering
from services.shared.kernel.broker import Broker
from services.shared.kernel.deadletters import DeadLetters
from services.shared.kernel.feed import told_after
from services.shared.kernel.firstcontact import broker_answers
from services.shared.kernel.logpages import LogRecord
from services.shared.kernel.recovering import read_witness
from services.shared.kernel.runtime import with_wired
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Definition, Wired

WHAT_WAS_TOLD: Any = typer.Option([], help="what a sender's `told` printed; again for each sender")


def add_mending(app: typer.Typer, definition: Definition) -> None:
    """The words that look at what did not arrive, and mend it."""

    @app.command()
    def told(after: int = typer.Option(0, help="only behind this position of the log")) -> None:
        """Print the integration events of this service, as they were published, as JSON lines."""
        for event in with_wired(definition, lambda wired: list(told_after(wired, after))):
            typer.echo(encode(event).decode())

    @app.command()
    def recover(kept: Path, told: list[Path] = WHAT_WAS_TOLD) -> None:
        """Take back what a restored log lacks from a file of rows that the ledger has kept, then rebuild.

        Says what does not come back: documents, personal data, and events parked since the backup of senders not told.
        """
        with ExitStack() as files:
            rows, *events = (files.enter_context(path.open(encoding="utf-8")) for path in (kept, *told))
            lines = with_wired(
                definition, lambda wired: _recover(wired, read_witness(rows), chain.from_iterable(events))
            )
        for line in lines:
            typer.echo(line)

    @app.command()
    def parked() -> None:
        """List the integration events that could not be taken in."""
        for event in with_wired(definition, lambda wired: parking.parked(wired.database)):
            typer.echo(msgspec.json.encode(event).decode())

    @app.command()
    def redrive(case: str = typer.Option("", help="only this case")) -> None:
        """Take parked events in again, in order per case."""
        done = with_wired(definition, lambda wired: _redrive(wired, case))
        typer.echo(f"{done} taken in")

    @app.command()
    def dead(discard: bool = typer.Option(False, help="take away what is listed")) -> None:
        """List what the broker could deliver to nobody."""
        settings = Settings.from_environ()
        with broker_answers():
            letters = DeadLetters(Broker(settings.amqp_uri, settings.broker_prefix)).look(discard=discard)
        for letter in letters:
            typer.echo(msgspec.json.encode(letter).decode())


def rebuild_noted(projection: projections.Projection, wired: Wired) -> int:
    """Rebuild a read model, as an administrative act; returns the number of events read."""
    mapper = wired.application.event_mapper
    events = projections.rebuild(wired.settings.database_url, wired.name, projection, mapper)
    _note(wired, "rebuild", projection.name, events)
    return events


def _recover(wired: Wired, kept: Iterable[LogRecord], told: Iterable[str]) -> list[str]:
    events = list(recovering.read_told(told))
    what = recovering.Told(events, wired.reactions.by_key)
    done = recovering.recover(wired.settings.database_url, wired.name, wired.reactions.senders, kept, what)
    for projection in wired.definition.application.projections.by_name.values():
        projections.rebuild(wired.settings.database_url, wired.name, projection, wired.application.event_mapper)
    _note(wired, "recover", "", done.events)
    heard = ", ".join(f"{sender} to {position}" for sender, position in done.heard.items()) or "nobody"
    unknown = sorted(done.heard.keys() - {event.sender for event in events})
    with psycopg.connect(wired.settings.database_url) as connection:
        missing = done.spoken.missing(connection, wired.documents)
    return [
        f"{wired.name}: {done.events} events taken back, {done.commands} of commands; heard: {heard}",
        f"parked again: {done.parked}",
        *(f"not known: what of {sender} was parked since the backup (--told)" for sender in unknown),
        *(f"missing: {each}" for each in missing),
    ]


def _redrive(wired: Wired, case: str) -> int:
    done = parking.redrive(wired.database, wired.react, case or None)
    _note(wired, "redrive", case, done)
    return done


def _note(wired: Wired, act: str, thing: str, events: int) -> None:
    """An administrative act goes into the security log; who sat at the machine is for the machine to know."""
    detail = {"events": events}
    wired.security.record(wired.clock.now(), actor="command line", act=act, outcome="done", thing=thing, detail=detail)
