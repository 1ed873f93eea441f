"""`python -m services.intake …`: the command line of this service."""

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process
import msgspec
import typer

from services.intake.application import Intake
from services.intake.what_if import Judged, by_clause, judged_again
from services.intake.wiring import DEFINITION
from services.shared.kernel.cli import run
from services.shared.kernel.runtime import with_wired
from services.shared.kernel.wiring import Wired
from services.shared.policy import UnknownEdition, editions

__all__ = ["bootstrap"]


def words(commands: typer.Typer) -> None:
    """What only this service's command line knows."""

    @commands.command(name="what-if")
    def what_if(
        edition: str,
        round_number: str = typer.Option("", "--round", help="only submissions of this round"),
        closed: bool = typer.Option(False, help="only submissions of rounds that are closed"),
    ) -> None:
        """Judge every submission again by another edition; print, as JSON lines, what would differ. Changes nothing."""
        try:
            judged = with_wired(
                DEFINITION, lambda wired: list(judged_again(_intake(wired), edition, round_number, closed=closed))
            )
        except UnknownEdition:
            known = ", ".join(each.id for each in editions())
            raise typer.BadParameter(f"no edition {edition}; there are {known}") from None
        for each in judged:
            if each.differences:
                typer.echo(msgspec.json.encode(each).decode())
        _summary(judged)


def _summary(judged: list[Judged]) -> None:
    turned = sum(each.decision_differs for each in judged)
    clauses = "，".join(f"{clause}：{count}" for clause, count in by_clause(judged).items())
    typer.echo(
        f"共 {len(judged)} 次报送，{turned} 项结论将不同{f'（{clauses}）' if clauses else ''}"
        f" / {len(judged)} submissions, {turned} decisions would differ",
        err=True,
    )


def _intake(wired: Wired) -> Intake:
    intake: Intake = wired.application  # type: ignore[assignment]  # DEFINITION's
    return intake


if __name__ == "__main__":
    run(DEFINITION, words)
