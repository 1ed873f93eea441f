"""What a rule is: a sentence that is true of a good dossier, with the check's id and the policy clause behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services.intake.domain.neighbours import Neighbours
from services.intake.domain.values import Content
from services.shared.policy import Edition
from services.shared.vocabulary import Finding


class Severity(StrEnum):
    """What a finding does: stops the submission, is shown and recorded, or becomes an officer's task."""

    BLOCK = "BLOCK"
    WARN = "WARN"
    MANUAL = "MANUAL"


@dataclass(frozen=True)
class Terms:
    """By what a dossier is judged: the edition that binds the round, its year, today, and what lies beside the forms.

    `attachments` are the kinds of document present; `accepted_usccs` the codes that an officer has accepted although
    their check character is wrong; `neighbours` what is known of other dossiers, centres and bans; `fields_open` the
    fields that the round is limited to (none: every field).
    """

    edition: Edition
    round_year: int
    today: date
    attachments: frozenset[str]
    accepted_usccs: frozenset[str] = frozenset()
    neighbours: Neighbours = field(default_factory=Neighbours)
    fields_open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """How a dossier breaks a rule: Chinese and English text, and where."""

    zh: str
    en: str
    pointer: str


Judge = Callable[[Content, Terms], Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    """One check: its id, the clause, the sections that it reads, and the judgement. Call it for its findings."""

    id: str
    clause: str
    needs: tuple[str, ...]
    judge: Judge

    @property
    def name(self) -> str:
        """The sentence that is true of a good dossier."""
        return self.judge.__name__

    def __call__(self, content: Content, terms: Terms) -> tuple[Finding, ...]:
        """The findings; none while a section that the rule reads is missing."""
        if not all(content.has(section) for section in self.needs):
            return ()
        return tuple(
            Finding(self.id, fault.zh, fault.en, fault.pointer, self.clause) for fault in self.judge(content, terms)
        )


def rule(check_id: str, clause: str, *needs: str) -> Callable[[Judge], Rule]:
    """Make a rule of a judgement that reads these sections."""
    return lambda judge: Rule(check_id, clause, needs, judge)
