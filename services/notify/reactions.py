"""What notify does about the events of others: who must be told what. The texts are in `domain/templates.toml`.

Facts are numbers, names of centres and units, and dates, as text. Free text of applicants is not passed on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Protocol
from uuid import UUID

from services.audit.contracts import TamperingFound
from services.intake.contracts import (
    DossierResubmitted,
    DossierSubmitted,
    DossierWithdrawn,
    RoundClosed,
    RoundExtended,
    RoundOpened,
)
from services.notify.application import Notify
from services.notify.domain.values import PROVINCE, Audience, Parties, organisation, prefecture
from services.notify.domain.watch import Watch
from services.notify.outlets.journal import Keeping
from services.registry.contracts import (
    AssessmentAnnulled,
    AssessmentFinalised,
    CentreDesignated,
    CentreListedForCultivation,
    CentreRecommendedToMinistry,
    CentreRevoked,
    CentreSplit,
    ContributionFellShort,
    PlaqueIssued,
    PlaqueRecallOrdered,
    PrefecturalCentreFiled,
    RectificationOrdered,
    ShortfallCured,
    ShortfallOpened,
    SummaryAccepted,
)
from services.review import contracts as review
from services.review.contracts import CaseCleared, CaseNotSelected, NoticeClosed, NoticePosted
from services.screening import contracts as screening
from services.screening.contracts import BatchSubmitted, CaseNotRecommended, CaseRecommended, CaseTakenIn
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

_MATTERS = {
    "correction": ("补正", "correction"),
    "rectification": ("整改", "rectification"),
    "shortfall": ("基本条件补足", "restoring of a basic condition"),
}
"""What is watched, in words."""

_KEEPERS = {"centre": ("原中心", "the centre"), "successor": ("分立单位", "the unit that left")}
"""Which of the two that remain after a split has the qualification, in words."""

_TRACKS = {Track.DESIGNATION: "认定", Track.CULTIVATION: "培育"}


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


@REACTIONS.to(RoundOpened)
def when_round_opened(notify: Notify, message: RoundOpened) -> None:
    facts = {
        "number": message.number,
        "title": message.title,
        "opens_on": message.opens_on.isoformat(),
        "closes_on": message.closes_on.isoformat(),
    }
    notify.tell(message.number, facts=facts, told={"round.opened": _bodies(notify)})


@REACTIONS.to(RoundExtended)
def when_round_extended(notify: Notify, message: RoundExtended) -> None:
    facts = {"number": message.number, "closes_at": _moment(message.closes_at), "reason": message.reason}
    told = {"round.extended": [*map(organisation, message.drafting), *_bodies(notify)]}
    notify.tell(message.number, facts=facts, told=told)


@REACTIONS.to(RoundClosed)
def when_round_closed(notify: Notify, message: RoundClosed) -> None:
    told = {"round.closed": _bodies(notify)}
    notify.tell(message.number, facts={"number": message.number}, told=told)


@REACTIONS.to(DossierSubmitted)
def when_dossier_submitted(notify: Notify, message: DossierSubmitted) -> None:
    parties = Parties(message.number, message.centre_name, message.lead_uscc, message.prefecture)
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "lead_unit_name": message.lead_unit_name,
        "prefecture_name": _prefecture_name(message.prefecture),
        "snapshot_number": str(message.snapshot_number),
        "sha256": message.snapshot.sha256,
    }
    told = {
        "dossier.received": [organisation(message.lead_uscc)],
        "dossier.arrived": [prefecture(message.prefecture)],
    }
    notify.take_up_case(message.case_id, parties, facts=facts, told=told)


@REACTIONS.to(DossierWithdrawn)
def when_dossier_withdrawn(notify: Notify, message: DossierWithdrawn) -> None:
    if not message.submitted:
        return  # a draft: nobody but the applicant knew of it
    parties = notify.parties_of(message.case_id)
    facts = {"number": message.number, "centre_name": parties.centre_name}
    told = {"dossier.withdrawn": _unit_and_prefecture(parties)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "correction"))


@REACTIONS.to(screening.CorrectionRequested)
def when_prefecture_asks_for_correction(notify: Notify, message: screening.CorrectionRequested) -> None:
    _ask_for_correction(notify, message, "prefecture", (prefecture(message.prefecture),))


@REACTIONS.to(review.CorrectionRequested)
def when_province_asks_for_correction(notify: Notify, message: review.CorrectionRequested) -> None:
    _ask_for_correction(notify, message, "province", (prefecture(message.prefecture), PROVINCE))


@REACTIONS.to(DossierResubmitted)
def when_dossier_resubmitted(notify: Notify, message: DossierResubmitted) -> None:
    also = notify.unwatched(message.case_id, "correction", occasion=f"{message.level}:{message.round_no}")
    notify.tell(message.number, facts={}, told={}, also=also)


@REACTIONS.to(CaseTakenIn)
def when_case_taken_in(notify: Notify, message: CaseTakenIn) -> None:
    facts = {
        **_named(notify, message.case_id, message.number),
        "prefecture_name": _prefecture_name(message.prefecture),
        "due": _moment(message.due),
    }
    notify.tell(message.number, facts=facts, told={"case.taken-in": [organisation(message.lead_uscc)]})


@REACTIONS.to(screening.CaseSuspended)
def when_prefecture_suspends_case(notify: Notify, message: screening.CaseSuspended) -> None:
    _tell_of_suspension(notify, message)


@REACTIONS.to(screening.CaseResumed)
def when_prefecture_resumes_case(notify: Notify, message: screening.CaseResumed) -> None:
    _tell_of_resumption(notify, message, message.due)


@REACTIONS.to(screening.CaseReopened)
def when_prefecture_reopens_case(notify: Notify, message: screening.CaseReopened) -> None:
    _tell_of_reopening(notify, message)


@REACTIONS.to(review.CaseReopened)
def when_province_reopens_case(notify: Notify, message: review.CaseReopened) -> None:
    _tell_of_reopening(notify, message)


@REACTIONS.to(CaseNotRecommended)
def when_case_not_recommended(notify: Notify, message: CaseNotRecommended) -> None:
    facts = _facts_of_decision(notify, message)
    notify.tell(message.number, facts=facts, told={"case.not-recommended": [organisation(message.lead_uscc)]})


@REACTIONS.to(CaseRecommended)
def when_case_recommended(notify: Notify, message: CaseRecommended) -> None:
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "prefecture_name": _prefecture_name(message.prefecture),
        "letter_no": message.letter_no,
    }
    notify.tell(message.number, facts=facts, told={"case.recommended": [organisation(message.lead_uscc)]})


@REACTIONS.to(BatchSubmitted)
def when_batch_submitted(notify: Notify, message: BatchSubmitted) -> None:
    facts = {
        "prefecture_name": _prefecture_name(message.prefecture),
        "letter_no": message.letter_no,
        "count": str(len(message.case_ids)),
    }
    notify.tell(message.letter_no, facts=facts, told={"batch.submitted": [PROVINCE]})


@REACTIONS.to(CaseNotSelected)
def when_case_not_selected(notify: Notify, message: CaseNotSelected) -> None:
    facts = _facts_of_decision(notify, message)
    notify.tell(message.number, facts=facts, told={"case.not-selected": _unit_and_prefecture(message)})


@REACTIONS.to(review.CaseSuspended)
def when_province_suspends_case(notify: Notify, message: review.CaseSuspended) -> None:
    _tell_of_suspension(notify, message)


@REACTIONS.to(review.CaseResumed)
def when_province_resumes_case(notify: Notify, message: review.CaseResumed) -> None:
    _tell_of_resumption(notify, message, message.correction_due)


@REACTIONS.to(NoticePosted)
def when_notice_posted(notify: Notify, message: NoticePosted) -> None:
    concerned = [notify.parties_of(case_id) for case_id in message.case_ids]
    facts = {
        "notice_no": message.notice_no,
        "title": message.title,
        "posted_on": message.posted_on.isoformat(),
        "ends_at": _moment(message.ends_at),
    }
    told = {"notice.posted": [audience for parties in concerned for audience in _unit_and_prefecture(parties)]}
    notify.tell(message.notice_no, facts=facts, told=told)


@REACTIONS.to(NoticeClosed)
def when_notice_closed(notify: Notify, message: NoticeClosed) -> None:
    notify.tell(message.notice_no, facts={"notice_no": message.notice_no}, told={"notice.closed": [PROVINCE]})


@REACTIONS.to(CaseCleared)
def when_case_cleared(notify: Notify, message: CaseCleared) -> None:
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "track": message.track.value,
        "track_zh": _TRACKS[message.track],
        "notice_no": message.notice_no,
    }
    notify.tell(message.number, facts=facts, told={"case.cleared": [*_unit_and_prefecture(message), PROVINCE]})


@REACTIONS.to(CentreDesignated)
def when_centre_designated(notify: Notify, message: CentreDesignated) -> None:
    told = {"centre.designated": _unit_and_prefecture(message)}
    notify.tell(message.number, facts=_facts_of_listing(message), told=told)


@REACTIONS.to(CentreListedForCultivation)
def when_centre_listed_for_cultivation(notify: Notify, message: CentreListedForCultivation) -> None:
    told = {"centre.listed-for-cultivation": _unit_and_prefecture(message)}
    notify.tell(message.number, facts=_facts_of_listing(message), told=told)


@REACTIONS.to(PlaqueIssued)
def when_plaque_issued(notify: Notify, message: PlaqueIssued) -> None:
    facts = {**_named(notify, message.case_id, message.number), "plaque_no": message.plaque_no}
    notify.tell(message.number, facts=facts, told={"plaque.issued": _unit_and_prefecture(message)})


@REACTIONS.to(PlaqueRecallOrdered)
def when_plaque_recall_ordered(notify: Notify, message: PlaqueRecallOrdered) -> None:
    facts = {**_named(notify, message.case_id, message.number), "plaque_no": message.plaque_no}
    notify.tell(message.number, facts=facts, told={"plaque.recall-ordered": _unit_and_prefecture(message)})


@REACTIONS.to(SummaryAccepted)
def when_summary_accepted(notify: Notify, message: SummaryAccepted) -> None:
    facts = {**_named(notify, message.case_id, message.number), "year": str(message.year)}
    notify.tell(message.number, facts=facts, told={"summary.accepted": [organisation(message.lead_uscc)]})


@REACTIONS.to(AssessmentFinalised)
def when_assessment_finalised(notify: Notify, message: AssessmentFinalised) -> None:
    facts = {
        **_named(notify, message.case_id, message.number),
        "year": str(message.year),
        "score": message.score,
        "grade": message.grade,
        "grade_zh": _grade_zh(message.grade, message.policy_edition),
    }
    told = {"assessment.finalised": _unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "rectification"))


@REACTIONS.to(AssessmentAnnulled)
def when_assessment_annulled(notify: Notify, message: AssessmentAnnulled) -> None:
    facts = {
        **_named(notify, message.case_id, message.number),
        "year": str(message.year),
        "body": message.body,
        "document_no": message.document_no,
        "effective_on": message.effective_on.isoformat(),
    }
    told = {"assessment.annulled": _unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "rectification"))


@REACTIONS.to(RectificationOrdered)
def when_rectification_ordered(notify: Notify, message: RectificationOrdered) -> None:
    facts = {
        **_named(notify, message.case_id, message.number),
        "items": _listed(message.items),
        "due_on": message.due_on.isoformat(),
    }
    watch = _watched(
        notify,
        message,
        ("rectification", message.due_on.isoformat()),
        _close_of(message.due_on),
        (prefecture(message.prefecture), PROVINCE),
    )
    told = {"rectification.ordered": _unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=[watch])


@REACTIONS.to(ShortfallOpened)
def when_shortfall_opened(notify: Notify, message: ShortfallOpened) -> None:
    facts = {
        **_named(notify, message.case_id, message.number),
        "clause": message.clause,
        "due": message.due_on.isoformat(),
    }
    superiors = (prefecture(message.prefecture), PROVINCE)
    asked = (f"shortfall:{message.condition}", message.due_on.isoformat())
    watch = _watched(notify, message, asked, _close_of(message.due_on), superiors)
    told = {"shortfall.opened": _unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=[watch])


@REACTIONS.to(ShortfallCured)
def when_shortfall_cured(notify: Notify, message: ShortfallCured) -> None:
    also = notify.unwatched(message.case_id, f"shortfall:{message.condition}")
    notify.tell(message.number, facts={}, told={}, also=also)


@REACTIONS.to(CentreRevoked)
def when_centre_revoked(notify: Notify, message: CentreRevoked) -> None:
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "document_no": message.document_no,
        "effective_on": message.effective_on.isoformat(),
        "grounds": _listed(message.grounds),
        "clauses": _listed(message.clauses),
        "banned_until": _day_or_dash(message.banned_until),
        "remedy": message.remedy,
    }
    told = {"centre.revoked": _unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "rectification"))


@REACTIONS.to(CentreSplit)
def when_centre_split(notify: Notify, message: CentreSplit) -> None:
    zh, en = _KEEPERS[message.keeper]
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "unit_name": message.unit_name,
        "keeper_zh": zh,
        "keeper_en": en,
        "document_no": message.document_no,
        "effective_on": message.effective_on.isoformat(),
    }
    notify.tell(message.number, facts=facts, told={"centre.split": _with_unit(message, message.unit_uscc)})


@REACTIONS.to(ContributionFellShort)
def when_contribution_fell_short(notify: Notify, message: ContributionFellShort) -> None:
    kinds = _in_force(notify)["contributions.kinds"]
    facts = {
        **_named(notify, message.case_id, message.number),
        "unit_uscc": message.unit_uscc,
        "kind": message.kind,
        "kind_zh": kinds.get(message.kind, message.kind),
        "due_on": message.due_on.isoformat(),
        "outstanding_wan": message.outstanding_wan,
    }
    told = {"contribution.fell-short": _with_unit(message, message.unit_uscc)}
    notify.tell(message.number, facts=facts, told=told)


@REACTIONS.to(PrefecturalCentreFiled)
def when_prefectural_centre_filed(notify: Notify, message: PrefecturalCentreFiled) -> None:
    facts = {
        "centre_name": message.centre_name,
        "prefecture_name": _prefecture_name(message.prefecture),
        "filing_no": message.filing_no,
    }
    notify.tell(message.filing_no, facts=facts, told={"prefectural-centre.filed": _unit_and_prefecture(message)})


@REACTIONS.to(CentreRecommendedToMinistry)
def when_centre_recommended_to_ministry(notify: Notify, message: CentreRecommendedToMinistry) -> None:
    facts = {**_named(notify, message.case_id, message.number), "letter_no": message.letter_no}
    notify.tell(message.number, facts=facts, told={"centre.recommended-to-ministry": _unit_and_prefecture(message)})


@REACTIONS.to(TamperingFound)
def when_tampering_found(notify: Notify, message: TamperingFound) -> None:
    facts = {"service": message.service, "position": str(message.position), "kind": message.kind}
    notify.tell(message.origin, facts=facts, told={"tampering.found": [PROVINCE]})


def _tell_of_suspension(notify: Notify, message: screening.CaseSuspended | review.CaseSuspended) -> None:
    causes = edition_in_force(message.since.astimezone(SHANGHAI).date())["suspension.causes"]
    facts = {
        **_named(notify, message.case_id, message.number),
        "cause": message.cause,
        "cause_zh": causes.get(message.cause, message.cause),
        "document_no": message.document_no,
    }
    told, also = {"case.suspended": _unit_and_prefecture(message)}, notify.held(message.case_id, "correction")
    notify.tell(message.number, facts=facts, told=told, also=also)


def _tell_of_resumption(
    notify: Notify, message: screening.CaseResumed | review.CaseResumed, due: datetime | None
) -> None:
    facts = {
        **_named(notify, message.case_id, message.number),
        "document_no": message.document_no,
        "deadline_zh": f"正在计算的期限顺延至 {_moment(due)}（北京时间）。" if due else "",
        "deadline_en": f"What was running ends at {_moment(due)} Beijing time." if due else "",
    }
    also = notify.let_go(message.case_id, "correction", due=due, due_words=_moment(due)) if due else []
    notify.tell(message.number, facts=facts, told={"case.resumed": _unit_and_prefecture(message)}, also=also)


def _tell_of_reopening(notify: Notify, message: screening.CaseReopened | review.CaseReopened) -> None:
    named = _named(notify, message.case_id, message.number)
    facts = {**named, "body": message.body, "decision_no": message.decision_no}
    notify.tell(message.number, facts=facts, told={"case.reopened": _unit_and_prefecture(message)})


def _ask_for_correction(
    notify: Notify,
    message: screening.CorrectionRequested | review.CorrectionRequested,
    level: str,
    superiors: tuple[Audience, ...],
) -> None:
    named = _named(notify, message.case_id, message.number)
    facts = {**named, "count": str(len(message.items)), "due": _moment(message.due)}
    watch = _watched(notify, message, ("correction", f"{level}:{message.round_no}"), message.due, superiors)
    told = {"correction.requested": [organisation(message.lead_uscc)]}
    notify.tell(message.number, facts=facts, told=told, also=[watch])


def _watched(
    notify: Notify, message: Matter, asked: tuple[str, str], due: datetime, superiors: tuple[Audience, ...]
) -> Watch:
    """The watch over what this message asks of the lead unit: which matter, and on which occasion."""
    matter, occasion = asked
    zh, en = _MATTERS[matter.partition(":")[0]]
    named = _named(notify, message.case_id, message.number)
    return notify.watched(
        message.case_id,
        matter,
        about=message.number,
        occasion=occasion,
        facts={**named, "matter_zh": zh, "matter_en": en, "due": _moment(due)},
        actor=organisation(message.lead_uscc),
        superiors=superiors,
        due=due,
    )


def _close_of(day: date) -> datetime:
    """The end of the working day on which something is due."""
    return datetime.combine(day, time.fromisoformat(edition_in_force(day)["deadline.close_time"]), tzinfo=SHANGHAI)


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _unit_and_prefecture(concerned: Concerns) -> list[Audience]:
    return [organisation(concerned.lead_uscc), prefecture(concerned.prefecture)]


def _with_unit(concerned: Concerns, unit_uscc: str) -> list[Audience]:
    """The lead unit and the prefecture, and the unit itself that it is about."""
    return list(dict.fromkeys((*_unit_and_prefecture(concerned), organisation(unit_uscc))))


def _named(notify: Notify, case_id: UUID, number: str) -> dict[str, str]:
    """The number, and the centre's name as the dossier gave it; the number again while that was not heard."""
    return {"number": number, "centre_name": notify.name_of(case_id, otherwise=number)}


