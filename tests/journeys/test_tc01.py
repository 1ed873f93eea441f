"""TC-01: the happy path to designation, plaque, an excellent assessment and recommendation to the ministry."""

from __future__ import annotations

from typing import Any

import pytest

from services.shared.vocabulary import Role
from tests.journeys.conftest import Played


@pytest.fixture
def centre(played: Played) -> Any:
    track = played.tracks["tc01"]
    return played.world.somebody(Role.AUDITOR).get("registry", f"/centres/{track.case_id}")


def test_tc01_ends_designated_with_plaque_excellent_and_recommended(centre):
    assert centre["qualification"] == "designated"
    assert centre["plaque_no"] == "001"
    assert centre["grade"] == "excellent"
    assert centre["national"] == "recommended"
    assert centre["supervision"] == "normal"


def test_tc01_experts_gave_91_4_on_average(played):
    review = played.world.somebody(Role.AUDITOR).get("review", f"/reviews/{played.tracks['tc01'].case_id}")
    assert review["appraisal"]["score"] == "91.40"
    assert review["state"] == "listed"


def test_tc01_passes_the_checks_without_a_remark(played):
    officer = played.world.person("officer-kunming", Role.PREFECTURE_OFFICER)
    dossier = officer.get("intake", f"/dossiers/{played.tracks['tc01'].case_id}")
    checks = officer.get("intake", f"/dossiers/{played.tracks['tc01'].case_id}/checks")["checks"]
    assert {"K01", "K02", "K03"}.isdisjoint(check["id"] for check in checks)
    assert dossier["outcome"] == "designated"


@pytest.mark.parametrize(
    ("day", "qualification"), [("2026-06-09", None), ("2026-06-10", "designated"), ("2029-12-31", "designated")]
)
def test_tc01_status_on_any_day_is_told_to_who_asks(played, day, qualification):
    path = f"/centres/{played.tracks['tc01'].case_id}/status"
    status = played.world.somebody(Role.AUDITOR).get("registry", path, as_of=day)
    assert status["qualification"] == qualification
    assert status["as_of"] == day


def test_tc01_stands_on_the_public_roll_without_personal_data(played):
    roll = played.world.somebody(Role.AUDITOR).get("registry", "/roll", as_of="2026-06-11", limit=200)
    rows = [row for row in roll["items"] if row["id"] == played.tracks["tc01"].case_id]
    assert [row["centre_name"] for row in rows] == [played.tracks["tc01"].name]
    assert not any(mark in str(roll) for mark in ("138000", "@", "pii_"))


def test_tc01_timeline_runs_through_the_services_in_order(played):
    path = f"/cases/{played.tracks['tc01'].case_id}/timeline"
    auditor = played.world.somebody(Role.AUDITOR)
    last = "registry.centre.recommended-to-ministry"
    found = auditor.until("audit", path, lambda told: any(each["topic"] == last for each in told["items"]))
    heard = "registry.known-case.filed"  # long before the case is the registry's
    services = list(dict.fromkeys(each["service"] for each in found["items"] if each["topic"] != heard))
    assert [s for s in services if s != "notify"] == ["intake", "screening", "review", "registry"]
    moments = [each["recorded_at"] for each in found["items"]]
    assert moments == sorted(moments)
    assert all(each["policy_edition"] == "2019-05-06" for each in found["items"] if each["service"] == "review")


def test_tc01_and_all_else_verifies(played):
    report = played.world.somebody(Role.AUDITOR).get("audit", "/verification")
    assert report["intact"] is True
    assert {log["service"] for log in report["logs"]} >= {"intake", "screening", "review", "registry", "notify"}


def test_tc01_lead_unit_was_told(played):
    applicant = played.world.person("applicant-kunming", Role.APPLICANT)
    told = applicant.get("notify", "/notifications", limit=200)["items"]
    assert told
