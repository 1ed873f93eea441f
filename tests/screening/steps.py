"""Steps that lead a case through its prefecture in the application, each a command of its own."""

from __future__ import annotations

from uuid import UUID

from services.screening.application import Screenings
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import Defect, ServiceRecord
from services.screening.reactions import when_dossier_submitted
from tests.screening.conftest import as_
from tests.screening.examples import CASE, KUNMING, LETTER, OTHER_CASE, ROUND, TODAY, dossier_submitted


def open_case(screenings: Screenings, case_id: UUID = CASE, prefecture: str = KUNMING) -> None:
    with as_("intake"):
        when_dossier_submitted(screenings, dossier_submitted(case_id, prefecture=prefecture))


def make_ready(screenings: Screenings, case_id: UUID = CASE, prefecture: str = KUNMING) -> None:
    """From receipt to a signed opinion that recommends."""
    open_case(screenings, case_id, prefecture)
    with as_("officer"):
        screenings.start_intake(case_id, paper_received_on=TODAY)
    with as_("officer"):
        screenings.accept_dossier(case_id)
    with as_("officer"):
        screenings.draft_opinion(case_id, recommends=True, opinion="基本符合申报条件，同意推荐。")
    with as_("head"):
        screenings.sign_opinion(case_id)


def assemble(screenings: Screenings, *case_ids: UUID) -> RecommendationBatch:
    with as_("officer"):
        return screenings.assemble_batch(round_id=ROUND, case_ids=case_ids)


def sign(screenings: Screenings, batch: RecommendationBatch, letter_no: str = LETTER) -> None:
    with as_("head"):
        screenings.sign_batch(batch.id, letter_no=letter_no, letter_date=TODAY)


def submit(screenings: Screenings, batch: RecommendationBatch) -> RecommendationBatch:
    with as_("officer"):
        return screenings.submit_batch(batch.id)


def send_two_up(screenings: Screenings) -> RecommendationBatch:
    """Two cases, recommended in one batch."""
    for case_id in (CASE, OTHER_CASE):
        make_ready(screenings, case_id)
    batch = assemble(screenings, CASE, OTHER_CASE)
    sign(screenings, batch)
    return submit(screenings, batch)


def refuse(screenings: Screenings, case_id: UUID, document_no: str) -> None:
    """From receipt to a refusal."""
    open_case(screenings, case_id)
    with as_("officer"):
        screenings.start_intake(case_id, paper_received_on=TODAY)
    with as_("officer"):
        screenings.accept_dossier(case_id)
    with as_("officer"):
        screenings.draft_opinion(
            case_id, recommends=False, opinion="不予推荐。", reasons=("组建单位不足 3 家",), clauses=("S3.2.2",)
        )
    with as_("head"):
        screenings.sign_not_recommended(case_id, document_no=document_no)


CERTIFICATE_MISSING = Defect("/attachments", "缺少创新中心独立法人资格证书复印件", "S4.1.1")
SEAL_MISSING = Defect("", "共建协议缺一家成员单位盖章", "S4.1.0")
SERVED = ServiceRecord(TODAY, "electronic", "回执 20260601-1")


def take_in(screenings: Screenings, case_id: UUID = CASE) -> None:
    """From receipt to the formal check."""
    open_case(screenings, case_id)
    with as_("officer"):
        screenings.start_intake(case_id, paper_received_on=TODAY)


def request_correction(screenings: Screenings, case_id: UUID = CASE, days: int | None = 5) -> Screening:
    """Both defects, told at once."""
    items = (CERTIFICATE_MISSING, SEAL_MISSING)
    with as_("officer"):
        return screenings.request_correction(case_id, items=items, served=SERVED, days=days)


def return_batch(screenings: Screenings, batch: RecommendationBatch) -> None:
    """The province finds a fault in the letter."""
    with as_("review"):
        screenings.return_batch(
            batch.id, letter_no=batch.letter_no, case_ids=batch.case_ids, reasons=("行文未加盖公章",)
        )


def rescind(screenings: Screenings, case_id: UUID, document_no: str) -> None:
    """Drop a case of a returned batch."""
    with as_("officer"):
        screenings.draft_opinion(
            case_id, recommends=False, opinion="不再推荐。", reasons=("汇总表与申报书不符",), clauses=("A3",)
        )
    with as_("head"):
        screenings.rescind_recommendation(case_id, document_no=document_no)


REMEDY = {"body": "昆明市人民政府", "decision_no": "昆政复决字〔2026〕7号", "reason": "未听取申辩，责令重作"}


def reopen(screenings: Screenings, case_id: UUID, to: State = State.PREF_SCREENING) -> Screening:
    """A review sets the refusal or the lapse of a case aside."""
    with as_("head"):
        return screenings.reopen_by_remedy(case_id, to=to, **REMEDY)
