"""One believable message of each kind that notify hears, and how to hand it over as an integration event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from services.audit.contracts import TamperingFound
from services.intake.contracts import (
    DossierResubmitted,
    DossierSubmitted,
    DossierWithdrawn,
    RoundClosed,
    RoundExtended,
    RoundOpened,
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
from services.review import contracts as review
from services.review.contracts import CaseCleared, CaseNotSelected, NoticeClosed, NoticePosted
from services.screening import contracts as screening
from services.screening.contracts import BatchSubmitted, CaseNotRecommended, CaseRecommended
from services.shared import contract
from services.shared.envelope import TYPE_PREFIX, IntegrationEvent, source_of
from services.shared.vocabulary import DocumentRef, Track

CASE = UUID("01910000-0000-7000-8000-000000000001")
ROUND = UUID("01910000-0000-7000-8000-000000000002")
BATCH = UUID("01910000-0000-7000-8000-000000000003")
NOTICE = UUID("01910000-0000-7000-8000-000000000004")
ALLOY = "91530100MAFAKE019M"
KUNMING = "530100"
EDITION = "2019-05-06"

_DOCUMENT = DocumentRef("ab" * 32, "cd" * 32, "2026-1-7K3F9QA-1.json", "application/json", 2048)
_ROUND = {"round_id": ROUND, "round_number": "2026-1"}
_CONCERNS = {"case_id": CASE, "lead_uscc": ALLOY, "prefecture": KUNMING}
_CENTRE = {**_CONCERNS, "number": "YNMIC-2026-001"}
_NAMES = {
    "lead_unit_name": "昆明幻彩合金股份有限公司",
    "centre_name": "云南幻彩液态金属创新中心",
    "centre_uscc": "91530112MAFAKE027W",
    "member_usccs": (ALLOY, "12530000FAKE0003XC"),
    "field_domain": "LIQUID_METAL",
}
_CASE = {
    **_CONCERNS,
    **_NAMES,
    **_ROUND,
    "number": "2026-1-7K3F9QA",
    "member_names": ("昆明幻彩合金股份有限公司", "云岭虚构理工大学"),
    "rd_direction": "液态金属共性技术",
    "policy_edition": EDITION,
    "snapshot": _DOCUMENT,
}
_LISTING = {
    **_CENTRE,
    **_NAMES,
    "case_number": "2026-1-7K3F9QA",
    "document_no": "云工信科技〔2026〕66号",
    "effective_on": date(2026, 6, 10),
    "policy_edition": EDITION,
}
_REFUSAL: dict[str, Any] = {
    **_CONCERNS,
    "number": "2026-1-7K3F9QA",
    "document_no": "昆工信〔2026〕12号",
    "reasons": ("组建单位不足3家", "组建资金不足1000万元"),
    "clauses": ("S3.2.2", "S3.2.3"),
    "remedy": "如对本决定不服，可以自知道该决定之日起六十日内申请行政复议。",
}

_REOPENED: dict[str, Any] = {
    **_CONCERNS,
    "number": "2026-1-7K3F9QA",
    "body": "云南省人民政府",
    "decision_no": "云政复决字〔2026〕7号",
    "code": "A15",
}

SUBMITTED = DossierSubmitted(
    **_CASE,  # type: ignore[arg-type]
    track_requested="designation",
    total_formation_funds_wan="3200.00",
    snapshot_number=1,
    documents=(_DOCUMENT,),
)
DESIGNATED = CentreDesignated(**_LISTING)  # type: ignore[arg-type]
NOT_RECOMMENDED = CaseNotRecommended(**_REFUSAL)

WITHDRAWN = DossierWithdrawn(case_id=CASE, number="2026-1-7K3F9QA", submitted=True, reason="合作方调整")
POSTED = NoticePosted(
    notice_id=NOTICE,
    notice_no="公示2026-1",
    title="2026年第一批拟认定名单公示",
    case_ids=(CASE,),
    posted_on=date(2026, 6, 1),
    ends_at=datetime(2026, 6, 5, 15, 59, tzinfo=UTC),
    text=_DOCUMENT,
)

SUSPENDED = screening.CaseSuspended(
    **_CONCERNS,  # type: ignore[arg-type]
    number="2026-1-7K3F9QA",
    cause="force-majeure",
    document_no="昆工信〔2026〕31号",
    since=datetime(2026, 6, 3, 4, tzinfo=UTC),
)
RESUMED = screening.CaseResumed(
    **_CONCERNS,  # type: ignore[arg-type]
    number="2026-1-7K3F9QA",
    document_no="昆工信〔2026〕35号",
    due=datetime(2026, 7, 10, 9, 30, tzinfo=UTC),
    provisional=False,
    explanation="",
)

CORRECTION = screening.CorrectionRequested(
    **_CONCERNS,  # type: ignore[arg-type]
    number="2026-1-7K3F9QA",
    round_no=1,
    items=(),
    due=datetime(2026, 6, 12, 9, 30, tzinfo=UTC),
    provisional=False,
    explanation="",
)
"""Due on a Friday at 17:30 Beijing time, nine working days after NOON."""
ANSWERED = DossierResubmitted(
    **{key: value for key, value in _CASE.items() if key not in {"round_id", "round_number", "policy_edition"}},  # type: ignore[arg-type]
    level="prefecture",
    round_no=1,
    track_requested="designation",
    total_formation_funds_wan="3200.00",
    snapshot_number=2,
    documents=(_DOCUMENT,),
)

SUSPENDED_ABOVE = review.CaseSuspended(
    **_CONCERNS,  # type: ignore[arg-type]
    number="2026-1-7K3F9QA",
    cause="investigation",
    document_no="云工信监〔2026〕3号",
    since=datetime(2026, 6, 2, 4, tzinfo=UTC),
)
RESUMED_ABOVE = review.CaseResumed(
    **_CONCERNS,  # type: ignore[arg-type]
    number="2026-1-7K3F9QA",
    document_no="云工信监〔2026〕8号",
    correction_due=datetime(2026, 7, 10, 9, 30, tzinfo=UTC),
    provisional=False,
    explanation="",
)

ANNULLED = AssessmentAnnulled(
    **_CENTRE,  # type: ignore[arg-type]
    year=2029,
    body="云南省人民政府",
    document_no="云政行复〔2030〕33号",
    effective_on=date(2029, 6, 20),
)
UNIT, COPPER = "91310000MAFAKE078X", "91530400MAFAKE115E"
SPLIT = CentreSplit(
    **_CENTRE,  # type: ignore[arg-type]
    centre_name="云南幻彩液态金属创新中心",
    centre_uscc="91530112MAFAKE027W",
    field_domain="LIQUID_METAL",
    unit_uscc=UNIT,
    unit_name="沪上幻智装备有限公司",
    keeper="centre",
    member_usccs=(UNIT,),
    fields=(),
    document_no="云工信技创〔2027〕50号",
    effective_on=date(2027, 9, 1),
)
FELL_SHORT = ContributionFellShort(
    **_CENTRE,  # type: ignore[arg-type]
    unit_uscc=UNIT,
    kind="equity",
    due_on=date(2027, 6, 30),
    outstanding_wan="100.00",
)

MESSAGES: tuple[Any, ...] = (
    RoundOpened(
        round_id=ROUND,
        number="2026-1",
        title="2026年第一批省级制造业创新中心申报",
        year=2026,
        policy_edition=EDITION,
        opens_on=date(2026, 3, 2),
        closes_on=date(2026, 4, 30),
    ),
    RoundExtended(
        round_id=ROUND,
        number="2026-1",
        closes_on=date(2026, 5, 8),
        closes_at=datetime(2026, 5, 8, 9, 30, tzinfo=UTC),
        reason="申报系统维护两日，申报截止时间顺延。",
        drafting=(ALLOY,),
    ),
    RoundClosed(round_id=ROUND, number="2026-1"),
    SUBMITTED,
    screening.CaseTakenIn(
        **_CONCERNS,  # type: ignore[arg-type]
        number="2026-1-7K3F9QA",
        snapshot_number=1,
        due=datetime(2026, 6, 8, 9, 30, tzinfo=UTC),
    ),
    SUSPENDED,
    RESUMED,
    screening.CaseReopened(**_REOPENED),
    review.CaseReopened(**_REOPENED),
    CORRECTION,
    ANSWERED,
    review.CorrectionRequested(
        **_CONCERNS,  # type: ignore[arg-type]
        number="2026-1-7K3F9QA",
        round_no=1,
        items=(),
        due=datetime(2026, 6, 19, 9, 30, tzinfo=UTC),
        provisional=False,
        explanation="",
    ),
    WITHDRAWN,
    NOT_RECOMMENDED,
    CaseRecommended(
        **_CASE,  # type: ignore[arg-type]
        batch_id=BATCH,
        letter_no="昆工信〔2026〕15号",
        track_requested="designation",
        snapshot_number=1,
        documents=(_DOCUMENT,),
        opinion="同意推荐",
    ),
    BatchSubmitted(
        batch_id=BATCH,
        letter_no="昆工信〔2026〕15号",
        prefecture=KUNMING,
        round_id=ROUND,
        case_ids=(CASE,),
        annex_3=_DOCUMENT,
    ),
    CaseNotSelected(**_REFUSAL, stage="comprehensive"),
    SUSPENDED_ABOVE,
    RESUMED_ABOVE,
    POSTED,
    NoticeClosed(notice_id=NOTICE, notice_no="公示2026-1"),
    CaseCleared(**_CASE, track=Track.DESIGNATION, notice_id=NOTICE, notice_no="公示2026-1"),  # type: ignore[arg-type]
    DESIGNATED,
    CentreListedForCultivation(**_LISTING),  # type: ignore[arg-type]
    PlaqueIssued(**_CENTRE, plaque_no="001"),  # type: ignore[arg-type]
    PlaqueRecallOrdered(**_CENTRE, plaque_no="001"),  # type: ignore[arg-type]
    SummaryAccepted(**_CENTRE, year=2026),  # type: ignore[arg-type]
    AssessmentFinalised(**_CENTRE, year=2029, score="93.00", grade="excellent", policy_edition=EDITION),  # type: ignore[arg-type]
    RectificationOrdered(**_CENTRE, items=("补足专职研发人员",), due_on=date(2030, 6, 10)),  # type: ignore[arg-type]
    ShortfallOpened(**_CENTRE, condition="founders", clause="S3.2.2", due_on=date(2030, 6, 12)),  # type: ignore[arg-type]
    ShortfallCured(**_CENTRE, condition="founders"),  # type: ignore[arg-type]
    CentreRevoked(
        **_CENTRE,  # type: ignore[arg-type]
        centre_name="云南幻彩液态金属创新中心",
        centre_uscc="91530112MAFAKE027W",
        field_domain="LIQUID_METAL",
        cause="failed_assessment",
        grounds=("整改后复核仍不合格",),
        clauses=("S4.3",),
        remedy="可以自知道该决定之日起六十日内申请行政复议。",
        document_no="云工信科技〔2030〕88号",
        effective_on=date(2030, 7, 1),
        banned_until=None,
        policy_edition=EDITION,
    ),
    ANNULLED,
    SPLIT,
    FELL_SHORT,
    PrefecturalCentreFiled(
        prefectural_id=NOTICE,
        prefecture="530400",
        centre_name="玉溪幻铜创新中心有限公司",
        centre_uscc="91530400MAFAKE115E",
        lead_uscc=COPPER,
        field_domain="NONFERROUS_PRECIOUS",
        standing="recognised",
        filing_no="云工信技创备〔2027〕1号",
    ),
    CentreRecommendedToMinistry(**_CENTRE, letter_no="云工信函〔2029〕5号"),  # type: ignore[arg-type]
    TamperingFound(
        ledger_id=NOTICE, origin="zhichuang/ledger", service="intake", position=7, kind="changed", detail="state"
    ),
)
"""Every kind of message that notify hears, in an order in which they could come."""


def resubmitted(**changes: Any) -> DossierSubmitted:
    """The same dossier handed in again with something changed."""
    return replace(SUBMITTED, snapshot_number=2, **changes)


def event_of(message: Any, position: int = 1) -> IntegrationEvent:
    """The message as the integration event at this position of its sender."""
    terms, data = contract.contract_of(message), contract.dump(message)
    sender = type(message).__module__.split(".")[1]
    return IntegrationEvent(
        id=str(uuid5(NOTICE, f"{sender}:{position}")),
        source=source_of(sender),
        type=f"{TYPE_PREFIX}{terms.name}",
        subject=str(data[terms.subject]),
        time="2026-06-01T04:00:00+00:00",
        dataschema=f"urn:zhichuang:schema:{sender}:{terms.name}",
        partitionkey=str(data[terms.key]),
        sequence=1,
        position=position,
        previousposition=position - 1,
        correlationid="journey-1",
        causationid="",
        policyedition=EDITION,
        data=data,
    )
