"""`make bench`: measures, prints a table of ratios, and appends JSON lines to .run/bench.jsonl."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from bench.appending import measure_appending
from bench.auditing import measure_auditing
from bench.conditions import conditions
from bench.filing import measure_filing
from bench.following import measure_catching_up, measure_following
from bench.grounds import intake_on, throw_away_database
from bench.growth import grow, measure_growth
from bench.listing import measure_lists
from bench.measurement import Book
from bench.propagation import measure_relay, measure_steady
from bench.reading import measure_reading
from bench.roll import measure_roll
from bench.serving import deployed, measure_commands, measure_memory
from services.shared.kernel.wiring import Wired
from tests.deployment import SERVICES

KEPT = Path(".run/bench.jsonl")
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"


@dataclass(frozen=True)
class Scale:
    """How long a run takes.

    `seconds` a contender works in each round; `rows` of the log that is read; `events` that a reader follows; `times`
    a delay is taken; `caught_up` events of the library's own projection.
    """

    seconds: float
    rows: int
    events: int
    times: int
    caught_up: int
    factors: tuple[int, ...]
    services: tuple[str, ...]


FULL = Scale(0.4, 20_000, 100_000, 200, 500, (10, 100, 1000), SERVICES)
QUICK = Scale(0.05, 2_000, 10_000, 12, 50, (), ("intake", "screening"))


@dataclass(frozen=True)
class Run:
    """One run: the servers, the scale, and the book."""

    scale: Scale
    book: Book
    server: str
    broker: str

    @contextmanager
    def intake(self, rows: int = 0) -> Iterator[Wired]:
        """Intake on a database of its own, whose log has this many rows."""
        with throw_away_database(self.server) as database, intake_on(database, self.broker, "bench.") as wired:
            grow(wired, rows)
            yield wired


def append(run: Run) -> None:
    with run.intake() as wired:
        measure_appending(wired, run.book, seconds=run.scale.seconds)


def read(run: Run) -> None:
    with run.intake(run.scale.rows) as wired:
        measure_reading(wired, run.book, seconds=run.scale.seconds / 2)
        measure_catching_up(wired, run.book, seconds=run.scale.seconds / 2, events=run.scale.caught_up)


def follow(run: Run) -> None:
    with run.intake() as wired:
        measure_following(wired, run.book, events=run.scale.events, times=run.scale.times)


def serve(run: Run) -> None:
    with ExitStack() as stack:
        database = stack.enter_context(throw_away_database(run.server))
        deployment = stack.enter_context(deployed(database, run.broker, *run.scale.services))
        wired = stack.enter_context(intake_on(database, run.broker, f"bench-{uuid.uuid4().hex[:8]}."))
        measure_commands(deployment, wired, run.book, seconds=run.scale.seconds)
        measure_memory(deployment, run.book)


def propagate(run: Run) -> None:
    with throw_away_database(run.server) as database, deployed(database, run.broker, "intake", "screening") as two:
        measure_steady(two, run.book, run.broker, seconds=max(3, run.scale.times / 20))
    with run.intake() as wired:
        measure_relay(wired, run.book, seconds=max(0.3, run.scale.seconds))


def grown(run: Run) -> None:
    if run.scale.factors:
        with run.intake() as wired:
            measure_growth(wired, run.book, factors=run.scale.factors)


def audit(run: Run) -> None:
    events, seconds = (1_000_000, 20.0) if run.scale is not QUICK else (20_000, 4.0)
    measure_auditing(run.server, run.broker, run.book, events=events, seconds=seconds)


def roll(run: Run) -> None:
    with throw_away_database(run.server) as database:
        measure_roll(database, run.book, seconds=run.scale.seconds)


def file(run: Run) -> None:
    with run.intake() as wired:
        measure_filing(wired, run.book, times=run.scale.times)
    if run.scale.factors:
        with throw_away_database(run.server) as few, throw_away_database(run.server) as many:
            measure_lists(few, many, run.book)


PARTS: dict[str, Callable[[Run], None]] = {
    "append": append,
    "read": read,
    "follow": follow,
    "serve": serve,
    "propagate": propagate,
    "grow": grown,
    "file": file,
    "audit": audit,
    "roll": roll,
}
"""The parts of a run, in order. A part opens what it needs by `run`, and notes its figures in `run.book`."""


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=f"any of {', '.join(PARTS)}; all when none")] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="shorter rounds, no growth: under a minute")] = False,
) -> None:
    """Measure, print, keep. Exit code 1 when a part failed; a goal that is not met is only said."""
    if unknown := set(parts or ()) - set(PARTS):
        raise typer.BadParameter(f"no such part: {', '.join(unknown)}")
    server, broker = os.environ.get("DATABASE_URL", POSTGRES), os.environ.get("AMQP_URI", RABBITMQ)
    try:
        book = Book(conditions(server) | {"scale": "quick" if quick else "full"})
    except psycopg.OperationalError as error:
        sys.exit(f"no PostgreSQL answers ({error}); set DATABASE_URL and AMQP_URI")
    run, console = (
        Run(QUICK if quick else FULL, book, server, broker),
        Console(width=None if sys.stdout.isatty() else 150),
    )
    for part in parts or PARTS:
        started = time.monotonic()
        try:
            PARTS[part](run)
        except Exception as error:  # the other parts are measured all the same
            book.fail(part, error)
        book.keep(KEPT)
        console.print(f"{part}: {time.monotonic() - started:.0f} s", style="dim")
    book.show(console)
    console.print(f"kept in {KEPT}")
    raise typer.Exit(1 if book.failures else 0)


if __name__ == "__main__":
    typer.run(main)
