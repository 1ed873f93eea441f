"""What notify does about the events of others: who must be told what. The texts are in `domain/templates.toml`.

Facts are numbers, names of centres and units, and dates, as text. Free text of applicants is not passed on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol
from uuid import UUID

from services.audit.contracts import TamperingFound
from services.intake.contracts import DossierSubmitted, DossierWithdrawn, RoundClosed, RoundOpened
from services.notify.application import Notify
from services.notify.domain.values import PROVINCE, Audience, Parties, organisation, prefecture
from services.notify.outlets.journal import Keeping
from services.registry.contracts import (
    AssessmentFinalised,
    CentreDesignated,
    CentreListedForCultivation,
    CentreRecommendedToMinistry,
    CentreRevoked,
    PlaqueIssued,
    PlaqueRecallOrdered,
    RectificationOrdered,
    SummaryAccepted,
)
from services.review.contracts import CaseCleared, CaseNotSelected, NoticeClosed, NoticePosted
from services.screening.contracts import BatchSubmitted, CaseNotRecommended, CaseRecommended
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.application import Application
from services.shared.kernel.clock import SHANGHAI
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.reactions import Reactions
from services.shared.policy import edition
from services.shared.vocabulary import PREFECTURES, Track


class JournallingReactions(Reactions):
    """Writes every event that is heard into the journal for subscribed systems, also one that tells no person."""

    def react(self, application: Application, event: IntegrationEvent, tracking: Tracking) -> None:
        keeping = Keeping(event, tracking)
        super().react(application, event, keeping)
        if not keeping.written:
            with application.database.transaction() as cursor:
                keeping.write(cursor)


REACTIONS = JournallingReactions()

_TRACKS = {Track.DESIGNATION: "认定", Track.CULTIVATION: "培育"}


class Concerns(Protocol):
    """Whatever says whom it concerns: most messages, and the parties of a case."""

    @property
    def lead_uscc(self) -> str: ...
    @property
    def prefecture(self) -> str: ...


@REACTIONS.to(RoundOpened)
def when_round_opened(notify: Notify, message: RoundOpened) -> None:
    facts = {
        "number": message.number,
        "title": message.title,
        "opens_on": message.opens_on.isoformat(),
        "closes_on": message.closes_on.isoformat(),
    }
    notify.tell(message.number, facts=facts, told={"round.opened": map(prefecture, PREFECTURES)})


@REACTIONS.to(RoundClosed)
def when_round_closed(notify: Notify, message: RoundClosed) -> None:
    told = {"round.closed": map(prefecture, PREFECTURES)}
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
    notify.tell(message.number, facts=facts, told={"dossier.withdrawn": _unit_and_prefecture(parties)})


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


@REACTIONS.to(NoticePosted)
def when_notice_posted(notify: Notify, message: NoticePosted) -> None:
    concerned = [notify.parties_of(case_id) for case_id in message.case_ids]
    facts = {
        "notice_no": message.notice_no,
        "title": message.title,
        "posted_on": message.posted_on.isoformat(),
        "ends_at": message.ends_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
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
    notify.tell(message.number, facts=facts, told={"assessment.finalised": _unit_and_prefecture(message)})


@REACTIONS.to(RectificationOrdered)
def when_rectification_ordered(notify: Notify, message: RectificationOrdered) -> None:
    facts = {
        **_named(notify, message.case_id, message.number),
        "items": _listed(message.items),
        "due_on": message.due_on.isoformat(),
    }
    notify.tell(message.number, facts=facts, told={"rectification.ordered": _unit_and_prefecture(message)})


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
    notify.tell(message.number, facts=facts, told={"centre.revoked": _unit_and_prefecture(message)})


@REACTIONS.to(CentreRecommendedToMinistry)
def when_centre_recommended_to_ministry(notify: Notify, message: CentreRecommendedToMinistry) -> None:
    facts = {**_named(notify, message.case_id, message.number), "letter_no": message.letter_no}
    notify.tell(message.number, facts=facts, told={"centre.recommended-to-ministry": _unit_and_prefecture(message)})


@REACTIONS.to(TamperingFound)
def when_tampering_found(notify: Notify, message: TamperingFound) -> None:
    facts = {"service": message.service, "position": str(message.position), "kind": message.kind}
    notify.tell(message.origin, facts=facts, told={"tampering.found": [PROVINCE]})


def _unit_and_prefecture(concerned: Concerns) -> list[Audience]:
    return [organisation(concerned.lead_uscc), prefecture(concerned.prefecture)]


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


def _prefecture_name(code: str) -> str:
    return PREFECTURES.get(code, code)


def _grade_zh(grade: str, edition_id: str) -> str:
    """The edition's Chinese name of a grade; the grade itself when the edition names none such."""
    return next((g["zh"] for g in edition(edition_id)["assessment.grades"] if g["code"] == grade), grade)


def _listed(texts: Iterable[str]) -> str:
    return "；".join(texts)


def _day_or_dash(day: date | None) -> str:
    return day.isoformat() if day else "—"
