"""`make bench`: measures, prints a table of ratios, and appends JSON lines to .run/bench.jsonl."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from bench.appending import measure_appending
from bench.conditions import conditions
from bench.grounds import intake_on, throw_away_database
from bench.growth import grow, measure_growth
from bench.measurement import Book
from bench.reading import measure_reading
from bench.serving import deployed, measure_commands, measure_memory, measure_propagation
from services.shared.kernel.wiring import Wired
from tests.deployment import SERVICES

KEPT = Path(".run/bench.jsonl")
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"


@dataclass(frozen=True)
class Scale:
    """How long a run takes. `seconds` a contender works in each round; `rows` of the log that is read."""

    seconds: float
    rows: int
    factors: tuple[int, ...]
    times: int


FULL = Scale(seconds=0.4, rows=10_000, factors=(10, 100), times=60)
QUICK = Scale(seconds=0.08, rows=2_000, factors=(), times=12)
THOUSAND = 1000


class Run:
    """One run: the servers, the scale, and the book."""

    def __init__(self, scale: Scale, book: Book, server: str, broker: str) -> None:
        self.scale, self.book, self.server, self.broker = scale, book, server, broker

    def append(self) -> None:
        self._on_intake(lambda wired: measure_appending(wired, self.book, seconds=self.scale.seconds))

    def read(self) -> None:
        def read(wired: Wired) -> None:
            grow(wired, self.scale.rows)
            measure_reading(wired, self.book, seconds=self.scale.seconds / 2)

        self._on_intake(read)

    def serve(self) -> None:
        with ExitStack() as stack:
            database = stack.enter_context(throw_away_database(self.server))
            services = SERVICES if self.scale is not QUICK else ("intake", "screening")
            deployment = stack.enter_context(deployed(database, self.broker, *services))
            wired = stack.enter_context(intake_on(database, self.broker, f"bench-{uuid.uuid4().hex[:8]}."))
            measure_propagation(deployment, self.book, self.broker, times=self.scale.times)
            measure_commands(deployment, wired, self.book, seconds=self.scale.seconds)
            measure_memory(deployment, self.book)

    def grow(self) -> None:
        if self.scale.factors:
            self._on_intake(lambda wired: measure_growth(wired, self.book, factors=self.scale.factors))

    def _on_intake(self, measure: Callable[[Wired], None]) -> None:
        with throw_away_database(self.server) as database, intake_on(database, self.broker, "bench.") as wired:
            measure(wired)


PARTS = ("append", "read", "serve", "grow")


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=f"any of {', '.join(PARTS)}; all when none")] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="shorter rounds, no growth: under a minute")] = False,
    thousand: Annotated[bool, typer.Option("--thousand", help="growth also at 1,000 times the rows: long")] = False,
) -> None:
    """Measure, print, keep."""
    if unknown := set(parts or ()) - set(PARTS):
        raise typer.BadParameter(f"no such part: {', '.join(unknown)}")
    server, broker = os.environ.get("DATABASE_URL", POSTGRES), os.environ.get("AMQP_URI", RABBITMQ)
    scale = QUICK if quick else FULL
    if thousand:
        scale = Scale(scale.seconds, scale.rows, (*scale.factors, THOUSAND), scale.times)
    try:
        book = Book(conditions(server) | {"scale": "quick" if quick else "full"})
    except psycopg.OperationalError as error:
        sys.exit(f"no PostgreSQL answers ({error}); set DATABASE_URL and AMQP_URI")
    run, console = Run(scale, book, server, broker), Console(width=None if sys.stdout.isatty() else 150)
    for part in parts or PARTS:
        started = time.monotonic()
        getattr(run, part)()
        console.print(f"{part}: {time.monotonic() - started:.0f} s", style="dim")
    book.show(console)
    book.keep(KEPT)
    console.print(f"kept in {KEPT}")


if __name__ == "__main__":
    typer.run(main)
