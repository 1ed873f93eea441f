"""TC-11 in short: a failed assessment, rectification, a failed re-check, revocation."""

from __future__ import annotations

import pytest

from services.shared.vocabulary import Role


@pytest.fixture
def auditor(played):
    return played.world.somebody(Role.AUDITOR)


def test_tc11_ends_revoked_with_its_plaque_recalled_and_a_ban(played, auditor):
    centre = auditor.get("registry", f"/centres/{played.tracks['tc11'].case_id}")
    assert centre["qualification"] == "revoked"
    assert centre["plaque"] == "recall-ordered"
    assert centre["grade"] == "failed"
    assert centre["banned_until"] == "2033-08-01"


@pytest.mark.parametrize(
    ("day", "qualification"), [("2026-06-11", "designated"), ("2030-07-31", "designated"), ("2030-08-01", "revoked")]
)
def test_tc11_status_follows_the_day_in_law(played, auditor, day, qualification):
    status = auditor.get("registry", f"/centres/{played.tracks['tc11'].case_id}/status", as_of=day)
    assert status["qualification"] == qualification


def test_tc11_is_on_the_roll_before_and_off_it_after(played, auditor):
    def on_roll(day):
        roll = auditor.get("registry", "/roll", as_of=day, limit=200)
        return played.tracks["tc11"].case_id in {row["id"] for row in roll["items"]}

    assert on_roll("2026-06-11")
    assert not on_roll("2030-08-02")


def test_tc11_skipped_statement_period_is_on_record_with_its_reason(played, auditor):
    listed = auditor.get("registry", "/revocations", limit=200)["items"]
    [revocation] = [row for row in listed if row["case_id"] == played.tracks["tc11"].case_id]
    assert revocation["override_reason"]


def test_tc11_ban_is_known_to_who_may_see_it(played, auditor):
    bans = auditor.get("registry", "/bans", limit=200)["items"]
    assert any(ban["lead_uscc"] == "91533100MAFAKE158H" for ban in bans)
