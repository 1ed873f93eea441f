"""Bans (限制申报): told by review, ended by the clock, annulled with the decision that they came from. S4.3"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.application.base import Base
from services.registry.domain import due
from services.registry.domain.ban import Ban, State, ban_id
from services.shared.kernel.clock import today
from services.shared.policy import edition_in_force


class KeepsBans(Base):
    """Who may not apply, and until when."""

    def take_in_ban(self, case_id: UUID, *, cause: str, banned_from: date, banned_until: date, **whom: str) -> None:
        """Take in a ban that review started (S4.2, S4.3). A repeat does nothing."""
        id_ = ban_id(case_id, cause, banned_from)
        if self.find(Ban, id_) is not None:
            return
        ban = Ban(
            id=id_,
            case_id=case_id,
            cause=cause,
            centre_name="",
            document_no="",
            banned_from=banned_from,
            banned_until=banned_until,
            deadline=due.ban_told(banned_until),
            policy_edition=edition_in_force(today(self.clock)).id,
            **whom,
        )
        self.save(ban)

    def annul_bans_of(self, case_id: UUID, *, document_no: str, body: str) -> None:
        """Let the bans fall of a case whose decision was set aside (S4.0, S4.3). A repeat does nothing."""
        query = "select id from bans where case_id = %s and state <> %s order by id"
        bans = [self.load(Ban, id_) for (id_,) in self.database.rows(query, (case_id, State.ANNULLED))]
        for ban in bans:
            ban.annul(document_no=document_no, body=body)
        self.save(*bans)

    def end_ban(self, ban_id: UUID) -> Ban:
        """Let a ban end with its last day: the clock's act (S4.3; ours)."""
        ban = self.load(Ban, ban_id)
        ban.end()
        self.save(ban)
        return ban

    def annul_ban(self, ban_id: UUID, *, document_no: str, body: str) -> Ban:
        """Let a ban fall from its first day, as another body decided of the finding behind it (S4.0, S4.3)."""
        ban = self.load(Ban, ban_id)
        ban.annul(document_no=document_no, body=body)
        self.save(ban)
        return ban
