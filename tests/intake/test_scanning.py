"""What a virus scanner says of an attachment is kept with it; a virus is refused, on arrival and at submission."""

from pathlib import Path

import pytest

from services.intake.domain.dossier import Dossier
from services.intake.schemas import DossierView
from services.shared.kernel.scanning import NoScanner, Scan
from services.shared.vocabulary import Invalid
from tests.given import done, given
from tests.intake.conftest import as_
from tests.intake.examples import CERTIFICATE, ROUND, opened
from tests.intake.steps import attach, open_dossier, open_round, prepare, submit
from tests.intake.test_application import A_PDF


class Says:
    """A scanner that says the same of every file, and counts."""

    def __init__(self, scan: Scan) -> None:
        self.said, self.asked = scan, 0

    def scan(self, body: bytes) -> Scan:
        assert body
        self.asked += 1
        return self.said


def stored(wired):
    return sorted(path for path in wired.documents._root.rglob("*") if path.is_file())


def test_the_pages_of_a_pdf_are_kept_with_it_and_shown(wired, intake):
    case_id = open_dossier(intake, open_round(intake).id)
    printed = Path("deploy/demo/cases/tc01/capital-plan.pdf").read_bytes()
    attach(intake, case_id, "rules", "制度.pdf", A_PDF)
    attach(intake, case_id, "rules", "方案.pdf", printed)
    shown = DossierView().dump(intake.find(Dossier, case_id))["attachments"]["rules"]
    assert [each["pages"] for each in shown] == [None, 1]


def test_an_infected_file_is_refused_and_kept_nowhere(wired, intake):
    case_id = open_dossier(intake, open_round(intake).id)
    intake.scanner, before = Says(Scan.INFECTED), stored(wired)
    with pytest.raises(Invalid) as refusal:
        attach(intake, case_id, "rules", "制度.pdf", A_PDF)
    assert [(f.code, f.pointer, f.clause) for f in refusal.value.findings] == [
        ("attachment-infected", "/attachments/rules", "S4.1.1")
    ]
    assert (stored(wired), intake.find(Dossier, case_id).attachments) == (before, {})


@pytest.mark.parametrize(("scanner", "scan"), [(NoScanner(), "unscanned"), (Says(Scan.CLEAN), "clean")])
def test_what_was_said_is_kept_and_shown(intake, scanner, scan):
    case_id = open_dossier(intake, open_round(intake).id)
    intake.scanner = scanner
    dossier = attach(intake, case_id, "rules", "制度.pdf", A_PDF)
    [shown] = DossierView().dump(intake.find(Dossier, case_id))["attachments"]["rules"]
    assert (shown["scan"], shown["name"]) == (scan, "制度.pdf")
    assert list(intake.events.get(case_id))[-1].scan == scan
    assert dossier.version == 2


def test_what_nobody_looked_at_is_looked_at_when_the_dossier_is_handed_in_and_once(intake):
    case_id = prepare(intake)
    intake.scanner = Says(Scan.CLEAN)
    dossier = submit(intake, case_id)
    assert set(dossier.scans.values()) == {"clean"}
    assert intake.scanner.asked == len(dossier.scans)
    assert [type(event).__name__ for event in intake.events.get(case_id)][-2:] == ["AttachmentsScanned", "Submitted"]
    with as_("applicant-kunming"):
        intake.recall_dossier(case_id, reason="更正")
    submit(intake, case_id)
    assert intake.scanner.asked == len(dossier.scans)


def test_a_dossier_with_an_infected_file_is_not_handed_in_and_every_such_file_is_named(intake):
    case_id = prepare(intake)
    version = intake.find(Dossier, case_id).version
    intake.scanner = Says(Scan.INFECTED)
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    dossier = intake.find(Dossier, case_id)
    assert {f.code for f in refusal.value.findings} == {"attachment-infected"}
    assert len(refusal.value.findings) == sum(map(len, dossier.attachments.values()))
    assert (dossier.version, set(dossier.scans.values())) == (version, {"unscanned"})


def test_a_scanner_that_cannot_tell_stops_nobody(intake):
    case_id = prepare(intake)
    intake.scanner = Says(Scan.UNSCANNED)
    assert set(submit(intake, case_id).scans.values()) == {"unscanned"}


def holding():
    """A draft with one document that a scanner found clean."""
    return done(opened(), lambda d: d.attach(kind="rules", document=CERTIFICATE, scan="clean"))


def test_the_same_said_again_changes_nothing():
    given(holding()).when(lambda d: d.note_scans({CERTIFICATE.sha256: "clean"})).then()
    given(holding()).when(lambda d: d.attach(kind="other", document=CERTIFICATE, scan="infected")).then_refused(
        "attachment-infected"
    )


def test_a_copy_keeps_what_was_said_of_the_earlier_files():
    copy = done(opened(ROUND), lambda d: d.copy(holding(), {}))
    assert copy.scans == {CERTIFICATE.sha256: "clean"}
