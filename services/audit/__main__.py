"""`python -m services.audit …`: the command line of this service."""

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
import typer

from services.audit import queries, schemas
from services.audit.application import SENDERS, Audit
from services.audit.domain import errors
from services.audit.ledger.exceptions import as_line
from services.audit.ledger.filters import Wanted
from services.audit.ledger.security import Sought
from services.audit.wiring import DEFINITION
from services.shared.kernel.cli import run
from services.shared.kernel.keys import load
from services.shared.kernel.request import Page
from services.shared.kernel.runtime import with_wired
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import Refusal

__all__ = ["bootstrap"]

T = TypeVar("T")


def words(commands: typer.Typer) -> None:
    """What only this service's command line knows."""

    @commands.command("verify")  # in the place of the word that every service has
    def verify(
        held: Annotated[list[Path] | None, typer.Option(help="a file with a checkpoint that you have held")] = None,
        key: Annotated[list[str] | None, typer.Option(help="a public key of the ledger that you have held")] = None,
    ) -> None:
        """Prove that no log and nothing of the ledger was changed; exit code 1 and the places when something was."""
        texts = [path.read_bytes() for path in held or ()]
        report = _carried_out(lambda wired: _audit(wired).verify(schemas.held_in(texts), schemas.keys_in(key or ())))
        for each in report.found:
            typer.echo(f"{each.zh}\n{each.en}")
        logs = sum(log.events for log in report.logs)
        typer.echo(f"audit: {logs} events, {report.ledger.checkpoints} checkpoints, {len(report.found)} breaks")
        if not report.intact:
            raise typer.Exit(1)

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
        events = _carried_out(lambda wired: _write(wired, out, case, start, end))
        typer.echo(f"{out}: {events} events")

    @commands.command()
    def timeline(
        case: UUID,
        as_json: Annotated[bool, typer.Option("--json", help="as JSON, not as text")] = False,
        service: Annotated[list[str] | None, typer.Option(help="only of this service, or these")] = None,
        actor: str = "",
        capacity: str = "",
        topic: str = "",
        clause: str = typer.Option("", help="also those below it"),
        edition: str = typer.Option("", help="decided under this edition of the policy"),
        start: str = typer.Option("", "--from", help="recorded from this moment on"),
        end: str = typer.Option("", "--to", help="and before this one"),
    ) -> None:
        """Tell a case across all services, in causal order, with what each event changed."""
        tell = queries.timeline if as_json else queries.timeline_text
        moments = [_moment(text) if text else None for text in (start, end)]
        asked = case, service or SENDERS, Wanted(actor, capacity, topic, clause, edition, *moments)
        told = _carried_out(lambda wired: tell(wired.database, *asked, with_content=True))
        typer.echo(told if isinstance(told, str) else msgspec.json.encode(told).decode())

    @commands.command()
    def checkpoint() -> None:
        """Sign the head of the ledger now, if it grew, and print the newest checkpoint as JSON."""
        typer.echo(msgspec.json.encode(_carried_out(_newest_checkpoint)).decode())

    @commands.command("rotate-key")
    def rotate_key(
        key: Path,
        reason: Annotated[str, typer.Option(help="why, for the record")],
        lost: Annotated[str, typer.Option(help="the present key's public key, where the key itself was lost")] = "",
    ) -> None:
        """Let the key in the file KEY sign the ledger from now on, and print the statement that both keys signed."""
        typer.echo(msgspec.json.encode(_carried_out(lambda wired: _hand_over(wired, key, reason, lost))).decode())

    @commands.command()
    def exceptions(
        start: Annotated[str, typer.Option("--from", help="recorded from this moment on")],
        end: Annotated[str, typer.Option("--to", help="and before this one")],
        as_json: Annotated[bool, typer.Option("--json", help="as JSON lines, not as text")] = False,
    ) -> None:
        """List overrides, changed deadlines, late acts, drafters who tried to sign, field exceptions, clock moves."""
        period = _moment(start), _moment(end)
        for each in _carried_out(lambda wired: queries.exceptions(_audit(wired), *period))["items"]:
            typer.echo(msgspec.json.encode(each).decode() if as_json else as_line(each))

    @commands.command()
    def security(
        actor: str = "", act: str = "", outcome: str = "", log: str = "", most: int = typer.Option(1000, "--most")
    ) -> None:
        """Print the security logs and the reads of personal data as JSON lines, newest first."""
        sought = Sought(log, actor, act, outcome)
        for each in _carried_out(lambda wired: queries.security(_audit(wired), sought, Page(most, None)))["items"]:
            typer.echo(msgspec.json.encode(each).decode())


def _audit(wired: Wired) -> Audit:
    audit: Audit = wired.application  # type: ignore[assignment]  # DEFINITION's
    return audit


def _carried_out(work: Callable[[Wired], T]) -> T:
    """What the work gives; a refusal ends the command with its sentences and exit code 1."""
    try:
        return with_wired(DEFINITION, work)
    except Refusal as refused:
        for finding in refused.findings:
            typer.echo(f"{finding.zh}\n{finding.en}", err=True)
        raise typer.Exit(1) from None


def _newest_checkpoint(wired: Wired) -> dict[str, Any]:
    audit = _audit(wired)
    audit.sign_if_grown()
    signed: list[dict[str, Any]] = queries.checkpoints(wired.database, Page(1, None))["items"]
    if not signed:
        raise errors.ledger_is_empty()
    return signed[0] | {"public_key": audit.signer.public_key.hex()}


def _hand_over(wired: Wired, key: Path, reason: str, lost: str) -> dict[str, Any]:
    audit, successor = _audit(wired), load(key)
    schemas.keys_in([lost] if lost else ())
    audit.succeed_key(successor, reason=reason, lost_key=lost)
    wired.security.record(
        audit.clock.now(),
        actor="command line",
        act="rotate-key",
        outcome="done",
        thing=f"key {successor.key_id}",
        detail={"reason": reason, "lost": lost},
    )
    return queries.successions(wired.database)[-1]


def _write(wired: Wired, out: Path, case: UUID | None, start: str, end: str) -> int:
    audit = _audit(wired)
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
