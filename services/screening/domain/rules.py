"""What is true of a good opinion, letter and batch; each rule gives a finding for whatever is not so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from services.screening.domain import errors
from services.shared.policy import clauses
from services.shared.vocabulary import Finding

if TYPE_CHECKING:
    from services.screening.domain.annex_3 import SummaryRow
    from services.screening.domain.screening import Screening
    from services.screening.domain.values import Defect, Opinion, ServiceRecord

_POINTER = re.compile(r"(/([^~/]|~[01])*)*")
_OFFICIAL_NUMBER = re.compile(r".{1,12}〔[0-9]{4}〕[0-9]{1,5}号")


def refusal_is_reasoned(opinion: Opinion) -> Iterator[Finding]:
    """An opinion that does not recommend gives reasons, clauses, and how to object to it (invariant 5)."""
    if opinion.recommends:
        return
    if not any(reason.strip() for reason in opinion.reasons):
        yield Finding("reasons-missing", "不予推荐须说明理由", "a refusal gives its reasons", "/reasons", "S4.1.2")
    if not opinion.clauses:
        yield Finding("clauses-missing", "不予推荐须列明依据条款", "a refusal names its clauses", "/clauses", "S4.1.2")
    if not opinion.remedy.strip():
        yield Finding("remedy-missing", "不予推荐须告知救济途径", "a refusal says how to object", "", "S4.1.2")


def clauses_exist(opinion: Opinion) -> Iterator[Finding]:
    """Every clause that the opinion names stands in the policy."""
    for index, named in enumerate(opinion.clauses):
        yield from _clause_exists(named, f"/clauses/{index}")


def defects_can_be_found(items: Sequence[Defect]) -> Iterator[Finding]:
    """Every defect is told once, points into the dossier (RFC 6901) or at the paper, and names a real clause."""
    for index, item in enumerate(items):
        if item in items[:index]:
            yield Finding("defect-told-twice", "补正事项重复", "told twice", f"/items/{index}", "S4.1.2")
        if not _POINTER.fullmatch(item.pointer):
            yield Finding("not-a-pointer", "不是 JSON Pointer", "not a JSON Pointer", f"/items/{index}/pointer")
        yield from _clause_exists(item.clause, f"/items/{index}/clause")


def service_is_proved(served: ServiceRecord, *, not_before: date, today: date) -> Iterator[Finding]:
    """A paper was served on a day that has been, not before the case was there, and something proves it."""
    yield from day_has_been("/served_on", served.served_on, today)
    if served.served_on < not_before:
        yield errors.served_before_it_was(not_before)
    if not served.proof.strip():
        yield Finding("proof-missing", "送达须有凭证", "a service needs its proof", "/proof", "S4.0")


def day_has_been(pointer: str, day: date, today: date) -> Iterator[Finding]:
    """What is recorded has happened."""
    if day > today:
        yield errors.in_the_future(pointer, day)


def prefecture_is_another(code: str, own: str, bodies: Collection[str]) -> Iterator[Finding]:
    """A case is transferred to one of the recommending `bodies` of its edition, and not to its own."""
    if code not in bodies:
        yield errors.not_a_prefecture(code)
    elif code == own:
        yield errors.own_prefecture()


def number_is_official(number: str, pointer: str) -> Iterator[Finding]:
    """A document number (发文字号) has its official shape."""
    if not _OFFICIAL_NUMBER.fullmatch(number):
        yield errors.not_an_official_number(pointer)


def letter_follows_annex_3(letter_date: date, filled_on: date, today: date) -> Iterator[Finding]:
    """The letter is not older than the Annex 3 that it covers, and not of a day to come."""
    if letter_date < filled_on:
        yield errors.letter_older_than_annex_3(filled_on)
    if letter_date > today:
        yield errors.in_the_future("/letter_date", letter_date)


def letter_is_new(letter_no: str, used: Iterable[str]) -> Iterator[Finding]:
    """A batch that goes up again goes under a letter of its own."""
    if letter_no in used:
        yield errors.letter_used_before(letter_no)


def cases_are_listed_once(screenings: Sequence[Screening]) -> Iterator[Finding]:
    """No case stands in the batch twice."""
    for index, screening in enumerate(screenings):
        if screening.id in {earlier.id for earlier in screenings[:index]}:
            yield errors.case_listed_twice(screening.number, f"/case_ids/{index}")


def cases_are_ready(screenings: Iterable[Screening]) -> Iterator[Finding]:
    """Every case is screened, and its recommending opinion is signed."""
    for index, screening in enumerate(screenings):
        if not screening.is_ready:
            yield errors.case_not_ready(screening.number, f"/case_ids/{index}")


def cases_are_of_one_prefecture(screenings: Sequence[Screening]) -> Iterator[Finding]:
    """A prefecture recommends its own cases only."""
    for index, screening in enumerate(screenings):
        if screening.prefecture != screenings[0].prefecture:
            yield errors.other_prefecture(screening.number, f"/case_ids/{index}")


def cases_are_of_one_round(screenings: Iterable[Screening], round_id: object) -> Iterator[Finding]:
    """A batch is of one round, and so of one edition of the policy."""
    for index, screening in enumerate(screenings):
        if screening.round_id != round_id:
            yield errors.other_round(screening.number, f"/case_ids/{index}")


def quota_is_kept(prefecture: str, *, listed: int, recommended_before: int, quota: int | None) -> Iterator[Finding]:
    """The prefecture recommends no more cases in a round than its quota; None means that there is no quota."""
    if quota is not None and recommended_before + listed > quota:
        yield errors.quota_exceeded(prefecture, quota, recommended_before + listed)


def annex_3_is_current(frozen: Iterable[SummaryRow], current: Iterable[SummaryRow]) -> Iterator[Finding]:
    """Each row of the frozen Annex 3 is what the screening says now (check K26)."""
    for index, (then, now) in enumerate(zip(frozen, current, strict=True)):
        if then != now:
            yield errors.annex_3_outdated(then.number, f"/rows/{index}")


def _clause_exists(named: str, pointer: str) -> Iterator[Finding]:
    if named not in {clause.id for clause in clauses()}:
        yield Finding("unknown-clause", f"没有条款 {named}", f"there is no clause {named}", pointer)
