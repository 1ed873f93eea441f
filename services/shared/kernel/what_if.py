"""What if another edition had bound the case: decisions judged again from the log, and nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
import typer

from services.shared.kernel.application import Application
from services.shared.kernel.runtime import with_wired
from services.shared.kernel.wiring import Definition
from services.shared.policy import Edition, UnknownEdition, edition, editions


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One decision judged twice: what it was by its own edition, and what it would be by the other, and why."""

    case_id: UUID
    number: str
    act: str
    version: int
    decided_at: datetime
    closed: bool
    edition: str
    other: str
    was: str
    would_be: str
    clauses: tuple[str, ...]
    zh: str

    @property
    def differs(self) -> bool:
        """Whether the other edition decides otherwise."""
        return self.was != self.would_be


Judge: TypeAlias = Callable[[Any, Edition], Iterable[Judged]]
"""`(application, other edition)` → its decisions, judged again."""


def decisions(application: Application, *topics: str) -> Iterator[tuple[Any, datetime, str]]:
    """Every decision of these topics in the order of the log: the aggregate right after it, when, and the topic."""
    columns = "originator_id, originator_version, topic, state"
    query = f"select {columns} from log where topic = any(%s::text[]) order by position"  # noqa: S608  # names of our own
    for thing, version, topic, state in application.database.rows(query, ([*topics],)):
        event = application.event_mapper.event_from(thing, version, topic, state)
        for cls in application.aggregates:
            if (found := application.find(cls, thing, version=version)) is not None:
                yield found, event.timestamp, topic
                break


def by_clause(judged: Iterable[Judged]) -> dict[str, int]:
    """How many decisions differ for the sake of each clause."""
    return dict(sorted(Counter(clause for each in judged if each.differs for clause in each.clauses).items()))


def what_if_word(definition: Definition, judge: Judge) -> Callable[[typer.Typer], None]:
    """The word `what-if` for the command line of a service."""

    def words(commands: typer.Typer) -> None:
        @commands.command(name="what-if")
        def what_if(
            other: str, closed: bool = typer.Option(False, help="only decisions of cases that are over")
        ) -> None:
            """Judge every decision again by the edition OTHER; print those that differ. Changes nothing."""
            try:
                under = edition(other)
            except UnknownEdition:
                known = ", ".join(each.id for each in editions())
                raise typer.BadParameter(f"no edition {other}; there are {known}") from None
            judged = with_wired(definition, lambda wired: list(judge(wired.application, under)))
            _told([each for each in judged if each.closed or not closed])

    return words


def _told(judged: list[Judged]) -> None:
    differing = [each for each in judged if each.differs]
    for each in differing:
        typer.echo(msgspec.json.encode(each).decode())
    clauses = "，".join(f"{clause}：{count}" for clause, count in by_clause(judged).items())
    typer.echo(
        f"共 {len(judged)} 项决定，{len(differing)} 项将不同{f'（{clauses}）' if clauses else ''}"
        f" / {len(judged)} decisions, {len(differing)} would differ",
        err=True,
    )