def _facts_of_decision(notify: Notify, message: CaseNotRecommended | CaseNotSelected) -> dict[str, str]:
    return {
        **_named(notify, message.case_id, message.number),
        "document_no": message.document_no,
        "reasons": _listed(message.reasons),
        "clauses": _listed(message.clauses),
        "remedy": message.remedy,
    }


def _facts_of_listing(message: CentreDesignated | CentreListedForCultivation) -> dict[str, str]:
    return {
        "number": message.number,
        "case_number": message.case_number,
        "centre_name": message.centre_name,
        "lead_unit_name": message.lead_unit_name,
        "document_no": message.document_no,
        "effective_on": message.effective_on.isoformat(),
    }


def _bodies(notify: Notify) -> list[Audience]:
    """Everybody who may recommend by the edition in force today."""
    return [prefecture(code) for code in recommending_bodies(_in_force(notify))]


def _in_force(notify: Notify) -> Edition:
    return edition_in_force(notify.clock.now().astimezone(SHANGHAI).date())


def _prefecture_name(code: str) -> str:
    return known_bodies().get(code, code)


def _grade_zh(grade: str, edition_id: str) -> str:
    """The edition's Chinese name of a grade; the grade itself when the edition names none such."""
    return next((g["zh"] for g in edition(edition_id)["assessment.grades"] if g["code"] == grade), grade)


def _listed(texts: Iterable[str]) -> str:
    return "；".join(texts)


def _day_or_dash(day: date | None) -> str:
    return day.isoformat() if day else "—"
