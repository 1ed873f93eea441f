"""Canonical things of intake: the round and the dossier of TC-01 at each step of their lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.intake import forms
from services.intake.domain.dossier import Dossier, Facts
from services.intake.domain.round import Round
from services.intake.domain.rules import Check, check
from services.intake.domain.values import Content
from services.shared.calendar import Deadline
from services.shared.policy import edition
from services.shared.vocabulary import DocumentRef
from tests.examples.dossiers import demo_case, good_attachments, good_dossier
from tests.given import done, made

EDITION = "2019-05-06"
MORNING = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
"""Ten o'clock in Kunming, eleven days before the round of TC-01 closes."""

TODAY = date(2026, 3, 20)
CASE = UUID("0190a0b0-0000-7000-8000-0000000000c1")
ROUND = UUID("0190a0b0-0000-7000-8000-000000000001")
NUMBER = "2026-1-7K3F9QA"
KUNMING = "530100"
LEAD = "91530100MAFAKE019M"
UNIVERSITY, INSTITUTE = "12530000FAKE0003XC", "12530000FAKE00048C"
STRANGER = "91533100MAFAKE158H"
PARTICIPANTS = tuple(unit["uscc"] for unit in demo_case("tc01")["member_confirmations"])
CLOSES_ON, LATER = date(2026, 3, 31), date(2026, 4, 15)
CALL = "云工信技创〔2026〕8号"
SNAPSHOT = DocumentRef("ab" * 32, "cd" * 32, f"{NUMBER}-1.json", "application/json", 48213)
CERTIFICATE = DocumentRef("12" * 32, "34" * 32, "营业执照.pdf", "application/pdf", 1204)
FACTS = Facts.of(Content(good_dossier()))


def closing(day: date) -> Deadline:
    """The closing of a round on this day, at half past five."""
    return Deadline.on_date(day, kind="round", rule="deadline.close_time", clause="S4.0", close_time="17:30")


def planned(**changes: Any) -> Round:
    """A round in preparation."""
    terms = {"number": "2026-1", "title": "2026 年申报", "year": 2026, "opens_on": date(2026, 1, 12)}
    return made(lambda: Round.plan(**{**terms, "closes_on": CLOSES_ON, **changes}))


def open_round() -> Round:
    """A round that takes dossiers."""
    return done(planned(), announce)


def closed_round() -> Round:
    """A round that is over."""
    return done(open_round(), Round.close)


def announce(round_: Round) -> None:
    """The command that opens a round."""
    round_.open(policy_edition=EDITION, document_no=CALL, deadline=closing(CLOSES_ON), at=MORNING)


def extend(day: date) -> Callable[[Round], None]:
    """The command that moves the closing day."""
    return lambda round_: round_.extend(closes_on=day, reason="系统维护", deadline=closing(day))


def opened(case_id: UUID = CASE) -> Dossier:
    """An empty draft."""
    return made(
        lambda: Dossier(
            id=case_id,
            number=NUMBER,
            round_id=ROUND,
            round_number="2026-1",
            round_year=2026,
            lead_uscc=LEAD,
            prefecture=KUNMING,
            policy_edition=EDITION,
        )
    )


def filled(sections: dict[str, Any] | None = None) -> Dossier:
    """A draft with these sections, those of TC-01 when none are given."""
    saved = good_dossier() if sections is None else sections
    return done(opened(), *(save(name, value) for name, value in saved.items()))


def confirmed(sections: dict[str, Any] | None = None) -> Dossier:
    """A draft that every participating unit has confirmed."""
    return done(filled(sections), *(confirm(uscc) for uscc in PARTICIPANTS))


def submitted() -> Dossier:
    """A dossier that was handed in (A05)."""
    return done(confirmed(), submit)


def withdrawn() -> Dossier:
    """A dossier that was taken back (A90)."""
    return done(confirmed(), lambda dossier: dossier.withdraw(reason="方案调整"))


def concluded() -> Dossier:
    """A dossier whose case was decided elsewhere."""
    return done(submitted(), conclude)


def save(section: str, value: Any, reference: str = "pii_1") -> Callable[[Dossier], None]:
    """The command that keeps a section; every person of it gets the same reference."""
    refs = dict.fromkeys(forms.personal_blocks(section, value), reference)
    return lambda dossier: dossier.save_section(section=section, content=forms.without_personal(section, value, refs))


def attach(dossier: Dossier) -> None:
    """The command that adds the certificate."""
    dossier.attach(kind="legal_person_certificate", document=CERTIFICATE)


def confirm(uscc: str) -> Callable[[Dossier], None]:
    """The command of one member unit."""
    return lambda dossier: dossier.confirm_membership(uscc=uscc)


def submit(dossier: Dossier) -> None:
    """The command that hands in, with the checks of TC-01's attachments."""
    dossier.submit(faults=(), checks=checks_of(dossier), document=SNAPSHOT, facts=FACTS)


def conclude(dossier: Dossier) -> None:
    """The command that notes a designation."""
    dossier.conclude(outcome="designated", reference="云工信技创〔2026〕96号")


def checks_of(dossier: Dossier) -> tuple[Check, ...]:
    """What the rules find in a draft."""
    content, terms = Content(dossier.sections), edition(EDITION)
    return check(content, terms, round_year=2026, today=TODAY, attachments=good_attachments())
