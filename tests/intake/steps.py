"""Steps that lead the dossier of TC-01 through intake in the application, each a command of its own."""

from __future__ import annotations

import mimetypes
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.application import Intake
from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
from tests.examples.dossiers import CASES, demo_case, good_dossier
from tests.intake.conftest import as_
from tests.intake.examples import CALL, CLOSES_ON, KUNMING

CONFIRMING = {unit["uscc"]: unit["user"] for unit in demo_case("tc01")["member_confirmations"]}


def plan_round(intake: Intake, number: str = "2026-1") -> Round:
    with as_("officer-province-1"):
        return intake.plan_round(
            number=number,
            title="2026 年云南省制造业创新中心申报",
            year=2026,
            opens_on=date(2026, 1, 12),
            closes_on=CLOSES_ON,
        )


def open_round(intake: Intake, number: str = "2026-1") -> Round:
    round_ = plan_round(intake, number)
    with as_("division-head"):
        return intake.open_round(round_.id, document_no=CALL)


def open_dossier(intake: Intake, round_id: UUID) -> UUID:
    with as_("applicant-kunming"):
        return intake.open_dossier(round_id=round_id, prefecture=KUNMING).id


def save_section(intake: Intake, case_id: UUID, section: str, value: Any) -> Dossier:
    with as_("applicant-kunming"):
        return intake.save_section(case_id, section, value)


def attach(intake: Intake, case_id: UUID, kind: str, name: str, body: bytes) -> Dossier:
    media_type = mimetypes.guess_type(name)[0] or ""
    with as_("applicant-kunming"):
        return intake.attach_document(case_id, kind=kind, name=name, body=body, media_type=media_type)


def attach_all(intake: Intake, case_id: UUID) -> None:
    for one in demo_case("tc01")["attachments"]:
        attach(intake, case_id, one["kind"], one["name"], (CASES / one["file"]).read_bytes())


def confirm(intake: Intake, case_id: UUID, user: str) -> Dossier:
    with as_(user):
        return intake.confirm_membership(case_id)


def submit(intake: Intake, case_id: UUID) -> Dossier:
    with as_("applicant-kunming"):
        return intake.submit_dossier(case_id)


def withdraw(intake: Intake, case_id: UUID) -> Dossier:
    with as_("applicant-kunming"):
        return intake.withdraw_dossier(case_id, reason="方案调整")


def prepare(intake: Intake, sections: dict[str, Any] | None = None, round_: Round | None = None) -> UUID:
    """A dossier with these sections (TC-01's when none are given), complete but for being handed in."""
    case_id = open_dossier(intake, (round_ or open_round(intake)).id)
    for name, value in (good_dossier() if sections is None else sections).items():
        save_section(intake, case_id, name, value)
    attach_all(intake, case_id)
    listed = intake.find(Dossier, case_id)
    assert listed is not None
    for uscc in set(listed.member_usccs) & CONFIRMING.keys():
        confirm(intake, case_id, CONFIRMING[uscc])
    return case_id


def hand_in(intake: Intake) -> Dossier:
    """The whole way of TC-01, from the round to the submission."""
    return submit(intake, prepare(intake))
