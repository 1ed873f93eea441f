"""Objections (公示异议): from the letter to the reply; what each does to the case that it is about (S4.2)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from uuid import UUID

from services.review.application.base import remedy_text
from services.review.application.noticing import PostsNotices, struck_from
from services.review.domain import rules
from services.review.domain.admissibility import channel_is_that_of_the_desk, receipt_is_proven
from services.review.domain.objection import Objection
from services.review.domain.objection_states import Against, Result
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.standing import refuse
from services.review.domain.states import State
from services.review.domain.values import Amendment, Ban, NegativeDecision
from services.shared.aggregate import Aggregate, acting_now, new_id
from services.shared.kernel.vault import Erased
from services.shared.policy import edition
from services.shared.vocabulary import Denied, Finding

OBJECTOR = "objector"
"""Tells the objector apart from other people in the vault; there the objection is a case of its own."""

HOLD_ALL = "hold_all"
"""Of `notice.on_objection`: an admitted objection holds every case of the list."""

BAN_CAUSE = "objection_sustained"


class HandlesObjections(PostsNotices):
    """The objection desk."""

    def lodge_objection(
        self,
        notice_id: UUID,
        *,
        case_id: UUID,
        channel: str,
        objector: Mapping[str, str],
        substance: str,
        received_on: date,
        sealed: bool = False,
        receipt: str = "",
    ) -> Objection:
        """Register a letter (S4.2). Who wrote it goes to the vault alone; an empty `objector` is an anonymous one.

        The day on which it was received decides whether it is late; `receipt` proves that day where the notice has
        ended meanwhile. In time it keeps the case from being listed, also one that was cleared; one that is listed, or
        has ended, it does not concern any more.
        """
        refuse(channel_is_that_of_the_desk(channel, acting_now().capacity))
        notice, review = self.load(PublicNotice, notice_id), self._review(case_id)
        notice.check_objection(case_id, received_on)
        late = review.objection_is_late(received_on, notice)
        refuse(receipt_is_proven(received_on, review.last_day_on(notice), receipt))
        objection_id, facts = new_id(), review.facts
        objection = Objection(
            id=objection_id,
            policy_edition=review.policy_edition,
            against=Against(case_id, facts.number, facts.centre_name, facts.lead_uscc, notice_id, notice.notice_no),
            channel=channel,
            real_name=bool(objector),
            pii_ref=self.vault.put(objection_id, OBJECTOR, objector) if objector else "",
            substance=substance,
            received_on=received_on,
            late=late,
            receipt_code=secrets.token_hex(8).upper(),
            by=acting_now().actor,
            seal_missing=bool(objector.get("organisation")) and not sealed,
            receipt=receipt,
            case_is_listed=review.state is State.LISTED,
        )
        if late or review.is_over:
            self.save(objection)
            return objection
        review.note_objection(objection_id, notice.notice_no)
        self.save(objection, review)
        return objection

    def assign_objection(self, objection_id: UUID, *, officer: str) -> Objection:
        """Have another officer handle it too (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.assign(officer)
        self.save(objection)
        return objection

    def attach_evidence(self, objection_id: UUID, *, name: str, body: bytes, media_type: str) -> Objection:
        """Store a piece of evidence, under a name that tells nothing (S4.2). Raises Invalid for unfit bytes."""
        objection = self.load(Objection, objection_id)
        plain = f"evidence-{len(objection.evidence) + 1}{PurePath(name).suffix}"
        objection.attach_evidence(self.documents.put(body, plain, media_type))
        self.save(objection)
        return objection

    def admit_objection(self, objection_id: UUID) -> Objection:
        """Admit an objection; by the edition that holds this case alone, every one of the list, or none (S4.2)."""
        objection = self.load(Objection, objection_id)
        in_force, review = edition(objection.policy_edition), self._against(objection)
        objection.admit(in_force)
        if in_force["notice.on_objection"] != "continue" and review.is_shown:
            review.hold(objection_id)
        others = self._others(objection) if in_force["notice.on_objection"] == HOLD_ALL else []
        for other in others:
            other.note_objection(objection_id)
            other.hold(objection_id)
        self.save(objection, review, *others)
        return objection

    def not_admit_objection(self, objection_id: UUID, *, ground: str, explanation: str) -> Objection:
        """Turn an objection away (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.not_admit(ground=ground, explanation=explanation)
        return self._settled(objection)

    def turn_into_complaint(self, objection_id: UUID) -> Objection:
        """Handle a late objection as a complaint (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.turn_into_complaint()
        return self._settled(objection)

    def transfer_objection(self, objection_id: UUID, *, to: str) -> Objection:
        """Pass on what was not admitted (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.transfer(to=to)
        self.save(objection)
        return objection

    def investigate_objection(self, objection_id: UUID) -> Objection:
        """Begin to look into an objection (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.investigate()
        self.save(objection)
        return objection

    def seek_response(self, objection_id: UUID, *, question: str) -> Objection:
        """Ask the party objected to (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.seek_response(question=question)
        self.save(objection)
        return objection

    def respond_to_objection(self, objection_id: UUID, *, text: str) -> Objection:
        """The party objected to answers (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.respond(text=text)
        self.save(objection)
        return objection

    def draft_conclusion(
        self, objection_id: UUID, *, result: Result, findings: str, reasons: tuple[str, ...], clauses: tuple[str, ...]
    ) -> Objection:
        """Draft what the investigation came to (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.draft_conclusion(result=result, findings=findings, reasons=reasons, clauses=clauses)
        self.save(objection)
        return objection

    def dismiss_objection(self, objection_id: UUID) -> Objection:
        """Sign that an objection is not sustained: the case goes on (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.conclude(Result.NOT_SUSTAINED)
        return self._settled(objection)

    def sustain_partly(self, objection_id: UUID, *, amendment: Amendment | None) -> Objection:
        """Sign that an objection is sustained in part: the list is corrected, and by the edition shown anew (S4.2).

        No amendment where the case has been proposed for the other track meanwhile.
        """
        objection = self.load(Objection, objection_id)
        review = self._against(objection)
        notice = self._notice_of(review)
        objection.conclude(Result.PARTLY_SUSTAINED)
        number = notice.notice_no if notice else ""
        review.sustain_in_part(
            objection_id, amendment=amendment, edition=edition(review.policy_edition), notice_no=number
        )
        self.save(
            objection,
            review,
            *struck_from(notice, review, amendment.reason if amendment else ""),
            *self._released(objection),
        )
        return objection

    def sustain_objection(self, objection_id: UUID, *, document_no: str) -> Objection:
        """Sign that an objection is sustained: the case ends, with the remedy told and a ban by the edition (S4.2).

        A case that has ended meanwhile, for instance because it was taken back, stays as it is; of a centre that was
        listed the registry is told.
        """
        objection = self.load(Objection, objection_id)
        review, in_force = self._against(objection), edition(objection.policy_edition)
        drafted = objection.conclude(Result.SUSTAINED)
        decision = NegativeDecision(
            document_no, drafted.reasons, drafted.clauses, remedy_text(in_force), rules.local_today()
        )
        ban = Ban.under(in_force, BAN_CAUSE, rules.local_today())
        if review.is_over:
            if review.state is State.LISTED:
                objection.refer()
            return self._settled(objection)
        review.sustain_objection(objection_id, decision=decision, ban=ban)
        self.save(objection, review, *self._released(objection))
        return objection

    def withdraw_objection(self, objection_id: UUID, *, reason: str) -> Objection:
        """The objector takes it back (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.withdraw(reason=reason)
        return self._settled(objection)

    def reply_to_objector(self, objection_id: UUID, *, text: str) -> Objection:
        """Answer the objector (S4.2)."""
        objection = self.load(Objection, objection_id)
        objection.reply(text=text)
        self.save(objection)
        return objection

    def objector_of(self, objection: Objection, *, reader: str, capacity: str, purpose: str) -> dict[str, str] | Erased:
        """Who objects; the vault records who read it and what for. Raises Denied when nobody gave a name."""
        if not objection.pii_ref:
            raise Denied(Finding("objection-anonymous", "异议人未署名", "nobody gave a name"))
        return self.vault.read(objection.pii_ref, reader=reader, capacity=capacity, purpose=purpose)

    def _against(self, objection: Objection) -> Review:
        return self._review(objection.against.case_id)

    def _settled(self, objection: Objection) -> Objection:
        """Save an objection that is open no more; the case goes on where nothing else holds it."""
        review = self._against(objection)
        review.settle_objection(objection.id)
        changed: list[Aggregate] = [objection, review] if review.pending_events else [objection]
        self.save(*changed, *self._released(objection))
        return objection

    def _others(self, objection: Objection) -> list[Review]:
        """The other cases that are still on the notice objected to."""
        notice = self.find(PublicNotice, objection.against.notice_id)
        on_it = self._reviews_on(notice) if notice else []
        return [each for each in on_it if notice and each.id != objection.against.case_id and each.is_on(notice)]

    def _released(self, objection: Objection) -> list[Review]:
        """The other cases of the list that were held for this objection, and are no more."""
        held = [other for other in self._others(objection) if objection.id in other.open_objections]
        for other in held:
            other.settle_objection(objection.id)
        return held
