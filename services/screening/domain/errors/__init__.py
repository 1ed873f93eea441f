"""What screening refuses, and in which words."""

from __future__ import annotations

from services.screening.domain.errors.batch import (
    annex_3_outdated,
    batch_empty,
    case_listed_twice,
    case_not_ready,
    letter_number_taken,
    letter_older_than_annex_3,
    letter_used_before,
    no_supplement_drafted,
    nothing_to_supplement,
    other_prefecture,
    other_round,
    quota_exceeded,
    returned_cases_remain,
)
from services.screening.domain.errors.correction import (
    calendar_unchanged,
    correction_is_over,
    days_out_of_range,
    extended_already,
    told_once,
)
from services.screening.domain.errors.jurisdiction import (
    jurisdiction_in_question,
    jurisdiction_not_in_question,
    not_a_prefecture,
    own_prefecture,
    province_decides_jurisdiction,
)
from services.screening.domain.errors.opinion import (
    not_an_official_number,
    opinion_already_signed,
    opinion_missing,
    opinion_not_negative,
    opinion_not_positive,
    served_already,
    served_before_it_was,
)
from services.screening.domain.errors.paper import no_mismatch_open, no_paper_yet, paper_differs, paper_missing
from services.screening.domain.errors.standing import (
    drafter_signs,
    has_conflict,
    head_orders_recusal,
    in_the_future,
    not_in,
    recused_already,
)

__all__ = [
    "annex_3_outdated",
    "batch_empty",
    "calendar_unchanged",
    "case_listed_twice",
    "case_not_ready",
    "correction_is_over",
    "days_out_of_range",
    "drafter_signs",
    "extended_already",
    "has_conflict",
    "head_orders_recusal",
    "in_the_future",
    "jurisdiction_in_question",
    "jurisdiction_not_in_question",
    "letter_number_taken",
    "letter_older_than_annex_3",
    "letter_used_before",
    "no_mismatch_open",
    "no_paper_yet",
    "no_supplement_drafted",
    "not_a_prefecture",
    "not_an_official_number",
    "not_in",
    "nothing_to_supplement",
    "opinion_already_signed",
    "opinion_missing",
    "opinion_not_negative",
    "opinion_not_positive",
    "other_prefecture",
    "other_round",
    "own_prefecture",
    "paper_differs",
    "paper_missing",
    "province_decides_jurisdiction",
    "quota_exceeded",
    "recused_already",
    "returned_cases_remain",
    "served_already",
    "served_before_it_was",
    "told_once",
]
