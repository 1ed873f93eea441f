"""Change of registered facts (变更): (JOINING) → PREF_OPINION → PROV_REVIEW (⇄ CORRECTION) → APPROVED, REFUSED or
WITHDRAWN (S4.3; ours).

Classes: A filing (备案, effective at once), B review (审核), C re-verification (重新核验), D merger (合并), E split
(分立), F correction (更正, two officers).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.domain import errors
from services.registry.domain.facts import FACTS, Fact
from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import acting_now, event
from services.shared.vocabulary import PREFECTURES, DocumentRef, Finding, Invalid, is_uscc


class State(StrEnum):
    """Where a change stands."""

    JOINING = "joining"  # 待另一方共同申请: a merger is asked for by both
    CORRECTION = "correction"  # 省级要求补正
    PREF_OPINION = "pref-opinion"  # 待州市出具意见
    PROV_REVIEW = "prov-review"  # 省级审核
    APPROVED = "approved"  # 已核准或已备案
    REFUSED = "refused"  # 不予变更
    WITHDRAWN = "withdrawn"  # 已撤回
    CEASED = "ceased"  # 终止办理: the centre is no longer listed


OPEN = (State.JOINING, State.PREF_OPINION, State.PROV_REVIEW, State.CORRECTION)
"""States in which something is still to be done."""

WITH_OPINION = "BCDE"
"""The classes on which the prefectures give their opinion (州市意见)."""

_WITH_OPINION_AT_FIRST = "BCD"
"""Those of the events that do not say whether it is wanted: a split went to the province at once."""


def first_state(change_class: str, other_lead_uscc: str, opinion_wanted: bool | None) -> State:
    """Where a change begins: with the other party of a merger, with the prefectures, or with the province."""
    if other_lead_uscc:
        return State.JOINING
    if opinion_wanted is None:
        opinion_wanted = change_class in _WITH_OPINION_AT_FIRST
    return State.PREF_OPINION if opinion_wanted else State.PROV_REVIEW


class ChangeRequest(Record):
    """One change of one centre. `prefectures` are those concerned: where the centre is, and where it goes."""

    TOPIC = "registry.change-request"

    @event("Requested", topic="registry.change-request.requested")
    def __init__(
        self,
        centre: CentreRef,
        subject: str,
        change_class: str,
        facts: tuple[Fact, ...],
        effective_on: date,
        reason: str,
        other_case_id: UUID | None,
        prefectures: tuple[str, ...],
        requested_by: str,
        policy_edition: str,
        other_lead_uscc: str = "",
        opinion_wanted: bool | None = None,
    ) -> None:
        self.centre = centre
        self.subject = subject
        self.change_class = change_class
        self.facts = facts
        self.effective_on = effective_on
        self.reason = reason
        self.other_case_id = other_case_id
        self.prefectures = prefectures
        self.requested_by = requested_by
        self.policy_edition = policy_edition
        self.opinions: tuple[str, ...] = ()
        self.other_lead_uscc = other_lead_uscc
        self.state = first_state(change_class, other_lead_uscc, opinion_wanted)
        self.documents: tuple[DocumentRef, ...] = ()
        self.corrected = False

    def join(self) -> None:
        """Ask for the merger too (共同申请): the lead unit of the other centre does it."""
        require_state(self.state, State.JOINING)
        self._joined()

    @event("Joined", topic="registry.change-request.joined")
    def _joined(self) -> None:
        self.state = State.PREF_OPINION

    def ask_for_correction(self, *, items: tuple[str, ...]) -> None:
        """Say all that is missing, once (一次性告知补正)."""
        require_state(self.state, State.PROV_REVIEW)
        if self.corrected:
            raise errors.corrected_already()
        self._correction_asked_for(items=items)

    @event("CorrectionAskedFor", topic="registry.change-request.correction-asked-for")
    def _correction_asked_for(self, items: tuple[str, ...]) -> None:  # kept in the event
        self.corrected = True
        self.state = State.CORRECTION

    def answer_correction(self, *, facts: tuple[Fact, ...], reason: str) -> None:
        """Hand in what was missing (补正); the facts given now stand in the place of the first."""
        require_state(self.state, State.CORRECTION)
        self._correction_answered(facts=facts, reason=reason)

    @event("CorrectionAnswered", topic="registry.change-request.correction-answered")
    def _correction_answered(self, facts: tuple[Fact, ...], reason: str) -> None:
        self.facts = facts or self.facts
        self.reason = reason
        self.state = State.PROV_REVIEW

    def give_opinion(self, *, prefecture: str, agrees: bool, document: DocumentRef) -> None:
        """Give a prefecture's opinion (州市意见); the province reviews when all concerned have."""
        require_state(self.state, State.PREF_OPINION)
        if prefecture not in self.prefectures or prefecture in self.opinions:
            raise errors.no_opinion_wanted(prefecture)
        self._opinion_given(prefecture=prefecture, agrees=agrees, document=document)

    @event("OpinionGiven", topic="registry.change-request.opinion-given")
    def _opinion_given(self, prefecture: str, agrees: bool, document: DocumentRef) -> None:  # `agrees` is kept
        self.opinions = (*self.opinions, prefecture)
        self.documents = (*self.documents, document)
        if set(self.opinions) >= set(self.prefectures):
            self.state = State.PROV_REVIEW

    def approve(self, *, document_no: str) -> None:
        """Approve (核准); a filing of class A approves itself. Raises Denied for whoever asked for any other class."""
        require_state(self.state, State.PROV_REVIEW)
        if self.change_class != "A" and acting_now().actor == self.requested_by:
            raise errors.drafter_signs(self.requested_by)
        self._approved(document_no=document_no)

    @event("Approved", topic="registry.change-request.approved")
    def _approved(self, document_no: str) -> None:  # kept in the event
        self.state = State.APPROVED

    def refuse(self, *, reasons: tuple[str, ...], clauses: tuple[str, ...], remedy: str, document_no: str) -> None:
        """Refuse (不予变更), with reasons, clauses and how to object."""
        require_state(self.state, *OPEN)
        if not reasons:
            raise errors.reasons_missing()
        self._refused(reasons=reasons, clauses=clauses, remedy=remedy, document_no=document_no)

    @event("Refused", topic="registry.change-request.refused")
    def _refused(  # all kept in the event
        self, reasons: tuple[str, ...], clauses: tuple[str, ...], remedy: str, document_no: str
    ) -> None:
        self.state = State.REFUSED

    def withdraw(self) -> None:
        """Ask for it no longer (撤回)."""
        require_state(self.state, *OPEN)
        self._withdrawn()

    def cease(self) -> None:
        """Let it fall (终止办理): the centre is no longer listed."""
        require_state(self.state, *OPEN)
        self._ceased()

    @event("Ceased", topic="registry.change-request.ceased")
    def _ceased(self) -> None:
        self.state = State.CEASED

    @event("Withdrawn", topic="registry.change-request.withdrawn")
    def _withdrawn(self) -> None:
        self.state = State.WITHDRAWN

    def reopen(self, *, document_no: str) -> None:
        """Be decided anew (重新作出决定): another body annulled the refusal. S4.0"""
        require_state(self.state, State.REFUSED)
        self._reopened(document_no=document_no)

    @event("ReopenedByRemedy", topic="registry.change-request.reopened-by-remedy")
    def _reopened(self, document_no: str) -> None:  # kept in the event
        self.state = State.PROV_REVIEW


