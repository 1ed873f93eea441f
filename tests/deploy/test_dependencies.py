"""The audit of the lock against OSV records, and the licence list of the security page."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import date

import pytest

from deploy import dependencies
from deploy.dependencies import NoDatabase, accepted, hits, licences, locked
from tests.architecture.services import ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def record(id_="OSV-1", package="werkzeug", ecosystem="PyPI", versions=(), events=(), **more):
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    affected = {"package": {"name": package, "ecosystem": ecosystem}, "versions": list(versions), "ranges": ranges}
    return {"id": id_, "summary": "a summary", "affected": [affected], **more}


OTHER = record("OSV-0", package="no-such-package", versions=["1"])
"""A database that is not empty."""
REAL = record(
    "GHSA-xg9f-g7g7-2323",
    package="Werkzeug",
    events=[{"introduced": "0"}, {"fixed": "2.2.3"}],
    summary="High resource usage when parsing multipart form data with many fields",
)
"""A published one (CVE-2023-25577)."""


def found(version, *records):
    return [hit.advisory for hit in hits({"werkzeug": version}, iter([OTHER, *records]))]


@pytest.mark.parametrize(("version", "is_hit"), [("2.2.2", True), ("0.1", True), ("2.2.3", False), ("3.1.9", False)])
def test_a_published_advisory_hits_the_versions_before_its_fix(version, is_hit):
    assert bool(found(version, REAL)) == is_hit


@pytest.mark.parametrize(
    ("events", "is_hit"),
    [
        ([{"introduced": "3.0"}, {"last_affected": "3.1"}], True),
        ([{"introduced": "3.0"}, {"last_affected": "3.0.9"}], False),
        ([{"introduced": "3.2"}], False),
        ([{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.0.5"}], True),
        ([{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.0.5"}, {"fixed": "3.1"}], False),
        ([{"introduced": "0"}, {"fixed": "2.0.0rc1"}], False),
        ([{"introduced": "0"}, {"fixed": "some-commit"}], True),
    ],
)
def test_ranges_are_read_as_the_schema_says(events, is_hit):
    assert bool(found("3.1", record(events=events))) == is_hit


def test_a_version_that_is_listed_is_hit():
    assert found("3.1", record(versions=["3.0", "3.1"])) == ["OSV-1"]


def test_what_was_withdrawn_or_is_about_something_else_hits_nothing():
    everything = [{"introduced": "0"}]
    assert found("3.1", record(events=everything, withdrawn="2026-01-01T00:00:00Z")) == []
    assert found("3.1", record(events=everything, ecosystem="npm")) == []
    assert found("3.1", record(events=everything, package="werkzeug-like")) == []


def test_a_database_without_a_record_about_pypi_proves_nothing():
    with pytest.raises(NoDatabase):
        hits({"werkzeug": "3.1"}, iter([record(ecosystem="npm")]))


def test_the_lock_is_read_whole():
    assert len(locked(LOCK)) == LOCK.count("==")
    assert locked('Psycopg[binary,pool]==3.3.9 ; python_version >= "3.11" \\\n    --hash=sha256:0\n') == {
        "psycopg": "3.3.9"
    }


def test_what_was_accepted_counts_until_its_day():
    text = '[A]\nreason = "never called"\nuntil = 2027-01-01\n[B]\nreason = " "\nuntil = 2027-01-01\n'
    assert accepted(text, date(2026, 12, 31)) == {"A"}
    assert accepted(text, date(2027, 1, 2)) == set()
    assert accepted(dependencies.ACCEPTED.read_text("utf-8"), date(2026, 1, 1)) == set()


def run(*words):
    told = subprocess.run(
        [sys.executable, "-m", "deploy.dependencies", *map(str, words)], capture_output=True, text=True
    )
    return told.returncode, told.stdout, told.stderr


def test_the_audit_names_what_affects_the_lock_and_fails(tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "a.json").write_text(json.dumps(REAL))
    code, said, _ = run("audit", tmp_path / "clean")
    assert (code, said) == (0, f"{len(locked(LOCK))} packages, 0 advisories, 0 accepted\n")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.json", json.dumps(REAL))
        archive.writestr("b.json", json.dumps(record("OSV-9", package="Nameko", events=[{"introduced": "0"}])))
    code, said, _ = run("audit", tmp_path / "all.zip")
    assert code == 1
    assert f"nameko {locked(LOCK)['nameko']}: OSV-9 a summary" in said


@pytest.mark.parametrize("content", [None, b"not a zip"])
def test_no_database_is_one_sentence_and_not_a_clean_bill(tmp_path, content):
    if content:
        (tmp_path / "all.zip").write_bytes(content)
    code, said, error = run("audit", tmp_path / "all.zip")
    assert (code, said) == (2, "")
    assert "does not hold OSV records" in error
    assert "Traceback" not in error


def test_the_licence_list_of_the_page_is_that_of_the_lock_version_for_version():
    page = dependencies.PAGE.read_text("utf-8")
    assert dependencies.HEAD + licences(LOCK) in page
    assert len(licences(LOCK).splitlines()) == len(locked(LOCK))
