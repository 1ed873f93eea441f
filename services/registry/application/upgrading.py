"""Cultivation (培育): its one extension, its end, and the upgrade to designation. S4.2; ours."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registry.application.base import Base, in_law, remedy_text
from services.registry.domain import due, errors
from services.registry.domain.centre import Centre
from services.registry.domain.held import OBJECTION
from services.registry.domain.known_case import KnownCase, known_case_id
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import Qualification
from services.registry.domain.upgrading import State as UpgradeState
from services.registry.domain.upgrading import UpgradeRequest
from services.shared.kernel.clock import today
from services.shared.policy import edition, edition_in_force


class UpgradesCultivation(Base):
    """From cultivation to designation, or off the list."""

    def extend_cultivation(self, case_id: UUID, *, reason: str, document_no: str) -> Centre:
        """Give more time to a centre in cultivation, once (S4.2; ours)."""
        centre = self.load(Centre, case_id)
        later = due.extended_cultivation(centre.listed.effective_on, edition(centre.policy_edition))
        centre.extend_cultivation(due=later, reason=reason, document_no=document_no)
        self.save(centre)
        return centre

    def expire_cultivation(self, case_id: UUID) -> Centre:
        """Take a centre off the list when its time of cultivation is over: the clock's act (S4.2; ours).

        Raises NotInThisState while an upgrade is under way: the next tick asks again.
        """
        centre, day = self.load(Centre, case_id), today(self.clock)
        if self._open_upgrade(case_id) is not None:
            raise errors.upgrade_under_way()
        centre.expire(effective_on=day)
        after = self._follows_the_end(
            centre,
            status=Qualification.EXPIRED,
            effective_on=day,
            document_no="",
            reason="cultivation_expired",
            rules=edition(centre.policy_edition),
        )
        self.save(centre, *after)
        return centre

    def request_upgrade(self, case_id: UUID, *, text: str) -> UpgradeRequest:
        """Ask to be designated; judged by the edition in force today to its end (S4.2; ours)."""
        centre, day = self.load(Centre, case_id), today(self.clock)
        require_state(centre.qualification, Qualification.CULTIVATION)
        centre.check_not_clouded()
        if self._open_upgrade(case_id) is not None:
            raise errors.upgrade_under_way()
        request = UpgradeRequest(
            centre=centre.ref,
            centre_name=centre.facts.centre_name,
            centre_uscc=centre.listed.centre_uscc,
            requested_on=day,
            materials=self._frozen("upgrade", text=text),
            policy_edition=edition_in_force(day).id,
        )
        self.save(request)
        return request

    def note_case(self, case_id: UUID, *, number: str, origin: str) -> None:
        """Take in where a dossier comes from (来源). A repeat, or a message that does not say it, does nothing. S4.2"""
        if not origin:
            return
        id_ = known_case_id(case_id)
        if (case := self.find(KnownCase, id_)) is None:
            edition_id = edition_in_force(today(self.clock)).id
            case = KnownCase(id=id_, case_id=case_id, number=number, origin=origin, policy_edition=edition_id)
        case.come_from(origin)
        if case.pending_events:
            self.save(case)

    def clear_upgrade(
        self, centre_uscc: str, *, review_case_id: UUID, notice_no: str, cleared_on: date | None = None
    ) -> bool:
        """Take in that the notice of an upgrade's case closed clear; False when this centre has no open upgrade.

        A repeat changes nothing.
        """
        request = self._upgrade_of(review_case_id)
        if request is None:
            upgrade_id = self._open_upgrade_of(centre_uscc, review_case_id)
            if upgrade_id is None:
                return False
            request = self.load(UpgradeRequest, upgrade_id)
        elif request.state is UpgradeState.FAILED:
            if self.load(Centre, request.centre.case_id).qualification is not Qualification.CULTIVATION:
                return False
            request.reopen(document_no=notice_no)  # the refusal of its case was set aside, and the case went on
        request.clear(review_case_id=review_case_id, notice_no=notice_no, cleared_on=cleared_on)
        self.save(request, *self._let_go(review_case_id, OBJECTION))
        return True

    def end_upgrade(self, centre_uscc: str, *, review_case_id: UUID, source: str, document_no: str, **why: Any) -> None:
        """Take in that the case of an upgrade ended without a clear notice: the upgrade has failed (S4.2; ours).

        The decision there is the source of the failure; its reasons, clauses and remedy are told again. Nothing changes
        when the centre has no open upgrade, when another case of it was cleared, or on a repeat.
        """
        request = self._upgrade_of(review_case_id)
        if request is None and (upgrade_id := self._open_upgrade_of(centre_uscc, review_case_id)):
            request = self.load(UpgradeRequest, upgrade_id)
        opened_again = self._is_held(review_case_id, OBJECTION)  # it was cleared, and a letter came in time
        open_states = (UpgradeState.REQUESTED, *((UpgradeState.CLEARED,) if opened_again else ()))
        if request is not None and request.state in open_states:
            request.fail(document_no=document_no, source=source, review_case_id=review_case_id, **why)
            self.save(request)

    def upgrade(
        self, upgrade_id: UUID, *, document_no: str, effective_on: date, document_on: date | None = None
    ) -> UpgradeRequest:
        """Designate a centre that was in cultivation, after a clear notice (S4.2)."""
        self._check_day(effective_on)
        request = self.load(UpgradeRequest, upgrade_id)
        if request.review_case_id is not None:
            self._check_not_held(request.review_case_id)
        centre, rules = self.load(Centre, request.centre.case_id), edition(request.policy_edition)
        with in_law(effective_on):
            request.finish(document_no=document_no, effective_on=effective_on, document_on=document_on)
            centre.upgrade(
                document_no=document_no,
                effective_on=effective_on,
                upgrade_id=request.id,
                policy_edition=rules.id,
                assessment_due=due.assessment(effective_on, rules),
                document_on=document_on,
            )
            corrected = self._extracts_corrected(centre.id, centre.qualification, effective_on, document_no)
            self.save(request, centre, *corrected)
        return request

    def fail_upgrade(self, upgrade_id: UUID, *, document_no: str, **why: Any) -> UpgradeRequest:
        """Refuse an upgrade with reasons and clauses; cultivation goes on, or ends in its time (S4.2)."""
        request = self.load(UpgradeRequest, upgrade_id)
        request.fail(remedy=remedy_text(edition(request.policy_edition)), document_no=document_no, **why)
        self.save(request)
        return request

    def _upgrade_of(self, review_case_id: UUID) -> UpgradeRequest | None:
        """The upgrade that this case cleared or ended."""
        rows = self.database.rows("select id from upgrades where review_case_id = %s", (review_case_id,))
        return self.load(UpgradeRequest, rows[0][0]) if rows else None

    def _open_upgrade_of(self, centre_uscc: str, review_case_id: UUID) -> UUID | None:
        """The open upgrade of this legal person, unless the case is known to be something else."""
        case = self.find(KnownCase, known_case_id(review_case_id))
        if case is not None and not case.is_upgrade:
            return None
        query = "select id from centres where centre_uscc = %s and qualification = %s"
        rows = self.database.rows(query, (centre_uscc, Qualification.CULTIVATION)) if centre_uscc else []
        return self._open_upgrade(rows[0][0]) if rows else None

    def _open_upgrade(self, case_id: UUID) -> UUID | None:
        query = "select id from upgrades where case_id = %s and state = any(%s)"
        rows = self.database.rows(query, (case_id, ["requested", "cleared"]))
        return rows[0][0] if rows else None
