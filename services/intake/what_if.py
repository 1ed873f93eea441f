"""What if another edition had bound the round: every submission judged again from the log, and nothing written.

The dossier is replayed up to its submission; K01–K32 are run on what it said then, on the day on which it was handed
in, once by the edition that bound its round and once by the other. What is known of other dossiers, centres and bans
(K20–K22, K27) is left out of both, since it is not the edition's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.intake.application import Intake
from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
from services.intake.domain.rules import Check, Severity, check
from services.intake.domain.values import Content
from services.shared.kernel.clock import SHANGHAI
from services.shared.policy import Edition, edition

_SUBMISSIONS = """
select originator_id, originator_version, topic, state from log
where topic in ('intake.dossier.submitted', 'intake.dossier.resubmitted') order by position
"""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One finding that one edition makes and the other does not, or weighs otherwise; "" where it is not made."""

    clause: str
    check: str
    was: str
    would_be: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One submission judged twice: whether nothing would stop it, by its own edition and by the other."""

    case_id: UUID
    number: str
    version: int
    submitted_at: datetime
    state: str
    edition: str
    other: str
    was_taken: bool
    would_be_taken: bool
    differences: tuple[Difference, ...]

    @property
    def decision_differs(self) -> bool:
        """Whether one edition lets the dossier in and the other does not."""
        return self.was_taken != self.would_be_taken


def judged_again(intake: Intake, other: str, round_number: str = "", *, closed: bool = False) -> Iterator[Judged]:
    """Every submission, of one round or of all, in the order of the log. Raises UnknownEdition.

    `closed` leaves out those of rounds that still take dossiers.
    """
    under = edition(other)
    for case_id, version, topic, state in intake.database.rows(_SUBMISSIONS):
        dossier = intake.find(Dossier, case_id, version=version)
        if dossier is None or round_number not in ("", dossier.round_number):
            continue
        round_ = intake.find(Round, dossier.round_id)
        if not (closed and round_ and round_.is_open):
            at = intake.event_mapper.event_from(case_id, version, topic, bytes(state)).timestamp
            now = intake.find(Dossier, case_id)
            yield _judged(dossier, at, under, str(now.state) if now else "")


def by_clause(judged: list[Judged]) -> dict[str, int]:
    """How many decisions differ for the sake of each clause; a decision counts under every clause that turns it."""
    turned = Counter[str]()
    for each in judged:
        if each.decision_differs:
            stops = {Severity.BLOCK.value}
            turned.update({d.clause for d in each.differences if stops & {d.was, d.would_be}})
    return dict(sorted(turned.items()))


def _judged(dossier: Dossier, at: datetime, other: Edition, state: str) -> Judged:
    day = at.astimezone(SHANGHAI).date()
    was, would_be = (_checks(dossier, each, day) for each in (edition(dossier.policy_edition), other))
    return Judged(
        case_id=dossier.id,
        number=dossier.number,
        version=dossier.version,
        submitted_at=at,
        state=state,
        edition=dossier.policy_edition,
        other=other.id,
        was_taken=_is_taken(was),
        would_be_taken=_is_taken(would_be),
        differences=tuple(_differences(was, would_be)),
    )


def _checks(dossier: Dossier, by: Edition, day: date) -> tuple[Check, ...]:
    return check(
        Content(dossier.sections),
        by,
        round_year=dossier.round_year,
        today=day,
        attachments=frozenset(dossier.attachments_there),
        accepted_usccs=dossier.accepted_usccs,
    )


def _is_taken(checks: tuple[Check, ...]) -> bool:
    return all(each.severity is not Severity.BLOCK for each in checks)


def _differences(was: tuple[Check, ...], would_be: tuple[Check, ...]) -> Iterator[Difference]:
    """What the two say differently; a finding is known again by its check and its place in the form."""
    before, after = ({(each.id, each.finding.pointer): each for each in checks} for checks in (was, would_be))
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        either = new or old
        weights = [each.severity.value if each else "" for each in (old, new)]
        if either is not None and (weights[0] != weights[1]):
            told = either.finding
            yield Difference(
                clause=told.clause, check=key[0], was=weights[0], would_be=weights[1], zh=told.zh, en=told.en
            )
