"""Who is told of what the registry says."""

from __future__ import annotations

from services.notify.application import Notify
from services.notify.domain.values import PROVINCE, organisation, prefecture
from services.notify.reactions.telling import (
    KEEPERS,
    REACTIONS,
    case_named,
    close_of,
    day_or_dash,
    facts_of_listing,
    grade_zh,
    in_force,
    listed,
    prefecture_name,
    unit_and_prefecture,
    watched,
    with_unit,
)
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


@REACTIONS.to(CentreDesignated)
def when_centre_designated(notify: Notify, message: CentreDesignated) -> None:
    told = {"centre.designated": unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts_of_listing(message), told=told)


@REACTIONS.to(CentreListedForCultivation)
def when_centre_listed_for_cultivation(notify: Notify, message: CentreListedForCultivation) -> None:
    told = {"centre.listed-for-cultivation": unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts_of_listing(message), told=told)


@REACTIONS.to(PlaqueIssued)
def when_plaque_issued(notify: Notify, message: PlaqueIssued) -> None:
    facts = {**case_named(notify, message.case_id, message.number), "plaque_no": message.plaque_no}
    notify.tell(message.number, facts=facts, told={"plaque.issued": unit_and_prefecture(message)})


@REACTIONS.to(PlaqueRecallOrdered)
def when_plaque_recall_ordered(notify: Notify, message: PlaqueRecallOrdered) -> None:
    facts = {**case_named(notify, message.case_id, message.number), "plaque_no": message.plaque_no}
    notify.tell(message.number, facts=facts, told={"plaque.recall-ordered": unit_and_prefecture(message)})


@REACTIONS.to(SummaryAccepted)
def when_summary_accepted(notify: Notify, message: SummaryAccepted) -> None:
    facts = {**case_named(notify, message.case_id, message.number), "year": str(message.year)}
    notify.tell(message.number, facts=facts, told={"summary.accepted": [organisation(message.lead_uscc)]})


@REACTIONS.to(AssessmentFinalised)
def when_assessment_finalised(notify: Notify, message: AssessmentFinalised) -> None:
    facts = {
        **case_named(notify, message.case_id, message.number),
        "year": str(message.year),
        "score": message.score,
        "grade": message.grade,
        "grade_zh": grade_zh(message.grade, message.policy_edition),
    }
    told = {"assessment.finalised": unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "rectification"))


@REACTIONS.to(AssessmentAnnulled)
def when_assessment_annulled(notify: Notify, message: AssessmentAnnulled) -> None:
    facts = {
        **case_named(notify, message.case_id, message.number),
        "year": str(message.year),
        "body": message.body,
        "document_no": message.document_no,
        "effective_on": message.effective_on.isoformat(),
    }
    told = {"assessment.annulled": unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "rectification"))


@REACTIONS.to(RectificationOrdered)
def when_rectification_ordered(notify: Notify, message: RectificationOrdered) -> None:
    facts = {
        **case_named(notify, message.case_id, message.number),
        "items": listed(message.items),
        "due_on": message.due_on.isoformat(),
    }
    watch = watched(
        notify,
        message,
        ("rectification", message.due_on.isoformat()),
        close_of(message.due_on),
        (prefecture(message.prefecture), PROVINCE),
    )
    told = {"rectification.ordered": unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=[watch])


@REACTIONS.to(ShortfallOpened)
def when_shortfall_opened(notify: Notify, message: ShortfallOpened) -> None:
    facts = {
        **case_named(notify, message.case_id, message.number),
        "clause": message.clause,
        "due": message.due_on.isoformat(),
    }
    superiors = (prefecture(message.prefecture), PROVINCE)
    asked = (f"shortfall:{message.condition}", message.due_on.isoformat())
    watch = watched(notify, message, asked, close_of(message.due_on), superiors)
    told = {"shortfall.opened": unit_and_prefecture(message)}
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
        "grounds": listed(message.grounds),
        "clauses": listed(message.clauses),
        "banned_until": day_or_dash(message.banned_until),
        "remedy": message.remedy,
    }
    told = {"centre.revoked": unit_and_prefecture(message)}
    notify.tell(message.number, facts=facts, told=told, also=notify.unwatched(message.case_id, "rectification"))


@REACTIONS.to(CentreSplit)
def when_centre_split(notify: Notify, message: CentreSplit) -> None:
    zh, en = KEEPERS[message.keeper]
    facts = {
        "number": message.number,
        "centre_name": message.centre_name,
        "unit_name": message.unit_name,
        "keeper_zh": zh,
        "keeper_en": en,
        "document_no": message.document_no,
        "effective_on": message.effective_on.isoformat(),
    }
    notify.tell(message.number, facts=facts, told={"centre.split": with_unit(message, message.unit_uscc)})


@REACTIONS.to(ContributionFellShort)
def when_contribution_fell_short(notify: Notify, message: ContributionFellShort) -> None:
    kinds = in_force(notify)["contributions.kinds"]
    facts = {
        **case_named(notify, message.case_id, message.number),
        "unit_uscc": message.unit_uscc,
        "kind": message.kind,
        "kind_zh": kinds.get(message.kind, message.kind),
        "due_on": message.due_on.isoformat(),
        "outstanding_wan": message.outstanding_wan,
    }
    told = {"contribution.fell-short": with_unit(message, message.unit_uscc)}
    notify.tell(message.number, facts=facts, told=told)


@REACTIONS.to(PrefecturalCentreFiled)
def when_prefectural_centre_filed(notify: Notify, message: PrefecturalCentreFiled) -> None:
    facts = {
        "centre_name": message.centre_name,
        "prefecture_name": prefecture_name(message.prefecture),
        "filing_no": message.filing_no,
    }
    notify.tell(message.filing_no, facts=facts, told={"prefectural-centre.filed": unit_and_prefecture(message)})


@REACTIONS.to(CentreRecommendedToMinistry)
def when_centre_recommended_to_ministry(notify: Notify, message: CentreRecommendedToMinistry) -> None:
    facts = {**case_named(notify, message.case_id, message.number), "letter_no": message.letter_no}
    notify.tell(message.number, facts=facts, told={"centre.recommended-to-ministry": unit_and_prefecture(message)})