def check_facts(subject: str, facts: tuple[Fact, ...]) -> None:
    """Raises Invalid with every fact that is not of this subject, or has not its form, or when there is none."""
    if findings := tuple(_wrong(subject, facts)):
        raise Invalid(*findings)


def _wrong(subject: str, facts: tuple[Fact, ...]) -> Iterator[Finding]:
    if not facts and subject in FACTS:
        yield errors.fact_missing(subject)
    for fact in facts:
        if fact.name not in FACTS.get(subject, ()):
            yield errors.fact_not_of_subject(fact.name, subject)
        elif fact.name == "prefecture" and fact.value not in PREFECTURES:
            yield errors.bad_fact(fact.name, "应为本省州市代码", "this is no prefecture of the province")
        elif fact.name.endswith(("_uscc", "_usccs")) and not _all_codes(fact.value):
            yield errors.bad_fact(fact.name, "统一社会信用代码不符合规则", "a USCC is wrong")
    names = {fact.name for fact in facts}
    if subject == "lead_unit" and not {"lead_uscc", "lead_unit_name"} <= names:
        yield errors.bad_fact("lead_uscc", "应同时填写代码和名称", "code and name change together")
    if subject == "split" and not {"split_off", "split_off_uscc"} <= names:
        yield errors.bad_fact("split_off_uscc", "应同时填写分立单位的代码和名称", "the unit has a code and a name")
    if subject == "members" and not {"member_usccs", "member_names"} <= names:
        yield errors.bad_fact("member_usccs", "应同时填写代码和名称", "codes and names change together")


def _all_codes(value: str | tuple[str, ...]) -> bool:
    return all(map(is_uscc, (value,) if isinstance(value, str) else value))
