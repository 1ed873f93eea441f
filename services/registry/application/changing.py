"""Changes of registered facts (变更登记), classes A to F, merger and split among them; shortfalls. S4.3; ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.registry.application.base import in_law, remedy_text
from services.registry.application.splitting import SplitsCentres
from services.registry.domain import errors
from services.registry.domain.centre import Centre
from services.registry.domain.change import WITH_OPINION, ChangeRequest, check_facts
from services.registry.domain.facts import CORRECTABLE, Fact, class_of
from services.registry.domain.moves import require_state
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.summary import OPEN, AnnualSummary
from services.shared.aggregate import Aggregate, acting_now
from services.shared.kernel.clock import today
from services.shared.kernel.command import command_now
from services.shared.policy import edition, edition_in_force
from services.shared.vocabulary import Invalid


class _Speaker(NamedTuple):
    """The prefectures for which somebody speaks; whoever may know of it is of one of them."""

    prefectures: tuple[str, ...]


class ChangesFacts(SplitsCentres):
    """What is registered of a centre, and how it changes."""

    def request_change(
        self,
        case_id: UUID,
        *,
        subject: str,
        facts: Mapping[str, Any],
        effective_on: date,
        reason: str,
        person: Mapping[str, str] | None = None,
        other_case_id: UUID | None = None,
    ) -> ChangeRequest:
        """Ask for a change; class A takes effect at once. `person` goes to the vault, the event has its reference."""
        self._check_day(effective_on)
        centre, rules = self.load(Centre, case_id), edition_in_force(today(self.clock))
        require_state(centre.qualification, *LISTED)
        centre.check_not_before_listing(effective_on)
        change_class = class_of(subject, rules)
        other = self._other(centre, other_case_id) if subject == "merger" else None
        ref = {f"{subject}_ref": self.vault.put(case_id, subject, person)} if person else {}
        listed = tuple(Fact.of(name, value) for name, value in {**facts, **ref}.items())
        check_facts(subject, listed)
        if subject == "split":
            self._check_split(centre, listed)
        request = ChangeRequest(
            centre=centre.ref,
            subject=subject,
            change_class=change_class,
            facts=listed,
            effective_on=effective_on,
            reason=reason,
            other_case_id=other.id if other else None,
            prefectures=_concerned(centre, listed, other),
            requested_by=acting_now().actor,
            policy_edition=rules.id,
            other_lead_uscc=other.lead_uscc if other and other.lead_uscc != centre.lead_uscc else "",
            opinion_wanted=change_class in WITH_OPINION,
        )
        if change_class != "A":
            self.save(request)
            return request
        with in_law(effective_on):
            request.approve(document_no="")
            centre.change_facts(request.facts, change_id=request.id, document_no="", effective_on=effective_on)
            self.save(request, centre)
        return request

    def request_correction(
        self, case_id: UUID, *, facts: Mapping[str, Any], effective_on: date, reason: str
    ) -> ChangeRequest:
        """Draft the correction of a slip of the pen (class F); a second officer confirms it."""
        self._check_day(effective_on)
        centre, rules = self.load(Centre, case_id), edition_in_force(today(self.clock))
        centre.check_not_before_round(effective_on, self._round_opened_on(centre))
        if wrong := [name for name in facts if name not in CORRECTABLE]:
            raise Invalid(*(errors.fact_not_of_subject(name, "clerical_error") for name in wrong))
        request = ChangeRequest(
            centre=centre.ref,
            subject="clerical_error",
            change_class=class_of("clerical_error", rules),
            facts=tuple(Fact.of(name, value) for name, value in facts.items()),
            effective_on=effective_on,
            reason=reason,
            other_case_id=None,
            prefectures=(),
            requested_by=acting_now().actor,
            policy_edition=rules.id,
            opinion_wanted=False,
        )
        self.save(request)
        return request

    def contact_of(self, case_id: UUID, *, reader: str, capacity: str, purpose: str) -> dict[str, Any]:
        """The contact of a centre from the vault, which records the read; a mark when it was erased."""
        ref = self.load(Centre, case_id).registered.values.get("contact_ref")
        if not ref:
            return {"contact": None}
        found = self.vault.read(str(ref), reader=reader, capacity=capacity, purpose=purpose)
        return {"contact": found if isinstance(found, dict) else {"erased": "已删除"}}

    def join_change(self, change_id: UUID) -> ChangeRequest:
        """Ask for a merger too, as the lead unit of the other centre (S1.4; ours)."""
        request = self.load(ChangeRequest, change_id)
        request.join()
        self.save(request)
        return request

    def ask_change_correction(self, change_id: UUID, *, items: tuple[str, ...]) -> ChangeRequest:
        """Tell at once all that is missing of a change (S4.3; ours)."""
        request = self.load(ChangeRequest, change_id)
        request.ask_for_correction(items=items)
        self.save(request)
        return request

    def answer_change_correction(self, change_id: UUID, *, facts: Mapping[str, Any], reason: str) -> ChangeRequest:
        """Hand in what was missing; without facts those of the request stand (S4.3; ours)."""
        request = self.load(ChangeRequest, change_id)
        corrected = tuple(Fact.of(name, value) for name, value in facts.items())
        if corrected:
            check_facts(request.subject, corrected)
        request.answer_correction(facts=corrected, reason=reason)
        self.save(request)
        return request

    def give_change_opinion(self, change_id: UUID, *, agrees: bool, text: str, prefecture: str) -> ChangeRequest:
        """Give a prefecture's opinion on a change (州市意见)."""
        request = self.load(ChangeRequest, change_id)
        speaker: Any = _Speaker((prefecture,))
        if (command := command_now()) is not None and not command.sees(speaker):
            raise errors.other_prefecture(prefecture)
        document = self._frozen("opinion", prefecture=prefecture, agrees=agrees, text=text)
        request.give_opinion(prefecture=prefecture, agrees=agrees, document=document)
        self.save(request)
        return request

    def approve_change(self, change_id: UUID, *, document_no: str) -> ChangeRequest:
        """Approve a change of class B, C, D or E; it holds from the day that it names, even a past one."""
        request = self.load(ChangeRequest, change_id)
        if request.change_class == "F":
            raise errors.not_in("F", "B", "C", "D", "E")
        centre = self.load(Centre, request.centre.case_id)
        with in_law(request.effective_on):
            request.approve(document_no=document_no)
            self.save(request, centre, *self._carry_out(request, centre, document_no))
        return request

    def confirm_correction(self, change_id: UUID) -> ChangeRequest:
        """Confirm a correction of class F as the second officer."""
        request = self.load(ChangeRequest, change_id)
        if request.change_class != "F":
            raise errors.not_in(request.change_class, "F")
        centre = self.load(Centre, request.centre.case_id)
        with in_law(request.effective_on):
            request.approve(document_no="")
            terms: dict[str, Any] = {
                "change_id": request.id,
                "reason": request.reason,
                "effective_on": request.effective_on,
            }
            centre.correct_facts(request.facts, **terms)
            self.save(request, centre)
        return request

    def refuse_change(self, change_id: UUID, *, document_no: str, **why: Any) -> ChangeRequest:
        """Refuse a change, with reasons and clauses."""
        request = self.load(ChangeRequest, change_id)
        request.refuse(remedy=remedy_text(edition(request.policy_edition)), document_no=document_no, **why)
        self.save(request)
        return request

    def withdraw_change(self, change_id: UUID) -> ChangeRequest:
        """Ask for a change no longer."""
        request = self.load(ChangeRequest, change_id)
        request.withdraw()
        self.save(request)
        return request

    def _carry_out(self, request: ChangeRequest, centre: Centre, document_no: str) -> Iterator[Aggregate]:
        """What an approved change does to the centre, and what else follows from it."""
        terms: dict[str, Any] = {"document_no": document_no, "effective_on": request.effective_on}
        if request.subject == "merger" and request.other_case_id is not None:
            other, rules = self.load(Centre, request.other_case_id), edition(request.policy_edition)
            other.merge_into(centre, **terms)
            yield other
            yield from self._follows_the_end(other, status=Qualification.MERGED, reason="merged", rules=rules, **terms)
            yield from self._conditions_recomputed(centre)
            return
        if request.subject == "split":
            yield from self._split(centre, request.facts, change_id=request.id, **terms)
            return
        lead = centre.lead_uscc
        centre.change_facts(request.facts, change_id=request.id, **terms)
        if centre.lead_uscc != lead:
            yield from self._handed_over(centre)
        if request.change_class == "C":
            yield from self._conditions_recomputed(centre)

    def _handed_over(self, centre: Centre) -> Iterator[AnnualSummary]:
        for summary in self._summaries_in(centre.id, *OPEN):
            summary.hand_over(centre=centre.ref)
            yield summary

    def _other(self, centre: Centre, other_case_id: UUID | None) -> Centre:
        """The other centre of a merger. Raises Invalid for the same one, NotInThisState for one that is not listed."""
        if other_case_id is None or other_case_id == centre.id:
            raise errors.merged_into_itself()
        other = self.find(Centre, other_case_id)
        if other is None:
            raise errors.not_in(Qualification.CLEARED, *LISTED)
        require_state(other.qualification, *LISTED)
        other.check_not_clouded()
        return other


def _concerned(centre: Centre, facts: tuple[Fact, ...], other: Centre | None) -> tuple[str, ...]:
    """The prefectures that give their opinion: the centre's, the one it moves to, the one of what it takes in."""
    moved = [str(fact.value) for fact in facts if fact.name == "prefecture"]
    return tuple(dict.fromkeys((centre.prefecture, *moved, *([other.prefecture] if other else ()))))
