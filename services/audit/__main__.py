"""`python -m services.audit …`: the command line of this service."""

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from services.audit import queries, schemas
from services.audit.application import Audit
from services.audit.wiring import DEFINITION
from services.shared.kernel.cli import run, with_wired
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import Refusal

__all__ = ["bootstrap"]


def words(commands: typer.Typer) -> None:
    """What only this service's command line knows."""

    @commands.command()
    def pack(
        out: Path,
        case: Annotated[UUID | None, typer.Option(help="everything of this case")] = None,
        start: str = typer.Option("", "--from", help="or everything recorded from this moment on"),
        end: str = typer.Option("", "--to", help="and before this one"),
    ) -> None:
        """Write the auditor's pack of a case or of a period to the file OUT."""
        if (case is None) == (not start and not end):
            raise typer.BadParameter("give --case, or --from and --to")
        try:
            events = with_wired(DEFINITION, lambda wired: _write(wired, out, case, start, end))
        except Refusal as refused:
            for finding in refused.findings:
                typer.echo(f"{finding.zh}\n{finding.en}", err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{out}: {events} events")


def _write(wired: Wired, out: Path, case: UUID | None, start: str, end: str) -> int:
    audit: Audit = wired.application  # type: ignore[assignment]  # DEFINITION's
    audit.sign_if_grown()
    fresh = out.with_name(f"{out.name}.part")
    try:
        with fresh.open("wb") as target:
            if case is not None:
                events = queries.pack_of_case(audit, wired.documents, case, target)
            else:
                events = queries.pack_of_period(audit, wired.documents, _moment(start), _moment(end), target)
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    wired.security.record(
        audit.clock.now(),
        actor="command line",
        act="pack",
        outcome="exported",
        thing=f"case {case}" if case else f"period {start} {end}",
        detail={"events": events},
    )
    return events


def _moment(text: str) -> datetime:
    try:
        return schemas.moment(text, "")
    except Refusal:
        raise typer.BadParameter(f"not a time with its offset, such as 2026-06-01T00:00:00+08:00: {text!r}") from None


if __name__ == "__main__":
    run(DEFINITION, words)
