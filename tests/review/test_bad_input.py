"""What must not pass: refused in words, by its clause where there is one; nothing is stored, the try is recorded."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from services.review.domain.public_notice import check_period
from services.shared.vocabulary import Invalid
from tests.review.examples import STORY, period

RECORDED = """
select outcome, detail->'codes' from review.security_log where object = %s order by number desc limit 1
"""
SHEET = STORY["experts"][0]["items"]


@pytest.fixture
def watch(module_database_url):
    """Does something that is refused; gives its status, its findings, and the codes that were recorded of it."""

    def watched(send, path):
        with psycopg.connect(module_database_url, autocommit=True) as connection:
            before = events(connection)
            answer = send()
            assert events(connection) == before, "something was stored"
            row = connection.execute(RECORDED, (path,)).fetchone()
        findings = answer.json()["errors"]
        assert row is not None, "the attempt was not recorded"
        assert row[0] in ("refused", "denied")
        assert row[1] == sorted({finding["code"] for finding in findings})
        return answer.status_code, {finding["code"] for finding in findings}, {f.get("clause", "") for f in findings}

    def events(connection):
        [count] = connection.execute("select count(*) from review.log_as_json").fetchone()
        return count

    return watched


@pytest.fixture
def scoring(api, panel):
    """Where expert-1, who has declared, may score."""
    path, _ = panel
    assert api("POST", f"{path}/declare-no-conflict", as_="expert-1").is_success
    return path


@pytest.mark.parametrize("act", ["save-score-sheet", "submit-score-sheet"])
@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({**SHEET, "foundation": "20.01"}, "score-out-of-range"),
        ({**SHEET, "charm": "1"}, "score-item-unknown"),
    ],
)
def test_scores_out_of_range(api, watch, scoring, act, items, code):
    path = f"{scoring}/{act}"
    found = watch(lambda: api("POST", path, as_="expert-1", json={"items": items}), path)
    assert found == (422, {code}, {"S4.2"})


def test_a_score_below_nothing_is_no_number_of_the_form(api, watch, scoring):
    path = f"{scoring}/submit-score-sheet"
    status, codes, _ = watch(lambda: api("POST", path, as_="expert-1", json={"items": {"foundation": "-1"}}), path)
    assert (status, len(codes)) == (422, 1)


def test_a_sheet_for_someone_elses_case(api, watch, scoring):
    path = f"{scoring}/submit-score-sheet"
    status, codes, _ = watch(lambda: api("POST", path, as_="expert-8", json={"items": SHEET}), path)
    assert (status, codes) == (404, {"not-found"}), "a stranger is not even told that there is such a panel"


def test_a_second_sheet(api, watch, scoring):
    path = f"{scoring}/submit-score-sheet"
    assert api("POST", path, as_="expert-1", json={"items": SHEET}).is_success
    found = watch(lambda: api("POST", path, as_="expert-1", json={"items": SHEET}), path)
    assert found == (409, {"sheet-is-in"}, {"S4.2"})


def test_a_draft_that_its_officer_signs(api, watch, accepted):
    draft = {"passed": True, "opinion": "齐全"}
    assert api("POST", f"/reviews/{accepted}/draft-pre-review", json=draft).is_success
    path = f"/reviews/{accepted}/pass-pre-review"
    status, _, __ = watch(lambda: api("POST", path), path)
    assert status == 403, "whoever drafts has no right to sign at all"


def test_a_notice_that_would_end_in_a_year_of_unknown_holidays():
    check_period(period(date(2026, 6, 1)))
    with pytest.raises(Invalid) as refused:
        check_period(period(date(2026, 12, 29)))
    [finding] = refused.value.findings
    assert (finding.code, finding.clause) == ("calendar-unknown", "S4.2")
