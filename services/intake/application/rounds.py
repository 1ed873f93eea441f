"""Rounds, from their plan to their end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.intake.application.base import Base
from services.intake.domain import errors
from services.intake.domain.dossier import OPEN, Dossier
from services.intake.domain.round import Conditions, Round
from services.shared.calendar import Deadline
from services.shared.kernel.clock import today
from services.shared.policy import edition, edition_in_force
from services.shared.policy.bodies import recommending_bodies


class RunsRounds(Base):
    """What the province does with a round (S4.0)."""

    def plan_round(self, *, number: str, title: str, year: int, opens_on: date, closes_on: date) -> Round:
        """Prepare a round (S4.0). Raises Invalid for a number that another round has."""
        round_ = Round.plan(number=number, title=title, year=year, opens_on=opens_on, closes_on=closes_on)
        if self._number_is_taken(number):
            raise errors.round_number_taken(number)
        self.save(round_)
        return round_

    def publish_conditions(self, round_id: UUID, *, conditions: Conditions) -> Round:
        """Set what the round asks beside the policy, before it opens (S4.0)."""
        round_ = self.load(Round, round_id)
        bodies = recommending_bodies(edition_in_force(today(self.clock)))
        round_.publish_conditions(conditions, bodies=bodies)
        self.save(round_)
        return round_

    def open_round(self, round_id: UUID, *, document_no: str) -> Round:
        """Publish the call notice and bind the edition in force today (S4.0)."""
        round_ = self.load(Round, round_id)
        in_force = edition_in_force(today(self.clock))
        deadline = _closing(round_.closes_on, in_force.id)
        round_.open(policy_edition=in_force.id, document_no=document_no, deadline=deadline, at=self.clock.now())
        self.save(round_)
        return round_

    def extend_round(self, round_id: UUID, *, closes_on: date, reason: str) -> Round:
        """Move the closing day of an open round (S4.0)."""
        round_ = self.load(Round, round_id)
        bound = round_.policy_edition or edition_in_force(today(self.clock)).id  # none yet: refused below
        deadline, drafting = _closing(closes_on, bound), self._drafting(round_id)
        round_.extend(closes_on=closes_on, reason=reason, deadline=deadline, drafting=drafting)
        self.save(round_)
        return round_

    def close_round(self, round_id: UUID) -> Round:
        """Take no more dossiers: the clock's act at the closing time (S4.0)."""
        round_ = self.load(Round, round_id)
        round_.close()
        self.save(round_)
        return round_

    def cancel_round(self, round_id: UUID, *, document_no: str, reason: str) -> Round:
        """Call a round off; every dossier of it that goes on ends with it, in the same commit (S4.0)."""
        round_ = self.load(Round, round_id)
        round_.cancel(document_no=document_no, reason=reason)
        dossiers = self._open_dossiers(round_id)
        for dossier in dossiers:
            dossier.terminate(document_no=document_no, reason=reason)
        self.save(round_, *dossiers)
        return round_

    def begin_review(self, round_id: UUID) -> Round:
        """Note that the department reviews what was recommended (S4.2)."""
        round_ = self.load(Round, round_id)
        round_.begin_review()
        self.save(round_)
        return round_

    def announce_round(self, round_id: UUID, *, document_no: str) -> Round:
        """Note under which document the list of the round was published (S4.2)."""
        round_ = self.load(Round, round_id)
        round_.announce(document_no=document_no)
        self.save(round_)
        return round_

    def archive_round(self, round_id: UUID) -> Round:
        """Put a round whose list is published into the archives (S4.0)."""
        round_ = self.load(Round, round_id)
        round_.archive()
        self.save(round_)
        return round_

    def _drafting(self, round_id: UUID) -> tuple[str, ...]:
        """The lead units whose dossiers in the round are drafts still."""
        query = "select distinct lead_uscc from dossiers where round_id = %s and state = 'draft' order by 1"
        return tuple(uscc for (uscc,) in self.database.rows(query, (round_id,)))

    def _open_dossiers(self, round_id: UUID) -> list[Dossier]:
        query = "select id from dossiers where round_id = %s and state = any(%s) order by id"
        rows = self.database.rows(query, (round_id, [str(state) for state in OPEN]))
        return [dossier for (case_id,) in rows if (dossier := self.find(Dossier, case_id)) and dossier.state in OPEN]

    def _number_is_taken(self, number: str) -> bool:
        return bool(self.database.rows("select from rounds where number = %s", (number,)))


def _closing(closes_on: date, edition_id: str) -> Deadline:
    close_time = edition(edition_id)["deadline.close_time"]
    return Deadline.on_date(closes_on, kind="round", rule="deadline.close_time", clause="S4.0", close_time=close_time)
