"""What the reactions share: whom a message concerns, and how facts are put in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Protocol
from uuid import UUID

from services.notify.application import Notify
from services.notify.domain.values import Audience, organisation, prefecture
from services.notify.domain.watch import Watch
from services.notify.outlets.journal import Keeping
from services.registry.contracts import CentreDesignated, CentreListedForCultivation
from services.review import contracts as review
from services.review.contracts import CaseNotSelected
from services.screening import contracts as screening
from services.screening.contracts import CaseNotRecommended
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.application import Application
from services.shared.kernel.clock import SHANGHAI
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.reactions import Reactions
from services.shared.policy import Edition, edition, edition_in_force
from services.shared.policy.bodies import known_bodies, recommending_bodies
from services.shared.vocabulary import Track


class JournallingReactions(Reactions):
    """Writes every event that is heard into the journal for subscribed systems, also one that tells no person."""

    def react(self, application: Application, event: IntegrationEvent, tracking: Tracking) -> None:
        keeping = Keeping(event, tracking)
        super().react(application, event, keeping)
        if not keeping.written:
            with application.database.transaction() as cursor:
                keeping.write(cursor)


REACTIONS = JournallingReactions()


MATTERS = {
    "correction": ("补正", "correction"),
    "rectification": ("整改", "rectification"),
    "shortfall": ("基本条件补足", "restoring of a basic condition"),
}
"""What is watched, in words."""


KEEPERS = {"centre": ("原中心", "the centre"), "successor": ("分立单位", "the unit that left")}
"""Which of the two that remain after a split has the qualification, in words."""


TRACKS = {Track.DESIGNATION: "认定", Track.CULTIVATION: "培育"}


class Concerns(Protocol):
    """Whatever says whom it concerns: most messages, and the parties of a case."""

    @property
    def lead_uscc(self) -> str: ...
    @property
    def prefecture(self) -> str: ...


class Matter(Concerns, Protocol):
    """A message about one case or centre that asks something of its lead unit."""

    @property
    def case_id(self) -> UUID: ...
    @property
    def number(self) -> str: ...


def tell_of_suspension(notify: Notify, message: screening.CaseSuspended | review.CaseSuspended) -> None:
    causes = edition_in_force(message.since.astimezone(SHANGHAI).date())["suspension.causes"]
    facts = {
        **case_named(notify, message.case_id, message.number),
        "cause": message.cause,
        "cause_zh": causes.get(message.cause, message.cause),
        "document_no": message.document_no,
    }
    told, also = {"case.suspended": unit_and_prefecture(message)}, notify.held(message.case_id, "correction")
    notify.tell(message.number, facts=facts, told=told, also=also)


def tell_of_resumption(
    notify: Notify, message: screening.CaseResumed | review.CaseResumed, due: datetime | None
) -> None:
    facts = {
        **case_named(notify, message.case_id, message.number),
        "document_no": message.document_no,
        "deadline_zh": f"正在计算的期限顺延至 {moment(due)}（北京时间）。" if due else "",
        "deadline_en": f"What was running ends at {moment(due)} Beijing time." if due else "",
    }
    also = notify.let_go(message.case_id, "correction", due=due, due_words=moment(due)) if due else []
    notify.tell(message.number, facts=facts, told={"case.resumed": unit_and_prefecture(message)}, also=also)


def tell_of_reopening(notify: Notify, message: screening.CaseReopened | review.CaseReopened) -> None:
    named = case_named(notify, message.case_id, message.number)
    facts = {**named, "body": message.body, "decision_no": message.decision_no}
    notify.tell(message.number, facts=facts, told={"case.reopened": unit_and_prefecture(message)})


def ask_for_correction(
    notify: Notify,
    message: screening.CorrectionRequested | review.CorrectionRequested,
    level: str,
    superiors: tuple[Audience, ...],
) -> None:
    named = case_named(notify, message.case_id, message.number)
    facts = {**named, "count": str(len(message.items)), "due": moment(message.due)}
    watch = watched(notify, message, ("correction", f"{level}:{message.round_no}"), message.due, superiors)
    told = {"correction.requested": [organisation(message.lead_uscc)]}
    notify.tell(message.number, facts=facts, told=told, also=[watch])


def watched(
    notify: Notify, message: Matter, asked: tuple[str, str], due: datetime, superiors: tuple[Audience, ...]
) -> Watch:
    """The watch over what this message asks of the lead unit: which matter, and on which occasion."""
    matter, occasion = asked
    zh, en = MATTERS[matter.partition(":")[0]]
    named = case_named(notify, message.case_id, message.number)
    return notify.watched(
        message.case_id,
        matter,
        about=message.number,
        occasion=occasion,
        facts={**named, "matter_zh": zh, "matter_en": en, "due": moment(due)},
        actor=organisation(message.lead_uscc),
        superiors=superiors,
        due=due,
    )


def close_of(day: date) -> datetime:
    """The end of the working day on which something is due."""
    return datetime.combine(day, time.fromisoformat(edition_in_force(day)["deadline.close_time"]), tzinfo=SHANGHAI)


def moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def unit_and_prefecture(concerned: Concerns) -> list[Audience]:
    return [organisation(concerned.lead_uscc), prefecture(concerned.prefecture)]


def with_unit(concerned: Concerns, unit_uscc: str) -> list[Audience]:
    """The lead unit and the prefecture, and the unit itself that it is about."""
    return list(dict.fromkeys((*unit_and_prefecture(concerned), organisation(unit_uscc))))


def case_named(notify: Notify, case_id: UUID, number: str) -> dict[str, str]:
    """The number, and the centre's name as the dossier gave it; the number again while that was not heard."""
    return {"number": number, "centre_name": notify.name_of(case_id, otherwise=number)}


def facts_of_decision(notify: Notify, message: CaseNotRecommended | CaseNotSelected) -> dict[str, str]:
    return {
        **case_named(notify, message.case_id, message.number),
        "document_no": message.document_no,
        "reasons": listed(message.reasons),
        "clauses": listed(message.clauses),
        "remedy": message.remedy,
    }


def facts_of_listing(message: CentreDesignated | CentreListedForCultivation) -> dict[str, str]:
    return {
        "number": message.number,
        "case_number": message.case_number,
        "centre_name": message.centre_name,
        "lead_unit_name": message.lead_unit_name,
        "document_no": message.document_no,
        "effective_on": message.effective_on.isoformat(),
    }


def bodies(notify: Notify) -> list[Audience]:
    """Everybody who may recommend by the edition in force today."""
    return [prefecture(code) for code in recommending_bodies(in_force(notify))]


def in_force(notify: Notify) -> Edition:
    return edition_in_force(notify.clock.now().astimezone(SHANGHAI).date())


def prefecture_name(code: str) -> str:
    return known_bodies().get(code, code)


def grade_zh(grade: str, edition_id: str) -> str:
    """The edition's Chinese name of a grade; the grade itself when the edition names none such."""
    return next((g["zh"] for g in edition(edition_id)["assessment.grades"] if g["code"] == grade), grade)


def listed(texts: Iterable[str]) -> str:
    return "；".join(texts)


def day_or_dash(day: date | None) -> str:
    return day.isoformat() if day else "—"
