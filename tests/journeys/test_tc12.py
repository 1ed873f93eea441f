"""TC-12, at intake: 怒江虚锌's members write their codes in three unusual ways, of which one is wrong."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deploy.demo.client import Refused
from deploy.demo.stages import applying
from deploy.demo.world import Track
from services.shared.vocabulary import Role
from tests.journeys.prefecture import dossier_of, house, lead_uscc, prefecture_in

NUJIANG = "533300"
UNCOMMON, MISTYPED = "N2530100NAFAKE219U", "91530300MAFAKE051C"
INSTITUTE, LOWER_AND_WIDE = "12530000FAKE00048C", "１２５３００００fake00048c"
TERMS = {
    "number": "2026-12",
    "title": "2026 年申报",
    "year": 2026,
    "opens_on": "2026-01-12",
    "closes_on": "2026-03-31",
    "document_no": "云工信技创〔2026〕12号",
}


@pytest.fixture(scope="module")
def nujiang(module_database_url, amqp_uri, tmp_path_factory):
    start = datetime(2026, 1, 5, 1, tzinfo=UTC)
    with house(tmp_path_factory.mktemp("tc12"), module_database_url, amqp_uri, start) as (_, world):
        yield prefecture_in(world, NUJIANG, TERMS)


def written(form, old, new):
    """The form with another code for one unit, wherever it stands."""
    if isinstance(form, dict):
        return {key: written(value, old, new) for key, value in form.items()}
    if isinstance(form, list):
        return [written(value, old, new) for value in form]
    return new if form == old else form


def test_tc12_an_uncommon_code_passes_a_mistyped_one_fails_and_a_sloppy_one_is_put_in_order(nujiang):
    lead = lead_uscc(NUJIANG, 121)
    file = dossier_of("怒江虚锌股份有限公司", lead, NUJIANG)
    right = written(file.dossier, "52530000MAFAKE086F", UNCOMMON)
    sloppy = written(right, INSTITUTE, LOWER_AND_WIDE)
    wrong = written(sloppy, "91310000MAFAKE078X", MISTYPED)
    codes = ["12530000FAKE0003XC", INSTITUTE, "91310000MAFAKE078X", UNCOMMON]

    mistyped = Track(replace(file, dossier=wrong, confirmations=()))
    with pytest.raises(Refused) as refusal:
        applying.apply(nujiang.world, mistyped, nujiang.round_id)
    found = {(error["code"], error["pointer"]) for error in refusal.value.problem["errors"]}
    assert (refusal.value.status, found) == (422, {("uscc-check-character", "/centre/members/3/uscc")})

    sloppy_file = replace(file, dossier=copy.deepcopy(sloppy), confirmations=tuple({"uscc": code} for code in codes))
    track = Track(sloppy_file)
    applying.apply(nujiang.world, track, nujiang.round_id)
    screening = nujiang.officer.until(
        "screening", f"/screenings/{track.case_id}", lambda seen: seen["state"] == "submitted"
    )
    assert set(screening["facts"]["member_usccs"]) == {lead, *codes}
    applicant = nujiang.world.person(f"applicant-{lead}", Role.APPLICANT, organisation=lead)
    members = applicant.get("intake", f"/dossiers/{track.case_id}")["sections"]["centre"]["members"]
    assert [member["uscc"] for member in members] == [lead, *codes]
